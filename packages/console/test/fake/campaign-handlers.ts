import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const calm = { claims: 0, answerViolations: 0, requestViolations: 0, shownViolations: 0, people: 0 };
const names = { zh: '扫码领券', en: 'Coupon campaign' };

const campaigns: readonly contract.CampaignView[] = [
  {
    ...{ app: 'coupon', appName: names, id: 'new-2026', name: { zh: '新店开业', en: 'New shop' }, state: 'stopped' },
    stop: { at: now - 1_500_000, by: 'menshen', cause: 'answers', count: 3, reason: null },
    heldUntil: null,
    ...{ start: now - 20 * dayMs, end: now + 40 * dayMs, codes: true, uncertain: 1 },
    amount: { minCents: 1_000, maxCents: 1_000, fixedCents: [1_000], currency: 'CNY' },
    budget: { cents: 5_000_000, count: 5_000 },
    taken: { cents: 1_234_000, count: 1_234 },
    recent: { claims: 61, answerViolations: 3, requestViolations: 14, shownViolations: 2, people: 5 },
  },
  {
    ...{ app: 'coupon', appName: names, id: 'tea-2026', name: { zh: '秋季茶礼', en: 'Autumn tea' }, state: 'open', stop: null },
    heldUntil: now + 3_000_000,
    ...{ start: now - 50 * dayMs, end: now + 10 * dayMs, codes: false, uncertain: 0 },
    amount: { minCents: 500, maxCents: 2_000, fixedCents: [], currency: 'CNY' },
    budget: { cents: 8_000_000, count: null },
    taken: { cents: 7_652_300, count: 6_120 },
    recent: { ...calm, claims: 210, requestViolations: 4, people: 2 },
  },
  {
    ...{ app: 'coupon', appName: names, id: 'spring-2027', name: { zh: '春节红包', en: 'Spring festival' }, state: 'scheduled' },
    ...{ stop: null, heldUntil: null, start: now + 70 * dayMs, end: now + 90 * dayMs, codes: true, uncertain: 0 },
    amount: { minCents: 88, maxCents: 8_800, fixedCents: [], currency: 'CNY' },
    budget: { cents: 20_000_000, count: null },
    taken: { cents: 0, count: 0 },
    recent: calm,
  },
];

const violation = (at: number, change: Partial<contract.ViolationView>): contract.ViolationView => ({
  ...{ id: `v${at}`, side: 'answer', act: 'claim', code: 'guard_answer_mismatch', person: 'wx-1000', name: null },
  ...{ address: '203.0.113.20', request: `r20261124${at}a`, first: now - at, last: now - at, count: 1 },
  expected: contract.guardFactText(contract.guardFact('asked', 1_000)),
  seen: contract.guardFactText(contract.guardFact('cents', 100_000)),
  ...change,
});

const violations = (): contract.ViolationView[] => [
  violation(1_500_000, {}),
  violation(1_620_000, { person: 'wx-1001' }),
  violation(1_700_000, {
    ...{ side: 'request', act: 'redeem', code: 'guard_not_granted', count: 9 },
    expected: contract.guardFactText(contract.guardFact('ledger_coupon')),
    seen: contract.guardFactText(contract.guardFact('ungranted_coupon', 'C90210')),
  }),
  violation(2_100_000, {
    ...{ side: 'shown', act: 'show', code: 'guard_not_granted' },
    expected: contract.guardFactText(contract.guardFact('ledger_coupon')),
    seen: contract.guardFactText(contract.guardFact('coupon_cents', 'C90211', 100_000)),
  }),
];

const states: readonly contract.GrantState[] = ['granted', 'redeemed', 'redeemed', 'refunded', 'void', 'released', 'reserved'];
const grants: contract.GrantView[] = Array.from({ length: 64 }, (_, at) => {
  const state = states[at % states.length] ?? 'granted';
  const created = now - at * 420_000;
  const given = state !== 'released' && state !== 'reserved';
  return {
    ...{ id: `g_${String(at).padStart(22, 'A')}`, state, person: `wx-${1_000 + (at % 9)}`, name: null, place: 'SH001' },
    ...{
      code: given ? `1.${at}` : null,
      coupon: given ? `C${900 + at}` : null,
      cents: 1_000,
      request: `r20261124${at}b`,
      created,
    },
    grantedAt: given ? created : null,
    redeemedAt: state === 'redeemed' ? created + 60_000 : null,
    refundedAt: state === 'refunded' ? created + 90_000 : null,
    uncertain: at === 1,
  };
});

