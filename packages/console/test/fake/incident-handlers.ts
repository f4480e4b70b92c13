import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
export const fakeIncident = `i_${'k'.repeat(22)}`;
const second = `i_${'m'.repeat(22)}`;

const text = (zh: string, en: string): contract.Bilingual => ({ zh, en });

const summary = (change: Partial<contract.IncidentSummary>): contract.IncidentSummary => ({
  ...{ id: fakeIncident, number: 12, severity: 'critical', state: 'triaged', owner: 'li.wei', opened: now - 2 * hour },
  ...{ updated: now - minute, sources: 4, mergedInto: null },
  title: text('账号被盗后批量导出客户资料', 'A stolen account exported customer records'),
  sla: { stage: 'contain', due: now - 5 * minute, overdue: true },
  duty: {
    ...{ rule: 'report_other', due: now + 2 * hour, started: now - 2 * hour, overdue: false, certain: true },
    title: text('向属地省级网信部门报告', 'Report to the provincial cyberspace administration'),
  },
  ...change,
});

const others: readonly contract.IncidentSummary[] = [
  summary({
    ...{ id: second, number: 13, severity: 'high', state: 'new', owner: null, opened: now - 50 * minute, sources: 1 },
    title: text('多名员工收到索要验证码的电话', 'Several employees were called and asked for their codes'),
    sla: { stage: 'triage', due: now + 10 * minute, overdue: false },
    duty: {
      ...{ rule: 'report_other', due: now + 190 * minute, started: now - 50 * minute, overdue: false, certain: false },
      title: text('向属地省级网信部门报告', 'Report to the provincial cyberspace administration'),
    },
  }),
  summary({
    ...{ id: `i_${'n'.repeat(22)}`, number: 9, severity: 'medium', state: 'recovered', opened: now - 9 * day, sla: null },
    ...{ duty: null, sources: 2 },
    title: text('优惠券金额被篡改', 'Coupon amounts were tampered with'),
  }),
];

const proof = (change: Partial<contract.RecoveryEvidence>): contract.RecoveryEvidence => ({
  ...{ kind: 'release', ref: 'r_1', at: now - 20 * minute, path: '/releases', index: 48_120 },
  label: text(
    'coupon 2.4.1 已登记，扫描通过（严重 0、高 0）',
    'coupon 2.4.1 is registered, its scan is clean (critical 0, high 0)',
  ),
  ...change,
});
const box = (name: contract.RecoveryBox, change: Partial<contract.RecoveryBoxView>): contract.RecoveryBoxView => ({
  ...{ box: name, state: 'open', how: null, evidence: null, problem: null, who: null, reason: '', by: null, at: null },
  candidates: [],
  ...change,
});
/** One box proved, one come undone, one by somebody's word, one still closed. */
const checklist: contract.RecoveryChecklist = {
  boxes: [
    box('repaired', { state: 'filled', how: 'evidence', evidence: proof({}), by: 'li.wei', at: now - 15 * minute }),
    box('restored', {
      ...{ state: 'filled', how: 'statement', who: '王建国', by: 'li.wei', at: now - 12 * minute },
      reason: '核对了数据库与昨日备份，没有被改动的记录',
    }),
    box('hardened', {
      ...{ state: 'lapsed', how: 'evidence', problem: 'unknown', by: 'li.wei', at: now - 10 * minute },
      evidence: proof({
        ...{ kind: 'change', ref: '48100', path: '/audit/48100', index: 48_100 },
        label: text('修改流量限额 · chen.jingyi', 'Traffic limit changed · chen.jingyi'),
      }),
      candidates: [
        proof({
          ...{ kind: 'change', ref: '48102', path: '/audit/48102', index: 48_102 },
          label: text('发布策略 · chen.jingyi', 'Policies published · chen.jingyi'),
        }),
      ],
    }),
    box('reopened', { problem: 'still_closed' }),
  ],
  ...{ complete: false, exception: null },
};

