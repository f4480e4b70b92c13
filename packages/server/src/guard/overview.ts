import type { CampaignState, CampaignStop, GrantView } from '@menshen/contract';
import { sql } from 'kysely';
import type { Store } from '../store/store.ts';
import { isOpen } from './calendar.ts';
import type { Campaign } from './campaign.ts';
import { toGrant } from './ledger.ts';
import type { Grant, GrantState, Stop } from './model.ts';
import { toViolation, type ViolationEntry } from './violations.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const chartDays = 31;
const maxViolations = 100;
const maxTop = 10;
/** States in which somebody got something. */
const given: readonly GrantState[] = ['granted', 'redeemed', 'refunded'];

export interface Standing {
  readonly cents: number;
  readonly grants: number;
  readonly stop: Stop | null;
}

export interface Recent {
  readonly claims: number;
  readonly answerViolations: number;
  readonly requestViolations: number;
  readonly shownViolations: number;
  readonly people: number;
}

/** What the console shows of campaigns, read from the store. */
export function createGuardOverview({ db }: Pick<Store, 'db'>) {
  const grantsOf = ({ app, id }: Campaign) => db.selectFrom('guard_grants').where('app', '=', app).where('campaign', '=', id);

  return {
    async standing({ app, id }: Campaign): Promise<Standing> {
      const row = await db
        .selectFrom('guard_campaigns')
        .selectAll()
        .where('app', '=', app)
        .where('campaign', '=', id)
        .executeTakeFirst();
      return {
        cents: row?.cents ?? 0,
        grants: row?.grants ?? 0,
        stop:
          row === undefined || row.stopped_at === null
            ? null
            : { at: row.stopped_at, by: row.stopped_by ?? '', reason: row.stop_reason ?? '' },
      };
    },

    async recent(campaign: Campaign, now: number): Promise<Recent> {
      const since = now - dayMs;
      const { claims } = await grantsOf(campaign)
        .select((value) => value.fn.countAll<number>().as('claims'))
        .where('granted_at', '>', since)
        .executeTakeFirstOrThrow();
      const rows = await db
        .selectFrom('guard_violations')
        .select((value) => [
          'side',
          value.fn.sum<number>('count').as('found'),
          value.fn.count<number>('person').distinct().as('people'),
        ])
        .where('app', '=', campaign.app)
        .where('campaign', '=', campaign.id)
        .where('last', '>', since)
        .groupBy('side')
        .execute();
      const of = (side: string): number => Number(rows.find((row) => row.side === side)?.found ?? 0);
      return {
        claims,
        answerViolations: of('answer'),
        requestViolations: of('request'),
        shownViolations: of('shown'),
        people: Number(rows.find((row) => row.side === 'request')?.people ?? 0),
      };
    },

    async uncertain(campaign: Campaign): Promise<number> {
      const { found } = await grantsOf(campaign)
        .select((value) => value.fn.countAll<number>().as('found'))
        .where('uncertain', '=', 1)
        .executeTakeFirstOrThrow();
      return found;
    },

    /** Claims and cents by the hour in which they were granted, and the cents before. */
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
      const { before } = await grantsOf(campaign)
        .select((value) => value.fn.sum<number | null>('cents').as('before'))
        .where('state', 'in', [...given])
        .where('granted_at', '<', from)
        .executeTakeFirstOrThrow();
      return {
        hours: hours.map((row) => ({ time: Number(row.time), claims: row.claims, cents: Number(row.cents) })),
        centsBefore: Number(before ?? 0),
      };
    },

    async states(campaign: Campaign): Promise<{ state: GrantState; count: number; cents: number }[]> {
      const rows = await grantsOf(campaign)
        .select((value) => ['state', value.fn.countAll<number>().as('count'), value.fn.sum<number>('cents').as('cents')])
        .groupBy('state')
        .execute();
      return rows.map((row) => ({ state: row.state as GrantState, count: row.count, cents: Number(row.cents) }));
    },

    async top(campaign: Campaign): Promise<{ person: string; claims: number; cents: number }[]> {
      const rows = await grantsOf(campaign)
        .select((value) => ['person', value.fn.countAll<number>().as('claims'), value.fn.sum<number>('cents').as('cents')])
        .where('state', 'in', [...given])
        .groupBy('person')
        .orderBy('claims', 'desc')
        .orderBy('cents', 'desc')
        .limit(maxTop)
        .execute();
      return rows.map((row) => ({ person: row.person, claims: row.claims, cents: Number(row.cents) }));
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

    /** A page of the ledger, newest first. `after` is what {@link nextOf} gave for the page before. */
    async grants(
      campaign: Campaign,
      filter: { state?: GrantState | undefined; uncertain: boolean; q?: string | undefined },
      limit: number,
      after: { readonly created: number; readonly id: string } | null,
    ): Promise<Grant[]> {
      let query = grantsOf(campaign).selectAll().orderBy('created', 'desc').orderBy('id', 'desc').limit(limit);
      if (filter.state !== undefined) query = query.where('state', '=', filter.state);
      if (filter.uncertain) query = query.where('uncertain', '=', 1);
      const { q } = filter;
      if (q !== undefined && q !== '')
        query = query.where((where) =>
          where.or([
            where('coupon', '=', q),
            where('person', '=', q),
            where('place', '=', q),
            where('request', '=', q),
            where('code', '=', q),
          ]),
        );
      if (after !== null)
        query = query.where((where) =>
          where.or([
            where('created', '<', after.created),
            where.and([where('created', '=', after.created), where('id', '<', after.id)]),
          ]),
        );
      return (await query.execute()).map(toGrant);
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
