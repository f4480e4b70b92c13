import type { Node } from '../../parse/ast.ts';
import { serveFunction } from '../libraries/edge.ts';
import { picked } from '../libraries/lodash.ts';
import { isIdentityFunction } from '../names.ts';
import { anyCollection } from '../store/collection.ts';
import { helperCall, throughHelper } from '../store/helpers.ts';
import { knex } from '../store/knex.ts';
import { looksLikeSql, preparedStatement, sqlAccess } from '../store/sql.ts';
import { tcbHttpAccess } from '../store/tcb-http.ts';
import { bind } from './bind.ts';
import { openBranch } from './branches.ts';
import { builtin } from './builtins.ts';
import { instanceOf } from './classes.ts';
import { addThrown, runBody } from './execute.ts';
import { childScope, declare, type Machine, placeOf, pushGuards } from './machine.ts';
import { recordEffect } from './record.ts';
import { checksSignature, named, onlyProof } from './results.ts';
import type { Frame } from './trace.ts';
import {
  type CallSite,
  type Check,
  type ClassRef,
  type Closure,
  compact,
  deepFlags,
  either,
  has,
  identityValue,
  mixed,
  origin,
  unknown,
  type Value,
} from './value.ts';

/** Calls a value. Code of the project is followed; a library does what is known of it; else the result mixes what went in. */
export function invoke(m: Machine, target: Value, args: readonly Value[], site: CallSite, self?: Value, name?: string): Value {
  const callable = target.callable;
  if (callable?.kind === 'closure') return throughClosure(m, callable, args, site, callable.self ?? self, name);
  if (callable?.kind === 'native') return callable.call(args, site);
  if (target.handle?.call) {
    const result = target.handle.call(args, site, target);
    if (result) return result;
  }
  if (target.shape && target.shape.rest?.handle?.kind === 'dispatch') return callAny(m, target, args, site, self);
  return callUnknown(m, args, site, self, name);
}

/** The project's own way to the database (`query(sql, params)`, an adapter's `prepare`) still is one where its code is not understood. */
function throughClosure(
  m: Machine,
  closure: Closure,
  args: readonly Value[],
  site: CallSite,
  self: Value | undefined,
  name: string | undefined,
): Value {
  // The team's own `pick`, however it is written.
  if (/^_?pick(?:Fields|Keys|Props|By)?$/.test(closure.name) && args.length === 2 && args[1]?.shape?.list) return picked(args);
  const isSql = looksLikeSql(args[0]?.literal);
  if (isSql && name === 'prepare' && args[0]) return preparedStatement(m, args[0]);
  const before = m.trace?.accesses.length ?? 0;
  const helper = m.trace && helperCall(closure, args, name);
  const value = callClosure(m, closure, args, site, self);
  if (!m.trace) return value;
  if (helper) return throughHelper(m, closure, helper, before, site) ?? value;
  if (!isSql || m.trace.accesses.length > before) return value;
  return sqlAccess(m, args, site) ?? value;
}

/** A table of handlers indexed by the request: each of them can be reached. */
function callAny(m: Machine, target: Value, args: readonly Value[], site: CallSite, self: Value | undefined): Value {
  let result: Value | undefined;
  const before = m.branch;
  for (const [label, handler] of target.shape?.props ?? []) {
    if (!handler.callable) continue;
    openBranch(m, label, handler.callable.kind === 'closure' ? handler.callable.node : site.node);
    const mark = m.guards.length;
    m.conditional += 1;
    const value = invoke(m, handler, args, site, self, label);
    m.conditional -= 1;
    m.guards.length = mark;
    result = result ? either(result, value) : value;
  }
  m.branch = before;
  return result ?? unknown;
}

export function callClosure(
  m: Machine,
  closure: Closure,
  args: readonly Value[],
  site: CallSite,
  self: Value | undefined,
): Value {
  if (m.frames.length >= m.limits.depth || m.active.has(closure.node)) return mixed(args);
  const scope = childScope(m, closure.scope);
  if (closure.node.type !== 'ArrowFunctionExpression' || self) declare(scope, 'this', self ?? unknown);
  if (closure.owner?.parent) declare(scope, 'super', closure.owner.parent);
  const frame: Frame = {
    node: closure.node,
    name: closure.name,
    file: closure.module.file,
    call: m.frames.length > 0 ? site.place : undefined,
    args,
    self,
    owner: closure.owner,
    identity: args.some((arg) => (deepFlags(arg, 2) & origin.identity) !== 0),
    request: false,
    depth: m.frames.length,
  };
  m.frames.push(frame);
  m.trace?.called.add(closure.name);
  m.active.add(closure.node);
  const mark = m.guards.length;
  const tries = m.tries;
  m.tries = 0;
  try {
    closure.node.params.forEach((param, i) => {
      if (param.type === 'RestElement') bind(m, param.argument, restOf(args, i), scope);
      else bind(m, param, args[i] ?? unknown, scope);
    });
    const results = runBody(m, closure.node.body, scope);
    m.guards.length = mark;
    if (results.thrown.length > 0) {
      pushGuards(m, results.thrown);
      // A function that calls one that throws throws too, where it always calls it and catches nothing.
      const caller = m.results.at(-1);
      if (caller && tries === 0 && m.conditional === caller.conditional) addThrown(caller, results.thrown);
    }
    const value = results.value ?? unknown;
    return named(m, checksSignature(m, closure, args, value) ? identityValue : value, closure.name, args, site);
  } finally {
    m.threw = alwaysThrows(closure.node.body);
    m.tries = tries;
    m.guards.length = Math.max(mark, Math.min(m.guards.length, 200));
    m.active.delete(closure.node);
    m.frames.pop();
  }
}

