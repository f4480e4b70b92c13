import { demoAccounts } from '../credentials.ts';
import type { AppInput } from './portal-app.ts';

const campaignId = { type: 'string', pattern: '^[a-z0-9-]{1,40}$' };

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
    ],
  };
}
