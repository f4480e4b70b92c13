import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hash,
} from 'node:crypto';
import type { Aead } from '../suite.ts';
import type { SuiteAPrimitives } from '../suite-a.ts';
import { keyObject } from './key-object.ts';

// RFC 8410 §7 and §4: what stands before the 32 bytes of a private and of a public X25519 key in DER.
const pkcs8 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const spki = Buffer.from('302a300506032b656e032100', 'hex');

function x25519(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  if (privateKey.length !== 32 || publicKey.length !== 32) throw new TypeError('wire: X25519 takes 32 bytes and 32 bytes');
  const own = createPrivateKey({ key: Buffer.concat([pkcs8, privateKey]), format: 'der', type: 'pkcs8' });
  const other = createPublicKey({ key: Buffer.concat([spki, publicKey]), format: 'der', type: 'spki' });
  try {
    return new Uint8Array(diffieHellman({ privateKey: own, publicKey: other }));
  } catch {
    // OpenSSL refuses a key of low order itself; the caller refuses zero.
    return new Uint8Array(32);
  }
}

const tagBytes = 16;

const aes256Gcm: Aead = {
  keyBytes: 32,
  ivBytes: 12,
  tagBytes,
  seal(key, iv, aad, plaintext) {
    const cipher = createCipheriv('aes-256-gcm', keyObject(key), iv, { authTagLength: tagBytes }).setAAD(aad);
    return new Uint8Array(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]));
  },
  open(key, iv, aad, sealed) {
    if (sealed.length < tagBytes) return null;
    const decipher = createDecipheriv('aes-256-gcm', keyObject(key), iv, { authTagLength: tagBytes })
      .setAAD(aad)
      .setAuthTag(sealed.subarray(sealed.length - tagBytes));
    const text = decipher.update(sealed.subarray(0, sealed.length - tagBytes));
    try {
      return new Uint8Array(Buffer.concat([text, decipher.final()]));
    } catch {
      return null;
    }
  },
};

/** Suite A from `node:crypto`: for the gateway. */
export const nodeSuiteAPrimitives: SuiteAPrimitives = {
  sha256: (data) => new Uint8Array(hash('sha256', data, 'buffer')),
  hmacSha256: (key, data) => new Uint8Array(createHmac('sha256', keyObject(key)).update(data).digest()),
  x25519,
  aes256Gcm,
};
