import { callClosure } from '../machine/invoke.ts';
import { type Machine, placeOf } from '../machine/machine.ts';
import { recordAccess } from '../machine/record.ts';
import type { Operation } from '../machine/trace.ts';
import { type CallSite, compact, native, origin, unknown, type Value } from '../machine/value.ts';
import { addCondition, addConditions, columnsOf, newQuery, type Query, stepped } from './query.ts';
import { sqlAccess } from './sql.ts';

/** Knex and the query builders that look like it: `knex('t').where(...).update(...)`, `knex.select().from('t')`. */
export function knex(m: Machine): Value {
  return {
    flags: 0,
    handle: {
      kind: 'knex',
      get: (name, self) => {
        if (/^(raw|query|execute)$/.test(name)) return native(name, (args, site) => sqlAccess(m, args, site) ?? unknown);
        if (name === 'transaction') {
          return native(name, (args, site) => {
            const callback = args[0];
            m.transactions += 1;
            const value =
              callback?.callable?.kind === 'closure'
                ? callClosure(m, callback.callable, [self], site, callback.callable.self)
                : self;
            if (callback?.callable) m.transactions -= 1;
            return value;
          });
        }
        if (/^(select|from|table|into|column|columns|first|queryBuilder|withSchema)$/.test(name))
          return native(name, (args, site) =>
            chain(m, newQuery(/^(from|table|into)$/.test(name) ? args[0] : undefined), name, args, site),
          );
        return undefined;
      },
      call: (args, site) => chain(m, newQuery(args[0]), 'table', args, site),
    },
  };
}

/** The access exists from the first step and is completed by the later ones, because the query runs when it is awaited. */
function chain(m: Machine, query: Query, step: string, args: readonly Value[], site: CallSite): Value {
  if (!query.access) {
    query.access = recordAccess(m, { operation: 'read', table: query.table, conditions: query.conditions, place: site.place });
    if (query.access) Object.defineProperty(query.access, 'table', { get: () => query.table, enumerable: true });
  }
  apply(m, query, step, args, site);
  const access = query.access;
  return compact({
    flags: origin.row,
    rows: access ? new Set([access]) : undefined,
    handle: {
      kind: 'knex-query',
      get: (name) =>
        /^(then|catch|finally|map|forEach)$/.test(name)
          ? undefined
          : stepNames.test(name)
            ? native(name, (values, at) => chain(m, query, name, values, at))
            : undefined,
    },
  });
}

const stepNames =
  /^(where|andWhere|orWhere|whereIn|whereNot|whereRaw|select|from|table|into|first|column|columns|join|leftJoin|innerJoin|rightJoin|orderBy|groupBy|limit|offset|update|increment|decrement|del|delete|insert|returning|count|sum|pluck|forUpdate|transacting|distinct|having|as|clone|page|paginate|field|fields|order)$/;

function set(query: Query, operation: Operation, data?: Value): void {
  if (!query.access) return;
  query.access.operation = operation;
  query.access.data = data;
}

function apply(m: Machine, query: Query, step: string, args: readonly Value[], site: CallSite): void {
  const access = query.access as { wherePlace?: unknown; fields?: unknown } | undefined;
  switch (step) {
    case 'where':
    case 'andWhere':
    case 'orWhere':
    case 'whereIn': {
      const column = args[0]?.literal;
      const place = site.args[0] ? placeOf(m, site.args[0]) : site.place;
      if (typeof column === 'string') {
        const operator = args.length > 2 && typeof args[1]?.literal === 'string' ? args[1].literal : '=';
        addCondition(query, column, args[args.length > 2 ? 2 : 1] ?? unknown, place);
        const last = query.conditions.at(-1);
        if (last && !/^(=|in)$/i.test(operator)) query.conditions.splice(-1, 1, { ...last, narrowing: false });
      } else if (args[0]?.callable?.kind === 'closure') {
        callClosure(
          m,
          args[0].callable,
          [
            {
              flags: 0,
              handle: {
                kind: 'knex-where',
                get: (name) =>
                  native(name, (values, at) => {
                    apply(m, query, name, values, at);
                    return unknown;
                  }),
              },
            },
          ],
          site,
          undefined,
        );
      } else addConditions(m, query, args[0], place);
      if (access) access.wherePlace = place;
      if (query.access && query.conditionValue) Object.assign(query.access, { conditionValue: query.conditionValue });
      return;
    }
    case 'from':
    case 'table':
    case 'into':
      if (typeof args[0]?.literal === 'string') query.table = args[0].literal;
      return;
    case 'select':
    case 'column':
    case 'columns':
    case 'field':
    case 'fields': {
      const columns = columnsOf(args);
      if (access && columns.fields.length > 0) access.fields = columns.fields;
      return;
    }
    case 'increment':
    case 'decrement':
      set(query, 'update', stepped(step, args));
      return;
    case 'update':
      set(query, 'update', args[0]);
      return;
    case 'del':
    case 'delete':
      set(query, 'delete');
      return;
    case 'insert':
      set(query, 'create', args[0]);
      return;
    case 'count':
    case 'sum':
      set(query, 'count');
      return;
    default:
  }
}

/** `app.mysql` of egg-mysql and ali-rds: table and condition are arguments. */
export function rds(m: Machine): Value {
  return {
    flags: 0,
    handle: {
      kind: 'rds',
      get: (name, self) => {
        const run = (
          operation: Operation,
          where: (args: readonly Value[]) => Value | undefined,
          data?: (args: readonly Value[]) => Value | undefined,
        ): Value =>
          native(name, (args, site) => {
            const query = newQuery(args[0]);
            const place = site.args[1] ? placeOf(m, site.args[1]) : site.place;
            addConditions(m, query, where(args), place);
            const options = args.find((arg, i) => i > 0 && arg.shape?.props.has('where'));
            const columns = columnsOf([options?.shape?.props.get('columns')]);
            const access = recordAccess(m, {
              operation,
              table: query.table,
              tableValue: query.tableValue,
              conditions: query.conditions,
              conditionValue: query.conditionValue,
              opaque: query.opaque,
              data: data?.(args),
              fields: columns.fields.length > 0 ? columns.fields : undefined,
              place: site.place,
              wherePlace: place,
            });
            return compact({ flags: origin.row, rows: access ? new Set([access]) : undefined });
          });
        switch (name) {
          case 'get':
            return run('read', (args) => args[1]);
          case 'select':
            return run('read', (args) => args[1]?.shape?.props.get('where'));
          case 'count':
            return run('count', (args) => args[1]);
          case 'insert':
            return run(
              'create',
              () => undefined,
              (args) => args[1],
            );
          case 'delete':
            return run('delete', (args) => args[1]);
          case 'update':
            return run(
              'update',
              (args) => args[2]?.shape?.props.get('where') ?? idOnly(args[1]),
              (args) => args[1],
            );
          case 'query':
            return native(name, (args, site) => sqlAccess(m, args, site) ?? unknown);
          case 'beginTransaction':
          case 'beginTransactionScope':
            return native(name, (args, site) => {
              const callback = args[0];
              m.transactions += 1;
              if (callback?.callable?.kind !== 'closure') return self;
              const value = callClosure(m, callback.callable, [self], site, callback.callable.self);
              m.transactions -= 1;
              return value;
            });
          default:
            return undefined;
        }
      },
    },
  };
}

function idOnly(row: Value | undefined): Value | undefined {
  const id = row?.shape?.props.get('id') ?? row?.shape?.rest;
  if (!id || !row) return undefined;
  return { flags: 0, shape: { props: new Map([['id', id]]), rest: undefined, list: false } };
}
