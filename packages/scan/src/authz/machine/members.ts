import type { Node } from '../../parse/ast.ts';
import { isCallerIdName, isIdentityName, isTenantName } from '../names.ts';
import { classMember } from './classes.ts';
import { evaluate } from './evaluate.ts';
import { type Machine, noteRequest, placeOf } from './machine.ts';
import { recordReply } from './record.ts';
import { noteSharedRead, noteSharedWrite } from './shared-state.ts';
import { compact, either, has, list, mixed, origin, type Scope, trusted, unknown, type Value } from './value.ts';

const requestKinds = new Set(['event', 'body', 'headers', 'cookies']);

/** The value of a member: what the code assigned, what the framework gives, else what follows from the holder's origin. */
export function getMember(m: Machine, target: Value, name: string, node: Node): Value {
  const own = target.shape?.props.get(name);
  if (own) {
    if (target.handle?.kind === 'process') noteSharedRead(m, `think#${name}`, node);
    // A list of the code's own that may as well be rows of the store, or a first row with the code's own values.
    const also =
      (has(target, origin.identity) && !has(own, origin.identity)) ||
      (target.rows && (target.shape?.list || (own.flags === 0 && own.literal !== undefined)));
    return also ? either(own, derived(m, target, name, node)) : own;
  }
  const given = target.handle?.get?.(name, target);
  if (given) return given;
  if (target.callable?.kind === 'class') {
    const member = target.callable.statics.get(name) ?? classMember(m, target.callable, name, target, true);
    if (member) return member;
  }
  if (target.handle && requestKinds.has(target.handle.kind)) noteRequest(m);
  if (target.shape?.rest) return getMember(m, target.shape.rest, name, node);
  if (target.shape?.list && name === 'length') return target.rows ? mixed([target]) : unknown;
  return derived(m, target, name, node);
}

const platformFields = /^(openid|unionid)$/i;

/** Follows from where the holder came: a member of a request is the caller's choice, a member of a row is part of the row. */
function derived(m: Machine, target: Value, name: string, node: Node): Value {
  if (target.flags === 0 && !target.rows) return unknown;
  // The function takes apart what it was handed as a whole.
  if (has(target, origin.client) && m.frames.at(-1)?.args.includes(target)) noteRequest(m);
  let flags = target.flags;
  if (has(target, origin.external)) {
    if (platformFields.test(name)) flags |= origin.identity;
    if (/^session_?key$/i.test(name)) flags |= origin.sessionKey;
  }
  if (has(target, origin.identity) && /^session_?key$/i.test(name)) flags |= origin.sessionKey;
  const isIndex = /^\d+$/.test(name) || name === 'data' || name === 'list' || name === 'result';
  const field = isIndex ? (target.field ?? name) : name;
  const keys = has(target, origin.client) ? new Set(isIndex && target.keys?.size ? target.keys : [name]) : target.keys;
  const from = has(target, origin.client) ? (target.from ?? placeOf(m, node)) : target.from;
  return compact({ flags, rows: target.rows, field, keys, from });
}

/** Writes a member; a reply, a process-wide object or an identity that is overwritten is noted. */
export function setMember(m: Machine, holder: Value, name: string, value: Value, node: Node): void {
  const kind = holder.handle?.kind;
  if ((kind === 'ctx' || kind === 'response') && name === 'body') {
    recordReply(m, value, node);
    return;
  }
  // Wafer's response middleware sends `ctx.state.data`.
  if (kind === 'state' && name === 'data') recordReply(m, value, node);
  if (kind === 'process') noteSharedWrite(m, `think#${name}`, value, node);
  if (holder.callable?.kind === 'class') {
    holder.callable.statics.set(name, value);
    return;
  }
  if (holder.handle?.kind === 'model' && value.callable) {
    (holder.handle.data as { statics: Map<string, Value> }).statics.set(name, value);
    return;
  }
  const shape = holder.shape;
  if (!shape) return;
  const before = shape.props.get(name);
  if (before && trusted(before) && has(value, origin.client) && (isIdentityName(name) || isTenantName(name)))
    noteOverride(m, name, node, before);
  if (
    (kind === 'ctx' || kind === 'request' || kind === 'body' || kind === 'state') &&
    has(value, origin.cookie) &&
    (isIdentityName(name) || isTenantName(name)) &&
    !has(value, origin.identity)
  ) {
    noteOverride(m, name, node, value);
  }
  if (shape.props.size > 400) return;
  shape.props.set(name, m.conditional > 0 && before && m.loops === 0 ? either(before, value) : value);
  shape.places?.set(name, placeOf(m, node));
}

