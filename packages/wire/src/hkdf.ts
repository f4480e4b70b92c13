import { concatBytes, noBytes } from './bytes.ts';
import type { SuiteBase } from './suite.ts';

type Hmac = SuiteBase['hmac'];

/** RFC 5869 §2.2, over any HMAC of 32 bytes. */
export function hkdfExtract(hmac: Hmac, salt: Uint8Array, input: Uint8Array): Uint8Array {
  return hmac(salt.length === 0 ? new Uint8Array(32) : salt, input);
}

/** RFC 5869 §2.3. `length` is at most 8,160 bytes. */
export function hkdfExpand(hmac: Hmac, key: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  if (!(length >= 0 && length <= 255 * 32)) throw new RangeError('wire: HKDF gives at most 8,160 bytes');
  const out = new Uint8Array(length);
  let block = noBytes;
  for (let at = 0, counter = 1; at < length; at += 32, counter += 1) {
    block = new Uint8Array(hmac(key, concatBytes(block, info, new Uint8Array([counter]))));
    out.set(block.subarray(0, Math.min(32, length - at)), at);
  }
  return out;
}
