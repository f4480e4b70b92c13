import { BoundedList } from './bounded-list.ts';
import { created, failed, type Handlers, ok } from './router.ts';
import { type Tampering, tamperedCents, triedCampaign } from './tampering.ts';

interface Campaign {
  readonly id: string;
  readonly name: string;
  readonly rule: string;
  /** What a coupon of this campaign is worth at least and at most; shown to people, checked by nobody here. */
  readonly minCents: number;
  readonly maxCents: number;
  readonly shops: readonly { readonly id: string; readonly name: string }[];
}

interface Claim {
  readonly id: string;
  readonly campaignId: string;
  readonly uid: string;
  readonly amountCents: number;
  readonly shop: string;
  readonly qr: string;
  readonly claimedAt: string;
}

const shops = [
  { id: 'SH001', name: '上海望江路店' },
  { id: 'SH002', name: '上海云杉路店' },
  { id: 'HZ001', name: '杭州听雨巷店' },
  { id: 'GZ001', name: '广州青梅街店' },
  { id: 'SZ001', name: '深圳白鹭路店' },
];

const campaigns: readonly Campaign[] = [
  {
    id: 'tea-2026',
    name: '秋季茶礼',
    rule: '到店扫码领取 5 至 20 元优惠券，满 30 元可用。',
    minCents: 500,
    maxCents: 2_000,
    shops,
  },
  {
    id: 'new-2026',
    name: '新店开业',
    rule: '到店扫码领取 10 元优惠券，每人一张。',
    minCents: 1_000,
    maxCents: 1_000,
    shops: shops.slice(2),
  },
  {
    id: triedCampaign,
    name: '扫码体验',
    rule: '亲手试试：每张 10 元。',
    minCents: 1_000,
    maxCents: 1_000,
    shops,
  },
];

/**
 * The coupon campaign for customers who scan a code in a shop. It believes the amount that the phone sends, the shop and the code: whoever
 * writes 100000 instead of 1000 gets a coupon of a thousand yuan.
 */
export function couponHandlers(clock: () => number, tampering: Tampering = { on: false }): Handlers {
  const claims = new BoundedList<Claim>(20_000);
  // Coupons are kept in memory: without the time, those of the next start would have the ids of those that were given out before.
  let serial = Math.floor(clock() / 100);
  return {
    'GET /coupon/api/campaigns/:id': ({ params }) => {
      const campaign = campaigns.find((one) => one.id === params.id);
      return campaign === undefined ? failed(404, 'not_found') : ok(campaign);
    },

    'POST /coupon/api/claims': ({ uid, body }) => {
      serial += 1;
      const claim = {
        id: `C${serial}`,
        campaignId: String(body.campaignId),
        uid,
        amountCents: tamperedCents(tampering, String(body.campaignId), Number(body.amountCents)),
        shop: String(body.shop),
        qr: String(body.qr),
        claimedAt: new Date(clock()).toISOString(),
      };
      return created(claims.push(claim));
    },

    // Any coupon, for any amount, as often as one likes: nobody looks at what was given out.
    'POST /coupon/api/redemptions': ({ uid, body }) =>
      created({
        couponId: String(body.couponId),
        amountCents: Number(body.amountCents),
        uid,
        redeemedAt: new Date(clock()).toISOString(),
      }),

    'GET /coupon/api/claims': ({ uid }) => ok({ items: claims.filter((claim) => claim.uid === uid).slice(-100) }),
  };
}
