import { defineModel, transactionOf } from '../libraries/model-libraries.ts';
import { callable } from '../libraries/packages.ts';
import { callClosure } from '../machine/invoke.ts';
import type { Machine } from '../machine/machine.ts';
import { type CallSite, mixed, native, unknown, type Value } from '../machine/value.ts';
import { anyCollection } from './collection.ts';
import { ormModel } from './orm.ts';
import { preparedStatement, sqlAccess } from './sql.ts';

/** The driver of MongoDB: client, database, collection. */
export function mongoDriver(m: Machine): Value {
  const database: Value = {
    flags: 0,
    handle: {
      kind: 'mongo-db',
      get: (name) => (name === 'collection' ? native(name, (args) => anyCollection(m, args[0])) : undefined),
    },
  };
  const client: Value = {
    flags: 0,
    handle: {
      kind: 'mongo-client',
      get: (name) => (name === 'db' ? native(name, () => database) : name === 'connect' ? native(name, () => client) : undefined),
    },
  };
  const make = native('MongoClient', () => client);
  return {
    flags: 0,
    handle: {
      kind: 'package',
      data: 'mongodb',
      get: (name) => {
        if (name === 'MongoClient')
          return {
            ...make,
            handle: { kind: 'mongo-class', get: (inner) => (inner === 'connect' ? native(inner, () => client) : undefined) },
          };
        if (name === 'ObjectId' || name === 'ObjectID') return native(name, (args) => mixed(args));
        return undefined;
      },
    },
  };
}

export function sqlConnection(m: Machine): Value {
  const self: Value = {
    flags: 0,
    handle: {
      kind: 'sql-connection',
      get: (name) => {
        if (name === 'prepare') return native(name, (args) => (args[0] ? preparedStatement(m, args[0]) : unknown));
        if (/^(query|execute|run|all|get|exec)$/.test(name)) {
          return native(name, (args, site) => {
            const rows = sqlAccess(m, args, site) ?? unknown;
            const callback = args.find((arg) => arg.callable?.kind === 'closure');
            if (callback?.callable?.kind === 'closure') callLater(m, callback, rows, site);
            return rows;
          });
        }
        if (/^(getConnection|connect|promise|acquire)$/.test(name)) {
          return native(name, (args, site) => {
            const callback = args.find((arg) => arg.callable?.kind === 'closure');
            if (callback?.callable?.kind === 'closure') callLater(m, callback, self, site);
            return self;
          });
        }
        if (/^(beginTransaction)$/.test(name)) {
          return native(name, () => {
            m.transactions += 1;
            return unknown;
          });
        }
        return undefined;
      },
    },
  };
  return self;
}

function callLater(m: Machine, callback: Value, result: Value, site: CallSite): void {
  if (callback.callable?.kind !== 'closure') return;
  m.conditional += 1;
  invokeCallback(m, callback, result, site);
  m.conditional -= 1;
}

function invokeCallback(m: Machine, callback: Value, result: Value, site: CallSite): void {
  if (callback.callable?.kind === 'closure')
    callClosure(m, callback.callable, [unknown, result, unknown], site, callback.callable.self);
}

export function sequelizeInstance(m: Machine): Value {
  return {
    flags: 0,
    handle: {
      kind: 'sequelize',
      get: (name) => {
        if (name === 'define') return defineModel(m);
        if (name === 'import') return native(name, () => unknown);
        if (name === 'transaction') return transactionOf(m);
        if (name === 'query') return native(name, (args, site) => sqlAccess(m, args, site) ?? unknown);
        if (name === 'models')
          return {
            flags: 0,
            handle: { kind: 'models', get: (table) => ormModel(m, { table, statics: new Map(), columns: [] }) },
          };
        return undefined;
      },
    },
  };
}

export function sequelizePackage(m: Machine): Value {
  const instance = sequelizeInstance(m);
  return {
    flags: 0,
    callable: callable(native('Sequelize', () => instance)),
    handle: {
      kind: 'package',
      data: 'sequelize',
      get: (name) => {
        if (name === 'Sequelize')
          return {
            flags: 0,
            callable: callable(native('Sequelize', () => instance)),
            handle: { kind: 'package', data: 'sequelize', get: () => undefined },
          };
        if (name === 'Model') return { flags: 0, handle: { kind: 'framework-class', data: 'sequelize.Model' } };
        return undefined;
      },
    },
  };
}

/** `prisma.order.findUnique(...)`. */
export function prisma(m: Machine): Value {
  const self: Value = {
    flags: 0,
    handle: {
      kind: 'prisma',
      get: (name) => {
        if (name === '$transaction') return transactionOf(m, self);
        if (name === '$extends') return native(name, () => self);
        if (name.startsWith('$')) return native(name, (args, site) => sqlAccess(m, args, site) ?? mixed(args));
        return ormModel(m, { table: name, statics: new Map(), columns: [] });
      },
    },
  };
  return self;
}
