import type { Keys } from '../keys/master.ts';
import type { Store } from '../store/store.ts';
import { createIdentityIndex, openIds } from './identity-index.ts';
import type { Identity } from './store.ts';

/** Identities of one WeChat user. */
export type UnionIdentity = Pick<Identity, 'provider' | 'subject' | 'uid' | 'boundBy'>;

export interface Bound {
  readonly identities: number;
  /** Latest binding and latest login, epoch ms; null for no login since these are kept. */
  readonly boundAt: number;
  readonly lastLogin: number | null;
}

/** What connects people with their identities over apps and time. */
export function createLinkStore(store: Store, keys: Keys) {
  const { db } = store;
  const index = createIdentityIndex(keys);
  return {
    async byUnion(unionid: string): Promise<UnionIdentity[]> {
      const rows = await db
        .selectFrom('identities')
        .select(['provider', 'subject', 'unionid', 'uid', 'bound_by', 'holder'])
        .where('channel', '=', 'wechat')
        .where('unionid', '=', index.unionid(unionid))
        .limit(100)
        .execute();
      return rows.map((row) => ({
        provider: row.provider,
        subject: openIds(row, keys).subject,
        uid: row.uid,
        boundBy: row.bound_by as Identity['boundBy'],
      }));
    },
    async noteLogin(uid: string, at: number): Promise<void> {
      await db
        .insertInto('person_logins')
        .values({ uid, at })
        .onConflict((conflict) => conflict.column('uid').doUpdateSet({ at }))
        .execute();
    },
    /** Everybody who has an identity or has ever signed in. */
    async bound(): Promise<Map<string, Bound>> {
      const identities = await db
        .selectFrom('identities')
        .select((value) => ['uid', value.fn.countAll<number>().as('count'), value.fn.max('bound_at').as('bound_at')])
        .groupBy('uid')
        .execute();
      const logins = await db.selectFrom('person_logins').selectAll().execute();
      const found = new Map<string, Bound>();
      for (const { uid, count, bound_at } of identities)
        found.set(uid, { identities: Number(count), boundAt: bound_at, lastLogin: null });
      for (const { uid, at } of logins) {
        const known = found.get(uid) ?? { identities: 0, boundAt: at };
        found.set(uid, { ...known, lastLogin: at });
      }
      return found;
    },
    /** Makes everything that leads to one person lead to another. */
    async move(from: string, into: string): Promise<void> {
      await store.batch([
        db.updateTable('identities').set({ uid: into, bound_by: 'administrator' }).where('uid', '=', from),
        db.updateTable('accounts').set({ uid: into }).where('uid', '=', from),
        db.deleteFrom('company_codes').where('uid', '=', from),
        db.deleteFrom('person_logins').where('uid', '=', from),
      ]);
    },
  };
}

export type LinkStore = ReturnType<typeof createLinkStore>;
