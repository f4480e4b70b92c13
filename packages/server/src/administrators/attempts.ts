import { sql } from 'kysely';
import type { Store } from '../store/store.ts';

/** Wrong tries that cost nothing but the try. */
export const freeAttempts = 5;
/** Waits after the fifth failure and each one after it, in milliseconds (NIST SP 800-63B-4 3.2.2 allows 30 s to an hour). */
const waitsMs = [30_000, 60_000, 120_000, 240_000, 480_000, 960_000, 1_920_000];
const longestWaitMs = 3_600_000;
const forgetMs = 86_400_000;

export interface Attempts {
  /**
   * Takes a try before anything is evaluated, so that parallel tries cannot slip through together: of a hundred at once, at most five get true.
   * The count falls only by {@link Attempts.clear}.
   */
  take(key: string, now: number): Promise<boolean>;
  /** After a right try. */
  clear(key: string): Promise<void>;
  /** Failures so far. */
  failures(key: string): Promise<number>;
  removeOld(now: number): Promise<void>;
}

/** Failure counts with growing waits, one row per key; taking a try is one statement on both engines. */
export function createAttempts(store: Store): Attempts {
  const { db } = store;
  return {
    async take(key, now) {
      const steps = sql.join(
        waitsMs.map((wait, at) => sql`when ${sql.lit(freeAttempts - 1 + at)} then ${sql.lit(now + wait)}`),
        sql` `,
      );
      const row = await db
        .insertInto('admin_attempts')
        .values({ key, failures: 1, locked_until: 0, last: now })
        .onConflict((conflict) =>
          conflict
            .column('key')
            .doUpdateSet({
              failures: sql<number>`admin_attempts.failures + 1`,
              locked_until: sql<number>`cast(case when admin_attempts.failures < ${sql.lit(freeAttempts - 1)} then 0 else case admin_attempts.failures ${steps} else ${sql.lit(now + longestWaitMs)} end end as bigint)`,
              last: now,
            })
            .where('admin_attempts.locked_until', '<=', now),
        )
        .returning('failures')
        .executeTakeFirst();
      return row !== undefined;
    },
    async clear(key) {
      await db.deleteFrom('admin_attempts').where('key', '=', key).execute();
    },
    async failures(key) {
      const row = await db.selectFrom('admin_attempts').select('failures').where('key', '=', key).executeTakeFirst();
      return row?.failures ?? 0;
    },
    async removeOld(now) {
      await db
        .deleteFrom('admin_attempts')
        .where('last', '<', now - forgetMs)
        .where('locked_until', '<=', now)
        .execute();
    },
  };
}
