import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeHex, encodeHex } from '../hex.ts';
import { hkdfExpand, hkdfExtract } from '../hkdf.ts';
import { agree } from '../hpke.ts';
import { nodeSuiteAPrimitives, nodeSuiteSPrimitives } from '../node/index.ts';
import { aes256GcmUnrolled } from './aes256-gcm-unrolled.ts';
import { suiteAPrimitives } from './suite-a-primitives.ts';

type Row = readonly (number | string)[];
const vectors = JSON.parse(readFileSync(new URL('../../test/fixtures/wycheproof.json', import.meta.url), 'utf8')) as Record<
  string,
  { readonly rows: readonly Row[] }
>;
const hex = (text: number | string | undefined): Uint8Array => decodeHex(String(text)) ?? new Uint8Array(0);
const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

/** The rows that are judged otherwise than the file says. */
const differing = (name: string, judge: (row: Row) => boolean): (number | string | undefined)[] => {
  const rows = vectors[name]?.rows ?? [];
  expect(rows.length).toBeGreaterThan(60);
  return rows.filter((row) => judge(row) !== (row.at(-1) !== 'invalid')).map(([id]) => id);
};

const both = [
  ['of the SDK', suiteAPrimitives],
  ['of node:crypto', nodeSuiteAPrimitives],
] as const;

describe.each(both)('the primitives %s stand the attacks of Wycheproof', (_, { x25519, aes256Gcm, hmacSha256 }) => {
  it('X25519: twist, low order and not canonical points; what would be known to all is no secret', () => {
    expect(differing('x25519', ([, key, own, shared]) => encodeHex(x25519(hex(own), hex(key))) === shared)).toEqual([]);
    const zero = (vectors['x25519']?.rows ?? []).filter(([, , , shared]) => /^0+$/.test(String(shared)));
    expect(zero.length).toBeGreaterThan(10);
    for (const [, key, own] of zero) expect(agree({ x25519 }, hex(own), hex(key))).toBe(null);
  });

  it.each([aes256Gcm, aes256GcmUnrolled])('AES-256-GCM: changed tags, counters that wrap', (gcm) => {
    const judge = ([, key, iv, aad, msg, ct, tag]: Row): boolean => {
      const sealed = join(hex(ct), hex(tag));
      const plain = gcm.open(hex(key), hex(iv), hex(aad), sealed);
      if (plain === null) return false;
      expect(encodeHex(gcm.seal(hex(key), hex(iv), hex(aad), plain))).toBe(encodeHex(sealed));
      return encodeHex(plain) === msg;
    };
    expect(differing('aes256gcm', judge)).toEqual([]);
  });

  it('HMAC-SHA256 and HKDF', () => {
    expect(differing('hmacSha256', ([, key, msg, tag]) => encodeHex(hmacSha256(hex(key), hex(msg))) === tag)).toEqual([]);
    const judge = ([, ikm, salt, info, size, okm]: Row): boolean => {
      try {
        const key = hkdfExtract(hmacSha256, hex(salt), hex(ikm));
        return encodeHex(hkdfExpand(hmacSha256, key, hex(info), Number(size))) === okm;
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        return false;
      }
    };
    expect(differing('hkdfSha256', judge)).toEqual([]);
  });
});

it('HMAC-SM3', () => {
  const { hmacSm3 } = nodeSuiteSPrimitives;
  expect(differing('hmacSm3', ([, key, msg, tag]) => encodeHex(hmacSm3(hex(key), hex(msg))) === tag)).toEqual([]);
});
