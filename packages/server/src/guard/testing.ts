import { type AppConfig, appSchema, type CampaignInput } from '@menshen/contract';
import type { Keys } from '../keys/master.ts';
import type { Store } from '../store/store.ts';
import { type Campaign, compileCampaign } from './campaign.ts';
import type { ClaimOrder, Limits } from './model.ts';

/** For tests: a campaign that gives 5 to 20 yuan in whole yuan, one a person and day, three in all. */
export function campaignInput(change: Partial<CampaignInput> = {}): CampaignInput {
  return {
    id: 'tea',
    name: { zh: '茶礼', en: 'Tea' },
    window: { start: '2020-01-01T00:00:00+08:00', end: '2099-01-01T00:00:00+08:00' },
    amount: { minCents: 500, maxCents: 2_000, stepCents: 100 },
    quota: { person: { total: 3 } },
    budget: { cents: 100_000 },
    claim: {
      route: 'POST /claims',
      amount: 'body.amountCents',
      answer: { coupon: 'answer.id', amount: 'answer.amountCents' },
    },
    ...change,
  };
}

/** For tests: the app of a campaign, with the routes that it names. */
export function campaignApp(campaigns: readonly CampaignInput[], routes: readonly string[] = []): AppConfig {
  const named = campaigns.flatMap(({ claim, redeem, refund, shown }) => [
    claim.route,
    ...(redeem === undefined ? [] : [redeem.route]),
    ...(refund === undefined ? [] : [refund.route]),
    ...(shown ?? []).map(({ route }) => route),
  ]);
  return appSchema.parse({
    id: 'portal',
    basePath: '/portal',
    audience: ['employee'],
    upstream: 'http://127.0.0.1:1',
    routes: [...new Set([...named, ...routes])].map((match) => ({ match, action: 'note.write' })),
    campaigns,
  });
}

export function testCampaign(change: Partial<CampaignInput> = {}): Campaign {
  const app = campaignApp([campaignInput(change)]);
  const [config] = app.campaigns;
  if (config === undefined) throw new Error('no campaign');
  return compileCampaign(app, config);
}

export const noLimits: Limits = {
  budgetCents: 1_000_000_000,
  budgetCount: null,
  personTotal: null,
  personDay: null,
  deviceTotal: null,
  deviceDay: null,
};

let made = 0;

/** For tests: a claim of a person; `change` says what matters. */
export function claimOrder(change: Partial<ClaimOrder> = {}): ClaimOrder {
  made += 1;
  const now = change.now ?? 1_000_000;
  return {
    id: `g_${made}`,
    app: 'portal',
    campaign: 'tea',
    person: 'zhang',
    device: null,
    place: null,
    code: null,
    cents: 1_000,
    day: '2026-01-01',
    request: `r${made}`,
    now,
    expires: now + 60_000,
    overdueBefore: now,
    limits: noLimits,
    key: null,
    ...change,
  };
}

/** For tests: seals by doing nothing. */
export const openKeys: Pick<Keys, 'sealText' | 'openText'> = {
  sealText: (text) => Buffer.from(text),
  openText: (record) => Buffer.from(record).toString('utf8'),
};

/** For tests: throws unless the counters of every campaign are the sums of its grants, and no code and no coupon is there twice. */
export async function expectBalanced(store: Pick<Store, 'db'>): Promise<void> {
  const campaigns = await store.db.selectFrom('guard_campaigns').selectAll().execute();
  const grants = await store.db.selectFrom('guard_grants').selectAll().execute();
  for (const { app, campaign, cents, grants: number } of campaigns) {
    const counted = grants.filter((grant) => grant.app === app && grant.campaign === campaign && grant.counted === 1);
    const sum = counted.reduce((total, grant) => total + grant.cents, 0);
    if (sum !== cents || counted.length !== number)
      throw new Error(
        `${app}/${campaign}: ${cents} cents in ${number} grants on its row, ${sum} in ${counted.length} in the ledger`,
      );
  }
  for (const key of ['code', 'coupon'] as const) {
    const seen = new Set<string>();
    for (const grant of grants) {
      const value = grant[key];
      if (value === null) continue;
      const name = key === 'code' ? `${grant.app}/${grant.campaign}/${value}` : `${grant.app}/${value}`;
      if (seen.has(name)) throw new Error(`${key} ${name} is there twice`);
      seen.add(name);
    }
  }
}
