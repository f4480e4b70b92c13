import type {
  BinaryExpression,
  CallExpression,
  ClassNode,
  FunctionNode,
  MemberExpression,
  NewExpression,
  Node,
  ObjectExpression,
} from '../parse/ast.ts';
import { assign } from './bind.ts';
import { createClass } from './classes.ts';
import { globalValue } from './globals.ts';
import { construct, invoke } from './invoke.ts';
import { decide, lookup, type Machine, noteIdentity, placeOf, pushGuards, step } from './machine.ts';
import { getMember, listFrom, nameOfKey, recordSpread } from './members.ts';
import { importModule } from './modules.ts';
import { noteSharedRead } from './shared-state.ts';
import { isModelMethod, ormModel } from './store/orm.ts';
import {
  type Check,
  type Closure,
  compact,
  either,
  has,
  literal,
  mixed,
  object,
  origin,
  type Scope,
  trusted,
  unknown,
  type Value,
} from './value.ts';

/** The abstract value of an expression; follows calls into code of the project. Never throws on odd trees. */
export function evaluate(m: Machine, node: Node | null | undefined, scope: Scope): Value {
  if (!node || !step(m)) return unknown;
  const value = dispatch(m, node, scope);
  if (trusted(value)) noteIdentity(m);
  return value;
}

function dispatch(m: Machine, node: Node, scope: Scope): Value {
  switch (node.type) {
    case 'Literal':
      return literalOf(node.value);
    case 'Identifier':
      return readName(m, node.name, scope, node);
    case 'ThisExpression':
      return lookup(scope, 'this') ?? unknown;
    case 'TemplateLiteral': {
      const parts = node.expressions.map((part) => evaluate(m, part, scope));
      if (parts.length === 0) return literal(node.quasis[0]?.value.cooked ?? '');
      return templateValue(
        node.quasis.map((q) => q.value.cooked ?? q.value.raw),
        parts,
      );
    }
    case 'TaggedTemplateExpression': {
      const tag = evaluate(m, node.tag, scope);
      const parts = node.quasi.expressions.map((part) => evaluate(m, part, scope));
      const text = node.quasi.quasis.map((q) => q.value.raw).join('?');
      return callValue(m, tag, [literal(text), ...parts], node, [], scope) ?? mixed([tag, ...parts]);
    }
    case 'MemberExpression':
      return readMember(m, node, scope);
    case 'CallExpression':
      return evaluateCall(m, node, scope);
    case 'NewExpression':
      return evaluateNew(m, node, scope);
    case 'ChainExpression':
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
      return evaluate(m, node.expression, scope);
    case 'ObjectExpression':
      return evaluateObject(m, node, scope);
    case 'ArrayExpression':
      return listFrom(m, node.elements, scope);
    case 'SpreadElement':
      return evaluate(m, node.argument, scope);
    case 'AwaitExpression':
      return awaited(m, evaluate(m, node.argument, scope));
    case 'YieldExpression':
      return awaited(m, evaluate(m, node.argument, scope));
    case 'UnaryExpression': {
      const value = evaluate(m, node.argument, scope);
      if (node.operator === '!') return negate(m, value, node);
      if (node.operator === 'typeof' || node.operator === 'void' || node.operator === 'delete') {
        return compact({ flags: 0, checks: checksOf(m, value, node) });
      }
      return mixed([value]);
    }
    case 'UpdateExpression':
      return mixed([evaluate(m, node.argument, scope)]);
    case 'BinaryExpression':
      return evaluateBinary(m, node, scope);
    case 'LogicalExpression': {
      const left = evaluate(m, node.left, scope);
      const mark = m.guards.length;
      if (node.operator === '&&') pushGuards(m, checksOf(m, left, node.left));
      m.conditional += 1;
      const right = evaluate(m, node.right, scope);
      m.conditional -= 1;
      m.guards.length = mark;
      const checks = [...checksOf(m, left, node.left), ...checksOf(m, right, node.right)];
      const value = node.operator === '&&' ? andValue(left, right) : either(left, right);
      return { ...value, checks };
    }
    case 'ConditionalExpression': {
      const test = evaluate(m, node.test, scope);
      const mark = m.guards.length;
      if (test.checks) decide(m, { checks: test.checks, place: placeOf(m, node.test), enforced: false });
      pushGuards(m, checksOf(m, test, node.test));
      m.conditional += 1;
      const yes = evaluate(m, node.consequent, scope);
      const no = evaluate(m, node.alternate, scope);
      m.conditional -= 1;
      m.guards.length = mark;
      const value = either(yes, no);
      return test.checks ? { ...value, checks: [...(value.checks ?? []), ...test.checks].slice(0, 12) } : value;
    }
    case 'AssignmentExpression': {
      const right = evaluate(m, node.right, scope);
      const value = node.operator === '=' ? right : mixed([evaluate(m, node.left, scope), right]);
      assign(
        m,
        node.left,
        node.operator.endsWith('||=') || node.operator === '??=' ? either(value, right) : value,
        scope,
        node.operator === '=' ? node : undefined,
      );
      return value;
    }
    case 'SequenceExpression': {
      let last: Value = unknown;
      for (const part of node.expressions) last = evaluate(m, part, scope);
      return last;
    }
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return closureOf(m, node, scope);
    case 'ClassExpression':
    case 'ClassDeclaration':
      return createClass(m, node as ClassNode, scope);
    case 'ImportExpression': {
      const spec = evaluate(m, node.source, scope).literal;
      return typeof spec === 'string' ? importModule(m, placeOf(m, node).file, spec) : unknown;
    }
    default:
      return unknown;
  }
}

