import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { encodeHex, TILE_WIDTH } from '@menshen/tlog';
import { tree } from '@menshen/tlog/node';
import { readGatewayEvent } from './gateway-event-reader.ts';
import { openInspectedRows } from './index-inspected.ts';
import { openPostings } from './index-postings.ts';
import { openIndexPruning } from './index-prune.ts';
import { columnsOf, type IndexedEvent, OUTCOME_IDS, parseEvent } from './index-row.ts';
import { INDEX_COLUMNS, openIndexForWriting } from './index-schema.ts';
import { readEntries } from './read-entries.ts';

/** Writes the search index of a log directory; it reads the published tiles like any other reader. */
export interface Indexer {
  /** Entries that are in the index. */
  readonly size: number;
  /** Indexes up to 1,024 further entries of a log of `published` entries. Returns true when there is more to do. */
  step(published: number): boolean;
  close(): void;
}

const ROWS_PER_STEP = 4 * TILE_WIDTH;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const API_ACTIVITY = 6003;

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
  const insert = database.prepare(
    `INSERT INTO events (log_index, ${INDEX_COLUMNS.join(', ')}) VALUES (?${', ?'.repeat(INDEX_COLUMNS.length)})`,
  );
  const setMeta = database.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
  const addMinute = database.prepare(
    `INSERT INTO traffic_minute (minute, app, route, outcome, code, stage, count) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count`,
  );
  const addAddress = database.prepare(
    `INSERT INTO address_hour (hour, app, address, count, refused) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count, refused = refused + excluded.refused`,
  );
  const decoder = new TextDecoder();
  let postings = openPostings(database, size);
  const inspected = openInspectedRows(database);

  const insertRows = (entries: readonly Uint8Array[]): void => {
    const minutes = new Map<string, InMinute>();
    const addresses = new Map<string, InHour>();
    // Most requests are counted where the one before was.
    let inMinute: InMinute | null = null;
    let inHour: InHour | null = null;
    for (const entry of entries) {
      const text = decoder.decode(entry);
      const read = readGatewayEvent(text);
      const event = read ?? parseEvent(text);
      // What is read without parsing holds no findings.
      if (read === null) inspected.add(size, text, event);
      insert.run(size, ...columnsOf(event));
      postings.add(size, event);
      size += 1;
      if (event.class_uid !== API_ACTIVITY) continue;
      if (inMinute === null || !sameMinute(inMinute.event, event)) inMinute = minuteOf(minutes, event);
      inMinute.count += 1;
      if (event.address === null) continue;
      if (inHour === null || !sameHour(inHour.event, event)) inHour = hourOf(addresses, event);
      inHour.count += 1;
      if (event.outcome === OUTCOME_IDS.refused) inHour.refused += 1;
    }
    inspected.prune();
    for (const { event, count } of minutes.values()) {
      const { time, app, route, outcome, code, stage } = event;
      addMinute.run(Math.floor(time / MINUTE_MS), app ?? '', route ?? '', outcome, code ?? '', stage ?? '', count);
    }
    for (const { event, count, refused } of addresses.values()) {
      addAddress.run(Math.floor(event.time / HOUR_MS), event.app ?? '', event.address, count, refused);
    }
  };

  return {
    get size() {
      return size;
    },
    step(published) {
      if (size < pruning.minimum()) {
        size = pruning.minimum();
        postings = openPostings(database, size);
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
          insertRows(entries);
          last = entries.at(-1) ?? last;
        }
        setMeta.run('size', size);
        if (last !== undefined) setMeta.run('last_leaf', encodeHex(tree.leafHash(last)));
        database.exec('COMMIT');
      } catch (error) {
        size = before;
        database.exec('ROLLBACK');
        postings = openPostings(database, size);
        throw error;
      }
      return size > before && size < published;
    },
    close: () => database.close(),
  };
}

interface InMinute {
  readonly event: IndexedEvent;
  count: number;
}

interface InHour extends InMinute {
  refused: number;
}

const sameMinute = (a: IndexedEvent, b: IndexedEvent): boolean =>
  Math.floor(a.time / MINUTE_MS) === Math.floor(b.time / MINUTE_MS) &&
  a.outcome === b.outcome &&
  a.code === b.code &&
  a.stage === b.stage &&
  a.app === b.app &&
  a.route === b.route;

const sameHour = (a: IndexedEvent, b: IndexedEvent): boolean =>
  Math.floor(a.time / HOUR_MS) === Math.floor(b.time / HOUR_MS) && a.app === b.app && a.address === b.address;

function minuteOf(minutes: Map<string, InMinute>, event: IndexedEvent): InMinute {
  const { time, app, route, outcome, code, stage } = event;
  const key = `${Math.floor(time / MINUTE_MS)}\n${app}\n${route}\n${outcome}\n${code}\n${stage}`;
  const known = minutes.get(key) ?? { event, count: 0 };
  minutes.set(key, known);
  return known;
}

function hourOf(addresses: Map<string, InHour>, event: IndexedEvent): InHour {
  const key = `${Math.floor(event.time / HOUR_MS)}\n${event.app}\n${event.address}`;
  const known = addresses.get(key) ?? { event, count: 0, refused: 0 };
  addresses.set(key, known);
  return known;
}
