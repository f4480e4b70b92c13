import type { HeldRow, Holding } from '../privacy/holding.ts';
import { countPersonRows } from '../store/person-rows.ts';
import type { Store } from '../store/store.ts';

/** Findings whose owner is named by a person's uid. The finding stays: it is the company's, and then names nobody. */
export function createFindingHolding(store: Store): Holding {
  const { db } = store;
  return {
    name: 'findings',
    tables: ['scan_findings'],
    uids: async () =>
      (await db.selectFrom('scan_findings').select('owner').distinct().where('owner', 'is not', null).execute()).flatMap(
        ({ owner }) => owner ?? [],
      ),
    count: async (uid, scope) => (scope === 'person' ? await countPersonRows(store, ['scan_findings'], 'owner', uid) : 0),
    async read(uid, limit) {
      const query = db
        .selectFrom('scan_findings')
        .selectAll()
        .where('owner', '=', uid)
        .orderBy('first_seen', 'desc')
        .limit(limit);
      return (await query.execute()).map(
        ({ app, project, rule, state, due }): HeldRow => ({ kind: 'finding in their care', app, project, rule, state, due }),
      );
    },
    async erase(uid, scope, pseudonym) {
      if (scope !== 'person') return 0;
      const changed = await store.batch([
        db.updateTable('scan_findings').set({ owner: pseudonym }).where('owner', '=', uid),
        db.updateTable('scan_finding_events').set({ value: pseudonym }).where('kind', '=', 'owner').where('value', '=', uid),
      ]);
      return changed[0] ?? 0;
    },
  };
}
