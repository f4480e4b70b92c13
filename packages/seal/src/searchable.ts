import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto';
import { SealError } from './error.ts';
import { lengthPrefixed } from './place.ts';

const ivBytes = 16;

/** Seals the values of one domain so that equal values stay equal, and opens them again. */
export interface SearchableField {
  /** The same bytes for the same value: `iv(16) | ciphertext`. */
  seal(plain: Uint8Array): Uint8Array;
  /** Throws {@link SealError} on what this domain's key did not seal. */
  open(record: Uint8Array): Uint8Array;
}

export interface SearchableFieldOptions {
  /** Root of all keys for searching, 32 bytes; no data key. */
  readonly root: Uint8Array;
  readonly tenant: string;
  /** What values may be compared with each other: one column, or several that are joined. */
  readonly domain: string;
}

/**
 * Deterministic authenticated encryption: the synthetic IV of Rogaway and Shrimpton (2006, "SIV", the construction of RFC 5297) with HMAC-SHA-256
 * as the PRF and AES-256-CTR, under two keys of the domain's own. For columns that are searched, joined or unique and must be read back.
 *
 * What it gives away to who holds the rows but no key: which rows hold equal values, how often, and how long they are. Order, prefixes and the
 * values themselves it does not. Use {@link sealField} where nobody searches.
 */
export function createSearchableField({ root, tenant, domain }: SearchableFieldOptions): SearchableField {
  if (root.length !== 32) throw new RangeError('the root of search keys has 32 bytes');
  const info = Buffer.concat([Buffer.from('menshen searchable field'), lengthPrefixed(tenant, domain)]);
  const both = new Uint8Array(hkdfSync('sha256', root, new Uint8Array(0), info, 64));
  const [ivKey, key] = [createSecretKey(both.subarray(0, 32)), createSecretKey(both.subarray(32))];
  const ivOf = (plain: Uint8Array): Uint8Array => createHmac('sha256', ivKey).update(plain).digest().subarray(0, ivBytes);
  return Object.freeze({
    seal(plain: Uint8Array): Uint8Array {
      const iv = ivOf(plain);
      return Buffer.concat([iv, createCipheriv('aes-256-ctr', key, iv).update(plain)]);
    },
    open(record: Uint8Array): Uint8Array {
      if (record.length < ivBytes) throw new SealError('seal_format');
      const iv = record.subarray(0, ivBytes);
      const plain = createDecipheriv('aes-256-ctr', key, iv).update(record.subarray(ivBytes));
      if (!timingSafeEqual(ivOf(plain), iv)) throw new SealError('seal_broken');
      return plain;
    },
  });
}
