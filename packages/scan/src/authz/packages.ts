import { assignAll } from './builtins.ts';
import { cloudSdk, tcbRouter, tcbSdk, uniId } from './cloud.ts';
import { awaitsNothing, defineModel, jwt, mongooseValue, redis, transactionOf } from './containers.ts';
import { callClosure } from './invoke.ts';
import type { Machine } from './machine.ts';
import { expressFactory, fastifyFactory, koaClass, routerClass } from './routers.ts';
import { anyCollection } from './store/collection.ts';
import { knex } from './store/knex.ts';
import { ormModel } from './store/orm.ts';
import { sqlAccess } from './store/sql.ts';
import { type CallSite, externalValue, identityValue, mixed, native, object, unknown, type Value } from './value.ts';

function callable(value: Value): NonNullable<Value['callable']> {
  return value.callable as NonNullable<Value['callable']>;
}

/** What the engine knows of a package; an unknown one mixes what goes in. */
export function packageValue(m: Machine, name: string, from: string): Value {
  const plain = name.replace(/^node:/, '');
  switch (plain) {
    case 'wx-server-sdk':
      return cloudSdk(m);
    case '@cloudbase/node-sdk':
    case 'tcb-admin-node':
    case '@cloudbase/wx-cloud-client-sdk':
      return tcbSdk(m);
    case 'uni-id':
    case 'uni-id-common':
      return uniId(m);
    case 'tcb-router':
      return tcbRouter(m);
    case 'express':
      return expressFactory(m, from);
    case 'koa':
      return koaClass(m, from);
    case 'koa-router':
    case '@koa/router':
    case 'koa-joi-router':
    case '@eggjs/router':
      return routerClass(m, from, 'koa');
    case 'fastify':
      return fastifyFactory(m, from);
    case 'egg':
    case 'egg-core':
    case 'midway':
      return {
        flags: 0,
        handle: {
          kind: 'package',
          data: plain,
          get: (member) =>
            /^(Controller|Service|BaseContextClass|Subscription)$/.test(member)
              ? { flags: 0, handle: { kind: 'framework-class', data: 'egg' } }
              : undefined,
        },
      };
    case 'jsonwebtoken':
    case '@nestjs/jwt':
      return jwt(m);
    case 'express-jwt':
    case 'koa-jwt':
    case 'koa-passport':
    case 'passport':
    case 'express-basic-auth':
    case 'koa-basic-auth':
    case 'basic-auth-connect':
    case '@fastify/jwt':
    case '@menshen/backend':
      return guardPackage(plain);
    case 'mongodb':
      return mongoDriver(m);
    case 'mongoose':
      return mongooseValue(m);
    case 'sequelize':
    case 'sequelize-typescript':
      return sequelizePackage(m);
    case '@prisma/client':
      return {
        flags: 0,
        handle: {
          kind: 'package',
          data: plain,
          get: (member) =>
            member === 'PrismaClient' ? { flags: 0, callable: callable(native('PrismaClient', () => prisma(m))) } : undefined,
        },
      };
    case 'knex':
      return {
        flags: 0,
        callable: callable(native('knex', () => knex(m))),
        handle: {
          kind: 'package',
          data: plain,
          get: (member) => (member === 'knex' || member === 'default' ? native(member, () => knex(m)) : undefined),
        },
      };
    case 'mysql':
    case 'mysql2':
    case 'mysql2/promise':
    case 'promise-mysql':
    case 'pg':
    case 'sqlite3':
    case 'better-sqlite3':
      return {
        flags: 0,
        handle: {
          kind: 'package',
          data: plain,
          get: (member) => (/^(create|Pool|Client|Database)/.test(member) ? native(member, () => sqlConnection(m)) : undefined),
        },
      };
    case 'redis':
    case 'ioredis':
    case 'async-redis':
      return {
        flags: 0,
        callable: callable(native('Redis', () => redis())),
        handle: {
          kind: 'package',
          data: plain,
          get: (member) => (/^create|^default$/.test(member) ? native(member, () => redis()) : undefined),
        },
      };
    case 'lodash':
    case 'underscore':
      return lodash(m);
    case 'wafer2-node-sdk':
    case 'wafer-node-sdk':
      return wafer(m);
    case 'axios':
    case 'request':
    case 'request-promise':
    case 'request-promise-native':
    case 'got':
    case 'node-fetch':
    case 'superagent':
    case 'urllib':
      return { flags: 0, handle: { kind: 'package', data: plain } };
    case 'assert':
      return {
        ...awaitsNothing('assert'),
        handle: { kind: 'package', data: plain, get: (member) => awaitsNothing(member === 'ok' ? 'assert' : member) },
      };
    default:
      return { flags: 0, handle: { kind: 'package', data: plain } };
  }
}

