import * as contract from '@menshen/contract';
import type * as z from 'zod';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const dayMs = 86_400_000;
const hash = 'a1b2c3d4'.repeat(8);

const detail = (
  request: Pick<contract.SubjectRequestDetail, 'id' | 'kind' | 'uid' | 'urgency'> & Partial<contract.SubjectRequestDetail>,
): contract.SubjectRequestDetail => ({
  state: 'open',
  channel: 'mini_program',
  app: 'portal',
  created: now - 10 * dayMs,
  due: now + 5 * dayMs,
  owner: null,
  verified: 'session',
  extended: false,
  closed: null,
  details: '',
  contact: '',
  answer: '',
  steps: [{ at: now - 10 * dayMs, by: 'person', step: 'opened', note: '' }],
  exported: null,
  erasure: null,
  ...request,
});

const requests: readonly contract.SubjectRequestDetail[] = [
  detail({
    ...{
      id: 'pr_AAAAAAAAAAAAAAAA',
      kind: 'delete',
      uid: 'c_Vn3kQx81TtLwZp0y',
      urgency: 'overdue',
      channel: 'wechat',
      app: 'coupon',
    },
    ...{ created: now - 17 * dayMs, due: now - 2 * dayMs, details: 'user_authorization_cancellation', owner: 'admin' },
    steps: [
      { at: now - 17 * dayMs, by: 'wechat:coupon', step: 'opened', note: '' },
      { at: now - 16 * dayMs, by: 'admin', step: 'take', note: '' },
    ],
  }),
  detail({
    ...{
      id: 'pr_BBBBBBBBBBBBBBBB',
      kind: 'copy',
      uid: 'chen.lu',
      urgency: 'soon',
      verified: null,
      channel: 'back_office',
      app: null,
    },
    ...{ due: now + 3 * dayMs, details: '请把公司保存的我的全部信息发给我。', contact: '当面领取' },
  }),
  detail({
    ...{
      id: 'pr_CCCCCCCCCCCCCCCC',
      kind: 'copy',
      uid: 'zhou.000',
      urgency: 'closed',
      state: 'done',
      closed: now - dayMs,
      owner: 'admin',
    },
    exported: { sha256: hash, bytes: 48_213, until: now + 13 * dayMs },
    steps: [
      { at: now - 3 * dayMs, by: 'person', step: 'opened', note: '' },
      { at: now - dayMs, by: 'admin', step: 'exported', note: `SHA-256 ${hash}` },
    ],
  }),
];

const text = (zh: string, en: string) => ({ zh, en });
const purposes: readonly contract.PurposeView[] = [
  {
    ...{
      id: 'membership',
      version: 3,
      name: text('会员服务', 'Membership'),
      basis: 'consent',
      apps: ['coupon'],
      sensitive: false,
    },
    text: text('我们用您的手机号识别会员并发送权益通知。', 'We use your phone number to know you as a member.'),
    ...{ fields: ['手机号', '昵称'], routes: ['coupon POST /api/members'], given: 1_204, outdated: 86, withdrawn: 31 },
    ...{ textSha256: hash, declared: true },
  },
  {
    ...{
      id: 'portrait',
      version: 1,
      name: text('个性化推荐', 'Recommendations'),
      basis: 'consent',
      apps: ['coupon'],
      sensitive: true,
    },
    text: text('我们按您的消费记录推荐优惠。', 'We recommend offers by what you bought.'),
    ...{ fields: ['消费记录'], routes: [], given: 402, outdated: 0, withdrawn: 57, textSha256: hash, declared: true },
  },
];

