import * as fs from 'node:fs';
import { open } from 'node:fs/promises';

/** The file operations of the write path; tests hand in a disk that fills up or fails. */
export interface LogFiles {
  open(path: string, flags: string): number;
  close(fd: number): void;
  /** Writes all buffers at a position, or throws. */
  writeAt(fd: number, buffers: readonly Uint8Array[], position: number): void;
  /** Returns when the data, and what is needed to read it back, is on the disk. */
  sync(fd: number): void;
  /** Puts a file or folder on the disk for good. */
  syncPath(path: string): void;
  /** The same, off this thread: for files that nobody waits for. */
  syncPathLater(path: string): Promise<void>;
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** Creates a file with these bytes, readable by the owner only. */
  create(path: string, bytes: Uint8Array | string): void;
}

export const nodeFiles: LogFiles = {
  open: (path, flags) => fs.openSync(path, flags, 0o600),
  close: (fd) => fs.closeSync(fd),
  writeAt(fd, buffers, position) {
    const wanted = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
    let written = fs.writevSync(fd, buffers, position);
    if (written === wanted) return;
    const rest = Buffer.concat(buffers);
    while (written < wanted) written += fs.writeSync(fd, rest, written, wanted - written, position + written);
  },
  sync: (fd) => fs.fdatasyncSync(fd),
  syncPath(path) {
    const fd = fs.openSync(path, 'r');
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  },
  async syncPathLater(path) {
    const file = await open(path, 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename: (from, to) => fs.renameSync(from, to),
  remove: (path) => fs.rmSync(path, { force: true }),
  create: (path, bytes) => fs.writeFileSync(path, bytes, { mode: 0o600 }),
};

/** Reads a whole file, or null when there is none. */
export function readIfPresent(path: string): Uint8Array | null {
  try {
    const bytes = fs.readFileSync(path);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