/** `fail(message) { throw new Failure(message) }`: nothing before its last statement can leave it otherwise. */
const alwaysThrows = (body: Node): boolean =>
  body.type === 'BlockStatement' &&
  body.body.at(-1)?.type === 'ThrowStatement' &&
  body.body.slice(0, -1).every(({ type }) => type === 'ExpressionStatement' || type === 'VariableDeclaration');

function restOf(args: readonly Value[], from: number): Value {
  return { flags: 0, shape: { props: new Map(args.slice(from).map((arg, i) => [String(i), arg])), rest: undefined, list: true } };
}

export function construct(m: Machine, cls: ClassRef, args: readonly Value[], node: Node, self?: Value): Value {
  const instance = self ?? instanceOf(m, cls);
  for (let c: ClassRef | undefined = cls; c; c = c.parent?.callable?.kind === 'class' ? c.parent.callable : undefined) {
    const constructorNode = c.node.body.body.find(
      (member) => member.type === 'MethodDefinition' && member.kind === 'constructor',
    );
    if (constructorNode?.type !== 'MethodDefinition') continue;
    const closure: Closure = {
      kind: 'closure',
      node: constructorNode.value,
      scope: c.scope,
      module: c.module,
      owner: c,
      name: 'constructor',
    };
    const params = constructorNode.value.params;
    callClosure(m, closure, args, { node, args: [], place: placeOf(m, node) }, instance);
    params.forEach((param, i) => {
      if (param.type !== 'TSParameterProperty') return;
      const inner = param.parameter.type === 'AssignmentPattern' ? param.parameter.left : param.parameter;
      const arg = args[i];
      if (inner.type === 'Identifier' && arg) instance.shape?.props.set(inner.name, arg);
    });
    break;
  }
  return instance;
}

const callbackNames = /^(err|error|e|er)$/;

function runCallbacks(m: Machine, args: readonly Value[], result: Value, site: CallSite): Value | undefined {
  let returned: Value | undefined;
  for (const arg of args) {
    if (arg.callable?.kind !== 'closure') {
      if (arg.shape && !arg.shape.list) {
        for (const name of ['success', 'complete', 'then']) {
          const callback = arg.shape.props.get(name);
          if (callback?.callable?.kind === 'closure') callClosure(m, callback.callable, [result], site, callback.callable.self);
        }
      }
      continue;
    }
    const first = arg.callable.node.params[0];
    const errorFirst = first?.type === 'Identifier' && callbackNames.test(first.name) && arg.callable.node.params.length > 1;
    m.conditional += 1;
    const value = callClosure(
      m,
      arg.callable,
      errorFirst ? [unknown, result, result] : [result, unknown],
      site,
      arg.callable.self,
    );
    m.conditional -= 1;
    returned = returned ? either(returned, value) : value;
  }
  return returned;
}

/** Text of the constant parts of all arguments, for URLs and SQL inside them. */
export function constantText(args: readonly Value[], depth = 2): string {
  let text = '';
  for (const arg of args) {
    if (typeof arg.literal === 'string') text += ` ${arg.literal}`;
    if (arg.shape && depth > 0)
      for (const [name, member] of [...arg.shape.props].slice(0, 20))
        if (/^(url|uri|baseurl|href|host|path|\d)/i.test(name)) text += constantText([member], depth - 1);
    if (text.length > 4_000) break;
  }
  return text;
}

const requestHandles = new Set(['request', 'ctx', 'context']);

