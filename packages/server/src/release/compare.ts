import { createHash } from 'node:crypto';
import type { TreeFile } from './file-tree.ts';

/** How a folder differs from what was signed. */
export interface Drift {
  readonly changed: readonly string[];
  readonly missing: readonly string[];
  readonly added: readonly string[];
}

export const hasDrift = ({ changed, missing, added }: Drift): boolean => changed.length + missing.length + added.length > 0;

export function compareTrees(signed: readonly TreeFile[], found: readonly TreeFile[]): Drift {
  const now = new Map(found.map(({ name, sha256 }) => [name, sha256]));
  const then = new Set(signed.map(({ name }) => name));
  return {
    changed: signed.filter(({ name, sha256 }) => now.has(name) && now.get(name) !== sha256).map(({ name }) => name),
    missing: signed.filter(({ name }) => !now.has(name)).map(({ name }) => name),
    added: found.filter(({ name }) => !then.has(name)).map(({ name }) => name),
  };
}

/** One hash for all files: SHA-256 over a line `HASH  NAME` for each, as `sha256sum` writes them. */
export function buildIdOf(files: readonly TreeFile[]): string {
  const hash = createHash('sha256');
  for (const { name, sha256 } of files) hash.update(`${sha256}  ${name}\n`);
  return hash.digest('hex');
}
