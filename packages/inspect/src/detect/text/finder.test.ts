import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growth, mostlyLinear } from '../../testing/growth.ts';
import { createFinder } from './finder.ts';

const occurrences = (words: readonly string[], text: string, within: boolean): string[] => {
  const seen: string[] = [];
  createFinder(
    words.map((word) => [word, word] as const),
    within,
  )(text, (word, start, end) => {
    seen.push(`${start}-${end} ${word}`);
    return undefined;
  });
  return seen.sort();
};

describe('createFinder', () => {
  test('finds phrases in any case, also those inside others', () => {
    expect(occurrences(['he', 'she', 'hers', '..'], 'uSHErs ..', true)).toStrictEqual([
      '1-4 she',
      '2-4 he',
      '2-6 hers',
      '7-9 ..',
    ]);
  });

  test('letters have to begin and end words', () => {
    expect(occurrences(['cat', '.cat', 'cat('], 'concat( cat x.cat cat(1)', false)).toStrictEqual(
      ['14-17 cat', '13-17 .cat', '18-21 cat', '18-22 cat(', '8-11 cat'].sort(),
    );
  });

  test('stops when told to', () => {
    let count = 0;
    createFinder([['a', 1]], true)('aaaa', () => {
      count += 1;
      return count === 2;
    });
    expect(count).toBe(2);
  });

  test('characters beyond ASCII and the empty text are nothing', () => {
    expect(occurrences(['ab'], 'a\u4e2db 中文ab', false)).toStrictEqual(['6-8 ab']);
    expect(occurrences(['ab'], '', false)).toStrictEqual([]);
  });

  test('capitals in a phrase are a mistake', () => expect(() => createFinder([['A', 1]])).toThrow(RangeError));

  test('finds what indexOf finds', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.uniqueArray(letters, { minLength: 1, maxLength: 6 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '.', 'A'), maxLength: 40 }),
        (words, text) => {
          const expected: string[] = [];
          const lower = text.toLowerCase();
          for (const word of words) {
            for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1))
              expected.push(`${at}-${at + word.length} ${word}`);
          }
          expect(occurrences(words, text, true)).toStrictEqual(expected.sort());
        },
      ),
    );
  });

  test('time grows with the text', () => {
    const find = createFinder(
      [
        ['aaaaaaaab', 1],
        ['aab', 2],
      ],
      true,
    );
    expect(growth((size) => () => find('a'.repeat(size), () => undefined), 4_096)).toBeLessThan(mostlyLinear);
  });
});
