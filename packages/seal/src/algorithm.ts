import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';

/** How values are sealed. Both take a 32-byte key. */
export type AlgorithmName = 'aes-256-gcm' | 'sm4-ctr-hmac-sm3';

/** Authenticated encryption with associated data. */
export interface Algorithm {
  readonly name: AlgorithmName;
  /** Second byte of a record. */
  readonly id: number;
  readonly ivBytes: number;
  readonly tagBytes: number;
  /** Writes ciphertext and tag into `out` from `at` on: plain.length + tagBytes bytes. */
  seal(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, plain: Uint8Array, out: Uint8Array, at: number): void;
  /** The value; null when key, IV, associated data, ciphertext and tag do not belong together. */
  open(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array): Uint8Array | null;
}

const prepared = new WeakMap<Uint8Array, KeyObject>();

/** The key as OpenSSL takes it, made once for the bytes: from bytes Node makes it anew for every value, which costs more than the sealing. */
function keyObject(key: Uint8Array): KeyObject {
  const known = prepared.get(key);
  if (known !== undefined) return known;
  const made = createSecretKey(key);
  prepared.set(key, made);
  return made;
}

/** NIST SP 800-38D with a 96-bit IV. A key may seal far fewer than 2^32 values before it must be rotated. */
const aes256Gcm: Algorithm = {
  name: 'aes-256-gcm',
  id: 1,
  ivBytes: 12,
  tagBytes: 16,
  seal(key, iv, aad, plain, out, at) {
    const cipher = createCipheriv('aes-256-gcm', keyObject(key), iv);
    cipher.setAAD(aad);
    out.set(cipher.update(plain), at);
    cipher.final();
    out.set(cipher.getAuthTag(), at + plain.length);
  },
  open(key, iv, aad, ciphertext, tag) {
    const decipher = createDecipheriv('aes-256-gcm', keyObject(key), iv, { authTagLength: 16 });
    decipher.setAAD(aad);
    decipher.setAuthTag(tag);
    const plain = decipher.update(ciphertext);
    try {
      decipher.final();
    } catch {
      return null;
    }
    return plain;
  },
};

interface Sm4Keys {
  readonly enc: KeyObject;
  readonly mac: KeyObject;
}

const derived = new WeakMap<Uint8Array, Sm4Keys>();

/** Never one key for both: 16 bytes for SM4 and 32 for the MAC, by HKDF (RFC 5869) over HMAC-SM3. Kept as long as the key itself is. */
function sm4Keys(key: Uint8Array): Sm4Keys {
  const known = derived.get(key);
  if (known !== undefined) return known;
  const both = new Uint8Array(hkdfSync('sm3', key, new Uint8Array(0), 'menshen seal sm4-ctr-hmac-sm3', 48));
  const keys = { enc: createSecretKey(both.subarray(0, 16)), mac: createSecretKey(both.subarray(16)) };
  derived.set(key, keys);
  return keys;
}

/** GB/T 32907 SM4 in counter mode, then GB/T 32905 HMAC-SM3 over associated data (after its length), IV and ciphertext. */
const sm4CtrHmacSm3: Algorithm = {
  name: 'sm4-ctr-hmac-sm3',
  id: 2,
  ivBytes: 16,
  tagBytes: 32,
  seal(key, iv, aad, plain, out, at) {
    const { enc, mac } = sm4Keys(key);
    const ciphertext = createCipheriv('sm4-ctr', enc, iv).update(plain);
    out.set(ciphertext, at);
    out.set(macOf(mac, aad, iv, ciphertext), at + plain.length);
  },
  open(key, iv, aad, ciphertext, tag) {
    const { enc, mac } = sm4Keys(key);
    if (!timingSafeEqual(macOf(mac, aad, iv, ciphertext), tag)) return null;
    return createDecipheriv('sm4-ctr', enc, iv).update(ciphertext);
  },
};

function macOf(key: KeyObject, aad: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(aad.length);
  return createHmac('sm3', key).update(length).update(aad).update(iv).update(ciphertext).digest();
}

const byId: readonly (Algorithm | undefined)[] = [undefined, aes256Gcm, sm4CtrHmacSm3];
const byName: Readonly<Record<AlgorithmName, Algorithm>> = { 'aes-256-gcm': aes256Gcm, 'sm4-ctr-hmac-sm3': sm4CtrHmacSm3 };

export const algorithmNames: readonly AlgorithmName[] = ['aes-256-gcm', 'sm4-ctr-hmac-sm3'];
export const algorithmById = (id: number): Algorithm | undefined => byId[id];
export const algorithmByName = (name: AlgorithmName): Algorithm => byName[name];
