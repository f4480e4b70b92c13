import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeHex } from './bytes.ts';
import { sha256Sync } from './sha256.ts';

const expected = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

it('says what is published (FIPS 180-4 examples)', () => {
  const text = (value: string): string => encodeHex(sha256Sync(new TextEncoder().encode(value)));
  expect(text('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(text('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(text('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  );
  expect(text('a'.repeat(1_000_000))).toBe('cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0');
});

it('says what node:crypto says, at every length around a block and of anything', () => {
  for (let length = 0; length < 200; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, at) => at * 37 + length);
    expect(encodeHex(sha256Sync(bytes))).toBe(expected(bytes));
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.nat({ max: 10 }), (bytes, skip) => {
      const view = bytes.subarray(Math.min(skip, bytes.length));
      expect(encodeHex(sha256Sync(view))).toBe(expected(view));
    }),
    { numRuns: 200 },
  );
});
