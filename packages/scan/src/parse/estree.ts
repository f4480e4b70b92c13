import type { Node } from './ast.ts';
import { forEachChild } from './walk.ts';

type Raw = { type: string; start: number; end: number } & Record<string, unknown>;

/**
 * Turns the tree of the tolerant parser into ESTree where they differ, in place. The parser's own plugin does the same at
 * three times the cost of parsing.
 */
export function toEstree(root: unknown): void {
  convert(root as Raw);
  forEachChild(root as Node, toEstree);
}

function convert(node: Raw): void {
  switch (node.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'DecimalLiteral':
    case 'BigIntLiteral':
      node.type = 'Literal';
      return;
    case 'NullLiteral':
      node.type = 'Literal';
      node.value = null;
      return;
    case 'RegExpLiteral':
      node.type = 'Literal';
      node.value = null;
      node.regex = { pattern: node.pattern, flags: node.flags };
      return;
    case 'ObjectProperty':
      node.type = 'Property';
      node.kind = 'init';
      node.method = false;
      return;
    case 'ObjectMethod':
      node.method = node.kind === 'method';
      if (node.method === true) node.kind = 'init';
      node.type = 'Property';
      node.shorthand = false;
      node.value = functionOf(node);
      return;
    case 'ClassMethod':
    case 'ClassPrivateMethod':
      node.type = 'MethodDefinition';
      node.computed = node.computed === true;
      node.value = functionOf(node);
      return;
    case 'ClassProperty':
    case 'ClassPrivateProperty':
    case 'ClassAccessorProperty':
      node.type = 'PropertyDefinition';
      node.computed = node.computed === true;
      node.value ??= null;
      return;
    case 'PrivateName':
      node.type = 'PrivateIdentifier';
      node.name = (node.id as { name?: unknown } | undefined)?.name;
      return;
    case 'OptionalMemberExpression':
      node.type = 'MemberExpression';
      return;
    case 'OptionalCallExpression':
      node.type = 'CallExpression';
      return;
    case 'ExportAllDeclaration':
      node.exported ??= null;
      return;
    default:
  }
}

/** Methods are their own functions in the parser's tree; ESTree has a function expression as their value. */
function functionOf(node: Raw): Raw {
  const { params, body, async, generator, start, end } = node;
  const made: Raw = { type: 'FunctionExpression', start, end, id: null, params, body, async, generator };
  for (const key of ['params', 'body', 'async', 'generator']) delete node[key];
  return made;
}
