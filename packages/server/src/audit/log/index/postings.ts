import type { DatabaseSync } from 'node:sqlite';
import { HASHED_FIELDS, openHashWriter } from './hashes.ts';
import type { IndexedEvent } from './row.ts';
import { POSTING_FIELDS, SEGMENT_ROWS } from './schema.ts';
import { openTextWriter } from './texts.ts';

/** Gathers the posting lists of the segment that is being filled. */
export interface Postings {
  /** Takes a row; writes the segment's lists when the row is its last. Call it within the transaction of the rows. */
  add(logIndex: number, event: IndexedEvent): void;
}

/** Goes on with the segment that holds row `size`: its rows are read back once, at start or after a failed transaction. */
export function openPostings(database: DatabaseSync, size: number): Postings {
  const insertList = database.prepare('INSERT OR REPLACE INTO postings (field, key, segment, offsets) VALUES (?, ?, ?, ?)');
  const insertSegment = database.prepare('INSERT OR REPLACE INTO segments (segment, min_time, max_time) VALUES (?, ?, ?)');
  const writeTexts = openTextWriter(database);
  const hashes = openHashWriter(database);
  const lists: Map<string | number, number[]>[] = POSTING_FIELDS.map(() => new Map());
  /** The list that took the last row, by field: the next row mostly has the same value. */
  const latest: { value: string | number; list: number[] }[] = POSTING_FIELDS.map(() => ({ value: Number.NaN, list: [] }));
  let minTime = Number.POSITIVE_INFINITY;
  let maxTime = Number.NEGATIVE_INFINITY;

  const write = (segment: number): void => {
    lists.forEach((values, field) => {
      for (const key of [...values.keys()].sort()) {
        const offsets = Uint16Array.from(values.get(key) ?? []);
        insertList.run(field, String(key), segment, new Uint8Array(offsets.buffer));
      }
      values.clear();
      latest[field] = { value: Number.NaN, list: [] };
    });
    hashes.write(segment);
    insertSegment.run(segment, minTime, maxTime);
    writeTexts(segment);
    minTime = Number.POSITIVE_INFINITY;
    maxTime = Number.NEGATIVE_INFINITY;
  };

  const add: Postings['add'] = (logIndex, event) => {
    const offset = logIndex % SEGMENT_ROWS;
    for (let field = 0; field < POSTING_FIELDS.length; field += 1) {
      const name = POSTING_FIELDS[field];
      const value = name === undefined ? null : event[name];
      if (value === null) continue;
      const last = latest[field];
      if (last?.value === value) {
        last.list.push(offset);
        continue;
      }
      const list = lists[field]?.get(value) ?? [];
      if (list.length === 0) lists[field]?.set(value, list);
      list.push(offset);
      if (last !== undefined) {
        last.value = value;
        last.list = list;
      }
    }
    hashes.add(offset, event);
    minTime = Math.min(minTime, event.time);
    maxTime = Math.max(maxTime, event.time);
    if (offset === SEGMENT_ROWS - 1) write(Math.floor(logIndex / SEGMENT_ROWS));
  };

  const first = Math.floor(size / SEGMENT_ROWS) * SEGMENT_ROWS;
  const rows = database.prepare(
    `SELECT log_index, time, ${[...POSTING_FIELDS, ...HASHED_FIELDS].join(', ')} FROM events WHERE log_index >= ? AND log_index < ? ORDER BY log_index`,
  );
  for (const row of rows.iterate(first, size)) add(Number(row.log_index), row as unknown as IndexedEvent);
  return { add };
}
