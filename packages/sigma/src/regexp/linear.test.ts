import { describe, expect, it } from 'vitest';
import { LinearRegExp } from './linear.ts';
import { UnsupportedPattern } from './syntax.ts';

const flags = (names: string) => ({
  ignoreCase: names.includes('i'),
  multiline: names.includes('m'),
  dotAll: names.includes('s'),
});

describe('what PCRE has and ECMAScript has not', () => {
  it.each<[string, string, readonly string[], readonly string[]]>([
    ['a$', '', ['a', 'a\n'], ['a\nb', 'a\n\n']],
    ['a$', 'm', ['a\nb', 'a\n\n'], ['ab']],
    ['a\\z', '', ['a'], ['a\n']],
    ['a\\Z', '', ['a', 'a\n'], ['ab']],
    ['\\Aa', 'm', ['ab'], ['b\na']],
    ['(?i)ab', '', ['AB'], []],
    ['a(?i)b', '', ['aB'], ['AB']],
    ['a(?i:b)c', '', ['aBc'], ['aBC']],
    ['(?s)a.b', '', ['a\nb'], []],
    ['(?i-i)a', '', ['a'], ['A']],
    ['[[:digit:]]+x', '', ['12x'], ['ax']],
    ['[[:^digit:]]x', '', ['ax'], ['1x']],
    ['[]a]', '', [']', 'a'], ['b']],
    ['[^]a]', '', ['b'], [']', 'a']],
    ['[a-]', '', ['-'], ['b']],
    ['[\\w-]+!', '', ['a-b!'], ['!']],
    ['a{,2}b', '', ['b', 'aab'], ['a']],
    ['{x}', '', ['{x}'], ['x']],
    ['x{', '', ['x{'], ['x']],
    ['\\Qa.b\\E', '', ['a.b'], ['axb']],
    ['a(?#remark)b', '', ['ab'], ['a']],
    ['(?P<n>a)b', '', ['ab'], ['b']],
    ['\\x{4e2d}', '', ['中'], ['国']],
    ['\\h\\R', '', ['\t\n'], ['ab']],
    ['[^a]', 'i', ['b'], ['A', 'a']],
    ['\\p{Han}{2}', '', ['中国'], ['中a']],
    ['é', 'i', ['É'], ['e']],
    ['^.$', '', ['😀', '中'], ['ab', '']],
  ])('%s with "%s"', (source, names, yes, no) => {
    const regExp = new LinearRegExp(source, flags(names));
    for (const text of yes) expect([text, regExp.test(text)]).toEqual([text, true]);
    for (const text of no) expect([text, regExp.test(text)]).toEqual([text, false]);
  });
});

describe('what cannot be matched in linear time, or is no expression', () => {
  it.each([
    '(?=a)',
    '(?!a)',
    '(?<=a)',
    '(?<!a)',
    '(?>a)',
    '(a)\\1',
    '\\k<n>',
    'a++',
    'a*+',
    '(',
    ')',
    '[a',
    '[b-a]',
    '*a',
    'a**',
    '\\',
    '\\y',
    'a{5,2}',
    'a{2000}',
    '((a{99}){99}){99}',
    `${'('.repeat(80)}a${')'.repeat(80)}`,
    'a'.repeat(5_000),
  ])('%s', (source) => {
    expect(() => new LinearRegExp(source, flags(''))).toThrow(UnsupportedPattern);
  });

  it('answers right when the automaton outgrows its memory', () => {
    const regExp = new LinearRegExp('(a|b)*a(a|b){14}c', flags(''));
    let bits = 1;
    let text = '';
    for (let at = 0; at < 60_000; at += 1) {
      bits = (Math.imul(bits, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      text += (bits >> 16) & 1 ? 'a' : 'b';
    }
    expect(regExp.test(text)).toBe(false);
    expect(regExp.test(`${text}abbbbbbbbbbbbbbc`)).toBe(true);
  });
});
