import { randomBytes } from 'node:crypto';
import { readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { WriterError } from '../../writer/protocol.ts';
import { nodeFiles } from './files.ts';

/** Who holds a log directory: process id, its start time in clock ticks, and the boot that both belong to. */
export interface LockHolder {
  readonly pid: number;
  readonly started: string;
  readonly boot: string;
}

/** A log directory that this process holds. */
export interface DirectoryLock {
  /**
   * The fence: whether this process is still the one that the directory names. Asked before every checkpoint is signed, so that a holder that has
   * lost its lock in whatever way (a lock file of another machine, a file system that forgot it) signs nothing beside its successor.
   */
  holds(): boolean;
  release(): void;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Start time of a process from `/proc`, empty where there is none: field 22, counted after the name, which may hold anything. */
function startOf(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function bootId(): string {
  return readText('/proc/sys/kernel/random/boot_id').trim();
}

/** This process, as others can tell whether it lives. */
export function ownHolder(): LockHolder {
  return { pid: process.pid, started: startOf(process.pid), boot: bootId() };
}

/** Whether a process that wrote its name down still lives. */
export function isAlive({ pid, started, boot }: LockHolder): boolean {
  if (boot !== bootId()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  return startOf(pid) === started;
}

/** Reads a process's name from a file's text; null when it holds none, or when the process has died. */
export function readLiving(text: string): LockHolder | null {
  try {
    const holder = JSON.parse(text) as Partial<LockHolder> | null;
    if (typeof holder?.pid !== 'number' || typeof holder.started !== 'string' || typeof holder.boot !== 'string') return null;
    const { pid, started, boot } = holder;
    return isAlive({ pid, started, boot }) ? { pid, started, boot } : null;
  } catch {
    return null;
  }
}

/** Reads who holds a directory; null when nobody does, or when the holder has died. */
export function readLockHolder(directory: string): LockHolder | null {
  return readLiving(readText(join(directory, 'lock')));
}

/**
 * Makes this process the only writer of a log directory. Throws `audit_locked`.
 *
 * Two guards. A lock of the operating system (through SQLite, the only way to one in Node): gone with the process however
 * it dies, valid across containers, held by one handle even within a process. And a file `lock` that names the holder:
 * it tells people whom to ask, and it still guards where POSIX locks fall, when somebody in this process opens and closes
 * `lock.db` as a plain file. A holder that is dead, or has another start time or boot, is replaced.
 */
export function acquireDirectory(directory: string): DirectoryLock {
  const database = new DatabaseSync(join(directory, 'lock.db'), { timeout: 0 });
  const refuse = (): never => {
    database.close();
    throw new WriterError('audit_locked', 'another process writes this audit log');
  };
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch {
    return refuse();
  }
  const before = readLockHolder(directory);
  // Our own name is the leftover of a thread that ended without closing: a living one would hold the database lock.
  if (before !== null && before.pid !== process.pid) return refuse();
  const path = join(directory, 'lock');
  const text = `${JSON.stringify({ ...ownHolder(), token: randomBytes(16).toString('hex') })}\n`;
  nodeFiles.create(path, text);
  return {
    holds() {
      const found = readText(path);
      // Somebody has tidied up: the lock of the operating system is still ours.
      if (found === '') nodeFiles.create(path, text);
      return found === '' || found === text;
    },
    release() {
      try {
        if (readText(path) === text) unlinkSync(path);
      } finally {
        database.close();
      }
    },
  };
}

/** {@link acquireDirectory} for whoever needs no fence. Returns the function that gives it up. */
export function lockDirectory(directory: string): () => void {
  const lock = acquireDirectory(directory);
  return () => lock.release();
}
