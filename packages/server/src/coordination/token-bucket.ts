import { checkKey, checkRate } from './checks.ts';
import type { BucketAnswer, BucketTake, LocalTokenBucket, TakeAllAnswer } from './model.ts';
import { type TableRate, TokenTable } from './token-table.ts';

const defaultMaxKeys = 100_000;
/** Refilling adds fractions; a token that lacks less than this is whole. */
export const tokenTolerance = 1e-6;

/**
 * Token buckets in this process. A clock that steps back takes no tokens away. Beyond `maxKeys` the bucket that is nearest to full is forgotten, which
 * is to say full again: fit to shed load, not to hold a quota.
 */
export function createLocalTokenBucket(clock: () => number, maxKeys: number = defaultMaxKeys): LocalTokenBucket {
  const buckets = createBuckets(clock, maxKeys);
  return { take: (key, rate) => buckets.take({ key, rate }) };
}

/** The buckets of {@link createLocalTokenBucket}, with what several limits of one call need. */
export function createBuckets(clock: () => number, maxKeys: number) {
  const table = new TokenTable(clock, maxKeys);
  const answer = (key: string, rate: TableRate, retryAfterMs: number): BucketAnswer => ({
    allowed: retryAfterMs === 0,
    remaining: table.remaining(0, key, rate),
    retryAfterMs,
  });
  return {
    take({ key, rate }: BucketTake): BucketAnswer {
      const { capacity, cost } = checkTake({ key, rate });
      const own = { capacity, msPerToken: 1_000 / rate.refillPerSecond };
      return answer(key, own, table.take(0, key, own, cost));
    },
    takeAll(takes: readonly BucketTake[]): TakeAllAnswer {
      const own = takes.map((take) => {
        const { capacity, cost, refillPerSecond } = checkTake(take);
        return { key: take.key, cost, rate: { capacity, msPerToken: 1_000 / refillPerSecond } };
      });
      const waits = own.map(({ key, rate, cost }) => table.wait(0, key, rate, cost));
      const allowed = waits.every((wait) => wait === 0);
      if (allowed) for (const { key, rate, cost } of own) table.take(0, key, rate, cost);
      return { allowed, buckets: own.map(({ key, rate }, at) => answer(key, rate, waits[at] ?? 0)) };
    },
    forget(keys: readonly string[]): void {
      for (const key of keys) table.forget(0, key);
    },
  };
}

function checkTake({ key, rate }: BucketTake): BucketTake['rate'] {
  checkKey(key);
  checkRate(rate);
  return rate;
}
