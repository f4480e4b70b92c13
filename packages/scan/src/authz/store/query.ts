import { type Machine, placeOf } from '../machine/machine.ts';
import { recordAccess } from '../machine/record.ts';
import type { Access, Condition, Operation } from '../machine/trace.ts';
import {
  type CallSite,
  compact,
  deepFlags,
  has,
  literal,
  mixed,
  native,
  object,
  origin,
  type Place,
  type Value,
} from '../machine/value.ts';

/** A query that is being built: the steps of a chain add to it, its last step makes an access of it. */
export interface Query {
  table: string;
  tableValue: Value | undefined;
  readonly conditions: Condition[];
  conditionValue: Value | undefined;
  opaque: boolean;
  fields: string[] | undefined;
  excluded: string[] | undefined;
  wherePlace: Place | undefined;
  access: Access | undefined;
}

export function newQuery(table: Value | string | undefined): Query {
  const name =
    typeof table === 'string'
      ? // A part that only the run knows, such as a prefix from the settings, has no place in a name that people read.
        table.replaceAll('\u0000', '')
      : typeof table?.literal === 'string' && !table.literal.includes('\u0000')
        ? table.literal
        : '';
  return {
    table: name,
    tableValue: typeof table === 'string' ? undefined : table,
    conditions: [],
    conditionValue: undefined,
    opaque: false,
    fields: undefined,
    excluded: undefined,
    wherePlace: undefined,
    access: undefined,
  };
}

const excluding =
  /^\$?(ne|neq|not|nin|notin|notlike|gt|gte|lt|lte|like|ilike|regex|regexp|exists|between|<>|!=|>|<|>=|<=|\$regex)$/i;

/** Reads a condition object into conditions; an open object of the caller's decides the whole condition. */
export function addConditions(m: Machine, query: Query, value: Value | undefined, place: Place, depth = 0): void {
  if (!value || depth > 4) return;
  query.wherePlace ??= place;
  if (value.shape?.list) {
    for (const element of [...value.shape.props.values()].slice(0, 20)) addConditions(m, query, element, place, depth + 1);
    return;
  }
  if (!value.shape) {
    if (has(value, origin.client)) query.conditionValue = value;
    else if (value.literal === undefined) query.opaque = true;
    return;
  }
  for (const [name, member] of [...value.shape.props].slice(0, 60)) {
    const at = value.shape.places?.get(name) ?? place;
    if (/^(\$?(or|and)|_complex|where)$/i.test(name) || isCompositeKey(name, member))
      addConditions(m, query, member, at, depth + 1);
    else if (name === '_logic' || name === '_string' || name.startsWith('$text')) query.opaque ||= name === '_string';
    else addCondition(query, name, member, at);
  }
  if (value.shape.rest) {
    if (has(value.shape.rest, origin.client)) query.conditionValue = value.shape.rest;
    else query.opaque = true;
  }
}

/** `userId_questionId: { userId, questionId }` of Prisma: a unique key of several columns. */
function isCompositeKey(name: string, member: Value): boolean {
  const props = member.shape && !member.shape.list ? [...member.shape.props.keys()] : [];
  return props.length > 1 && props.every((prop) => name.includes(prop));
}

