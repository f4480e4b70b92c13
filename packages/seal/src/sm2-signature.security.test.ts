import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { sm2 } from 'sm-crypto-v2';
import { describe, expect, it } from 'vitest';
import { createSm2Signatures, defaultUserId, passesKnownAnswer, sm2PrivateKey, sm2PublicKey, userHash } from './sm2-signature.ts';

const scalar = Buffer.from('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8', 'hex');
const key = sm2PrivateKey(scalar);
const signatures = createSm2Signatures();

describe('SM2 signatures', () => {
  it('hash the user as in GB/T 32918.5, annex A.2', () => {
    expect(Buffer.from(userHash(key.public, defaultUserId)).toString('hex')).toBe(
      'b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3',
    );
  });
  it('verify the signature of the standard, whose nonce it names, and no other message', () => {
    const standard = Buffer.from(
      '3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
      'hex',
    );
    expect(signatures.verify(Buffer.from('message digest'), standard, key.public)).toBe(true);
    expect(signatures.verify(Buffer.from('message Digest'), standard, key.public)).toBe(false);
  });
  it('agree with an independent implementation in both directions', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.string({ maxLength: 40 }), (message, userId) => {
        const own = Buffer.from(signatures.sign(message, key, userId)).toString('hex');
        const point = Buffer.from(key.public.point).toString('hex');
        expect(sm2.doVerifySignature(message, own, point, { der: true, hash: true, userId })).toBe(true);
        const theirs = sm2.doSignature(message, scalar.toString('hex'), { der: true, hash: true, userId });
        expect(signatures.verify(message, Buffer.from(theirs, 'hex'), key.public, userId)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
  it('of another user, key or message, cut short or with a changed byte are refused', () => {
    const message = Buffer.from('放行版本 1.2.3');
    const signature = Buffer.from(signatures.sign(message, key, 'release'));
    const other = sm2PrivateKey(Buffer.alloc(32, 7));
    expect(signatures.verify(message, signature, key.public, 'release')).toBe(true);
    expect(signatures.verify(message, signature, key.public)).toBe(false);
    expect(signatures.verify(message, signature, other.public, 'release')).toBe(false);
    expect(signatures.verify(Buffer.from('放行版本 1.2.4'), signature, key.public, 'release')).toBe(false);
    expect(signatures.verify(message, signature.subarray(0, 20), key.public, 'release')).toBe(false);
    expect(signatures.verify(message, new Uint8Array(0), key.public, 'release')).toBe(false);
    for (let at = 0; at < signature.length; at += 1) {
      const changed = Buffer.from(signature);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(signatures.verify(message, changed, key.public, 'release'), `byte ${at}`).toBe(false);
    }
  });
  it('are not what OpenSSL makes with a key of its own on this curve', () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'SM2' });
    const point = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-65);
    const trap = sign('sm3', Buffer.from('message'), pair.privateKey);
    expect(signatures.verify(Buffer.from('message'), trap, sm2PublicKey(point))).toBe(false);
  });
});

describe('the known-answer test', () => {
  it('turns down an engine that accepts everything, refuses everything, throws, or leaves the user out', () => {
    const good = createSm2Signatures();
    expect(passesKnownAnswer(good)).toBe(true);
    expect(passesKnownAnswer({ ...good, verify: () => true })).toBe(false);
    expect(passesKnownAnswer({ ...good, verify: () => false })).toBe(false);
    expect(
      passesKnownAnswer({
        ...good,
        sign: () => {
          throw new Error('no');
        },
      }),
    ).toBe(false);
    expect(passesKnownAnswer({ ...good, sign: (message, own) => good.sign(message, own, '') })).toBe(false);
    expect(passesKnownAnswer({ ...good, sign: (message, own) => sign('sm3', message, own.native) })).toBe(false);
  });
});

describe('keys', () => {
  it('that are no point, no scalar, or do not belong together are refused', () => {
    const off = Buffer.from(key.public.point);
    off[64] = (off[64] ?? 0) ^ 1;
    expect(() => sm2PublicKey(off)).toThrow(RangeError);
    expect(() => sm2PublicKey(key.public.point.subarray(1))).toThrow(RangeError);
    expect(() => sm2PrivateKey(Buffer.alloc(31, 1))).toThrow(RangeError);
    expect(() => sm2PrivateKey(scalar, sm2PrivateKey(createHash('sm3').update('x').digest()).public.point)).toThrow(RangeError);
  });
});
