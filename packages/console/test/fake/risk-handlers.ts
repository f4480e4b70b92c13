import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import { fakeSubjects } from './compliance-handlers.ts';
import type { World } from './world.ts';

const day = 86_400_000;
const hour = 3_600_000;
export const fakeRisk = `rk_${'a'.repeat(16)}.insider_export`;
const id = (letter: string, threat: string): string => `rk_${letter.repeat(16)}.${threat}`;
const two = (zh: string, en: string) => ({ zh, en });

const row = (change: Partial<contract.RiskRow>): contract.RiskRow => ({
  ...{ id: fakeRisk, score: 17.9, level: 4, likelihood: 4, loss: 4 },
  asset: {
    ...{ id: 'route:portal:GET /api/employees', kind: 'route', app: 'portal', owner: null },
    name: two('员工门户 GET /api/employees', 'Employee portal GET /api/employees'),
  },
  threat: { id: 'insider_export', name: two('内部人员批量导出数据', 'insider export') },
  weakness: two('涉及个人信息、导出或资金的接口没有要求二次验证', 'personal data, export or money without a second factor'),
  ...{ businesses: ['people'], treatment: null, accepted: false },
  ...change,
});

const rows: readonly contract.RiskRow[] = [
  row({
    ...{ id: id('b', 'administrator_takeover'), score: 21.2, level: 5, likelihood: 4, loss: 5 },
    asset: {
      id: 'people:administrators',
      kind: 'people',
      app: null,
      owner: '王磊',
      name: two('管理员（3 人）', 'administrators (3)'),
    },
    threat: { id: 'administrator_takeover', name: two('管理员账号被盗', 'taken-over administrator') },
    weakness: two('1 名管理员没有二次验证', '1 administrators have no second factor'),
    ...{ businesses: ['people', 'app:coupon'], treatment: 'under_way' },
  }),
  row({}),
  row({
    ...{ id: id('c', 'coupon_fraud'), score: 9.5, level: 2, likelihood: 2, loss: 5, weakness: null, accepted: true },
    threat: { id: 'coupon_fraud', name: two('优惠券金额作弊', 'coupon fraud') },
    asset: {
      id: 'route:coupon:POST /api/claims',
      kind: 'route',
      app: 'coupon',
      owner: '市场部',
      name: two('扫码领券 POST /api/claims', 'Coupon campaign POST /api/claims'),
    },
    businesses: ['app:coupon'],
  }),
];

const version = (number: number, total: number): contract.RiskVersionView => ({
  ...{
    id: `ra_${String(number).padStart(16, '0')}`,
    number,
    at: now - (4 - number) * day,
    reason: number === 2 ? '等保自查前留档' : 'daily',
  },
  ...{ by: number === 2 ? 'wanglei' : 'menshen', method: 'root-product', risks: 132, levels: [40, 61, 22, 8, 1], total },
});
const versions = [version(3, 1_050.4), version(2, 1_078.2), version(1, 1_100)];

const comparison: contract.RiskComparison = {
  ...{ lower: 2, higher: 1, added: 0, gone: 0, total: { before: 1_078.2, after: 1_050.4 } },
  changed: [
    {
      id: fakeRisk,
      asset: two('员工门户 GET /api/employees', 'Employee portal GET /api/employees'),
      threat: two('内部人员批量导出数据', 'insider export'),
      before: 17.9,
      after: 6.9,
    },
    {
      id: id('b', 'administrator_takeover'),
      asset: two('管理员（3 人）', 'administrators (3)'),
      threat: two('管理员账号被盗', 'taken-over administrator'),
      before: 16,
      after: 21.2,
    },
  ],
};

const controls: readonly contract.RiskControlStanding[] = [
  {
    ...{ control: 'backup_drill', asset: null, state: 'stale', strength: 3, until: null, evidence: [] },
    ...{
      name: two('备份与恢复演练', 'backups with restore drills'),
      shownBy: two('90 天内演练成功', 'a drill succeeded within 90 days'),
    },
  },
  {
    ...{ control: 'inspection', state: 'effective', strength: 2, until: now + 6 * day },
    asset: { id: 'app:portal', name: two('员工门户', 'Employee portal') },
    name: two('请求攻击检测', 'inspection of requests'),
    shownBy: two('近 7 天在强制模式下处理过请求', 'requests of the last 7 days passed it, enforcing'),
    evidence: [{ text: two('最近一次请求', 'the newest request'), at: now - hour, path: '/traffic' }],
  },
  {
    ...{ control: 'second_factor', state: 'off', strength: 3, until: null, evidence: [] },
    asset: {
      id: 'route:portal:GET /api/employees',
      name: two('员工门户 GET /api/employees', 'Employee portal GET /api/employees'),
    },
    name: two('二次验证', 'second factor'),
    shownBy: two('近 7 天在强制模式下处理过请求', 'requests of the last 7 days passed it, enforcing'),
  },
];

