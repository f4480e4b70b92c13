import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { encodeHex, TILE_WIDTH } from '@menshen/tlog';
import { tree } from '@menshen/tlog/node';
import { readEntries } from '../read-entries.ts';
import { openIndexPruning } from './prune.ts';
import { openIndexRows } from './rows.ts';
import { openIndexForWriting } from './schema.ts';

/** Writes the search index of a log directory; it reads the published tiles like any other reader. */
export interface Indexer {
  /** Entries that are in the index. */
  readonly size: number;
  /** Indexes up to 1,024 further entries of a log of `published` entries. Returns true when there is more to do. */
  step(published: number): boolean;
  close(): void;
}

const ROWS_PER_STEP = 4 * TILE_WIDTH;

/** Name of the index in a log directory. */
export const INDEX_FILE = 'index.db';

/** Opens the index, and begins it anew when it is damaged, of another version, or of another log. */
export function openIndexer(directory: string): Indexer {
  const path = join(directory, INDEX_FILE);
  const fresh = (): DatabaseSync => {
    discardIndex(directory);
    const made = openIndexForWriting(path);
    if (made === null) throw new Error('a fresh index cannot be damaged');
    return made;
  };
  let database = openIndexForWriting(path) ?? fresh();
  if (!belongs(database, directory)) {
    database.close();
    database = fresh();
  }
  return createIndexer(directory, database);
}

/** Deletes the index; it can be made from the log again. */
export function discardIndex(directory: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${join(directory, INDEX_FILE)}${suffix}`, { force: true });
}

/** True when the last entry in the index is the one that the log has at this place. */
function belongs(database: DatabaseSync, directory: string): boolean {
  const size = readMeta(database, 'size');
  if (size === undefined) return true;
  const entry = typeof size === 'number' && size > 0 ? readEntryFrom(directory, size - 1, size) : null;
  return entry !== null && encodeHex(tree.leafHash(entry)) === readMeta(database, 'last_leaf');
}

function readMeta(database: DatabaseSync, key: string): unknown {
  return database.prepare('SELECT value FROM meta WHERE key = ?').get(key)?.value;
}

function readEntryFrom(directory: string, index: number, size: number): Uint8Array | null {
  return readEntries(directory, index, size)?.[0] ?? null;
}

function createIndexer(directory: string, database: DatabaseSync): Indexer {
  const stored = readMeta(database, 'size');
  const pruning = openIndexPruning(database, directory);
  // Entries that the log has given up are not waited for.
  let size = Math.max(typeof stored === 'number' ? stored : 0, pruning.minimum());
  const setMeta = database.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
  let rows = openIndexRows(database, size);

  return {
    get size() {
      return size;
    },
    step(published) {
      if (size < pruning.minimum()) {
        size = pruning.minimum();
        rows = openIndexRows(database, size);
      }
      const before = size;
      if (pruning.step()) return true;
      if (size >= published) return false;
      database.exec('BEGIN');
      try {
        let last: Uint8Array | undefined;
        while (size < published && size - before < ROWS_PER_STEP) {
          const entries = readEntries(directory, size, published);
          if (entries === null) break;
          rows.add(entries);
          ({ size } = rows);
          last = entries.at(-1) ?? last;
        }
        setMeta.run('size', size);
        if (last !== undefined) setMeta.run('last_leaf', encodeHex(tree.leafHash(last)));
        database.exec('COMMIT');
      } catch (error) {
        size = before;
        database.exec('ROLLBACK');
        rows = openIndexRows(database, size);
        throw error;
      }
      return size > before && size < published;
    },
    close: () => database.close(),
  };
}
