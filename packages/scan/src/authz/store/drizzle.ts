import { elementOf } from '../machine/execute.ts';
import { callClosure } from '../machine/invoke.ts';
import { type Machine, placeOf } from '../machine/machine.ts';
import { recordAccess } from '../machine/record.ts';
import type { Condition, Operation } from '../machine/trace.ts';
import { type CallSite, compact, mixed, native, object, origin, unknown, type Value } from '../machine/value.ts';
import { newQuery, type Query, rowsOf } from './query.ts';
import { sqlAccess } from './sql.ts';

interface Column {
  readonly table: string;
  readonly name: string;
}

/** `pgTable('orders', { userId: ... })`: a member of the table is a column. */
export function drizzleTable(name: string): Value {
  return {
    flags: 0,
    handle: {
      kind: 'drizzle-table',
      data: name,
      get: (member) =>
        member.startsWith('$') || member === '_'
          ? object()
          : { flags: 0, handle: { kind: 'drizzle-column', data: { table: name, name: member } satisfies Column } },
    },
  };
}

const columnOf = (value: Value | undefined): Column | undefined =>
  value?.handle?.kind === 'drizzle-column' ? (value.handle.data as Column) : undefined;

const conditionsOf = (value: Value | undefined): readonly Condition[] =>
  value?.handle?.kind === 'drizzle-condition' ? (value.handle.data as readonly Condition[]) : [];

const conditionValue = (conditions: readonly Condition[], inputs: readonly Value[]): Value => ({
  ...mixed(inputs),
  handle: { kind: 'drizzle-condition', data: conditions },
});

/** `eq(orders.id, id)`, `and(...)`, `or(...)`: conditions as values. */
function operator(m: Machine, name: string): Value | undefined {
  if (/^(eq|inArray|ne|gt|gte|lt|lte|like|ilike|notInArray|between|isNull|isNotNull|exists)$/.test(name))
    return native(name, (args, site) => {
      const column = columnOf(args[0]);
      if (!column) return conditionValue([], args);
      const narrowing = name === 'eq' || name === 'inArray';
      const value = args[1]?.shape ? mixed([args[1]]) : (args[1] ?? unknown);
      return conditionValue([{ column: column.name, value, place: placeOf(m, site.node), narrowing }], []);
    });
  if (name === 'and' || name === 'or')
    return native(name, (args) => {
      const all = args.flatMap((arg) => [...conditionsOf(arg), ...spread(arg)]);
      return conditionValue(
        all,
        args.filter((arg) => arg.handle?.kind !== 'drizzle-condition'),
      );
    });
  if (name === 'not')
    return native(name, (args) =>
      conditionValue(
        conditionsOf(args[0]).map((one) => ({ ...one, narrowing: false })),
        [],
      ),
    );
  if (/^(desc|asc|count|sum|max|min)$/.test(name)) return native(name, (args) => args[0] ?? unknown);
  if (name === 'sql') return native(name, (args) => mixed(args));
  return undefined;
}

/** `and(...conditions)` with a list that the code filled before. */
function spread(arg: Value): readonly Condition[] {
  return arg.shape?.list ? [...arg.shape.props.values()].flatMap(conditionsOf) : [];
}

/** The connection: `db.select().from(orders).where(...)`, `db.query.orders.findFirst(...)`, `db.transaction(...)`. */
function database(m: Machine): Value {
  const self: Value = {
    flags: 0,
    handle: {
      kind: 'drizzle',
      get: (name) => {
        if (/^(select|selectDistinct|insert|update|delete)$/.test(name))
          return native(name, (args, site) => step(m, newQuery(undefined), name, args, site));
        if (name === 'transaction')
          return native(name, (args, site) => {
            const work = args[0]?.callable;
            if (work?.kind !== 'closure') return unknown;
            m.transactions += 1;
            const value = callClosure(m, work, [self], site, work.self);
            m.transactions -= 1;
            return value;
          });
        if (name === 'execute') return native(name, (args, site) => sqlAccess(m, args, site) ?? mixed(args));
        if (name === 'query') return { flags: 0, handle: { kind: 'drizzle-tables', get: (table) => relational(m, table) } };
        return undefined;
      },
    },
  };
  return self;
}

