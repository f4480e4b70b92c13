import type { Clock } from '../clock.ts';
import { type RandomBytes, randomToken } from '../random.ts';
import { BoundedMap } from './bounded.ts';
import { chinaDay } from './quotas.ts';

const lifetimeMs = 7_200_000;
const renewalMs = 300_000;
const forcedGapMs = 30_000;
const forcedPerDay = 20;
/** The longest that WeChat and WeCom announce: a client that stores less is found out here. */
const tokenLength = 512;

export interface IssuedToken {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
}

export type TokenCheck =
  | { readonly ok: true; readonly owner: string }
  | { readonly ok: false; readonly reason: 'malformed' | 'unknown' | 'expired' };

export interface Tokens {
  /** `cgi-bin/token`: always a new token; the one before stays valid for the overlap. */
  issueClassic(owner: string): IssuedToken;
  /** `cgi-bin/stable_token`: the same token until five minutes before its end; a granted forced refresh ends it at once. */
  issueStable(owner: string, force: boolean): IssuedToken;
  /** WeCom's gettoken: the same token until its end. */
  issueShared(owner: string): IssuedToken;
  check(token: string): TokenCheck;
  /** Makes every token of the owner answer as expired (42001). Returns how many there were. */
  expire(owner: string): number;
}

interface TokenRecord {
  readonly owner: string;
  expiresAt: number;
  /** From here on the token is "not the latest". */
  replacedAt: number;
}

/**
 * Access tokens of one platform. Classic and stable tokens of one app live side by side, as WeChat documents;
 * the overlap of classic tokens is not documented and therefore a parameter.
 */
export function createTokens(clock: Clock, random: RandomBytes, classicOverlapMs: number): Tokens {
  const records = new BoundedMap<string, TokenRecord>(10_000);
  const classic = new Map<string, string>();
  const stable = new Map<string, string>();
  const shared = new Map<string, string>();
  const forced = new Map<string, { day: number; count: number; at: number }>();

  /** A new token of an owner, whose whole life is before it, however late it is handed over. */
  function create(owner: string, current: Map<string, string>): IssuedToken {
    const token = randomToken(random, tokenLength);
    records.set(token, { owner, expiresAt: clock() + lifetimeMs, replacedAt: Number.POSITIVE_INFINITY });
    current.set(owner, token);
    return { access_token: token, expires_in: lifetimeMs / 1000 };
  }

  function replace(token: string | undefined, at: number): void {
    const record = token === undefined ? undefined : records.get(token);
    if (record) record.replacedAt = Math.min(record.replacedAt, at);
  }

  function issued(token: string): IssuedToken {
    const expiresAt = records.get(token)?.expiresAt ?? clock();
    return { access_token: token, expires_in: Math.floor((expiresAt - clock()) / 1000) };
  }

  function remaining(token: string | undefined): number {
    return (token === undefined ? 0 : (records.get(token)?.expiresAt ?? 0)) - clock();
  }

  function mayForce(owner: string): boolean {
    const now = clock();
    const day = chinaDay(now);
    const past = forced.get(owner);
    const count = past?.day === day ? past.count : 0;
    if (count >= forcedPerDay || (past && now - past.at < forcedGapMs)) return false;
    forced.set(owner, { day, count: count + 1, at: now });
    return true;
  }

  return {
    issueClassic(owner) {
      replace(classic.get(owner), clock() + classicOverlapMs);
      return create(owner, classic);
    },
    issueStable(owner, force) {
      const current = stable.get(owner);
      const forcing = force && mayForce(owner);
      if (current !== undefined && !forcing && remaining(current) >= renewalMs) return issued(current);
      if (forcing) replace(current, clock());
      return create(owner, stable);
    },
    issueShared(owner) {
      const current = shared.get(owner);
      if (current !== undefined && remaining(current) > 0) return issued(current);
      return create(owner, shared);
    },
    check(token) {
      const record = records.get(token);
      if (!record) return { ok: false, reason: /^[\w-]{512}$/.test(token) ? 'unknown' : 'malformed' };
      if (record.replacedAt <= clock()) return { ok: false, reason: 'unknown' };
      if (record.expiresAt <= clock()) return { ok: false, reason: 'expired' };
      return { ok: true, owner: record.owner };
    },
    expire(owner) {
      let count = 0;
      for (const record of records.values()) {
        if (record.owner !== owner || record.expiresAt <= clock()) continue;
        record.expiresAt = clock();
        count += 1;
      }
      return count;
    },
  };
}
