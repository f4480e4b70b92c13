import type { CampaignState, CampaignStop, GrantView } from '@menshen/contract';
import { type SqlBool, sql } from 'kysely';
import type { Store } from '../store/store.ts';
import { isOpen } from './calendar.ts';
import type { Campaign } from './campaign.ts';
import { toGrant } from './ledger.ts';
import type { Grant, GrantState, Stop } from './model.ts';
import { nameOf } from './service.ts';
import { toViolation, type ViolationEntry } from './violations.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const chartDays = 31;
const maxViolations = 100;
const maxTop = 10;
/** Coupons that are looked at in one piece. */
const topPage = 50_000;
const searched = ['coupon', 'person', 'place', 'request', 'code'] as const;
/** States in which somebody got something. */
export const given: readonly GrantState[] = ['granted', 'redeemed', 'refunded'];

export interface Standing {
  readonly cents: number;
  readonly grants: number;
  readonly stop: Stop | null;
  readonly recent: Recent;
  /** Coupons whose last act nobody knows the outcome of. */
  readonly uncertain: number;
}

/** Of the last 24 hours. */
export interface Recent {
  readonly claims: number;
  readonly answerViolations: number;
  readonly requestViolations: number;
  readonly shownViolations: number;
  readonly people: number;
}

const calm: Recent = { claims: 0, answerViolations: 0, requestViolations: 0, shownViolations: 0, people: 0 };

/** A campaign of which the ledger knows nothing yet. */
export const untouched: Standing = { cents: 0, grants: 0, stop: null, recent: calm, uncertain: 0 };

/** As the index says it that holds these rows alone: with a parameter in its place neither engine would take that. */
const isUncertain = sql<SqlBool>`${sql.ref('guard_grants.uncertain')} = ${sql.lit(1)}`;

