import type { Keys } from '../keys/master.ts';
import type { KeptAnswer, KeyOutcome, KeyUse } from './model.ts';
import type { LedgerTransaction } from './transactions.ts';

/** How long an answer can be had again. */
export const keyLifeMs = 24 * 3_600_000;
/** Live keys that one person may have on one route. */
const maxLiveKeys = 100;
/** An answer of a guarded route is no larger; see {@link ../gateway/stages/guard.ts}. */
export const maxKeptBytes = 65_536;

/** Idempotency keys: what a person asked for under a key is done once, and answered again for a day. */
export function createIdempotency(keys: Pick<Keys, 'sealText' | 'openText'>) {
  const place = (app: string, { route, person, key }: KeyUse) => ({
    table: 'guard_keys',
    column: 'answer',
    key: JSON.stringify([app, route, person, key]),
  });

  const find = (db: LedgerTransaction, app: string, use: KeyUse) =>
    db
      .selectFrom('guard_keys')
      .selectAll()
      .where('app', '=', app)
      .where('route', '=', use.route)
      .where('person', '=', use.person)
      .where('key', '=', use.key)
      .executeTakeFirst();

  const where = (app: string, use: KeyUse) => ({ app, route: use.route, person: use.person, key: use.key });

  return {
    /** Looks a key up, and changes nothing. A key whose request was lost by a crash may be used anew when its hold is over. */
    async look(db: LedgerTransaction, app: string, use: KeyUse, now: number): Promise<KeyOutcome> {
      const row = await find(db, app, use);
      if (row !== undefined && row.expires > now) {
        if (row.body !== use.body) return { kind: 'refused', code: 'guard_key_reused' };
        if (row.status !== null && row.type !== null && row.answer !== null) {
          const body = Buffer.from(keys.openText(row.answer, place(app, use)), 'base64');
          return { kind: 'replay', answer: { status: row.status, type: row.type, body } };
        }
        return row.held_until > now ? { kind: 'refused', code: 'guard_in_flight' } : { kind: 'new' };
      }
      const { live } = await db
        .selectFrom('guard_keys')
        .select((value) => value.fn.countAll<number>().as('live'))
        .where('app', '=', app)
        .where('route', '=', use.route)
        .where('person', '=', use.person)
        .where('expires', '>', now)
        .executeTakeFirstOrThrow();
      return live >= maxLiveKeys ? { kind: 'refused', code: 'guard_keys_exhausted' } : { kind: 'new' };
    },

    /** Takes a key that {@link look} found to be new. */
    async take(db: LedgerTransaction, app: string, use: KeyUse, now: number, heldUntil: number): Promise<void> {
      const values = {
        body: use.body,
        created: now,
        held_until: heldUntil,
        expires: now + keyLifeMs,
        status: null,
        type: null,
        answer: null,
      };
      await db
        .insertInto('guard_keys')
        .values({ ...where(app, use), ...values })
        .onConflict((conflict) => conflict.columns(['app', 'route', 'person', 'key']).doUpdateSet(values))
        .execute();
    },

    /** Keeps the answer. */
    async answer(db: LedgerTransaction, app: string, use: KeyUse, { status, type, body }: KeptAnswer): Promise<void> {
      await db
        .updateTable('guard_keys')
        .set({ held_until: 0, status, type, answer: keys.sealText(body.toString('base64'), place(app, use)) })
        .where('app', '=', app)
        .where('route', '=', use.route)
        .where('person', '=', use.person)
        .where('key', '=', use.key)
        .execute();
    },

    /** Forgets a key whose answer is still this one. */
    async forget(db: LedgerTransaction, app: string, use: KeyUse, { body }: KeptAnswer): Promise<void> {
      const row = await find(db, app, use);
      if (row?.answer == null || keys.openText(row.answer, place(app, use)) !== body.toString('base64')) return;
      await db
        .deleteFrom('guard_keys')
        .where((by) => by.and(where(app, use)))
        .execute();
    },

    /** Gives a key back: nothing was done under it. */
    async release(db: LedgerTransaction, app: string, use: KeyUse): Promise<void> {
      await db
        .deleteFrom('guard_keys')
        .where('app', '=', app)
        .where('route', '=', use.route)
        .where('person', '=', use.person)
        .where('key', '=', use.key)
        .where('status', 'is', null)
        .execute();
    },

    async removeExpired(db: LedgerTransaction, now: number): Promise<void> {
      await db.deleteFrom('guard_keys').where('expires', '<=', now).execute();
    },
  };
}

export type Idempotency = ReturnType<typeof createIdempotency>;
