import { createHmac, createSecretKey } from 'node:crypto';
import { type GuardDifference, guardFactText } from '@menshen/contract';
import { detectionEvent, entityManagementEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { RevocationFeed } from '../coordination/revocation-feed.ts';
import type { Metrics } from '../gateway/metrics.ts';
import type { Keys } from '../keys/master.ts';
import type { Store } from '../store/store.ts';
import type { Campaign } from './campaign.ts';
import { type CodeBatches, createCodeBatches } from './code-batches.ts';
import { createIdempotency } from './idempotency.ts';
import { type CommitOutcome, createLedger, type KeyEnd, type Ledger } from './ledger.ts';
import {
  type CampaignAct,
  type ClaimOrder,
  type ClaimOutcome,
  type KeptAnswer,
  type KeyUse,
  type Stop,
  suspicious,
  type TurnOrder,
  type TurnOutcome,
  type Violation,
  type ViolationSide,
} from './model.ts';
import { createTransactions, type Transactions } from './transactions.ts';
import { createViolations, type Violations } from './violations.ts';

/** Who acts, and in which request, for records and alarms. */
export interface Actor {
  readonly person: string;
  readonly device: string | null;
  readonly address: string | null;
  /** Id of the request, or of the machine that asks. */
  readonly request: string;
}

/** News of a campaign for open pages of the console. */
export interface GuardNews {
  readonly app: string;
  readonly campaign: string;
  readonly kind: 'violation' | 'stopped' | 'resumed';
  readonly at: number;
}

export interface GuardService {
  readonly codes: CodeBatches;
  readonly ledger: Ledger;
  readonly transactions: Transactions;
  readonly violations: Violations;
  /** The name under which a phone counts, made one way of what the rates' `deviceKey` calls it, because it is kept with the grant. */
  deviceName(device: string): string;
  claim(
    campaign: Campaign,
    demand: { cents: number; place: string | null; code: ClaimOrder['code']; day: string; key: KeyUse | null; holdMs?: number },
    actor: Actor,
  ): Promise<ClaimOutcome>;
  /** Grants a reservation. What is not granted is released. */
  grant(
    campaign: Campaign,
    id: string,
    given: { readonly coupon: string; readonly cents: number; readonly key: KeyEnd | null },
    actor: Actor,
  ): Promise<CommitOutcome>;
  release(campaign: Campaign, id: string, key: KeyUse | null, why: string): Promise<boolean>;
  turn(
    campaigns: readonly Campaign[],
    demand: Pick<TurnOrder, 'act' | 'coupon' | 'cents' | 'key'> & { readonly anybody: boolean; readonly withinMs: number | null },
    actor: Actor,
  ): Promise<TurnOutcome>;
  endTurn(
    campaign: Campaign,
    act: 'redeem' | 'refund',
    id: string,
    end: { readonly how: 'done' | 'undone' | 'unknown'; readonly key: KeyUse | null; readonly answer: KeptAnswer | null },
    actor: Actor,
  ): Promise<void>;
  /** Forgets an answer that was kept under a key, so that it may be used anew; one that was kept meanwhile stays. */
  forget(campaign: Campaign, key: KeyUse, answer: KeptAnswer): Promise<void>;
  /** Keeps an answer under a key, for who asks again. */
  keep(campaign: Campaign, key: KeyUse, answer: KeptAnswer): Promise<void>;
  /** Notes that a rule was broken; raises the alarm, and stops the campaign when it was broken too often. */
  violated(
    campaign: Campaign,
    side: ViolationSide,
    act: CampaignAct | 'show',
    broken: { readonly code: Violation['code']; readonly difference: GuardDifference },
    actor: Actor,
  ): Promise<void>;
  stop(campaign: Campaign, by: string, reason: string): Promise<void>;
  resume(campaign: Campaign, by: string, reason: string): Promise<void>;
  /** Hears news of campaigns, also of other nodes. */
  onNews(hear: (news: GuardNews) => void): void;
}

export interface GuardParts {
  readonly store: Store;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly revocations: Pick<RevocationFeed, 'publish' | 'subscribe'>;
  readonly metrics: Metrics;
  /** Whether a measure of containment stops a campaign. */
  readonly held?: (app: string, campaign: string, person: string) => boolean;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** How long a reservation whose outcome the backend may know is kept for the question. */
export const reconcileMs = 600_000;
const feedKind = 'guard';

export const nameOf = ({ app, id }: Pick<Campaign, 'app' | 'id'>): string => `${app}/${id}`;

const wordsOf = ({ expected, seen }: GuardDifference) => ({ expected: guardFactText(expected).en, seen: guardFactText(seen).en });

/** Before this moment the reservations of a campaign that ended are released without a question. */
export function overdueBefore(campaign: Campaign, now: number): number {
  return campaign.claim.reconcile === null ? now : now - reconcileMs;
}

export function createGuardService(parts: GuardParts): GuardService {
  const { store, keys, audit, revocations, metrics, held = () => false, clock, random } = parts;
  const idempotency = createIdempotency(keys);
  const ledger = createLedger(idempotency);
  const violations = createViolations(ledger);
  const transactions = createTransactions(store);
  const codes = createCodeBatches({ store, transactions, keys, audit, clock });
  const hearers = new Set<(news: GuardNews) => void>();
  const deviceKey = createSecretKey(keys.derive('names of devices in campaigns'));

  const tell = (news: GuardNews): void => {
    for (const hear of hearers) hear(news);
  };
  const record = (event: string): void => {
    void audit.record(event).catch(() => metrics.add('menshen_audit_failures_total'));
  };
  const count = (campaign: Campaign, act: string, outcome: string): void =>
    metrics.add('menshen_guard_acts_total', `app="${campaign.app}",campaign="${campaign.id}",act="${act}",outcome="${outcome}"`);

  const recordCoupon = (
    campaign: Campaign,
    activity: 'create' | 'update' | 'delete',
    act: string,
    actor: Pick<Actor, 'person' | 'request'>,
    detail: Readonly<Record<string, string | number>>,
  ): void =>
    record(
      entityManagementEvent({
        time: clock(),
        activity,
        entity: 'coupon',
        by: actor.person,
        detail: { campaign: nameOf(campaign), act, request: actor.request, ...detail },
      }),
    );

  const announceStop = async (campaign: Campaign, stop: Stop, broken: GuardDifference | null): Promise<void> => {
    record(
      detectionEvent({
        time: stop.at,
        rule: 'guard_campaign_stopped',
        severity: 'critical',
        title: `campaign ${nameOf(campaign)} has stopped itself`,
        detail: {
          campaign: nameOf(campaign),
          reason: stop.reason,
          ...(broken === null ? {} : wordsOf(broken)),
        },
      }),
    );
    metrics.add('menshen_guard_stops_total', `app="${campaign.app}",campaign="${campaign.id}"`);
    tell({ app: campaign.app, campaign: campaign.id, kind: 'stopped', at: stop.at });
    await revocations.publish({ kind: feedKind, subject: nameOf(campaign), detail: 'stopped' });
  };

  revocations.subscribe((entry, own) => {
    if (entry.kind !== feedKind || own) return;
    const [app = '', campaign = ''] = entry.subject.split('/');
    tell({ app, campaign, kind: entry.detail === 'stopped' ? 'stopped' : 'resumed', at: entry.at });
  });

  const violated: GuardService['violated'] = async (campaign, side, act, { code, difference }, actor) => {
    const at = clock();
    const noted = await transactions.run((db) =>
      violations.note(
        db,
        {
          ...{ app: campaign.app, campaign: campaign.id, side, act, code, at },
          ...{ person: actor.person, address: actor.address, request: actor.request, ...difference },
        },
        campaign.stop,
      ),
    );
    metrics.add(
      'menshen_guard_violations_total',
      `app="${campaign.app}",campaign="${campaign.id}",side="${side}",code="${code}"`,
    );
    if (noted.fresh) {
      record(
        detectionEvent({
          time: at,
          rule: 'guard_violation',
          severity: side === 'answer' ? 'high' : 'medium',
          title:
            side === 'request'
              ? `a request breaks the rules of campaign ${nameOf(campaign)}`
              : `the backend breaks the rules of campaign ${nameOf(campaign)}`,
          detail: {
            ...{ campaign: nameOf(campaign), act, code, ...wordsOf(difference) },
            ...{ person: actor.person, request: actor.request },
          },
        }),
      );
      tell({ app: campaign.app, campaign: campaign.id, kind: 'violation', at });
    }
    if (noted.stop !== null) await announceStop(campaign, noted.stop, difference);
  };

  /** A refusal that no honest client meets is noted; a store that fails at it changes nothing for the refusal. */
  const noteRefusal = async (campaign: Campaign, act: CampaignAct, outcome: ClaimOutcome | TurnOutcome, actor: Actor) => {
    if (outcome.kind !== 'refused') return;
    count(campaign, act, outcome.code);
    if (outcome.difference === undefined || !suspicious.has(outcome.code)) return;
    await violated(campaign, 'request', act, { code: outcome.code, difference: outcome.difference }, actor).catch(() =>
      metrics.add('menshen_maintenance_failures_total'),
    );
  };

  const setStop = async (campaign: Campaign, by: string, reason: string, stop: boolean): Promise<void> => {
    const now = clock();
    await audit.act(
      by,
      { activity: 'update', entity: 'campaign', detail: { campaign: nameOf(campaign), stopped: stop ? 'yes' : 'no', reason } },
      () =>
        transactions.run((db) => violations.setStop(db, campaign.app, campaign.id, stop ? { at: now, by, reason } : null, now)),
    );
    tell({ app: campaign.app, campaign: campaign.id, kind: stop ? 'stopped' : 'resumed', at: now });
    await revocations.publish({ kind: feedKind, subject: nameOf(campaign), detail: stop ? 'stopped' : 'resumed' });
  };

  return {
    codes,
    ledger,
    transactions,
    violations,
    violated,
    deviceName: (device) => `d_${createHmac('sha256', deviceKey).update(device).digest('base64url').slice(0, 22)}`,
    async claim(campaign, demand, actor) {
      const now = clock();
      if (held(campaign.app, campaign.id, actor.person)) {
        count(campaign, 'claim', 'guard_campaign_stopped');
        return { kind: 'refused', code: 'guard_campaign_stopped' };
      }
      const order: ClaimOrder = {
        id: `g_${Buffer.from(random(16)).toString('base64url')}`,
        app: campaign.app,
        campaign: campaign.id,
        person: actor.person,
        device: actor.device,
        place: demand.place,
        places: campaign.places,
        placeNeeded: campaign.placeNeeded,
        code: demand.code,
        cents: demand.cents,
        day: demand.day,
        request: actor.request,
        now,
        expires: now + (demand.holdMs ?? campaign.reservationMs),
        overdueBefore: overdueBefore(campaign, now),
        limits: campaign.limits,
        key: demand.key,
      };
      const outcome = await transactions.run((db) => ledger.reserve(db, order));
      await noteRefusal(campaign, 'claim', outcome, actor);
      if (outcome.kind === 'replay') count(campaign, 'claim', 'replayed');
      return outcome;
    },

    async grant(campaign, id, { coupon, cents, key }, actor) {
      const outcome = await transactions.run(async (db) => {
        const done = await ledger.commit(db, { id, coupon, cents, now: clock(), key });
        if (done !== 'granted') await ledger.release(db, id, key?.use ?? null);
        return done;
      });
      count(campaign, 'claim', outcome);
      if (outcome === 'granted') recordCoupon(campaign, 'create', 'claim', actor, { coupon, cents, grant: id });
      return outcome;
    },

    async release(campaign, id, key, why) {
      const released = await transactions.run((db) => ledger.release(db, id, key));
      if (released) count(campaign, 'claim', why);
      return released;
    },

    async turn(campaigns, demand, actor) {
      const [first] = campaigns;
      if (first === undefined) throw new RangeError('a route of no campaign');
      const now = clock();
      const outcome = await transactions.run((db) =>
        ledger.turn(db, {
          act: demand.act,
          app: first.app,
          campaigns: campaigns.map(({ id }) => id),
          held: campaigns.filter(({ app, id }) => held(app, id, actor.person)).map(({ id }) => id),
          coupon: demand.coupon,
          cents: demand.cents,
          person: demand.anybody ? null : actor.person,
          grantedAfter: demand.withinMs === null ? null : now - demand.withinMs,
          now,
          expires: now + first.reservationMs,
          key: demand.key,
        }),
      );
      const named = outcome.kind === 'refused' ? campaigns.find(({ id }) => id === outcome.campaign) : undefined;
      await noteRefusal(named ?? first, demand.act, outcome, actor);
      return outcome;
    },

    async endTurn(campaign, act, id, { how, key, answer }, actor) {
      const returnsBudget = campaign.refund?.returnsBudget ?? false;
      await transactions.run((db) => ledger.endTurn(db, { id, how, returnsBudget, key, answer }));
      count(campaign, act, how);
      if (how !== 'undone') recordCoupon(campaign, 'update', act, actor, { grant: id, outcome: how });
    },

    forget: (campaign, key, answer) => transactions.run((db) => idempotency.forget(db, campaign.app, key, answer)),
    keep: (campaign, key, answer) => transactions.run((db) => idempotency.answer(db, campaign.app, key, answer)),
    stop: (campaign, by, reason) => setStop(campaign, by, reason, true),
    resume: (campaign, by, reason) => setStop(campaign, by, reason, false),
    onNews(hear) {
      hearers.add(hear);
    },
  };
}
