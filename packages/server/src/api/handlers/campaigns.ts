import * as contract from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { DirectoryService } from '../../directory/service.ts';
import type { CompiledApp, Runtime } from '../../gateway/runtime.ts';
import type { Campaign } from '../../guard/campaign.ts';
import type { Batch } from '../../guard/code-batches.ts';
import type { Grant } from '../../guard/model.ts';
import { type GuardOverview, given, grantView, type Standing, stateOf, stopView, untouched } from '../../guard/overview.ts';
import { type GuardService, nameOf } from '../../guard/service.ts';
import type { LedgerTransaction } from '../../guard/transactions.ts';
import type { ContainmentService } from '../../respond/containment/service.ts';
import { type Bound, bind } from '../bind.ts';
import { personNameOf } from './names.ts';

export interface CampaignHandlerParts {
  readonly guard: GuardService;
  readonly guardOverview: GuardOverview;
  readonly containment: Pick<ContainmentService, 'campaignHeldUntil'>;
  readonly runtime: () => Runtime;
  readonly directory: DirectoryService;
  readonly audit: Audit;
  readonly clock: () => number;
}

export interface Found {
  readonly app: CompiledApp;
  readonly campaign: Campaign;
}

const sumOf = (rows: readonly { readonly cents: number }[]): number => rows.reduce((sum, { cents }) => sum + cents, 0);

type ViewParts = Pick<CampaignHandlerParts, 'guardOverview' | 'containment'>;

/** How campaigns stand, for lists and for Today. */
export async function campaignViews(found: readonly Found[], parts: ViewParts, now: number): Promise<contract.CampaignView[]> {
  const standings = await parts.guardOverview.standings(now);
  return found.map((one) => viewOf(one, standings.get(nameOf(one.campaign)) ?? untouched, parts, now));
}

function viewOf(
  { app, campaign }: Found,
  { cents, grants, stop, recent, uncertain }: Standing,
  { containment }: ViewParts,
  now: number,
): contract.CampaignView {
  const { config, window, bounds } = campaign;
  return {
    app: app.id,
    appName: app.config.name ?? { zh: app.id, en: app.id },
    id: campaign.id,
    name: config.name,
    state: stateOf(campaign, stop, now),
    stop: stopView(stop),
    heldUntil: containment.campaignHeldUntil(app.id, campaign.id),
    start: window.start,
    end: window.end,
    amount: {
      minCents: bounds.minCents,
      maxCents: campaign.mostCents,
      fixedCents: [...(bounds.fixedCents ?? [])],
      currency: config.amount.currency,
    },
    budget: { cents: config.budget.cents, count: config.budget.count ?? null },
    taken: { cents, count: grants },
    codes: campaign.generations !== null,
    recent,
    uncertain,
  };
}

/** Every campaign of the configuration. */
export function allCampaigns(runtime: Runtime): Found[] {
  return [...runtime.apps.values()].flatMap((app) => [...app.guards.campaigns.values()].map((campaign) => ({ app, campaign })));
}

function batchView(campaign: Campaign, batch: Batch, now: number): contract.BatchView {
  const state =
    batch.revokedAt !== null
      ? 'revoked'
      : campaign.generations?.includes(batch.generation) !== true
        ? 'retired'
        : now >= batch.expires
          ? 'expired'
          : 'active';
  return {
    ...{ batch: batch.batch, label: batch.label, place: batch.place, count: batch.count, used: batch.used },
    ...{ generation: batch.generation, expires: batch.expires, created: batch.created, createdBy: batch.createdBy, state },
    ...{ revokedBy: batch.revokedBy, revokeReason: batch.revokeReason },
  };
}

const cursorForm = /^(\d{1,15})\.(g_[A-Za-z0-9_-]{1,40})$/;

function cursorOf(cursor: string | undefined): { created: number; id: string } | null {
  if (cursor === undefined) return null;
  const form = cursorForm.exec(cursor);
  if (form === null) throw new contract.MenshenError('validation_failed', { fields: ['cursor'] });
  return { created: Number(form[1]), id: form[2] ?? '' };
}

