import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHex, encodeHex } from '../hex.ts';
import { createFixedRandom } from '../testing/fixed-random.ts';
import { encodeUtf8 } from '../utf8.ts';
import { nodeSm2Encryption as sm2 } from './sm2-encryption.ts';

const hex = (text: string): Uint8Array => decodeHex(text) ?? new Uint8Array(0);

describe('SM2 encryption', () => {
  // GB/T 32918.5-2017 A and C: key pair and encryption on the recommended curve.
  const privateKey = hex('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8');
  const publicKey =
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13';
  const sealed =
    '0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0' +
    '59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766' +
    '21886ca989ca9c7d58087307ca93092d651efa';

  it('gives key and ciphertext of GB/T 32918.5', () => {
    expect(encodeHex(sm2.keyPair(() => privateKey).publicKey)).toBe(publicKey);
    const k = hex('59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21');
    const made = sm2.encrypt(hex(publicKey), encodeUtf8('encryption standard'), () => k);
    expect(encodeHex(made ?? hex(''))).toBe(sealed);
    expect(sm2.decrypt(privateKey, hex(sealed))).toEqual(encodeUtf8('encryption standard'));
  });

  it('opens nothing of which a bit was changed', () => {
    for (let bit = 0; bit < sealed.length * 4; bit += 41) {
      const changed = hex(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(sm2.decrypt(privateKey, changed)).toBeNull();
    }
    expect(sm2.decrypt(privateKey, hex(sealed).slice(0, 97))).toBeNull();
  });

  it.each([
    ['no point of the curve', `${publicKey.slice(0, -2)}14`],
    ['another form', `02${publicKey.slice(2, 66)}`],
    ['coordinates out of range', `04${'ff'.repeat(64)}`],
    ['zero', `04${'00'.repeat(64)}`],
  ])('takes no public key that is %s', (_name, key) => {
    expect(sm2.encrypt(hex(key), hex('00'), createFixedRandom('sm2').random)).toBeNull();
  });

  it('opens what it sealed, whatever the key and the message', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.uint8Array({ minLength: 1, maxLength: 100 }), (seed, message) => {
        const { random } = createFixedRandom(seed);
        const pair = sm2.keyPair(random);
        const made = sm2.encrypt(pair.publicKey, message, random);
        expect(made === null ? null : sm2.decrypt(pair.privateKey, made)).toEqual(message);
      }),
      { numRuns: 30 },
    );
  });

  it('does not go on for ever with randomness that is none', () => {
    expect(() => sm2.keyPair((length) => new Uint8Array(length))).toThrow(/randomness/);
  });
});
