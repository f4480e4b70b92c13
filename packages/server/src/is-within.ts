import { isAbsolute, relative, sep } from 'node:path';

/** Whether an absolute path is a folder or lies below it, by name: resolve links before where they matter. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`);
}
