import type { HeldRow, Holding } from '../../privacy/holding.ts';
import { createAgedRows } from '../../store/aged-rows.ts';
import { countPersonRows } from '../../store/person-rows.ts';
import type { Store } from '../../store/store.ts';

const tables = ['sightings', 'risk_failures'] as const;
const slotMs = 600_000;

/** Where a person was seen, and how often a proof failed. */
export function createRiskHolding(store: Store): Holding {
  const { db } = store;
  return {
    name: 'sightings',
    tables,
    uids: async () => (await db.selectFrom('sightings').select('uid').distinct().execute()).map(({ uid }) => uid),
    count: async (uid, scope) => (scope === 'person' ? await countPersonRows(store, tables, 'uid', uid) : 0),
    async read(uid, limit) {
      const query = db.selectFrom('sightings').selectAll().where('uid', '=', uid).orderBy('seen', 'desc').limit(limit);
      return (await query.execute()).map(({ city, country, seen }): HeldRow => ({ kind: 'seen', city, country, at: seen }));
    },
    async erase(uid, scope) {
      if (scope !== 'person') return 0;
      const removed = await store.batch(tables.map((table) => db.deleteFrom(table).where('uid', '=', uid)));
      return removed.reduce((sum, rows) => sum + rows, 0);
    },
  };
}

export const agedSightings = (store: Store) => createAgedRows(store, 'sightings', 'seen');
export const agedFailures = (store: Store) => createAgedRows(store, 'risk_failures', 'slot', slotMs);
