import { typeOfBytes } from '@menshen/inspect';
import type { ByteSource, Edit } from './byte-source.ts';

/** What the structure of a picture says. */
export interface PictureFacts {
  /** Width times height, all frames of an animation together. */
  readonly pixels: number;
  /** Parts that hold text or camera data, and what stands in their place when metadata is stripped. */
  readonly metadata: readonly Edit[];
}

const nothing = Buffer.alloc(0);
const maxParts = 20_000;

/** Reads a picture's structure to its end. Null when it is none, or goes on behind its end. */
export async function readPicture(source: ByteSource): Promise<PictureFacts | null> {
  switch (typeOfBytes(await source.read(0, 1_024))) {
    case 'png':
      return await readPng(source);
    case 'jpeg':
      return await readJpeg(source);
    case 'gif':
      return await readGif(source);
    case 'webp':
      return await readWebp(source);
    default:
      return null;
  }
}

const pngMetadata = new Set(['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME']);

/** PNG (ISO/IEC 15948): chunks from IHDR to IEND, nothing behind. */
async function readPng(source: ByteSource): Promise<PictureFacts | null> {
  const metadata: Edit[] = [];
  let pixels = 0;
  let at = 8;
  for (let part = 0; part < maxParts; part += 1) {
    const head = await source.read(at, 16);
    if (head.length < 12) return null;
    const length = head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    if (!/^[A-Za-z]{4}$/.test(type)) return null;
    const end = at + 12 + length;
    if (end > source.size) return null;
    if (part === 0) {
      if (type !== 'IHDR' || length !== 13) return null;
      pixels = (await source.read(at + 8, 4)).readUInt32BE(0) * (await source.read(at + 12, 4)).readUInt32BE(0);
    }
    // A frame of an animation.
    if (type === 'fcTL' && length >= 12) {
      const size = await source.read(at + 12, 8);
      if (size.length < 8) return null;
      pixels += size.readUInt32BE(0) * size.readUInt32BE(4);
    }
    if (pngMetadata.has(type)) metadata.push({ start: at, end, bytes: nothing });
    if (type === 'IEND') return end === source.size && pixels > 0 ? { pixels, metadata } : null;
    at = end;
  }
  return null;
}

/** JPEG (ITU-T T.81): segments up to the scan, then the end marker; behind it only what phones append: a further picture or a short film. */
async function readJpeg(source: ByteSource): Promise<PictureFacts | null> {
  const metadata: Edit[] = [];
  let pixels = 0;
  let at = 2;
  for (let part = 0; part < maxParts; part += 1) {
    const head = await source.read(at, 12);
    if (head.length < 4 || head[0] !== 0xff) return null;
    const marker = head[1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = head.readUInt16BE(2);
    const end = at + 2 + length;
    if (length < 2 || end > source.size) return null;
    // An APP0 of this length is the beginning of a comment in JavaScript.
    if (marker === 0xe0 && length === 0x2f2a) return null;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const frame = await source.read(at + 5, 4);
      if (frame.length < 4) return null;
      pixels = Math.max(pixels, frame.readUInt16BE(0) * frame.readUInt16BE(2));
    }
    if (marker === 0xe1 || marker === 0xed || marker === 0xfe) {
      const kept = marker === 0xe1 ? orientationSegment(await source.read(at, Math.min(length + 2, 65_537))) : nothing;
      metadata.push({ start: at, end, bytes: kept });
    }
    if (marker === 0xda) {
      const close = await endOfScan(source, end);
      if (close === null || pixels === 0) return null;
      if (close === source.size) return { pixels, metadata };
      const more = await source.read(close, 12);
      const picture = more[0] === 0xff && more[1] === 0xd8;
      if (!picture && more.toString('latin1', 4, 8) !== 'ftyp') return null;
      return { pixels, metadata: [...metadata, { start: close, end: source.size, bytes: nothing }] };
    }
    at = end;
  }
  return null;
}

/** Position behind the end marker: entropy-coded data has no marker but restarts, and progressive pictures have further segments between scans. */
async function endOfScan(source: ByteSource, from: number): Promise<number | null> {
  let at = from;
  while (at < source.size) {
    const chunk = await source.read(at, 262_144);
    let found = -1;
    for (let index = chunk.indexOf(0xff); index >= 0 && index + 1 < chunk.length; index = chunk.indexOf(0xff, index + 1)) {
      const marker = chunk[index + 1] ?? 0;
      if (marker === 0x00 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7)) continue;
      found = index;
      break;
    }
    if (found < 0) {
      if (chunk.length < 2) return null;
      at += chunk.length - 1;
      continue;
    }
    const marker = chunk[found + 1] ?? 0;
    if (marker === 0xd9) return at + found + 2;
    const head = await source.read(at + found + 2, 2);
    if (head.length < 2) return null;
    at += found + 2 + head.readUInt16BE(0);
  }
  return null;
}

