import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What is restored, beside the data folder or within it. */
export const restoringPrefix = '.restoring-';
/** What is collected for a backup, in the data folder. */
export const collectingPrefix = '.backup-';
/** What a drill restores, on the disk for files that nobody keeps. */
export const drillPrefix = join(tmpdir(), 'menshen-drill-');

const ends = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const lockEnd = '.lock';

/**
 * Works in a new folder that is gone afterwards, also where a signal ends the process: what lies in it is not encrypted. A process that is killed can clear
 * nothing away, and so does a thread that is ended with its process: that is done by the next one that works under this prefix, or that starts.
 */
export async function inScratch<T>(prefix: string, work: (folder: string) => Promise<T>): Promise<T> {
  await sweepScratch(prefix);
  const { folder, unlock } = await lockNew(prefix);
  const leave = (): void => {
    for (const signal of ends) process.off(signal, end);
  };
  const end = (signal: NodeJS.Signals): void => {
    leave();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    unlock();
    // As it would have ended without us, or for the next one who waits for it.
    process.kill(process.pid, signal);
  };
  for (const signal of ends) process.on(signal, end);
  try {
    await mkdir(folder, { mode: 0o700 });
    return await work(folder);
  } finally {
    leave();
    await rm(folder, { recursive: true, force: true });
    unlock();
  }
}

/** Removes folders of {@link inScratch} whose process has ended without doing so: ours alone, and none that somebody works in. */
export async function sweepScratch(prefix: string): Promise<void> {
  const [place, start] = [dirname(prefix), basename(prefix)];
  const found = (await readdir(place).catch(() => [])).filter((name) => name.startsWith(start));
  const folders = new Set(found.map((name) => (name.endsWith(lockEnd) ? name.slice(0, -lockEnd.length) : name)));
  for (const name of folders) {
    // Six characters are what older versions made.
    if (!/^[A-Za-z0-9]{6,8}$/.test(name.slice(start.length))) continue;
    const folder = join(place, name);
    if (!(await isOurs(folder, 'folder')) || !(await isOurs(`${folder}${lockEnd}`, 'file'))) continue;
    const unlock = lock(folder);
    if (unlock === null) continue;
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    unlock();
  }
}

/** Removes what was left at every place where {@link inScratch} works for a data folder. */
export async function sweepLeftovers(data: string): Promise<void> {
  const prefixes = [join(dirname(data), restoringPrefix), join(data, restoringPrefix), join(data, collectingPrefix), drillPrefix];
  for (const prefix of prefixes) await sweepScratch(prefix);
}

/** A name that nobody has, with its lock held. Rejects where no file can be made. */
async function lockNew(prefix: string): Promise<{ readonly folder: string; readonly unlock: () => void }> {
  for (;;) {
    const folder = `${prefix}${randomBytes(4).toString('hex')}`;
    await writeFile(`${folder}${lockEnd}`, '', { flag: 'wx', mode: 0o600 });
    const unlock = lock(folder);
    // Somebody who swept between these two lines has it, or has removed it under us: another name.
    if (unlock !== null && existsSync(`${folder}${lockEnd}`)) return { folder, unlock };
    unlock?.();
  }
}

/** Not there, or what it should be and of this user: in a folder that all may write to, somebody else's name or link leads anywhere. */
async function isOurs(path: string, kind: 'file' | 'folder'): Promise<boolean> {
  const about = await lstat(path).catch(() => null);
  if (about === null) return true;
  return (kind === 'file' ? about.isFile() : about.isDirectory()) && about.uid === (process.getuid?.() ?? about.uid);
}

/**
 * Holds the lock file beside a folder by a lock of the operating system, through SQLite: it falls with the process, however that ends, and holds between
 * containers that share a disk. Returns how to give it up, which removes the file; null while another one holds it, or where none can be made.
 */
function lock(folder: string): (() => void) | null {
  const path = `${folder}${lockEnd}`;
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch {
    database?.close();
    return null;
  }
  const held = database;
  return () => {
    rmSync(path, { force: true });
    held.close();
  };
}
