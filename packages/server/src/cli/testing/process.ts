import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../../bin/menshen.js', import.meta.url));
const startMs = 60_000;
/** What Node made of the sources once: without it each process strips and compiles them all again, which takes half of a start. */
const { NODE_COMPILE_CACHE: compiled } = process.env;

export interface MenshenProcess {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  /** Resolves to what the pattern matches in the output so far or from now on; rejects when the process ends before. */
  seen(pattern: RegExp, stream?: 'out' | 'err'): Promise<RegExpExecArray>;
  /** Exit code, or the signal that ended the process. */
  readonly ended: Promise<number | string>;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | string>;
}

/** Starts the real command as a process of its own, as a person would. */
export function spawnMenshen(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): MenshenProcess {
  const child = spawn(process.execPath, [bin, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: options.cwd,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      LANG: 'en_US.UTF-8',
      ...(compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled }),
      ...options.env,
    },
  });
  const text = { out: '', err: '' };
  const looks = new Set<() => void>();
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => {
      resolve(code ?? signal ?? 'unknown');
      for (const look of looks) look();
    });
  });
  for (const [name, stream] of [
    ['out', child.stdout],
    ['err', child.stderr],
  ] as const)
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
      for (const look of looks) look();
    });
  return {
    child,
    out: () => text.out,
    err: () => text.err,
    ended,
    seen(pattern, stream = 'out') {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => done(() => reject(new Error(`not seen: ${pattern}\n${text.out}\n${text.err}`))), startMs);
        const done = (end: () => void): void => {
          clearTimeout(timer);
          looks.delete(look);
          end();
        };
        const look = (): void => {
          const match = pattern.exec(text[stream]);
          if (match !== null) done(() => resolve(match));
          else if (child.exitCode !== null || child.signalCode !== null)
            done(() => reject(new Error(`ended with ${child.exitCode ?? child.signalCode}\n${text.out}\n${text.err}`)));
        };
        looks.add(look);
        look();
      });
    },
    async stop() {
      child.kill('SIGTERM');
      return await ended;
    },
  };
}
