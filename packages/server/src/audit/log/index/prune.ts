import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { MINIMUM_FILE, parseMinimum } from '../minimum.ts';
import { endOfSegment } from './hashes.ts';
import { SEGMENT_ROWS } from './schema.ts';

/** Lets the index forget what the log has given up. */
export interface IndexPruning {
  /** First entry that the log still has. Looks at the log's folder; cheap when nothing has changed. */
  minimum(): number;
  /** Removes the rows of whole segments below the minimum, a segment at a time. True when there is more to do. */
  step(): boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export function openIndexPruning(database: DatabaseSync, directory: string): IndexPruning {
  const path = join(directory, MINIMUM_FILE);
  let seen = 0;
  let minimum = 0;

  const look = (): number => {
    const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changed !== seen) {
      seen = changed;
      minimum = changed === 0 ? 0 : (parseMinimum(readFileSync(path, 'utf8'))?.minimum ?? minimum);
    }
    return minimum;
  };

  return {
    minimum: look,
    step() {
      if (look() < SEGMENT_ROWS) return false;
      const oldest = database.prepare('SELECT min(log_index) AS oldest FROM events').get()?.oldest;
      if (typeof oldest !== 'number') return false;
      const segment = Math.floor(oldest / SEGMENT_ROWS);
      const end = (segment + 1) * SEGMENT_ROWS;
      if (end > look()) return false;
      database.exec('BEGIN');
      try {
        for (const table of ['events', 'inspected']) database.prepare(`DELETE FROM ${table} WHERE log_index < ?`).run(end);
        database.prepare('DELETE FROM hashed_postings WHERE bucket < ?').run(endOfSegment(segment));
        for (const table of ['postings', 'segments', 'segment_texts'])
          database.prepare(`DELETE FROM ${table} WHERE segment <= ?`).run(segment);
        const kept = database.prepare('SELECT time FROM events ORDER BY log_index LIMIT 1').get()?.time;
        if (typeof kept === 'number') {
          database.prepare('DELETE FROM traffic_minute WHERE minute < ?').run(Math.floor(kept / MINUTE_MS));
          database.prepare('DELETE FROM address_hour WHERE hour < ?').run(Math.floor(kept / HOUR_MS));
        }
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
      return true;
    },
  };
}
