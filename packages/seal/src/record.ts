import { type AlgorithmName, algorithmById, algorithmByName } from './algorithm.ts';
import { SealError } from './error.ts';
import { associatedData, type Field, fieldOf, type Place } from './place.ts';

const version = 1;
const headerBytes = 6;

/** A data key by its globally unique 32-bit id. */
export interface DataKey {
  readonly kid: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** What it seals with; `aes-256-gcm` when absent. A key is for one algorithm only. */
  readonly algorithm?: AlgorithmName;
}

export interface KeyRing {
  /** The key that seals from now on. */
  readonly current: DataKey;
  /** The key of an older record; undefined when the ring does not hold it. */
  find(kid: number): DataKey | undefined;
}

/** Fresh random bytes, unpredictable. */
export type RandomBytes = (size: number) => Uint8Array;

/** What a record says of itself, without a key. */
export interface RecordFacts {
  readonly algorithm: AlgorithmName;
  readonly kid: number;
  /** Bytes of the value. */
  readonly length: number;
}

/**
 * Seals a value for a row of a column: `01 | algorithm(1) | kid(4, BE) | iv | ciphertext | tag`, with the place as associated data.
 * The IV is random: the same value never looks the same twice.
 */
export function sealField(plain: Uint8Array, field: Field, rowKey: string, key: DataKey, random: RandomBytes): Uint8Array {
  const algorithm = algorithmByName(key.algorithm ?? 'aes-256-gcm');
  const { ivBytes, tagBytes } = algorithm;
  const record = Buffer.allocUnsafeSlow(headerBytes + ivBytes + plain.length + tagBytes);
  record[0] = version;
  record[1] = algorithm.id;
  record.writeUInt32BE(key.kid, 2);
  const iv = random(ivBytes);
  record.set(iv, headerBytes);
  const aad = associatedData(record.subarray(0, headerBytes), field, rowKey);
  algorithm.seal(key.key, iv, aad, plain, record, headerBytes + ivBytes);
  return record;
}

/** Opens what {@link sealField} made for the same row. Throws {@link SealError}. */
export function openField(record: Uint8Array, field: Field, rowKey: string, find: KeyRing['find']): Uint8Array {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  const algorithm = algorithmOf(bytes);
  const { ivBytes, tagBytes } = algorithm;
  const found = find(bytes.readUInt32BE(2));
  if (found === undefined) throw new SealError('seal_key_unknown');
  // The record's own word must not choose how a key is used.
  if ((found.algorithm ?? 'aes-256-gcm') !== algorithm.name) throw new SealError('seal_broken');
  const start = headerBytes + ivBytes;
  const end = bytes.length - tagBytes;
  const aad = associatedData(bytes.subarray(0, headerBytes), field, rowKey);
  const plain = algorithm.open(
    found.key,
    bytes.subarray(headerBytes, start),
    aad,
    bytes.subarray(start, end),
    bytes.subarray(end),
  );
  if (plain === null) throw new SealError('seal_broken');
  return plain;
}

/** {@link sealField} with the ring's current key. */
export function seal(plain: Uint8Array, place: Place, ring: KeyRing, random: RandomBytes): Uint8Array {
  return sealField(plain, fieldOf(place), place.key, ring.current, random);
}

/** {@link openField} with the ring's keys. Throws {@link SealError}. */
export function open(record: Uint8Array, place: Place, ring: KeyRing): Uint8Array {
  return openField(record, fieldOf(place), place.key, (kid) => ring.find(kid));
}

/** Reads a record's header. Throws {@link SealError} on what is no record. */
export function recordFacts(record: Uint8Array): RecordFacts {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  const { name, ivBytes, tagBytes } = algorithmOf(bytes);
  return { algorithm: name, kid: bytes.readUInt32BE(2), length: bytes.length - headerBytes - ivBytes - tagBytes };
}

function algorithmOf(record: Uint8Array): ReturnType<typeof algorithmByName> {
  const algorithm = record[0] === version ? algorithmById(record[1] ?? 0) : undefined;
  if (algorithm === undefined || record.length < headerBytes + algorithm.ivBytes + algorithm.tagBytes)
    throw new SealError('seal_format');
  return algorithm;
}