const rule = (change: Partial<contract.DutyRuleView>): contract.DutyRuleView => ({
  ...{ id: 'report_other', article: '4', effective: '2025-11-01', operators: ['other'], deadlineMinutes: 240 },
  title: text('向属地省级网信部门报告', 'Report to the provincial cyberspace administration'),
  law: text('国家网络安全事件报告管理办法', 'Measures for Reporting National Cybersecurity Incidents'),
  trigger: text('研判为较大及以上的网络安全事件', 'An incident judged as considerable or above'),
  from: text('发现或获知', 'discovery, or being told'),
  recipient: text('属地省级网信部门', 'Provincial cyberspace administration'),
  content: text('先报已知内容', 'What is known first'),
  ...{ certainty: 'stated', note: null },
  ...change,
});
const pipl = {
  ...{ article: '57', effective: '2021-11-01', operators: [], deadlineMinutes: null, certainty: 'no_number' as const },
  law: text('个人信息保护法', 'Personal Information Protection Law'),
  trigger: text('个人信息泄露、篡改、丢失，或可能发生', 'Personal information leaked, was changed or lost, or possibly so'),
};
const rules: readonly contract.DutyRuleView[] = [
  rule({}),
  rule({
    ...{ id: 'report_summary', article: '8', operators: [], deadlineMinutes: 43_200, certainty: 'interpretation' },
    title: text('处置结束后的总结报告', 'Summary after the handling'),
    from: text('事件处置结束', 'the end of the handling'),
    recipient: text('按原渠道', 'By the same channel'),
  }),
  rule({
    ...pipl,
    ...{ id: 'pipl_authority', title: text('通知履行个人信息保护职责的部门', 'Notify the authority for personal information') },
    note: text('法律写「立即」，没有数字。', 'The law says "immediately" and names no number.'),
  }),
  rule({
    ...pipl,
    ...{ id: 'pipl_persons', title: text('通知受影响的个人', 'Notify the persons concerned') },
    recipient: text('受影响的个人', 'The persons concerned'),
  }),
];

const duty = (at: number, change: Partial<contract.DutyView>): contract.DutyView => {
  const found = rules[at];
  if (found === undefined) throw new Error('no such rule');
  return {
    ...{ rule: found, state: 'running', started: now - 2 * hour, due: now + 2 * hour, recipient: '', done: [] },
    because: text('研判为较大及以上', 'Judged as considerable or above'),
    ...change,
  };
};

const facts: contract.JudgementFacts = {
  ...{ level: 'considerable', personalInformation: 'yes', people: 1_200_000, harmAvoided: false },
  ...{ networkData: 'yes', nationalSecurity: 'no', lossYuan: null },
};

const ownLog = { origin: 'audit.example.com', own: true };

const entry = (
  minutesAgo: number,
  kind: contract.TimelineKind,
  by: string,
  words: contract.Bilingual,
  change: Partial<contract.TimelineEntry> = {},
): contract.TimelineEntry => ({
  ...{ id: `e_${minutesAgo}`, at: now - minutesAgo * minute, written: now - minutesAgo * minute, by, kind, text: words },
  ...{ path: null, events: [], eventsLog: null, index: 700 - minutesAgo, log: ownLog, intact: true },
  ...change,
});

const timeline: readonly contract.TimelineEntry[] = [
  entry(120, 'opened', 'menshen', text('短时间内多次登录失败', 'Many failed logins within a short time'), {
    ...{ path: `/alerts/a_${'g'.repeat(22)}`, events: [598, 599, 600], eventsLog: ownLog },
  }),
  entry(112, 'merged', 'menshen', text('夜间批量导出', 'A mass export at night'), {
    ...{ events: [41, 42], eventsLog: { origin: 'node-2.audit.example.com', own: false } },
  }),
  entry(105, 'state', 'li.wei', text('状态：已研判', 'State: triaged')),
  entry(98, 'measure', 'li.wei', text('已结束 3 个会话，有效至 18:00', '3 sessions were ended, until 18:00')),
  entry(
    80,
    'judgement',
    'li.wei',
    text('研判：较大。依据：导出日志 120 万条', 'Judgement: considerable. 1.2 million rows were exported'),
  ),
  entry(40, 'note', 'wu.min', text('已联系受影响门店', 'The stores concerned were called'), { intact: false }),
];

