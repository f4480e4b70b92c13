import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readBounded } from '../../api/bounded-answer.ts';

/** Where a log's files lie: its folder, and the folders of days that were moved out of it. */
export interface LogFolders {
  readonly directory: string;
  /** Folders in which entry bundles are looked for that the log's own folder no longer has. */
  readonly archives: readonly string[];
  /** Where archives of this log, and of those that it continues, are looked for besides their own folders. */
  readonly archive?: string;
}

/** Folder of a log's archived days, in its folder. */
export const ARCHIVE_FOLDER = 'archive';
const MAX_ARCHIVES = 20_000;

/** The folder of one log's days below a folder of archives, which several logs may share. */
export function archiveOf(archive: string, origin: string): string {
  return join(archive, origin.replace(/[^A-Za-z0-9.-]+/g, '_').slice(0, 200));
}

/** A log's folder with its archived days: from its own folder `archive`, and from another one where one is named. */
export function logFolders(directory: string, archive?: string): LogFolders {
  const origin = /^[^\n]{1,1000}/.exec(readTextSync(join(directory, 'checkpoint')))?.[0] ?? '';
  const roots = [join(directory, ARCHIVE_FOLDER), ...(archive === undefined ? [] : [archive])];
  const archives = origin === '' ? [] : roots.flatMap((root) => foldersIn(archiveOf(root, origin)));
  return { directory, archives: archives.slice(0, MAX_ARCHIVES), ...(archive === undefined ? {} : { archive }) };
}

function readTextSync(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && !entry.name.endsWith('.new')).map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
}

/** Where a log is read from: its folder, or the address it is served at. */
export interface LogSource {
  /** Bytes of a file below the log's prefix, such as `checkpoint` or `tile/0/000`; null when there is none. They are the caller's own. */
  read(path: string): Promise<Uint8Array | null>;
  /** Set where it is folders, so that several threads can read them. */
  readonly folders?: LogFolders;
}

/** Largest file of a log: a bundle of 256 entries of 65,535 bytes, each with its length. */
const MAX_FILE_BYTES = 256 * (2 + 65_535);

async function readPath(directory: string, path: string): Promise<Uint8Array | null> {
  try {
    const bytes = await readFile(join(directory, ...path.split('/')));
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
}

/** Reads a log's folder, and entry bundles that it no longer has from its archives. */
export function folderSource(folders: LogFolders): LogSource {
  return {
    folders,
    async read(path) {
      const own = await readPath(folders.directory, path);
      if (own !== null || !path.startsWith('tile/entries/')) return own;
      for (const archive of folders.archives) {
        const bytes = await readPath(archive, path);
        if (bytes !== null) return bytes;
      }
      return null;
    },
  };
}

/** The log that lies in a folder of another one. */
export function sourceBelow(source: LogSource, folder: string): LogSource {
  const { folders } = source;
  if (folders === undefined) return { read: (path) => source.read(`${folder}/${path}`) };
  return folderSource(logFolders(join(folders.directory, folder), folders.archive));
}

/** Reads a log's folder. */
export function directorySource(directory: string): LogSource {
  return folderSource({ directory, archives: [] });
}

/** Reads a log over HTTP, as C2SP tlog-tiles serves it below `base`. Rejects on any answer but 200 and 404. */
export function httpSource(base: string, fetch: (url: string) => Promise<Response>): LogSource {
  const prefix = base.endsWith('/') ? base : `${base}/`;
  return {
    async read(path) {
      const response = await fetch(new URL(path, prefix).href);
      if (response.status === 404) return null;
      if (response.status !== 200) throw new Error('the log is not served here');
      // The log of somebody else is verified, and who serves it may be hostile.
      return new Uint8Array(await readBounded(response, MAX_FILE_BYTES));
    },
  };
}
