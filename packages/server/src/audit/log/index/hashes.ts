import type { DatabaseSync } from 'node:sqlite';
import { SEGMENT_ROWS } from './schema.ts';

/*
 * Posting lists of fields that have nearly as many values as there are rows, such as sessions and ids of objects: a row of the database for each
 * value would cost more than all else of an event. Each whole segment keeps the 32-bit hashes of its values with the rows that have them, sorted, cut
 * into buckets by their highest bits, so that a search reads one small blob a segment. Two values may share a hash, and somebody may see to it that
 * they do: what is found is a candidate, the row decides.
 */

/** Fields whose lists are kept by hash. The number of each is its place here. */
export const HASHED_FIELDS = ['user', 'address', 'session', 'object'] as const;
export type HashedField = (typeof HASHED_FIELDS)[number];

const BUCKET_BITS = 6;
const BUCKETS = 2 ** BUCKET_BITS;
const BUCKET_SHIFT = 32 - BUCKET_BITS;
/** Room for fields: more may be added without renumbering. */
const KEYS_OF_SEGMENT = 16 * BUCKETS;
const PAIR_BYTES = 6;

/** Orders buckets by segment, so that writing one appends and forgetting one is a range. */
const keyOf = (segment: number, field: number, bucket: number): number => segment * KEYS_OF_SEGMENT + field * BUCKETS + bucket;

/** First key after those of a segment. */
export const endOfSegment = (segment: number): number => keyOf(segment + 1, 0, 0);

/** FNV-1a over UTF-16 units, mixed at the end: the highest bits choose the bucket. */
export function hashOf(value: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < value.length; at += 1) hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Gathers the hashes of the segment that is being filled. */
export interface HashWriter {
  add(offset: number, event: Readonly<Record<HashedField, string | null>>): void;
  /** Writes the buckets of a segment and begins the next. Call it within the transaction of its last row. */
  write(segment: number): void;
}

export function openHashWriter(database: DatabaseSync): HashWriter {
  const insert = database.prepare('INSERT OR REPLACE INTO hashed_postings (bucket, pairs) VALUES (?, ?)');
  // Hash and offset as one number, exact in a double, so that one sort orders both.
  const lists = HASHED_FIELDS.map(() => ({ pairs: new Float64Array(SEGMENT_ROWS), count: 0, value: '', hash: hashOf('') }));
  return {
    add(offset, event) {
      for (let field = 0; field < HASHED_FIELDS.length; field += 1) {
        const value = event[HASHED_FIELDS[field] as HashedField];
        const list = lists[field];
        if (value === null || list === undefined) continue;
        if (value !== list.value) {
          list.value = value;
          list.hash = hashOf(value);
        }
        list.pairs[list.count] = list.hash * SEGMENT_ROWS + offset;
        list.count += 1;
      }
    },
    write(segment) {
      lists.forEach((list, field) => {
        const sorted = list.pairs.subarray(0, list.count).sort();
        for (let from = 0; from < sorted.length; ) {
          const bucket = bucketOf(sorted[from] as number);
          let end = from + 1;
          while (end < sorted.length && bucketOf(sorted[end] as number) === bucket) end += 1;
          insert.run(keyOf(segment, field, bucket), packed(sorted.subarray(from, end)));
          from = end;
        }
        list.count = 0;
      });
    },
  };
}

const bucketOf = (pair: number): number => Math.floor(pair / SEGMENT_ROWS) >>> BUCKET_SHIFT;

/** All hashes, then all offsets; little-endian. */
function packed(pairs: Float64Array): Uint8Array {
  const bytes = new Uint8Array(pairs.length * PAIR_BYTES);
  const hashes = new Uint32Array(bytes.buffer, 0, pairs.length);
  const offsets = new Uint16Array(bytes.buffer, pairs.length * 4, pairs.length);
  pairs.forEach((pair, at) => {
    hashes[at] = Math.floor(pair / SEGMENT_ROWS);
    offsets[at] = pair % SEGMENT_ROWS;
  });
  return bytes;
}

/** Finds in a segment the sorted offsets of rows that may have a value. */
export function openHashReader(database: DatabaseSync): (field: number, value: string, segment: number) => readonly number[] {
  const find = database.prepare('SELECT pairs FROM hashed_postings WHERE bucket = ?');
  return (field, value, segment) => {
    const hash = hashOf(value);
    const pairs = find.get(keyOf(segment, field, hash >>> BUCKET_SHIFT))?.pairs;
    if (!(pairs instanceof Uint8Array)) return [];
    const bytes = pairs.slice().buffer;
    const count = pairs.length / PAIR_BYTES;
    const hashes = new Uint32Array(bytes, 0, count);
    const from = lowest(hashes, hash);
    let end = from;
    while (end < count && hashes[end] === hash) end += 1;
    return [...new Uint16Array(bytes, count * 4 + from * 2, end - from)];
  };
}

/** Place of the first hash that is not below this one. */
function lowest(hashes: Uint32Array, hash: number): number {
  let low = 0;
  let high = hashes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((hashes[middle] as number) < hash) low = middle + 1;
    else high = middle;
  }
  return low;
}
