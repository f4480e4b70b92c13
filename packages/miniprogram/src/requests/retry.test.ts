import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RetryPolicy } from '../types.ts';
import { isRepeatable, retryDelay } from './retry.ts';

const policies: fc.Arbitrary<RetryPolicy> = fc.record({
  tries: fc.integer({ min: 1, max: 10 }),
  baseDelayMs: fc.integer({ min: 1, max: 60_000 }),
  maxDelayMs: fc.integer({ min: 1, max: 60_000 }),
  totalMs: fc.integer({ min: 0, max: 300_000 }),
});
const failures = fc.record({
  kind: fc.constantFrom<number | string>(
    429,
    502,
    503,
    504,
    'network_failed',
    'timeout',
    500,
    403,
    200,
    'aborted',
    'interrupted',
    '',
  ),
  retryAfter: fc.option(fc.integer({ min: 0, max: 999_999 }), { nil: undefined }),
});
const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('retryDelay', () => {
  it('keeps every bound of the policy, however the tries fail', () => {
    fc.assert(
      fc.property(
        policies,
        fc.array(fc.tuple(failures, chances, fc.integer({ min: 0, max: 15_000 })), { minLength: 12, maxLength: 12 }),
        (policy, tries) => {
          let elapsed = 0;
          let sent = 0;
          for (const [failure, chance, took] of tries) {
            sent += 1;
            elapsed += took;
            const delay = retryDelay(failure, policy, sent, elapsed, chance);
            if (delay === null) break;
            expect(delay).toBeGreaterThanOrEqual((failure.retryAfter ?? 0) * 1000);
            expect(delay - (failure.retryAfter ?? 0) * 1000).toBeLessThanOrEqual(
              Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (sent - 1)),
            );
            elapsed += delay;
            expect(elapsed).toBeLessThanOrEqual(policy.totalMs);
          }
          expect(sent).toBeLessThanOrEqual(policy.tries);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('repeats passing failures only', () => {
    const policy = { tries: 3, baseDelayMs: 100, maxDelayMs: 1_000, totalMs: 10_000 };
    for (const kind of [429, 502, 503, 504, 'network_failed', 'timeout'])
      expect(retryDelay({ kind, retryAfter: undefined }, policy, 1, 0, 0.5)).toBe(50);
    for (const kind of [200, 400, 401, 403, 404, 500, 'aborted', 'interrupted', 'domain_not_allowed']) {
      expect(retryDelay({ kind, retryAfter: 1 }, policy, 1, 0, 0.5)).toBeNull();
    }
  });

  it('spreads phones over the whole delay', () => {
    const policy = { tries: 3, baseDelayMs: 100, maxDelayMs: 1_000, totalMs: 10_000 };
    expect([0, 0.25, 0.999].map((chance) => retryDelay({ kind: 503, retryAfter: undefined }, policy, 2, 0, chance))).toEqual([
      0, 50, 200,
    ]);
  });
});

describe('isRepeatable', () => {
  it.each(['GET', 'HEAD', 'OPTIONS'] as const)('%s is', (method) => {
    expect(isRepeatable(method, {})).toBe(true);
  });

  it.each(['POST', 'PUT', 'DELETE'] as const)('%s is with an idempotency key only', (method) => {
    expect(isRepeatable(method, {})).toBe(false);
    expect(isRepeatable(method, { 'idempotency-key': '' })).toBe(false);
    expect(isRepeatable(method, { 'idempotency-key': 'k' })).toBe(true);
  });
});
