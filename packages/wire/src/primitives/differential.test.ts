import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hkdfExpand, hkdfExtract } from '../hkdf.ts';
import { nodeSuiteAPrimitives as native } from '../node/index.ts';
import { aes256GcmUnrolled } from './aes256-gcm-unrolled.ts';
import { suiteAPrimitives as own } from './suite-a-primitives.ts';

// The SDK's own primitives against OpenSSL, on inputs that nobody chose.
const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const upTo = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength: length, size: 'max' });
/** Field elements at the edges of the range are where carries go wrong. */
const edgy = fc.oneof(
  bytes(32),
  fc
    .array(fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0xec, 0xed, 0xee, 0xfe, 0xff), { minLength: 32, maxLength: 32 })
    .map((list) => Uint8Array.from(list)),
);

it('SHA-256 agrees on 3,000 texts', () => {
  fc.assert(
    fc.property(upTo(400), (data) => {
      expect(own.sha256(data)).toEqual(native.sha256(data));
    }),
    { numRuns: 3_000 },
  );
});

it('HMAC-SHA256 agrees on 3,000 keys and texts', () => {
  fc.assert(
    fc.property(upTo(150), upTo(300), (key, data) => {
      expect(own.hmacSha256(key, data)).toEqual(native.hmacSha256(key, data));
    }),
    { numRuns: 3_000 },
  );
});

it('HKDF agrees on 2,000 secrets', () => {
  fc.assert(
    fc.property(upTo(80), upTo(80), upTo(60), fc.integer({ min: 1, max: 200 }), (secret, salt, info, length) => {
      const made = hkdfExpand(own.hmacSha256, hkdfExtract(own.hmacSha256, salt, secret), info, length);
      expect(made).toEqual(new Uint8Array(hkdfSync('sha256', secret, salt, info, length)));
    }),
    { numRuns: 2_000 },
  );
});

it('X25519 agrees on 2,000 pairs of keys, the edges of the field among them', () => {
  fc.assert(
    fc.property(edgy, edgy, (privateKey, publicKey) => {
      expect(own.x25519(privateKey, publicKey)).toEqual(native.x25519(privateKey, publicKey));
    }),
    { numRuns: 2_000 },
  );
});

it('AES-256-GCM agrees on 3,000 messages, and each opens what the other sealed', () => {
  fc.assert(
    fc.property(bytes(32), bytes(12), upTo(80), upTo(200), (key, iv, aad, text) => {
      const sealed = own.aes256Gcm.seal(key, iv, aad, text);
      expect(sealed).toEqual(native.aes256Gcm.seal(key, iv, aad, text));
      expect(own.aes256Gcm.open(key, iv, aad, sealed)).toEqual(text);
      expect(native.aes256Gcm.open(key, iv, aad, sealed)).toEqual(text);
    }),
    { numRuns: 3_000 },
  );
});

it('AES-256-GCM for bodies agrees on 2,000 texts, and opens nothing that was changed', () => {
  fc.assert(
    fc.property(bytes(32), bytes(12), upTo(70), upTo(150), fc.nat(), (key, iv, aad, text, bit) => {
      const sealed = aes256GcmUnrolled.seal(key, iv, aad, text);
      expect(sealed).toEqual(native.aes256Gcm.seal(key, iv, aad, text));
      expect(aes256GcmUnrolled.open(key, iv, aad, sealed)).toEqual(text);
      const at = bit % (sealed.length * 8);
      sealed[at >> 3] = (sealed[at >> 3] ?? 0) ^ (1 << (at & 7));
      expect(aes256GcmUnrolled.open(key, iv, aad, sealed)).toBeNull();
    }),
    { numRuns: 2_000 },
  );
  expect(aes256GcmUnrolled.open(new Uint8Array(32), new Uint8Array(12), new Uint8Array(0), new Uint8Array(15))).toBeNull();
  expect(() => aes256GcmUnrolled.seal(new Uint8Array(32), new Uint8Array(16), new Uint8Array(0), new Uint8Array(0))).toThrow(
    TypeError,
  );
});

it('AES-256-GCM for bodies agrees on edges: keys and texts of ones and of zeros, and a body of 70 kB', () => {
  for (const byte of [0, 0xff, 0x80, 1])
    for (const length of [0, 1, 15, 16, 17, 31, 32, 33, 70_001]) {
      const [key, iv, text] = [32, 12, length].map((size) => new Uint8Array(size).fill(byte)) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      expect(Buffer.compare(aes256GcmUnrolled.seal(key, iv, text, text), native.aes256Gcm.seal(key, iv, text, text))).toBe(0);
    }
});
