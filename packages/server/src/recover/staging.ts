import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackupError } from './model.ts';

const ends = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Works in a new folder that is gone afterwards, also where a signal ends the process: what lies in it is not encrypted. */
export async function inScratch<T>(prefix: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(prefix);
  const leave = (): void => {
    for (const signal of ends) process.off(signal, end);
  };
  const end = (signal: NodeJS.Signals): void => {
    leave();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    // As it would have ended without us, or for the next one who waits for it.
    process.kill(process.pid, signal);
  };
  for (const signal of ends) process.on(signal, end);
  try {
    return await work(folder);
  } finally {
    leave();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Works in a folder from which everything moves into `data`, which must be empty or not there, and is not there afterwards either where that fails. Beside
 * `data` if it can: a data folder that is a disk of its own, or lies where only an administrator may write, has it within. @throws BackupError `not_empty`
 */
export async function inStaging<T>(data: string, work: (folder: string) => Promise<T>): Promise<T> {
  const made = await mkdir(data, { recursive: true, mode: 0o700 });
  if ((await readdir(data)).length > 0) throw new BackupError('not_empty', data);
  const name = '.restoring-';
  const beside = join(dirname(data), name);
  let begun = false;
  const begin = (folder: string): Promise<T> => {
    begun = true;
    return work(folder);
  };
  try {
    if ((await stat(data)).dev !== (await stat(dirname(data))).dev) return await inScratch(join(data, name), begin);
    try {
      return await inScratch(beside, begin);
    } catch (error) {
      if (begun) throw error;
      return await inScratch(join(data, name), begin);
    }
  } catch (error) {
    if (made !== undefined) await rmdir(data).catch(() => undefined);
    throw error;
  }
}