const rule = (
  name: contract.RetentionRule['name'],
  days: number | null,
  rows: number,
  due = 0,
  leastDays: number | null = null,
): contract.RetentionRule => ({ name, days, rows, due, leastDays, deletes: name !== 'audit' });
const rules: readonly contract.RetentionRule[] = [
  rule('sessions', null, 214),
  rule('sightings', 90, 1_840, 12),
  rule('loginAttempts', 30, 77),
  rule('devices', 180, 96),
  rule('verdictSamples', 180, 21),
  rule('inventories', 90, 640),
  rule('mediaChecks', 90, 35),
  rule('trainingAnswers', 180, 412),
  rule('exports', null, 1),
  rule('consents', 1_095, 1_780, 0, 1_095),
  rule('requests', 1_095, 12, 0, 365),
  rule('audit', 365, 48_211, 0, 180),
];
const runOf = (id: string, at: number, dry: boolean, removed: number): contract.RetentionRun => ({
  ...{ id, at, by: dry ? 'admin' : 'schedule', dry, proof: '{}' },
  results: [{ name: 'sightings', removed, left: 0 }],
});
const erasures: readonly contract.ErasureView[] = [
  {
    ...{ id: 'er_AAAAAAAAAAAAAAAA', subject: `ps_${'k'.repeat(43)}`, scope: 'person', cause: 'request', at: now - 6 * dayMs },
    ...{ rows: 23, keys: 2, remaining: 0, replayed: false },
  },
  {
    ...{
      id: 'er_BBBBBBBBBBBBBBBB',
      subject: `ps_${'m'.repeat(43)}`,
      scope: 'wechat',
      cause: 'wechat_cancellation',
      at: now - 40 * dayMs,
    },
    ...{ rows: 4, keys: 0, remaining: 0, replayed: true },
  },
];
const processors: readonly contract.ProcessorView[] = [
  {
    ...{ id: 'sms', version: 2, by: 'admin', at: now - 30 * dayMs },
    fields: {
      ...{
        name: '短信服务商',
        role: 'entrusted',
        contact: '客户经理',
        purpose: '发送登录验证码',
        fields: ['手机号'],
        hosts: ['sms.example.com'],
      },
      ...{ region: '中国', crossBorder: 'none', contractFrom: '2025-01-01', contractUntil: '2026-01-01', note: '', ended: false },
    },
  },
  {
    ...{ id: 'survey', version: 1, by: 'admin', at: now - 90 * dayMs },
    fields: {
      ...{ name: '问卷平台', role: 'shared', contact: '', purpose: '满意度调查', fields: ['昵称'], hosts: [], region: '新加坡' },
      ...{ crossBorder: 'standard_contract', contractFrom: null, contractUntil: null, note: '', ended: false },
    },
  },
];
const assessments: readonly contract.AssessmentView[] = [
  {
    ...{ id: 'portrait', version: 2, by: 'admin', at: now - 400 * dayMs, state: 'valid' },
    signed: { by: 'admin', at: now - 400 * dayMs, until: now + 695 * dayMs },
    fields: {
      ...{
        title: '个性化推荐',
        triggers: ['automated_decisions'],
        purposes: ['portrait'],
        conclusion: 'acceptable_with_measures',
      },
      answers: { lawful: '取得单独同意。', impact: '可能造成差别待遇。', measures: '可一键关闭。' },
      risks: [{ what: '差别待遇', likelihood: 2, impact: 4, measure: '价格一致性检查', owner: '市场部' }],
    },
  },
];