const clock = (name: contract.IncidentClock, minutesAgo: number | null, by = 'menshen'): contract.ClockView => ({
  ...{ clock: name, at: minutesAgo === null ? null : now - minutesAgo * minute, by: minutesAgo === null ? null : by },
  ...{ before: [], reason: '' },
});

const paper = {
  ...(Object.fromEntries(Object.keys(contract.incidentPaper.shape).map((field) => [field, ''])) as contract.IncidentPaper),
  system: '员工门户小程序、客户资料接口',
};

const detail: contract.IncidentDetail = {
  ...summary({}),
  text: text('一个被盗的账号在夜间导出了客户资料。', 'A stolen account exported customer records at night.'),
  subjects: [
    { kind: 'user', value: 'chen.ming' },
    { kind: 'address', value: '203.0.113.50' },
    { kind: 'rule', value: 'mass_export' },
  ],
  from: [
    { kind: 'alert', ref: `a_${'g'.repeat(22)}`, at: now - 120 * minute, path: `/alerts/a_${'g'.repeat(22)}` },
    { kind: 'callback', ref: 'soc 1', at: now - 112 * minute, path: null },
  ],
  clocks: [
    {
      ...clock('occurred', 300, 'li.wei'),
      reason: '按导出日志更正',
      before: [{ at: now - 120 * minute, by: 'menshen', set: now - 120 * minute, reason: '' }],
    },
    clock('detected', 120),
    clock('aware', 105, 'li.wei'),
    clock('classified', 105, 'li.wei'),
    clock('contained', null),
    clock('recovered', null),
    clock('closed', null),
  ],
  timeline: [...timeline],
  evidence: [
    {
      ...{ id: `f_${'a'.repeat(22)}`, name: 'gateway-0900.log', note: '导出请求', type: 'text/plain', bytes: 482_113 },
      ...{ sha256: '5f'.repeat(32), by: 'li.wei', at: now - 70 * minute },
    },
  ],
  evidenceBytes: 8_388_608,
  judgements: [
    {
      id: 'ij_2',
      at: now - 80 * minute,
      by: 'li.wei',
      facts,
      reason: '导出日志显示 120 万条客户资料',
      suggested: 'considerable',
    },
    {
      ...{ id: 'ij_1', at: now - 100 * minute, by: 'li.wei', reason: '范围尚不清楚', suggested: null },
      facts: { ...facts, level: 'undetermined', people: null },
    },
  ],
  duties: [
    duty(0, { recipient: '浙江省网信办' }),
    duty(1, { state: 'waiting', due: null, started: null }),
    duty(2, {
      ...{ state: 'at_once', due: null },
      because: text('涉及个人信息', 'Personal information is concerned'),
    }),
    duty(3, {
      ...{ state: 'done', due: null, because: text('涉及个人信息', 'Personal information is concerned') },
      done: [{ at: now - 20 * minute, by: 'wu.min', to: '受影响的个人', reference: '', note: '' }],
    }),
  ],
  ...{ paper, paperVersion: 1, related: [{ id: second, number: 13, title: text('索要验证码的电话', 'Calls for codes') }], now },
  actions: [
    {
      ...{ id: `ia_${'a'.repeat(16)}`, incident: fakeIncident, kind: 'hardening', text: '导出接口要求二次认证', owner: 'wu.min' },
      ...{ due: now - day, created: now - 2 * day, createdBy: 'li.wei', done: null, doneBy: null, overdue: true },
    },
    {
      ...{ id: `ia_${'b'.repeat(16)}`, incident: fakeIncident, kind: 'training', text: '补充防钓鱼课程', owner: 'zhao.lei' },
      ...{ due: now + 9 * day, created: now - day, createdBy: 'li.wei', done: now - hour, doneBy: 'zhao.lei', overdue: false },
    },
  ],
};

const times = (minutes: number, of: number) => ({ mean: minutes * minute, median: minutes * minute, of });
const none = { mean: null, median: null, of: 0 };
const opened = { id: second, number: 13, how: 'opened' as const };

