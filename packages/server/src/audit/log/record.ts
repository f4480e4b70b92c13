import { MAX_ENTRY_BYTES } from '@menshen/tlog';
import { WriterError } from '../../writer/protocol.ts';

/** What a record of the write-ahead log says. */
export const RECORD = {
  /** An act is about to happen; its event becomes an entry only if no outcome follows. */
  intent: 1,
  /** An event for the log. */
  entry: 2,
  /** An event for the log that is the outcome of an intent. */
  outcome: 3,
  /** Says of the records after it in its batch which process sent them, and its how-manieth batch they are; becomes no entry. */
  mark: 4,
} as const;

/** Header of a record: kind u8 · intent id u48 · length u32 · 0x00. The zero is the prefix of the leaf hash (RFC 6962). */
export const RECORD_HEADER_BYTES = 12;
/** Largest intent id: 48 bits. */
export const MAX_INTENT_ID = 2 ** 48 - 1;
/** Where several processes write one log, the upper 24 bits of an intent's id name the process (see `shared/`). */
export const MEMBER_INTENTS = 2 ** 24;

const MARK_BYTES = 16;
const HERE = 2n ** 64n - 1n;

/** What a mark says of a process's last batch. */
export interface Mark {
  readonly sequence: number;
  /** Log index of the batch's first entry; null where the batch follows the mark itself. */
  readonly firstIndex: number | null;
}

/** A mark of a process. */
export function encodeMark(member: number, { sequence, firstIndex }: Mark): Uint8Array {
  const bytes = Buffer.alloc(MARK_BYTES);
  bytes.writeBigUInt64LE(BigInt(sequence));
  bytes.writeBigUInt64LE(firstIndex === null ? HERE : BigInt(firstIndex), 8);
  return encodeRecord(RECORD.mark, member, bytes);
}

export function readMark(event: Uint8Array): Mark {
  const bytes = Buffer.from(event.buffer, event.byteOffset, event.length);
  const firstIndex = bytes.readBigUInt64LE(8);
  return { sequence: Number(bytes.readBigUInt64LE()), firstIndex: firstIndex === HERE ? null : Number(firstIndex) };
}

/** Where a record stands in its batch. `start` is the first byte of the event; the byte before it is 0x00. */
export interface RecordSpan {
  readonly kind: number;
  /** Intent id; 0 for a plain entry. */
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** Writes a record's header at `offset` of `bytes`, for an event of `length` bytes right after it. */
export function writeRecordHeader(bytes: Buffer, offset: number, kind: number, id: number, length: number): void {
  bytes[offset] = kind;
  bytes.writeUIntLE(id, offset + 1, 6);
  bytes.writeUInt32LE(length, offset + 7);
  bytes[offset + 11] = 0;
}

/** One record as bytes. */
export function encodeRecord(kind: number, id: number, event: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(RECORD_HEADER_BYTES + event.length);
  writeRecordHeader(bytes, 0, kind, id, event.length);
  bytes.set(event, RECORD_HEADER_BYTES);
  return bytes;
}

/**
 * Takes a batch apart, checking every header. Throws `audit_entry_too_large` for an event over 65,535 bytes (the limit
 * of a C2SP entry bundle) and `audit_batch_malformed` for anything that is not a batch.
 */
export function parseRecords(batch: Uint8Array): RecordSpan[] {
  const bytes = Buffer.from(batch.buffer, batch.byteOffset, batch.length);
  const spans: RecordSpan[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const start = offset + RECORD_HEADER_BYTES;
    if (start > bytes.length) throw malformed();
    const kind = bytes[offset] ?? 0;
    const id = bytes.readUIntLE(offset + 1, 6);
    const length = bytes.readUInt32LE(offset + 7);
    if (length > MAX_ENTRY_BYTES) throw new WriterError('audit_entry_too_large', 'an audit entry has at most 65,535 bytes');
    const end = start + length;
    if (kind < RECORD.intent || kind > RECORD.mark || bytes[start - 1] !== 0 || end > bytes.length) throw malformed();
    if ((kind === RECORD.entry) !== (id === 0)) throw malformed();
    if (kind === RECORD.mark && length !== MARK_BYTES) throw malformed();
    spans.push({ kind, id, start, end });
    offset = end;
  }
  return spans;
}

function malformed(): WriterError {
  return new WriterError('audit_batch_malformed', 'a batch of audit records is malformed');
}
