import { sql } from 'kysely';
import type { Store } from '../../store/store.ts';
import type { CleaningRow, CleaningWay } from './counts.ts';

/** What was taken from rich text, by day. */
export function createCleaningStore(store: Store) {
  const { db } = store;
  return {
    async add(rows: readonly CleaningRow[]): Promise<void> {
      for (const { day, app, route, field, way, what, count, requestId, at } of rows) {
        const last = { request_id: requestId, at };
        await db
          .insertInto('rich_text_cleanings')
          .values({ day, app, route, field, way, what, count, ...last })
          .onConflict((conflict) =>
            conflict
              .columns(['day', 'app', 'route', 'field', 'way', 'what'])
              .doUpdateSet({ count: sql`rich_text_cleanings.count + ${count}`, ...last }),
          )
          .execute();
      }
    },
    async since(day: number): Promise<CleaningRow[]> {
      const rows = await db
        .selectFrom('rich_text_cleanings')
        .selectAll()
        .where('day', '>=', day)
        .orderBy('at', 'desc')
        .limit(5_000)
        .execute();
      return rows.map(({ request_id: requestId, way, ...row }) => ({ ...row, way: way as CleaningWay, requestId }));
    },
    async removeBefore(day: number): Promise<void> {
      await db.deleteFrom('rich_text_cleanings').where('day', '<', day).execute();
    },
  };
}

export type CleaningStore = ReturnType<typeof createCleaningStore>;
