import { checkKey, checkRate } from './checks.ts';
import type { LocalTokenBucket } from './model.ts';

const defaultMaxKeys = 100_000;
/** Refilling adds fractions; a token that lacks less than this is whole. */
export const tokenTolerance = 1e-6;

/**
 * Token buckets in this process. A clock that steps back takes no tokens away. Beyond `maxKeys` the longest unused
 * bucket is forgotten, which is to say full again: fit to shed load, not to hold a quota.
 */
export function createLocalTokenBucket(clock: () => number, maxKeys: number = defaultMaxKeys): LocalTokenBucket {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(key, rate) {
      checkKey(key);
      checkRate(rate);
      const now = clock();
      const perMs = rate.refillPerSecond / 1_000;
      const bucket = buckets.get(key) ?? { tokens: rate.capacity, at: now };
      buckets.delete(key);
      bucket.tokens = Math.min(rate.capacity, bucket.tokens + Math.max(0, now - bucket.at) * perMs);
      bucket.at = now;
      const allowed = bucket.tokens + tokenTolerance >= rate.cost;
      if (allowed) bucket.tokens = Math.max(0, bucket.tokens - rate.cost);
      buckets.set(key, bucket);
      if (buckets.size > maxKeys) {
        const oldest = buckets.keys().next();
        if (!oldest.done) buckets.delete(oldest.value);
      }
      return {
        allowed,
        remaining: Math.floor(bucket.tokens + tokenTolerance),
        retryAfterMs: allowed ? 0 : Math.max(1, Math.ceil((rate.cost - bucket.tokens - tokenTolerance) / perMs)),
      };
    },
  };
}
