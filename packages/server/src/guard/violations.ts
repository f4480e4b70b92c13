import { isErrorCode } from '@menshen/contract';
import type { Selectable } from 'kysely';
import * as z from 'zod';
import type { Ledger } from './ledger.ts';
import type { Stop, StopRules, Violation, ViolationSide } from './model.ts';
import type { GuardTables } from './tables.ts';
import type { LedgerTransaction } from './transactions.ts';

const slotMs = 60_000;
const textLimit = 300;
const sides = z.enum(['request', 'answer', 'shown']);
const acts = z.enum(['claim', 'redeem', 'refund', 'show']);

/** What somebody broke, as often as they did it within a minute. */
export interface ViolationEntry extends Omit<Violation, 'at'> {
  readonly id: string;
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

export function toViolation(row: Selectable<GuardTables['guard_violations']>): ViolationEntry {
  return {
    id: row.id,
    app: row.app,
    campaign: row.campaign,
    side: sides.parse(row.side),
    act: acts.parse(row.act),
    code: isErrorCode(row.code) ? row.code : 'internal_error',
    person: row.person,
    address: row.address,
    expected: row.expected,
    seen: row.seen,
    request: row.request,
    first: row.first,
    last: row.last,
    count: row.count,
  };
}

export interface Noted {
  /** Whether it is the first of its kind, so that somebody should hear of it. */
  readonly fresh: boolean;
  /** Set when this violation made the campaign stop. */
  readonly stop: Stop | null;
}

/** Violations, and the stop that too many of them bring about. Steps within a transaction of the caller. */
export function createViolations(ledger: Ledger) {
  const countAnswers = async (db: LedgerTransaction, { app, campaign }: Violation, since: number): Promise<number> => {
    const { found } = await db
      .selectFrom('guard_violations')
      .select((value) => value.fn.coalesce(value.fn.sum<number>('count'), value.lit(0)).as('found'))
      .where('app', '=', app)
      .where('campaign', '=', campaign)
      .where('side', '=', 'answer' satisfies ViolationSide)
      .where('last', '>', since)
      .executeTakeFirstOrThrow();
    return Number(found);
  };

  const countPeople = async (db: LedgerTransaction, { app, campaign }: Violation, since: number): Promise<number> => {
    const { found } = await db
      .selectFrom('guard_violations')
      .select((value) => value.fn.count<number>('person').distinct().as('found'))
      .where('app', '=', app)
      .where('campaign', '=', campaign)
      .where('side', '=', 'request' satisfies ViolationSide)
      .where('last', '>', since)
      .executeTakeFirstOrThrow();
    return Number(found);
  };

  return {
    /**
     * Notes a violation and stops the campaign when there were too many. Those in requests are kept once a minute for a person and code, so that one
     * script fills no table; each answer of the backend is kept by itself.
     */
    async note(db: LedgerTransaction, violation: Violation, rules: StopRules): Promise<Noted> {
      const { app, campaign, side, act, code, person, address, request, at } = violation;
      const expected = violation.expected.slice(0, textLimit);
      const seen = violation.seen.slice(0, textLimit);
      const id =
        side === 'answer'
          ? `a/${request}/${act}`
          : `${side}/${app}/${campaign}/${person ?? ''}/${code}/${act}/${Math.floor(at / slotMs)}`;
      const known = await db.selectFrom('guard_violations').select('count').where('id', '=', id).executeTakeFirst();
      await db
        .insertInto('guard_violations')
        .values({ id, app, campaign, side, act, code, person, address, expected, seen, request, first: at, last: at, count: 1 })
        .onConflict((conflict) =>
          conflict
            .column('id')
            .doUpdateSet((value) => ({ count: value('guard_violations.count', '+', 1), last: at, expected, seen, request })),
        )
        .execute();
      const fresh = known === undefined;
      if (side === 'shown') return { fresh, stop: null };
      const row = await ledger.ensureCampaign(db, app, campaign);
      if (row.stopped_at !== null) return { fresh, stop: null };
      const since = Math.max(at - rules.windowMs, row.resumed_at);
      const limit = side === 'answer' ? rules.answers : rules.people;
      const found = side === 'answer' ? await countAnswers(db, violation, since) : await countPeople(db, violation, since);
      if (found < limit) return { fresh, stop: null };
      const stop: Stop = { at, by: 'menshen', reason: side === 'answer' ? `answers ${found}` : `people ${found}` };
      await db
        .updateTable('guard_campaigns')
        .set({ stopped_at: stop.at, stopped_by: stop.by, stop_reason: stop.reason })
        .where('app', '=', app)
        .where('campaign', '=', campaign)
        .execute();
      return { fresh, stop };
    },

    /** Stops a campaign, or lets it go on; what was violated before counts no more. */
    async setStop(db: LedgerTransaction, app: string, campaign: string, stop: Stop | null, now: number): Promise<void> {
      await ledger.ensureCampaign(db, app, campaign);
      await db
        .updateTable('guard_campaigns')
        .set(
          stop === null
            ? { stopped_at: null, stopped_by: null, stop_reason: null, resumed_at: now }
            : { stopped_at: stop.at, stopped_by: stop.by, stop_reason: stop.reason },
        )
        .where('app', '=', app)
        .where('campaign', '=', campaign)
        .execute();
    },

    async removeBefore(db: LedgerTransaction, time: number): Promise<void> {
      await db.deleteFrom('guard_violations').where('last', '<', time).execute();
    },
  };
}

export type Violations = ReturnType<typeof createViolations>;
