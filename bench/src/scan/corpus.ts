import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';

/** Bytes of source that the tree should hold, as the goal is stated. */
const wanted = 20_000_000;
const source = /\.(?:js|ts|tsx|jsx|vue|wxml|wxs|json|java|php|py|ya?ml|sql|md)$/;
const left = new Set(['node_modules', 'dist', '.git', 'coverage', 'fixtures']);
const parts = [
  'packages/demo/vulnerable-miniprogram',
  'packages/demo/miniprogram',
  'packages/demo/src',
  'packages/server/src',
  'packages/emulator/src',
  'packages/miniprogram/src',
  'packages/scan/src',
];

/**
 * A tree of about 20 MB: the vulnerable mini program and the sources of this repository, as often as it takes, TypeScript without its types, since what
 * the scanner meets is mostly JavaScript and since the peers read nothing else. Each copy has a folder of its own.
 */
export function buildCorpus(folder: string, repository: string): void {
  let bytes = 0;
  for (let copy = 0; bytes < wanted && copy < 200; copy += 1)
    for (const part of parts) {
      for (const file of filesBelow(join(repository, part))) {
        const script = file.endsWith('.ts') ? withoutTypes(file) : { name: file, text: readFileSync(file, 'utf8') };
        if (script === null) continue;
        const target = join(folder, `copy-${copy}`, part, script.name.slice(join(repository, part).length + 1));
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(target, script.text);
        bytes += Buffer.byteLength(script.text);
      }
      if (bytes >= wanted) break;
    }
}

function withoutTypes(file: string): { name: string; text: string } | null {
  if (file.endsWith('.d.ts')) return null;
  try {
    return { name: file.replace(/\.ts$/, '.js'), text: stripTypeScriptTypes(readFileSync(file, 'utf8')) };
  } catch {
    return null;
  }
}

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!left.has(entry.name)) yield* filesBelow(path);
    } else if (entry.isFile() && source.test(entry.name)) yield path;
  }
}

/** Bytes of source below a folder; folders of installed packages do not count. */
export function bytesOf(folder: string): number {
  let bytes = 0;
  for (const file of filesBelow(folder)) bytes += statSync(file).size;
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
