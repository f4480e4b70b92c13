import type { HeldRow, Holding } from '../../privacy/holding.ts';
import { createAgedRows } from '../../store/aged-rows.ts';
import { countPersonRows } from '../../store/person-rows.ts';
import type { Store } from '../../store/store.ts';

const tables = [
  'factors',
  'factor_recovery_codes',
  'factor_budgets',
  'factor_challenges',
  'factor_approvals',
  'factor_devices',
] as const;

/** Second factors of a person: which, since when; their secrets are shown to nobody. */
export function createFactorHolding(store: Store): Holding {
  const { db } = store;
  return {
    name: 'factors',
    tables,
    uids: async () => (await db.selectFrom('factors').select('uid').distinct().execute()).map(({ uid }) => uid),
    count: async (uid, scope) => (scope === 'person' ? await countPersonRows(store, tables, 'uid', uid) : 0),
    async read(uid, limit) {
      const rows: HeldRow[] = [];
      for (const { kind, label, created, last_used } of await db
        .selectFrom('factors')
        .selectAll()
        .where('uid', '=', uid)
        .execute())
        rows.push({ kind: 'second factor', factor: kind, label, created, lastUsed: last_used });
      for (const { created, last_used } of await db.selectFrom('factor_devices').selectAll().where('uid', '=', uid).execute())
        rows.push({ kind: 'known device', created, lastUsed: last_used });
      return rows.slice(0, limit);
    },
    async erase(uid, scope) {
      if (scope !== 'person') return 0;
      const removed = await store.batch(tables.map((table) => db.deleteFrom(table).where('uid', '=', uid)));
      return removed.reduce((sum, rows) => sum + rows, 0);
    },
  };
}

/** Devices of second factors, by their last use. */
export const agedDevices = (store: Store) => createAgedRows(store, 'factor_devices', 'last_used');
