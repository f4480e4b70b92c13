import type { Store } from '../../store/store.ts';

/** Who answered with which number, by a keyed hash, and which sessions have passed. Times are epoch ms. */
export interface PhoneStore {
  /** Counts a person for a number until `until`. False, and nothing counted, when `most` others count for it already. One of any number of racing callers wins each place. */
  claim(number: string, uid: string, times: { readonly now: number; readonly until: number }, most: number): Promise<boolean>;
  /** Remembers that a session has passed. */
  pass(sid: string, scope: string, uid: string, until: number): Promise<void>;
  /** Until when the session has passed; null where it has not. */
  passed(sid: string, scope: string, now: number): Promise<number | null>;
  removeExpired(now: number): Promise<void>;
}

export function createPhoneStore(store: Store): PhoneStore {
  const { db } = store;
  return {
    claim: (number, uid, { now, until }, most) =>
      store.transaction(async (tx) => {
        const held = await tx
          .selectFrom('phone_answers')
          .select('uid')
          .where('number_hash', '=', number)
          .where('until', '>', now)
          .limit(most + 1)
          .execute();
        if (held.length >= most && !held.some((row) => row.uid === uid)) return false;
        await tx
          .insertInto('phone_answers')
          .values({ number_hash: number, uid, answered: now, until })
          .onConflict((conflict) => conflict.columns(['number_hash', 'uid']).doUpdateSet({ answered: now, until }))
          .execute();
        return true;
      }),
    async pass(sid, scope, uid, until) {
      await db
        .insertInto('phone_passes')
        .values({ sid, scope, uid, until })
        .onConflict((conflict) => conflict.columns(['sid', 'scope']).doUpdateSet({ until }))
        .execute();
    },
    async passed(sid, scope, now) {
      const row = await db
        .selectFrom('phone_passes')
        .select('until')
        .where('sid', '=', sid)
        .where('scope', '=', scope)
        .where('until', '>', now)
        .executeTakeFirst();
      return row === undefined ? null : Number(row.until);
    },
    async removeExpired(now) {
      await db.deleteFrom('phone_answers').where('until', '<=', now).execute();
      await db.deleteFrom('phone_passes').where('until', '<=', now).execute();
    },
  };
}
