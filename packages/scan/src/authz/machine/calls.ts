import type { CallExpression, NewExpression, Node } from '../../parse/ast.ts';
import { isModelMethod, ormModel } from '../store/orm.ts';
import { dynamicMember, evaluate, memberName } from './evaluate.ts';
import { construct, invoke } from './invoke.ts';
import { lookup, type Machine, placeOf } from './machine.ts';
import { getMember } from './members.ts';
import { has, mixed, object, origin, type Scope, unknown, type Value } from './value.ts';

function evaluateArguments(m: Machine, args: readonly Node[], scope: Scope): Value[] {
  const out: Value[] = [];
  for (const arg of args.slice(0, 24)) {
    const value = evaluate(m, arg, scope);
    if (arg.type === 'SpreadElement' && value.shape?.list) out.push(...[...value.shape.props.values()].slice(0, 12));
    else out.push(value);
  }
  return out;
}

export function evaluateCall(m: Machine, node: CallExpression, scope: Scope): Value {
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
  if (
    !/^[A-Z][A-Za-z]+$/.test(label) &&
    !/(Model|Repository|Repo|Entity)$/.test(label) &&
    !(receiver.type === 'MemberExpression' && (prismaMethod.test(name) || prismaClient(receiver.object)))
  )
    return undefined;
  const table = label.replace(/(Model|Repository|Repo|Entity|Schema)$/, '');
  return table === '' ? undefined : getMember(m, ormModel(m, { table, statics: new Map(), columns: [] }), name, receiver);
}

/** Methods that only Prisma has. */
const prismaMethod = /^(findUnique|findUniqueOrThrow|findFirst|findFirstOrThrow|findMany|upsert)$/;

/** `tx.order.update(...)`, `this.prisma.order.delete(...)`: the name of the client, where its value could not be followed. */
function prismaClient(node: Node): boolean {
  const name =
    node.type === 'Identifier'
      ? node.name
      : node.type === 'MemberExpression' && node.property.type === 'Identifier'
        ? node.property.name
        : '';
  return /^_?(tx|trx|prisma\w*|\w+Prisma)$/.test(name);
}

export function callValue(
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

export function evaluateNew(m: Machine, node: NewExpression, scope: Scope): Value {
  const target = evaluate(m, node.callee, scope);
  const args = evaluateArguments(m, node.arguments, scope);
  if (target.callable?.kind === 'class') return construct(m, target.callable, args, node);
  const name =
    node.callee.type === 'Identifier'
      ? node.callee.name
      : node.callee.type === 'MemberExpression' && node.callee.property.type === 'Identifier'
        ? node.callee.property.name
        : '';
  // A pattern as a condition looks for rows, it names none.
  if (name === 'RegExp' && args[0] && has(args[0], origin.client)) return object([['$regex', mixed(args)]]);
  return invoke(m, target, args, { node, args: node.arguments, place: placeOf(m, node) }, undefined, `new ${name}`);
}
