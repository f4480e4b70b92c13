import { type Machine, placeOf } from '../machine/machine.ts';
import type { Access, Operation } from '../machine/trace.ts';
import { type CallSite, either, has, native, object, origin, unknown, type Value } from '../machine/value.ts';
import { builder } from './builder.ts';
import { addCondition, addConditions, columnsOf, finish, newQuery, type Query, stepped } from './query.ts';
import { newRow, row } from './rows.ts';
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
      data = either(first.shape.props.get('create'), first.shape.props.get('update'));
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
  const steps = name === 'increment' || name === 'decrement' ? stepped(name, [first ?? unknown, second ?? unknown]) : undefined;
  const access = finishAccess(m, query, operation, site, steps ?? data);
  if (operation === 'read' && name === 'findAndCountAll')
    return object([
      ['rows', row(m, model, access, query)],
      ['count', unknown],
    ]);
  return row(m, model, access, query);
}

export function finishAccess(m: Machine, query: Query, operation: Operation, site: CallSite, data?: Value): Access | undefined {
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
