import { checkCount, checkKey, checkKeys, checkTakes, checkTime } from './checks.ts';
import { CoordinationError } from './errors.ts';
import { createExpiringMap } from './expiring-map.ts';
import type { Coordination, Lease } from './model.ts';
import { createBuckets, createLocalTokenBucket } from './token-bucket.ts';

const defaultMaxEntries = 500_000;

export interface MemoryCoordinationOptions {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Bound of nonces, of counters, of locks and of shared buckets, each; 500,000 by default. */
  readonly maxEntries?: number;
}

const full = (): CoordinationError => new CoordinationError('coordination_full', 'too many live entries');

/**
 * Coordination within one process. What it holds is lost with the process; nonces outlive a restart only in the time
 * stamps that bound their use. When it is full of live entries it refuses, since forgetting one would let a replay
 * through or reset a limit.
 */
export function createMemoryCoordination(options: MemoryCoordinationOptions): Coordination {
  const { clock } = options;
  const maxEntries = options.maxEntries ?? defaultMaxEntries;
  const nonces = createExpiringMap<true>(maxEntries, clock);
  const counters = createExpiringMap<{ count: number; readonly resetAt: number }>(maxEntries, clock);
  const locks = createExpiringMap<number>(maxEntries, clock);
  const buckets = createBuckets(clock, maxEntries);
  const channels = new Map<string, Set<(message: string) => void>>();
  let lastToken = 0;
  let closed = false;

  const demandOpen = (): void => {
    if (closed) throw new CoordinationError('coordination_unavailable', 'coordination is closed');
  };

  const createLease = (name: string, token: number, ttlMs: number): Lease => {
    let expiresAt = clock() + ttlMs;
    return {
      name,
      token,
      get expiresAt() {
        return expiresAt;
      },
      async renew(ttl) {
        demandOpen();
        checkTime(ttl);
        if (locks.get(name) !== token) return false;
        expiresAt = clock() + ttl;
        return locks.set(name, token, expiresAt);
      },
      async release() {
        demandOpen();
        if (locks.get(name) !== token) return false;
        locks.delete(name);
        return true;
      },
    };
  };

  return {
    kind: 'memory',
    async useNonce(key, ttlMs) {
      demandOpen();
      checkKey(key);
      checkTime(ttlMs);
      if (nonces.get(key) !== undefined) return false;
      if (!nonces.set(key, true, clock() + ttlMs)) throw full();
      return true;
    },
    counter: {
      async increment(key, windowMs, by = 1) {
        demandOpen();
        checkKey(key);
        checkTime(windowMs);
        checkCount(by);
        const running = counters.get(key);
        if (running !== undefined) {
          running.count += by;
          return { count: running.count, resetAt: running.resetAt };
        }
        const resetAt = clock() + windowMs;
        if (!counters.set(key, { count: by, resetAt }, resetAt)) throw full();
        return { count: by, resetAt };
      },
    },
    tokenBucket: {
      async take(key, rate) {
        demandOpen();
        return buckets.take({ key, rate });
      },
      async takeAll(takes) {
        demandOpen();
        checkTakes(takes);
        return buckets.takeAll(takes);
      },
      async forget(keys) {
        demandOpen();
        checkKeys(keys);
        buckets.forget(keys);
      },
    },
    localTokenBucket: (local) => createLocalTokenBucket(clock, local?.maxKeys),
    lock: {
      async acquire(name, ttlMs) {
        demandOpen();
        checkKey(name);
        checkTime(ttlMs);
        if (locks.get(name) !== undefined) return null;
        // Time as the base keeps tokens growing across restarts of the process.
        const token = Math.max(Math.trunc(clock()), lastToken + 1);
        if (!locks.set(name, token, clock() + ttlMs)) throw full();
        lastToken = token;
        return createLease(name, token, ttlMs);
      },
    },
    broadcast: {
      async publish(channel, message) {
        demandOpen();
        for (const hear of channels.get(channel) ?? []) queueMicrotask(() => hear(message));
      },
      subscribe(channel, hear) {
        const listeners = channels.get(channel) ?? new Set();
        channels.set(channel, listeners);
        const own = (message: string): void => {
          if (listeners.has(own)) hear(message);
        };
        listeners.add(own);
        return () => {
          listeners.delete(own);
          if (listeners.size === 0 && channels.get(channel) === listeners) channels.delete(channel);
        };
      },
    },
    place: async () => null,
    health: async () => ({ kind: 'memory', state: closed ? 'down' : 'up' }),
    async close() {
      closed = true;
      channels.clear();
    },
  };
}