function literalOf(value: unknown): Value {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null)
    return literal(value);
  return unknown;
}

function readName(m: Machine, name: string, scope: Scope, node: Node): Value {
  for (let s: Scope | undefined = scope; s; s = s.parent) {
    const value = s.names.get(name);
    if (value) {
      if (s.module !== undefined) noteSharedRead(m, `${s.module}#${name}`, node);
      return value;
    }
  }
  if (name === 'undefined' || name === 'NaN') return literal(null);
  return globalValue(m, name);
}

/** The text of a template, with `?` for what is not constant, so that SQL and URLs in it can be read. */
function templateValue(texts: readonly string[], parts: readonly Value[]): Value {
  let text = texts[0] ?? '';
  parts.forEach((part, i) => {
    text += part.literal !== undefined && part.flags === 0 ? String(part.literal) : '\u0000';
    text += texts[i + 1] ?? '';
  });
  const shape = { props: new Map(parts.map((part, i) => [`\u0000${i}`, part])), rest: undefined, list: false };
  return { ...mixed(parts), literal: text.slice(0, 4_000), shape };
}

function readMember(m: Machine, node: MemberExpression, scope: Scope): Value {
  if (node.object.type === 'Super') {
    const self = lookup(scope, 'this') ?? unknown;
    const name = memberName(m, node, scope);
    return name === undefined ? unknown : getMember(m, self, `super.${name}`, node);
  }
  const target = evaluate(m, node.object, scope);
  const name = memberName(m, node, scope);
  if (name === undefined) return dynamicMember(m, target, node, scope);
  return getMember(m, target, name, node);
}

/** The constant name of a member; undefined when it is computed. */
export function memberName(m: Machine, node: MemberExpression, scope: Scope): string | undefined {
  if (!node.computed)
    return node.property.type === 'Identifier' || node.property.type === 'PrivateIdentifier' ? node.property.name : undefined;
  const value = evaluate(m, node.property, scope);
  if (value.literal !== undefined && value.literal !== null && value.flags === 0) return String(value.literal);
  return undefined;
}

/** A member chosen at run time: any of those that are known. */
function dynamicMember(m: Machine, target: Value, node: MemberExpression, scope: Scope): Value {
  const key = evaluate(m, node.property, scope);
  if (target.shape && !target.shape.list && has(key, origin.client)) {
    const functions = [...target.shape.props].filter(([, value]) => value.callable);
    if (functions.length > 0) return object(functions, { flags: 0, handle: { kind: 'dispatch' } });
  }
  if (target.shape) {
    let value: Value | undefined = target.shape.rest;
    let n = 0;
    for (const member of target.shape.props.values()) {
      if (++n > 30) break;
      value = value ? either(value, member) : member;
    }
    return value ?? mixed([target]);
  }
  return getMember(m, target, '0', node);
}

export function checksOf(m: Machine, value: Value, node: Node): readonly Check[] {
  if (value.checks && value.checks.length > 0) {
    if (value.flags === 0 && !value.rows) return value.checks;
    return [{ left: value, place: placeOf(m, node) }, ...value.checks].slice(0, 12);
  }
  if (value.flags === 0 && !value.rows && !value.handle) return [];
  return [{ left: value, place: placeOf(m, node) }];
}

