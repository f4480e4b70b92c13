import { type CallExpression, isFunction, keyName, memberPath, type Node, stringValue, unwrap } from '../parse/ast.ts';
import { walk } from '../parse/walk.ts';
import { bindingOf, parentOf } from './links.ts';
import { flag } from './state.ts';

/** Tells whether a value was checked before the place at which it is read: an enclosing condition, or one above that leaves. */
export function createGuards(): (read: Node) => number {
  const memo = new Map<Node, number>();
  return (read) => {
    const known = memo.get(read);
    if (known !== undefined) return known;
    const flags = guardsOf(read);
    memo.set(read, flags);
    return flags;
  };
}

const maxHeight = 40;
const maxSiblings = 60;

function guardsOf(read: Node): number {
  const group = ofGroup(read);
  const name = memberPath(read)?.join('.');
  if (name === undefined) return group;
  let flags = group;
  let at = read;
  let parent = parentOf(at);
  for (let height = 0; parent !== undefined && height < maxHeight; height += 1) {
    if (parent.type === 'IfStatement' && parent.consequent === at) flags |= checks(parent.test, name);
    else if (parent.type === 'ConditionalExpression' && parent.consequent === at) flags |= checks(parent.test, name);
    else if (parent.type === 'LogicalExpression' && parent.operator === '&&' && parent.right === at)
      flags |= checks(parent.left, name);
    else if (parent.type === 'IfStatement' && parent.alternate === at && isNegated(parent.test))
      flags |= checks(parent.test, name);
    else if (parent.type === 'SwitchCase') {
      const around = parentOf(parent);
      if (around?.type === 'SwitchStatement' && parent.test !== null && mentions(around.discriminant, name))
        flags |= flag.guarded;
    }
    if (parent.type === 'BlockStatement' || parent.type === 'Program') {
      const index = parent.body.indexOf(at);
      for (const statement of parent.body.slice(Math.max(0, index - maxSiblings), Math.max(0, index)))
        flags |= leaving(statement, name);
    }
    if (isFunction(parent) && !isCallback(parent)) break;
    at = parent;
    parent = parentOf(at);
  }
  return flags;
}

/** `found[1]` of `text.match(/^img-(\w+)$/)`: what a group of a pattern can hold is known where only words fit into it. */
function ofGroup(read: Node): number {
  if (read.type !== 'MemberExpression' || read.property.type !== 'Literal' || typeof read.property.value !== 'number') return 0;
  const declarator = read.object.type === 'Identifier' ? bindingOf(read.object)?.declaration : undefined;
  const parent = declarator === undefined ? undefined : parentOf(declarator);
  const call = parent?.type === 'VariableDeclarator' && parent.init !== null ? unwrap(parent.init) : undefined;
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return 0;
  const method = lastName(call.callee);
  const pattern = method === 'match' ? call.arguments[0] : method === 'exec' ? call.callee.object : undefined;
  if (pattern?.type !== 'Literal' || pattern.regex === undefined) return 0;
  const groups = [...pattern.regex.pattern.slice(0, 500).matchAll(/\((?!\?)([^()]*)\)/g)];
  const inside = groups[read.property.value - 1]?.[1];
  return inside !== undefined && /^(?:\\[wd]|\[(?:[\w-]|\\[wd])+\]|[\w|-])+(?:[+*?]|\{\d*,?\d*\})?$/.test(inside)
    ? flag.guarded | flag.text
    : 0;
}

/** A function that is an argument runs where it stands, as far as checks are concerned. */
const isCallback = (node: Node): boolean => {
  const parent = parentOf(node);
  return parent?.type === 'CallExpression' || parent?.type === 'NewExpression' || parent?.type === 'Property';
};

/** `if (!allowed(x)) return`, `assertAllowed(x)`. */
function leaving(statement: Node, name: string): number {
  if (statement.type === 'IfStatement')
    return statement.alternate === null && leaves(statement.consequent) ? checks(statement.test, name) : 0;
  if (statement.type !== 'ExpressionStatement') return 0;
  const inner = unwrap(statement.expression);
  const call = inner.type === 'AwaitExpression' ? unwrap(inner.argument) : inner;
  if (call.type !== 'CallExpression') return 0;
  const called = lastName(call.callee);
  return called !== undefined &&
    /^(?:assert|check|ensure|validate|verify|guard)/i.test(called) &&
    call.arguments.some((argument) => mentions(argument, name))
    ? flag.guarded
    : 0;
}

function leaves(node: Node): boolean {
  if (
    node.type === 'ReturnStatement' ||
    node.type === 'ThrowStatement' ||
    node.type === 'ContinueStatement' ||
    node.type === 'BreakStatement'
  )
    return true;
  if (node.type !== 'BlockStatement') return false;
  const last = node.body.at(-1);
  return last !== undefined && leaves(last);
}

const isNegated = (test: Node): boolean => test.type === 'UnaryExpression' && test.operator === '!';

function checks(test: Node, name: string): number {
  let flags = 0;
  walk(test, (node) => {
    if (isFunction(node)) return false;
    if (node.type === 'CallExpression' && mentions(node, name)) {
      const method = lastName(node.callee);
      if (method !== undefined && isCheck(method, node)) flags |= flag.guarded;
    } else if (node.type === 'BinaryExpression') {
      if (node.operator === 'in' && mentions(node.left, name)) flags |= flag.guarded;
      if (/^[!=]==?$/.test(node.operator))
        flags |= comparison(node.left, node.right, name) | comparison(node.right, node.left, name);
    } else if (node.type === 'MemberExpression' && node.computed && mentions(node.property, name)) flags |= flag.guarded;
    return true;
  });
  return flags;
}

