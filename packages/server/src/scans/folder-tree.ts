import { closeSync, fstatSync, lstatSync, opendirSync, openSync, readSync } from 'node:fs';
import { join, sep } from 'node:path';
import { isIgnoredFolder, type ProjectEntry, type ProjectFiles } from '@menshen/scan';

/** Nesting of folders that is followed. */
const deepest = 60;
/** Entries looked at before the listing ends; the scan's own limits are lower. */
const mostEntries = 500_000;

/** The files of a folder. Links, devices and folders of installed packages are left out; nothing outside the folder is ever opened. */
export function folderTree(root: string, maxBytes: number): ProjectFiles {
  return {
    list: () => entriesOf(root),
    read: (path) => readStart(join(root, ...path.split('/')), maxBytes + 1),
  };
}

function* entriesOf(root: string): Generator<ProjectEntry> {
  const waiting: { folder: string; depth: number }[] = [{ folder: '', depth: 0 }];
  let seen = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { folder, depth } = next;
    let open: ReturnType<typeof opendirSync>;
    try {
      open = opendirSync(join(root, folder));
    } catch {
      continue;
    }
    try {
      for (let entry = open.readSync(); entry !== null; entry = open.readSync()) {
        seen += 1;
        if (seen > mostEntries) return;
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory()) {
          if (depth < deepest && !isIgnoredFolder(entry.name)) waiting.push({ folder: path, depth: depth + 1 });
        } else if (entry.isFile()) yield { path, size: sizeOf(join(root, path)) };
      }
    } finally {
      open.closeSync();
    }
  }
}

function sizeOf(path: string): number {
  try {
    return lstatSync(path).size;
  } catch {
    return 0;
  }
}

/** At most `bytes` from the beginning of a file. */
function readStart(path: string, bytes: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new Error('not a file');
    const size = Math.min(stat.size, bytes);
    const buffer = Buffer.allocUnsafe(size);
    let at = 0;
    while (at < size) {
      const count = readSync(file, buffer, at, size - at, at);
      if (count === 0) break;
      at += count;
    }
    return buffer.subarray(0, at);
  } finally {
    closeSync(file);
  }
}

/** A path as the scan writes it: relative, with slashes. */
export const posixPath = (path: string): string => (sep === '/' ? path : path.split(sep).join('/'));