function negate(m: Machine, value: Value, node: Node): Value {
  const flipped = typeof value.literal === 'boolean' && value.flags === 0 && !value.checks ? !value.literal : undefined;
  return compact({ flags: 0, literal: flipped, checks: checksOf(m, value, node) });
}

function andValue(left: Value, right: Value): Value {
  if (left.literal === false && left.flags === 0 && !left.checks) return left;
  return either(right, { flags: left.flags & ~origin.identity });
}

function evaluateBinary(m: Machine, node: BinaryExpression, scope: Scope): Value {
  const left = evaluate(m, node.left, scope);
  const right = evaluate(m, node.right, scope);
  switch (node.operator) {
    case '===':
    case '==':
    case '!==':
    case '!=':
    case '>':
    case '<':
    case '>=':
    case '<=':
    case 'in':
    case 'instanceof': {
      const checks: Check[] = [{ left, right, place: placeOf(m, node) }];
      for (const side of [left, right]) if (side.checks) checks.push(...side.checks.slice(0, 6));
      return compact({ flags: 0, literal: foldComparison(node.operator, left, right), checks });
    }
    case '+': {
      if (isText(left) && isText(right)) return literal(`${left.literal}${right.literal}`.slice(0, 4_000));
      if (typeof left.literal === 'string' || typeof right.literal === 'string') return concat(left, right);
      return mixed([left, right]);
    }
    default:
      return mixed([left, right]);
  }
}

function isText(value: Value): boolean {
  return value.flags === 0 && (typeof value.literal === 'string' || typeof value.literal === 'number');
}

/** Joins text so that the constant parts stay readable and the others keep their values. */
function concat(left: Value, right: Value): Value {
  const props = new Map<string, Value>();
  let text = '';
  for (const side of [left, right]) {
    const inner = side.shape ? [...side.shape.props].filter(([name]) => name.startsWith('\u0000')) : [];
    if (typeof side.literal === 'string' && inner.length > 0) {
      text += side.literal;
      for (const [, part] of inner) props.set(`\u0000${props.size}`, part);
    } else if (isText(side)) text += String(side.literal);
    else {
      text += '\u0000';
      props.set(`\u0000${props.size}`, side);
    }
  }
  return { ...mixed([left, right]), literal: text.slice(0, 4_000), shape: { props, rest: undefined, list: false } };
}

function foldComparison(operator: string, left: Value, right: Value): boolean | undefined {
  if (
    left.literal === undefined ||
    right.literal === undefined ||
    left.flags !== 0 ||
    right.flags !== 0 ||
    left.shape ||
    right.shape
  )
    return undefined;
  if (left.checks || right.checks) return undefined;
  switch (operator) {
    case '===':
    case '==':
      return left.literal === right.literal;
    case '!==':
    case '!=':
      return left.literal !== right.literal;
    default:
      break;
  }
  if (typeof left.literal !== 'number' || typeof right.literal !== 'number') return undefined;
  if (operator === '>') return left.literal > right.literal;
  if (operator === '<') return left.literal < right.literal;
  if (operator === '>=') return left.literal >= right.literal;
  if (operator === '<=') return left.literal <= right.literal;
  return undefined;
}

function evaluateObject(m: Machine, node: ObjectExpression, scope: Scope): Value {
  const value = object();
  const shape = value.shape as NonNullable<Value['shape']>;
  for (const part of node.properties) {
    if (part.type === 'SpreadElement') {
      const spread = evaluate(m, part.argument, scope);
      recordSpread(m, value, spread, part);
      continue;
    }
    if (part.type !== 'Property') continue;
    const name = nameOfKey(m, part.key, part.computed, scope);
    const inner = evaluate(m, part.value, scope);
    const named = inner.callable?.kind === 'closure' && inner.callable.name === '' && name ? renamed(inner, name) : inner;
    if (name === undefined) shape.rest = shape.rest ? either(shape.rest, named) : named;
    else if (shape.props.size < 200) {
      shape.props.set(name, named);
      shape.places?.set(name, placeOf(m, part));
    }
  }
  return value;
}

function renamed(value: Value, name: string): Value {
  return { ...value, callable: { ...(value.callable as Closure), name } };
}

