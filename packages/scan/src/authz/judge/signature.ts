import type { ScanContext } from '../../detector.ts';
import type { IfStatement, Node } from '../../parse/ast.ts';
import { forEachChild } from '../../parse/walk.ts';
import type { SourceFile } from '../../project/source-file.ts';
import type { Collect } from './verdict.ts';
import { stepAt } from './verdict.ts';

const signName =
  /(check|verify|validate|valid|is)_?(wx|wechat|pay|notify|msg|message|api)?_?sign(ature|ed)?(valid|ok)?$|^sign(ature)?(ok|valid|check)$|^checkSignature$/i;
const signValue = /^(pay_?)?sign(ature)?$|^(local|my|expected|calc|new|server|self|check)_?sign(ature)?$/i;

/** A signature is checked, and the code goes on whatever the result is. */
export function judgeSignatures(context: ScanContext, files: readonly SourceFile[], collect: Collect): void {
  for (const file of files) {
    if (!/sign/i.test(file.text)) continue;
    for (const script of context.scripts(file)) visit(script.program, [], file, collect);
  }
}

function visit(node: Node, siblingsAfter: readonly Node[], file: SourceFile, collect: Collect): void {
  if (
    node.type === 'IfStatement' &&
    !node.alternate &&
    refuses(node) &&
    !leaves(node.consequent) &&
    siblingsAfter.some(matters)
  ) {
    collect({
      rule: 'MP-API-010',
      key: `MP-API-010|${file.path}:${node.start}`,
      place: { file: file.path, start: node.start, end: node.test.end },
      message: {
        zh: '签名校验失败后没有返回，后面的处理照样执行',
        en: 'After a failed signature check the code goes on: what follows runs all the same',
      },
      steps: [
        stepAt({ file: file.path, start: node.test.start, end: node.test.end }, '签名校验', 'The signature is checked'),
        stepAt(
          {
            file: file.path,
            start: siblingsAfter[0]?.start ?? node.end,
            end: Math.min(siblingsAfter[0]?.end ?? node.end, (siblingsAfter[0]?.start ?? node.end) + 80),
          },
          '校验失败也会执行到这里',
          'Reached even when the check fails',
        ),
      ],
      severity: 'high',
    });
  }
  const statements = bodyOf(node);
  if (statements) for (const [i, statement] of statements.entries()) visit(statement, statements.slice(i + 1), file, collect);
  else forEachChild(node, (child) => visit(child, [], file, collect));
}

function bodyOf(node: Node): readonly Node[] | undefined {
  if (node.type === 'Program' || node.type === 'BlockStatement') return node.body;
  return undefined;
}

/** `if (!checkSignature(...))`, `if (sign !== expected)`. */
function refuses(node: IfStatement): boolean {
  const test = node.test;
  if (test.type === 'UnaryExpression' && test.operator === '!') return signName.test(nameOf(test.argument));
  if (test.type === 'BinaryExpression' && (test.operator === '!==' || test.operator === '!='))
    return (signValue.test(nameOf(test.left)) && named(test.right)) || (signValue.test(nameOf(test.right)) && named(test.left));
  if (
    test.type === 'BinaryExpression' &&
    (test.operator === '===' || test.operator === '==') &&
    test.right.type === 'Literal' &&
    test.right.value === false
  )
    return signName.test(nameOf(test.left));
  return false;
}

function named(node: Node): boolean {
  return node.type !== 'Literal';
}

function nameOf(node: Node): string {
  switch (node.type) {
    case 'Identifier':
      return node.name;
    case 'MemberExpression':
      return node.property.type === 'Identifier' ? node.property.name : '';
    case 'CallExpression':
      return nameOf(node.callee);
    case 'AwaitExpression':
      return nameOf(node.argument);
    default:
      return '';
  }
}

/** Control does not come back from here. */
function leaves(node: Node): boolean {
  switch (node.type) {
    case 'ReturnStatement':
    case 'ThrowStatement':
    case 'ContinueStatement':
    case 'BreakStatement':
      return true;
    case 'BlockStatement':
      return node.body.some(leaves);
    case 'IfStatement':
      return node.alternate ? leaves(node.consequent) && leaves(node.alternate) : false;
    case 'ExpressionStatement':
      return (
        node.expression.type === 'CallExpression' && /^(throw|exit|reject|next|fail|abort)$/.test(nameOf(node.expression.callee))
      );
    default:
      return false;
  }
}

/** Something happens after the check: not only a declaration or a log line. */
function matters(node: Node): boolean {
  if (node.type === 'ExpressionStatement')
    return !(node.expression.type === 'CallExpression' && /^(log|info|warn|error|debug)$/.test(nameOf(node.expression.callee)));
  return node.type !== 'EmptyStatement' && node.type !== 'FunctionDeclaration';
}
