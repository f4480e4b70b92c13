import { callClosure } from '../machine/invoke.ts';
import type { Machine } from '../machine/machine.ts';
import { placeOf } from '../machine/machine.ts';
import { type CallSite, list, mixed, native, object, type Place, unknown, type Value } from '../machine/value.ts';
import { addCondition, addConditions, columnsOf, finish, newQuery, type Query } from './query.ts';

/** The document database of WeChat cloud development and CloudBase, as its SDKs offer it. */
export function cloudDatabase(m: Machine): Value {
  const self: Value = {
    flags: 0,
    handle: {
      kind: 'cloud-db',
      get: (name) => {
        switch (name) {
          case 'collection':
            return native('collection', (args) => collection(m, args[0]));
          case 'command':
            return command();
          case 'RegExp':
            return native('RegExp', (args) => object([['$regex', mixed(args)]]));
          case 'serverDate':
          case 'Geo':
          case 'ObjectId':
            return name === 'Geo' ? undefined : native(name, (args) => mixed(args));
          case 'runTransaction':
            return native(name, (args, site) => {
              const callback = args[0];
              if (callback?.callable?.kind !== 'closure') return unknown;
              m.transactions += 1;
              const value = callClosure(m, callback.callable, [self], site, callback.callable.self);
              m.transactions -= 1;
              return value;
            });
          case 'startTransaction':
            return native(name, () => {
              m.transactions += 1;
              return self;
            });
          default:
            return undefined;
        }
      },
    },
  };
  return self;
}

/** `db.command`: operators keep their name, so that a condition or an update can be read. */
export function command(): Value {
  return {
    flags: 0,
    handle: {
      kind: 'command',
      get: (name) => {
        if (name === 'aggregate' || name === 'project' || name === 'expr') return command();
        return native(name, (args) => {
          if (name === 'or' || name === 'and' || name === 'nor')
            return object([[`$${name}`, args.length === 1 && args[0]?.shape?.list ? args[0] : list(args)]]);
          return object([[`$${name}`, args.length === 1 ? (args[0] ?? unknown) : list(args)]]);
        });
      },
    },
  };
}

/** A collection by its name, which may be the caller's choice. */
export function collection(m: Machine, name: Value | undefined): Value {
  return queryHandle(m, () => newQuery(name), 'collection');
}

function dataOf(args: readonly Value[]): Value | undefined {
  const first = args[0];
  return first?.shape?.props.get('data') ?? first;
}

function dataPlaceOf(args: readonly Value[]): Place | undefined {
  return args[0]?.shape?.places?.get('data');
}

/** A collection starts a new query with each call; a query or document goes on with its own. */
function queryHandle(m: Machine, start: () => Query, kind: string): Value {
  const next = (query: Query): Value => queryHandle(m, () => query, 'query');
  return {
    flags: 0,
    handle: {
      kind: `cloud-${kind}`,
      get: (name) => {
        const run = (body: (query: Query, args: readonly Value[], site: CallSite) => Value): Value =>
          native(name, (args, site) => body(start(), args, site));
        switch (name) {
          case 'where':
          case 'match':
            return run((query, args, site) => {
              addConditions(m, query, args[0], site.args[0] ? placeOf(m, site.args[0]) : site.place);
              return next(query);
            });
          case 'doc':
            return run((query, args, site) => {
              query.wherePlace = site.args[0] ? placeOf(m, site.args[0]) : site.place;
              addCondition(query, '_id', args[0] ?? unknown, query.wherePlace);
              return next(query);
            });
          case 'field':
          case 'project':
            return run((query, args) => {
              const columns = columnsOf([args[0]]);
              query.fields = columns.fields.length > 0 || columns.excluded.length === 0 ? columns.fields : undefined;
              query.excluded = columns.excluded;
              return next(query);
            });
          case 'aggregate':
          case 'orderBy':
          case 'limit':
          case 'skip':
          case 'sort':
          case 'unwind':
          case 'addFields':
          case 'replaceRoot':
          case 'sample':
          case 'options':
            return run((query) => next(query));
          // Sums and counts show nobody's row.
          case 'group':
          case 'bucket':
          case 'sortByCount':
            return run((query) => {
              query.opaque = true;
              return next(query);
            });
          case 'lookup':
            return run((query, args) => {
              query.opaque ||= args[0]?.shape?.props.has('pipeline') ?? false;
              return next(query);
            });
          case 'get':
          case 'end':
          case 'watch':
            return run((query, _args, site) => finish(m, query, 'read', site));
          case 'count':
            return run((query, _args, site) => finish(m, query, 'count', site));
          case 'update':
          case 'set':
            return run((query, args, site) => finish(m, query, 'update', site, dataOf(args), dataPlaceOf(args)));
          case 'updateAndReturn':
            return run((query, args, site) => finish(m, query, 'update', site, dataOf(args), dataPlaceOf(args)));
          case 'remove':
          case 'delete':
            return run((query, _args, site) => finish(m, query, 'delete', site));
          case 'add':
            return run((query, args, site) => finish(m, query, 'create', site, dataOf(args), dataPlaceOf(args)));
          default:
            return undefined;
        }
      },
    },
  };
}
