import { lengthPrefixed, type RandomBytes } from './bytes.ts';
import { hkdfExpand, hkdfExtract } from './hkdf.ts';
import { createSm4HmacAead } from './sm4-hmac-aead.ts';
import type { KeyPair, SealContext, Suite } from './suite.ts';
import { encodeUtf8 } from './utf8.ts';

/** The national algorithms that suite S is made of. */
export interface SuiteSPrimitives {
  /** GB/T 32905. */
  sm3(data: Uint8Array): Uint8Array;
  hmacSm3(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** GB/T 32907 in counter mode over the whole 128-bit block: encrypts and decrypts. */
  sm4Ctr(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array;
  readonly sm2: Sm2Encryption;
}

/** Public-key encryption of GB/T 32918.4 on the curve of GB/T 32918.5. A public key is `04`, x and y: 65 bytes. */
export interface Sm2Encryption {
  keyPair(random: RandomBytes): KeyPair;
  /** C1 (65 bytes), C3 (32), C2 (as long as the message); `null` when the public key is no point of the curve. */
  encrypt(publicKey: Uint8Array, message: Uint8Array, random: RandomBytes): Uint8Array | null;
  /** The message, or `null`. */
  decrypt(privateKey: Uint8Array, ciphertext: Uint8Array): Uint8Array | null;
}

const secretBytes = 32;
const cipherBytes = 65 + 32 + secretBytes;

/**
 * Suite S. A sealed request carries a fresh secret under SM2 and its text under SM4-CTR with HMAC-SM3. The ephemeral agreement is a second secret that the
 * server encrypts to the client's ephemeral SM2 key: forward secrecy without GB/T 32918.3, whose exchange needs identities that a login does not have.
 */
export function createSuiteS(primitives: SuiteSPrimitives): Suite {
  const { sm2 } = primitives;
  const hmac: Suite['hmac'] = (key, data) => primitives.hmacSm3(key, data);
  const aead = createSm4HmacAead(primitives);

  const schedule = (secret: Uint8Array, enc: Uint8Array, publicKey: Uint8Array, info: Uint8Array) => {
    const prk = hkdfExtract(hmac, primitives.sm3(lengthPrefixed(info, enc, publicKey)), secret);
    return {
      key: hkdfExpand(hmac, prk, encodeUtf8('menshen1 seal key'), 32),
      iv: hkdfExpand(hmac, prk, encodeUtf8('menshen1 seal iv'), 16),
      exported: hkdfExpand(hmac, prk, encodeUtf8('menshen1 export'), 32),
    };
  };

  return {
    name: 'S',
    id: 2,
    macName: 'MENSHEN1-HMAC-SM3',
    publicKeyBytes: 65,
    encBytes: cipherBytes,
    shareBytes: cipherBytes,
    aead,
    hash: (data) => primitives.sm3(data),
    hmac,
    keyPair: (random) => sm2.keyPair(random),
    sealTo(publicKey: Uint8Array, context: SealContext, plaintext: Uint8Array, random: RandomBytes) {
      const secret = random(secretBytes);
      const enc = sm2.encrypt(publicKey, secret, random);
      if (enc === null) throw new TypeError('wire: this is no SM2 public key');
      const { key, iv, exported } = schedule(secret, enc, publicKey, context.info);
      return { enc, sealed: aead.seal(key, iv, context.aad, plaintext), exported };
    },
    openFrom(recipient, enc, context, sealed) {
      const secret = enc.length === cipherBytes ? sm2.decrypt(recipient.privateKey, enc) : null;
      if (secret === null) return null;
      const { key, iv, exported } = schedule(secret, enc, recipient.publicKey, context.info);
      const plaintext = aead.open(key, iv, context.aad, sealed);
      return plaintext === null ? null : { plaintext, exported };
    },
    makeShare(publicKey, random) {
      const secret = random(secretBytes);
      const share = sm2.encrypt(publicKey, secret, random);
      return share === null ? null : { share, secret };
    },
    readShare: (ephemeral, share) => (share.length === cipherBytes ? sm2.decrypt(ephemeral.privateKey, share) : null),
  };
}
