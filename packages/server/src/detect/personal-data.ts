import * as z from 'zod';
import type { HeldRow, Holding } from '../privacy/holding.ts';
import { countPersonRows } from '../store/person-rows.ts';
import type { Store } from '../store/store.ts';

const tables = ['alerts', 'detection_tunings'] as const;
/** Facts of an alert that say what it is, and nothing of anybody. */
const kept = ['title', 'title_zh'];
const factsOf = z.record(z.string(), z.unknown());

/** Alerts about a person, and rules that are tuned for them. An alert stays, with its verdict, and then names nobody; a tuning goes. */
export function createAlertHolding(store: Store): Holding {
  const { db } = store;
  const tuned = async (uid: string): Promise<readonly string[]> =>
    (await db.selectFrom('detection_tunings').select(['id', 'subject']).where('subject_kind', '=', 'user').execute()).flatMap(
      ({ id, subject }) => (subject === uid ? [id] : []),
    );
  return {
    name: 'alerts',
    tables,
    uids: async () =>
      (await db.selectFrom('alerts').select('uid').distinct().where('uid', 'is not', null).execute()).flatMap(
        ({ uid }) => uid ?? [],
      ),
    count: async (uid, scope) =>
      scope === 'person' ? (await countPersonRows(store, ['alerts'], 'uid', uid)) + (await tuned(uid)).length : 0,
    read: async (uid, limit) => {
      const query = db.selectFrom('alerts').selectAll().where('uid', '=', uid).orderBy('last', 'desc').limit(limit);
      return (await query.execute()).map(
        ({ rule, severity, found, last, address, device, verdict }): HeldRow => ({
          ...{ kind: 'alert', rule, severity, found, last, address, device, verdict },
        }),
      );
    },
    async erase(uid, scope, pseudonym) {
      if (scope !== 'person') return 0;
      const alerts = await db.selectFrom('alerts').select(['id', 'facts']).where('uid', '=', uid).execute();
      const tunings = await tuned(uid);
      const nobody = { uid: pseudonym, entity: '', address: null, device: null, session: null, note: '' };
      await store.batch([
        ...alerts.map(({ id, facts }) => {
          const said = Object.entries(factsOf.parse(JSON.parse(facts))).filter(([name]) => kept.includes(name));
          return db
            .updateTable('alerts')
            .set({ ...nobody, facts: JSON.stringify(Object.fromEntries(said)) })
            .where('id', '=', id);
        }),
        ...tunings.map((id) => db.deleteFrom('detection_tunings').where('id', '=', id)),
      ]);
      return alerts.length + tunings.length;
    },
  };
}
