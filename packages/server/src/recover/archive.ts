import { sql } from 'kysely';
import type { Store } from '../store/store.ts';

/** What PostgreSQL says of the archive of its write-ahead log. */
export interface PostgresArchive {
  readonly mode: 'on' | 'off' | 'always' | 'unknown';
  readonly archived: number;
  /** Epoch ms. */
  readonly lastArchived: number | null;
  readonly failed: number;
  readonly lastFailed: number | null;
  /** The last attempt was a failure. */
  readonly failing: boolean;
}

/**
 * Reads `pg_stat_archiver` (PostgreSQL manual, "The Cumulative Statistics System"). Shipping a PostgreSQL database is its own business: this says whether
 * it does. Null for the embedded store.
 */
export async function postgresArchive(store: Pick<Store, 'kind' | 'db'>): Promise<PostgresArchive | null> {
  if (store.kind !== 'postgres') return null;
  try {
    const { rows } = await sql<{
      mode: string;
      archived: string | number;
      last: string | number | null;
      failed: string | number;
      last_failed: string | number | null;
    }>`select current_setting('archive_mode') as mode, archived_count as archived, failed_count as failed,
        cast(extract(epoch from last_archived_time) * 1000 as bigint) as last,
        cast(extract(epoch from last_failed_time) * 1000 as bigint) as last_failed from pg_stat_archiver`.execute(store.db);
    const [row] = rows;
    if (row === undefined) throw new Error('nothing');
    const lastArchived = row.last === null ? null : Number(row.last);
    const lastFailed = row.last_failed === null ? null : Number(row.last_failed);
    return {
      mode: (['on', 'off', 'always'] as const).find((mode) => mode === row.mode) ?? 'unknown',
      ...{ archived: Number(row.archived), failed: Number(row.failed), lastArchived, lastFailed },
      failing: lastFailed !== null && lastFailed > (lastArchived ?? 0),
    };
  } catch {
    return { mode: 'unknown', archived: 0, lastArchived: null, failed: 0, lastFailed: null, failing: false };
  }
}
