import type { CampaignView } from '@menshen/contract';
import { expect, it } from 'vitest';
import { yuan } from './money.ts';
import { budgetShare, byUrgency, matching } from './urgency.ts';

const calm: CampaignView = {
  ...{ app: 'coupon', appName: { zh: '券', en: 'Coupon' }, id: 'calm', name: { zh: '茶', en: 'Tea' } },
  ...{ state: 'open', stop: null, heldUntil: null, start: 0, end: 1, codes: false, uncertain: 0 },
  amount: { minCents: 1, maxCents: 2, fixedCents: [], currency: 'CNY' },
  budget: { cents: 1_000, count: null },
  taken: { cents: 250, count: 3 },
  recent: { claims: 0, answerViolations: 0, requestViolations: 0, shownViolations: 0, people: 0 },
};
const stop = { at: 0, by: 'menshen', count: 3, reason: null };

it('puts what needs somebody first', () => {
  const campaigns: CampaignView[] = [
    { ...calm, id: 'ended', state: 'ended' },
    calm,
    { ...calm, id: 'busy', recent: { ...calm.recent, claims: 5 } },
    { ...calm, id: 'uncertain', uncertain: 1 },
    { ...calm, id: 'held', heldUntil: 5 },
    { ...calm, id: 'held but over', state: 'ended', heldUntil: 5 },
    { ...calm, id: 'by-hand', state: 'stopped', stop: { ...stop, cause: 'administrator' } },
    { ...calm, id: 'tampered', recent: { ...calm.recent, answerViolations: 1 } },
    { ...calm, id: 'itself', state: 'stopped', stop: { ...stop, cause: 'answers' } },
  ];
  expect(byUrgency(campaigns).map(({ id }) => id)).toEqual([
    ...['itself', 'held', 'tampered', 'by-hand', 'uncertain', 'busy', 'calm', 'ended', 'held but over'],
  ]);
});

it('measures the budget by whichever of its two limits is nearer', () => {
  expect(budgetShare(calm)).toBe(0.25);
  expect(budgetShare({ ...calm, budget: { cents: 1_000, count: 4 } })).toBe(0.75);
  expect(budgetShare({ ...calm, taken: { cents: 5_000, count: 1 } })).toBe(1);
});

it('writes yuan', () => {
  const plain = (value: number): string => String(value);
  expect([0, 5, 1_000, 123_450].map((cents) => yuan(cents, plain))).toEqual(['¥0', '¥0.05', '¥10', '¥1234.50']);
});

it('finds campaigns by a part of name, id or app, in either language and case', () => {
  const campaigns = [
    calm,
    { ...calm, id: 'tea-2026', name: { zh: '秋季茶礼', en: 'Autumn tea' } },
    { ...calm, id: 'x', app: 'shop' },
  ];
  const ids = (typed: string | undefined) => matching(campaigns, typed).map(({ id }) => id);
  expect(ids(undefined)).toEqual(['calm', 'tea-2026', 'x']);
  expect(ids('AUTUMN')).toEqual(['tea-2026']);
  expect(ids('茶礼')).toEqual(['tea-2026']);
  expect(ids('shop')).toEqual(['x']);
  expect(ids('none')).toEqual([]);
});