const batches: contract.BatchView[] = [
  {
    ...{ batch: 2, label: '杭州门店', place: 'HZ001', count: 500, used: 12, generation: 1, state: 'active' },
    ...{ expires: now + 40 * dayMs, created: now - 3 * dayMs, createdBy: 'admin', revokedBy: null, revokeReason: null },
  },
  {
    ...{ batch: 1, label: '上海门店海报', place: null, count: 2_000, used: 803, generation: 1, state: 'revoked' },
    ...{ expires: now + 40 * dayMs, created: now - 19 * dayMs, createdBy: 'admin', revokedBy: 'admin' },
    revokeReason: '海报被撕走',
  },
];

const codesOf = (count: number): string[] => Array.from({ length: count }, (_, at) => `AQAAAgAAA${String(at).padStart(23, 'x')}`);

/** Campaigns over a world: the busy one has some, the empty one none. */
export function campaignHandlers(world: () => World): readonly FakeHandler[] {
  const all = () => (world().entries.length === 0 ? [] : campaigns);
  const find = ({ app, campaign }: { readonly app: string; readonly campaign: string }) => {
    const found = all().find((one) => one.app === app && one.id === campaign);
    if (found === undefined) throw new contract.MenshenError('not_found');
    return found;
  };
  const acted = ({ params }: { readonly params: { readonly app: string; readonly campaign: string } }) => {
    find(params);
    return { ok: true as const };
  };
  return [
    bind(contract.listCampaigns, ({ query }) => ({
      now,
      campaigns: all().filter(({ app }) => query.app === undefined || query.app === app),
    })),
    bind(contract.getCampaign, ({ params }) => {
      const campaign = find(params);
      const quiet = campaign.taken.count === 0;
      const start = Math.floor((now - 36 * hourMs) / hourMs) * hourMs;
      const claims = (at: number): number => Math.max(0, Math.round(14 * Math.sin((at - 6) / 4) + 10));
      return {
        now,
        campaign,
        rules: {
          ...{ stepCents: 100, hours: { from: '09:00', to: '22:00' }, timeZone: 'Asia/Shanghai' },
          person: { total: 1, perDay: null },
          device: { total: 2, perDay: 1 },
          places: ['SH001', 'SH002', 'HZ001'],
          stop: { answers: 3, people: 20, windowSeconds: 600 },
          generation: campaign.codes ? 1 : null,
        },
        hours: quiet
          ? []
          : Array.from({ length: 36 }, (_, at) => ({ time: start + at * hourMs, claims: claims(at), cents: claims(at) * 1_000 })),
        centsBefore: quiet ? 0 : campaign.taken.cents - 400_000,
        states: quiet ? [] : [{ state: 'redeemed' as const, count: 702, cents: 702_000 }],
        top: quiet
          ? []
          : Array.from({ length: 5 }, (_, at) => ({
              person: `wx-${1_000 + at}`,
              name: null,
              claims: 3 - (at >> 1),
              cents: (3 - (at >> 1)) * 1_000,
            })),
        violations: campaign.recent.requestViolations === 0 ? [] : violations(),
      };
    }),
    bind(contract.listGrants, ({ params, query }) => {
      const { taken } = find(params);
      const rows = (taken.count === 0 ? [] : grants).filter(
        (row) =>
          (query.state === undefined || row.state === query.state) &&
          (query.uncertain === undefined || row.uncertain) &&
          (query.q === undefined || [row.coupon, row.person, row.place, row.request, row.code].includes(query.q)),
      );
      const from = Number(query.cursor ?? 0);
      return {
        rows: rows.slice(from, from + query.limit),
        next: from + query.limit < rows.length ? String(from + query.limit) : null,
      };
    }),
    bind(contract.listCodeBatches, ({ params }) => ({ now, batches: find(params).taken.count === 0 ? [] : batches })),
    bind(contract.issueCodes, ({ params, body }) => {
      find(params);
      const [first] = batches;
      if (first === undefined) throw new contract.MenshenError('not_found');
      return {
        batch: { ...first, batch: 3, label: body.label, count: body.count, used: 0, place: body.place ?? null },
        codes: codesOf(body.count),
      };
    }),
    bind(contract.readCodes, ({ params }) => ({ codes: codesOf(find(params).taken.count === 0 ? 0 : 500) })),
    bind(contract.stopCampaign, acted),
    bind(contract.resumeCampaign, acted),
    bind(contract.voidGrant, acted),
    bind(contract.resolveGrant, acted),
    bind(contract.revokeCodes, acted),
  ];
}
