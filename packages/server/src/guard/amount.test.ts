import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPossible, mostPossible, readCents } from './amount.ts';

describe('amounts', () => {
  it('reads every amount of whole cents from yuan exactly, as number and as text', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000_000 }), (cents) => {
        const text = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
        return (
          readCents(text, 'yuan') === cents && readCents(Number(text), 'yuan') === cents && readCents(cents, 'cents') === cents
        );
      }),
    );
  });
  it.each([
    [0.001, 'yuan'],
    ['1e3', 'yuan'],
    ['+5', 'yuan'],
    ['5.', 'yuan'],
    ['.5', 'yuan'],
    ['05', 'yuan'],
    ['５', 'yuan'],
    ['5 ', 'cents'],
    ['0x10', 'cents'],
    [-1, 'cents'],
    [-0, 'cents'],
    [Number.NaN, 'cents'],
    [Number.POSITIVE_INFINITY, 'cents'],
    [1e21, 'cents'],
    [1_000_000_000_001, 'cents'],
    [true, 'cents'],
    [null, 'cents'],
    [['5'], 'cents'],
    [{ toString: () => '5' }, 'cents'],
  ] as const)('%s is no amount in %s', (value, unit) => {
    expect(readCents(value, unit)).toBeNull();
  });
  it('knows which amounts a campaign gives', () => {
    const bounds = { minCents: 500, maxCents: 2_050, stepCents: 100 };
    expect([499, 500, 550, 600, 2_000, 2_050, 2_100].map((cents) => isPossible(cents, bounds))).toEqual([
      ...[false, true, false, true, true, false, false],
    ]);
    expect(mostPossible(bounds)).toBe(2_000);
    expect([500, 800, 600].map((cents) => isPossible(cents, { ...bounds, fixedCents: [500, 600] }))).toEqual([true, false, true]);
    expect(mostPossible({ ...bounds, fixedCents: [500, 600] })).toBe(600);
  });
});
