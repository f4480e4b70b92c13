import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePairs } from './pairs.ts';
import { growth, mostlyLinear } from './testing/growth.ts';

const limits = { maxPairs: 100_000, maxNameLength: 256, maxValueLength: 1_000_000 };
const kind = (text: string, source: 'query' | 'form' = 'query', repeat = false): string =>
  parsePairs(text, source, () => repeat, limits).kind;

describe.each(['query', 'form'] as const)('in a %s', (source) => {
  test.each([
    'a=1&a=2',
    'a=1&b=2&a=1',
    'a=1&%61=2',
    'a=1&a',
    'a[]=1&a[]=2',
    'a=1&a[b]=2',
    'a[b]=1&a=2',
    'x=0&a=1&a[]=2',
    'a;b=1',
    'a=1;b=2',
    '__proto__=1',
    '__proto__[admin]=1',
    'a[__proto__][admin]=1',
    'a.__proto__.b=1',
    'constructor[prototype][admin]=1',
    '%5F_proto__[x]=1',
  ])('%s is ambiguous', (text) => expect(kind(text, source)).toBe('ambiguous'));

  test.each([
    'a=%00',
    'a%00=1',
    'a=%',
    'a=%2',
    'a=%zz',
    'a=%u0041',
    'a=%c0%ae',
    'a=%e4%b8',
    'a=%ed%a0%80',
    'a=%ff',
    '=1',
    '=',
    'a=1&=2',
    'a%0A=1',
    'a%09=1',
    'a=%08',
    'a=%1b[31m',
    'a=%7f',
    'a=\u0000',
    'a=b c',
    'a=\r\n',
    'a=\u007f',
  ])('%j is malformed', (text) => expect(kind(text, source)).toBe('malformed'));
});

test('a query is ASCII and has no fragment', () => {
  expect(kind('a=茶')).toBe('malformed');
  expect(kind('a=\u00e9')).toBe('malformed');
  expect(kind('a=1#b')).toBe('malformed');
});

test('a repeatable name cannot be nested as well', () => expect(kind('a=1&a[x]=2', 'query', true)).toBe('ambiguous'));

test('any text is read or refused, and what is passed on has no other reading', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    '=',
    '&',
    '%',
    '%00',
    '%26',
    '%3D',
    '%c0%ae',
    ';',
    '+',
    '#',
    '[',
    ']',
    '__proto__',
    ' ',
    '\r\n',
    '中',
    '\ud800',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), fc.constantFrom('query', 'form'), (pieces, source) => {
      const result = parsePairs(pieces.join(''), source, () => false, limits);
      if (result.kind !== 'pairs') return;
      expect(result.canonical).toMatch(/^[\x21-\x7e]*$/);
      expect(Object.fromEntries(new URLSearchParams(result.canonical))).toStrictEqual({ ...result.values });
    }),
    { numRuns: 3_000 },
  );
});

test('time grows with the number of pairs, not faster', () => {
  const prepare = (count: number) => {
    const text = Array.from({ length: count }, (_, index) => `a[${index}]=%E8%8C%B6+x`).join('&');
    return () => parsePairs(text, 'form', () => false, limits);
  };
  expect(growth(prepare, 200)).toBeLessThan(mostlyLinear);
});
