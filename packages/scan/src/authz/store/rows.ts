import type { Machine } from '../machine/machine.ts';
import type { Access } from '../machine/trace.ts';
import { compact, native, object, origin, unknown, type Value } from '../machine/value.ts';
import type { OrmModel } from './orm.ts';
import { addCondition, addConditions, columnsOf, finish, newQuery, type Query, rowsOf, stepped } from './query.ts';

/** A record, or the query that will give it: Mongoose's chains and the records' own methods. */
export function row(m: Machine, model: OrmModel, access: Access | undefined, query?: Query): Value {
  const self: Value = rowsOf(access, {
    kind: 'row',
    get: (name, target) => {
      switch (name) {
        case 'select':
          return native(name, (args) => {
            const columns = columnsOf(args);
            if (access)
              Object.assign(access, {
                fields: columns.fields.length > 0 ? columns.fields : undefined,
                excluded: columns.excluded,
              });
            return target;
          });
        case 'where':
          return native(name, (args, site) => {
            if (query && args[0]?.shape) addConditions(m, query, args[0], site.place);
            else if (query && typeof args[0]?.literal === 'string' && args[1])
              addCondition(query, args[0].literal, args[1], site.place);
            else if (query && typeof args[0]?.literal === 'string') {
              const column = args[0].literal;
              return {
                ...target,
                handle: {
                  kind: 'row-where',
                  get: (inner) =>
                    /^(equals|eq|in)$/.test(inner)
                      ? native(inner, (values, at) => {
                          addCondition(query, column, values[0] ?? unknown, at.place);
                          return target;
                        })
                      : undefined,
                },
              };
            }
            return target;
          });
        case 'sort':
        case 'limit':
        case 'skip':
        case 'lean':
        case 'exec':
        case 'populate':
        case 'session':
        case 'cursor':
        case 'toArray':
        case 'next':
        case 'project':
        case 'get':
        case 'toJSON':
        case 'toObject':
        case 'orFail':
          return name === 'get' ? undefined : native(name, () => target);
        case 'update':
        case 'save':
        case 'increment':
        case 'decrement':
        case 'updateOne':
        case 'set':
          return native(name, (args, site) => {
            const next = newQuery(model.table);
            addCondition(next, 'id', compact({ flags: target.flags & ~origin.client, rows: target.rows }), site.place);
            const data = name === 'increment' || name === 'decrement' ? stepped(name, args) : args[0];
            finish(m, next, 'update', site, data ?? (target.shape ? target : undefined));
            return target;
          });
        case 'destroy':
        case 'remove':
        case 'deleteOne':
        case 'delete':
          return native(name, (_args, site) => {
            const next = newQuery(model.table);
            addCondition(next, 'id', compact({ flags: target.flags & ~origin.client, rows: target.rows }), site.place);
            return finish(m, next, 'delete', site);
          });
        default:
          return undefined;
      }
    },
  });
  return self;
}

export function newRow(m: Machine, model: OrmModel, data: Value | undefined): Value {
  const shape =
    data?.shape ?? (data ? { props: new Map<string, Value>(), rest: data, list: false, places: new Map() } : object().shape);
  const self: Value = compact({
    flags: 0,
    shape,
    handle: {
      kind: 'new-row',
      get: (name, target) =>
        name === 'save'
          ? native(name, (_args, site) => {
              finish(m, newQuery(model.table), 'create', site, compact({ flags: 0, shape: target.shape }));
              return target;
            })
          : undefined,
    },
  });
  return self;
}