/** Requests, consents, erasure and the registers of the fake control plane. */
export function privacyHandlers(world: () => World): readonly FakeHandler[] {
  const quiet = (): boolean => world().company.people.length === 0;
  const known = (id: string): contract.SubjectRequestDetail => {
    const found = requests.find((request) => request.id === id);
    if (found === undefined) throw new contract.MenshenError('not_found');
    return found;
  };
  return [
    bind(contract.listSubjectRequests, ({ query }) => {
      const all = quiet() ? [] : requests;
      const shown = query.open === true ? all.filter(({ closed }) => closed === null) : all;
      const open = all.filter(({ closed }) => closed === null);
      const count = (urgency: string): number => open.filter((one) => one.urgency === urgency).length;
      return { requests: [...shown], open: open.length, overdue: count('overdue'), soon: count('soon'), dueDays: 15 };
    }),
    bind(contract.getSubjectRequest, ({ params }) => known(params.id)),
    bind(contract.createSubjectRequest, () => ({ id: 'pr_AAAAAAAAAAAAAAAA', due: now + 15 * dayMs })),
    bind(contract.advanceSubjectRequest, ({ params }) => known(params.id)),
    bind(contract.exportForRequest, () => ({ name: 'copy.zip', sha256: hash, bytes: 1, until: now + dayMs, backend: [] })),
    bind(contract.fetchExport, () => ({ name: 'copy.zip', sha256: hash, file: '' })),
    bind(contract.correctForRequest, ({ params }) => known(params.id)),
    bind(contract.listPurposes, () => ({ purposes: quiet() ? [] : [...purposes] })),
    bind(
      contract.getPersonPrivacy,
      ({ params: { uid } }): z.input<typeof contract.getPersonPrivacy.response> => ({
        uid,
        states: [
          { purpose: 'membership', state: 'outdated', at: now - 90 * dayMs },
          { purpose: 'portrait', state: 'withdrawn', at: now - 9 * dayMs },
        ],
        consents: [
          {
            ...{ id: 'cs_2', purpose: 'portrait', version: 1, act: 'withdrawn', textSha256: hash, app: 'coupon' },
            ...{ channel: 'mini_program', by: 'person', at: now - 9 * dayMs },
          },
          {
            ...{ id: 'cs_1', purpose: 'membership', version: 2, act: 'given', textSha256: hash, app: 'coupon' },
            ...{ channel: 'mini_program', by: 'person', at: now - 90 * dayMs },
          },
        ],
        requests: ['pr_CCCCCCCCCCCCCCCC'],
        holdings: [
          { name: 'directory', rows: 3 },
          { name: 'identity', rows: 4 },
          { name: 'factors', rows: 2 },
          { name: 'sightings', rows: 17 },
          { name: 'campaigns', rows: 0 },
          { name: 'uploads', rows: 0 },
        ],
        listedBy: ['wecom'],
      }),
    ),
    bind(contract.recordConsent, () => ({ state: 'withdrawn' as const })),
    bind(contract.erasePersonalData, () => ({
      id: 'er_AAAAAAAAAAAAAAAA',
      rows: 9,
      keys: 0,
      remaining: 0,
      backend: [],
      mentions: null,
    })),
    bind(contract.findPersonMentions, () => ({
      found: quiet()
        ? []
        : [
            {
              title: { zh: '事件时间线', en: 'Timeline of an incident' },
              to: '/incidents/in_AAAAAAAAAAAAAAAA',
              by: ['uid', 'name'] as const,
            },
            { title: { zh: '审批', en: 'Approval' }, to: '/approvals', by: ['phone'] as const },
          ].map((one) => ({ ...one, by: [...one.by] })),
      total: quiet() ? 0 : 2,
    })),
    bind(contract.listErasures, () => ({ erasures: quiet() ? [] : [...erasures], total: quiet() ? 0 : erasures.length })),
    bind(contract.getErasureCertificate, () => ({ statement: '{}', signature: '', publicKey: '' })),
    bind(contract.getPrivacyKey, () => ({ publicKey: '' })),
    bind(contract.getRetention, () => ({
      rules: quiet() ? rules.map((one) => ({ ...one, rows: 0, due: 0 })) : [...rules],
      runs: quiet() ? [] : [runOf('rr_2', now - 0.2 * dayMs, false, 31), runOf('rr_1', now - dayMs, true, 0)],
    })),
    bind(contract.runRetention, ({ body }) => runOf('rr_3', now, body.dry, body.dry ? 0 : 12)),
    bind(
      contract.listProcessors,
      (): z.input<typeof contract.listProcessors.response> =>
        quiet()
          ? { processors: [], suggestions: [] }
          : {
              processors: [...processors],
              suggestions: [
                { host: 'api.weixin.qq.com', because: 'wechat' },
                { host: 'crm.example.com', because: 'backend' },
              ],
            },
    ),
    bind(contract.putProcessor, ({ params, body }) => ({
      id: params.id,
      version: body.version + 1,
      by: 'admin',
      at: now,
      fields: body.fields,
    })),
    bind(
      contract.listAssessments,
      (): z.input<typeof contract.listAssessments.response> =>
        quiet()
          ? { assessments: [], triggers: [] }
          : {
              assessments: [...assessments],
              triggers: [
                { trigger: 'sensitive', because: ['portal GET /api/payroll/:month data.items[].idCard'], covered: false },
                { trigger: 'automated_decisions', because: ['个性化推荐'], covered: true },
                { trigger: 'cross_border', because: ['问卷平台'], covered: false },
              ],
            },
    ),
    bind(contract.putAssessment, ({ params, body }) => ({
      ...{
        id: params.id,
        version: body.version + 1,
        by: 'admin',
        at: now,
        fields: body.fields,
        signed: null,
        state: 'draft' as const,
      },
    })),
    bind(contract.signAssessment, () => assessments[0] as contract.AssessmentView),
    bind(contract.getAssessmentHistory, () => ({ versions: [...assessments] })),
  ];
}
