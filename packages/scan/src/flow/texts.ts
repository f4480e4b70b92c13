import { type Node, stringValue, unwrap } from '../parse/ast.ts';

/** What a text may be where it is chosen between constants, as stubs are for tests; at most four. */
export function textsOf(node: Node | undefined): readonly string[] {
  if (node === undefined) return [];
  const inner = unwrap(node);
  if (inner.type === 'ConditionalExpression') return [...textsOf(inner.consequent), ...textsOf(inner.alternate)].slice(0, 4);
  if (inner.type === 'BinaryExpression' && inner.operator === '+') {
    const right = textsOf(inner.right);
    return textsOf(inner.left)
      .flatMap((left) => right.map((each) => left + each))
      .slice(0, 4);
  }
  if (inner.type !== 'TemplateLiteral') {
    const value = stringValue(inner);
    return value === undefined ? [] : [value];
  }
  let texts: readonly string[] = [''];
  for (const [index, quasi] of inner.quasis.entries()) {
    const hole = inner.expressions[index];
    const next = hole === undefined ? [''] : textsOf(hole);
    texts = texts.flatMap((text) => next.map((each) => text + (quasi.value.cooked ?? '') + each)).slice(0, 4);
  }
  return texts;
}
