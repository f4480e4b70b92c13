import { type FunctionNode, keyName, type Node, unwrap } from '../parse/ast.ts';
import type { Codebase } from './codebase.ts';
import { bindingOf, parentOf } from './links.ts';
import type { Resolver } from './resolve-value.ts';

/** Calls that may enter a function; found by name and confirmed by going back from each callee. At most 60. */
export type Callers = (fn: FunctionNode) => readonly Node[];

const maxCandidates = 400;
const maxCallers = 60;

export function createCallers(codebase: Codebase, resolver: Resolver): Callers {
  const memo = new Map<FunctionNode, readonly Node[]>();
  return (fn) => {
    const known = memo.get(fn);
    if (known !== undefined) return known;
    memo.set(fn, []);
    const found: Node[] = [];
    const seen = new Set<Node>();
    for (const name of namesOf(fn)) {
      for (const call of codebase.callsNamed(name).slice(0, maxCandidates)) {
        if (seen.has(call) || found.length >= maxCallers) continue;
        seen.add(call);
        if ((call.type === 'CallExpression' || call.type === 'NewExpression') && enters(resolver, call.callee, fn))
          found.push(call);
      }
    }
    memo.set(fn, found);
    return found;
  };
}

const enters = (resolver: Resolver, callee: Node, fn: FunctionNode): boolean =>
  resolver.targets(callee).some((target) => target.kind === 'function' && target.node === fn);

/** Names under which a function can be called: its own, its variable's, its property's, its export's. */
function namesOf(fn: FunctionNode): readonly string[] {
  const names = new Set<string>();
  if (fn.type !== 'ArrowFunctionExpression' && fn.id !== null) names.add(fn.id.name);
  const parent = parentOf(fn);
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') names.add(parent.id.name);
  if (parent?.type === 'Property' || parent?.type === 'MethodDefinition' || parent?.type === 'PropertyDefinition') {
    const name = keyName(parent.key, parent.computed);
    if (name !== undefined) names.add(name);
  }
  if (parent?.type === 'AssignmentExpression') {
    const left = unwrap(parent.left);
    if (left.type === 'Identifier') names.add(left.name);
    if (left.type === 'MemberExpression') {
      const name = keyName(left.property, left.computed);
      if (name !== undefined) names.add(name);
    }
  }
  for (const name of [...names]) {
    const binding = fn.type !== 'ArrowFunctionExpression' && fn.id?.name === name ? bindingOf(fn.id) : undefined;
    for (const reference of binding?.references ?? []) {
      const property = parentOf(reference);
      if (property?.type === 'Property') names.add(keyName(property.key, property.computed) ?? name);
      if (property?.type === 'AssignmentExpression' && property.left.type === 'MemberExpression')
        names.add(keyName(property.left.property, property.left.computed) ?? name);
    }
  }
  return [...names];
}
