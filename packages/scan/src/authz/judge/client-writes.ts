import type { ScanContext } from '../../detector.ts';
import { type CallExpression, isFunction, memberPath, type Node, type Program } from '../../parse/ast.ts';
import { walk } from '../../parse/walk.ts';
import { resolved } from '../../rules/patterns/script/nodes.ts';
import { tableKind } from '../names.ts';
import { type Collect, stepAt } from './verdict.ts';

const decisive =
  /^(pay_?status|order_?status|status|is_?pay(ed)?|paid|price|total_?(fee|price|amount)|amount|balance|money|points?|score|credits?|integral|role|authority|permissions?|is_?(?:super_?)?admin|vip(_?level)?|is_?vip)$/i;

/** Pages that write what only the server should decide straight into the cloud database. */
export function judgeClientWrites(context: ScanContext, collect: Collect): void {
  for (const file of context.project.files) {
    if (
      file.place !== 'mini-program' ||
      file.marks.has('vendored') ||
      file.marks.has('minified') ||
      !/\.collection\s*\(|\bBmob\b|\bAV\.|leancloud|supabase/i.test(file.text)
    )
      continue;
    for (const script of context.scripts(file)) {
      walk(script.program, (node) => {
        if (node.type !== 'CallExpression') return;
        const write = clientWrite(node, script.program) ?? objectWrite(node, script.program) ?? rowWrite(node);
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

function clientWrite(call: CallExpression, program: Program): Write | undefined {
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
  const columns = data?.type === 'Property' ? objectOf(data.value, call, program) : undefined;
  if (columns?.type !== 'ObjectExpression') return undefined;
  const fields = columns.properties
    .flatMap((part) => (part.type === 'Property' ? [keyOf(part.key)] : []))
    .filter((name) => decisive.test(name));
  if (fields.length === 0) return undefined;
  return { table, fields, operation: callee.property.name, start: callee.property.start, end: call.end };
}

/** An object that is written in place, or kept under a name in the same function, or around it, before. */
function objectOf(value: Node, call: CallExpression, program: Program): Node | undefined {
  if (value.type !== 'Identifier') return value;
  const functions: Node[] = [];
  let found: Node | undefined;
  walk(program, (node) => {
    if (isFunction(node)) functions.push(node);
    if (
      node.type !== 'VariableDeclarator' ||
      node.id.type !== 'Identifier' ||
      node.id.name !== value.name ||
      node.start > call.start
    )
      return;
    const around = functions.findLast((fn) => fn.start <= node.start && node.end <= fn.end);
    if (around === undefined || (around.start <= call.start && call.end <= around.end)) found = node.init ?? undefined;
  });
  return found;
}

interface Write {
  readonly table: string;
  readonly fields: string[];
  readonly operation: string;
  readonly start: number;
  readonly end: number;
}

/** `q.set('price', 1)` on an object of Bmob or LeanCloud: `const q = Bmob.Query('order')`, `AV.Object.createWithoutData('Order', id)`. */
function objectWrite(call: CallExpression, program: Program): Write | undefined {
  const { callee } = call;
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier' || callee.property.name !== 'set')
    return undefined;
  const [column, value] = call.arguments;
  if (column?.type !== 'Literal' || typeof column.value !== 'string' || value === undefined || !decisive.test(column.value))
    return undefined;
  const made = resolved(callee.object, program);
  const inner = made?.type === 'AwaitExpression' ? made.argument : made;
  if (inner?.type !== 'CallExpression' && inner?.type !== 'NewExpression') return undefined;
  const path = memberPath(inner.callee)?.join('.') ?? '';
  if (!/^(?:Bmob\.Query|(?:AV|LC)\.Object(?:\.createWithoutData)?)$/.test(path)) return undefined;
  const table = inner.arguments[0];
  return table?.type === 'Literal' && typeof table.value === 'string'
    ? { table: table.value, fields: [column.value], operation: 'update', start: callee.property.start, end: call.end }
    : undefined;
}

/** `supabase.from('orders').update({ status })` where no row rule of the repository is at hand. */
function rowWrite(call: CallExpression): Write | undefined {
  const { callee } = call;
  if (
    callee.type !== 'MemberExpression' ||
    callee.property.type !== 'Identifier' ||
    !/^(?:insert|update|upsert)$/.test(callee.property.name)
  )
    return undefined;
  const from = callee.object;
  const data = call.arguments[0];
  if (
    from.type !== 'CallExpression' ||
    from.callee.type !== 'MemberExpression' ||
    keyOf(from.callee.property) !== 'from' ||
    !/supabase/i.test(memberPath(from.callee.object)?.join('.') ?? '') ||
    data?.type !== 'ObjectExpression'
  )
    return undefined;
  const table = from.arguments[0];
  const fields = data.properties
    .flatMap((part) => (part.type === 'Property' ? [keyOf(part.key)] : []))
    .filter((name) => decisive.test(name));
  return table?.type === 'Literal' && typeof table.value === 'string' && fields.length > 0
    ? { table: table.value, fields, operation: callee.property.name, start: callee.property.start, end: call.end }
    : undefined;
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