/** What the console shows of campaigns, read from the store. */
export function createGuardOverview({ db }: Pick<Store, 'db'>, pageOfTop = topPage) {
  const grantsOf = ({ app, id }: Campaign) => db.selectFrom('guard_grants').where('app', '=', app).where('campaign', '=', id);

  return {
    /**
     * How campaigns stand now, by {@link nameOf}, all of them in two questions: of a company with hundreds, each asked for by itself would keep everybody
     * else from the store for as long. One of which nothing is known yet is absent.
     */
    async standings(now: number, only: Campaign | null = null): Promise<ReadonlyMap<string, Standing>> {
      const since = now - dayMs;
      let rows = db
        .selectFrom('guard_campaigns')
        .select(['app', 'campaign', 'cents', 'grants', 'stopped_at', 'stopped_by', 'stop_reason'])
        .select(({ selectFrom, fn }) => {
          const own = selectFrom('guard_grants')
            .whereRef('guard_grants.app', '=', 'guard_campaigns.app')
            .whereRef('guard_grants.campaign', '=', 'guard_campaigns.campaign')
            .select(fn.countAll<number>().as('found'));
          return [own.where('granted_at', '>', since).as('claims'), own.where(isUncertain).as('uncertain')];
        });
      let broken = db
        .selectFrom('guard_violations')
        .select(({ fn }) => [
          ...(['app', 'campaign', 'side'] as const),
          fn.sum<number>('count').as('found'),
          fn.count<number>('person').distinct().as('people'),
        ])
        .where('last', '>', since)
        .groupBy(['app', 'campaign', 'side']);
      if (only !== null) {
        rows = rows.where('guard_campaigns.app', '=', only.app).where('guard_campaigns.campaign', '=', only.id);
        broken = broken.where('app', '=', only.app).where('campaign', '=', only.id);
      }
      const [standing, violations] = await Promise.all([rows.execute(), broken.execute()]);
      const found = new Map<string, Standing>();
      for (const { app, campaign, cents, grants, stopped_at: at, stopped_by, stop_reason, claims, uncertain } of standing)
        found.set(nameOf({ app, id: campaign }), {
          ...{ cents, grants, uncertain: Number(uncertain ?? 0) },
          stop: at === null ? null : { at, by: stopped_by ?? '', reason: stop_reason ?? '' },
          recent: { ...calm, claims: Number(claims ?? 0) },
        });
      for (const { app, campaign, side, found: times, people } of violations) {
        const name = nameOf({ app, id: campaign });
        const known = found.get(name) ?? untouched;
        const seen =
          side === 'request'
            ? { requestViolations: Number(times), people: Number(people) }
            : { [side === 'answer' ? 'answerViolations' : 'shownViolations']: Number(times) };
        found.set(name, { ...known, recent: { ...known.recent, ...seen } });
      }
      return found;
    },

    /** Claims and cents by the hour in which they were granted. */
    async hours(campaign: Campaign, now: number) {
      const from = Math.floor((now - chartDays * dayMs) / hourMs) * hourMs;
      const hour = sql<number>`(granted_at - granted_at % ${sql.lit(hourMs)})`;
      const hours = await grantsOf(campaign)
        .select((value) => [hour.as('time'), value.fn.countAll<number>().as('claims'), value.fn.sum<number>('cents').as('cents')])
        .where('state', 'in', [...given])
        .where('granted_at', '>=', from)
        .groupBy(hour)
        .orderBy('time')
        .execute();
      return hours.map((row) => ({ time: Number(row.time), claims: row.claims, cents: Number(row.cents) }));
    },

    async states(campaign: Campaign): Promise<{ state: GrantState; count: number; cents: number }[]> {
      const rows = await grantsOf(campaign)
        .select((value) => ['state', value.fn.countAll<number>().as('count'), value.fn.sum<number>('cents').as('cents')])
        .groupBy('state')
        .execute();
      return rows.map((row) => ({ state: row.state as GrantState, count: row.count, cents: Number(row.cents) }));
    },

    /** Who has most. Read in pages: all at once, a million coupons would keep every other read waiting. */
    async top(campaign: Campaign): Promise<{ person: string; claims: number; cents: number }[]> {
      const best: { person: string; claims: number; cents: number }[] = [];
      for (let after: string | null = null; ; ) {
        const ahead = () => {
          const query = grantsOf(campaign);
          return after === null ? query : query.where('person', '>', after);
        };
        const end = await ahead().select('person').orderBy('person').offset(pageOfTop).limit(1).executeTakeFirst();
        let page = ahead().where('state', 'in', [...given]);
        if (end !== undefined) page = page.where('person', '<=', end.person);
        const rows = await page
          .select((value) => ['person', value.fn.countAll<number>().as('claims'), value.fn.sum<number>('cents').as('cents')])
          .groupBy('person')
          .orderBy('claims', 'desc')
          .orderBy('cents', 'desc')
          .limit(maxTop)
          .execute();
        best.push(...rows.map((row) => ({ person: row.person, claims: row.claims, cents: Number(row.cents) })));
        best.sort((a, b) => b.claims - a.claims || b.cents - a.cents);
        best.length = Math.min(best.length, maxTop);
        if (end === undefined) return best;
        after = end.person;
      }
    },

    async violations({ app, id }: Campaign): Promise<ViolationEntry[]> {
      const rows = await db
        .selectFrom('guard_violations')
        .selectAll()
        .where('app', '=', app)
        .where('campaign', '=', id)
        .orderBy('last', 'desc')
        .limit(maxViolations)
        .execute();
      return rows.map(toViolation);
    },

    /** A page of the ledger, newest first. `after` is where the page before ended. */
    async grants(
      campaign: Campaign,
      filter: { state?: GrantState | undefined; uncertain: boolean; q?: string | undefined },
      limit: number,
      after: { readonly created: number; readonly id: string } | null,
    ): Promise<Grant[]> {
      let query = grantsOf(campaign).selectAll().orderBy('created', 'desc').orderBy('id', 'desc').limit(limit);
      if (filter.state !== undefined) query = query.where('state', '=', filter.state);
      if (filter.uncertain) query = query.where(isUncertain);
      if (after !== null)
        query = query
          // Said beside what follows from it, because an index can begin here.
          .where('created', '<=', after.created)
          .where((where) => where.or([where('created', '<', after.created), where('id', '<', after.id)]));
      const { q } = filter;
      if (q === undefined || q === '') return (await query.execute()).map(toGrant);
      // Each by its own index: asked for in one, all coupons would be looked at.
      const found = await Promise.all(searched.map((column) => query.where(column, '=', q).execute()));
      const rows = [...new Map(found.flat().map((row) => [row.id, row])).values()];
      return rows
        .sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1))
        .slice(0, limit)
        .map(toGrant);
    },
  };
}

export type GuardOverview = ReturnType<typeof createGuardOverview>;

/** How a campaign stands at a time. */
export function stateOf(campaign: Campaign, stop: Stop | null, now: number): CampaignState {
  if (stop !== null) return 'stopped';
  if (now < campaign.window.start) return 'scheduled';
  if (now >= campaign.window.end) return 'ended';
  return isOpen(campaign.window, now) ? 'open' : 'resting';
}

/** A stop in the words of the contract; what it did by itself is kept as a cause and a number. */
export function stopView(stop: Stop | null): CampaignStop | null {
  if (stop === null) return null;
  const own = stop.by === 'menshen' ? /^(answers|people) (\d+)$/.exec(stop.reason) : null;
  return own === null
    ? { at: stop.at, by: stop.by, cause: 'administrator', count: null, reason: stop.reason }
    : { at: stop.at, by: stop.by, cause: own[1] === 'answers' ? 'answers' : 'people', count: Number(own[2]), reason: null };
}

export function grantView(grant: Grant, name: string | null): GrantView {
  return {
    ...{ id: grant.id, state: grant.state, person: grant.person, name, place: grant.place, code: grant.code },
    ...{ coupon: grant.coupon, cents: grant.cents, request: grant.request, created: grant.created },
    ...{ grantedAt: grant.grantedAt, redeemedAt: grant.redeemedAt, refundedAt: grant.refundedAt, uncertain: grant.uncertain },
  };
}
