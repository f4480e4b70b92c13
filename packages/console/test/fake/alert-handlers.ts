import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const minute = 60_000;
const day = 1_440 * minute;

const guessing: contract.AlertView = {
  ...{ id: `a_${'g'.repeat(22)}`, rule: 'brute_force', severity: 'high', found: now - 9 * minute, last: now - minute },
  title: { zh: '短时间内多次登录失败', en: 'Many failed logins within a short time' },
  ...{ uid: 'chen.ming', address: '203.0.113.50', device: null, session: null },
  text: {
    zh: '短时间内多次登录失败：失败次数 31，来自陌生位置 31，时段（分钟） 5。',
    en: 'Many failed logins within a short time: failures 31, from unknown places 31, within minutes 5.',
  },
  facts: [
    { name: 'failures', label: { zh: '失败次数', en: 'failures' }, value: 31 },
    { name: 'from_unknown_places', label: { zh: '来自陌生位置', en: 'from unknown places' }, value: 31 },
    { name: 'window_minutes', label: { zh: '时段（分钟）', en: 'within minutes' }, value: 5 },
  ],
  events: [598, 599, 600, 601],
  log: { origin: 'audit.example.com', own: true },
  ...{ repeats: 25, verdict: null, note: '', judgedBy: null, judgedAt: null },
};

const journey: contract.AlertView = {
  ...{ id: `a_${'j'.repeat(22)}`, rule: 'impossible_travel', severity: 'medium', found: now - day, last: now - day },
  title: { zh: '两地之间的移动快得不可能', en: 'Two places in less time than anybody travels' },
  ...{ uid: 'li.na', address: '198.51.100.4', device: 'p-77', session: 's-1' },
  text: {
    zh: '两地之间的移动快得不可能：从 深圳，到 乌鲁木齐。',
    en: 'Two places in less time than anybody travels: from 深圳, to 乌鲁木齐.',
  },
  facts: [{ name: 'kilometres', label: { zh: '公里', en: 'kilometres' }, value: 3_290 }],
  events: [40, 41],
  log: { origin: 'node-2.audit.example.com', own: false },
  ...{ repeats: 0, verdict: 'expected', note: '', judgedBy: 'security', judgedAt: now - day / 2 },
};

const lied: contract.AlertView = {
  ...{
    id: `a_${'l'.repeat(22)}`,
    rule: 'menshen_answer_tampered',
    severity: 'critical',
    found: now - 4 * minute,
    last: now - minute,
  },
  title: { zh: '后端答复超出活动声明', en: 'Answer of the backend outside what a campaign declares' },
  ...{ uid: null, address: '203.0.113.61', device: null, session: null },
  text: {
    zh: '后端给出的金额与活动声明不符，或券与台账不符：代码可能被篡改，或后端受骗。领取的人未必有问题。应用 coupon，活动 new-2026，应为 5.00 至 20.00 元，每档 1.00 元，实为 99.00 元。',
    en: 'The backend gives another amount than the campaign declares, or another coupon than the ledger knows: its code was changed, or it was talked into it. Whoever asked may be anybody. App coupon, campaign new-2026, expected 5.00 to 20.00 yuan, in steps of 1.00, seen 99.00 yuan.',
  },
  facts: [
    { name: 'app', label: { zh: '应用', en: 'App' }, value: 'coupon' },
    { name: 'campaign', label: { zh: '活动', en: 'Campaign' }, value: 'new-2026' },
    {
      ...{ name: 'guard_expected', label: { zh: '应为', en: 'Expected' }, value: 'range:500|2000|100' },
      words: contract.guardFactText('range:500|2000|100'),
    },
    {
      ...{ name: 'guard_seen', label: { zh: '实为', en: 'Seen' }, value: 'cents:9900' },
      words: contract.guardFactText('cents:9900'),
    },
  ],
  events: [610],
  log: { origin: 'audit.example.com', own: true },
  ...{ repeats: 3, verdict: null, note: '', judgedBy: null, judgedAt: null },
};

const tuned: contract.TuningView = {
  ...{ id: `t_${'a'.repeat(16)}`, rule: 'off_hours', factor: null, subject: { kind: 'user', value: 'wang.fang' } },
  ...{
    reason: '值夜班 / on night duty',
    createdAt: now - day,
    createdBy: 'security',
    expiresAt: now + 12 * day,
    state: 'active',
  },
};

const rule = (name: string, zh: string, en: string, counts: [number, number, number, number]): contract.DetectionRule => {
  const [alerts, right, wrong, expected] = counts;
  const judged = right + wrong + expected;
  return {
    ...{ rule: name, title: { zh, en }, alerts, true: right, false: wrong, expected, factor: 1 },
    precision: judged === 0 ? null : (right + expected) / judged,
  };
};

/** Alerts: one that nobody has judged, and one that was expected. */
export function alertHandlers(world: () => World): readonly FakeHandler[] {
  const verdicts = new Map<string, contract.AlertVerdict>();
  const all = (): contract.AlertView[] =>
    world().company.people.length === 0
      ? []
      : [guessing, lied, journey].map((one) => ({ ...one, verdict: verdicts.get(one.id) ?? one.verdict }));
  const find = (id: string): contract.AlertView => {
    const found = all().find((one) => one.id === id);
    if (found === undefined) throw new contract.MenshenError('not_found');
    return found;
  };
  return [
    bind(contract.listAlerts, ({ query }) => {
      const open = all().filter(({ verdict }) => verdict === null);
      return { alerts: query.show === 'open' ? open : all(), next: null, open: open.length };
    }),
    bind(contract.getAlert, ({ params }) => ({ ...find(params.id), incident: null })),
    bind(contract.judgeAlert, ({ params, body }) => {
      verdicts.set(params.id, body.verdict);
      return { ...find(params.id), judgedBy: 'security', judgedAt: now };
    }),
    bind(contract.getDetections, () => ({
      rules: [
        rule('brute_force', '短时间内多次登录失败', 'Many failed logins within a short time', [14, 9, 1, 2]),
        rule('off_hours', '在从不工作的时间处理数据', 'Work on data at hours at which the person never works', [6, 1, 4, 1]),
        rule('replay', '同一请求被再次发送', 'A request was sent again', [0, 0, 0, 0]),
      ],
      tunings: world().company.people.length === 0 ? [] : [tuned],
      watching: true,
      sigma: { usable: 39, refused: 1, blind: ['night_shift_reads'] },
      now,
    })),
    bind(contract.tuneDetection, ({ body }) => ({ ...tuned, rule: body.rule, reason: body.reason })),
    bind(contract.revokeTuning, () => ({ ...tuned, state: 'revoked' as const })),
  ];
}
