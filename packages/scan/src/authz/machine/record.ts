import type { Node } from '../../parse/ast.ts';
import { type Machine, placeOf } from './machine.ts';
import type { Access, Condition, Operation } from './trace.ts';
import type { CallSite, Place, Value } from './value.ts';
import { object, unknown } from './value.ts';

const maximumAccesses = 600;

export function recordReply(m: Machine, value: Value, node: Node): void {
  if (!m.trace || m.trace.replies.length > 400) return;
  m.trace.replies.push({ value, place: placeOf(m, node), frames: [...m.frames], branch: m.branch, order: ++m.order });
}

export function recordEffect(m: Machine, name: string, args: readonly Value[], site: CallSite, result: Value = unknown): void {
  if (!m.trace || m.trace.effects.length > 600) return;
  m.trace.effects.push({
    entry: m.trace.entry,
    name,
    args,
    place: site.place,
    argPlaces: site.args.map((node) => placeOf(m, node)),
    frames: [...m.frames],
    guards: [...m.guards],
    branch: m.branch,
    order: ++m.order,
    result,
  });
}

export interface AccessFacts {
  readonly operation: Operation;
  readonly table: string;
  readonly tableValue?: Value | undefined;
  readonly conditions: readonly Condition[];
  readonly conditionValue?: Value | undefined;
  readonly opaque?: boolean;
  readonly data?: Value | undefined;
  readonly dataPlace?: Place | undefined;
  readonly fields?: readonly string[] | undefined;
  readonly excluded?: readonly string[] | undefined;
  readonly place: Place;
  readonly wherePlace?: Place | undefined;
}

/** Notes an access to the store on the way that is being followed; undefined while modules load. */
export function recordAccess(m: Machine, facts: AccessFacts): Access | undefined {
  const trace = m.trace;
  if (!trace || trace.accesses.length >= maximumAccesses) return undefined;
  const access: Access = {
    id: ++m.accessId,
    entry: trace.entry,
    operation: facts.operation,
    table: facts.table,
    tableValue: facts.tableValue,
    conditions: facts.conditions,
    conditionValue: facts.conditionValue,
    opaque: facts.opaque ?? false,
    data: withoutOperators(facts.data),
    dataPlace: facts.dataPlace,
    fields: facts.fields,
    excluded: facts.excluded,
    place: facts.place,
    wherePlace: facts.wherePlace ?? facts.place,
    frames: [...m.frames],
    guards: [...m.guards],
    branch: m.branch,
    order: ++m.order,
    inTransaction: m.transactions > 0,
    inLoop: m.loops > 0,
  };
  trace.accesses.push(access);
  return access;
}

/** `{ $set: { a }, $inc: { b } }` of MongoDB, told by columns: `{ a, b: { $inc } }`. */
function withoutOperators(data: Value | undefined): Value | undefined {
  const shape = data?.shape;
  if (!data || !shape || shape.list || ![...shape.props.keys()].some((name) => /^\$[a-z]/i.test(name))) return data;
  const out = object(
    [...shape.props].filter(([name]) => !name.startsWith('$')),
    shape.rest,
  );
  for (const [operator, value] of shape.props) {
    if (!operator.startsWith('$')) continue;
    if (!value.shape) {
      // `$set: body` takes a whole object of the caller's.
      if (out.shape && value.flags !== 0) out.shape.rest = value;
      continue;
    }
    for (const [column, member] of value.shape.props) {
      out.shape?.props.set(column, /^\$(set|setOnInsert)$/.test(operator) ? member : object([[operator, member]]));
      const place = value.shape.places?.get(column);
      if (place) out.shape?.places?.set(column, place);
    }
    if (value.shape.rest && out.shape) out.shape.rest = value.shape.rest;
  }
  return out;
}
