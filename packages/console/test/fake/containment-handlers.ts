import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;

const measure = (id: string, change: Partial<contract.MeasureView>): contract.MeasureView => ({
  ...{ id: `m_${id.padEnd(16, 'A')}`, kind: 'block_addresses', verb: 'deny', riskClass: 'low', target: {} },
  ...{ reason: '撞库来源，见告警', incident: null, state: 'active', since: now - 20 * minute, until: now + 40 * minute },
  ...{ by: 'chen.jingyi', approvedBy: null, forced: false, endedAt: null, endedBy: null, endReason: null },
  ...{ done: 0, stopped: 0, lastStopped: null, reopening: null },
  ...change,
});

const reopening = (change: Partial<contract.ReopeningView>): contract.ReopeningView => ({
  ...{ state: 'open', plan: contract.reopeningPlan.parse({}), step: 1, share: 25, since: now - 6 * minute },
  ...{ next: now + 9 * minute, rules: ['coupon-farming'], seen: { requests: 412, errors: 3, refused: 9 } },
  moves: [
    {
      ...{ at: now - 6 * minute, by: 'watch', state: 'open', share: 25, sign: 'healthy' },
      why: { zh: '观察 600 秒无异常', en: 'Nothing wrong was seen for 600 s' },
    },
  ],
  ...change,
});
const closedByItself: contract.ReopeningView['moves'] = [
  {
    ...{ at: now - 3 * minute, by: 'watch', state: 'closed', share: 0, sign: 'refusals' },
    why: {
      zh: '最近 300 秒放行的 60 次请求中 21 次被检查、策略或护栏拒绝（35%，上限 20%）',
      en: '21 of the 60 requests let through in the last 300 s were refused by inspection, policies or guards (35 %, limit 20 %)',
    },
  },
];

const measures: readonly contract.MeasureView[] = [
  measure('block', {
    target: { addresses: ['203.0.113.0/24', '198.51.100.7'] },
    ...{ until: now + 6 * minute, stopped: 1_284, lastStopped: now - 2_000 },
  }),
  ...['203.0.113.9', '203.0.113.41', '198.51.100.66'].map((address, at) =>
    measure(`flood${at}`, {
      ...{ by: 'playbook:denial-of-service', target: { addresses: [address] }, stopped: 12 * at, until: now + 2 * hour },
      reason: '拒绝服务：封禁该地址两小时',
    }),
  ),
  measure('readonly', {
    ...{ kind: 'read_only', verb: 'set', riskClass: 'medium', target: { app: 'coupon' } },
    ...{ reason: '优惠券代码被篡改，核对期间只读', stopped: 37, since: now - 50 * minute, until: now + 3 * hour },
  }),
  measure('campaign', {
    ...{ kind: 'stop_campaign', verb: 'stop', riskClass: 'medium', target: { app: 'coupon', campaign: 'spring' } },
    ...{ reason: '活动代码已修复并重新发布', stopped: 958, until: now + 26 * hour, reopening: reopening({}) },
  }),
  measure('notes', {
    ...{ kind: 'stop_route', verb: 'stop', riskClass: 'medium', target: { app: 'portal', route: 'POST /notes' } },
    ...{ reason: '存储型脚本，清理期间停用', stopped: 77, until: now + 25 * hour },
    reopening: reopening({ state: 'closed', step: 0, share: 0, next: null, moves: closedByItself }),
  }),
  measure('stop', {
    ...{ kind: 'stop_app', verb: 'stop', riskClass: 'high', target: { app: 'portal' }, forced: true, by: 'li.wei' },
    ...{ reason: '后端服务器疑似失陷', stopped: 402, until: now + 8 * hour },
  }),
  measure('sessions', {
    ...{ kind: 'end_sessions', verb: 'stop', riskClass: 'medium', target: { scope: 'department', department: '9' } },
    ...{ state: 'lifted', done: 61, since: now - 30 * hour, until: now - 29 * hour, approvedBy: 'li.wei' },
    ...{ endedAt: now - 29.5 * hour, endedBy: 'chen.jingyi', endReason: '确认为误报' },
  }),
  measure('lock', {
    ...{ kind: 'lock_accounts', target: { persons: ['wang.fang'] }, state: 'expired', done: 2, stopped: 9 },
    ...{ since: now - 60 * hour, until: now - 56 * hour, endedAt: now - 56 * hour, endedBy: 'clock' },
  }),
];