/** Incidents: one with legal deadlines that run, one that nobody has taken, one that is nearly over. */
export function incidentHandlers(world: () => World): readonly FakeHandler[] {
  const empty = (): boolean => world().company.people.length === 0;
  const of = (id: string) => [summary({}), ...others].find((one) => one.id === id) ?? summary({});
  return [
    bind(contract.listIncidents, ({ query }) => {
      const all = empty() ? [] : [summary({}), ...others].filter(({ severity }) => severity === (query.severity ?? severity));
      return { incidents: all, next: null, open: all.length, all: all.length, now };
    }),
    bind(contract.incidentFigures, () => ({
      months: empty()
        ? []
        : [
            {
              month: '2026-11',
              incidents: 5,
              falseAlarms: 2,
              mttd: times(38, 4),
              mtta: times(12, 5),
              mttc: times(95, 4),
              mttr: none,
            },
            {
              month: '2026-10',
              incidents: 3,
              falseAlarms: 0,
              mttd: times(74, 3),
              mtta: times(26, 3),
              mttc: times(180, 3),
              mttr: times(1_500, 2),
            },
          ],
    })),
    bind(contract.proveIncident, () => ({ proved: 5, pending: 0, redacted: 0, differing: ['e_40'] })),
    bind(contract.getIncident, ({ params }) => {
      if (params.id !== fakeIncident) throw new contract.MenshenError('not_found');
      return detail;
    }),
    bind(contract.listDuties, () => ({
      rules: [...rules],
      thresholds: [
        {
          ...{ of: 'people' as const, atLeast: 1_000_000, level: 'considerable' as const, certainty: 'stated' as const },
          source: text('网络安全事件分级指南', 'Guide to the levels of incidents'),
        },
        {
          ...{ of: 'lossYuan' as const, atLeast: 5_000_000, level: 'considerable' as const, certainty: 'unconfirmed' as const },
          source: text('2023 年征求意见稿', 'Draft of 2023'),
        },
      ],
      operator: { kinds: ['other' as const], name: '', from: 'detected' as const },
      missing: empty() ? [] : ['incidents.operator.name'],
    })),
    bind(contract.getRecoveryChecklist, () => checklist),
    bind(contract.fillRecoveryBox, () => checklist),
    bind(contract.reportIncident, () => opened),
    bind(contract.openFromAlert, () => opened),
    bind(contract.advanceIncident, ({ params }) => of(params.id)),
    bind(contract.setIncidentClock, ({ params }) => of(params.id)),
    bind(contract.mergeIncident, ({ params }) => of(params.id)),
    bind(contract.judgeIncident, ({ body }) => ({
      ...{ id: 'ij_3', at: now, by: 'admin', facts: body.facts, reason: body.reason, suggested: null },
    })),
    bind(contract.recordDuty, () => ({ ok: true as const })),
    bind(contract.addEvidence, ({ body }) => {
      if (!body.name.endsWith('.txt')) throw new contract.MenshenError('evidence_type');
      return {
        ...{ id: `f_${'b'.repeat(22)}`, name: body.name, note: body.note, type: 'text/plain', bytes: 5, sha256: 'ab'.repeat(32) },
        ...{ by: 'admin', at: now },
      };
    }),
    bind(contract.fetchEvidence, () => ({
      name: 'gateway-0900.log',
      type: 'text/plain',
      sha256: '5f'.repeat(32),
      content: 'eA==',
    })),
    bind(contract.makeIncidentReport, ({ body }) => ({
      ...{ name: `INC-0012-x.${body.format}`, type: 'text/plain', sha256: 'cd'.repeat(32), content: 'eA==' },
      empty: ['单位名称', '联系人'],
    })),
    bind(contract.addIncidentAction, ({ body }) => ({
      ...{ id: `ia_${'c'.repeat(16)}`, incident: fakeIncident, ...body, created: now, createdBy: 'admin' },
      ...{ done: null, doneBy: null, overdue: false },
    })),
    bind(contract.saveIncidentPaper, ({ body }) => ({ version: body.version + 1 })),
    bind(contract.finishIncidentAction, () => ({ ok: true as const })),
  ];
}
