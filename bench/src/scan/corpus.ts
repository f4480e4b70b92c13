import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes of source that the tree should hold, as the goal is stated. */
const wanted = 20_000_000;
const source = /\.(?:js|ts|tsx|jsx|vue|wxml|wxs|json|java|ya?ml|md)$/;
const left = new Set(['node_modules', 'dist', '.git', 'coverage', 'fixtures']);

/**
 * A tree of about 20 MB of source: the vulnerable mini program and the sources of this repository, as often as it takes. Copies have names of their own,
 * so that nothing is answered twice from a memory.
 */
export function buildCorpus(folder: string, repository: string): void {
  const parts = [
    'packages/demo/vulnerable-miniprogram',
    'packages/demo/miniprogram',
    'packages/server/src',
    'packages/console/src',
    'packages/scan/src',
    'packages/miniprogram/src',
  ];
  let bytes = 0;
  for (let copy = 0; bytes < wanted && copy < 200; copy += 1)
    for (const part of parts) {
      const target = join(folder, `copy-${copy}`, part);
      mkdirSync(target, { recursive: true });
      cpSync(join(repository, part), target, {
        recursive: true,
        filter: (path) => !left.has(path.split('/').at(-1) ?? '') && (statSync(path).isDirectory() || source.test(path)),
      });
      bytes += bytesOf(target);
      if (bytes >= wanted) break;
    }
}

/** Bytes of source below a folder; folders of installed packages do not count. */
export function bytesOf(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += left.has(entry.name) ? 0 : bytesOf(path);
    else if (entry.isFile() && source.test(entry.name)) bytes += statSync(path).size;
  }
  return bytes;
}

/** Version of a package in a folder of peers, or null where it is not installed. */
export function versionIn(folder: string, name: string): string | null {
  try {
    return (JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return null;
  }
}
