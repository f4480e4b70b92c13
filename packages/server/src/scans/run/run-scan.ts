import { spawn } from 'node:child_process';
import { realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isWithin } from '../../is-within.ts';
import type { RunFailure } from './source-store.ts';

export interface RunRequest {
  /** What the configuration names as `scans.root`, made absolute. */
  readonly root: string;
  /** Folder below it. */
  readonly folder: string;
  readonly memoryMb: number;
  readonly seconds: number;
  /** `YYYY-MM-DD`: until when comments in the source hold. */
  readonly today: string;
  readonly version: string;
}

export type RunOutcome = { readonly report: Record<string, unknown> } | { readonly failure: RunFailure };

const mostOutput = 64 * 1_048_576;
/** The scan ends itself at its time; what does not is ended some seconds later. */
const graceMs = 15_000;

/** Scans a folder in a child process. Never throws; the child is gone when it resolves. */
export async function runScan(request: RunRequest): Promise<RunOutcome> {
  const folder = folderInside(request.root, request.folder);
  if (folder === null) return { failure: 'folder' };
  const { seconds, memoryMb, today, version } = request;
  const file = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './child.ts' : './child.js', import.meta.url));
  const args = [
    `--max-old-space-size=${memoryMb}`,
    ...sandboxOf(folder),
    file,
    JSON.stringify({ folder, seconds, today, version }),
  ];
  return await new Promise((done) => {
    // No environment: neither secrets nor NODE_OPTIONS reach what reads hostile files.
    const child = spawn(process.execPath, args, { env: {}, stdio: ['ignore', 'pipe', 'pipe'], cwd: folder, shell: false });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let said = '';
    let failure: RunFailure | null = null;
    const end = (why: RunFailure): void => {
      failure ??= why;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(() => end('time'), seconds * 1_000 + graceMs);
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostOutput) end('output');
      else chunks.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (said.length < 8_000) said += chunk.toString('latin1');
    });
    child.on('error', () => end('crash'));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (failure !== null) return done({ failure });
      if (code !== 0) return done({ failure: signal === 'SIGABRT' || /heap out of memory/i.test(said) ? 'memory' : 'crash' });
      const report = parsed(Buffer.concat(chunks));
      done(report === null ? { failure: 'output' } : { report });
    });
  });
}

/** The folder with its links resolved, if it is one and lies inside the root's own real place; else null. */
export function folderInside(root: string, folder: string): string | null {
  try {
    const inside = realpathSync(root);
    const real = realpathSync(resolve(inside, folder));
    return isWithin(real, inside) && statSync(real).isDirectory() ? real : null;
  } catch {
    return null;
  }
}

/** Flags of a process that may read the folder and its own code, and nothing else: no writes, no children, no threads, no add-ons. */
export const sandboxOf = (folder: string): string[] => [
  '--permission',
  ...readable(folder).map((path) => `--allow-fs-read=${path}`),
  '--disable-warning=SecurityWarning',
];

/** What the child may read: the folder, and the code that it runs: our packages and those installed beside or above them. No data, no configuration. */
function readable(folder: string): string[] {
  const server = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
  const packages = dirname(server);
  const above: string[] = [];
  for (let at = server; dirname(at) !== at; at = dirname(at)) above.push(at);
  return [
    ...[folder, packages, ...above.map((path) => join(path, 'node_modules'))].flatMap((path) => [path, join(path, '*')]),
    ...above.map((path) => join(path, 'package.json')),
  ];
}

function parsed(bytes: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
