import type { HeldRow, Holding } from '../privacy/holding.ts';
import { createAgedRows } from '../store/aged-rows.ts';
import { countPersonRows } from '../store/person-rows.ts';
import type { Store } from '../store/store.ts';

/** Files of a person that WeChat was asked about. */
export function createUploadHolding(store: Store): Holding {
  const { db } = store;
  return {
    name: 'uploads',
    tables: ['media_checks'],
    uids: async () => [],
    count: async (uid, scope) => (scope === 'person' ? await countPersonRows(store, ['media_checks'], 'uid', uid) : 0),
    async read(uid, limit) {
      const query = db.selectFrom('media_checks').selectAll().where('uid', '=', uid).orderBy('asked_at', 'desc').limit(limit);
      return (await query.execute()).map(
        ({ app, route, kind, state, asked_at }): HeldRow => ({
          kind: 'checked file',
          app,
          route,
          type: kind,
          state,
          at: asked_at,
        }),
      );
    },
    async erase(uid, scope) {
      if (scope !== 'person') return 0;
      const gone = await db.deleteFrom('media_checks').where('uid', '=', uid).executeTakeFirst();
      return Number(gone.numDeletedRows);
    },
  };
}

export const agedMediaChecks = (store: Store) => createAgedRows(store, 'media_checks', 'asked_at');
export const agedReaders = (store: Store) => createAgedRows(store, 'data_readers', 'day');