export function addCondition(query: Query, column: string, value: Value, place: Place): void {
  const name = column.slice(column.lastIndexOf('.') + 1).replace(/[`"'\s]/g, '');
  let narrowing = true;
  let inner = value;
  if (value.shape?.list) {
    const operator = value.shape.props.get('0')?.literal;
    if (typeof operator === 'string' && /^(<>|!=|>|<|>=|<=|not|notin|like|between|exp|in|=)/i.test(operator)) {
      narrowing = /^(in|=)$/i.test(operator);
      inner = value.shape.props.get('1') ?? value;
    } else inner = mixed([value]);
  } else if (value.shape) {
    const operators = [...value.shape.props.keys()].map((key) => key.replace(/^\$/, ''));
    if (operators.some((key) => excluding.test(key))) narrowing = false;
    const eq =
      value.shape.props.get('$eq') ??
      value.shape.props.get('$in') ??
      value.shape.props.get('in') ??
      value.shape.props.get('IN') ??
      value.shape.props.get('$aggregateEq');
    inner = eq
      ? eq.shape
        ? mixed([eq])
        : eq
      : value.shape.rest && value.shape.props.size === 0
        ? value.shape.rest
        : mixed([value]);
    if (has(value, origin.client) && !value.shape.props.size) inner = value;
  }
  query.conditions.push({ column: name, value: inner, place, narrowing });
}

/** Makes an access of the query and gives what it returns. */
export function finish(m: Machine, query: Query, operation: Operation, site: CallSite, data?: Value, dataPlace?: Place): Value {
  const access = recordAccess(m, {
    operation,
    table: query.table,
    tableValue: query.tableValue,
    conditions: query.conditions,
    conditionValue: query.conditionValue,
    opaque: query.opaque,
    data,
    dataPlace: dataPlace ?? (data && site.args[0] ? placeOf(m, site.args[0]) : undefined),
    fields: query.fields,
    excluded: query.excluded,
    place: placeOf(m, site.node),
    wherePlace: query.wherePlace,
  });
  query.access = access;
  return rowsOf(access);
}

/** What was read through an access. */
export function rowsOf(access: Access | undefined, handle?: Value['handle']): Value {
  return compact({ flags: origin.row, rows: access ? new Set([access]) : undefined, handle });
}

/** Column names in `field('a,b')`, `select('a b -c')`, `['a', 'b']`, `{ a: true, b: false }`. */
export function columnsOf(values: readonly (Value | undefined)[]): { fields: string[]; excluded: string[] } {
  const fields: string[] = [];
  const excluded: string[] = [];
  const put = (text: string, on = true): void => {
    for (const part of text.split(/[\s,]+/)) {
      if (part === '' || part === '*') continue;
      if (part.startsWith('-')) excluded.push(part.slice(1));
      else (on ? fields : excluded).push(part.slice(part.lastIndexOf('.') + 1).replace(/[`"]/g, ''));
    }
  };
  for (const value of values) {
    if (typeof value?.literal === 'string') put(value.literal);
    else if (value?.shape?.list) {
      for (const element of value.shape.props.values()) {
        if (typeof element.literal === 'string') put(element.literal);
        else if (element.shape?.list) {
          const last = [...element.shape.props.values()].at(-1)?.literal;
          if (typeof last === 'string') put(last);
        }
      }
    } else if (value?.shape) {
      for (const [name, on] of value.shape.props) {
        if (name === 'exclude') for (const part of columnsOf([on]).fields) excluded.push(part);
        else if (name === 'include') fields.push(...columnsOf([on]).fields);
        else put(name, on.literal !== false && on.literal !== 0);
      }
    }
  }
  return { fields, excluded };
}

/** `increment('points', 5)`, `increment('points', { by: 5 })` and `decrement({ stock: 1 })`, told as an update by columns. */
export function stepped(name: string, args: readonly Value[]): Value | undefined {
  const [first, second] = args;
  const step = (value: Value): Value =>
    object([['$inc', name.startsWith('decrement') && value.flags !== 0 ? { ...value, taken: true } : value]]);
  if (typeof first?.literal === 'string')
    return object([
      [first.literal, step(second?.shape?.props.get('by') ?? (second?.shape ? literal(1) : (second ?? literal(1))))],
    ]);
  if (!first?.shape) return first;
  if (first.shape.list) {
    const by = second?.shape?.props.get('by') ?? literal(1);
    return object([...first.shape.props.values()].map((column) => [String(column.literal ?? ''), step(by)]));
  }
  return object([...first.shape.props].map(([column, value]) => [column, step(value)]));
}

export function chain(name: string, run: (args: readonly Value[], site: CallSite) => Value): Value {
  return native(name, run);
}

export function flagsOf(value: Value | undefined): number {
  return deepFlags(value);
}