const treatment: contract.RiskTreatment = {
  ...{ id: `rt_${'t'.repeat(16)}`, risk: id('b', 'administrator_takeover'), option: 'reduce', owner: '王磊', cost: 12_000 },
  plan: '给最后一名管理员发放通行密钥',
  ...{ due: now - day, residual: 8, state: 'under_way', overdue: true, scoreThen: 21.2 },
  ...{ createdAt: now - 20 * day, createdBy: 'wanglei', changedAt: now - 2 * day },
};
const acceptance: contract.RiskAcceptance = {
  ...{ id: `rx_${'x'.repeat(16)}`, risk: id('c', 'coupon_fraud'), score: 10, until: now + 9 * day, state: 'valid' },
  ...{ reason: '活动两周后结束，额度已限死', acceptedAt: now - 30 * day, acceptedBy: 'wanglei', approver: 'zhaomin' },
};

const overview = (quiet: boolean) => ({
  ...{
    at: now - 8_000,
    millis: 42,
    method: 'root-product',
    risks: quiet ? 0 : 132,
    assets: quiet ? 6 : 58,
    weaknesses: quiet ? 0 : 41,
  },
  functions: {
    threat: 'threat.root-product.1',
    likelihood: 'likelihood.root-product.1',
    risk: 'risk.product.1',
    level: 'level.fifths.1',
  },
  levels: quiet ? [0, 0, 0, 0, 0] : [40, 61, 22, 8, 1],
  matrix: quiet
    ? Array.from({ length: 5 }, () => [0, 0, 0, 0, 0])
    : [
        [0, 4, 3, 1, 0],
        [2, 12, 9, 8, 0],
        [5, 21, 20, 3, 0],
        [8, 16, 11, 0, 0],
        [2, 5, 2, 0, 0],
      ],
  businesses: quiet
    ? []
    : [
        {
          ...{
            id: 'people',
            name: two('人事管理', '人事管理'),
            score: 20.2,
            level: 5,
            risks: 96,
            worst: id('b', 'administrator_takeover'),
          },
          ...{ importance: 3, effective: 4, owner: '王磊', apps: ['portal'], tiedTo: ['sales'], told: true },
        },
        {
          ...{
            id: 'app:coupon',
            name: two('扫码领券', 'Coupon campaign'),
            score: 12,
            level: 3,
            risks: 60,
            worst: id('c', 'coupon_fraud'),
          },
          ...{ importance: 3, effective: 3, owner: '', apps: ['coupon'], tiedTo: [], told: false },
        },
      ],
  systems: quiet
    ? []
    : [{ id: 'app:portal', name: two('员工门户', 'Employee portal'), score: 18.4, level: 4, risks: 84, worst: fakeRisk }],
  controls: { effective: quiet ? 4 : 71, stale: quiet ? 0 : 3, off: quiet ? 2 : 38 },
  steps: quiet
    ? []
    : [
        {
          changes: [{ kind: 'control' as const, control: 'second_factor', on: true, where: { tag: 'personal', app: null } }],
          title: two('在所有返回个人信息的接口上启用“二次验证”', 'second factor on all routes with personal data'),
          ...{ gain: 46.2, risks: 9, most: { id: fakeRisk, before: 17.9, after: 6.9 } },
        },
        {
          changes: [{ kind: 'control' as const, control: 'backup_drill', on: true, where: { everywhere: true as const } }],
          title: two('让“备份与恢复演练”全面生效', 'backups with restore drills: make it work everywhere'),
          ...{ gain: 21, risks: 5, most: { id: id('b', 'administrator_takeover'), before: 14.1, after: 7.1 } },
        },
      ],
  since: quiet
    ? null
    : { version: versions[0] ?? version(1, 0), comparison: { lower: 2, higher: 1, added: 0, gone: 0, total: comparison.total } },
  acceptances: { valid: 1, ending: quiet ? 0 : 1, exceeded: 0, expired: 0 },
  treatments: { open: quiet ? 0 : 1, overdue: quiet ? 0 : 1 },
  advisories: quiet ? [] : [{ kind: 'epss' as const, rows: 281_034, at: now - 41 * day, by: 'wanglei', old: true }],
});