const staged: contract.StagedSecret = {
  ...{ id: `s_${'A'.repeat(16)}`, mark: '5b0e77c1', by: 'chen.jingyi', at: now - 4 * minute, accepted: true },
};
const appSecrets: readonly contract.AppSecretView[] = [
  {
    app: 'portal',
    secret: 'wecom',
    provider: 'ww5f0000000000000a',
    mark: '91c4e02d',
    state: 'configured',
    replaced: null,
    staged,
  },
  {
    ...{ app: 'coupon', secret: 'wechat', provider: 'wx5f0000000000000b', mark: 'd20faa18', state: 'overlap', staged: null },
    replaced: {
      ...{ at: now - 11 * minute, by: 'chen.jingyi', measure: `m_${'B'.repeat(16)}`, overlapUntil: now + 49 * minute },
      ...{ taken: now - 9 * minute, fellBack: now - 10 * minute },
    },
  },
];

const isEmpty = (world: World): boolean => world.company.people.length === 0;

/** Measures: one that ends soon, one that was forced, some that have ended. */
export function containmentHandlers(world: () => World): readonly FakeHandler[] {
  return [
    bind(contract.listMeasures, ({ query: { show } }) => {
      const standing = ({ state }: contract.MeasureView) => state === 'active' || state === 'working';
      const shown = measures.filter((one) => show === 'all' || standing(one) === (show === 'active'));
      const inForce = measures.filter(standing).length;
      return {
        measures: isEmpty(world()) ? [] : shown,
        inForce: isEmpty(world()) ? 0 : inForce,
        fourEyes: ['high' as const],
        now,
      };
    }),
    bind(contract.getMeasure, () => measure('block', { target: { addresses: ['203.0.113.0/24'] } })),
    bind(contract.previewMeasure, ({ body }) => {
      const riskClass = contract.riskClassOf(body);
      return {
        ...{ from: now - hour, to: now, riskClass, fourEyes: riskClass === 'high', requests: 1_315, persons: 9 },
        ...{ honest: { requests: 31, persons: 4 }, attacked: { requests: 1_284, persons: 5 }, sampled: false },
        sessions: body.kind === 'end_sessions' ? 12 : null,
        routes: [
          { route: 'POST /api/login', count: 1_280 },
          { route: 'GET /api/me', count: 35 },
        ],
        notes: [
          {
            zh: '“正常”仅指过去一小时没有已知的攻击迹象，是判断而非结论。',
            en: '"Honest" only means that nothing is known against them in the last hour: a judgement, not a verdict.',
          },
        ],
      };
    }),
    bind(contract.listAppSecrets, () => ({ secrets: isEmpty(world()) ? [] : [...appSecrets], now })),
    bind(contract.stageAppSecret, () => staged),
    bind(contract.discardAppSecret, () => ({ ok: true as const })),
    bind(contract.applyMeasure, ({ body }) => measure('new', { kind: body.kind, target: { ...body.target } })),
    bind(contract.reopenMeasure, () => measure('readonly', { reopening: reopening({ step: 0, share: 5 }) })),
    bind(contract.moveReopening, () => measure('campaign', { reopening: reopening({ state: 'paused', next: null }) })),
    bind(contract.liftMeasures, ({ body }) => ({
      lifted: body.measures.length - 1,
      left: [{ id: body.measures[0] ?? '', code: 'conflict' }],
    })),
    bind(contract.liftMeasure, () => measure('block', { state: 'lifted', target: { addresses: ['203.0.113.0/24'] } })),
  ];
}

/** Versions: most people on a registered one, some on a revoked one, and developers. */
export function appVersionHandlers(world: () => World): readonly FakeHandler[] {
  const seen = [
    { version: '41', release: '2.4.0', state: 'registered' as const, requests: 8_412, persons: 212, last: now - 1_000 },
    { version: '40', release: '2.3.9', state: 'revoked' as const, requests: 97, persons: 5, last: now - 40_000 },
    { version: 'devtools', release: null, state: 'unknown' as const, requests: 12, persons: 1, last: now - 9 * minute },
  ];
  return [
    bind(contract.listAppVersions, () => ({
      apps: isEmpty(world())
        ? []
        : [
            {
              ...{ app: 'portal', accept: 'registered' as const, mode: 'monitor' as const, seen },
              numbers: [
                { number: 41, version: '2.4.0', state: 'registered' as const, by: 'chen.jingyi', at: now - 4 * hour },
                { number: 40, version: '2.3.9', state: 'revoked' as const, by: 'chen.jingyi', at: now - 90 * hour },
              ],
            },
          ],
    })),
    bind(contract.nameAppVersion, () => ({ ok: true as const })),
  ];
}
