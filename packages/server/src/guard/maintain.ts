import { createInspector } from '@menshen/inspect';
import { detectionEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { BackendAnswer } from '../gateway/backend-answer.ts';
import { readObject } from '../gateway/resource-source.ts';
import type { CompiledApp, Runtime } from '../gateway/runtime.ts';
import type { Store } from '../store/store.ts';
import type { Campaign } from './campaign.ts';
import { checkClaimAnswer } from './check.ts';
import { createIdempotency } from './idempotency.ts';
import { toGrant } from './ledger.ts';
import type { Grant } from './model.ts';
import { type GuardService, nameOf, overdueBefore, reconcileMs } from './service.ts';

const dayMs = 86_400_000;
const violationDays = 180;
/** Reservations that came to nothing are of no interest for longer. */
const releasedDays = 30;
/** No rule looks further back; see `withinSeconds` in the contract. */
const disclosedDays = 30;
const maxAsked = 50;
/** Old reservations that one round removes: a sale that ended a month ago must hold up nobody now. */
const maxForgotten = 2_000;
const askTimeoutMs = 5_000;

export interface MaintainParts {
  readonly store: Store;
  readonly guard: GuardService;
  readonly keys: Parameters<typeof createIdempotency>[0];
  readonly audit: Pick<Audit, 'record'>;
  readonly runtime: () => Runtime;
  readonly clock: () => number;
}

const reader = createInspector({ bodyTypes: ['json'] });

/**
 * Ends what nobody ended: reservations that a crash left behind are released, after the backend has been asked where the campaign says so; redemptions
 * and refunds stay consumed and are marked as uncertain, with an alarm. Then forgets what is old.
 */
export function createGuardMaintenance(parts: MaintainParts): () => Promise<void> {
  const { store, guard, audit, runtime, clock } = parts;
  const { ledger, transactions, violations } = guard;
  const idempotency = createIdempotency(parts.keys);

  const alarm = (rule: string, title: string, grant: Grant): Promise<unknown> =>
    audit.record(
      detectionEvent({
        ...{ time: clock(), rule, severity: 'high', title },
        detail: {
          campaign: `${grant.app}/${grant.campaign}`,
          grant: grant.id,
          coupon: grant.coupon ?? '',
          person: grant.person,
          request: grant.request,
        },
      }),
    );

  /** Asks the backend what became of a claim; null where it is away. */
  const ask = (app: CompiledApp, path: string, { request }: Grant): Promise<BackendAnswer | null> =>
    app.upstream
      .exchange({
        method: 'GET',
        path: path.replaceAll('{request}', encodeURIComponent(request)),
        headers: ['accept', 'application/json', 'x-menshen-request-id', request, 'x-menshen-lookup', '1'],
        body: null,
        timeoutMs: askTimeoutMs,
      })
      .catch(() => null);

  /** Takes what the backend says of a claim: it is held against the campaign as it would have been then. */
  const reconcile = async (campaign: Campaign, grant: Grant, answer: BackendAnswer): Promise<void> => {
    const release = async (): Promise<void> => void (await guard.release(campaign, grant.id, null, 'reconciled_not_done'));
    if (answer.status === 404 || answer.status === 410) return await release();
    if (answer.status !== 200 || answer.pump !== null) return;
    const type = answer.headers['content-type'];
    const bytes = Buffer.concat(answer.chunks, answer.length);
    const body = await reader.inspectBody({ contentType: typeof type === 'string' ? type : undefined, bytes });
    const found = 'code' in body ? null : readObject(bytes);
    if (found === null) return;
    const asked = campaign.claim.amount === null ? null : grant.cents;
    const checked = checkClaimAnswer(campaign, asked, found);
    const actor = { person: grant.person, device: grant.device, address: null, request: grant.request };
    if (checked.kind === 'granted') {
      await guard.grant(campaign, grant.id, { coupon: checked.coupon, cents: checked.cents, key: null }, actor);
      return;
    }
    await release();
    const { difference } = checked;
    await guard.violated(campaign, 'answer', 'claim', { code: 'guard_answer_mismatch', difference }, actor);
  };

  /** The campaigns with reservations whose time is over: of hundreds, most have none, and a step of the ledger for each would hold up claims. */
  const campaignsDue = async (now: number): Promise<ReadonlySet<string>> => {
    const rows = await store.db
      .selectFrom('guard_grants')
      .select(['app', 'campaign'])
      .distinct()
      .where('state', '=', 'reserved')
      .where('expires', '<=', now)
      .execute();
    return new Set(rows.map(({ app, campaign }) => nameOf({ app, id: campaign })));
  };

  const askBackend = async (app: CompiledApp, now: number, due: ReadonlySet<string>): Promise<void> => {
    for (const campaign of app.guards.campaigns.values()) {
      const path = campaign.claim.reconcile;
      if (path === null || !due.has(nameOf(campaign))) continue;
      const rows = await store.db
        .selectFrom('guard_grants')
        .selectAll()
        .where('state', '=', 'reserved')
        .where('expires', '<=', now)
        .where('app', '=', app.id)
        .where('campaign', '=', campaign.id)
        // Reservations by the API have no request that the backend would know.
        .where('request', 'not like', 'token:%')
        .limit(maxAsked)
        .execute();
      for (const row of rows) {
        const grant = toGrant(row);
        const answer = await ask(app, path, grant);
        // A backend that is away is asked again at the next turn: waiting for each question would keep all that follows from its own.
        if (answer === null) return;
        // What cannot be taken of one answer is no reason to release the other claims without a question.
        await reconcile(campaign, grant, answer).catch(() => undefined);
      }
    }
  };

  const clear = async (now: number, due: ReadonlySet<string>): Promise<void> => {
    const configured = [...runtime().apps.values()].flatMap((app) => [...app.guards.campaigns.values()]);
    for (const campaign of configured.filter((one) => due.has(nameOf(one)))) {
      const only = { app: campaign.app, campaign: campaign.id };
      const released = await transactions.run((db) => ledger.clearOverdue(db, overdueBefore(campaign, now), only));
      for (const grant of released)
        await alarm('guard_outcome_unknown', 'a claim was interrupted and its reservation released', grant);
    }
    // Campaigns that the configuration no longer knows.
    await transactions.run((db) => ledger.clearOverdue(db, now - reconcileMs));
    for (const grant of await transactions.run((db) => ledger.settlePending(db, now)))
      await alarm(
        'guard_outcome_unknown',
        `a ${grant.pending} was interrupted; the coupon stays consumed until somebody decides`,
        grant,
      );
  };

  const forget = (now: number): Promise<void> =>
    transactions.run(async (db) => {
      await idempotency.removeExpired(db, now);
      await violations.removeBefore(db, now - violationDays * dayMs);
      await db.deleteFrom('guard_totals').where('ends', '<=', now).execute();
      await db
        .deleteFrom('guard_disclosed')
        .where('at', '<', now - disclosedDays * dayMs)
        .execute();
      // By the time at which they would have run out, because the index has it: by any other, each of a month's would be looked at.
      const old = db
        .selectFrom('guard_grants')
        .select('id')
        .where('state', '=', 'released')
        .where('expires', '<', now - releasedDays * dayMs)
        .limit(maxForgotten);
      await db.deleteFrom('guard_grants').where('id', 'in', old).execute();
    });

  return async () => {
    const now = clock();
    const due = await campaignsDue(now);
    for (const app of runtime().apps.values()) await askBackend(app, now, due);
    await clear(now, due);
    await forget(now);
  };
}