const trendDays: readonly contract.TrendDay[] = Array.from({ length: 60 }, (_, ago) => {
  const at = 59 - ago;
  const high = at > 40 ? 12 : at > 18 ? 10 : 9;
  return {
    ...{
      at: now - at * day,
      levels: [40, 61, 22, high - 1, 1],
      total: 1_050.4 + (at > 40 ? 90 : at > 18 ? 48 : 0),
      highest: 21.2,
    },
    compliance: contract.complianceFrameworks.map((framework) => ({
      framework,
      counts: {
        ...{ total: 93, provable: 64, met: at > 30 ? 48 : 55, stale: at > 18 ? 6 : 2 },
        ...{ gap: at > 30 ? 24 : 20, manual: 10, not_applicable: 6 },
      },
    })),
  };
});
const trendMarks: readonly contract.TrendMark[] = [
  {
    ...{ at: now - 18 * day, kind: 'control_on', app: 'portal', count: 3, effect: -48.2, path: '/risk?tab=controls' },
    text: two('二次验证', 'second factor'),
  },
  {
    ...{ at: now - 30 * day, kind: 'control_stale', app: null, count: 1, effect: 6.1, path: '/risk?tab=controls' },
    text: two('备份与恢复演练', 'backups with restore drills'),
  },
  {
    ...{ at: now - 40 * day, kind: 'mended', app: 'coupon', count: 2, effect: -42, path: '/findings' },
    text: two('SQL 语句由输入拼接而成', 'SQL is put together from input'),
  },
];

