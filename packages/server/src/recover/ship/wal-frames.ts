import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** How far the write-ahead log of SQLite has been read. `salt` tells this run of the log from the one that overwrites it. */
export interface WalPosition {
  /** Hexadecimal; empty where there was no log. */
  readonly salt: string;
  /** Offset behind the last frame of the last transaction that was read, and the running checksum there. */
  readonly offset: number;
  readonly sums: readonly [number, number];
}

export interface WalChanges {
  readonly position: WalPosition;
  /** The last committed version of each page. */
  readonly pages: ReadonlyMap<number, Uint8Array>;
  /** Pages of the database after the last commit; null where nothing was committed since. */
  readonly size: number | null;
}

const headerBytes = 32;
const frameHeaderBytes = 24;
const magicLittle = 0x377f0682;
const magicBig = 0x377f0683;

/** The checksum of https://www.sqlite.org/fileformat2.html#checksum_algorithm, over a multiple of eight bytes. */
function checksum(
  view: DataView,
  start: number,
  end: number,
  little: boolean,
  from: readonly [number, number],
): [number, number] {
  let [a, b] = from;
  for (let at = start; at < end; at += 8) {
    a = (a + view.getUint32(at, little) + b) >>> 0;
    b = (b + view.getUint32(at + 4, little) + a) >>> 0;
  }
  return [a, b];
}

export const noWal: WalPosition = { salt: '', offset: 0, sums: [0, 0] };

/**
 * Reads the transactions that were committed to a write-ahead log behind a position; null when the log is another one than the position is of, so that
 * what was in the old one may have been missed. `from` null reads from the start. A frame counts only when its salt and the checksum over everything
 * before it are right, and only up to the end of a transaction (https://www.sqlite.org/fileformat2.html#the_write_ahead_log).
 */
export function readWal(file: string, from: WalPosition | null): WalChanges | null {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return from === null || from.salt === '' ? { position: noWal, pages: new Map(), size: null } : null;
  }
  try {
    for (;;) {
      const header = read(fd, 0, headerBytes);
      const run = header === null ? null : parseHeader(header);
      if (run === null) return from === null || from.salt === '' ? { position: noWal, pages: new Map(), size: null } : null;
      if (from !== null && from.salt !== run.salt) return null;
      const changes = readFrames(fd, run, from ?? { salt: run.salt, offset: headerBytes, sums: run.sums });
      // The writer may have begun the file anew meanwhile: then what was read first is not what the file is now.
      const after = read(fd, 0, headerBytes);
      if (after !== null && Buffer.compare(after, header ?? after) === 0) return changes;
      if (from !== null) return null;
    }
  } finally {
    closeSync(fd);
  }
}

interface Run {
  readonly salt: string;
  readonly little: boolean;
  readonly pageBytes: number;
  readonly sums: readonly [number, number];
}

function parseHeader(header: Buffer): Run | null {
  const magic = header.readUInt32BE(0);
  if (magic !== magicLittle && magic !== magicBig) return null;
  const little = magic === magicLittle;
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const sums = checksum(view, 0, 24, little, [0, 0]);
  if (sums[0] !== header.readUInt32BE(24) || sums[1] !== header.readUInt32BE(28)) return null;
  return { salt: header.subarray(16, 24).toString('hex'), little, pageBytes: header.readUInt32BE(8), sums };
}

function readFrames(fd: number, run: Run, from: WalPosition): WalChanges {
  const frameBytes = frameHeaderBytes + run.pageBytes;
  const pages = new Map<number, Uint8Array>();
  let open = new Map<number, Uint8Array>();
  let { offset, sums } = from;
  let committed = from;
  let size: number | null = null;
  const end = fstatSync(fd).size;
  while (offset + frameBytes <= end) {
    const frame = read(fd, offset, frameBytes);
    if (frame === null || frame.subarray(8, 16).toString('hex') !== run.salt) break;
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    sums = checksum(view, 0, 8, run.little, sums);
    sums = checksum(view, frameHeaderBytes, frameBytes, run.little, sums);
    if (sums[0] !== frame.readUInt32BE(16) || sums[1] !== frame.readUInt32BE(20)) break;
    offset += frameBytes;
    open.set(frame.readUInt32BE(0), frame.subarray(frameHeaderBytes));
    const pagesAfter = frame.readUInt32BE(4);
    if (pagesAfter === 0) continue;
    for (const [number, page] of open) pages.set(number, page);
    open = new Map();
    size = pagesAfter;
    committed = { salt: run.salt, offset, sums };
  }
  return { position: committed, pages, size };
}

function read(fd: number, position: number, length: number): Buffer | null {
  const bytes = Buffer.alloc(length);
  return readSync(fd, bytes, 0, length, position) === length ? bytes : null;
}
