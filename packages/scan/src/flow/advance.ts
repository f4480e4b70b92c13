import { type FunctionNode, isFunction, keyName, type Node, unwrap } from '../parse/ast.ts';
import { isCallee, passArgument, passReceiver } from './calls.ts';
import { flagsOfPrefix } from './concat.ts';
import type { Flow } from './flow.ts';
import { functionOf, ownerOf, parentOf } from './links.ts';
import { isListedKey } from './listed-keys.ts';
import { flag, type Path, type State } from './state.ts';

/** Moves data one step: from an expression to wherever its value goes next. */
export function advance(flow: Flow, arrived: State): void {
  const { node } = arrived;
  const parent = parentOf(node);
  if (parent === undefined) return;
  const guarded = node.type === 'Identifier' || node.type === 'MemberExpression' ? flow.guards(node) : 0;
  const state = guarded === 0 ? arrived : { ...arrived, flags: arrived.flags | guarded };
  const { path } = state;
  switch (parent.type) {
    case 'ChainExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
    case 'ParenthesizedExpression':
    case 'AwaitExpression':
    case 'YieldExpression':
      flow.emit(parent, path, state);
      return;
    case 'ConditionalExpression':
      if (parent.test !== node) flow.emit(parent, path, state);
      return;
    case 'LogicalExpression':
      if (parent.operator !== '&&' || parent.right === node) flow.emit(parent, path, state);
      return;
    case 'SequenceExpression':
      if (parent.expressions.at(-1) === node) flow.emit(parent, path, state);
      return;
    case 'VariableDeclarator':
      if (parent.init === node) {
        if (parent.id.type === 'Identifier') flow.client.onStore?.(parent.id, path, state);
        bind(flow, parent.id, path, state);
      }
      return;
    case 'AssignmentPattern':
      if (parent.right === node) bind(flow, parent.left, path, state);
      return;
    case 'AssignmentExpression':
      if (parent.right === node) assign(flow, parent.left, parent.operator, path, state, parent);
      return;
    case 'MemberExpression':
      if (parent.object === node) load(flow, parent, state);
      return;
    case 'Property':
      if (parent.value === node && parentOf(parent)?.type === 'ObjectExpression') {
        const name = keyName(parent.key, parent.computed);
        flow.emit(parentOf(parent) as Node, name === undefined ? path : [name, ...path], state);
      }
      return;
    case 'SpreadElement': {
      const around = parentOf(parent);
      if (around?.type === 'ObjectExpression' || around?.type === 'ArrayExpression') flow.emit(around, path, state);
      else if (around?.type === 'CallExpression' || around?.type === 'NewExpression')
        passArgument(flow, around, around.arguments.indexOf(parent), state);
      return;
    }
    case 'ArrayExpression':
      flow.emit(parent, path, state);
      return;
    case 'TemplateLiteral':
      if (flow.policy.wholeOnly !== true) template(flow, parent, node, state);
      return;
    case 'BinaryExpression':
      binary(flow, parent, node, state);
      return;
    case 'CallExpression':
    case 'NewExpression': {
      if (isCallee(parent, node)) return;
      const index = parent.arguments.indexOf(node);
      if (index >= 0) passArgument(flow, parent, index, state);
      return;
    }
    case 'ReturnStatement': {
      const fn = functionOf(parent);
      if (fn !== undefined) leave(flow, fn, state);
      return;
    }
    case 'ArrowFunctionExpression':
      if (parent.body === node) leave(flow, parent, state);
      return;
    case 'ForOfStatement':
      if (parent.right === node)
        bind(
          flow,
          parent.left.type === 'VariableDeclaration' ? (parent.left.declarations[0]?.id ?? parent.left) : parent.left,
          path,
          state,
        );
      return;
    case 'PropertyDefinition': {
      const owner = ownerOf(parentOf(parentOf(parent) ?? parent) ?? parent);
      const name = keyName(parent.key, parent.computed);
      if (parent.value === node && owner !== undefined && name !== undefined)
        for (const position of flow.heap.field(owner, [name, ...path])) flow.emit(position.node, position.path, state);
      return;
    }
    case 'JSXExpressionContainer': {
      const attribute = parentOf(parent);
      if (attribute?.type === 'JSXAttribute') flow.client.onAttribute?.(attribute, path, state);
      return;
    }
    case 'UnaryExpression':
      if (flow.policy.keepsNumbers === true && (parent.operator === '+' || parent.operator === '-'))
        flow.emit(parent, path, state);
      return;
    default:
  }
}

function bind(flow: Flow, pattern: Node, path: Path, state: State): void {
  const checked = path.length === 0 && pattern.type === 'ObjectPattern' ? namesKept(flow, pattern, state) : undefined;
  for (const position of flow.heap.pattern(pattern, path)) {
    if (checked !== undefined && !checked.has(position.node)) continue;
    flow.emit(
      position.node,
      position.path,
      state,
      pattern.type === 'ObjectPattern' && path.length === 0 ? { flags: flag.field } : {},
    );
  }
}

