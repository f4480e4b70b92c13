import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Finding, Problem, ProjectFiles, ScanStats } from '@menshen/scan';

/** What a scan found, kept under the digest of everything that it depends on. */
export interface CachedScan {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly stats: ScanStats;
}

const mostBytes = 64 * 1_048_576;

/** Where results are kept unless `--cache` says otherwise: never inside the project. */
export function defaultCacheFolder(environment: NodeJS.ProcessEnv): string {
  return join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'menshen', 'scan');
}

/**
 * Digest of a tree and of how it is scanned. Two trees with the same digest have the same files with the same bytes; time stamps do not count, because
 * checkouts change them.
 */
export function digestOf(files: ProjectFiles, facts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const fact of facts) hash.update(`${fact.length}:${fact}\n`);
  for (const { path } of [...files.list()].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    let bytes: Uint8Array;
    try {
      bytes = files.read(path);
    } catch {
      hash.update(`!${path.length}:${path}\n`);
      continue;
    }
    hash.update(`${path.length}:${path}:${bytes.length}\n`);
    hash.update(bytes);
  }
  return hash.digest('hex');
}

export function readCached(folder: string, digest: string): CachedScan | null {
  const file = join(folder, `${digest}.json`);
  try {
    if (statSync(file).size > mostBytes) return null;
    const value = JSON.parse(readFileSync(file, 'utf8')) as { readonly digest?: unknown } & Partial<CachedScan>;
    if (
      value.digest !== digest ||
      !Array.isArray(value.findings) ||
      !Array.isArray(value.problems) ||
      typeof value.stats !== 'object'
    )
      return null;
    return { findings: value.findings, problems: value.problems, stats: value.stats };
  } catch {
    return null;
  }
}

/** Keeps a result; a folder that cannot be written costs only the next run's time. */
export function writeCached(folder: string, digest: string, scan: CachedScan): void {
  const file = join(folder, `${digest}.json`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const text = JSON.stringify({ digest, ...scan });
    if (text.length > mostBytes) return;
    writeFileSync(`${file}.${process.pid}`, text, { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // The cache is an aid, not a promise.
  }
}
