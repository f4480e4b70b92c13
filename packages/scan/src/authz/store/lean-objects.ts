import type { Machine } from '../machine/machine.ts';
import type { CallSite, Place } from '../machine/value.ts';
import { compact, native, object, origin, unknown, type Value } from '../machine/value.ts';
import { addCondition, columnsOf, finish, newQuery, type Query } from './query.ts';

/** The table that a name or a class of objects means. */
export function tableOf(value: Value | undefined): Value | undefined {
  return value?.handle?.kind === 'lean-class' ? (value.handle.data as Value | undefined) : value;
}

/**
 * With the master key nothing asks whose row it is. Without it the access list of each object decides, which stands outside the
 * repository.
 */
function usesMasterKey(m: Machine, args: readonly Value[]): boolean {
  if (args.some((arg) => arg.shape?.props.get('useMasterKey')?.literal === true)) return true;
  const known = m.globals.get('#lean-master');
  if (known) return known.literal === true;
  const everywhere = m.sources.files.some(
    (file) => /\.[cm]?[jt]s$/.test(file) && /\.useMasterKey\s*\(\s*(?:true)?\s*\)/.test(m.sources.text(file)),
  );
  m.globals.set('#lean-master', { flags: 0, literal: everywhere });
  return everywhere;
}

/** A row as an object: `row.get('owner')`, `row.save()`. */
function asObject(m: Machine, query: Query, table: Value | undefined): Value {
  const { access } = query;
  const id: Value = { flags: origin.row, ...(access ? { rows: new Set([access]) } : {}) };
  return leanObject(m, table, id, access === undefined ? undefined : id);
}

export function leanObject(m: Machine, table: Value | undefined, id: Value | undefined, row?: Value): Value {
  const name = tableOf(table);
  const data = object();
  const write = (column: Value | undefined, value: Value, place: Place): void => {
    if (typeof column?.literal === 'string') {
      data.shape?.props.set(column.literal, value);
      data.shape?.places?.set(column.literal, place);
    } else if (column?.shape) for (const [key, inner] of column.shape.props) data.shape?.props.set(key, inner);
    else if (column && column.flags !== 0 && data.shape) data.shape.rest = column;
  };
  const run = (operation: 'read' | 'update' | 'delete' | 'create', args: readonly Value[], site: CallSite): Value => {
    if (!usesMasterKey(m, args)) return self;
    const query = newQuery(name);
    if (id) addCondition(query, 'objectId', id, site.place);
    const first = args[0];
    if (first?.shape && !first.shape.props.has('useMasterKey')) write(first, unknown, site.place);
    finish(m, query, operation, site, operation === 'read' || operation === 'delete' ? undefined : data);
    return operation === 'read' || operation === 'create' ? asObject(m, query, table) : self;
  };
  const self: Value = compact({
    // A pointer says as much of where it is from as the id that it was made of.
    flags: row?.flags ?? id?.flags ?? 0,
    rows: row?.rows ?? id?.rows,
    keys: row?.keys ?? id?.keys,
    handle: {
      kind: 'lean-object',
      get: (member) => {
        switch (member) {
          case 'set':
          case 'increment':
          case 'add':
          case 'addUnique':
          case 'remove':
            return native(member, (args, site) => {
              const value = member === 'set' ? (args[1] ?? unknown) : object([['$inc', args[1] ?? unknown]]);
              write(args[0], value, site.place);
              return self;
            });
          case 'unset':
          case 'setACL':
            return native(member, () => self);
          case 'save':
            return native(member, (args, site) => run(id ? 'update' : 'create', args, site));
          case 'destroy':
            return native(member, (args, site) => run('delete', args, site));
          case 'fetch':
            return native(member, (args, site) => run('read', args, site));
          case 'get':
            return native(member, (args) => compact({ ...(row ?? { flags: 0 }), field: String(args[0]?.literal ?? '') }));
          case 'id':
            return id ?? unknown;
          case 'toJSON':
          case 'toFullJSON':
            return native(member, () => row ?? unknown);
          default:
            return undefined;
        }
      },
    },
  });
  return self;
}

export function leanQuery(m: Machine, table: Value | undefined): Value {
  const query = newQuery(tableOf(table));
  const finishAs = (operation: 'read' | 'count' | 'delete', args: readonly Value[], site: CallSite): Value => {
    if (!usesMasterKey(m, args)) return unknown;
    finish(m, query, operation, site);
    return operation === 'read' ? asObject(m, query, table) : unknown;
  };
  const self: Value = {
    flags: 0,
    handle: {
      kind: 'lean-query',
      get: (name) => {
        switch (name) {
          case 'equalTo':
          case 'containedIn':
            return native(name, (args, site) => {
              addCondition(query, String(args[0]?.literal ?? ''), args[1] ?? unknown, site.place);
              return self;
            });
          case 'select':
            return native(name, (args) => {
              query.fields = columnsOf(args).fields;
              return self;
            });
          case 'get':
            return native(name, (args, site) => {
              addCondition(query, 'objectId', args[0] ?? unknown, site.place);
              return finishAs('read', args, site);
            });
          case 'find':
          case 'first':
          case 'each':
            return native(name, (args, site) => finishAs('read', args, site));
          case 'count':
            return native(name, (args, site) => finishAs('count', args, site));
          case 'destroyAll':
            return native(name, (args, site) => finishAs('delete', args, site));
          case 'then':
            return undefined;
          case 'matchesQuery':
          case 'relatedTo':
            return native(name, () => {
              query.opaque = true;
              return self;
            });
          default:
            return native(name, () => self);
        }
      },
    },
  };
  return self;
}
