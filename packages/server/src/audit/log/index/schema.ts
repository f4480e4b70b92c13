import { DatabaseSync } from 'node:sqlite';

/*
 * Rows are appended to `events`, which costs little. An ordinary index on each column would cost ten times as much,
 * because users, sessions and addresses fall all over it. So once 16,384 rows are together, one posting list is written
 * for each value of a field that occurs in them, and for fields of many values the hashes of these (`index-hashes.ts`);
 * the rows after the last such segment are few enough to be read through.
 */

/** Rows of a segment: its number is the log index divided by this. */
export const SEGMENT_ROWS = 16_384;

/** Fields of few values, which have a posting list for each, by number. */
export const POSTING_FIELDS = ['class_uid', 'outcome', 'app', 'route', 'code', 'object_type'] as const;
export type PostingField = (typeof POSTING_FIELDS)[number];

/** Raised when tables or columns change: an index of another version is built anew from the log. */
export const INDEX_VERSION = 4;

export const INDEX_COLUMNS = [
  'time',
  'class_uid',
  'activity_id',
  'severity_id',
  'status_id',
  'outcome',
  'app',
  'action',
  'route',
  'method',
  'path',
  'http_status',
  'code',
  'stage',
  'user',
  'dept',
  'address',
  'session',
  'device',
  'request_id',
  'latency_us',
  'bytes_out',
  'message',
  'object_type',
  'object',
] as const;

const SCHEMA = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE events (
    log_index INTEGER PRIMARY KEY,
    time INTEGER NOT NULL, class_uid INTEGER NOT NULL, activity_id INTEGER NOT NULL, severity_id INTEGER NOT NULL,
    status_id INTEGER NOT NULL, outcome INTEGER NOT NULL, app TEXT, action TEXT, route TEXT, method TEXT, path TEXT,
    http_status INTEGER, code TEXT, stage TEXT, user TEXT, dept TEXT, address TEXT, session TEXT, device TEXT,
    request_id TEXT, latency_us INTEGER, bytes_out INTEGER, message TEXT, object_type TEXT, object TEXT
  ) STRICT;
  CREATE INDEX events_request ON events (request_id) WHERE request_id IS NOT NULL;
  CREATE TABLE segments (
    segment INTEGER PRIMARY KEY, min_time INTEGER NOT NULL, max_time INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE postings (
    field INTEGER NOT NULL, key TEXT NOT NULL, segment INTEGER NOT NULL, offsets BLOB NOT NULL,
    PRIMARY KEY (field, key, segment)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE hashed_postings (bucket INTEGER PRIMARY KEY, pairs BLOB NOT NULL) STRICT;
  CREATE TABLE segment_texts (
    segment INTEGER PRIMARY KEY, grams BLOB NOT NULL, texts BLOB NOT NULL, starts BLOB NOT NULL, firsts BLOB NOT NULL,
    offsets BLOB NOT NULL
  ) STRICT;
  CREATE TABLE traffic_minute (
    minute INTEGER NOT NULL, app TEXT NOT NULL, route TEXT NOT NULL, outcome INTEGER NOT NULL, code TEXT NOT NULL,
    stage TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (minute, app, route, outcome, code, stage)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE address_hour (
    hour INTEGER NOT NULL, app TEXT NOT NULL, address TEXT NOT NULL, count INTEGER NOT NULL, refused INTEGER NOT NULL,
    PRIMARY KEY (hour, app, address)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE inspected (
    log_index INTEGER PRIMARY KEY, time INTEGER NOT NULL, app TEXT NOT NULL, route TEXT NOT NULL,
    request_id TEXT NOT NULL, verdict INTEGER NOT NULL, class TEXT NOT NULL, threats TEXT NOT NULL,
    dropped INTEGER NOT NULL
  ) STRICT;
  PRAGMA user_version = ${INDEX_VERSION};
`;

/**
 * Opens the index for writing, making its tables when there are none. Returns null when the file is damaged or of
 * another version: then it must be deleted, because everything in it can be read from the log again.
 */
export function openIndexForWriting(path: string): DatabaseSync | null {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  try {
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384',
    );
    const version = database.prepare('PRAGMA user_version').get()?.user_version;
    if (version === INDEX_VERSION) return database;
    if (version === 0 && database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables === 0) {
      database.exec(`BEGIN; ${SCHEMA} COMMIT`);
      return database;
    }
  } catch (error) {
    if (!isDamage(error)) {
      database.close();
      throw error;
    }
  }
  database.close();
  return null;
}

const DAMAGE: ReadonlySet<number> = new Set([11, 19, 26]);

/**
 * True for an error that says the index is damaged: SQLITE_CORRUPT (11), SQLITE_NOTADB (26), and SQLITE_CONSTRAINT (19), because rows are only added
 * where none can be.
 */
export function isDamage(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && DAMAGE.has(error.errcode & 0xff);
}
