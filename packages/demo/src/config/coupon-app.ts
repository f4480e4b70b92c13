import { triedCampaign } from '../backend/tampering.ts';
import { demoAccounts } from '../credentials.ts';
import type { AppInput } from './portal-app.ts';

const campaignId = { type: 'string', pattern: '^[a-z0-9-]{1,40}$' };

type Campaign = NonNullable<AppInput['campaigns']>[number];

/** What the demonstration's campaigns have in common: where the values stand in requests and answers. */
function campaign(id: string, name: Campaign['name'], own: Pick<Campaign, 'amount' | 'budget'> & Partial<Campaign>): Campaign {
  return {
    id,
    name,
    window: { start: '2026-01-01T00:00:00+08:00', end: '2036-01-01T00:00:00+08:00' },
    places: ['SH001', 'SH002', 'HZ001', 'GZ001', 'SZ001'],
    claim: {
      route: 'POST /api/claims',
      campaign: 'body.campaignId',
      amount: 'body.amountCents',
      place: 'body.shop',
      answer: { coupon: 'answer.id', amount: 'answer.amountCents' },
    },
    redeem: {
      route: 'POST /api/redemptions',
      coupon: 'body.couponId',
      amount: 'body.amountCents',
      answer: { amount: 'answer.amountCents' },
    },
    shown: [{ route: 'GET /api/claims', items: 'answer.items', coupon: 'id', amount: 'amountCents' }],
    ...own,
  };
}

/** The coupon campaign: for customers who scan a code in a shop, in WeChat only. Employees may look, and their claims are refused by policy. */
export function couponApp(emulatorUrl: string, backendUrl: string): AppInput {
  return {
    id: 'coupon',
    name: { zh: '扫码领券', en: 'Coupon campaign' },
    basePath: '/coupon',
    audience: ['customer', 'employee'],
    // The same mini program as the portal's: one appid, two apps behind the gateway.
    wechat: { appid: demoAccounts.appid, secret: demoAccounts.appSecret, apiBase: emulatorUrl },
    upstream: { url: backendUrl, timeoutMs: 5_000 },
    session: { idleSeconds: 3_600, absoluteSeconds: 86_400, perPerson: 2 },
    routes: [
      {
        match: 'GET /api/campaigns/:id',
        auth: 'none',
        action: 'coupon.campaign.read',
        resource: { type: 'Coupon::Campaign', id: 'path.id' },
        limit: { per: 'address', requests: 60, windowSeconds: 60 },
      },
      {
        match: 'POST /api/claims',
        action: 'coupon.claim.create',
        resource: { type: 'Coupon::Campaign', id: 'body.campaignId' },
        schema: {
          type: 'object',
          additionalProperties: false,
          required: ['campaignId', 'amountCents', 'shop', 'qr'],
          properties: {
            campaignId,
            // No campaign gives more than 20 yuan. The backend would believe any amount.
            amountCents: { type: 'integer', minimum: 100, maximum: 2_000 },
            shop: { type: 'string', pattern: '^[A-Z]{2}[0-9]{3}$' },
            qr: { type: 'string', pattern: '^DT:[A-Z]{2}[0-9]{3}:[a-z0-9-]{1,40}$' },
          },
        },
        body: { maxBytes: 2_048 },
        limit: { per: 'person', requests: 5, windowSeconds: 60 },
      },
      { match: 'GET /api/claims', action: 'coupon.claim.list' },
      {
        match: 'POST /api/redemptions',
        action: 'coupon.claim.redeem',
        schema: {
          type: 'object',
          additionalProperties: false,
          required: ['couponId', 'amountCents'],
          properties: {
            couponId: { type: 'string', pattern: '^C[0-9]{1,12}$' },
            amountCents: { type: 'integer', minimum: 1, maximum: 1_000_000 },
          },
        },
        body: { maxBytes: 2_048 },
        limit: { per: 'person', requests: 10, windowSeconds: 60 },
      },
    ],
    campaigns: [
      campaign(
        'tea-2026',
        { zh: '秋季茶礼', en: 'Autumn tea' },
        {
          amount: { minCents: 500, maxCents: 2_000, stepCents: 100 },
          quota: { person: { perDay: 60 } },
          budget: { cents: 5_000_000 },
        },
      ),
      // Each customer one coupon of 10 yuan; a backend that says otherwise stops the campaign at the third time.
      campaign(
        'new-2026',
        { zh: '新店开业', en: 'New shop' },
        {
          amount: { minCents: 1_000, maxCents: 1_000 },
          quota: { person: { total: 1 } },
          budget: { cents: 1_000_000, count: 1_000 },
          stop: { answers: 3, windowSeconds: 600 },
        },
      ),
      // For who plays the story of the tampered backend by hand.
      campaign(
        triedCampaign,
        { zh: '扫码体验', en: 'Try it yourself' },
        {
          amount: { minCents: 1_000, maxCents: 1_000 },
          quota: { person: { perDay: 20 } },
          budget: { cents: 1_000_000, count: 1_000 },
          stop: { answers: 3, windowSeconds: 600 },
        },
      ),
    ],
  };
}
