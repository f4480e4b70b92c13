import { createCipheriv, createDecipheriv } from 'node:crypto';

const version = 1;
const aes256Gcm = 1;
const ivBytes = 12;
const tagBytes = 16;
const headerBytes = 6;

/** Where a sealed value stands. It is authenticated, so that a ciphertext moved to another row, column or table does not open. */
export interface Place {
  readonly tenant: string;
  readonly table: string;
  readonly column: string;
  readonly key: string;
}

/** A data key by its globally unique 32-bit id. */
export interface DataKey {
  readonly kid: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

export interface KeyRing {
  /** The key that seals from now on. */
  readonly current: DataKey;
  /** The key of an older record; undefined when the ring does not hold it. */
  find(kid: number): DataKey | undefined;
}

export type SealErrorCode = 'seal_format' | 'seal_key_unknown' | 'seal_broken';

/** A record that does not open. The message holds nothing of the record. */
export class SealError extends Error {
  readonly code: SealErrorCode;
  constructor(code: SealErrorCode) {
    super(
      {
        seal_format: 'not a sealed record',
        seal_key_unknown: 'sealed with a key that is not in the ring',
        seal_broken: 'the record does not open at this place',
      }[code],
    );
    this.name = 'SealError';
    this.code = code;
  }
}

/**
 * Seals a value: `01 | 01 | kid(4, BE) | iv(12) | ciphertext | tag(16)`, AES-256-GCM (NIST SP 800-38D) with a random IV. A key may seal
 * far fewer than 2^32 values before it must be rotated.
 */
export function seal(plain: Uint8Array, place: Place, ring: KeyRing, random: (size: number) => Uint8Array): Uint8Array {
  const { kid, key } = ring.current;
  const header = Buffer.alloc(headerBytes);
  header[0] = version;
  header[1] = aes256Gcm;
  header.writeUInt32BE(kid, 2);
  const iv = random(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(associatedData(header, place));
  return Buffer.concat([header, iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Opens a sealed value at its place. Throws {@link SealError}. */
export function open(record: Uint8Array, place: Place, ring: KeyRing): Uint8Array {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  if (bytes.length < headerBytes + ivBytes + tagBytes || bytes[0] !== version || bytes[1] !== aes256Gcm)
    throw new SealError('seal_format');
  const found = ring.find(bytes.readUInt32BE(2));
  if (found === undefined) throw new SealError('seal_key_unknown');
  const decipher = createDecipheriv('aes-256-gcm', found.key, bytes.subarray(headerBytes, headerBytes + ivBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(associatedData(bytes.subarray(0, headerBytes), place));
  decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(headerBytes + ivBytes, bytes.length - tagBytes)), decipher.final()]);
  } catch {
    throw new SealError('seal_broken');
  }
}

/** Header and the four parts of the place, each with its length before it, so that no two places give the same bytes. */
function associatedData(header: Uint8Array, place: Place): Buffer {
  const parts: Uint8Array[] = [header];
  for (const part of [place.tenant, place.table, place.column, place.key]) {
    const bytes = Buffer.from(part, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}
