import { callClosure } from '../machine/invoke.ts';
import { type Machine, pushGuards } from '../machine/machine.ts';
import { recordEffect } from '../machine/record.ts';
import {
  type CallSite,
  type Check,
  deepFlags,
  guard,
  identityValue,
  mixed,
  native,
  object,
  origin,
  unknown,
  type Value,
  verifiedToken,
} from '../machine/value.ts';
import { finish, newQuery } from '../store/query.ts';

/** Parameters that only the right caller can name; `goodsId` and `authorId` are none. */
const namesSession = /token|session|skey|(?:^|[_-])sid$|ticket|auth(?!or)/i;

/** A cache keyed by a session or token: what it gives back says who the caller is. */
export function redis(m: Machine): Value {
  const self: Value = {
    flags: 0,
    handle: {
      kind: 'redis',
      get: (name) => {
        if (/^(get|hget|hgetall|getAsync|hmget)$/i.test(name)) {
          return native(name, (args, site) => {
            const keys = args.flatMap((arg) => [...(arg.keys ?? [])]);
            if (args.length === 1 && args[0]?.literal === 'default') return self;
            const bySession = keys.some((key) => namesSession.test(key));
            return bySession ? { ...identityValue, from: site.place } : { flags: origin.config };
          });
        }
        if (/^(set|setex|psetex|hset|hmset|mset|setAsync|hsetAsync)$/i.test(name))
          return native(name, (args, site) => {
            keepSetting(m, name, args, site);
            return unknown;
          });
        return undefined;
      },
    },
  };
  return self;
}

/** `redis.set('shop:notice', text)`: one value for everybody under a fixed name. What has a changing name is somebody's, or a cache. */
function keepSetting(m: Machine, name: string, args: readonly Value[], site: CallSite): void {
  const key = args[0];
  if (typeof key?.literal !== 'string' || key.flags !== 0 || key.literal === '') return;
  const data = /^h/i.test(name) && args.length > 2 ? args[2] : args.at(/^(?:p?setex)$/i.test(name) ? 2 : 1);
  if (!data || (deepFlags(data) & origin.client) === 0) return;
  const query = newQuery(key.literal);
  finish(m, query, 'update', site, object([['value', mixed([data])]]));
}

/** `jwt-simple`: its `decode` verifies, unless it is told not to. */
export function jwtSimple(m: Machine): Value {
  const tokens = jwt(m);
  return {
    flags: 0,
    handle: {
      kind: 'jwt-simple',
      get: (name) => {
        if (name === 'encode') return tokens.handle?.get?.('sign', tokens);
        if (name !== 'decode') return undefined;
        return native(name, (args, site) => {
          const step = args[2]?.literal === true ? 'decode' : 'verify';
          const known = tokens.handle?.get?.(step, tokens)?.callable;
          return known?.kind === 'native' ? known.call(args, site) : unknown;
        });
      },
    },
  };
}

/** Verifying a token gives an identity; decoding it gives what the caller wrote. */
export function jwt(m: Machine): Value {
  return {
    flags: 0,
    handle: {
      kind: 'jwt',
      get: (name) => {
        if (name === 'verify' || name === 'verifyAsync') {
          return native(name, (args, site) => {
            const identity: Value = { ...identityValue, from: site.place, field: 'token' };
            recordEffect(m, 'jwt.verify', args, site, identity);
            const check: Check = { left: identity, place: site.place, name: verifiedToken };
            const callback = args.find((arg) => arg.callable?.kind === 'closure');
            if (callback?.callable?.kind === 'closure') {
              const mark = m.guards.length;
              pushGuards(m, [check]);
              callClosure(
                m,
                callback.callable,
                [{ flags: 0, handle: { kind: 'error' } }, identity],
                site,
                callback.callable.self,
              );
              m.guards.length = mark;
              return identity;
            }
            pushGuards(m, [check]);
            if (m.tries === 0) m.results.at(-1)?.thrown.push(check);
            return identity;
          });
        }
        if (name === 'decode') {
          return native(name, (_args, site) => {
            if (m.trace?.authenticated) return identityValue;
            return {
              flags: origin.client,
              keys: new Set(['token']),
              field: 'token',
              from: site.place,
            };
          });
        }
        if (name === 'sign' || name === 'signAsync')
          return native(name, (args, site) => {
            recordEffect(m, 'jwt.sign', args, site);
            return object(args[0] ? [['payload', args[0]]] : []);
          });
        return undefined;
      },
      call: () => guard('jwt'),
    },
  };
}
