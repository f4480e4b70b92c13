import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { concatBytes, equalBytes, lengthPrefixed } from './bytes.ts';
import { decodeHex, encodeHex } from './hex.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

describe('base64url', () => {
  it('is Node’s, both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = encodeBase64url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(decodeBase64url(text)).toEqual(bytes);
        expect(decodeBase64url(text, bytes.length)).toEqual(bytes);
        expect(decodeBase64url(text, bytes.length + 1)).toBeNull();
      }),
    );
  });

  it('has one spelling for every value', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_=+/ -]{0,20}$/), (text) => {
        const bytes = decodeBase64url(text);
        if (bytes !== null) expect(encodeBase64url(bytes)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
    for (const text of ['A', 'AB', 'AAB', 'AA==', 'AA=', 'A+A', 'AA/A', 'AAAA\n', ' AAA', 'ÄAAA']) {
      if (text !== 'AB' && text !== 'AAB') expect(decodeBase64url(text), text).toBeNull();
    }
    // Bits left over.
    expect(decodeBase64url('AB')).toBeNull();
    expect(decodeBase64url('AAB')).toBeNull();
  });
});

it('hexadecimal is lower case and whole', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(encodeHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
      expect(decodeHex(encodeHex(bytes))).toEqual(bytes);
    }),
  );
  for (const text of ['0', 'AB', '0x', 'gg', ' 00', '00\n']) expect(decodeHex(text)).toBeNull();
});

describe('UTF-8', () => {
  it('is what TextEncoder writes, half surrogates included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
      }),
      { numRuns: 2_000 },
    );
    for (const text of ['\ud800', 'a\udc00b', '\udc00\ud800', '\ud83d\ude00', '\u0000', '\uffff'])
      expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
  });

  it('is read as strictly as TextDecoder reads it', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const native = (bytes: Uint8Array): string | null => {
      try {
        return strict.decode(bytes);
      } catch {
        return null;
      }
    };
    const pieces = fc.constantFrom(0x00, 0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff);
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (list) => {
        const bytes = Uint8Array.from(list);
        expect(decodeUtf8(bytes)).toBe(native(bytes));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('bytes', () => {
  it('no two lists of parts have the same framing', () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 6 }), { maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const same = one.length === other.length && one.every((part, at) => equalBytes(part, other[at] ?? new Uint8Array(0)));
        expect(equalBytes(lengthPrefixed(...one), lengthPrefixed(...other))).toBe(same);
      }),
      { numRuns: 2_000 },
    );
    expect(encodeHex(lengthPrefixed(encodeUtf8('ab'), new Uint8Array(0)))).toBe('00000002616200000000');
  });

  it('are equal only when every one is', () => {
    const bytes = Uint8Array.from([1, 2, 3]);
    expect(equalBytes(bytes, concatBytes(Uint8Array.from([1]), Uint8Array.from([2, 3])))).toBe(true);
    for (const other of [
      [1, 2],
      [1, 2, 4],
      [0, 2, 3],
      [1, 2, 3, 0],
    ])
      expect(equalBytes(bytes, Uint8Array.from(other))).toBe(false);
  });
});
