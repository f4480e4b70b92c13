import fc from 'fast-check';
import { expect, it } from 'vitest';
import { characterBits, createPrefilter, type Scan } from './prefilter.ts';

const scanOf = (lists: readonly (readonly string[])[], text: string, passes: typeof lists = []): Scan => {
  const scan = { hits: 0, passes: 0, mask: 0 };
  createPrefilter(lists, passes)(text, scan);
  return scan;
};

it('finds exactly what a search for each literal finds, in any case', () => {
  const letter = fc.constantFrom('a', 'b', 'A', '<', '中', '．', ' ');
  const text = fc.array(letter, { maxLength: 24 }).map((letters) => letters.join(''));
  const literal = fc
    .array(fc.constantFrom('a', 'b', '<', '．', ' '), { minLength: 1, maxLength: 4 })
    .map((letters) => letters.join(''));
  fc.assert(
    fc.property(fc.array(fc.array(literal, { maxLength: 4 }), { minLength: 1, maxLength: 31 }), text, (lists, given) => {
      const expected = lists.reduce(
        (bits, list, index) => bits | (list.some((one) => given.toLowerCase().includes(one)) ? 1 << index : 0),
        0,
      );
      expect(scanOf(lists, given).hits).toBe(expected);
      expect(scanOf([['x']], given, lists).passes).toBe(expected);
    }),
    { numRuns: 1_000 },
  );
});

it('tells kinds of characters, and does not hold Chinese punctuation for a disguise', () => {
  expect(scanOf([['x']], '你好，世界（测试）：！？；～').mask & characterBits.foldable).toBe(0);
  expect(scanOf([['x']], '１＝１').mask & characterBits.foldable).not.toBe(0);
  expect(scanOf([['x']], 'a中b').mask).toBe(characterBits.lower | characterBits.notBase64 | characterBits.wide);
  expect(scanOf([['x']], 'SGVsbG8gd29ybGQ=').mask & characterBits.notBase64).toBe(0);
  expect(scanOf([['x']], 'a b%&\\+').mask).toBe(
    characterBits.space |
      characterBits.percent |
      characterBits.ampersand |
      characterBits.backslash |
      characterBits.plus |
      characterBits.notBase64 |
      characterBits.lower,
  );
});

it('refuses literals that could never be found', () => {
  expect(() => createPrefilter([['']])).toThrow(RangeError);
  expect(() => createPrefilter([['Union']])).toThrow(RangeError);
  expect(() => createPrefilter(Array.from({ length: 32 }, () => ['a']))).toThrow(RangeError);
});
