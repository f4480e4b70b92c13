import type { HeldRow, Holding } from '../../privacy/holding.ts';
import { countPersonRows } from '../../store/person-rows.ts';
import type { Store } from '../../store/store.ts';

const tables = ['playbook_runs'] as const;

/** Runs that were about a person. The run stays, as what was done must stay known; whom it was done to goes out of it. */
export function createPlaybookHolding(store: Store): Holding {
  const { db } = store;
  return {
    name: 'playbook runs',
    tables,
    uids: async () =>
      (await db.selectFrom('playbook_runs').select('uid').distinct().where('uid', 'is not', null).execute()).flatMap(({ uid }) =>
        uid === null ? [] : [uid],
      ),
    count: async (uid, scope) => (scope === 'person' ? await countPersonRows(store, tables, 'uid', uid) : 0),
    async read(uid, limit) {
      const query = db.selectFrom('playbook_runs').selectAll().where('uid', '=', uid).orderBy('started', 'desc').limit(limit);
      return (await query.execute()).map(
        ({ playbook, state, trigger_kind, started, ended }): HeldRow => ({
          ...{ kind: 'playbook run', playbook, state, started, ended },
          trigger: trigger_kind,
        }),
      );
    },
    async erase(uid, scope) {
      if (scope !== 'person') return 0;
      // Facts name the person, their address and their device; a run that is under way goes on without them and fails where it needs them.
      const found = await db.selectFrom('playbook_runs').select('id').where('uid', '=', uid).execute();
      const changed = await store.batch(
        found.map(({ id }) =>
          db
            .updateTable('playbook_runs')
            .set({ uid: null, facts: '{}', once_key: null })
            .where('id', '=', id)
            .where('uid', '=', uid),
        ),
      );
      return changed.reduce((sum, rows) => sum + rows, 0);
    },
  };
}
