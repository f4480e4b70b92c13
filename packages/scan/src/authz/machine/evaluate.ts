import type { ClassNode, FunctionNode, MemberExpression, Node, ObjectExpression } from '../../parse/ast.ts';
import { stageOf } from '../../parse/development.ts';
import { assign } from './bind.ts';
import { callValue, evaluateCall, evaluateNew } from './calls.ts';
import { membersAsked, questionOf } from './choices.ts';
import { createClass } from './classes.ts';
import { globalValue } from './globals.ts';
import { decide, lookup, type Machine, noteIdentity, placeOf, pushGuards, step } from './machine.ts';
import { getMember, listFrom, nameOfKey, recordSpread } from './members.ts';
import { importModule } from './modules.ts';
import { evaluateBinary, sum, templateValue } from './operators.ts';
import { noteSharedRead } from './shared-state.ts';
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
      // An object that the program itself made is one.
      if (node.operator === 'typeof' && value.flags === 0 && value.shape && !value.shape.rest && !value.callable && !value.handle)
        return literal('object');
      if (node.operator === 'typeof' || node.operator === 'void' || node.operator === 'delete') {
        return compact({ flags: 0, checks: checksOf(m, value, node) });
      }
      return node.operator === '-' && has(value, origin.client) ? { ...mixed([value]), taken: true } : mixed([value]);
    }
    case 'UpdateExpression':
      return mixed([evaluate(m, node.argument, scope)]);
    case 'BinaryExpression':
      return evaluateBinary(m, node, scope);
    case 'LogicalExpression': {
      const left = evaluate(m, node.left, scope);
      if (node.operator === '&&' && stageOf(node.left) === 'development') return literal(false);
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
      const stage = stageOf(node.test);
      if (stage) return evaluate(m, stage === 'production' ? node.consequent : node.alternate, scope);
      const test = evaluate(m, node.test, scope);
      if (typeof test.literal === 'boolean' && test.flags === 0 && !test.checks && m.frames.length > 0)
        return evaluate(m, test.literal ? node.consequent : node.alternate, scope);
      const mark = m.guards.length;
      if (test.checks) decide(m, { checks: test.checks, place: placeOf(m, node.test), enforced: false });
      pushGuards(m, checksOf(m, test, node.test));
      m.conditional += 1;
      const yes = evaluate(m, node.consequent, scope);
      const no = evaluate(m, node.alternate, scope);
      m.conditional -= 1;
      m.guards.length = mark;
      const question = questionOf(checksOf(m, test, node.test));
      const value = question
        ? either(membersAsked(yes, { question, side: 'yes' }), membersAsked(no, { question, side: 'no' }))
        : either(yes, no);
      return test.checks ? { ...value, checks: [...(value.checks ?? []), ...test.checks].slice(0, 12) } : value;
    }
    case 'AssignmentExpression': {
      const right = evaluate(m, node.right, scope);
      const before = node.operator === '=' ? undefined : evaluate(m, node.left, scope);
      const both = before ? (node.operator === '+=' ? sum(before, right) : mixed([before, right])) : right;
      const value: Value = node.operator === '-=' && has(right, origin.client) ? { ...both, taken: true } : both;
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
export function dynamicMember(m: Machine, target: Value, node: MemberExpression, scope: Scope): Value {
  const key = evaluate(m, node.property, scope);
  if (target.shape && !target.shape.list) {
    const functions = [...target.shape.props].filter(([, value]) => value.callable);
    // Chosen by the caller, or by a loop over a table that holds nothing but functions.
    if (
      functions.length > 0 &&
      (has(key, origin.client) || (functions.length === target.shape.props.size && functions.length < 60))
    )
      return object(functions, { flags: 0, handle: { kind: 'dispatch' } });
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
