import type { ScanContext } from '../../detector.ts';
import type { CallExpression, Node } from '../../parse/ast.ts';
import { walk } from '../../parse/walk.ts';
import { tableKind } from '../names.ts';
import { type Collect, stepAt } from './verdict.ts';

const decisive =
  /^(pay_?status|order_?status|status|is_?pay(ed)?|paid|price|total_?(fee|price|amount)|amount|balance|money|points?|score|credits?|integral|role|is_?admin|vip(_?level)?|is_?vip)$/i;

/** Pages that write what only the server should decide straight into the cloud database. */
export function judgeClientWrites(context: ScanContext, collect: Collect): void {
  for (const file of context.project.files) {
    if (
      file.place !== 'mini-program' ||
      file.marks.has('vendored') ||
      file.marks.has('minified') ||
      !/\.collection\s*\(/.test(file.text)
    )
      continue;
    for (const script of context.scripts(file)) {
      walk(script.program, (node) => {
        if (node.type !== 'CallExpression') return;
        const write = clientWrite(node);
        if (!write || !/^(private|admin|other)$/.test(tableKind(write.table))) return;
        if (tableKind(write.table) === 'other' && write.fields.every((field) => /^(status|score|amount|money)$/i.test(field)))
          return;
        const place = { file: file.path, start: write.start, end: write.end };
        collect({
          rule: 'MP-CLD-010',
          key: `MP-CLD-010|${file.path}:${write.start}`,
          place,
          message: {
            zh: `小程序端直接写入 ${write.table} 的 ${write.fields.join(', ')}，用户可以改成任意值`,
            en: `The mini program writes ${write.fields.join(', ')} of ${write.table} itself: a user can send any value`,
          },
          steps: [stepAt(place, '小程序端写入云数据库', 'The mini program writes to the cloud database')],
          confidence: write.operation === 'update' ? 'high' : 'medium',
        });
      });
    }
  }
}

function clientWrite(
  call: CallExpression,
): { table: string; fields: string[]; operation: string; start: number; end: number } | undefined {
  const callee = call.callee;
  if (
    callee.type !== 'MemberExpression' ||
    callee.property.type !== 'Identifier' ||
    !/^(add|update|set)$/.test(callee.property.name)
  )
    return undefined;
  const table = collectionOf(callee.object, 0);
  const options = call.arguments[0];
  if (table === undefined || options?.type !== 'ObjectExpression') return undefined;
  const data = options.properties.find((part) => part.type === 'Property' && keyOf(part.key) === 'data');
  if (data?.type !== 'Property' || data.value.type !== 'ObjectExpression') return undefined;
  const fields = data.value.properties
    .flatMap((part) => (part.type === 'Property' ? [keyOf(part.key)] : []))
    .filter((name) => decisive.test(name));
  if (fields.length === 0) return undefined;
  return { table, fields, operation: callee.property.name, start: callee.property.start, end: call.end };
}

function keyOf(key: Node): string {
  return key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : '';
}

/** The constant name in `...collection('orders')` at the root of a chain. */
function collectionOf(node: Node, depth: number): string | undefined {
  if (depth > 12 || node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined;
  const name = node.callee.property.type === 'Identifier' ? node.callee.property.name : '';
  const first = node.arguments[0];
  if (name === 'collection') return first?.type === 'Literal' && typeof first.value === 'string' ? first.value : undefined;
  return collectionOf(node.callee.object, depth + 1);
}
