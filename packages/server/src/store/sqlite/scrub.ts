import { DatabaseSync } from 'node:sqlite';
import type { Connection } from './connection.ts';
import type { ScrubReport } from './protocol.ts';

/**
 * Leaves nothing of removed rows in the files of the database. `secure_delete` overwrites cells and pages as they become free
 * (https://www.sqlite.org/pragma.html#pragma_secure_delete), so that it is enough to move everything out of the write-ahead log and cut that to
 * nothing. `full` rewrites the database as well: for what was removed before `secure_delete` was on. It holds up every write for about a second for
 * each 100 MB.
 */
export function scrubFiles(connection: Connection, file: string, full: boolean): ScrubReport {
  if (full) {
    // VACUUM attaches a database of its own, which the writer's connection may not.
    const rewriter = new DatabaseSync(file, { timeout: 5_000, defensive: true });
    try {
      rewriter.exec('pragma secure_delete = on');
      rewriter.exec('vacuum');
    } finally {
      rewriter.close();
    }
  }
  const busy = Number(connection.value('pragma wal_checkpoint(truncate)'));
  return { rewritten: full, logEmptied: busy === 0 };
}
