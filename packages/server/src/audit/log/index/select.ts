import type { DatabaseSync } from 'node:sqlite';
import { type FieldKeys, REQUEST_CLASS, type Selection } from './filter.ts';
import { openHashReader } from './hashes.ts';
import { POSTING_FIELDS, SEGMENT_ROWS } from './schema.ts';
import { textSource } from './texts.ts';

/** A row of the index as SQLite gives it. */
export type IndexRow = Readonly<Record<string, string | number | null>>;

/** Longer candidate lists are not fetched row by row: reading the segment through is faster. */
const MAX_CANDIDATES = SEGMENT_ROWS / 8;
/** So few rows are looked at one by one before their texts are looked for. */
const FEW_CANDIDATES = 64;
/** Rows that are looked at without asking for further lists, and those for which only short ones are asked. */
const FEW_ROWS = 3;
const SOME_ROWS = 32;
const SHORT_LIST_BYTES = 4_096;
const BUCKET_BYTES = 1_536;
const CLASS_FIELD = POSTING_FIELDS.indexOf('class_uid');

/**
 * Gives the rows of a selection one by one, newest first or oldest first: whole segments by their posting lists, the
 * unfinished last one by reading it. Whoever has enough stops iterating.
 */
export function* selectRows(
  database: DatabaseSync,
  selection: Selection,
  columns: readonly string[],
  ascending: boolean,
): Generator<IndexRow> {
  const direction = ascending ? 'ASC' : 'DESC';
  const list = columns.join(', ');
  const scan = database.prepare(
    `SELECT ${list} FROM events WHERE log_index >= ? AND log_index < ? AND ${selection.sql} ORDER BY log_index ${direction}`,
  );
  if (selection.sql.includes('request_id = ?')) {
    // At most a handful of rows: the ordinary index on request ids finds them.
    yield* scan.iterate(selection.first, selection.end, ...selection.values) as Iterable<IndexRow>;
    return;
  }
  const one = database.prepare(`SELECT ${list} FROM events WHERE log_index = ? AND ${selection.sql}`);
  const segments = database
    .prepare(
      `SELECT segment FROM segments WHERE max_time >= ? AND min_time <= ? AND segment >= ? AND segment * ${SEGMENT_ROWS} < ?
       ORDER BY segment ${direction}`,
    )
    .all(selection.from, selection.to, Math.floor(selection.first / SEGMENT_ROWS), selection.end)
    .map((row) => Number(row.segment));
  const whole = (Number(database.prepare('SELECT max(segment) AS last FROM segments').get()?.last ?? -1) + 1) * SEGMENT_ROWS;
  const listed = candidateSource(database, selection);
  const withText = textSource(database, selection.part);
  const candidates = (segment: number): readonly number[] | null => {
    const left = listed(segment);
    if (left !== null && left.length <= FEW_CANDIDATES) return left;
    const also = withText(segment);
    if (left === null || also === null) return left ?? also;
    const both = new Set(also);
    return left.filter((offset) => both.has(offset));
  };

  function* tail(): Generator<IndexRow> {
    yield* scan.iterate(Math.max(whole, selection.first), selection.end, ...selection.values) as Iterable<IndexRow>;
  }
  if (!ascending) yield* tail();
  for (const segment of segments) {
    const base = segment * SEGMENT_ROWS;
    const offsets = candidates(segment);
    if (offsets === null || offsets.length > MAX_CANDIDATES) {
      const first = Math.max(base, selection.first);
      const end = Math.min(base + SEGMENT_ROWS, selection.end);
      yield* scan.iterate(first, end, ...selection.values) as Iterable<IndexRow>;
      continue;
    }
    for (const offset of ascending ? offsets : offsets.toReversed()) {
      const index = base + offset;
      if (index < selection.first || index >= selection.end) continue;
      const row = one.get(index, ...selection.values);
      if (row !== undefined) yield row as IndexRow;
    }
  }
  if (ascending) yield* tail();
}

/** For a segment, the sorted offsets of rows that can match; null when the posting lists say nothing. */
function candidateSource(database: DatabaseSync, selection: Selection): (segment: number) => readonly number[] | null {
  const find = database.prepare('SELECT offsets FROM postings WHERE field = ? AND key = ? AND segment = ?');
  const listOf = (field: number, key: string, segment: number): readonly number[] => {
    const blob = find.get(field, key, segment)?.offsets;
    return blob instanceof Uint8Array ? [...new Uint16Array(blob.slice().buffer)] : [];
  };
  const size = database.prepare('SELECT length(offsets) AS bytes FROM postings WHERE field = ? AND key = ? AND segment = ?');
  /** Of a list by hash a bucket is read, which is about as long. */
  const bytesOf = ({ field, hashed, keys }: FieldKeys, segment: number): number =>
    hashed ? BUCKET_BYTES : keys.reduce((sum, key) => sum + Number(size.get(field, key, segment)?.bytes ?? 0), 0);
  const listByHash = openHashReader(database);
  const anyOf = ({ field, hashed, keys }: FieldKeys, segment: number): readonly number[] => {
    const find = hashed ? listByHash : listOf;
    const [only = '', ...more] = keys;
    if (more.length === 0) return find(field, only, segment);
    return [...new Set(keys.flatMap((key) => find(field, key, segment)))].sort((a, b) => a - b);
  };
  if (selection.otherClasses) {
    const classes = database
      .prepare('SELECT DISTINCT key FROM postings WHERE field = ? AND key <> ?')
      .all(CLASS_FIELD, String(REQUEST_CLASS))
      .map((row) => String(row.key));
    return (segment) => narrow(anyOf({ field: CLASS_FIELD, hashed: false, keys: classes }, segment), segment);
  }
  if (selection.keys.length === 0) return () => null;
  const [first, ...rest] = selection.keys;
  return (segment) => (first === undefined ? null : narrow(anyOf(first, segment), segment, rest));

  function narrow(offsets: readonly number[], segment: number, keys = selection.keys): readonly number[] {
    let left = offsets;
    for (const one of keys) {
      // So few rows are looked at one by one faster than a long list is read; a short one spares looking.
      if (left.length <= FEW_ROWS || (left.length <= SOME_ROWS && bytesOf(one, segment) > SHORT_LIST_BYTES)) continue;
      const also = new Set(anyOf(one, segment));
      left = left.filter((offset) => also.has(offset));
    }
    return left;
  }
}