function closureOf(m: Machine, node: FunctionNode, scope: Scope): Value {
  const self = node.type === 'ArrowFunctionExpression' ? lookup(scope, 'this') : undefined;
  const callable: Closure = {
    kind: 'closure',
    node,
    scope,
    module: { file: placeOf(m, node).file },
    name: node.id?.name ?? '',
    ...(self ? { self } : {}),
  };
  return { flags: 0, callable };
}

/** What is known when a promise is fulfilled. */
export function awaited(m: Machine, value: Value): Value {
  m.order += 1;
  return value;
}

function evaluateArguments(m: Machine, args: readonly Node[], scope: Scope): Value[] {
  const out: Value[] = [];
  for (const arg of args.slice(0, 24)) {
    const value = evaluate(m, arg, scope);
    if (arg.type === 'SpreadElement' && value.shape?.list) out.push(...[...value.shape.props.values()].slice(0, 12));
    else out.push(value);
  }
  return out;
}

function evaluateCall(m: Machine, node: CallExpression, scope: Scope): Value {
  const callee =
    node.callee.type === 'ChainExpression' || node.callee.type === 'ParenthesizedExpression'
      ? node.callee.expression
      : node.callee;
  if (callee.type === 'Super') {
    const args = evaluateArguments(m, node.arguments, scope);
    const self = lookup(scope, 'this');
    const parent = lookup(scope, 'super');
    if (self && parent?.callable?.kind === 'class') construct(m, parent.callable, args, node, self);
    return unknown;
  }
  if (callee.type === 'MemberExpression') {
    const self = callee.object.type === 'Super' ? (lookup(scope, 'this') ?? unknown) : evaluate(m, callee.object, scope);
    const plain = memberName(m, callee, scope);
    const name = plain !== undefined && callee.object.type === 'Super' ? `super.${plain}` : plain;
    const target = name === undefined ? dynamicMember(m, self, callee, scope) : getMember(m, self, name, callee);
    const known =
      target.callable || target.handle
        ? target
        : name !== undefined
          ? (modelMember(m, self, callee.object, name) ?? target)
          : target;
    const args = evaluateArguments(m, node.arguments, scope);
    return callValue(m, known, args, node, node.arguments, scope, self, name);
  }
  const target = evaluate(m, callee, scope);
  const args = evaluateArguments(m, node.arguments, scope);
  return callValue(
    m,
    target,
    args,
    node,
    node.arguments,
    scope,
    undefined,
    callee.type === 'Identifier' ? callee.name : undefined,
  );
}

/**
 * A method of a model whose definition was not found, because a loader gathers models at run time: `db.Order.findByPk(id)`.
 * The name of the receiver says that it is a model, that of the method what it does.
 */
function modelMember(m: Machine, self: Value, receiver: Node, name: string): Value | undefined {
  if (self.handle || self.flags !== 0 || self.rows || (self.shape && self.shape.props.size > 0) || !isModelMethod(name))
    return undefined;
  const label =
    receiver.type === 'Identifier'
      ? receiver.name
      : receiver.type === 'MemberExpression' && receiver.property.type === 'Identifier'
        ? receiver.property.name
        : '';
  if (!/^[A-Z][A-Za-z]+$/.test(label) && !/(Model|Repository|Repo|Entity)$/.test(label)) return undefined;
  const table = label.replace(/(Model|Repository|Repo|Entity|Schema)$/, '');
  return table === '' ? undefined : getMember(m, ormModel(m, { table, statics: new Map(), columns: [] }), name, receiver);
}

function callValue(
  m: Machine,
  target: Value,
  args: readonly Value[],
  node: Node,
  argNodes: readonly Node[],
  _scope: Scope,
  self?: Value,
  name?: string,
): Value {
  return invoke(m, target, args, { node, args: argNodes, place: placeOf(m, node) }, self, name);
}

function evaluateNew(m: Machine, node: NewExpression, scope: Scope): Value {
  const target = evaluate(m, node.callee, scope);
  const args = evaluateArguments(m, node.arguments, scope);
  if (target.callable?.kind === 'class') return construct(m, target.callable, args, node);
  const name =
    node.callee.type === 'Identifier'
      ? node.callee.name
      : node.callee.type === 'MemberExpression' && node.callee.property.type === 'Identifier'
        ? node.callee.property.name
        : '';
  return invoke(m, target, args, { node, args: node.arguments, place: placeOf(m, node) }, undefined, `new ${name}`);
}
