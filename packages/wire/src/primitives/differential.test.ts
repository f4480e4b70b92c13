import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hkdfExpand, hkdfExtract } from '../hkdf.ts';
import { nodeSuiteAPrimitives as native } from '../node/index.ts';
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
