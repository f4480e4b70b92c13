import { callClosure } from '../invoke.ts';
import { type Machine, placeOf } from '../machine.ts';
import type { Access, Operation } from '../trace.ts';
import { type CallSite, compact, has, mixed, native, object, origin, unknown, type Value } from '../value.ts';
import { addCondition, addConditions, columnsOf, finish, newQuery, type Query, rowsOf } from './query.ts';
import { sqlAccess } from './sql.ts';

/** A model of Sequelize, Mongoose, Prisma or TypeORM. Their methods overlap so far that the arguments decide. */
export interface OrmModel {
  readonly table: string;
  readonly statics: Map<string, Value>;
  /** Column names of its schema, where the code defines one. */
  readonly columns: readonly string[];
}

const operations: Record<string, Operation> = {
  find: 'read',
  findOne: 'read',
  findAll: 'read',
  findAndCountAll: 'read',
  findAndCount: 'read',
  findByPk: 'read',
  findById: 'read',
  findByIds: 'read',
  findOneBy: 'read',
  findBy: 'read',
  findOneOrFail: 'read',
  findOneByOrFail: 'read',
  findUnique: 'read',
  findUniqueOrThrow: 'read',
  findFirst: 'read',
  findFirstOrThrow: 'read',
  findMany: 'read',
  aggregate: 'read',
  paginate: 'read',
  findByPrimary: 'read',
  distinct: 'read',
  scope: 'read',
  count: 'count',
  countDocuments: 'count',
  sum: 'count',
  exists: 'count',
  max: 'count',
  min: 'count',
  groupBy: 'read',
  update: 'update',
  updateOne: 'update',
  updateMany: 'update',
  findByIdAndUpdate: 'update',
  findOneAndUpdate: 'update',
  bulkWrite: 'update',
  findAndModify: 'update',
  replaceOne: 'update',
  increment: 'update',
  decrement: 'update',
  findOneAndReplace: 'update',
  updateById: 'update',
  destroy: 'delete',
  remove: 'delete',
  delete: 'delete',
  deleteOne: 'delete',
  deleteMany: 'delete',
  findByIdAndDelete: 'delete',
  findByIdAndRemove: 'delete',
  findOneAndRemove: 'delete',
  findOneAndDelete: 'delete',
  softDelete: 'delete',
  removeById: 'delete',
  deleteById: 'delete',
  create: 'create',
  insertOne: 'create',
  insert: 'create',
  insertMany: 'create',
  bulkCreate: 'create',
  createMany: 'create',
  findOrCreate: 'create',
  upsert: 'create',
  save: 'create',
};

/** Names that only models of a store have. */
export function isModelMethod(name: string): boolean {
  // `promisifyAll` of Bluebird adds the suffix.
  const plain = name.replace(/Async$/, '');
  return Object.hasOwn(operations, plain) && !/^(sum|max|min|exists|scope|distinct)$/.test(plain);
}

const byKey = /^(findByPk|findByPrimary|findById|findByIds|findByIdAnd|updateById|removeById|deleteById)/;

export function ormModel(m: Machine, model: OrmModel): Value {
  return {
    flags: 0,
    handle: {
      kind: 'model',
      data: model,
      get: (name) => {
        const own = model.statics.get(name);
        if (own) return own;
        const plain = name.replace(/Async$/, '');
        const operation = Object.hasOwn(operations, plain) ? operations[plain] : undefined;
        if (operation) return native(name, (args, site) => runOperation(m, model, plain, operation, args, site));
        switch (name) {
          case 'query':
          case 'queryRaw':
          case '$queryRaw':
            return native(name, (args, site) => sqlAccess(m, args, site) ?? unknown);
          case 'where':
          case 'createQueryBuilder':
          case 'queryBuilder':
            return native(name, (args, site) => builder(m, model, name, args, site));
          case 'build':
          case 'new':
            return native(name, (args) => newRow(m, model, args[0]));
          case 'schema':
          case 'prototype':
            return object();
          case 'hasMany':
          case 'belongsTo':
          case 'hasOne':
          case 'belongsToMany':
          case 'sync':
          case 'addHook':
            return native(name, () => unknown);
          default:
            return undefined;
        }
      },
      call: (args, site, self) => {
        // `new Model(data)` and Mongoose's `Model(data)`.
        void site;
        void self;
        return newRow(m, model, args[0]);
      },
    },
  };
}

function argPlace(m: Machine, site: CallSite, i: number): { file: string; start: number; end: number } {
  const node = site.args[i];
  return node ? placeOf(m, node) : site.place;
}

