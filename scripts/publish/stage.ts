import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { entryFiles, type Manifest, publishedManifest } from './manifest.ts';
import { reachableFiles } from './reachable.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string): Manifest => JSON.parse(readFileSync(file, 'utf8')) as Manifest;

/** Folders of the packages that are published: those whose manifest says to whom. */
export function publishedPackages(): readonly string[] {
  return readdirSync(join(root, 'packages'))
    .map((name) => join(root, 'packages', name))
    .filter(
      (folder) =>
        existsSync(join(folder, 'package.json')) && read(join(folder, 'package.json')).publishConfig?.access === 'public',
    )
    .sort();
}

/**
 * Lays out a built package as it is published: the manifest of {@link publishedManifest}, the built files that it leads to, whole folders that
 * `files` names beside `dist`, README and licence.
 * @throws Error when something that the manifest leads to was not built
 */
export function stagePackage(folder: string, target: string): Manifest {
  const manifest = publishedManifest(read(join(folder, 'package.json')), read(join(root, 'package.json'))['engines']);
  const put = (file: string, text: string): void => {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    writeFileSync(join(target, file), text);
  };
  put('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
  for (const [file, text] of reachableFiles(folder, builtEntries(folder, manifest))) put(file, text);
  for (const extra of manifest.files ?? []) {
    if (extra !== 'dist') cpSync(join(folder, extra), join(target, extra), { recursive: true });
  }
  if (existsSync(join(folder, 'README.md'))) cpSync(join(folder, 'README.md'), join(target, 'README.md'));
  cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
  return manifest;
}

/** What is built and not led to by anything else: what the manifest names, and what its binaries, plain JavaScript in `bin`, write out as a path. */
export function builtEntries(folder: string, manifest: Manifest): readonly string[] {
  const entries = entryFiles(manifest).filter((file) => file.startsWith('dist/'));
  const binaries = typeof manifest.bin === 'string' ? [manifest.bin] : Object.values(manifest.bin ?? {});
  const programs = binaries.flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/'\.\.\/(dist\/[^']+\.js)'/g)].map(([, path = '']) => path),
  );
  return [...entries, ...programs];
}
