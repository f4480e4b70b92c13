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

function isAlive({ pid, started, boot }: LockHolder): boolean {
  if (boot !== bootId()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  return startOf(pid) === started;
}

/** Reads who holds a directory; null when nobody does, or when the holder has died. */
export function readLockHolder(directory: string): LockHolder | null {
  try {
    const holder = JSON.parse(readText(join(directory, 'lock'))) as Partial<LockHolder> | null;
    if (typeof holder?.pid !== 'number' || typeof holder.started !== 'string' || typeof holder.boot !== 'string') return null;
    const { pid, started, boot } = holder;
    return isAlive({ pid, started, boot }) ? { pid, started, boot } : null;
  } catch {
    return null;
  }
}

/**
 * Makes this process the only writer of a log directory. Throws `audit_locked`. Returns the function that gives it up.
 *
 * Two guards. A lock of the operating system (through SQLite, the only way to one in Node): gone with the process however
 * it dies, valid across containers, held by one handle even within a process. And a file `lock` that names the holder:
 * it tells people whom to ask, and it still guards where POSIX locks fall, when somebody in this process opens and closes
 * `lock.db` as a plain file. A holder that is dead, or has another start time or boot, is replaced.
 */
export function lockDirectory(directory: string): () => void {
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
  const holder: LockHolder = { pid: process.pid, started: startOf(process.pid), boot: bootId() };
  nodeFiles.create(path, `${JSON.stringify(holder)}\n`);
  return () => {
    try {
      unlinkSync(path);
    } finally {
      database.close();
    }
  };
}
