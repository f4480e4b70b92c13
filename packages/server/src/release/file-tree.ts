import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A file of a release: its path with `/`, relative to the folder. */
export interface TreeFile {
  readonly name: string;
  /** Hexadecimal. Of a symbolic link, of `link:` and its target. */
  readonly sha256: string;
}

export interface TreeOptions {
  /** Names of files and folders that are left out, wherever they stand, or paths from the folder on. */
  readonly ignore: readonly string[];
  readonly maxFiles?: number;
}

/** Left out always: what tools write into a folder of source, and the manifest itself. Files only: a folder of such a name is nobody's but an intruder's. */
const ignoredFiles: ReadonlySet<string> = new Set(['.git', '.DS_Store', 'project.private.config.json', 'menshen-release.json']);
const repository = '.git';
/** What a web server runs or takes its settings from, which no repository holds under such a name: it would be served from there and seen by nobody. */
const served = /(?:\.(?:php\d?|phtml|phar|jspx?|aspx?|ashx|asmx|cgi|cfm|shtml)|^\.htaccess|^\.user\.ini|^web\.config)$/i;

const maxFiles = 300_000;
const atOnce = 8;

/** A folder that cannot be read as a release. */
export class TreeError extends Error {
  override readonly name = 'TreeError';
  readonly reason: 'missing' | 'too_many' | 'unreadable';
  constructor(reason: TreeError['reason'], options?: ErrorOptions) {
    super(`the folder cannot be read: ${reason}`, options);
    this.reason = reason;
  }
}

/** The files of a folder in the order of their names, each with its hash. Links are not followed. @throws TreeError */
export async function readTree(folder: string, options: TreeOptions): Promise<TreeFile[]> {
  const names = await namesOf(folder, options);
  const files: TreeFile[] = new Array(names.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < names.length; at = next++) {
      const name = names[at] ?? '';
      files[at] = { name, sha256: await hashOf(join(folder, ...name.split('/'))) };
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return files;
}

async function namesOf(folder: string, { ignore, maxFiles: most = maxFiles }: TreeOptions): Promise<string[]> {
  const left = new Set<string>(ignore);
  const names: string[] = [];
  const walk = async (path: string, prefix: string, inRepository: boolean): Promise<void> => {
    const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
      throw new TreeError(prefix === '' ? 'missing' : 'unreadable', { cause: error });
    });
    for (const entry of entries) {
      const name = `${prefix}${entry.name}`;
      if (left.has(entry.name) || left.has(name)) continue;
      if (entry.isDirectory()) await walk(join(path, entry.name), `${name}/`, inRepository || entry.name === repository);
      else if (
        inRepository ? entry.isSymbolicLink() || served.test(entry.name) : !(entry.isFile() && ignoredFiles.has(entry.name))
      )
        names.push(name);
      if (names.length > most) throw new TreeError('too_many');
    }
  };
  await walk(folder, '', false);
  return names.sort();
}

/** The hash of a file or link. @throws TreeError for what is neither, or cannot be read */
export async function hashOf(path: string): Promise<string> {
  try {
    const about = await lstat(path);
    const hash = createHash('sha256');
    if (about.isSymbolicLink()) return hash.update(`link:${await readlink(path)}`).digest('hex');
    if (!about.isFile()) throw new TreeError('unreadable');
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
  } catch (error) {
    throw error instanceof TreeError ? error : new TreeError('unreadable', { cause: error });
  }
}
