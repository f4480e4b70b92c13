import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LinearRegExp } from './linear-reg-exp.ts';
import { UnsupportedPattern } from './syntax.ts';

const atom = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'a',
      'b',
      '中',
      '😀',
      '.',
      '-',
      '\\d',
      '\\w',
      '\\s',
      '\\S',
      '\\.',
      '\\u4e2d',
      '\\u{1F600}',
      '\\ud83d\\ude00',
      '\\x61',
      '\\/',
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '[ab]',
      '[^a]',
      '[a-c\\]]',
      '[\\u4e00-\\u9fa5]',
      '[\\w-]',
      '[^\\s\\d]',
      '\\p{L}',
      '\\P{Script=Han}',
      '[\\p{Lu}中]',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('^', '$') },
);
const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '*?', '{2}', '{0,2}', '{1,}', '{2,3}?', '{0}');
const { pattern } = fc.letrec<{ pattern: string; branch: string; piece: string }>((tie) => ({
  pattern: fc.array(tie('branch'), { minLength: 1, maxLength: 3 }).map((branches) => branches.join('|')),
  branch: fc.array(tie('piece'), { maxLength: 5 }).map((pieces) => pieces.join('')),
  piece: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.tuple(atom, quantifier).map(([item, times]) => (item === '^' || item === '$' ? item : item + times)),
    fc
      .tuple(fc.constantFrom('(', '(?:', '(?<n>'), tie('pattern'), quantifier)
      .map(([open, inner, times]) => `${open}${inner})${times}`),
  ),
}));
const text = fc
  .array(fc.constantFrom('a', 'b', 'c', 'A', '0', '-', '.', ' ', '\n', '中', '文', '😀', '\ud83d', '\u2028', '/'), {
    maxLength: 8,
  })
  .map((chars) => chars.join(''));

function native(source: string): RegExp | null {
  try {
    return new RegExp(source, 'u');
  } catch {
    return null;
  }
}

describe('LinearRegExp', () => {
  test('answers like the native engine, for any pattern and text', () => {
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 6 }), (source, texts) => {
        const expected = native(source);
        fc.pre(expected !== null && source.length <= 120);
        const actual = new LinearRegExp(source);
        for (const sample of texts) expect([sample, actual.test(sample)]).toEqual([sample, expected?.test(sample)]);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['^1[3-9]\\d{9}$', '13800138000', '23800138000'],
    ['^[\\u4e00-\\u9fa5·]{2,20}$', '阿凡提·买买提', '阿凡提1'],
    ['^(pending|paid|SHIPPED)$', 'SHIPPED', 'shipped'],
    ['^(?<year>\\d{4})-\\d\\d$', '2026-04', '2026-4'],
    ['^[A-Za-z0-9_-]{1,64}$', 'a-b_c', ''],
    ['x', 'aaxaa', 'aaa'],
    ['^$', '', ' '],
  ])('%s', (source, yes, no) => {
    const regExp = new LinearRegExp(source);
    expect(regExp.test(yes)).toBe(true);
    expect(regExp.test(no)).toBe(false);
  });

  test('keeps answering right when the automaton outgrows its cache', () => {
    const source = '(a|b)*a(a|b){14}c';
    const regExp = new LinearRegExp(source);
    let bits = 1;
    let sample = '';
    for (let i = 0; i < 60_000; i += 1) {
      bits = (Math.imul(bits, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      sample += (bits >> 16) & 1 ? 'a' : 'b';
    }
    expect(regExp.test(`${sample}`)).toBe(false);
    expect(regExp.test(`${sample}abbbbbbbbbbbbbbc`)).toBe(true);
  });

  test('keeps answering right with more characters than it remembers', () => {
    const regExp = new LinearRegExp('^[\\u4e00-\\u9fa5]+$');
    let sample = '';
    for (let code = 0x4e00; code <= 0x9fa5; code += 1) sample += String.fromCharCode(code);
    expect(regExp.test(sample)).toBe(true);
    expect(regExp.test(`${sample}\u9fa6`)).toBe(false);
  });
});

describe('patterns that cannot be matched in linear time, or are none', () => {
  test.each([
    ['(a)\\1'],
    ['(?<n>a)\\k<n>'],
    ['(?=a)'],
    ['(?!a)'],
    ['(?<=a)b'],
    ['(?<!a)b'],
    ['\\bword\\b'],
    ['\\B'],
    ['(?i:a)'],
    ['a{5000}'],
    ['a{99999999999999999999}'],
    ['(((((((){900}){900}){900}){900}){900}){900})'],
    ['((a{50}){50}){50}'],
    [`${'('.repeat(60)}a${')'.repeat(60)}`],
    ['a'.repeat(1_001)],
    ['('],
    ['[b-a]'],
    ['\\q'],
  ])('%s is refused when compiled', (source) => {
    expect(() => new LinearRegExp(source)).toThrow(UnsupportedPattern);
  });
});
