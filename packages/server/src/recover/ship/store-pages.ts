import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { readWal, type WalPosition } from './wal-frames.ts';

/** Pages that differ from what was shipped, at a state that the database was in at the end of a transaction. */
export interface PageChanges {
  readonly position: WalPosition;
  readonly pageBytes: number;
  /** Pages of the database. */
  readonly size: number;
  readonly pages: number;
}

const atOnce = 256;
const largestPage = 65_536;
/**
 * Descriptors of databases that stay open as long as this thread. Closing one would take from the whole process the locks that SQLite holds on the file
 * (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
 */
const held = new Map<string, number>();

function heldFile(file: string): number {
  const found = held.get(file);
  if (found !== undefined) return found;
  const fd = openSync(file, 'r');
  held.set(file, fd);
  return fd;
}

/**
 * Writes to `spool` what changed in the database since `from`, each page as its number (four bytes) and its content; null when nothing did. The usual
 * way follows the write-ahead log. Where that was begun anew, or `from` is null, every page is compared with `replica`, which holds what was shipped.
 */
export function spoolChanges(file: string, replica: string, from: WalPosition | null, spool: string): PageChanges | null {
  if (from !== null) {
    const followed = readWal(`${file}-wal`, from);
    if (followed !== null) {
      if (followed.size === null) return null;
      const pageBytes = pageBytesOf(replica);
      const out = openSync(spool, 'w', 0o600);
      try {
        let pages = 0;
        for (const [number, page] of followed.pages) {
          // A page beyond the end was cut off again by a later transaction.
          if (number > followed.size) continue;
          writePage(out, number, page);
          pages += 1;
        }
        return { position: followed.position, pageBytes, size: followed.size, pages };
      } finally {
        closeSync(out);
      }
    }
  }
  return compareAll(file, replica, spool);
}

/**
 * Under a read transaction nobody moves frames behind it from the write-ahead log into the file, nor begins that log anew: the file with all committed
 * frames over it is the state at the last of them.
 */
function compareAll(file: string, replica: string, spool: string): PageChanges {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000, defensive: true });
  const out = openSync(spool, 'w', 0o600);
  const old = existsSync(replica) ? openSync(replica, 'r') : null;
  try {
    database.exec('begin');
    const inSnapshot = Number(database.prepare('pragma page_count').get()?.['page_count']);
    database.prepare('select count(*) from sqlite_schema').get();
    const pageBytes = Number(database.prepare('pragma page_size').get()?.['page_size']);
    const wal = readWal(`${file}-wal`, null);
    if (wal === null) throw new Error('the write-ahead log cannot be read');
    const size = wal.size ?? inSnapshot;
    const oldPages = old === null ? 0 : Math.floor(fstatSync(old).size / pageBytes);
    const now = Buffer.alloc(atOnce * pageBytes);
    const before = Buffer.alloc(atOnce * pageBytes);
    const source = heldFile(file);
    let pages = 0;
    for (let first = 1; first <= size; first += atOnce) {
      const count = Math.min(atOnce, size - first + 1);
      readSync(source, now, 0, count * pageBytes, (first - 1) * pageBytes);
      if (old !== null) readSync(old, before, 0, count * pageBytes, (first - 1) * pageBytes);
      for (let at = 0; at < count; at += 1) {
        const number = first + at;
        const page = wal.pages.get(number) ?? now.subarray(at * pageBytes, (at + 1) * pageBytes);
        if (number <= oldPages && Buffer.compare(page, before.subarray(at * pageBytes, (at + 1) * pageBytes)) === 0) continue;
        writePage(out, number, page);
        pages += 1;
      }
    }
    return { position: wal.position, pageBytes, size, pages };
  } finally {
    database.close();
    closeSync(out);
    if (old !== null) closeSync(old);
  }
}

/** Writes all pages of a replica to `spool`; nobody may change it meanwhile. */
export function spoolReplica(replica: string, spool: string): Pick<PageChanges, 'pageBytes' | 'size' | 'pages'> {
  const pageBytes = pageBytesOf(replica);
  const source = openSync(replica, 'r');
  const out = openSync(spool, 'w', 0o600);
  try {
    const size = Math.floor(fstatSync(source).size / pageBytes);
    const page = Buffer.alloc(pageBytes);
    for (let number = 1; number <= size; number += 1) {
      readSync(source, page, 0, pageBytes, (number - 1) * pageBytes);
      writePage(out, number, page);
    }
    return { pageBytes, size, pages: size };
  } finally {
    closeSync(source);
    closeSync(out);
  }
}

function writePage(fd: number, number: number, page: Uint8Array): void {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(number);
  writeSync(fd, Buffer.concat([head, page]));
}

/** Size of the pages of a database file, from its header. */
function pageBytesOf(file: string): number {
  const fd = openSync(file, 'r');
  try {
    const header = Buffer.alloc(2);
    readSync(fd, header, 0, 2, 16);
    const value = header.readUInt16BE(0);
    return value === 1 ? largestPage : value;
  } finally {
    closeSync(fd);
  }
}

/** Puts spooled pages into a copy of the database, which is made where it is not there. Throws RangeError on pages that cannot be. */
export function applyPages(
  copy: string,
  spool: string,
  { pageBytes, size }: { readonly pageBytes: number; readonly size: number },
): void {
  if (pageBytes < 512 || pageBytes > largestPage || (pageBytes & (pageBytes - 1)) !== 0) throw new RangeError('page size');
  const source = openSync(spool, 'r');
  const target = openSync(copy, existsSync(copy) ? 'r+' : 'w+', 0o600);
  try {
    const unit = Buffer.alloc(4 + pageBytes);
    const total = fstatSync(source).size;
    if (total % unit.length !== 0) throw new RangeError('pages cut short');
    for (let at = 0; at < total; at += unit.length) {
      readSync(source, unit, 0, unit.length, at);
      const number = unit.readUInt32BE(0);
      if (number < 1 || number > size) throw new RangeError('page number');
      writeSync(target, unit, 4, pageBytes, (number - 1) * pageBytes);
    }
    ftruncateSync(target, size * pageBytes);
    fsyncSync(target);
  } finally {
    closeSync(source);
    closeSync(target);
  }
}
