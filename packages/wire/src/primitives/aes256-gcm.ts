import { concatBytes, equalBytes, uint32 } from '../bytes.ts';
import type { Aead } from '../suite.ts';
import { encryptTwoBlocks, expandAes256Key, type RoundKeys } from './aes256.ts';

const tagBytes = 16;

/** Counter mode from counter `first` on, over IV (12 bytes) and a counter of four. */
function counterMode(keys: RoundKeys, iv: Uint8Array, first: number, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length);
  const pair = new Uint8Array(32);
  for (let at = 0, counter = first; at < data.length; at += 32, counter += 2) {
    pair.set(iv, 0);
    pair.set(uint32(counter), 12);
    pair.set(iv, 16);
    pair.set(uint32(counter + 1), 28);
    encryptTwoBlocks(keys, pair);
    const end = Math.min(32, data.length - at);
    for (let byte = 0; byte < end; byte += 1) out[at + byte] = data[at + byte]! ^ pair[byte]!;
  }
  return out;
}

/** GHASH (NIST SP 800-38D §6.4), bit by bit with masks instead of branches or tables. The length of `data` is a multiple of 16. */
function ghash(subkey: Uint8Array, data: Uint8Array): Uint8Array {
  const key = new DataView(subkey.buffer, subkey.byteOffset, 16);
  let y0 = 0;
  let y1 = 0;
  let y2 = 0;
  let y3 = 0;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const x = new Int32Array(4);
  for (let at = 0; at < data.length; at += 16) {
    x[0] = y0 ^ view.getInt32(at);
    x[1] = y1 ^ view.getInt32(at + 4);
    x[2] = y2 ^ view.getInt32(at + 8);
    x[3] = y3 ^ view.getInt32(at + 12);
    y0 = y1 = y2 = y3 = 0;
    let v0 = key.getInt32(0);
    let v1 = key.getInt32(4);
    let v2 = key.getInt32(8);
    let v3 = key.getInt32(12);
    for (let word = 0; word < 4; word += 1) {
      const bits = x[word]!;
      for (let bit = 31; bit >= 0; bit -= 1) {
        const mask = -((bits >>> bit) & 1);
        y0 ^= v0 & mask;
        y1 ^= v1 & mask;
        y2 ^= v2 & mask;
        y3 ^= v3 & mask;
        const reduce = -(v3 & 1);
        v3 = (v3 >>> 1) | (v2 << 31);
        v2 = (v2 >>> 1) | (v1 << 31);
        v1 = (v1 >>> 1) | (v0 << 31);
        v0 = (v0 >>> 1) ^ (0xe1000000 & reduce);
      }
    }
  }
  return concatBytes(uint32(y0), uint32(y1), uint32(y2), uint32(y3));
}

function padded(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(data.length / 16) * 16);
  out.set(data);
  return out;
}

/** Length in bits, eight bytes. */
function bitLength(data: Uint8Array): Uint8Array {
  return concatBytes(uint32(Math.floor(data.length / 0x20000000)), uint32(data.length * 8));
}

function tagOf(keys: RoundKeys, iv: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const first = new Uint8Array(32);
  // The subkey is the encrypted zero block; beside it goes the first counter block, which covers the tag.
  first.set(iv, 16);
  first[31] = 1;
  encryptTwoBlocks(keys, first);
  const hash = ghash(first.subarray(0, 16), concatBytes(padded(aad), padded(ciphertext), bitLength(aad), bitLength(ciphertext)));
  for (let at = 0; at < tagBytes; at += 1) hash[at] = hash[at]! ^ first[16 + at]!;
  return hash;
}

function check(key: Uint8Array, iv: Uint8Array): RoundKeys {
  if (iv.length !== 12) throw new TypeError('wire: AES-256-GCM takes an IV of 12 bytes');
  return expandAes256Key(key);
}

/** AES-256-GCM (NIST SP 800-38D) with an IV of 12 bytes and a tag of 16. Constant time in key and data. */
export const aes256Gcm: Aead = {
  keyBytes: 32,
  ivBytes: 12,
  tagBytes,
  seal(key, iv, aad, plaintext) {
    const keys = check(key, iv);
    const ciphertext = counterMode(keys, iv, 2, plaintext);
    return concatBytes(ciphertext, tagOf(keys, iv, aad, ciphertext));
  },
  open(key, iv, aad, sealed) {
    const keys = check(key, iv);
    if (sealed.length < tagBytes) return null;
    const ciphertext = sealed.slice(0, sealed.length - tagBytes);
    const tag = sealed.slice(sealed.length - tagBytes);
    return equalBytes(tagOf(keys, iv, aad, ciphertext), tag) ? counterMode(keys, iv, 2, ciphertext) : null;
  },
};
