import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, decodeUtf8, equalText } from './bytes.ts';

describe('base64', () => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(decodeBase64(text, text.length)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it.each([
    '-_-_',
    '+/-_',
    'AA A',
    'AAA\n',
    'AA=A',
    '=AAA',
    'A===',
    '====',
    'AAA',
    'AAAAA',
    'AAAé',
    'AAA\0',
    undefined,
    null,
    1,
    {},
  ])('refuses %j, of which Buffer.from would make something', (text) => {
    expect(decodeBase64(text, 100)).toBeUndefined();
  });

  it('refuses what is longer than expected', () => {
    expect(decodeBase64('AAAA', 4)).toBeDefined();
    expect(decodeBase64('AAAAAAAA', 4)).toBeUndefined();
  });
});

describe('UTF-8', () => {
  it('is refused when malformed, and keeps a byte order mark', () => {
    expect(decodeUtf8(Buffer.from([0xc3, 0x28]))).toBeUndefined();
    expect(decodeUtf8(Buffer.from('\ufeff门'))).toBe('\ufeff门');
  });
});

describe('comparison', () => {
  it('agrees with === on texts and refuses everything else', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => equalText(a, b) === (a === b) && equalText(a, a)));
    for (const value of [undefined, null, 0, [], {}]) expect(equalText(value, value)).toBe(false);
  });
});
