import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { formatTilePath, parseCheckpoint, parseNote, TILE_WIDTH, type TileId, tileCounts } from '@menshen/tlog';
import { readTileFile } from '../../audit/log/tile-files.ts';
import { leftOut } from '../left-out.ts';

/** A file as it is shipped: whole. */
export interface ShippedFile {
  /** Below the data folder, with slashes. */
  readonly name: string;
  /** Reads it, when its turn comes: a log does not fit into memory. Null when it has gone. */
  readonly read: () => Uint8Array | null;
}

/** What was shipped of the data folder beside the store. */
export interface FilePosition {
  /** Entries of the log under the last shipped checkpoint; -1 before the first. */
  readonly log: number;
  /** Size and time of change of every other file. */
  readonly files: ReadonlyMap<string, string>;
}

export interface FileChanges {
  readonly position: FilePosition;
  readonly files: readonly ShippedFile[];
  readonly removed: readonly string[];
}

export interface FilePlaces {
  readonly data: string;
  /** Folder of the audit log. */
  readonly log: string;
  /** File of the embedded store, below the data folder; null for PostgreSQL. */
  readonly database: string | null;
  /** Whether the keys travel, too. */
  readonly keys: boolean;
}

/** Of the data folder: made again by itself, or not this place's. */
const left = /^(tlog|\.backup-.*|.*\.(sock|part|new|lock)|lock)$/;
/** Of the log's folder: what a start makes again. Archived days were shipped as tiles. */
const leftOfLog = /^(tile|wal|archive|lock|.*\.sock|index\.db(-wal|-shm)?|checkpoint(\.new)?)$/;
const largestFile = 256 << 20;
const mostFiles = 200_000;

export const nothingShipped: FilePosition = { log: -1, files: new Map() };

/**
 * What changed beside the store since a position. Of the audit log what its checkpoint covers: the tiles that have been filled, the unfinished ones of this
 * size, and the checkpoint. Tiles never change, so that the log costs what was added to it.
 */
export function changedFiles(places: FilePlaces, from: FilePosition): FileChanges {
  const files: ShippedFile[] = [];
  const log = logFiles(places.log, from.log, files);
  const seen = new Map<string, string>();
  for (const [name, path, mark] of otherFiles(places)) {
    seen.set(name, mark);
    if (from.files.get(name) === mark) continue;
    files.push({ name, read: () => readIfThere(path) });
  }
  const removed = [...from.files.keys()].filter((name) => !seen.has(name));
  return { position: { log, files: seen }, files, removed };
}

function logFiles(folder: string, from: number, files: ShippedFile[]): number {
  const note = readIfThere(join(folder, 'checkpoint'));
  if (note === null) return from;
  const { size } = parseCheckpoint(parseNote(new Uint8Array(note)).text);
  if (size === from) return from;
  // A log that is shorter is another one: it goes from its start.
  const start = from > size || from < 0 ? 0 : from;
  const take = (tile: TileId): void => {
    // Bundles of old days may have been moved to an archive: then there is none to read. The unfinished ones are replaced, and so read at once.
    if (tile.width === TILE_WIDTH) return void files.push({ name: nameOf(tile), read: () => readTileFile(folder, tile) });
    const bytes = readTileFile(folder, tile);
    if (bytes === null) return;
    const wide = tile.level === 'entries' && !cutToWidth(folder, tile);
    files.push({ name: nameOf(wide ? { ...tile, width: TILE_WIDTH } : tile), read: () => bytes });
  };
  for (let level = 0; ; level += 1) {
    const { full, partial } = tileCounts(level, size);
    if (full === 0 && partial === 0) break;
    for (let index = tileCounts(level, start).full; index < full; index += 1) {
      take({ level, index, width: TILE_WIDTH });
      if (level === 0) take({ level: 'entries', index, width: TILE_WIDTH });
    }
    if (partial === 0) continue;
    take({ level, index: full, width: partial });
    if (level === 0) take({ level: 'entries', index: full, width: partial });
  }
  files.push({ name: 'tlog/checkpoint', read: () => note });
  return size;
}

const nameOf = (tile: TileId): string => `tlog/${formatTilePath(tile)}`;

/** Whether the bundle of exactly this width is there; else the full one was read, which holds more than the checkpoint covers. */
const cutToWidth = (folder: string, tile: TileId): boolean => readIfThere(join(folder, formatTilePath(tile))) !== null;

/** The small files of the data folder, and of the log's, with what tells a changed one. */
function* otherFiles({ data, log, database, keys }: FilePlaces): Generator<readonly [string, string, string]> {
  let count = 0;
  function* walk(folder: string, prefix: string, leave: RegExp | null): Generator<readonly [string, string, string]> {
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      const name = `${prefix}${entry.name}`;
      if (leave?.test(entry.name) === true || leftOut.has(name) || (name === 'keys' && !keys)) continue;
      if (database !== null && (name === database || name.startsWith(`${database}-`) || name.startsWith(`${database}.lock`)))
        continue;
      if (entry.isDirectory()) yield* walk(path, `${name}/`, null);
      else if (entry.isFile()) {
        const about = statSync(path, { throwIfNoEntry: false });
        if (about === undefined || about.size > largestFile) continue;
        count += 1;
        if (count > mostFiles) return;
        yield [name, path, `${about.size} ${about.mtimeMs}`];
      }
    }
  }
  yield* walk(data, '', left);
  yield* walk(log, 'tlog/', leftOfLog);
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