function callUnknown(
  m: Machine,
  args: readonly Value[],
  site: CallSite,
  self: Value | undefined,
  name: string | undefined,
): Value {
  // `serve(handler)` of Deno's standard library.
  if (!m.trace && name === 'serve' && args[0]?.callable?.kind === 'closure') return serveFunction(m, args);
  const wrapped = m.trace ? undefined : handlerInside(args, name);
  if (wrapped) return wrapped;
  const stored = storeCall(m, args, site, name);
  if (stored) return stored;
  const handled = name !== undefined && self ? builtin(m, self, name, args, site) : undefined;
  if (handled) return handled;
  const short = (name ?? '').replace(/^new /, '');
  const plain = args.filter((arg) => !arg.callable);
  let result = mixed(
    [
      self && !self.handle && !self.callable ? { ...self, flags: self.flags & ~origin.config } : undefined,
      // Whatever a stranger makes of a request, it is not the caller's own row that was kept in it.
      ...plain.map((arg) =>
        arg.handle && requestHandles.has(arg.handle.kind) ? { ...mixed([arg], ~origin.row), rows: undefined } : arg,
      ),
    ].map((one) => one && compact(one)),
  );
  const text = constantText(args);
  const cloud = text.includes('/tcb/') ? tcbHttpAccess(m, args, text, site) : undefined;
  if (cloud) {
    const returned = runCallbacks(m, args, cloud, site);
    return returned ? either(cloud, returned) : cloud;
  }
  if (
    /jscode2session|sns\/oauth2\/access_token|getuserphonenumber/i.test(text) ||
    /(code2session|jscode2session|codetosession)/i.test(short)
  ) {
    result = { flags: origin.external | origin.identity };
  } else if (/decrypt(data|ed|userinfo)?$/i.test(short) && plain.length > 0) {
    result = { flags: origin.identity, field: 'decrypted' };
  } else if (/^(?:order_?query|query_?(?:order|transaction)\w*|(?:refund|transactions?)_?query)$/i.test(short)) {
    // What the payment service says of an order.
    result = { flags: origin.external };
  } else if (/https?:\/\//i.test(text)) {
    result = compact({ flags: origin.external | (result.flags & origin.client & 0) });
  } else if (
    short !== '' &&
    isIdentityFunction(short) &&
    !/^(add|create|save|insert|update|set|new|find)/i.test(short) &&
    onlyProof(args)
  ) {
    result = identityValue;
  }
  const touched = args.some((arg) => (deepFlags(arg) & (origin.client | origin.row | origin.identity)) !== 0) || text !== '';
  if (touched || (self?.flags ?? 0) !== 0) recordEffect(m, name ?? '', args, site, result);
  const returned = runCallbacks(m, args, result, site);
  if (/^(is|has|check|can|verify|validate|equal|includes|exist|some|every|deny|allow|compare|assert)/i.test(short)) {
    const check: Check = { left: mixed([self && !self.handle ? self : undefined, ...plain]), place: site.place, name: short };
    const checks: Check[] = [check];
    if (plain.length >= 2 && plain[0] && plain[1])
      checks.push({ left: plain[0], right: plain[1], place: site.place, name: short });
    if (returned?.checks) checks.push(...returned.checks.slice(0, 8));
    return { ...result, checks };
  }
  if (/^new (Promise)$/.test(name ?? '')) return returned ?? result;
  return returned && (returned.flags !== 0 || returned.rows) ? either(result, returned) : result;
}

/** `asyncHandler(async (req, res) => ...)`: what a library wraps while routes are registered is still the handler. */
function handlerInside(args: readonly Value[], name: string | undefined): Value | undefined {
  const closures = args.filter((arg) => arg.callable?.kind === 'closure');
  const inner = closures[0];
  if (closures.length !== 1 || inner?.callable?.kind !== 'closure') return undefined;
  const first = inner.callable.node.params[0];
  const parameter = first?.type === 'Identifier' ? first.name : '';
  if (
    /^_?(req|request|ctx|context|event|c)$/.test(parameter) &&
    !/^(then|catch|map|forEach|filter|on|once|use|get|post|put|delete|patch|all)$/.test(name ?? '')
  )
    return inner;
  return undefined;
}

/** SQL given to any function, and query builders that are known by their name alone. */
function storeCall(m: Machine, args: readonly Value[], site: CallSite, name: string | undefined): Value | undefined {
  const first = args[0];
  if (first && (looksLikeSql(first.literal) || looksLikeSql(first.shape?.props.get('sql')?.literal))) {
    if (name === 'prepare') return preparedStatement(m, first);
    const rows = sqlAccess(m, args, site);
    if (rows) {
      runCallbacks(m, args, rows, site);
      return rows;
    }
  }
  if (name === 'collection' && first && (typeof first.literal === 'string' || has(first, origin.client)))
    return anyCollection(m, first);
  if (
    name &&
    /^(knex|mysql|db|trx|DB|qb)$/.test(name) &&
    args.length === 1 &&
    typeof first?.literal === 'string' &&
    /^\w+$/.test(first.literal)
  ) {
    const handle = knex(m);
    return handle.handle?.call?.(args, site, handle);
  }
  return undefined;
}
