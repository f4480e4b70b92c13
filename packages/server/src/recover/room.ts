import { statfs } from 'node:fs/promises';
import { BackupError } from './model.ts';

/** What a file system says of itself, as `statfs` gives it. */
export type AskDisk = (folder: string) => Promise<{
  readonly bsize: number;
  readonly blocks: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
}>;

/** Room on a disk, for what unpacks there. */
export interface Room {
  /** To be called before a file is written. @throws BackupError `no_space` */
  take(name: string, size: number): Promise<void>;
}

const blockBytes = 4_096;
/** Of a large disk; of a small one a twentieth stays free: whoever else writes there must go on. */
const mostKeptFree = 1 << 30;
const lookAgainBytes = 64 << 20;

/**
 * Room below a folder for what is to unpack there, `expected` bytes as far as is known before. What a stranger has packed unpacks to a thousand times its
 * size: it ends before the disk is full. @throws BackupError `no_space`
 */
export async function roomIn(folder: string, expected: number, ask: AskDisk = statfs): Promise<Room> {
  const look = async () => {
    const { bsize, blocks, bavail, files, ffree } = await ask(folder);
    return {
      bytes: bavail * bsize - Math.min(mostKeptFree, (blocks * bsize) / 20),
      // Some file systems do not count them.
      files: files === 0 ? Number.POSITIVE_INFINITY : ffree - files / 20,
    };
  };
  const demand = (bytes: number, files: number): void => {
    if (bytes > left.bytes || files > left.files)
      throw new BackupError('no_space', `${folder}: ${mib(bytes)} > ${mib(Math.max(0, left.bytes))}`);
  };
  let left = await look();
  let taken = { bytes: 0, files: 0 };
  demand(expected, 1);
  return {
    async take(name, size) {
      // Each folder on the way may be a new one.
      const files = name.split('/').length;
      const bytes = Math.ceil(size / blockBytes) * blockBytes + (files - 1) * blockBytes;
      const wanted = { bytes: taken.bytes + bytes, files: taken.files + files };
      taken = wanted;
      if (wanted.bytes < Math.min(left.bytes, lookAgainBytes) && wanted.files < left.files) return;
      left = await look();
      taken = { bytes, files };
      demand(bytes, files);
    },
  };
}

/** Names what a full disk is called by, and a quota that is used up. @throws BackupError `no_space` */
export async function orNoSpace<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const full = error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code));
    throw full ? new BackupError('no_space', folder, { cause: error }) : error;
  }
}

const mib = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;
