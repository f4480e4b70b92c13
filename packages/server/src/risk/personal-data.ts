import type { HeldRow, Holding } from '../privacy/holding.ts';
import { countPersonRows } from '../store/person-rows.ts';
import type { Store } from '../store/store.ts';

const tables = ['risk_businesses', 'risk_owners', 'risk_treatments'] as const;

/** Owners of businesses, assets and plans who are named by a person's uid. What they own stays, and then names nobody. */
export function createRiskOwnerHolding(store: Store): Holding {
  const { db } = store;
  return {
    name: 'risk owners',
    tables,
    async uids() {
      const found = await Promise.all(tables.map((table) => db.selectFrom(table).select('owner').distinct().execute()));
      return [...new Set(found.flat().map(({ owner }) => owner))].filter((owner) => owner !== '');
    },
    count: async (uid, scope) => (scope === 'person' ? await countPersonRows(store, tables, 'owner', uid) : 0),
    async read(uid, limit) {
      const [businesses, assets, plans] = await Promise.all([
        db.selectFrom('risk_businesses').select(['name', 'changed']).where('owner', '=', uid).limit(limit).execute(),
        db.selectFrom('risk_owners').select(['asset', 'changed']).where('owner', '=', uid).limit(limit).execute(),
        db.selectFrom('risk_treatments').select(['plan', 'due']).where('owner', '=', uid).limit(limit).execute(),
      ]);
      return [
        ...businesses.map((row): HeldRow => ({ kind: 'business in their care', ...row })),
        ...assets.map((row): HeldRow => ({ kind: 'asset in their care', ...row })),
        ...plans.map((row): HeldRow => ({ kind: 'plan in their care', ...row })),
      ].slice(0, limit);
    },
    async erase(uid, scope, pseudonym) {
      if (scope !== 'person') return 0;
      const changed = await store.batch(
        tables.map((table) => db.updateTable(table).set({ owner: pseudonym }).where('owner', '=', uid)),
      );
      return changed.reduce((sum, count) => sum + count, 0);
    },
  };
}
