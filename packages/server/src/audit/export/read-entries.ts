import { TILE_WIDTH, TlogError, tileOf } from '@menshen/tlog';
import { openLog } from '../log/reader.ts';
import type { LogSource } from '../log/source.ts';

export interface EntryRange {
  /** First index; 0 when absent. */
  readonly first?: number;
  /** First index that is not read; the checkpoint's size when absent, and never beyond it. */
  readonly end?: number;
}

export interface LogEntry {
  readonly index: number;
  readonly bytes: Uint8Array;
}

/**
 * The entries of a log in order, a bundle at a time. What is read is not verified: `audit verify` does that. Throws `tile_malformed` when a bundle
 * that the checkpoint covers is missing.
 */
export async function* readEntries(source: LogSource, range: EntryRange = {}): AsyncGenerator<LogEntry> {
  const log = openLog(source);
  const published = await log.checkpoint();
  if (published === null) return;
  const { size } = published.checkpoint;
  const end = Math.min(range.end ?? size, size);
  for (let index = range.first ?? 0; index < end; ) {
    const entries = await log.bundle(tileOf('entries', index, size));
    if (entries === null) throw new TlogError('tile_malformed', 'a bundle of the log is missing');
    for (const bytes of entries.slice(index % TILE_WIDTH)) {
      if (index >= end) return;
      yield { index, bytes };
      index += 1;
    }
    // A bundle that is shorter than the checkpoint says would be read for ever.
    if (index < end && index % TILE_WIDTH !== 0) throw new TlogError('bundle_malformed', 'a bundle of the log is cut short');
  }
}