/** Campaigns: how they stand, what broke their rules, their ledger and their codes. */
export function campaignHandlers(parts: CampaignHandlerParts): readonly Bound[] {
  const { guard, guardOverview: overview, runtime, directory, audit, clock } = parts;

  const find = (params: { readonly app: string; readonly campaign: string }): Found => {
    const app = runtime().apps.get(params.app);
    const campaign = app?.guards.campaigns.get(params.campaign);
    if (app === undefined || campaign === undefined) throw new contract.MenshenError('not_found');
    return { app, campaign };
  };
  const personName = personNameOf(directory);

  /** Changes one coupon of a campaign, on record. */
  const changeGrant = async (
    params: { readonly app: string; readonly campaign: string; readonly grant: string },
    by: string,
    detail: Readonly<Record<string, string>>,
    change: (db: LedgerTransaction) => Promise<Grant | null>,
  ): Promise<{ ok: true }> => {
    const { campaign } = find(params);
    const row = await guard.transactions.run((db) => guard.ledger.find(db, params.grant));
    if (row === undefined || row.app !== campaign.app || row.campaign !== campaign.id)
      throw new contract.MenshenError('not_found');
    await audit.act(
      by,
      {
        activity: 'update',
        entity: 'coupon',
        detail: { campaign: nameOf(campaign), grant: params.grant, coupon: row.coupon ?? '', ...detail },
      },
      async () => {
        if ((await guard.transactions.run(change)) === null) throw new contract.MenshenError('conflict');
      },
    );
    return { ok: true };
  };

  return [
    bind(contract.listCampaigns, async ({ query }) => {
      const now = clock();
      const found = allCampaigns(runtime()).filter(({ app }) => query.app === undefined || app.id === query.app);
      return { now, campaigns: await campaignViews(found, parts, now) };
    }),
    bind(contract.getCampaign, async ({ params }) => {
      const now = clock();
      const found = find(params);
      const { campaign } = found;
      const { config, limits, bounds } = campaign;
      const [standings, hours, states, top, violations] = await Promise.all([
        overview.standings(now, campaign),
        overview.hours(campaign, now),
        overview.states(campaign),
        overview.top(campaign),
        overview.violations(campaign),
      ]);
      return {
        now,
        campaign: viewOf(found, standings.get(nameOf(campaign)) ?? untouched, parts, now),
        rules: {
          stepCents: bounds.stepCents,
          hours: config.window.hours ?? null,
          timeZone: config.window.timeZone,
          person: { total: limits.personTotal, perDay: limits.personDay },
          device: { total: limits.deviceTotal, perDay: limits.deviceDay },
          places: [...(config.places ?? [])].slice(0, 200),
          stop: { ...config.stop },
          generation: config.codes?.generation ?? null,
        },
        hours,
        // Whatever was given was granted at some time.
        centsBefore: sumOf(states.filter(({ state }) => given.includes(state))) - sumOf(hours),
        states,
        top: top.map((row) => ({ ...row, name: personName(row.person) })),
        violations: violations.map(({ app: _app, campaign: _campaign, ...row }) => ({
          ...row,
          name: personName(row.person),
          expected: contract.guardFactText(row.expected),
          seen: contract.guardFactText(row.seen),
        })),
      };
    }),
    bind(contract.listGrants, async ({ params, query }) => {
      const { campaign } = find(params);
      const filter = { state: query.state, uncertain: query.uncertain === '1', q: query.q };
      const rows = await overview.grants(campaign, filter, query.limit + 1, cursorOf(query.cursor));
      const shown = rows.slice(0, query.limit);
      const last = rows.length > query.limit ? shown.at(-1) : undefined;
      return {
        rows: shown.map((grant) => grantView(grant, personName(grant.person))),
        next: last === undefined ? null : `${last.created}.${last.id}`,
      };
    }),
    bind(contract.stopCampaign, async ({ params, body, by }) => {
      await guard.stop(find(params).campaign, by, body.reason);
      return { ok: true as const };
    }),
    bind(contract.resumeCampaign, async ({ params, body, by }) => {
      await guard.resume(find(params).campaign, by, body.reason);
      return { ok: true as const };
    }),
    bind(contract.voidGrant, ({ params, body, by }) =>
      changeGrant(params, by, { act: 'void', reason: body.reason }, (db) => guard.ledger.makeVoid(db, params.grant)),
    ),
    bind(contract.resolveGrant, ({ params, body, by }) =>
      changeGrant(params, by, { act: 'resolve', happened: body.happened ? 'yes' : 'no', reason: body.reason }, (db) =>
        guard.ledger.resolve(db, params.grant, body.happened),
      ),
    ),
    bind(contract.listCodeBatches, async ({ params }) => {
      const { campaign } = find(params);
      const now = clock();
      return { now, batches: (await guard.codes.list(campaign)).map((batch) => batchView(campaign, batch, now)) };
    }),
    bind(contract.issueCodes, async ({ params, body, by }) => {
      const { campaign } = find(params);
      const { batch, codes } = await guard.codes.issue(
        campaign,
        { count: body.count, label: body.label, place: body.place ?? null, expires: body.expires ?? campaign.window.end },
        by,
      );
      return { batch: batchView(campaign, batch, clock()), codes: [...codes] };
    }),
    bind(contract.readCodes, async ({ params, by }) => ({
      codes: [...(await guard.codes.codes(find(params).campaign, params.batch, by))],
    })),
    bind(contract.revokeCodes, async ({ params, body, by }) => {
      await guard.codes.revoke(find(params).campaign, params.batch, by, body.reason);
      return { ok: true as const };
    }),
  ];
}
