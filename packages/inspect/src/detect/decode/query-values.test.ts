import fc from 'fast-check';
import { expect, test } from 'vitest';
import { valuesOfQuery } from './query-values.ts';

test.each([
  ['a=1&file=../x/y&b=2', ['file ../x/y']],
  ['https://example.com/p?U=http%3A%2F%2Fx&id=12345', ['u http://x']],
  ['/p?x[y]=%7B%7D%20%7B', ['x[y] {} {']],
  ['url=ftp://example.com', ['url ftp://example.com']],
  ['a=1&b=2&c=three', []],
  ['PATH=/usr/bin:/bin', []],
  ['what is this? a=(b)', []],
  ['a & b = (c)', []],
  ['a=b', []],
  ['', []],
])('%j', (text, values) => expect(valuesOfQuery(text).map(({ name, value }) => `${name} ${value}`)).toStrictEqual(values));

test('gives few values, each shorter than the text', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '=', '&', '?', '%41', '%', '/', ':', ' ', '中', '['), maxLength: 80 });
  fc.assert(
    fc.property(text, (given) => {
      const values = valuesOfQuery(given);
      expect(values.length).toBeLessThanOrEqual(16);
      for (const { value } of values) expect(value.length).toBeLessThan(given.length);
    }),
  );
});