function relational(m: Machine, table: string): Value {
  return {
    flags: 0,
    handle: {
      kind: 'drizzle-relations',
      get: (name) =>
        /^find(First|Many)$/.test(name)
          ? native(name, (args, site) => {
              const where = args[0]?.shape?.props.get('where');
              const given =
                where?.callable?.kind === 'closure'
                  ? callClosure(m, where.callable, [drizzleTable(table), operators(m)], site, undefined)
                  : where;
              const query = newQuery(table);
              query.conditions.push(...conditionsOf(given));
              return rowsOf(record(m, query, 'read', undefined, site));
            })
          : undefined,
    },
  };
}

const operators = (m: Machine): Value => ({
  flags: 0,
  handle: { kind: 'drizzle-operators', get: (name) => operator(m, name) },
});

function record(m: Machine, query: Query, operation: Operation, data: Value | undefined, site: CallSite): Query['access'] {
  query.access = recordAccess(m, {
    operation,
    table: query.table,
    conditions: query.conditions,
    opaque: query.opaque,
    data,
    fields: query.fields,
    place: site.place,
  });
  if (query.access) Object.defineProperty(query.access, 'table', { get: () => query.table, enumerable: true });
  return query.access;
}

const steps =
  /^(from|where|set|values|returning|leftJoin|innerJoin|rightJoin|fullJoin|orderBy|limit|offset|groupBy|having|for|onConflictDoUpdate|onConflictDoNothing|execute|prepare|\$dynamic)$/;

/** The query exists from its first step and is completed by the later ones, because it runs when it is awaited. */
function step(m: Machine, query: Query, name: string, args: readonly Value[], site: CallSite): Value {
  const table = args[0]?.handle?.kind === 'drizzle-table' ? String(args[0].handle.data) : '';
  switch (name) {
    case 'select':
    case 'selectDistinct': {
      const fields = [...(args[0]?.shape?.props ?? [])].flatMap(([key, value]) => columnOf(value)?.name ?? key);
      if (fields.length > 0) query.fields = fields;
      record(m, query, 'read', undefined, site);
      break;
    }
    case 'insert':
    case 'update':
    case 'delete':
      query.table = table;
      record(m, query, name === 'insert' ? 'create' : name, undefined, site);
      break;
    case 'from':
      if (table !== '') query.table = table;
      break;
    case 'set':
    case 'values':
      if (query.access) query.access.data = args[0]?.shape?.list ? elementOf(m, args[0], site.node) : args[0];
      break;
    case 'where': {
      const conditions = conditionsOf(args[0]);
      query.conditions.push(...conditions);
      if (query.access && conditions.length === 0) query.access.opaque = true;
      if (query.access) Object.assign(query.access, { wherePlace: site.args[0] ? placeOf(m, site.args[0]) : site.place });
      break;
    }
    default:
  }
  return compact({
    flags: origin.row,
    rows: query.access ? new Set([query.access]) : undefined,
    handle: {
      kind: 'drizzle-query',
      get: (next) => (steps.test(next) ? native(next, (values, at) => step(m, query, next, values, at)) : undefined),
    },
  });
}

/** `drizzle-orm` and its parts; undefined for every other package. */
export function drizzlePackage(m: Machine, name: string): Value | undefined {
  if (!/^drizzle-orm(\/|$)/.test(name)) return undefined;
  return {
    flags: 0,
    handle: {
      kind: 'package',
      data: name,
      get: (member) => {
        if (member === 'drizzle') return native(member, () => database(m));
        if (/^(pg|mysql|sqlite)Table$/.test(member))
          return native(member, (args) => drizzleTable(typeof args[0]?.literal === 'string' ? args[0].literal : ''));
        return operator(m, member);
      },
    },
  };
}
