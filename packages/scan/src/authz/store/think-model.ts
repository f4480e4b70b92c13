import { callClosure } from '../machine/invoke.ts';
import { type Machine, placeOf } from '../machine/machine.ts';
import type { Operation } from '../machine/trace.ts';
import { type CallSite, native, unknown, type Value } from '../machine/value.ts';
import { addCondition, addConditions, columnsOf, finish, newQuery, type Query, stepped } from './query.ts';
import { looksLikeSql, sqlAccess } from './sql.ts';

const terminal: Record<string, Operation> = {
  find: 'read',
  select: 'read',
  countSelect: 'read',
  getField: 'read',
  sum: 'count',
  count: 'count',
  max: 'count',
  min: 'count',
  avg: 'count',
  update: 'update',
  increment: 'update',
  decrement: 'update',
  incField: 'update',
  delete: 'delete',
  add: 'create',
  addMany: 'create',
  updateMany: 'update',
  thenAdd: 'create',
  thenUpdate: 'update',
  selectAdd: 'create',
};

const passing =
  /^(alias|join|order|group|limit|page|distinct|cache|having|union|setRelation|setOptions|parseOptions|db|options|bind|lock|explain)$/;

/** A member of a ThinkJS model: a step of a query or its end; undefined when the name is none of them. */
export function thinkModelMember(m: Machine, table: Value | string, name: string): Value | undefined {
  return queryMember(m, () => newQuery(table), name);
}

export function thinkModel(m: Machine, table: Value | string): Value {
  return { flags: 0, handle: { kind: 'think-model', get: (name) => thinkModelMember(m, table, name) } };
}

function queryValue(m: Machine, query: Query): Value {
  return { flags: 0, handle: { kind: 'think-query', get: (name) => queryMember(m, () => query, name) } };
}

function queryMember(m: Machine, start: () => Query, name: string): Value | undefined {
  const run = (body: (query: Query, args: readonly Value[], site: CallSite) => Value): Value =>
    native(name, (args, site) => body(start(), args, site));
  if (name === 'where') {
    return run((query, args, site) => {
      addWhere(m, query, args, site);
      return queryValue(m, query);
    });
  }
  if (name === 'field' || name === 'fieldReverse') {
    return run((query, args) => {
      const columns = columnsOf(args);
      if (name === 'field') query.fields = columns.fields;
      else query.excluded = columns.fields;
      return queryValue(m, query);
    });
  }
  if (passing.test(name)) return run((query) => queryValue(m, query));
  if (name === 'query' || name === 'execute') return native(name, (args, site) => sqlAccess(m, args, site) ?? unknown);
  if (name === 'transaction') {
    return native(name, (args, site) => {
      const callback = args[0];
      if (callback?.callable?.kind !== 'closure') return unknown;
      m.transactions += 1;
      const value = callClosure(m, callback.callable, [], site, callback.callable.self);
      m.transactions -= 1;
      return value;
    });
  }
  if (name === 'startTrans') {
    return native(name, () => {
      m.transactions += 1;
      return unknown;
    });
  }
  const operation = terminal[name];
  if (!operation) return undefined;
  return run((query, args, site) => {
    if (name === 'getField') query.fields = columnsOf([args[0]]).fields;
    if (name === 'find' || name === 'select' || name === 'delete') addOptions(m, query, args[0], site);
    if (name === 'update' || name === 'thenUpdate') addOptions(m, query, args[1], site);
    const data =
      operation === 'update' || operation === 'create'
        ? name === 'increment' || name === 'decrement'
          ? stepped(name, args)
          : args[0]
        : undefined;
    return finish(m, query, operation, site, data);
  });
}

function addOptions(m: Machine, query: Query, options: Value | undefined, site: CallSite): void {
  const where = options?.shape?.props.get('where');
  if (where) addConditions(m, query, where, site.place);
}

function addWhere(m: Machine, query: Query, args: readonly Value[], site: CallSite): void {
  const [first, second] = args;
  const place = site.args[0] ? placeOf(m, site.args[0]) : site.place;
  if (typeof first?.literal === 'string' && second && !looksLikeSql(first.literal)) {
    query.wherePlace ??= place;
    addCondition(query, first.literal, second, place);
    return;
  }
  if (typeof first?.literal === 'string') {
    query.wherePlace ??= place;
    const holes = [...(first.shape?.props ?? [])].filter(([name]) => name.startsWith('\u0000')).map(([, value]) => value);
    let hole = 0;
    for (const match of first.literal.slice(0, 2_000).matchAll(/([`\w.]+)\s*(=|in|<>|!=|>|<)\s*\(?\s*['"]?(\u0000|[\w-]+)/gi)) {
      const value = match[3] === '\u0000' ? (holes[hole++] ?? unknown) : { flags: 0, literal: match[3] ?? '' };
      addCondition(query, match[1] ?? '', value, place);
    }
    return;
  }
  addConditions(m, query, first, place);
}
