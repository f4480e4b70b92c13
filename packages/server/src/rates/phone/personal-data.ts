import type { HeldRow, Holding } from '../../privacy/holding.ts';
import { countPersonRows, personsInRows } from '../../store/person-rows.ts';
import type { Store } from '../../store/store.ts';

const tables = ['phone_answers', 'phone_passes'] as const;

/** Phone checks of a person: when, and until when they count. Of the number there is only a keyed hash, which says nothing to its owner either. */
export function createPhoneHolding(store: Store): Holding {
  const { db } = store;
  return {
    name: 'phone checks',
    tables,
    uids: () => personsInRows(store, tables),
    count: (uid) => countPersonRows(store, tables, 'uid', uid),
    async read(uid, limit) {
      const rows = await db
        .selectFrom('phone_answers')
        .select(['answered', 'until'])
        .where('uid', '=', uid)
        .orderBy('answered', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ answered, until }): HeldRow => ({ kind: 'phone check', answered, until }));
    },
    async erase(uid) {
      const removed = await store.batch(tables.map((table) => db.deleteFrom(table).where('uid', '=', uid)));
      return removed.reduce((sum, rows) => sum + rows, 0);
    },
  };
}
