import { describe, expect, test } from 'vitest';
import { normaliseProfile } from '../profile.ts';
import { createJsonScanner } from './json-scanner.ts';

const scan = createJsonScanner(normaliseProfile({ limits: { maxKeys: 100_000, maxArrayItems: 100_000 } }));
const found = (text: string): unknown => ({ ...scan(Buffer.from(text)) });

describe('createJsonScanner', () => {
  test.each([
    ['[]', 0],
    ['{"a":1,"b":{"c":[{"d":null}]}}', 4],
    // The same names in other objects are the usual case and must stay cheap.
    ['[{"id":1,"n":1},{"id":2,"n":2}]', 4],
    ['{"a":{"a":{"a":1}}}', 3],
    ['{"a:b":"c:d,{}[]","e":"\\":"}', 2],
    ['{"protocol":1,"promotion":2}', 2],
  ])('%s has %d keys and leaves no doubt', (text, keys) => expect(found(text)).toStrictEqual({ keys, doubtAt: -1 }));

  test('hundreds of equal objects leave no doubt', () => {
    expect(
      found(`[${Array.from({ length: 500 }, (_, index) => `{"sku":"${index}","title":"x","quantity":1}`).join()}]`),
    ).toStrictEqual({ keys: 1_500, doubtAt: -1 });
  });

  test.each([
    ['{"a":1,"a":2}', 8],
    ['{"a":1,"\\u0061":2}', 8],
    ['{"__proto__":1}', 2],
    ['{"prototype":1}', 2],
  ])('%s leaves a doubt at byte %d', (text, doubtAt) => expect(found(text)).toHaveProperty('doubtAt', doubtAt));

  test('a table that is full leaves a doubt rather than an answer', () => {
    expect(found(`{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`).join()}}`)).toMatchObject({
      keys: 20_000,
      doubtAt: expect.any(Number) as number,
    });
  });
});
