import { type ErrorCode, guardFact } from '@menshen/contract';
import { type Selectable, type SqlBool, sql } from 'kysely';
import type { Idempotency } from './idempotency.ts';
import {
  type ClaimOrder,
  type ClaimOutcome,
  type Grant,
  type GrantState,
  type KeptAnswer,
  type KeyUse,
  neverGiven,
  type Refused,
  type TurnOrder,
  type TurnOutcome,
} from './model.ts';
import type { GuardTables } from './tables.ts';
import type { LedgerTransaction } from './transactions.ts';

type GrantRow = Selectable<GuardTables['guard_grants']>;

const grantStates: readonly string[] = ['reserved', 'granted', 'redeemed', 'refunded', 'void', 'released'];
/** Overdue reservations that one step clears away. */
const maxCleared = 100;

/** As the index says it that holds reservations alone, so that a claim looks at no other that is under way. */
const isReserved = sql<SqlBool>`${sql.ref('guard_grants.state')} = ${sql.lit('reserved' satisfies GrantState)}`;

function stateOf(text: string): GrantState {
  if (!grantStates.includes(text)) throw new Error('the ledger holds a state that this program does not know');
  return text as GrantState;
}

/** A row as the rest of the program sees it. */
export function toGrant(row: GrantRow): Grant {
  return {
    id: row.id,
    app: row.app,
    campaign: row.campaign,
    state: stateOf(row.state),
    person: row.person,
    device: row.device,
    place: row.place,
    code: row.code,
    coupon: row.coupon,
    cents: row.cents,
    request: row.request,
    created: row.created,
    expires: row.expires,
    grantedAt: row.granted_at,
    redeemedAt: row.redeemed_at,
    refundedAt: row.refunded_at,
    pending: row.pending,
    uncertain: row.uncertain === 1,
  };
}

const refused = (code: ErrorCode, expected?: string, seen?: string): Refused => ({
  kind: 'refused',
  code,
  ...(expected === undefined || seen === undefined ? {} : { difference: { expected, seen } }),
});

/** What became of the end of a reservation: `lost` when its time was over. */
export type CommitOutcome = 'granted' | 'lost' | 'coupon_repeated' | 'too_much';

/** The answer to keep under the key of what ends here. */
export interface KeyEnd {
  readonly use: KeyUse;
  readonly answer: KeptAnswer;
}

/**
 * The ledger of what was really granted. Each method is one step within a transaction of the caller. After every step holds: the campaign's `cents` and
 * `grants` are the sum and number of its counted grants; `cents` is at most the budget, as it was when the last one was reserved; no code and no coupon
 * is there twice.
 */
