import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BlindIndexOptions, createBlindIndex } from './blind-index.ts';
import { planBlindIndex } from './index-plan.ts';
import { normalisers } from './normalise.ts';

const options: BlindIndexOptions = {
  root: Buffer.alloc(32, 1),
  tenant: 'acme',
  table: 'people',
  column: 'phone',
  name: 'whole',
  bits: 32,
  normalise: normalisers.phone,
};
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('a blind index', () => {
  it('is the same for every spelling of a value', () => {
    const index = createBlindIndex(options);
    const spellings = [
      '13800138000',
      '138 0013 8000',
      '+86 138-0013-8000',
      '１３８００１３８０００',
      ' 8613800138000'.replace('86', '+86'),
    ];
    expect(new Set(spellings.map((value) => hexOf(index.of(value)))).size).toBe(1);
    expect(hexOf(index.of('13800138001'))).not.toBe(hexOf(index.of('13800138000')));
  });
  it.each([{ tenant: 'other' }, { table: 'orders' }, { column: 'mobile' }, { name: 'last_four' }, { root: Buffer.alloc(32, 2) }])(
    'says nothing about the index with %j',
    (change) => {
      expect(hexOf(createBlindIndex({ ...options, ...change }).of('13800138000'))).not.toBe(
        hexOf(createBlindIndex(options).of('13800138000')),
      );
    },
  );
  it('does not confuse texts that are split elsewhere', () => {
    const one = createBlindIndex({ ...options, table: 'ab', column: 'c' });
    const other = createBlindIndex({ ...options, table: 'a', column: 'bc' });
    expect(hexOf(one.of('13800138000'))).not.toBe(hexOf(other.of('13800138000')));
  });
  it('has the bits that were asked for and zeros behind them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 256 }), fc.string(), (bits, value) => {
        const bytes = createBlindIndex({ ...options, bits, normalise: normalisers.text }).of(value);
        expect(bytes).toHaveLength(Math.ceil(bits / 8));
        const spare = bytes.length * 8 - bits;
        expect((bytes.at(-1) ?? 0) & ((1 << spare) - 1)).toBe(0);
      }),
    );
  });
  it.each([0, 3, 257, 8.5])('of %s bits is refused', (bits) => {
    expect(() => createBlindIndex({ ...options, bits })).toThrow(RangeError);
  });
});

describe('normalisers', () => {
  it.each([
    ['identity_card', '11010519491231002x', '11010519491231002X'],
    ['identity_card', '110105 19491231 002X', '11010519491231002X'],
    ['bank_card', '6222 0212-3456 7890 123', '6222021234567890123'],
    ['email', ' Zhang.San@Example.COM ', 'zhang.san@example.com'],
    ['phone', '0044 20 7946 0958', '+442079460958'],
    ['phone', '(010) 6552-9988', '01065529988'],
    ['last_four', '6222 0212 3456 7890', '7890'],
    ['caseless', ' 张　三 ', '张 三'],
    ['text', 'ＡＢ  c', 'AB c'],
  ] as const)('%s makes one form of %j', (name, value, form) => expect(normalisers[name](value)).toBe(form));
  it.each([
    ['phone', 'not a phone'],
    ['phone', '12'],
    ['identity_card', '1101051949123100'],
    ['bank_card', '6222'],
    ['email', 'nobody'],
    ['last_four', '123'],
  ] as const)('%s refuses %j', (name, value) => expect(() => normalisers[name](value)).toThrow(RangeError));
});

describe('the plan of an index', () => {
  it('leaves at least the square root of the rows behind every index value', () => {
    for (const rows of [1_000, 100_000, 10_000_000]) {
      const { bits, falseMatches, leakedBits } = planBlindIndex({ rows });
      expect(falseMatches).toBeGreaterThanOrEqual(Math.sqrt(rows));
      expect(leakedBits).toBe(bits);
    }
  });
  it('gives one budget to all indexes of a column', () => {
    const first = planBlindIndex({ rows: 1_000_000, valueBits: 5 });
    expect(first.bits).toBe(5);
    expect(planBlindIndex({ rows: 1_000_000, otherBits: first.bits })).toEqual({ bits: 4, falseMatches: 62_500, leakedBits: 9 });
    expect(planBlindIndex({ rows: 1_000_000, otherBits: 9 })).toEqual({ bits: 0, falseMatches: 1_000_000, leakedBits: 9 });
  });
  it('refuses numbers that make no sense', () => {
    expect(() => planBlindIndex({ rows: 0 })).toThrow(RangeError);
    expect(() => planBlindIndex({ rows: 10, otherBits: -1 })).toThrow(RangeError);
  });
});