function comparison(side: Node, other: Node, name: string): number {
  if (side.type === 'UnaryExpression' && side.operator === 'typeof' && mentions(side.argument, name))
    return stringValue(other) === 'string' || stringValue(other) === 'number' ? flag.text : 0;
  if (memberPath(side)?.join('.') !== name && !isDerived(side, name)) return 0;
  const constant = stringValue(other);
  if (constant !== undefined) return constant === '' || constant === 'undefined' ? 0 : flag.guarded;
  return other.type === 'MemberExpression' || (other.type === 'Identifier' && /^[A-Z][A-Z0-9_]+$/.test(other.name))
    ? flag.guarded
    : 0;
}

/** `x.host`, `new URL(x).host`: a part of the value is compared. */
const isDerived = (node: Node, name: string): boolean =>
  (node.type === 'MemberExpression' && keyName(node.property, node.computed) !== 'length' && mentions(node.object, name)) ||
  (node.type === 'Identifier' && expanded(node).some((text) => isPartOf(text, name)) && memberPath(node)?.join('.') !== name);

function isCheck(method: string, call: Node): boolean {
  if (call.type !== 'CallExpression') return false;
  if (/^(?:startsWith|indexOf|includes|test|match|search|endsWith)$/.test(method)) return !isWeak(call);
  return (
    /^(?:has|some|find|findIndex|every|hasOwnProperty|filter|exists)$/.test(method) ||
    /^(?:is|has|in|check|valid|allow|verify|can|match|assert)[A-Z_]?/.test(method)
  );
}

/** A test for the scheme alone, for being a web address at all, or for a host anywhere in an address says nothing of where it leads. */
function isWeak(call: Node): boolean {
  if (call.type !== 'CallExpression') return true;
  if (asksForHostAnywhere(call)) return true;
  const pattern = [call.arguments[0], call.callee.type === 'MemberExpression' ? call.callee.object : undefined]
    .map((node) => (node?.type === 'Literal' ? (node.regex?.pattern ?? String(node.value)) : undefined))
    .find((text) => text !== undefined);
  return (
    pattern !== undefined &&
    (/^\W*(?:\(\?:)?(?:https?|wss?|ftp)\W*$/i.test(pattern.replaceAll(/s\?|\|/g, '')) || pattern.length < 2)
  );
}

/** `url.includes('pay.example.com')`: `https://other.example/?pay.example.com` has it too. */
function asksForHostAnywhere(call: CallExpression): boolean {
  if (call.callee.type !== 'MemberExpression' || keyName(call.callee.property, call.callee.computed) !== 'includes') return false;
  const asked = stringValue(call.arguments[0]);
  const receiver = memberPath(call.callee.object)?.at(-1);
  return (
    asked !== undefined &&
    /^(?:https?:\/\/|\/\/)?(?:[a-z\d-]+\.)+[a-z]{2,12}\/?$/i.test(asked) &&
    receiver !== undefined &&
    /(?:ur[il]|link|href|src|address)$/i.test(receiver)
  );
}

function mentions(node: Node, name: string): boolean {
  let found = false;
  walk(node, (inner) => {
    if (found || isFunction(inner)) return false;
    if (inner.type === 'Identifier') found ||= expanded(inner).some((text) => isPartOf(text, name));
    else if (inner.type === 'MemberExpression') {
      const path = memberPath(inner);
      if (path !== undefined) {
        found ||= isPartOf(path.join('.'), name);
        // A field of an object is not the object.
        return false;
      }
    }
    return !found;
  });
  return found;
}

/** What is asked of a text itself; a field of an object says nothing of the others. */
const ofText =
  /^(?:host|hostname|origin|href|pathname|protocol|startsWith|endsWith|indexOf|lastIndexOf|includes|match|search|toLowerCase|toUpperCase|trim|split|slice|substr|substring|replace|toString)$/;

const isPartOf = (text: string, name: string): boolean =>
  text === name || (text.startsWith(`${name}.`) && ofText.test(text.slice(name.length + 1).split('.', 1)[0] ?? ''));

/** A name, and the names in the expression that it was made from. */
function expanded(node: Node): readonly string[] {
  if (node.type !== 'Identifier') return [];
  const declarator = bindingOf(node)?.declaration;
  const parent = declarator === undefined ? undefined : parentOf(declarator);
  if (parent?.type !== 'VariableDeclarator' || parent.init === null) return [node.name];
  const names = [node.name];
  walk(parent.init, (inner) => {
    if (isFunction(inner)) return false;
    if (inner.type === 'Identifier') names.push(inner.name);
    else if (inner.type === 'MemberExpression') names.push(memberPath(inner)?.join('.') ?? '');
    return names.length < 30;
  });
  return names;
}

function lastName(callee: Node): string | undefined {
  const node = unwrap(callee);
  if (node.type === 'Identifier') return node.name;
  return node.type === 'MemberExpression' ? keyName(node.property, node.computed) : undefined;
}
