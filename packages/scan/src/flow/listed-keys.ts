import { isFunction, type Node, stringValue, unwrap } from '../parse/ast.ts';
import { bindingOf, parentOf } from './links.ts';

/** Whether `fields[key] = data[key]` can write only keys that the program lists: `key` runs through an array of constants. */
export function isListedKey(property: Node): boolean {
  if (property.type !== 'Identifier') return false;
  const declaration = bindingOf(property)?.declaration;
  const parent = declaration === undefined ? undefined : parentOf(declaration);
  if (declaration === undefined || parent === undefined) return false;
  if (isFunction(parent) && parent.params[0] === declaration) {
    const call = parentOf(parent);
    return call?.type === 'CallExpression' && call.callee.type === 'MemberExpression' && isConstantList(call.callee.object);
  }
  if (parent.type !== 'VariableDeclarator') return false;
  const loop = parentOf(parentOf(parent) ?? parent);
  return loop?.type === 'ForOfStatement' && isConstantList(loop.right);
}

function isConstantList(node: Node): boolean {
  const inner = unwrap(node);
  if (inner.type === 'ArrayExpression')
    return inner.elements.length > 0 && inner.elements.every((element) => element !== null && stringValue(element) !== undefined);
  if (inner.type !== 'Identifier') return false;
  const declaration = bindingOf(inner)?.declaration;
  const declarator = declaration === undefined ? undefined : parentOf(declaration);
  return (
    declarator?.type === 'VariableDeclarator' && declarator.init?.type === 'ArrayExpression' && isConstantList(declarator.init)
  );
}
