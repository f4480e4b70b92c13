import { anything, type Lab, type LabField, memberOf, unstopped } from '../model.ts';

/** What the campaigns of the demonstration allow, in cents. */
const tea = { min: 500, max: 2_000, step: 100 } as const;
const newShop = 1_000;

const shop = (initial: string): LabField => ({
  ...{ name: 'shop', label: { zh: '门店', en: 'shop' }, kind: 'text', initial, max: 10 },
});
const claim = { method: 'POST', path: '/coupon/api/claims', actor: 'customer' } as const;
const granted = (answer: unknown): number => Number(memberOf(answer, 'amountCents') ?? 0);

/** Coupons for more than the campaign gives, by a changed request and by changed code; stopped by the campaign guard. */
export const tamperedCoupon: Lab = {
  id: 'tampered-coupon',
  title: { zh: '被篡改的优惠券', en: 'Tampered coupons' },
  summary: {
    zh: '后端相信手机报来的金额，代码还被人动过手脚。先薅一把，再给活动装上护栏：金额、次数、总额由网关说了算。',
    en: 'The backend believes the amount that the phone sends, and somebody has changed its code. Help yourself first; then put a guard on the campaign.',
  },
  minutes: 8,
  protection: {
    zh: '活动护栏：写明每张券最少、最多多少钱，每人几张，总共多少；网关核对请求，也核对后端的回答。',
    en: 'The campaign guard: what a coupon may be worth, how many a person gets and how much in all; the gateway checks the request, and the backend’s answer too.',
  },
  requests: [
    {
      ...{ id: 'raise-amount', role: 'attack', ...claim },
      fixed: { campaignId: 'tea-2026', qr: 'DT:SH001:tea-2026' },
      fields: [
        {
          ...{ name: 'amountCents', label: { zh: '金额（分）', en: 'amount in cents' }, kind: 'integer' },
          ...{ initial: tea.max, max: 12 },
        },
        shop('SH001'),
      ],
      title: { zh: '改请求：把金额改大', en: 'Change the request: a larger amount' },
      task: {
        zh: '“秋季茶礼”每张最多 20 元（2000 分）。把金额改成 100000 再发送。',
        en: '"Autumn tea" gives at most 20 yuan (2000 cents). Make it 100000 and send.',
      },
      meant: ({ amountCents }) => Number(amountCents) > tea.max,
      harmed: (answer) => granted(answer) > tea.max,
      stoppedBy: { codes: ['guard_amount_out_of_bounds'], alarm: null },
    },
    {
      ...{ id: 'tampered-code', role: 'attack', ...claim },
      fixed: { campaignId: 'new-2026', amountCents: newShop, qr: 'DT:HZ001:new-2026' },
      fields: [shop('HZ001')],
      title: { zh: '改代码：后端自己发出百倍的券', en: 'Changed code: the backend gives a hundred times as much' },
      task: {
        zh: '“新店开业”每张 10 元。请求没有问题，看看后端给了多少。',
        en: '"New shop" gives 10 yuan. The request is in order; look at what the backend gives.',
      },
      meant: anything,
      harmed: (answer) => granted(answer) > newShop,
      stoppedBy: { codes: ['guard_answer_mismatch', 'guard_campaign_stopped'], alarm: null },
    },
    {
      ...{ id: 'honest-claim', role: 'honest', ...claim, stoppedBy: unstopped },
      fixed: { campaignId: 'tea-2026', qr: 'DT:SH001:tea-2026' },
      fields: [
        {
          ...{ name: 'amountCents', label: { zh: '金额（分）', en: 'amount in cents' }, kind: 'integer' },
          ...{ initial: 1_000, max: 12 },
        },
        shop('SH001'),
      ],
      title: { zh: '普通顾客：领一张 10 元券', en: 'A customer claims a coupon of 10 yuan' },
      task: { zh: '5 到 20 元、整元的券应当照常领到。', en: 'Whole yuan from 5 to 20 should be granted as ever.' },
      meant: ({ amountCents }) => {
        const cents = Number(amountCents);
        return cents >= tea.min && cents <= tea.max && cents % tea.step === 0;
      },
      harmed: (answer, { amountCents }) => granted(answer) !== Number(amountCents),
    },
  ],
};
