import type { ErrorCode } from '@menshen/contract';
import type { HeldRow, Holding } from '../privacy/holding.ts';
import { countPersonRows } from '../store/person-rows.ts';
import type { Store } from '../store/store.ts';

const tables = ['guard_grants', 'guard_violations', 'guard_keys', 'guard_disclosed', 'guard_totals'] as const;
const byPerson = ['guard_grants', 'guard_violations', 'guard_keys', 'guard_disclosed'] as const;

/** What a person has claimed of campaigns. The claims themselves stay: they are what budgets and books are held to, and then name nobody. */
export function createGuardHolding(store: Store, random: (size: number) => Uint8Array): Holding {
  const { db } = store;
  // The id of a violation says whose it is.
  const anonymousViolations = async (uid: string) => {
    const rows = await db.selectFrom('guard_violations').select('id').where('person', '=', uid).execute();
    return rows.map(({ id }) =>
      db
        .updateTable('guard_violations')
        .set({ id: `erased/${Buffer.from(random(12)).toString('base64url')}`, person: null, address: null, seen: '' })
        .where('id', '=', id),
    );
  };
  /** Violations of others, whose coupon was whose: the fact names the person. */
  const asOwner = async (uid: string) => {
    const rows = await db
      .selectFrom('guard_violations')
      .select(['id', 'expected'])
      .where('code', '=', 'guard_not_owner' satisfies ErrorCode)
      .execute();
    return rows.filter(({ expected }) => expected.split(/[:|]/).includes(uid));
  };
  const count = async (uid: string): Promise<number> =>
    (await countPersonRows(store, byPerson, 'person', uid)) +
    (await countPersonRows(store, ['guard_totals'], 'who', uid)) +
    (await asOwner(uid)).length;
  return {
    name: 'campaigns',
    tables,
    uids: async () => (await db.selectFrom('guard_grants').select('person').distinct().execute()).map(({ person }) => person),
    count: async (uid, scope) => (scope === 'person' ? await count(uid) : 0),
    async read(uid, limit) {
      const query = db.selectFrom('guard_grants').selectAll().where('person', '=', uid).orderBy('created', 'desc').limit(limit);
      return (await query.execute()).map(
        ({ app, campaign, state, cents, coupon, created, redeemed_at }): HeldRow => ({
          ...{ kind: 'claim', app, campaign, state, cents, coupon, created },
          redeemedAt: redeemed_at,
        }),
      );
    },
    async erase(uid, scope, pseudonym) {
      if (scope !== 'person') return 0;
      const changed = await store.batch([
        db.updateTable('guard_grants').set({ person: pseudonym, device: null }).where('person', '=', uid),
        ...(await anonymousViolations(uid)),
        ...(await asOwner(uid)).map(({ id, expected }) =>
          db
            .updateTable('guard_violations')
            .set({ expected: expected.replaceAll(uid, () => pseudonym) })
            .where('id', '=', id),
        ),
        db.deleteFrom('guard_keys').where('person', '=', uid),
        db.deleteFrom('guard_disclosed').where('person', '=', uid),
        db.deleteFrom('guard_totals').where('who', '=', uid),
      ]);
      return changed.reduce((sum, rows) => sum + rows, 0);
    },
  };
}