/** Where a label follows only some fields: the reads of the names that take those out. */
function namesKept(flow: Flow, pattern: Node, state: State): ReadonlySet<Node> | undefined {
  const { load } = flow.policy;
  if (load === undefined || pattern.type !== 'ObjectPattern') return undefined;
  const kept = new Set<Node>();
  for (const property of pattern.properties) {
    const value = property.type === 'Property' ? property.value : property.type === 'RestElement' ? property.argument : property;
    const name = property.type === 'Property' ? keyName(property.key, property.computed) : undefined;
    if (name !== undefined && !load(name, state)) continue;
    for (const position of flow.heap.pattern(value, [])) kept.add(position.node);
  }
  return kept;
}

function assign(flow: Flow, left: Node, operator: string, path: Path, state: State, whole: Node): void {
  if (/^[*/%-]|^\*\*|^[&|^]=|^<<|^>>/.test(operator) && flow.policy.keepsNumbers !== true) return;
  if (operator === '+=' && flow.policy.wholeOnly === true) return;
  const isListed = left.type === 'MemberExpression' && left.computed && isListedKey(left.property);
  const added = (operator === '+=' ? flag.fixedStart | flag.fixedHost | flag.text : 0) | (isListed ? flag.picked : 0);
  const from = added === 0 ? state : { ...state, flags: state.flags | added };
  flow.client.onStore?.(left, path, from);
  for (const position of flow.heap.store(left, path)) flow.emit(position.node, position.path, from);
  flow.emit(whole, path, from);
}

function load(flow: Flow, member: Node, state: State): void {
  if (member.type !== 'MemberExpression') return;
  const { path } = state;
  const name = keyName(member.property, member.computed);
  let above = parentOf(member);
  let callee: Node = member;
  if (above?.type === 'ChainExpression') {
    callee = above;
    above = parentOf(above);
  }
  if ((above?.type === 'CallExpression' || above?.type === 'NewExpression') && isCallee(above, callee)) {
    if (above.type === 'CallExpression') passReceiver(flow, above, name, state);
    return;
  }
  if (name === undefined) {
    flow.emit(member, path, state);
    if (path.length > 0) flow.emit(member, path.slice(1), state);
    return;
  }
  if (path.length === 0) {
    if (name === 'length' || name === 'size') return;
    if (flow.policy.load?.(name, state) === false) return;
    flow.emit(member, path, state, { flags: flag.field });
  } else if (path[0] === name) flow.emit(member, path.slice(1), state);
}

function template(flow: Flow, parent: Node, node: Node, state: State): void {
  if (parent.type !== 'TemplateLiteral' || state.path.length > 0) return;
  if (parentOf(parent)?.type === 'TaggedTemplateExpression') return;
  const index = parent.expressions.indexOf(node);
  const before: (Node | string)[] = [];
  for (let at = 0; at <= index; at += 1) {
    before.push(parent.quasis[at]?.value.cooked ?? '');
    const hole = parent.expressions[at];
    if (at < index && hole !== undefined) before.push(hole);
  }
  flow.emit(parent, [], state, {
    flags:
      flag.text |
      flagsOfPrefix(
        before.filter((part) => part !== ''),
        flow.resolver,
      ),
  });
}

function binary(flow: Flow, parent: Node, node: Node, state: State): void {
  if (parent.type !== 'BinaryExpression' || state.path.length > 0 || flow.policy.wholeOnly === true) return;
  if (parent.operator === '+') {
    const flags = parent.right === node ? flagsOfPrefix([parent.left], flow.resolver) : 0;
    flow.emit(parent, [], state, { flags: flag.text | flags });
  } else if (flow.policy.keepsNumbers === true && /^[-*/%]$/.test(parent.operator)) flow.emit(parent, [], state);
}

/** Data leaves a function by `return`: to the call that brought it in, or to every call of the function. */
function leave(flow: Flow, fn: FunctionNode, state: State): void {
  const { path, frame } = state;
  flow.client.onReturn?.(fn, path, state);
  const parent = parentOf(fn);
  if (parent?.type === 'CallExpression') {
    const callee = unwrap(parent.callee);
    if (callee === fn) {
      flow.emit(parent, path, state);
      return;
    }
    const method = callee.type === 'MemberExpression' ? keyName(callee.property, callee.computed) : undefined;
    if (method === 'then' || method === 'catch' || method === 'map' || method === 'flatMap' || method === 'reduce') {
      flow.emit(parent, path, state);
      return;
    }
  }
  if (frame !== undefined && frame.fn === fn) {
    flow.emit(frame.call, path, state, { frame: frame.up });
    return;
  }
  for (const call of flow.callers(fn)) flow.emit(call, path, state, { frame: frame?.fn === fn ? frame.up : frame });
  if (parent?.type !== 'Property' && parent?.type !== 'MethodDefinition') return;
  const name = keyName(parent.key, parent.computed);
  const owner = ownerOf(fn);
  if (owner === undefined || name === undefined || owner === fn || isFunction(owner)) return;
  const section = parent.type === 'Property' ? parentOf(parentOf(parent) ?? parent) : undefined;
  const isComputed =
    parent.kind === 'get' || (section?.type === 'Property' && keyName(section.key, section.computed) === 'computed');
  if (isComputed) for (const position of flow.heap.field(owner, [name, ...path])) flow.emit(position.node, position.path, state);
  else if (name === 'data' || name === 'setup')
    for (const position of flow.heap.field(owner, path)) flow.emit(position.node, position.path, state);
}
