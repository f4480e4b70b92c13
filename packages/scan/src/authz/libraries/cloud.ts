import { openBranch } from '../machine/branches.ts';
import { runChain } from '../machine/chain.ts';
import { type Machine, noteIdentity } from '../machine/machine.ts';
import { recordAccess, recordEffect } from '../machine/record.ts';
import type { Condition } from '../machine/trace.ts';
import {
  type CallSite,
  clientValue,
  configValue,
  deepFlags,
  externalValue,
  identityValue,
  native,
  object,
  origin,
  unknown,
  type Value,
} from '../machine/value.ts';
import { cloudDatabase } from '../store/cloud-db.ts';

/** What `cloud.getWXContext()` gives: the platform's word for who calls. */
function wxContext(m: Machine): Value {
  return native('getWXContext', (_args, site) => {
    noteIdentity(m);
    const identity = { ...identityValue, from: site.place };
    return object(
      [
        ['OPENID', { ...identity, field: 'OPENID' }],
        ['UNIONID', { ...identity, field: 'UNIONID' }],
        ['FROM_OPENID', { ...identity, field: 'FROM_OPENID' }],
        ['APPID', configValue],
        ['ENV', configValue],
        ['SOURCE', { ...identity, field: 'SOURCE' }],
      ],
      configValue,
    );
  });
}

/** A path of names ending in a call: `cloud.openapi.subscribeMessage.send(...)`. */
function effectPath(m: Machine, path: string): Value {
  return {
    flags: 0,
    handle: {
      kind: 'effect',
      get: (name) => effectPath(m, `${path}.${name}`),
      call: (args, site) => {
        recordEffect(m, path, args, site, externalValue);
        return externalValue;
      },
    },
  };
}

/** What a file call gives: marked, so that a reply that hands it out is known. */
const fileResult: Value = { flags: origin.external, keys: new Set(['#file']) };

/**
 * What another function answers. One that is asked whether the caller is an administrator knows the caller from the platform: its answer is about
 * him, unless the request says about whom.
 */
function calledFunction(args: readonly Value[]): Value {
  const call = args[0]?.shape?.props;
  const inner = call?.get('data')?.shape?.props;
  const words = [call?.get('name'), inner?.get('action'), inner?.get('type')].map((one) => String(one?.literal ?? ''));
  const asked = /admin|permission|role/i.test(words.join(' '));
  const named = args.some((arg) => (deepFlags(arg) & origin.client) !== 0);
  return asked && !named ? { flags: origin.external | origin.identity } : externalValue;
}

const fileCalls = /^(getTempFileURL|downloadFile|deleteFile|uploadFile|copyFile)$/;

/** `wx-server-sdk`. */
export function cloudSdk(m: Machine): Value {
  const self: Value = {
    flags: 0,
    handle: {
      kind: 'cloud',
      get: (name) => {
        if (name === 'getWXContext') return wxContext(m);
        if (name === 'database') return native(name, () => cloudDatabase(m));
        if (name === 'openapi') return effectPath(m, 'openapi');
        if (name === 'cloudPay') return effectPath(m, 'cloudPay');
        if (name === 'callFunction' || fileCalls.test(name)) {
          return native(name, (args, site) => {
            const result = name === 'callFunction' ? calledFunction(args) : fileResult;
            recordEffect(m, `cloud.${name}`, args, site, result);
            return result;
          });
        }
        if (name === 'getOpenData') return native(name, () => identityValue);
        if (name === 'Cloud') return { flags: 0, handle: { kind: 'cloud-class', call: () => self } };
        if (name === 'logger' || name === 'init' || name === 'updateConfig') return native(name, () => unknown);
        if (name === 'default') return self;
        return undefined;
      },
    },
  };
  return self;
}

/** `@cloudbase/node-sdk` and its predecessor: `tcb.init(...)` gives the application. */
export function tcbSdk(m: Machine): Value {
  const app: Value = {
    flags: 0,
    handle: {
      kind: 'tcb',
      get: (name) => {
        if (name === 'database') return native(name, () => cloudDatabase(m));
        if (name === 'auth')
          return native(name, () => ({
            flags: 0,
            handle: {
              kind: 'tcb-auth',
              get: (inner) =>
                native(inner, (args, site) => {
                  if (inner !== 'createTicket') return identityValue;
                  // Whoever has the ticket is that account.
                  recordEffect(m, 'jwt.sign', [object(args[0] ? [['uid', args[0]]] : [])], site);
                  return unknown;
                }),
            },
          }));
        if (name === 'init') return native(name, () => app);
        if (name === 'callFunction' || fileCalls.test(name)) {
          return native(name, (args, site) => {
            const result = name === 'callFunction' ? calledFunction(args) : fileResult;
            recordEffect(m, `cloud.${name}`, args, site, result);
            return result;
          });
        }
        if (name === 'default') return app;
        if (name === 'getCloudbaseContext' || name === 'parseContext' || name === 'getCurrentEnv')
          return native(name, () =>
            object(
              [
                ['OPENID', identityValue],
                ['WX_OPENID', identityValue],
              ],
              configValue,
            ),
          );
        if (name === 'SYMBOL_CURRENT_ENV') return configValue;
        return undefined;
      },
    },
  };
  return app;
}