export function createLedger(idempotency: Idempotency) {
  const campaignRow = (db: LedgerTransaction, app: string, campaign: string) =>
    db.selectFrom('guard_campaigns').selectAll().where('app', '=', app).where('campaign', '=', campaign).executeTakeFirst();

  const ensureCampaign = async (db: LedgerTransaction, app: string, campaign: string) => {
    const known = await campaignRow(db, app, campaign);
    if (known !== undefined) return known;
    const fresh = { cents: 0, grants: 0, stopped_at: null, stopped_by: null, stop_reason: null, resumed_at: 0 };
    await db
      .insertInto('guard_campaigns')
      .values({ app, campaign, ...fresh })
      .onConflict((conflict) => conflict.columns(['app', 'campaign']).doNothing())
      .execute();
    return { app, campaign, ...fresh };
  };

  const addToBudget = (db: LedgerTransaction, app: string, campaign: string, cents: number, grants: number) =>
    db
      .updateTable('guard_campaigns')
      .set((value) => ({ cents: value('cents', '+', cents), grants: value('grants', '+', grants) }))
      .where('app', '=', app)
      .where('campaign', '=', campaign)
      .execute();

  const givenTo = async (
    db: LedgerTransaction,
    order: ClaimOrder,
    column: 'person' | 'device',
    who: string,
  ): Promise<{ total: number; today: number }> => {
    const rows = await db
      .selectFrom('guard_grants')
      .select((value) => ['day', value.fn.countAll<number>().as('count')])
      .where('app', '=', order.app)
      .where('campaign', '=', order.campaign)
      .where(column, '=', who)
      .where('state', 'not in', [...neverGiven])
      .groupBy('day')
      .execute();
    return {
      total: rows.reduce((sum, row) => sum + row.count, 0),
      today: rows.find((row) => row.day === order.day)?.count ?? 0,
    };
  };

  const within = async (
    db: LedgerTransaction,
    order: ClaimOrder,
    column: 'person' | 'device',
    total: number | null,
    perDay: number | null,
  ): Promise<ErrorCode | null> => {
    if (total === null && perDay === null) return null;
    const who = order[column];
    if (who === null) return 'guard_device_unknown';
    const given = await givenTo(db, order, column, who);
    const full = (total !== null && given.total >= total) || (perDay !== null && given.today >= perDay);
    return full ? 'guard_quota_exceeded' : null;
  };

  /** The place of a code that may be claimed now, or why it may not. */
  const codeOf = async (
    db: LedgerTransaction,
    { app, campaign, code, place, places = null, placeNeeded = false, now }: ClaimOrder,
  ): Promise<{ readonly text: string | null; readonly place: string | null } | Refused> => {
    if (code === null) return place === null && placeNeeded ? refused('guard_value_missing') : { text: null, place };
    const batch = await db
      .selectFrom('guard_batches')
      .selectAll()
      .where('app', '=', app)
      .where('campaign', '=', campaign)
      .where('batch', '=', code.batch)
      .executeTakeFirst();
    // Signed by us and yet not issued: the store was set back, or the key is in other hands.
    if (batch === undefined || code.serial >= batch.count)
      return refused('guard_code_invalid', guardFact('issued_code'), guardFact('unissued_code'));
    if (batch.revoked_at !== null || now >= batch.expires) return refused('guard_code_expired');
    if (batch.place !== null && place !== null && batch.place !== place)
      return refused('guard_place_mismatch', guardFact('place', batch.place), guardFact('place', place));
    const at = place ?? batch.place;
    if (at === null && placeNeeded) return refused('guard_value_missing');
    // Of a shop that has left the campaign since its codes were made.
    if (at !== null && places !== null && !places.has(at))
      return refused('guard_place_mismatch', guardFact('campaign_place'), guardFact('place', at));
    const text = `${code.batch}.${code.serial}`;
    const used = await db
      .selectFrom('guard_grants')
      .select('id')
      .where('app', '=', app)
      .where('campaign', '=', campaign)
      .where('code', '=', text)
      .executeTakeFirst();
    return used === undefined ? { text, place: at } : refused('guard_code_used');
  };

  const setRelease = async (db: LedgerTransaction, row: GrantRow): Promise<void> => {
    // The code is free again.
    await db
      .updateTable('guard_grants')
      .set({ state: 'released', counted: false, code: null })
      .where('id', '=', row.id)
      .execute();
    await addToBudget(db, row.app, row.campaign, -row.cents, -1);
  };

  const find = (db: LedgerTransaction, id: string) =>
    db.selectFrom('guard_grants').selectAll().where('id', '=', id).executeTakeFirst();

  const ledger = {
    /** Releases reservations whose time was over before a moment, and gives them. */
    async clearOverdue(db: LedgerTransaction, before: number, only?: { readonly app: string; readonly campaign: string }) {
      let overdue = db.selectFrom('guard_grants').selectAll().where(isReserved).where('expires', '<=', before);
      if (only !== undefined) overdue = overdue.where('app', '=', only.app).where('campaign', '=', only.campaign);
      const rows = await overdue.limit(maxCleared).execute();
      for (const row of rows) await setRelease(db, row);
      return rows.map(toGrant);
    },

    /** Marks redemptions and refunds that nobody ended as uncertain: the coupon stays consumed. */
    async settlePending(db: LedgerTransaction, now: number): Promise<Grant[]> {
      const rows = await db
        .selectFrom('guard_grants')
        .selectAll()
        .where('pending_until', '<=', now)
        .where('pending', 'is not', null)
        .limit(maxCleared)
        .execute();
      for (const row of rows)
        await db
          .updateTable('guard_grants')
          .set({ pending: null, pending_until: null, uncertain: true })
          .where('id', '=', row.id)
          .execute();
      return rows.map(toGrant);
    },

    /** Reserves what a claim asks for, if everything allows it. */
    async reserve(db: LedgerTransaction, order: ClaimOrder): Promise<ClaimOutcome> {
      const { app, campaign, limits, now } = order;
      if (order.key !== null) {
        const key = await idempotency.look(db, app, order.key, now);
        if (key.kind !== 'new') return key;
      }
      await ledger.clearOverdue(db, order.overdueBefore, order);
      const row = (await campaignRow(db, app, campaign)) ?? (await ensureCampaign(db, app, campaign));
      if (row.stopped_at !== null) return refused('guard_campaign_stopped');
      const code = await codeOf(db, order);
      if ('kind' in code) return code;
      const quota =
        (await within(db, order, 'person', limits.personTotal, limits.personDay)) ??
        (await within(db, order, 'device', limits.deviceTotal, limits.deviceDay));
      if (quota !== null) return refused(quota);
      // The row was read after what is overdue had been cleared away.
      if (row.cents + order.cents > limits.budgetCents || (limits.budgetCount !== null && row.grants + 1 > limits.budgetCount))
        return refused('guard_budget_exhausted');
      await db
        .insertInto('guard_grants')
        .values({
          id: order.id,
          app,
          campaign,
          state: 'reserved',
          counted: true,
          person: order.person,
          device: order.device,
          place: code.place,
          code: code.text,
          coupon: null,
          cents: order.cents,
          day: order.day,
          request: order.request,
          created: now,
          expires: order.expires,
          granted_at: null,
          redeemed_at: null,
          refunded_at: null,
          pending: null,
          pending_until: null,
          uncertain: false,
        })
        .execute();
      await addToBudget(db, app, campaign, order.cents, 1);
      if (order.key !== null) await idempotency.take(db, app, order.key, now, order.expires);
      return { kind: 'reserved', id: order.id, place: code.place };
    },

    /** Grants what was reserved, or less. */
    async commit(
      db: LedgerTransaction,
      { id, coupon, cents, now, key }: { id: string; coupon: string; cents: number; now: number; key: KeyEnd | null },
    ): Promise<CommitOutcome> {
      const row = await find(db, id);
      if (row === undefined || row.state !== 'reserved') return 'lost';
      if (cents > row.cents) return 'too_much';
      const other = await db
        .selectFrom('guard_grants')
        .select('id')
        .where('app', '=', row.app)
        .where('coupon', '=', coupon)
        .executeTakeFirst();
      if (other !== undefined) return 'coupon_repeated';
      await db
        .updateTable('guard_grants')
        .set({ state: 'granted', coupon, cents, granted_at: now })
        .where('id', '=', id)
        .execute();
      if (cents !== row.cents) await addToBudget(db, row.app, row.campaign, cents - row.cents, 0);
      if (key !== null) await idempotency.answer(db, row.app, key.use, key.answer);
      return 'granted';
    },

    /** Gives a reservation back. False when there is none any more. */
    async release(db: LedgerTransaction, id: string, key: KeyUse | null): Promise<boolean> {
      const row = await find(db, id);
      if (row === undefined) return false;
      if (key !== null) await idempotency.release(db, row.app, key);
      if (row.state !== 'reserved') return false;
      await setRelease(db, row);
      return true;
    },

    /** Consumes a coupon, or takes its redemption back, before the backend hears of it. */
    async turn(db: LedgerTransaction, order: TurnOrder): Promise<TurnOutcome> {
      const { app, act, now } = order;
      if (order.key !== null) {
        const key = await idempotency.look(db, app, order.key, now);
        if (key.kind !== 'new') return key;
      }
      const row = await db
        .selectFrom('guard_grants')
        .selectAll()
        .where('app', '=', app)
        .where('coupon', '=', order.coupon)
        .executeTakeFirst();
      if (row === undefined || !order.campaigns.includes(row.campaign))
        return refused('guard_not_granted', guardFact('ledger_coupon'), guardFact('ungranted_coupon', order.coupon));
      const { campaign } = row;
      const no = (code: ErrorCode, expected?: string, seen?: string) => ({ ...refused(code, expected, seen), campaign });
      if (order.held?.includes(campaign) || (await campaignRow(db, app, campaign))?.stopped_at != null)
        return no('guard_campaign_stopped');
      if (order.person !== null && row.person !== order.person)
        return no('guard_not_owner', guardFact('coupon_of', order.coupon, row.person), guardFact('presented_by', order.person));
      if (order.cents !== null && order.cents !== row.cents)
        return no('guard_amount_mismatch', guardFact('granted', row.cents), guardFact('cents', order.cents));
      if (row.state === 'void' || row.state === 'refunded') return no('guard_coupon_void');
      if (row.pending !== null && (row.pending_until ?? 0) > now) return no('guard_in_flight');
      if (act === 'redeem') {
        if (row.state !== 'granted') return no('guard_already_redeemed');
        if (order.grantedAfter !== null && (row.granted_at ?? 0) < order.grantedAfter) return no('guard_coupon_expired');
      } else if (row.state !== 'redeemed') return no('guard_not_redeemed');
      await db
        .updateTable('guard_grants')
        .set({
          ...(act === 'redeem' ? { state: 'redeemed', redeemed_at: now } : { state: 'refunded', refunded_at: now }),
          pending: act,
          pending_until: order.expires,
        })
        .where('id', '=', row.id)
        .execute();
      if (order.key !== null) await idempotency.take(db, app, order.key, now, order.expires);
      return { kind: 'held', id: row.id, campaign, cents: row.cents };
    },

    /** Ends an act that {@link turn} began. `done` and `unknown` leave the coupon consumed; `undone` gives it back. */
    async endTurn(
      db: LedgerTransaction,
      end: {
        id: string;
        how: 'done' | 'undone' | 'unknown';
        /** Whether a refund frees the budget. */
        returnsBudget: boolean;
        key: KeyUse | null;
        answer: KeptAnswer | null;
      },
    ): Promise<boolean> {
      const row = await find(db, end.id);
      if (row === undefined || row.pending === null) return false;
      const ended = { pending: null, pending_until: null };
      if (end.how === 'undone') {
        const back =
          row.pending === 'redeem' ? { state: 'granted', redeemed_at: null } : { state: 'redeemed', refunded_at: null };
        await db
          .updateTable('guard_grants')
          .set({ ...ended, ...back })
          .where('id', '=', row.id)
          .execute();
        if (end.key !== null) await idempotency.release(db, row.app, end.key);
        return true;
      }
      const frees = end.how === 'done' && row.pending === 'refund' && end.returnsBudget && row.counted === 1;
      await db
        .updateTable('guard_grants')
        .set({ ...ended, ...(frees ? { counted: false } : {}), uncertain: end.how === 'unknown' })
        .where('id', '=', row.id)
        .execute();
      if (frees) await addToBudget(db, row.app, row.campaign, -row.cents, -1);
      if (end.key !== null && end.answer !== null) await idempotency.answer(db, row.app, end.key, end.answer);
      return true;
    },

    /** Makes a coupon void that was granted and not redeemed. False when it stands otherwise. */
    async makeVoid(db: LedgerTransaction, id: string): Promise<Grant | null> {
      const row = await find(db, id);
      if (row === undefined || row.state !== 'granted' || row.pending !== null) return null;
      await db.updateTable('guard_grants').set({ state: 'void', counted: false }).where('id', '=', id).execute();
      await addToBudget(db, row.app, row.campaign, -row.cents, -1);
      return toGrant(row);
    },

    /** An administrator's word on an act whose outcome was unknown: it happened, or the coupon goes back to where it was before. */
    async resolve(db: LedgerTransaction, id: string, happened: boolean): Promise<Grant | null> {
      const row = await find(db, id);
      if (row === undefined || row.uncertain !== 1) return null;
      const back = row.state === 'refunded' ? { state: 'redeemed', refunded_at: null } : { state: 'granted', redeemed_at: null };
      await db
        .updateTable('guard_grants')
        .set({ uncertain: false, ...(happened ? {} : back) })
        .where('id', '=', id)
        .execute();
      return toGrant(row);
    },

    ensureCampaign,
    campaignRow,
    find,
  };
  return ledger;
}

export type Ledger = ReturnType<typeof createLedger>;
