import type { RevocationFeed } from '../../coordination/revocation-feed.ts';
import type { HeldRow, Holding } from '../../privacy/holding.ts';
import type { Store } from '../../store/store.ts';
import { type ListService, listRevocation } from './service.ts';

const table = 'access_list';

export interface ListHoldingParts {
  readonly store: Store;
  readonly lists: Pick<ListService, 'refresh'>;
  readonly revocations: Pick<RevocationFeed, 'publish'>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** Entries about a person. An erased one is in force no longer, on any node, and keeps neither the name nor the reason, which may tell of the person. */
export function createListHolding({ store, lists, revocations, clock, random }: ListHoldingParts): Holding {
  const { db } = store;
  const named = (uid: string) => db.selectFrom(table).where('kind', '=', 'person').where('value', '=', uid);
  return {
    name: 'lists',
    tables: [table],
    uids: async () =>
      (await db.selectFrom(table).select('value').distinct().where('kind', '=', 'person').execute()).map(({ value }) => value),
    count: async (uid, scope) => (scope === 'person' ? (await named(uid).select('id').execute()).length : 0),
    read: async (uid, limit) =>
      (await named(uid).selectAll().orderBy('created', 'desc').limit(limit).execute()).map(
        ({ list, app, reason, created, expires }): HeldRow => ({ kind: 'entry', list, app, reason, created, expires }),
      ),
    async erase(uid, scope, pseudonym) {
      if (scope !== 'person') return 0;
      const change = Buffer.from(random(12)).toString('base64url');
      const anonymous = { value: pseudonym, reason: '', change };
      const changed = await store.batch([
        db
          .updateTable(table)
          .set((eb) => ({ ...anonymous, removed: eb.fn.coalesce('removed', eb.val(clock())) }))
          .where('kind', '=', 'person')
          .where('value', '=', uid),
      ]);
      const count = changed.reduce((sum, rows) => sum + rows, 0);
      if (count === 0) return 0;
      await lists.refresh(change);
      await revocations.publish({ kind: listRevocation, subject: change, detail: null });
      return count;
    },
  };
}