/** What a cloud function receives. `userInfo.openId` is put in by the platform over whatever the caller sends there. */
export function cloudEvent(): Value {
  const identity = { ...identityValue, field: 'openId' };
  const userInfo = object(
    [
      ['openId', identity],
      ['appId', configValue],
    ],
    { ...clientValue, keys: new Set(['userInfo']) },
  );
  return {
    flags: 0,
    shape: { props: new Map([['userInfo', userInfo]]), rest: clientValue, list: false, places: new Map() },
    handle: { kind: 'event' },
  };
}

/** `uniCloud` of uni-app: the same document database under a global name. */
export function uniCloud(m: Machine): Value {
  return {
    flags: 0,
    handle: {
      kind: 'uni-cloud',
      get: (name) => {
        // JQL acts with the caller's own rights, by the schema: nothing to bind there.
        if (name === 'databaseForJQL')
          return native(name, () => ({ flags: 0, handle: { kind: 'jql', get: (step) => native(step, () => unknown) } }));
        if (name === 'database') return native(name, () => cloudDatabase(m));
        if (name === 'callFunction' || fileCalls.test(name)) {
          return native(name, (args, site) => {
            const result = name === 'callFunction' ? calledFunction(args) : fileResult;
            recordEffect(m, `cloud.${name}`, args, site, result);
            return result;
          });
        }
        if (name === 'importObject') return { flags: 0, handle: { kind: 'cloud-object-client', call: () => externalValue } };
        if (name === 'httpclient')
          return { flags: 0, handle: { kind: 'http-client', get: (inner) => native(inner, () => externalValue) } };
        return undefined;
      },
    },
  };
}

/** `uni-id` and `uni-id-common`: what `checkToken` gives says who the caller is. */
export function uniId(m: Machine): Value {
  const self: Value = {
    flags: 0,
    handle: {
      kind: 'uni-id',
      get: (name) => {
        if (name === 'createInstance' || name === 'default') return native(name, () => self);
        if (name === 'checkToken') {
          return native(name, (args, site) => {
            recordEffect(m, 'jwt.verify', args, site);
            return { ...identityValue, from: site.place, field: 'token' };
          });
        }
        // They write whatever columns they are handed, the role among them.
        if (name === 'register' || name === 'addUser' || name === 'updateUser') {
          return native(name, (args, site) => {
            recordAccess(m, {
              operation: name === 'updateUser' ? 'update' : 'create',
              table: 'uni-id-users',
              conditions: uidCondition(name, args[0], site),
              data: args[0],
              place: site.place,
            });
            return { ...identityValue };
          });
        }
        // A code that is set instead of sent.
        if (name === 'setVerifyCode') {
          return native(name, (args, site) => {
            recordEffect(m, 'uniID.setVerifyCode', args, site);
            return unknown;
          });
        }
        if (/^(login|loginByWeixin|loginBySms|createToken|refreshToken)/i.test(name))
          return native(name, () => ({ ...identityValue }));
        return undefined;
      },
    },
  };
  return self;
}

/** `updateUser({ uid, ... })` changes the row of that user. */
function uidCondition(name: string, data: Value | undefined, site: CallSite): readonly Condition[] {
  const uid = data?.shape?.props.get('uid');
  return name === 'updateUser' && uid ? [{ column: 'uid', value: uid, place: site.place, narrowing: true }] : [];
}

/** `tcb-router`: routes inside one cloud function, chosen by `event.$url`. */
export function tcbRouter(m: Machine): Value {
  const make = native('TcbRouter', (args) => {
    const event = args[0]?.shape?.props.get('event') ?? cloudEvent();
    const data = object();
    const ctx: Value = {
      flags: 0,
      shape: {
        props: new Map([
          [
            '_req',
            object([
              ['event', event],
              ['url', clientValue],
            ]),
          ],
          ['event', event],
          ['data', data],
        ]),
        rest: undefined,
        list: false,
        places: new Map(),
      },
      handle: { kind: 'ctx' },
    };
    const before: Value[] = [];
    const self: Value = {
      flags: 0,
      handle: {
        kind: 'tcb-router',
        get: (name) => {
          if (name === 'use') {
            return native(name, (handlers, site) => {
              const functions = handlers.filter((handler) => handler.callable);
              before.push(...functions);
              runChain(m, functions, () => [ctx], site, []);
              return self;
            });
          }
          if (name === 'router') {
            return native(name, (handlers, site) => {
              const label =
                typeof handlers[0]?.literal === 'string'
                  ? handlers[0].literal
                  : [...(handlers[0]?.shape?.props.values() ?? [])].map((v) => v.literal).join('|');
              const table = handlers.find((handler) => handler.shape?.rest?.handle?.kind === 'dispatch');
              // A loop over a table of handlers makes a route of each.
              const routes: readonly (readonly [string, readonly Value[]])[] = table
                ? [...(table.shape?.props ?? [])].map(([key, value]) => [
                    key,
                    handlers.map((one) => (one === table ? value : one)),
                  ])
                : [[label, handlers]];
              for (const [route, chained] of routes) {
                const saved = m.branch;
                const mark = m.guards.length;
                const last = chained.at(-1)?.callable;
                openBranch(m, route === '' ? 'router' : route, last?.kind === 'closure' ? last.node : site.node);
                runChain(
                  m,
                  chained.filter((handler) => handler.callable),
                  () => [ctx],
                  site,
                  [],
                );
                m.guards.length = mark;
                m.branch = saved;
              }
              return self;
            });
          }
          if (name === 'serve') return native(name, () => unknown);
          return undefined;
        },
      },
    };
    return self;
  });
  return { ...make, handle: { kind: 'package', data: 'tcb-router', get: () => undefined } };
}