function noteOverride(m: Machine, name: string, node: Node, identity: Value): void {
  if (!m.trace || m.trace.overrides.length > 50) return;
  const place = placeOf(m, node);
  m.trace.overrides.push({ name, place, identity: identity.from ?? place, frames: [...m.frames] });
}

/** `{...spread}` and `Object.assign`: later members win, so a spread of the request can replace what stood before it. */
export function recordSpread(m: Machine, target: Value, spread: Value, node: Node): void {
  const shape = target.shape;
  if (!shape) return;
  const open =
    has(spread, origin.client) && !spread.shape
      ? spread
      : spread.shape?.rest && has(spread.shape.rest, origin.client)
        ? spread.shape.rest
        : undefined;
  if (open) {
    for (const [name, value] of shape.props) {
      if (!trusted(value) || spread.shape?.props.has(name)) continue;
      if (isIdentityName(name) || isCallerIdName(name) || isTenantName(name)) noteOverride(m, name, node, value);
      shape.props.set(name, {
        ...either(value, { flags: origin.client | origin.overridden, keys: new Set([name]), field: name }),
        from: placeOf(m, node),
      });
    }
  }
  if (spread.shape) {
    for (const [name, value] of spread.shape.props) {
      if (shape.props.size > 200) break;
      shape.props.set(name, value);
      shape.places?.set(name, spread.shape.places?.get(name) ?? placeOf(m, node));
    }
    if (spread.shape.rest) shape.rest = shape.rest ? either(shape.rest, spread.shape.rest) : spread.shape.rest;
    if (spread.flags === 0) return;
  }
  if (spread.flags !== 0 || spread.rows) {
    const plain = compact({
      flags: spread.flags,
      rows: spread.rows,
      keys: spread.keys,
      field: spread.field,
      from: spread.from ?? placeOf(m, node),
    });
    shape.rest = shape.rest ? either(shape.rest, plain) : plain;
    shape.places?.set('...', placeOf(m, node));
  }
}

export function listFrom(m: Machine, elements: readonly (Node | null)[], scope: Scope): Value {
  const values: Value[] = [];
  let rest: Value | undefined;
  for (const element of elements.slice(0, 60)) {
    if (!element) continue;
    const value = evaluate(m, element, scope);
    if (element.type === 'SpreadElement') rest = rest ? either(rest, value) : value;
    else values.push(value);
  }
  const result = list(values);
  if (rest && result.shape) {
    if (rest.shape?.list)
      for (const [, value] of rest.shape.props) result.shape.props.set(String(result.shape.props.size), value);
    else result.shape.rest = rest;
  }
  return result;
}

export function nameOfKey(m: Machine, key: Node, computed: boolean, scope: Scope): string | undefined {
  if (!computed) {
    if (key.type === 'Identifier' || key.type === 'PrivateIdentifier') return key.name;
    if (key.type === 'Literal') return String(key.value);
    return undefined;
  }
  const value = evaluate(m, key, scope);
  if (value.literal !== undefined && value.literal !== null && value.flags === 0) return String(value.literal);
  // `[Op.or]`, `[_.or]`: the operator's name stands in for the key.
  if (key.type === 'MemberExpression' && key.property.type === 'Identifier') return `$${key.property.name}`;
  return undefined;
}
