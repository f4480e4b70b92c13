import type { DatabaseSync } from 'node:sqlite';
import { SEGMENT_ROWS } from './schema.ts';

/*
 * Search for a part of a text. Each whole segment keeps its different texts one after the other, with the rows that have them, and a bitmap of the
 * sequences of three and of five bytes that occur: most segments are passed over by their bitmap, the others are looked through as bytes, which takes
 * a hundredth of the time of LIKE over the rows. What is found is a candidate: the row decides. It is written once for a whole segment, from its rows.
 */

const BITMAP_BITS = 18;
const BITMAP_BYTES = 2 ** BITMAP_BITS / 8;
const SHORT_GRAM = 3;
const LONG_GRAM = 5;

/** In the order of the table. All arrays are of little-endian numbers. */
interface SegmentTexts {
  /** Which sequences of bytes occur. */
  readonly grams: Uint8Array;
  /** All different texts, in small letters, with a line feed after each. */
  readonly texts: Uint8Array;
  /** Where each text begins, and where the last one ends. */
  readonly starts: Uint32Array;
  /** Where the rows of each text begin in `offsets`, and where those of the last one end. */
  readonly firsts: Uint32Array;
  /** Offsets of rows in the segment. */
  readonly offsets: Uint16Array;
}

/** As LIKE compares: letters of ASCII in either case are one. */
const folded = (text: string): string => text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());

const bitOf = (bytes: Uint8Array, at: number, length: number): number => {
  let hash = length;
  for (let index = at; index < at + length; index += 1) hash = Math.imul(hash ^ (bytes[index] as number), 0x9e3779b1);
  return (hash ^ (hash >>> 15)) >>> (32 - BITMAP_BITS);
};

/** The bits of all sequences of a length. */
function* bitsOf(bytes: Uint8Array, length: number): Generator<number> {
  for (let at = 0; at + length <= bytes.length; at += 1) yield bitOf(bytes, at, length);
}

/** Writes what is needed to search the texts of a segment whose rows are all there. Call it within their transaction. */
export function openTextWriter(database: DatabaseSync): (segment: number) => void {
  const read = database.prepare('SELECT log_index, path, action, message FROM events WHERE log_index >= ? AND log_index < ?');
  // A row as an object is a table of its own, of which nothing can be remembered from the last one.
  read.setReturnArrays(true);
  const insert = database.prepare(
    'INSERT OR REPLACE INTO segment_texts (segment, grams, texts, starts, firsts, offsets) VALUES (?, ?, ?, ?, ?, ?)',
  );
  return (segment) => {
    const rows = new Map<string, number[]>();
    const base = segment * SEGMENT_ROWS;
    for (const row of read.iterate(base, base + SEGMENT_ROWS) as Iterable<unknown>) {
      const [index, ...found] = row as readonly unknown[];
      const offset = Number(index) - base;
      for (const text of found) {
        if (typeof text !== 'string' || text === '') continue;
        const known = rows.get(text);
        if (known === undefined) rows.set(text, [offset]);
        else known.push(offset);
      }
    }
    const { grams, texts, starts, firsts, offsets } = laidOut(rows);
    const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array | Uint16Array) =>
      new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
    insert.run(segment, grams, texts, bytesOf(starts), bytesOf(firsts), bytesOf(offsets));
  };
}

function laidOut(rows: ReadonlyMap<string, readonly number[]>): SegmentTexts {
  const pieces = [...rows.keys()].map((text) => Buffer.from(`${folded(text)}\n`));
  const starts = new Uint32Array(pieces.length + 1);
  const firsts = new Uint32Array(pieces.length + 1);
  const offsets = Uint16Array.from([...rows.values()].flat());
  const grams = new Uint8Array(BITMAP_BYTES);
  const set = (bit: number): void => {
    grams[bit >> 3] = (grams[bit >> 3] as number) | (1 << (bit & 7));
  };
  let at = 0;
  for (const list of rows.values()) {
    const piece = pieces[at] as Buffer;
    for (const length of [SHORT_GRAM, LONG_GRAM]) {
      for (let index = 0; index + length <= piece.length; index += 1) set(bitOf(piece, index, length));
    }
    starts[at + 1] = (starts[at] as number) + piece.length;
    firsts[at + 1] = (firsts[at] as number) + list.length;
    at += 1;
  }
  return { grams, texts: Buffer.concat(pieces), starts, firsts, offsets };
}

/** Finds in a segment the sorted offsets of rows that may hold a part; null where nothing says so. */
export function textSource(database: DatabaseSync, part: string): (segment: number) => readonly number[] | null {
  const needle = Buffer.from(folded(part));
  if (needle.length === 0) return () => null;
  const gramsOf = database.prepare('SELECT grams FROM segment_texts WHERE segment = ?');
  const textsOf = database.prepare('SELECT texts FROM segment_texts WHERE segment = ?');
  const placesOf = database.prepare('SELECT starts, firsts, offsets FROM segment_texts WHERE segment = ?');
  const bits = [...bitsOf(needle, needle.length < LONG_GRAM ? SHORT_GRAM : LONG_GRAM)];
  return (segment) => {
    const grams = gramsOf.get(segment)?.grams;
    if (!(grams instanceof Uint8Array)) return null;
    if (!bits.every((bit) => ((grams[bit >> 3] as number) & (1 << (bit & 7))) !== 0)) return [];
    const texts = textsOf.get(segment)?.texts;
    if (!(texts instanceof Uint8Array)) return null;
    const bytes = Buffer.from(texts.buffer, texts.byteOffset, texts.length);
    // In most segments that the bitmap lets through there is nothing: where texts begin is asked for when it counts.
    const first = bytes.indexOf(needle);
    if (first < 0) return [];
    const { starts, firsts, offsets } = placesOf.get(segment) as Record<string, Uint8Array>;
    if (starts === undefined || firsts === undefined || offsets === undefined) return null;
    return found(bytes, needle, first, {
      starts: new Uint32Array(starts.slice().buffer),
      firsts: new Uint32Array(firsts.slice().buffer),
      offsets: new Uint16Array(offsets.slice().buffer),
    });
  };
}

function found(
  texts: Buffer,
  needle: Buffer,
  first: number,
  { starts, firsts, offsets }: Pick<SegmentTexts, 'starts' | 'firsts' | 'offsets'>,
): readonly number[] {
  const rows = new Set<number>();
  for (let at = first; at >= 0; ) {
    let low = 0;
    let high = starts.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= at) low = middle;
      else high = middle;
    }
    for (let index = firsts[low] as number; index < (firsts[low + 1] as number); index += 1) rows.add(offsets[index] as number);
    at = texts.indexOf(needle, starts[low + 1]);
  }
  return [...rows].sort((a, b) => a - b);
}
