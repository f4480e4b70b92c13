import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratchLog } from '../testing.ts';
import { lockDirectory, readLockHolder } from './lock.ts';

describe('the lock of a log directory', () => {
  let scratch: ReturnType<typeof scratchLog>;
  let child: ChildProcess | null = null;
  beforeEach(() => {
    scratch = scratchLog();
  });
  afterEach(async () => {
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    child = null;
    scratch.remove();
  });

  /** Another process that locks the directory, says so, and stays. */
  const holder = async (): Promise<ChildProcess> => {
    const url = new URL('./lock.ts', import.meta.url).href;
    const code = `const { lockDirectory } = await import(${JSON.stringify(url)}); lockDirectory(${JSON.stringify(scratch.directory)}); console.log('locked'); setInterval(() => {}, 1000);`;
    child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (child.stdout === null) throw new Error('no output');
    await once(child.stdout, 'data');
    return child;
  };
  const locked = expect.objectContaining({ code: 'audit_locked' });

  it('is held by one at a time, within a process and between processes', async () => {
    const unlock = lockDirectory(scratch.directory);
    expect(() => lockDirectory(scratch.directory)).toThrow(locked);
    expect(readLockHolder(scratch.directory)?.pid).toBe(process.pid);
    unlock();
    expect(readLockHolder(scratch.directory)).toBeNull();
    const other = await holder();
    expect(() => lockDirectory(scratch.directory)).toThrow(locked);
    expect(readLockHolder(scratch.directory)?.pid).toBe(other.pid);
  });

  it('is free at once when its holder is killed', async () => {
    const other = await holder();
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(readLockHolder(scratch.directory)).toBeNull();
    lockDirectory(scratch.directory)();
  });

  it('holds though the lock file has been deleted', () => {
    const unlock = lockDirectory(scratch.directory);
    writeFileSync(join(scratch.directory, 'lock'), '');
    expect(() => lockDirectory(scratch.directory)).toThrow(locked);
    unlock();
  });

  it('holds against another process though somebody has opened and closed the database file', async () => {
    const other = await holder();
    // What a backup in this process would do; in the holder it would drop the operating system's lock.
    closeSync(openSync(join(scratch.directory, 'lock.db'), 'r'));
    expect(() => lockDirectory(scratch.directory)).toThrow(locked);
    expect(other.exitCode).toBeNull();
  });

  const onLinux = it.skipIf(process.platform !== 'linux');
  onLinux.each([
    ['a process that has ended', { pid: 4_194_305, started: '1' }],
    ['a process that has the number of an older one', { pid: 1, started: '1' }],
    ['nonsense', { pid: 'x' }],
  ])('is taken over from %s', (_, stale) => {
    const unlock = lockDirectory(scratch.directory);
    const path = join(scratch.directory, 'lock');
    const text = readFileSync(path, 'utf8');
    unlock();
    writeFileSync(path, JSON.stringify({ ...JSON.parse(text), ...stale }));
    lockDirectory(scratch.directory)();
  });

  onLinux('is not taken from a living process that holds the file only', () => {
    const unlock = lockDirectory(scratch.directory);
    const path = join(scratch.directory, 'lock');
    const holderOf = JSON.parse(readFileSync(path, 'utf8')) as { boot: string };
    unlock();
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    writeFileSync(path, JSON.stringify({ ...holderOf, pid: process.ppid, started }));
    expect(() => lockDirectory(scratch.directory)).toThrow(locked);
  });
});
