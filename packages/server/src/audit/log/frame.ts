import { crc32 } from 'node:zlib';

/**
 * A frame is what one group commit wrote: a header and the records of all its calls. Header, little-endian: magic (8) ·
 * CRC-32 of all that follows (4) · body length (4) · frame number (8) · log index of its first entry (8) · records (4)
 * · entries (4). The magic holds bytes that no UTF-8 text has, so no event can imitate a frame.
 */
export interface FrameHeader {
  readonly number: number;
  readonly firstIndex: number;
  readonly records: number;
  readonly entries: number;
}

export interface Frame extends FrameHeader {
  /** Offset of the body in the file. */
  readonly start: number;
  readonly body: Uint8Array;
}

export const FRAME_HEADER_BYTES = 40;
const FRAME_MAGIC = Buffer.from([0x4d, 0x53, 0xff, 0xfe, 0x46, 0x52, 0xfd, 0x01]);

/** Header of a segment file: magic (8) · segment number (8) · number of its first frame (8) · its first log index (8) · CRC-32 (4). */
export interface SegmentHeader {
  readonly number: number;
  readonly firstFrame: number;
  readonly firstIndex: number;
}

export const SEGMENT_HEADER_BYTES = 64;
const SEGMENT_MAGIC = Buffer.from('MSHNWAL1');

export function encodeFrameHeader(header: FrameHeader, bodies: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.alloc(FRAME_HEADER_BYTES);
  FRAME_MAGIC.copy(bytes);
  bytes.writeUInt32LE(
    bodies.reduce((sum, body) => sum + body.length, 0),
    12,
  );
  bytes.writeBigUInt64LE(BigInt(header.number), 16);
  bytes.writeBigUInt64LE(BigInt(header.firstIndex), 24);
  bytes.writeUInt32LE(header.records, 32);
  bytes.writeUInt32LE(header.entries, 36);
  let checksum = crc32(bytes.subarray(12));
  for (const body of bodies) checksum = crc32(body, checksum);
  bytes.writeUInt32LE(checksum, 8);
  return bytes;
}

/** Reads the frame at an offset of a segment, or null when there is no whole and undamaged one. */
export function readFrame(segment: Buffer, offset: number): Frame | null {
  const start = offset + FRAME_HEADER_BYTES;
  if (start > segment.length || segment.compare(FRAME_MAGIC, 0, FRAME_MAGIC.length, offset, offset + FRAME_MAGIC.length) !== 0) {
    return null;
  }
  const length = segment.readUInt32LE(offset + 12);
  if (length > segment.length - start) return null;
  if (crc32(segment.subarray(offset + 12, start + length)) !== segment.readUInt32LE(offset + 8)) return null;
  return {
    number: Number(segment.readBigUInt64LE(offset + 16)),
    firstIndex: Number(segment.readBigUInt64LE(offset + 24)),
    records: segment.readUInt32LE(offset + 32),
    entries: segment.readUInt32LE(offset + 36),
    start,
    body: segment.subarray(start, start + length),
  };
}

/** True when a whole frame with at least this number stands anywhere from `offset` on: then what precedes it is damage, not a torn tail. */
export function hasLaterFrame(segment: Buffer, offset: number, number: number): boolean {
  for (let at = segment.indexOf(FRAME_MAGIC, offset); at >= 0; at = segment.indexOf(FRAME_MAGIC, at + 1)) {
    const frame = readFrame(segment, at);
    if (frame !== null && frame.number >= number) return true;
  }
  return false;
}

export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  SEGMENT_MAGIC.copy(bytes);
  bytes.writeBigUInt64LE(BigInt(header.number), 8);
  bytes.writeBigUInt64LE(BigInt(header.firstFrame), 16);
  bytes.writeBigUInt64LE(BigInt(header.firstIndex), 24);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 32)), 32);
  return bytes;
}

/** Reads a segment's header, or null when it is not one. */
export function readSegmentHeader(segment: Buffer): SegmentHeader | null {
  if (segment.length < SEGMENT_HEADER_BYTES || !segment.subarray(0, 8).equals(SEGMENT_MAGIC)) return null;
  if (crc32(segment.subarray(0, 32)) !== segment.readUInt32LE(32)) return null;
  return {
    number: Number(segment.readBigUInt64LE(8)),
    firstFrame: Number(segment.readBigUInt64LE(16)),
    firstIndex: Number(segment.readBigUInt64LE(24)),
  };
}
