import { concatBytes, equalBytes, lengthPrefixed } from './bytes.ts';
import { hkdfExpand } from './hkdf.ts';
import type { Aead } from './suite.ts';
import { encodeUtf8 } from './utf8.ts';

/** What {@link createSm4HmacAead} is made of. */
export interface Sm4HmacPrimitives {
  hmacSm3(key: Uint8Array, data: Uint8Array): Uint8Array;
  sm4Ctr(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array;
}

const tagBytes = 32;

/**
 * SM4-CTR, then HMAC-SM3 (encrypt-then-MAC). The 32-byte key gives both keys by HKDF-Expand with the info `menshen1 sm4`: 16 bytes for SM4, 32 for the MAC.
 * The MAC goes over the additional data after its length, the IV and the ciphertext.
 */
export function createSm4HmacAead(primitives: Sm4HmacPrimitives): Aead {
  const keysOf = (key: Uint8Array): { readonly enc: Uint8Array; readonly mac: Uint8Array } => {
    const both = hkdfExpand(primitives.hmacSm3, key, encodeUtf8('menshen1 sm4'), 48);
    return { enc: both.slice(0, 16), mac: both.slice(16) };
  };
  return {
    keyBytes: 32,
    ivBytes: 16,
    tagBytes,
    seal(key, iv, aad, plaintext) {
      const { enc, mac } = keysOf(key);
      const ciphertext = primitives.sm4Ctr(enc, iv, plaintext);
      return concatBytes(ciphertext, primitives.hmacSm3(mac, concatBytes(lengthPrefixed(aad), iv, ciphertext)));
    },
    open(key, iv, aad, sealed) {
      if (sealed.length < tagBytes) return null;
      const { enc, mac } = keysOf(key);
      const ciphertext = sealed.slice(0, sealed.length - tagBytes);
      const tag = primitives.hmacSm3(mac, concatBytes(lengthPrefixed(aad), iv, ciphertext));
      return equalBytes(tag, sealed.slice(sealed.length - tagBytes)) ? primitives.sm4Ctr(enc, iv, ciphertext) : null;
    },
  };
}
