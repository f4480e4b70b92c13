import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';

/** A row of a benchmark's table. */
export interface Row {
  readonly candidate: string;
  readonly [figure: string]: string | number;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

const ticksPerSecond = Number(existsSync('/proc/self/stat') ? execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }) : 100);

/** CPU seconds, user and system, of a process with all its threads and its children that live now (Linux). */
export function cpuSeconds(pid: number): number {
  const own = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = own.slice(own.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) => {
    try {
      return readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number);
    } catch {
      return [];
    }
  });
  return ticks / ticksPerSecond + children.reduce((sum, child) => sum + cpuSeconds(child), 0);
}

/** CPU seconds of the threads of a process that have a name (Linux; names are cut at 15 bytes). */
export function threadSeconds(pid: number, name: string): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).flatMap((task) => {
    try {
      const named = readFileSync(`/proc/${pid}/task/${task}/comm`, 'utf8').trim() === name;
      return named ? [Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0])] : [];
    } catch {
      return [];
    }
  });
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e9;
}

/** As `npm start`, the container and the systemd unit start Menshen; every candidate that runs on Node is started so. */
const nodeOptions = ['--use-largepages=silent'];

/** Starts a module as a process of its own and waits for the message that it is ready. */
export function startModule(url: URL, args: readonly string[]): Promise<{ child: ChildProcess; ready: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const child = fork(url, [...args], { execArgv: nodeOptions, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child.once('message', (message) => resolve({ child, ready: message as Record<string, unknown> }));
    child.once('exit', (code) => reject(new Error(`${url.pathname} ended with ${code}`)));
  });
}

/** Whether a program is installed. */
export function installed(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export { spawn };

/** The load average, so that a reader can judge how quiet the machine was. */
export const load = (): string =>
  loadavg()
    .map((value) => value.toFixed(2))
    .join(' ');

/** Prints rows as an aligned table. */
export function printTable(title: string, rows: readonly Row[]): void {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const width = (column: string): number => Math.max(column.length, ...rows.map((row) => String(row[column] ?? '').length));
  process.stdout.write(`\n${title}\nload ${load()}\n`);
  process.stdout.write(`${columns.map((column) => column.padEnd(width(column))).join('  ')}\n`);
  for (const row of rows)
    process.stdout.write(`${columns.map((column) => String(row[column] ?? '').padEnd(width(column))).join('  ')}\n`);
}
