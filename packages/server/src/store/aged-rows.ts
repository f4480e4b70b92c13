import { sql } from 'kysely';
import type { Store } from './store.ts';

/** Rows of one table that are due when a column of times, in epoch ms times `unit`, is before a moment. Names are ours, never input. */
export function createAgedRows(store: Store, table: string, column: string, unit = 1) {
  const at = (before: number): number => Math.floor(before / unit);
  return {
    async count(before: number): Promise<{ due: number; rows: number }> {
      const { rows } = await sql<{ due: number | null; rows: number }>`
        select sum(case when ${sql.ref(column)} < ${at(before)} then 1 else 0 end) as due, count(*) as rows
        from ${sql.table(table)}`.execute(store.db);
      return { due: Number(rows[0]?.due ?? 0), rows: Number(rows[0]?.rows ?? 0) };
    },
    async remove(before: number): Promise<number> {
      const result = await sql`delete from ${sql.table(table)} where ${sql.ref(column)} < ${at(before)}`.execute(store.db);
      return Number(result.numAffectedRows ?? 0);
    },
  };
}