/** The driver of MongoDB: client, database, collection. */
function mongoDriver(m: Machine): Value {
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

function guardPackage(name: string): Value {
  const guard: Value = { flags: 0, handle: { kind: 'guard', data: name } };
  const make = native(name, () => guard);
  return {
    flags: 0,
    callable: callable(make),
    handle: {
      kind: 'package',
      data: name,
      get: (member) => {
        if (/^(authenticate|expressjwt|jwt|default|menshen|identity|express|koa|egg)/i.test(member))
          return native(member, () => guard);
        return undefined;
      },
    },
  };
}

function sqlConnection(m: Machine): Value {
  const self: Value = {
    flags: 0,
    handle: {
      kind: 'sql-connection',
      get: (name) => {
        if (/^(query|execute|run|all|get|exec|prepare)$/.test(name)) {
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

function sequelizePackage(m: Machine): Value {
  const instance: Value = {
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
        if (name === '$transaction') return transactionOf(m);
        if (name.startsWith('$')) return native(name, (args, site) => sqlAccess(m, args, site) ?? mixed(args));
        return ormModel(m, { table: name, statics: new Map(), columns: [] });
      },
    },
  };
  return self;
}

function lodash(m: Machine): Value {
  return {
    flags: 0,
    handle: {
      kind: 'lodash',
      get: (name) => {
        switch (name) {
          case 'assign':
          case 'extend':
          case 'merge':
          case 'defaults':
            return native(name, (args, site) => assignAll(m, args, site));
          case 'pick':
            return native(name, (args) => {
              const names = args
                .slice(1)
                .flatMap((arg) => (arg.shape?.list ? [...arg.shape.props.values()] : [arg]))
                .map((arg) => arg.literal);
              const source = args[0];
              return object(
                names
                  .filter((n) => typeof n === 'string')
                  .map(
                    (n) =>
                      [
                        n,
                        source?.shape?.props.get(n) ?? (source ? { ...mixed([source]), keys: new Set([n]), field: n } : unknown),
                      ] as const,
                  ),
              );
            });
          case 'omit':
            return native(name, (args) => args[0] ?? unknown);
          case 'cloneDeep':
          case 'clone':
            return native(name, (args) => args[0] ?? unknown);
          case 'isEmpty':
          case 'isEqual':
            return native(name, (args, site) => ({
              flags: 0,
              checks: args[0]
                ? [args[1] ? { left: args[0], right: args[1], place: site.place } : { left: args[0], place: site.place }]
                : [],
            }));
          default:
            return undefined;
        }
      },
    },
  };
}

/** Tencent's Wafer SDK: its middleware puts the verified user into the context. */
function wafer(m: Machine): Value {
  const guard: Value = { flags: 0, handle: { kind: 'guard', data: 'wafer' } };
  const sdk: Value = {
    flags: 0,
    handle: {
      kind: 'wafer',
      get: (name) => {
        if (name === 'auth')
          return {
            flags: 0,
            handle: {
              kind: 'wafer-auth',
              get: (inner) => (/middleware$/i.test(inner) ? guard : native(inner, () => identityValue)),
            },
          };
        if (name === 'mysql') return knex(m);
        if (name === 'message')
          return {
            flags: 0,
            handle: {
              kind: 'wafer-message',
              get: (inner) =>
                inner === 'checkSignature'
                  ? native(inner, (args, site) => ({
                      flags: 0,
                      checks: [{ left: mixed(args), place: site.place, name: 'checkSignature' }],
                    }))
                  : undefined,
            },
          };
        if (name === 'uploader') return native(name, () => externalValue);
        return undefined;
      },
    },
  };
  return {
    flags: 0,
    callable: callable(native('wafer', () => sdk)),
    handle: { kind: 'package', data: 'wafer', get: () => undefined },
  };
}
