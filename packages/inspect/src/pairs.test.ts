import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePairs } from './pairs.ts';

const limits = { maxPairs: 20, maxNameLength: 20, maxValueLength: 100 };
const never = (): boolean => false;
const query = (text: string, mayRepeat: (name: string) => boolean = never) => parsePairs(text, 'query', mayRepeat, limits);
const form = (text: string) => parsePairs(text, 'form', never, limits);

describe('queries', () => {
  test.each([
    ['', {}, ''],
    ['a=1', { a: '1' }, 'a=1'],
    ['a=1&b=2&A=3', { a: '1', b: '2', A: '3' }, 'a=1&b=2&A=3'],
    ['a=', { a: '' }, 'a='],
    ['a', { a: '' }, 'a='],
    ['a&b=2', { a: '', b: '2' }, 'a=&b=2'],
    ['&&a=1&', { a: '1' }, 'a=1'],
    ['a=b=c==', { a: 'b=c==' }, 'a=b=c=='],
    ['q=%E8%8C%B6', { q: '茶' }, 'q=%E8%8C%B6'],
    ['q=a+b', { q: 'a b' }, 'q=a%20b'],
    ['q=a%2Bb', { q: 'a+b' }, 'q=a%2Bb'],
    ['q=a%20b', { q: 'a b' }, 'q=a%20b'],
    ['u=https%3A%2F%2Fx.example%2F%3Fa%3D%252F', { u: 'https://x.example/?a=%2F' }, 'u=https%3A%2F%2Fx.example%2F%3Fa%3D%252F'],
    ['a[b]=1', { 'a[b]': '1' }, 'a%5Bb%5D=1'],
    ['a%5B0%5D=1&a%5B1%5D=2', { 'a[0]': '1', 'a[1]': '2' }, 'a%5B0%5D=1&a%5B1%5D=2'],
    ['q=<b>|"x"\\', { q: '<b>|"x"\\' }, 'q=%3Cb%3E%7C%22x%22%5C'],
    ['t=%0A%09%0D', { t: '\n\t\r' }, 't=%0A%09%0D'],
    ['?a=1', { '?a': '1' }, '%3Fa=1'],
    ['t=a?b/c:d@e', { t: 'a?b/c:d@e' }, 't=a?b/c:d@e'],
    ['toString=1&valueOf=2', { toString: '1', valueOf: '2' }, 'toString=1&valueOf=2'],
  ])('%j', (text, values, canonical) => {
    const result = query(text);
    expect(result).toMatchObject({ kind: 'pairs', canonical });
    expect(result.kind === 'pairs' && { ...result.values }).toStrictEqual(values);
  });

  test('a name that may repeat always has a list', () => {
    const ids = (name: string): boolean => name === 'id';
    expect(query('id=1&id=2&x=3', ids)).toMatchObject({ values: { id: ['1', '2'], x: '3' } });
    expect(query('id=1', ids)).toMatchObject({ values: { id: ['1'] } });
    expect(query('x=1&x=2', ids)).toMatchObject({ kind: 'ambiguous', index: 1 });
  });

  test('values have no prototype', () => {
    const result = query('a=1');
    expect(result.kind === 'pairs' && Object.getPrototypeOf(result.values)).toBeNull();
  });

  test('limits are exact', () => {
    const numbered = (count: number): string => Array.from({ length: count }, (_, index) => `p${index}=1`).join('&');
    expect(query(numbered(20)).kind).toBe('pairs');
    expect(query(numbered(21))).toStrictEqual({ kind: 'too_many', index: 20 });
    expect(query(`${'n'.repeat(20)}=1`).kind).toBe('pairs');
    expect(query(`${'n'.repeat(21)}=1`)).toStrictEqual({ kind: 'too_long', index: 0 });
    expect(query(`a=1&n=${'v'.repeat(101)}`)).toStrictEqual({ kind: 'too_long', index: 1 });
  });

  test('what is passed on reads the same in a parser of the platform', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '=', '&', '%20', '%E4%B8%AD', '+', '%2B', '[', ']', '"', '%25', '?') }),
        (text) => {
          const result = query(text);
          if (result.kind !== 'pairs') return;
          expect(Object.fromEntries(new URLSearchParams(result.canonical))).toStrictEqual({ ...result.values });
          expect(query(result.canonical)).toStrictEqual(result);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('forms', () => {
  test('plus stays a space, other text is percent-encoded', () => {
    expect(form('memo=a+b')).toMatchObject({ values: { memo: 'a b' }, canonical: 'memo=a+b' });
    expect(form('memo=茶&x=%23')).toMatchObject({ values: { memo: '茶', x: '#' }, canonical: 'memo=%E8%8C%B6&x=%23' });
  });
});