/** Risks of the invented company, from the matrix to the evidence of one. */
export function riskHandlers(world: () => World): readonly FakeHandler[] {
  const quiet = (): boolean => world().entries.length === 0;
  return [
    bind(contract.getRiskOverview, () => overview(quiet())),
    bind(contract.listRisks, ({ query }) => {
      const shown = quiet() ? [] : rows.filter((one) => query.level === undefined || one.level === query.level);
      return { risks: [...shown], next: null, total: shown.length };
    }),
    bind(contract.getRisk, () => ({
      ...row({}),
      ...{ at: now - 8_000, assetPath: '/traffic?app=portal', replayed: true },
      text: two(
        '有权限的员工超出工作需要读取、导出个人信息或客户资料。',
        'People with access read or export more personal data than their work needs.',
      ),
      steps: [
        {
          name: two('威胁', 'threat'),
          value: 4,
          text: two(
            '能力 3 × 频率 5（一般为 3，近 30 天见到 104 次）',
            'capability 3 × frequency 5 (usually 3; seen 104 times in 30 days)',
          ),
          function: 'threat.root-product.1',
        },
        {
          name: two('资产价值', 'asset value'),
          value: 4,
          text: two('受损的机密性 4 × 业务重要性 4', 'harmed confidentiality 4 × importance of the business 4'),
          function: 'asset-value.root-product.1',
        },
        {
          name: two('风险', 'risk'),
          value: 17.9,
          text: two('可能性 × 损失，满分 25；第 4 级', 'likelihood × loss, of 25; level 4'),
          function: 'risk.product.1',
        },
      ],
      signs: [
        { text: two('近 30 天 104 次检测告警（mass_export）', '104 alerts in 30 days (mass_export)'), at: null, path: '/alerts' },
      ],
      weaknesses: [
        {
          ...{
            id: 'w1',
            kind: 'second-factor-missing',
            source: 'configuration' as const,
            ease: 5,
            impact: 4,
            cve: null,
            cvss: null,
            epss: null,
          },
          ...{ exploited: false, since: null, ssvc: 'scheduled' as const, after: 12.6 },
          title: two('涉及个人信息、导出或资金的接口没有要求二次验证', 'personal data, export or money without a second factor'),
          fix: two('为接口设置 auth: mfa', 'set auth: mfa on the route'),
          evidence: [{ text: two('此接口的请求', 'requests of the route'), at: now - hour, path: '/traffic?app=portal' }],
          priority: {
            points: 47,
            parts: [
              { part: 'severity', points: 32, text: two('严重性 8.0（满分 10）', 'severity 8.0 of 10') },
              { part: 'asset', points: 15, text: two('资产价值 5（满分 5）', 'asset value 5 of 5') },
            ],
          },
        },
      ],
      prevented: controls.filter(({ state }) => state === 'effective'),
      protected: [],
      missing: [
        {
          ...{ control: 'second_factor', state: 'off' as const, after: 6.9, name: two('二次验证', 'second factor') },
          shownBy: two('近 7 天在强制模式下处理过请求', 'requests of the last 7 days passed it, enforcing'),
          change: {
            ...{ kind: 'control' as const, control: 'second_factor', on: true },
            where: { asset: 'route:portal:GET /api/employees' },
          },
        },
      ],
      ...{
        treatments: [treatment],
        acceptances: [],
        history: [
          { number: 1, at: now - 3 * day, score: 15.5 },
          { number: 3, at: now - day, score: 17.9 },
        ],
      },
    })),
    bind(contract.listRiskAssets, () => ({
      assets: [
        {
          ...{
            id: 'route:portal:GET /api/employees',
            kind: 'route' as const,
            of: 'app:portal',
            app: 'portal',
            exposure: 'controlled' as const,
          },
          name: two('员工门户 GET /api/employees', 'Employee portal GET /api/employees'),
          ...{
            confidentiality: 4,
            integrity: 2,
            availability: 3,
            tags: ['read', 'personal'],
            owner: null,
            path: '/traffic',
            risks: 9,
            worst: 17.9,
          },
        },
        {
          ...{
            id: 'people:administrators',
            kind: 'people' as const,
            of: 'platform',
            app: null,
            exposure: 'small' as const,
            name: two('管理员（3 人）', 'administrators (3)'),
          },
          ...{
            confidentiality: 5,
            integrity: 5,
            availability: 4,
            tags: ['administrator'],
            owner: '王磊',
            path: '/administrators',
            risks: 3,
            worst: 21.2,
          },
        },
      ],
    })),
    bind(contract.getTrend, ({ query }) => ({
      ...{ subject: query.subject, subjects: fakeSubjects, keepDays: 1_095 },
      days: quiet() ? trendDays.slice(-1) : trendDays.slice(-query.days),
      marks: quiet() ? [] : [...trendMarks],
    })),
    bind(contract.listAdvisories, () => ({
      ...{ imports: overview(quiet()).advisories, oldDays: 30, unknown: [] },
      used: [{ cve: 'CVE-2021-44228', epss: 0.94, exploited: true, cvss: 10, weaknesses: 2 }],
    })),
    bind(contract.setAssetOwner, () => ({ ok: true as const })),
    bind(contract.listRiskControls, () => ({ controls: [...controls] })),
    bind(contract.putBusiness, () => ({ ok: true as const })),
    bind(contract.removeBusiness, () => ({ ok: true as const })),
    bind(contract.riskWhatIf, () => comparison),
    bind(contract.listRiskVersions, () => ({ versions: quiet() ? [] : [...versions], next: null })),
    bind(contract.saveRiskVersion, () => version(4, 1_050.4)),
    bind(contract.compareRiskVersion, () => ({
      ...{ version: version(3, 1_050.4), other: version(2, 1_078.2), comparison, replayed: { same: 132, of: 132 } },
    })),
    bind(contract.getRiskReport, () => ({ name: 'menshen-risk.html', type: 'text/html', content: '', sha256: '0'.repeat(64) })),
    bind(contract.listTreatments, () =>
      quiet()
        ? { treatments: [], acceptances: [] }
        : { treatments: [{ ...treatment, score: 21.2 }], acceptances: [{ ...acceptance, now: 9.5 }] },
    ),
    bind(contract.addTreatment, () => treatment),
    bind(contract.changeTreatment, () => treatment),
    bind(contract.acceptRisk, () => acceptance),
    bind(contract.revokeAcceptance, () => ({ ...acceptance, state: 'revoked' as const })),
    bind(contract.importAdvisories, () => ({ rows: 281_034, refused: 0 })),
    bind(contract.scoreVulnerability, () => ({
      version: '3.1' as const,
      base: 9.8,
      temporal: 9.8,
      environmental: 9.8,
      score: 9.8,
      severity: 'critical',
    })),
  ];
}
