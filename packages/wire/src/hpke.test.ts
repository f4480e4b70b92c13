import { createCipheriv, createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeHex, encodeHex } from './hex.ts';
import { createHpke, type HpkeAead, hpkeOpen, hpkeSeal } from './hpke.ts';
import { nodeSuiteAPrimitives } from './node/index.ts';
import { suiteAPrimitives } from './primitives/suite-a-primitives.ts';
import { vectorFolder } from './testing/make-vectors.ts';
import { encodeUtf8 } from './utf8.ts';

const hex = (text: string): Uint8Array => decodeHex(text) ?? new Uint8Array(0);

const aes128Gcm: HpkeAead = {
  number: 1,
  keyBytes: 16,
  aead: {
    seal(key, iv, aad, plaintext) {
      const cipher = createCipheriv('aes-128-gcm', key, iv).setAAD(aad);
      return new Uint8Array(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]));
    },
    open(key, iv, aad, sealed) {
      const decipher = createDecipheriv('aes-128-gcm', key, iv).setAAD(aad).setAuthTag(sealed.subarray(-16));
      return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]));
    },
  },
};

describe.each([
  ['own primitives', suiteAPrimitives],
  ['node:crypto', nodeSuiteAPrimitives],
])('HPKE with %s', (_name, primitives) => {
  it('gives the ciphertext and the exported secret of RFC 9180 A.1.1', () => {
    // The RFC prints AES-128-GCM for X25519 only: key schedule and KEM are those of suite A, up to the AEAD's number.
    const hpke = createHpke(primitives, aes128Gcm, encodeUtf8('TestContext'));
    const context = { info: hex('4f6465206f6e2061204772656369616e2055726e'), aad: hex('436f756e742d30') };
    const recipient = {
      privateKey: hex('4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8'),
      publicKey: hex('3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d'),
    };
    const text = hex('4265617574792069732074727574682c20747275746820626561757479');
    const ephemeral = hex('52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736');
    const { enc, sealed, exported } = hpkeSeal(hpke, recipient.publicKey, context, text, () => ephemeral);
    expect(encodeHex(enc)).toBe('37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431');
    expect(encodeHex(sealed)).toBe('f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a');
    expect(encodeHex(exported)).toBe('e9e43065102c3836401bed8c3c3c75ae46be1639869391d62c61f1ec7af54931');
    expect(hpkeOpen(hpke, recipient, enc, context, sealed)?.plaintext).toEqual(text);
  });

  it('opens what another library sealed with AES-256-GCM', () => {
    const { cases } = JSON.parse(readFileSync(join(vectorFolder, 'hpke-interop.json'), 'utf8'));
    const hpke = createHpke(primitives, { number: 2, keyBytes: 32, aead: primitives.aes256Gcm }, encodeUtf8(''));
    expect(cases.length).toBe(3);
    for (const item of cases) {
      const recipient = { privateKey: hex(item.privateKey), publicKey: hex(item.publicKey) };
      const context = { info: hex(item.info), aad: hex(item.aad) };
      expect(encodeHex(hpkeOpen(hpke, recipient, hex(item.enc), context, hex(item.ciphertext))?.plaintext ?? hex('ff'))).toBe(
        item.plaintext,
      );
      expect(hpkeOpen(hpke, recipient, hex(item.enc), { ...context, info: hex('00') }, hex(item.ciphertext))).toBeNull();
    }
  });

  it('neither seals to nor opens from a point of low order', () => {
    const hpke = createHpke(primitives, { number: 2, keyBytes: 32, aead: primitives.aes256Gcm }, encodeUtf8(''));
    const context = { info: hex(''), aad: hex('') };
    const low = hex('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800');
    expect(() => hpkeSeal(hpke, low, context, hex('00'), (length) => new Uint8Array(length).fill(7))).toThrow(TypeError);
    const pair = { privateKey: hex('07'.repeat(32)), publicKey: hex('09'.repeat(32)) };
    expect(hpkeOpen(hpke, pair, low, context, new Uint8Array(40))).toBeNull();
    expect(hpkeOpen(hpke, pair, hex('09'), context, new Uint8Array(40))).toBeNull();
  });
});