function runOperation(
  m: Machine,
  model: OrmModel,
  name: string,
  operation: Operation,
  args: readonly Value[],
  site: CallSite,
): Value {
  const query = newQuery(model.table);
  let data: Value | undefined;
  const [first, second] = args;
  if (operation === 'create') {
    data = first?.shape?.props.get('data') ?? first;
    if (name === 'upsert' && first?.shape?.props.has('create'))
      data = mixed([first.shape.props.get('create'), first.shape.props.get('update')]);
    if (name === 'findOrCreate') data = first?.shape?.props.get('defaults');
    if (name === 'save' && first?.rows) {
      addCondition(query, 'id', first, argPlace(m, site, 0));
      return row(m, model, finishAccess(m, query, 'update', site, first));
    }
  } else if (byKey.test(name)) {
    query.wherePlace = argPlace(m, site, 0);
    addCondition(query, 'id', first ?? unknown, query.wherePlace);
    data = operation === 'update' ? second : undefined;
    if (second?.shape) options(m, query, second, name === 'findById' ? second : undefined);
  } else if (second?.shape?.props.has('where') && operation === 'update') {
    addConditions(m, query, second.shape.props.get('where'), second.shape.places?.get('where') ?? argPlace(m, site, 1));
    data = first;
  } else if (first?.shape && isOptions(first)) {
    addConditions(m, query, first.shape.props.get('where'), first.shape.places?.get('where') ?? argPlace(m, site, 0));
    if (!first.shape.props.has('where') && first.shape.rest) query.opaque = true;
    options(m, query, first, undefined);
    data = first.shape.props.get('data') ?? (operation === 'update' ? second : undefined);
  } else if (
    first &&
    !first.shape &&
    (first.flags !== 0 || first.literal !== undefined) &&
    !/^(find|findAll|findMany|aggregate|count)$/.test(name)
  ) {
    // A key on its own: `update(id, data)`, `delete(id)`, `findOne(id)`; a request object as the whole condition otherwise.
    query.wherePlace = argPlace(m, site, 0);
    if (has(first, origin.client) && (first.keys === undefined || first.keys.size === 0)) query.conditionValue = first;
    else addCondition(query, 'id', first, query.wherePlace);
    data = operation === 'update' ? second : undefined;
  } else {
    addConditions(m, query, first, argPlace(m, site, 0));
    data = operation === 'update' ? second : undefined;
    if (operation === 'read' && second) options(m, query, second, second);
  }
  if (second?.shape?.props.has('where') && operation !== 'update')
    addConditions(m, query, second.shape.props.get('where'), argPlace(m, site, 1));
  const access = finishAccess(m, query, operation, site, data);
  if (operation === 'read' && name === 'findAndCountAll')
    return object([
      ['rows', row(m, model, access, query)],
      ['count', unknown],
    ]);
  return row(m, model, access, query);
}

function finishAccess(m: Machine, query: Query, operation: Operation, site: CallSite, data?: Value): Access | undefined {
  finish(m, query, operation, site, data);
  return query.access;
}

function isOptions(value: Value): boolean {
  const props = value.shape?.props;
  if (!props) return false;
  for (const name of [
    'where',
    'attributes',
    'include',
    'order',
    'limit',
    'offset',
    'data',
    'select',
    'relations',
    'raw',
    'transaction',
    'skip',
    'take',
    'orderBy',
  ])
    if (props.has(name)) return true;
  return false;
}

function options(_m: Machine, query: Query, value: Value, projection: Value | undefined): void {
  const columns = columnsOf([projection ?? value.shape?.props.get('attributes') ?? value.shape?.props.get('select')]);
  if (columns.fields.length > 0) query.fields = columns.fields;
  if (columns.excluded.length > 0) query.excluded = columns.excluded;
}

/** A record, or the query that will give it: Mongoose's chains and the records' own methods. */
function row(m: Machine, model: OrmModel, access: Access | undefined, query?: Query): Value {
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
                      ? native(inner, (values, at) => (addCondition(query, column, values[0] ?? unknown, at.place), target))
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
            finish(m, next, 'update', site, args[0] ?? (target.shape ? target : undefined));
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

function newRow(m: Machine, model: OrmModel, data: Value | undefined): Value {
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

/** `Model.where(...)` and TypeORM's query builder. */
function builder(m: Machine, model: OrmModel, name: string, args: readonly Value[], site: CallSite): Value {
  const query = newQuery(model.table);
  if (name === 'where') addConditions(m, query, args[0], site.place);
  let operation: Operation = 'read';
  let data: Value | undefined;
  const self: Value = {
    flags: 0,
    handle: {
      kind: 'builder',
      get: (step) => {
        switch (step) {
          case 'where':
          case 'andWhere':
          case 'orWhere':
            return native(step, (values, at) => {
              const text = values[0]?.literal;
              if (typeof text === 'string') {
                const named = values[1];
                for (const match of text.matchAll(/([\w.]+)\s*(=|in)\s*\(?:?:(?:\.\.\.)?(\w+)/gi))
                  addCondition(query, match[1] ?? '', named?.shape?.props.get(match[3] ?? '') ?? unknown, at.place);
              } else addConditions(m, query, values[0], at.place);
              return self;
            });
          case 'update':
          case 'set':
            return native(step, (values) => {
              operation = 'update';
              data = values[0];
              return self;
            });
          case 'delete':
          case 'softDelete':
            return native(step, () => {
              operation = 'delete';
              return self;
            });
          case 'getOne':
          case 'getMany':
          case 'getRawMany':
          case 'getRawOne':
          case 'getManyAndCount':
          case 'execute':
          case 'exec':
          case 'find':
          case 'findOne':
          case 'fetch':
            return native(step, (_values, at) => row(m, model, finishAccess(m, query, operation, at, data), query));
          case 'then':
            return undefined;
          default:
            return native(step, (values, at) => {
              for (const value of values)
                if (value.callable?.kind === 'closure') callClosure(m, value.callable, [self], at, value.callable.self);
              return self;
            });
        }
      },
    },
  };
  return self;
}
