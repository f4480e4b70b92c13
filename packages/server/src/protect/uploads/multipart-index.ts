import { isUtf8 } from 'node:buffer';
import { readPartHead } from '@menshen/inspect';
import { type Refusal, refuse } from '../../gateway/refusal.ts';
import type { ByteSource } from './byte-source.ts';

/** A part of a multipart body on disk or in memory: where its head and its content stand. */
export interface IndexedPart {
  readonly name: string;
  readonly filename: string | null;
  readonly mediaType: string;
  readonly headStart: number;
  readonly start: number;
  readonly end: number;
}

export interface IndexLimits {
  readonly maxParts: number;
  readonly maxPartHeaderBytes: number;
}

const windowBytes = 262_144;

/**
 * Finds the parts of a `multipart/form-data` body without holding it, by the same rules as the strict reader of `@menshen/inspect`: a boundary stands
 * only in whole delimiter lines, nothing before the first or after the last.
 */
export async function indexMultipart(
  source: ByteSource,
  boundary: string,
  { maxParts, maxPartHeaderBytes }: IndexLimits,
): Promise<Refusal | readonly IndexedPart[]> {
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  if (!(await source.read(0, delimiter.length)).equals(delimiter)) return refuse('body_malformed', 'body byte 0');
  const parts: IndexedPart[] = [];
  let after = delimiter.length;
  for (let part = 0; ; part += 1) {
    const where = `body part ${part}`;
    const line = (await source.read(after, 4)).toString('latin1');
    if (line.startsWith('--') && (line === '--' || (line === '--\r\n' && after + 4 === source.size)))
      return part === 0 ? refuse('body_malformed', 'body') : parts;
    if (part >= maxParts) return refuse('too_many_fields', where);
    if (!line.startsWith('\r\n')) return refuse('body_ambiguous', where);
    const headStart = after + 2;
    const block = await source.read(headStart, maxPartHeaderBytes + 4);
    const headLength = block.indexOf('\r\n\r\n');
    if (headLength < 0) return refuse('body_malformed', where);
    if (!isUtf8(block.subarray(0, headLength))) return refuse('body_not_utf8', where);
    const head = readPartHead(block.toString('utf8', 0, headLength));
    if (typeof head === 'string') return refuse(head === 'ambiguous' ? 'body_ambiguous' : 'body_malformed', where);
    const start = headStart + headLength + 4;
    const next = await find(source, delimiter, start);
    if (next < 0) return refuse('body_malformed', where);
    const end = next - 2;
    if (end < start || (await source.read(end, 2)).toString('latin1') !== '\r\n') return refuse('body_ambiguous', where);
    if (head.length !== null && head.length !== end - start) return refuse('body_ambiguous', where);
    parts.push({ name: head.name, filename: head.filename, mediaType: head.mediaType, headStart, start, end });
    after = next + delimiter.length;
  }
}

async function find(source: ByteSource, wanted: Buffer, from: number): Promise<number> {
  for (let at = from; at < source.size; ) {
    const window = await source.read(at, windowBytes + wanted.length - 1);
    const found = window.indexOf(wanted);
    if (found >= 0) return at + found;
    if (window.length <= wanted.length) return -1;
    at += window.length - wanted.length + 1;
  }
  return -1;
}
