import { type FactorKind, mfaApi } from '@menshen/contract';
import { sql } from 'kysely';
import type { Keys } from '../../keys/master.ts';
import type { Store } from '../../store/store.ts';
import { allSourcesLimit, type Budget, type BudgetKind, type BudgetRule, type Source } from './model.ts';

/** A person's authenticator. */
export interface Factor {
  readonly uid: string;
  readonly kind: FactorKind;
  /** TOTP secret in base64, hash of a password, SOTER device, phone number; sealed where it lies. */
  readonly secret: string;
  readonly counter: number;
  readonly label: string;
  readonly created: number;
  readonly lastUsed: number | null;
}

/** What became of a try that was to be counted. `locks` says that this very try has set the lock. */
export type Charge = { readonly allowed: true; readonly locks: boolean; readonly failures: number } | { readonly allowed: false };

const place = (uid: string, kind: string) => ({ table: 'factors', column: 'secret', key: `${uid}\n${kind}` });
const changed = (result: { readonly numUpdatedRows: bigint }): boolean => Number(result.numUpdatedRows) > 0;

/** The tables of factors, recovery codes, budgets and known devices. Secrets go in and out only through the key ring. */
export function createFactorStore(store: Store, keys: Keys) {
  const { db } = store;
  return {
    async factors(uid: string): Promise<Factor[]> {
      const rows = await db.selectFrom('factors').selectAll().where('uid', '=', uid).orderBy('created').execute();
      return rows.map((row) => ({
        uid: row.uid,
        kind: mfaApi.factorKind.parse(row.kind),
        secret: keys.openText(row.secret, place(row.uid, row.kind)),
        counter: row.counter,
        label: row.label,
        created: row.created,
        lastUsed: row.last_used,
      }));
    },
    /** Adds a factor or puts it in the place of the one of its kind, and opens its budgets. Returns whether it replaced one. */
    async putFactor(factor: Factor): Promise<boolean> {
      const values = {
        secret: keys.sealText(factor.secret, place(factor.uid, factor.kind)),
        counter: factor.counter,
        label: factor.label,
        created: factor.created,
        last_used: factor.lastUsed,
      };
      return await store.transaction(async (tx) => {
        const before = await tx
          .selectFrom('factors')
          .select('created')
          .where('uid', '=', factor.uid)
          .where('kind', '=', factor.kind)
          .executeTakeFirst();
        await tx
          .insertInto('factors')
          .values({ uid: factor.uid, kind: factor.kind, ...values })
          .onConflict((conflict) => conflict.columns(['uid', 'kind']).doUpdateSet(values))
          .execute();
        await tx.deleteFrom('factor_budgets').where('uid', '=', factor.uid).where('kind', '=', factor.kind).execute();
        return before !== undefined;
      });
    },
    /** Removes a factor and forgets its budgets. Returns whether there was one. */
    async removeFactor(uid: string, kind: FactorKind): Promise<boolean> {
      return await store.transaction(async (tx) => {
        const gone =
          kind === 'recovery'
            ? await tx.deleteFrom('factor_recovery_codes').where('uid', '=', uid).executeTakeFirst()
            : await tx.deleteFrom('factors').where('uid', '=', uid).where('kind', '=', kind).executeTakeFirst();
        await tx.deleteFrom('factor_budgets').where('uid', '=', uid).where('kind', '=', kind).execute();
        return Number(gone.numDeletedRows) > 0;
      });
    },
    /** Whether the counter was smaller until now: true for exactly one of any number of callers with one value. */
    async advanceCounter(uid: string, kind: FactorKind, counter: number, now: number): Promise<boolean> {
      return changed(
        await db
          .updateTable('factors')
          .set({ counter, last_used: now })
          .where('uid', '=', uid)
          .where('kind', '=', kind)
          .where('counter', '<', counter)
          .executeTakeFirst(),
      );
    },
    async touchFactor(uid: string, kind: FactorKind, now: number): Promise<void> {
      await db.updateTable('factors').set({ last_used: now }).where('uid', '=', uid).where('kind', '=', kind).execute();
    },

    /** The person's codes that are left, and when they were made. */
    async recoveryCodes(uid: string): Promise<{ readonly hashes: readonly string[]; readonly created: number | null }> {
      const rows = await db.selectFrom('factor_recovery_codes').select(['code_hash', 'created']).where('uid', '=', uid).execute();
      return { hashes: rows.map((row) => row.code_hash), created: rows[0]?.created ?? null };
    },
    /** Puts new codes in the place of all old ones. */
    async putRecoveryCodes(uid: string, hashes: readonly string[], created: number): Promise<void> {
      await store.transaction(async (tx) => {
        await tx.deleteFrom('factor_recovery_codes').where('uid', '=', uid).execute();
        await tx.deleteFrom('factor_budgets').where('uid', '=', uid).where('kind', '=', 'recovery').execute();
        await tx
          .insertInto('factor_recovery_codes')
          .values(hashes.map((hash) => ({ uid, code_hash: hash, created })))
          .execute();
      });
    },
    /** Whether this call used the code up. */
    async useRecoveryCode(uid: string, hash: string): Promise<boolean> {
      const gone = await db
        .deleteFrom('factor_recovery_codes')
        .where('uid', '=', uid)
        .where('code_hash', '=', hash)
        .executeTakeFirst();
      return Number(gone.numDeletedRows) > 0;
    },

    async budgets(uid: string): Promise<(Budget & { readonly kind: string })[]> {
      const rows = await db.selectFrom('factor_budgets').selectAll().where('uid', '=', uid).execute();
      return rows.map((row) => ({
        kind: row.kind,
        source: row.source,
        failures: row.failures,
        lockedUntil: row.locked_until,
      }));
    },
    /**
     * Counts a try as failed before anybody looks at it, so that parallel tries cannot all slip under the limit; {@link clearBudget} takes it back
     * when it was right. One conditional update decides.
     */
    async charge(uid: string, kind: BudgetKind, source: Source, rule: BudgetRule, now: number): Promise<Charge> {
      await db
        .insertInto('factor_budgets')
        .values({ uid, kind, source, failures: 0, round: 0, locks: 0, locked_until: 0 })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const full = sql<boolean>`round + 1 >= cast(${rule.round} as bigint)`;
      const [first, second, third] = rule.waitsMs.map((wait) => sql`cast(${now + wait} as bigint)`);
      const row = await db
        .updateTable('factor_budgets')
        .set({
          failures: sql<number>`failures + 1`,
          round: sql<number>`case when ${full} then 0 else round + 1 end`,
          locks: sql<number>`case when ${full} then locks + 1 else locks end`,
          locked_until: sql<number>`case when ${full} then case locks when 0 then ${first} when 1 then ${second} else ${third} end else locked_until end`,
        })
        .where('uid', '=', uid)
        .where('kind', '=', kind)
        .where('source', '=', source)
        .where('locked_until', '<=', now)
        .where('failures', '<', rule.disableAfter)
        .where(
          (where) =>
            where
              .selectFrom('factor_budgets as other')
              .select(({ fn }) => fn.sum<number>('other.failures').as('failures'))
              .where('other.uid', '=', uid)
              .where('other.kind', '=', kind),
          '<',
          allSourcesLimit,
        )
        .returning(['round', 'failures'])
        .executeTakeFirst();
      return row === undefined ? { allowed: false } : { allowed: true, locks: row.round === 0, failures: row.failures };
    },
    /** Takes one try back that could not be judged, such as while WeChat was away. */
    async refund(uid: string, kind: BudgetKind, source: Source): Promise<void> {
      await db
        .updateTable('factor_budgets')
        .set({ failures: sql<number>`failures - 1`, round: sql<number>`case when round > 0 then round - 1 else 0 end` })
        .where('uid', '=', uid)
        .where('kind', '=', kind)
        .where('source', '=', source)
        .where('failures', '>', 0)
        .execute();
    },
    /** A right proof: this source begins anew. The others keep their account. */
    async clearBudget(uid: string, kind: BudgetKind, source: Source): Promise<void> {
      await db
        .deleteFrom('factor_budgets')
        .where('uid', '=', uid)
        .where('kind', '=', kind)
        .where('source', '=', source)
        .execute();
    },
    /** Opens an authenticator for all sources. Returns whether there was anything to open. */
    async clearBudgets(uid: string, kind: BudgetKind): Promise<boolean> {
      const gone = await db.deleteFrom('factor_budgets').where('uid', '=', uid).where('kind', '=', kind).executeTakeFirst();
      return Number(gone.numDeletedRows) > 0;
    },
  };
}

export type FactorStore = ReturnType<typeof createFactorStore>;
