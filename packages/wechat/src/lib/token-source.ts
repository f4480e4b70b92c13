import { WechatApiError } from '../api-error.ts';
import { errcodes } from '../errcodes.ts';
import type { AccessToken, TokenStore } from '../token-store.ts';

/** WeChat renews five minutes before the end and keeps both tokens valid meanwhile; asking earlier returns the old token. */
const earlySeconds = 240;
const failedRenewalPauseMs = 30_000;
const refusalMemoryMs = 5000;
const replacementBurst = 10;
const replacementIntervalMs = 60_000;

export interface FetchedToken {
  readonly value: string;
  /** Seconds. */
  readonly expiresIn: number;
}

export interface TokenSource {
  /** The token to use now. Many callers at once cause one request. */
  current(): Promise<AccessToken>;
  /**
   * Another token than `rejected`, which the platform has just refused: one that this node or a peer has got meanwhile, else a
   * new one. Undefined when there is none: the platform gives out the same again, or refusals come faster than tokens should
   * be spent on them (a burst of 10, then one a minute).
   */
  replace(rejected: AccessToken): Promise<AccessToken | undefined>;
  /** A new token by force. */
  renew(): Promise<AccessToken>;
}

export interface TokenSourceOptions {
  /** Names the token in the store; never contains a secret. */
  readonly key: string;
  readonly clock: () => number;
  readonly store: TokenStore | undefined;
  readonly fetchToken: (force: boolean) => Promise<FetchedToken>;
}

export function createTokenSource({ key, clock, store, fetchToken }: TokenSourceOptions): TokenSource {
  let held: AccessToken | undefined;
  let flight: { readonly rejected: string | undefined; readonly result: Promise<AccessToken> } | undefined;
  let renewal: Promise<AccessToken> | undefined;
  let refusal: { readonly error: WechatApiError; readonly until: number } | undefined;
  const allowReplacement = createAllowance(clock);

  async function fetchAndShare(force: boolean): Promise<AccessToken> {
    const asked = clock();
    const { value, expiresIn } = await fetchToken(force);
    const usable = Math.max(expiresIn - earlySeconds, expiresIn / 2);
    held = { value, renewAt: asked + usable * 1000, expiresAt: asked + expiresIn * 1000 };
    await share(store, key, held);
    return held;
  }

  async function obtain(rejected: AccessToken | undefined): Promise<AccessToken> {
    const shared = await readShared(store, key);
    if (shared && clock() < shared.renewAt && (!rejected || replaces(shared, rejected))) {
      held = shared;
      return shared;
    }
    if (rejected && !allowReplacement()) return rejected;
    try {
      return await fetchAndShare(false);
    } catch (error) {
      // A token that still works is better than none: keep it and ask again later.
      const working = [held, shared].find((token) => token && token.value !== rejected?.value && clock() < token.expiresAt);
      if (!working) throw error;
      held = { ...working, renewAt: clock() + failedRenewalPauseMs };
      return held;
    }
  }

  function start(rejected: AccessToken | undefined): Promise<AccessToken> {
    // WeCom blocks for an hour after some 2,000 refused calls: a wrong secret is not presented again at once.
    if (refusal && clock() < refusal.until) return Promise.reject(refusal.error);
    const result = obtain(rejected)
      .catch((error: unknown) => {
        if (error instanceof WechatApiError && error.errcode !== errcodes.systemBusy) {
          refusal = { error, until: clock() + refusalMemoryMs };
        }
        throw error;
      })
      .finally(() => {
        flight = undefined;
      });
    flight = { rejected: rejected?.value, result };
    return result;
  }

  return {
    async current() {
      const token = held;
      if (token && clock() < Math.min(token.renewAt, token.expiresAt)) return token;
      return flight ? flight.result : start(undefined);
    },
    async replace(rejected) {
      if (held && held.value !== rejected.value && clock() < held.expiresAt) return held;
      const pending = flight;
      if (pending) {
        const token = await pending.result;
        if (token.value !== rejected.value) return token;
        if (pending.rejected === rejected.value) return undefined;
      }
      const token = await (flight ? flight.result : start(rejected));
      return token.value === rejected.value ? undefined : token;
    },
    renew() {
      renewal ??= fetchAndShare(true).finally(() => {
        renewal = undefined;
      });
      return renewal;
    },
  };
}

function replaces(shared: AccessToken, rejected: AccessToken): boolean {
  return shared.value !== rejected.value && shared.expiresAt >= rejected.expiresAt;
}

async function share(store: TokenStore | undefined, key: string, token: AccessToken): Promise<void> {
  try {
    await store?.set(key, token);
  } catch {
    // Peers then fetch their own.
  }
}

async function readShared(store: TokenStore | undefined, key: string): Promise<AccessToken | undefined> {
  try {
    const token = await store?.get(key);
    const hasTimes = Number.isFinite(token?.renewAt) && Number.isFinite(token?.expiresAt);
    return typeof token?.value === 'string' && token.value !== '' && hasTimes ? token : undefined;
  } catch {
    return undefined;
  }
}

/** A bucket of permissions that fills up by one per interval. */
function createAllowance(clock: () => number): () => boolean {
  let left = replacementBurst;
  let countedAt = clock();
  return () => {
    const gained = Math.floor((clock() - countedAt) / replacementIntervalMs);
    if (gained > 0) {
      left = Math.min(replacementBurst, left + gained);
      countedAt += gained * replacementIntervalMs;
    }
    if (left === 0) return false;
    left -= 1;
    return true;
  };
}
