import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { cpuSeconds } from '../measure.ts';

export interface Run {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Greatest resident memory, as the kernel kept it. */
  readonly megabytes: number;
  readonly output: string;
  readonly exit: number | null;
  /** Whether it was stopped at the bound on its time: then the figures are lower bounds. */
  readonly stopped: boolean;
}

const pollMillis = 40;

/** Runs a program to its end, or to a bound on its seconds, and watches its time, CPU and memory (Linux). */
export async function measuredRun(
  command: string,
  args: readonly string[],
  cwd: string,
  scratch: string,
  mostSeconds: number,
): Promise<Run> {
  const file = join(scratch, 'output');
  const began = performance.now();
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
  const { stdout } = child;
  const written = new Promise<void>(
    (resolve, reject) =>
      void stdout
        .pipe(createWriteStream(file))
        .on('finish', () => resolve())
        .on('error', reject),
  );
  let cpu = 0;
  let megabytes = 0;
  const watch = setInterval(() => {
    try {
      cpu = Math.max(cpu, cpuSeconds(child.pid ?? 0));
      const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
      megabytes = Math.max(megabytes, Number(peak ?? 0) / 1024);
    } catch {
      // It has just ended.
    }
  }, pollMillis);
  let stopped = false;
  const bound = setTimeout(() => {
    stopped = true;
    child.kill('SIGKILL');
  }, mostSeconds * 1000);
  const exit = await new Promise<number | null>((resolve, reject) => void child.once('error', reject).once('exit', resolve));
  const seconds = (performance.now() - began) / 1000;
  clearInterval(watch);
  clearTimeout(bound);
  await written;
  const output = await text(createReadStream(file));
  rmSync(file, { force: true });
  return { seconds, cpuSeconds: cpu, megabytes, output, exit, stopped };
}
