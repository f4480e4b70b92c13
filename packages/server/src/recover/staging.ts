import { mkdir, readdir, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackupError } from './model.ts';
import { inScratch, restoringPrefix, sweepScratch } from './scratch.ts';

/**
 * Works in a folder from which everything moves into `data`, which must be empty or not there, and is not there afterwards either where that fails. Beside
 * `data` if it can: a data folder that is a disk of its own, or lies where only an administrator may write, has it within. @throws BackupError `not_empty`
 */
export async function inStaging<T>(data: string, work: (folder: string) => Promise<T>): Promise<T> {
  const made = await mkdir(data, { recursive: true, mode: 0o700 });
  // Of a restore that was killed: nothing that anybody put there.
  await sweepScratch(join(data, restoringPrefix));
  if ((await readdir(data)).length > 0) throw new BackupError('not_empty', data);
  const beside = join(dirname(data), restoringPrefix);
  let begun = false;
  const begin = (folder: string): Promise<T> => {
    begun = true;
    return work(folder);
  };
  try {
    if ((await stat(data)).dev !== (await stat(dirname(data))).dev) return await inScratch(join(data, restoringPrefix), begin);
    try {
      return await inScratch(beside, begin);
    } catch (error) {
      if (begun) throw error;
      return await inScratch(join(data, restoringPrefix), begin);
    }
  } catch (error) {
    if (made !== undefined) await rmdir(data).catch(() => undefined);
    throw error;
  }
}