/** An Exif segment with the orientation alone, so that a stripped photo does not lie on its side; nothing when it has none. */
function orientationSegment(segment: Buffer): Buffer {
  if (segment.toString('latin1', 4, 10) !== 'Exif\0\0') return nothing;
  const tiff = segment.subarray(10);
  if (tiff.length < 14) return nothing;
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number): number => (at + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number): number => (at + 4 > tiff.length ? 0 : little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const directory = u32(4);
  const entries = Math.min(u16(directory), 200);
  for (let entry = 0; entry < entries; entry += 1) {
    const at = directory + 2 + entry * 12;
    if (u16(at) !== 0x0112) continue;
    const orientation = u16(at + 8);
    if (orientation < 2 || orientation > 8) return nothing;
    const body = Buffer.from('457869660000' + '4d4d002a00000008' + '0001' + '0112000300000001' + '00000000' + '00000000', 'hex');
    body.writeUInt16BE(orientation, 24);
    const head = Buffer.from([0xff, 0xe1, 0, 0]);
    head.writeUInt16BE(body.length + 2, 2);
    return Buffer.concat([head, body]);
  }
  return nothing;
}

/** GIF (GIF89a specification): blocks to the trailer, nothing behind. */
async function readGif(source: ByteSource): Promise<PictureFacts | null> {
  const head = await source.read(0, 13);
  if (head.length < 13) return null;
  // A width that begins a comment or an assignment makes the file a script as well.
  if ((head[6] === 0x2f && (head[7] === 0x2a || head[7] === 0x2f)) || head[6] === 0x3d) return null;
  const table = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  const metadata: Edit[] = [];
  // A reader makes room for the whole screen, however small the frames are.
  const screen = head.readUInt16LE(6) * head.readUInt16LE(8);
  let pixels = 0;
  let at = 13 + table(head[10] ?? 0);
  for (let part = 0; part < maxParts; part += 1) {
    const block = await source.read(at, 10);
    if (block[0] === 0x3b) return at + 1 === source.size && pixels > 0 ? { pixels: Math.max(pixels, screen), metadata } : null;
    let end: number | null;
    if (block[0] === 0x21) {
      end = await endOfSubBlocks(source, at + 2);
      // Comments and plain text; not the extension of animations.
      if (end !== null && (block[1] === 0xfe || block[1] === 0x01)) metadata.push({ start: at, end, bytes: nothing });
    } else if (block[0] === 0x2c && block.length === 10) {
      pixels += block.readUInt16LE(5) * block.readUInt16LE(7);
      end = await endOfSubBlocks(source, at + 10 + table(block[9] ?? 0) + 1);
    } else return null;
    if (end === null) return null;
    at = end;
  }
  return null;
}

async function endOfSubBlocks(source: ByteSource, from: number): Promise<number | null> {
  let at = from;
  let buffer: Buffer = Buffer.alloc(0);
  let base = from;
  while (at < source.size) {
    if (at < base || at >= base + buffer.length) {
      base = at;
      buffer = await source.read(at, 65_536);
    }
    const size = buffer[at - base] ?? 0;
    at += 1 + size;
    if (size === 0) return at;
  }
  return null;
}

/** WebP (RIFF container): chunks that fill the file exactly. */
async function readWebp(source: ByteSource): Promise<PictureFacts | null> {
  const head = await source.read(0, 12);
  if (head.length < 12 || head.readUInt32LE(4) + 8 !== source.size) return null;
  const metadata: Edit[] = [];
  let pixels = 0;
  let at = 12;
  for (let part = 0; part < maxParts && at < source.size; part += 1) {
    const chunk = await source.read(at, 30);
    if (chunk.length < 8) return null;
    const type = chunk.toString('latin1', 0, 4);
    const length = chunk.readUInt32LE(4);
    const end = at + 8 + length + (length % 2);
    if (end > source.size) return null;
    if (type === 'VP8X' && chunk.length >= 18) {
      pixels = (1 + chunk.readUIntLE(12, 3)) * (1 + chunk.readUIntLE(15, 3));
      // The flags that promise Exif and XMP.
      metadata.push({ start: at + 8, end: at + 9, bytes: Buffer.from([(chunk[8] ?? 0) & ~0x0c]) });
    } else if (type === 'VP8 ' && pixels === 0 && chunk.length >= 18) {
      pixels = (chunk.readUInt16LE(14) & 0x3fff) * (chunk.readUInt16LE(16) & 0x3fff);
    } else if (type === 'VP8L' && pixels === 0 && chunk.length >= 13) {
      const bits = chunk.readUInt32LE(9);
      pixels = ((bits & 0x3fff) + 1) * (((bits >>> 14) & 0x3fff) + 1);
    } else if (type === 'ANMF' && chunk.length >= 20) {
      pixels += (1 + chunk.readUIntLE(14, 3)) * (1 + chunk.readUIntLE(17, 3));
    } else if (type === 'EXIF' || type === 'XMP ') metadata.push({ start: at, end, bytes: nothing });
    at = end;
  }
  return at === source.size && pixels > 0 ? { pixels, metadata: withLength(metadata, source) } : null;
}

/** RIFF says its length in front, which changes with what is taken out. */
function withLength(metadata: readonly Edit[], source: ByteSource): readonly Edit[] {
  const taken = metadata.reduce((sum, { start, end, bytes }) => sum + (end - start) - bytes.length, 0);
  if (taken === 0) return [];
  const length = Buffer.alloc(4);
  length.writeUInt32LE(source.size - 8 - taken);
  return [{ start: 4, end: 8, bytes: length }, ...metadata];
}
