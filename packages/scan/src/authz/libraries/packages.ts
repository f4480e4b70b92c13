import type { Machine } from '../machine/machine.ts';
import { externalValue, guard, identityValue, mixed, native, type Value } from '../machine/value.ts';
import { drizzlePackage } from '../store/drizzle.ts';
import { knex } from '../store/knex.ts';
import { mongoDriver, prisma, sequelizePackage, sqlConnection } from '../store/libraries.ts';
import { supabaseClient } from '../store/supabase.ts';
import { cloudSdk, tcbRouter, tcbSdk, uniId } from './cloud.ts';
import { awaitsNothing } from './containers.ts';
import { fastifyFactory } from './fastify.ts';
import { leanCloud } from './leancloud.ts';
import { lodash } from './lodash.ts';
import { mongooseValue } from './model-libraries.ts';
import { nextPackage } from './next.ts';
import { expressFactory, koaClass, routerClass } from './routers.ts';
import { jwt, jwtSimple, redis } from './token-libraries.ts';
import { trpcPackage } from './trpc.ts';

export function callable(value: Value): NonNullable<Value['callable']> {
  return value.callable as NonNullable<Value['callable']>;
}

/** `https://esm.sh/@scope/name@2.1` and `npm:name@1` of Deno name packages too. */
const plainName = (name: string): string =>
  name
    .replace(/^(?:node:|npm:|jsr:|https:\/\/(?:esm\.sh|cdn\.skypack\.dev|deno\.land\/x)\/)/, '')
    .replace(/(?<=[\w-])@v?\d[^/]*$/, '');

/** What the engine knows of a package; an unknown one mixes what goes in. */
export function packageValue(m: Machine, name: string, from: string): Value {
  const plain = plainName(name);
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
    case 'lin-mizar':
      return {
        flags: 0,
        handle: { kind: 'package', get: (name) => (name === 'LinRouter' ? routerClass(m, from, 'koa') : undefined) },
      };
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
    case 'jwt-simple':
      return jwtSimple(m);
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
    case 'sqlite':
    case '@libsql/client':
      return {
        flags: 0,
        callable: callable(native(plain, () => sqlConnection(m))),
        handle: {
          kind: 'package',
          data: plain,
          get: (member) =>
            /^(create|Pool|Client|Database|open$|default$)/.test(member) ? native(member, () => sqlConnection(m)) : undefined,
        },
      };
    case 'redis':
    case 'ioredis':
    case 'async-redis':
      return {
        flags: 0,
        callable: callable(native('Redis', () => redis(m))),
        handle: {
          kind: 'package',
          data: plain,
          get: (member) => (/^create|^default$/.test(member) ? native(member, () => redis(m)) : undefined),
        },
      };
    case 'leanengine':
    case 'leancloud-storage':
    case 'leancloud-storage/live-query':
    case 'avoscloud-sdk':
      return leanCloud(m);
    case '@supabase/supabase-js':
    case '@supabase/ssr':
    case 'supabase-mp-js':
      return {
        flags: 0,
        handle: {
          kind: 'package',
          data: plain,
          get: (member) =>
            /^create\w*Client$/.test(member) ? native(member, (args, site) => supabaseClient(m, args, site)) : undefined,
        },
      };
    case '@trpc/server':
      return trpcPackage(m);
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
      return nextPackage(m, plain) ?? drizzlePackage(m, plain) ?? { flags: 0, handle: { kind: 'package', data: plain } };
  }
}

function guardPackage(name: string): Value {
  const refusing = guard(name);
  const make = native(name, () => refusing);
  return {
    flags: 0,
    callable: callable(make),
    handle: {
      kind: 'package',
      data: name,
      get: (member) => {
        if (/^(authenticate|expressjwt|jwt|default|menshen|identity|express|koa|egg)/i.test(member))
          return native(member, () => refusing);
        return undefined;
      },
    },
  };
}

/** Tencent's Wafer SDK: its middleware puts the verified user into the context. */
function wafer(m: Machine): Value {
  const refusing = guard('wafer');
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
              get: (inner) => (/middleware$/i.test(inner) ? refusing : native(inner, () => identityValue)),
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
