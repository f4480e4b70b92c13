import { clientEndpoints } from '@menshen/wire';
import { beforePrefix } from '../backend/before.ts';
import { tamperPath, triedCampaign } from '../backend/tampering.ts';
import { demoCast } from '../company/cast.ts';
import { demoAccounts } from '../credentials.ts';
import { assign, bearerOf, type CurlLine, type CurlOrigins, contentType, curl, json, quote } from '../curl-shell.ts';

/** A customer's phone in Shanghai. */
const fromShop = "-H 'X-Forwarded-For: 198.51.100.40'";
const loginBody = `-d "{\\"app\\":\\"coupon\\",\\"channel\\":\\"wechat\\",\\"code\\":\\"$CODE\\"}"`;

/** The backend's code is tampered with: coupons are worth a hundred times as much. Without the gateway they are; with it none gets out or is redeemed. */
export function tamperedCouponLines({ gateway, emulator, backend }: CurlOrigins): readonly Omit<CurlLine, 'story'>[] {
  const at = (path: string): string => quote(gateway + path);
  const asCustomer = `${bearerOf('CUSTOMER')} ${fromShop}`;
  const phone = json({ channel: 'wechat', appid: demoAccounts.appid, person: demoCast.customer });
  const claim = { campaignId: triedCampaign, amountCents: 1_000, shop: 'HZ001', qr: `DT:HZ001:${triedCampaign}` };
  const madeUp = { couponId: 'C999999', amountCents: 100_000 };
  const unguarded = (path: string): string => quote(`${backend}${beforePrefix}/coupon/api${path}`);
  const switchTo = (on: boolean): string => `curl -sS ${quote(backend + tamperPath)} ${json({ on })}`;
  return [
    {
      id: 'before-tamper',
      command: switchTo(true),
      zh: '有人篡改了业务系统的代码：10 元的券变成 1000 元。',
      en: 'Somebody tampers with the backend: a coupon of 10 yuan becomes one of 1,000.',
    },
    {
      id: 'before-claim',
      command: `${curl} ${unguarded('/claims')} ${json(claim)}`,
      zh: '没有门神之前：顾客领取 10 元券，得到 1000 元（201，amountCents 为 100000）。',
      en: 'Before Menshen: a customer claims 10 yuan and gets 1,000 (201, amountCents is 100000).',
    },
    {
      id: 'before-redeem',
      command: `${curl} ${unguarded('/redemptions')} ${json(madeUp)}`,
      zh: '从未发放过的 1000 元券也能使用（201）：公司付钱。',
      en: 'A coupon of 1,000 yuan that was never granted is redeemed as well (201): the company pays.',
    },
    {
      id: 'customer-code',
      command: assign('CODE', `curl -sS ${quote(`${emulator}/_emulator/code`)} ${phone}`, 'code'),
      zh: '一位顾客在门店扫码：取得登录凭据。',
      en: 'A customer scans the code in a shop: a login code.',
    },
    {
      id: 'customer-log-in',
      command: assign('CUSTOMER', `curl -sS ${at(clientEndpoints.login)} ${contentType} ${loginBody} ${fromShop}`, 'token'),
      zh: '顾客登录领券。',
      en: 'The customer signs in.',
    },
    {
      id: 'tampered-claim',
      command: `${curl} ${at('/coupon/api/claims')} ${json(claim)} ${asCustomer}`,
      zh: '有门神：同样领取 10 元券，网关发现业务系统给了 1000 元，拦截并记录差异（502 guard_answer_mismatch）；到第三次，活动自动停止（此后为 422 guard_campaign_stopped）。',
      en: 'With Menshen: the same claim of 10 yuan. The gateway sees that the backend gave 1,000, withholds it and records the difference (502 guard_answer_mismatch); at the third time the campaign stops itself (422 guard_campaign_stopped from then on).',
    },
    {
      id: 'made-up-coupon',
      command: `${curl} ${at('/coupon/api/redemptions')} ${json(madeUp)} ${asCustomer}`,
      zh: '使用一张绕过网关造出来的 1000 元券：台账中没有，一文不值（422 guard_not_granted）。',
      en: 'Redeeming a coupon of 1,000 yuan that was made past the gateway: it is not in the ledger, and worth nothing (422 guard_not_granted).',
    },
    {
      id: 'before-repair',
      command: switchTo(false),
      zh: '修复业务系统。已停止的活动由管理员在控制台恢复。',
      en: 'The backend is repaired. An administrator lets a stopped campaign go on, in the console.',
    },
  ];
}
