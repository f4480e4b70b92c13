import { sql } from 'kysely';
import type { Store } from './store.ts';

/** Rows of these tables whose `column` names a person. Names of tables and columns are ours, never input. */
export async function countPersonRows(store: Store, tables: readonly string[], column: string, uid: string): Promise<number> {
  let count = 0;
  for (const table of tables) {
    const found = await sql<{
      rows: number;
    }>`select count(*) as rows from ${sql.table(table)} where ${sql.ref(column)} = ${uid}`.execute(store.db);
    count += Number(found.rows[0]?.rows ?? 0);
  }
  return count;
}
