import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const day = 86_400_000;
const hour = 3_600_000;
const id = (letter: string): string => `f_${letter.repeat(22)}`;
const scanId = (letter: string): string => `s_${letter.repeat(22)}`;
const line = (number: number, text: string, marked = false) => ({ number, text, marked });

const step = (file: string, at: number, code: string, zh: string, en: string): contract.FindingStep => ({
  ...{ file, line: at, label: { zh, en } },
  excerpt: [line(at - 1, ''), line(at, code, true), line(at + 1, '')],
});

const finding = (change: Partial<contract.FindingView>): contract.FindingView => ({
  ...{ id: id('a'), app: 'portal', project: 'miniprogram', tool: 'menshen', rule: 'MP-CLD-003' },
  title: { zh: '云函数没有核对数据归属', en: 'Cloud function does not check whose data it is' },
  message: {
    zh: '按调用者给出的 _id 读取订单，没有核对订单属于谁',
    en: 'An order is read by the _id that the caller names, whoever it belongs to',
  },
  ...{ severity: 'critical', confidence: 'high', cwe: [639], file: 'cloudfunctions/order/index.js', line: 12, route: null },
  ...{ state: 'open', owner: null, due: now + 2 * day, overdue: false, reason: null, acceptedUntil: null, approver: null },
  ...{ suppression: null, firstSeen: now - day, firstVersion: '2.3.9', lastSeen: now - 5 * hour, lastVersion: '2.4.0' },
  ...{ fixedAt: null, steps: [] },
  ...change,
});

const orderSteps = [
  step(
    'cloudfunctions/order/index.js',
    5,
    'exports.main = async (event) => {',
    '调用者给出的 event',
    'the event that the caller gives',
  ),
  step('cloudfunctions/order/index.js', 9, '  const { id } = event;', '取出 id，没有检查', 'id is taken out of it, unchecked'),
  step(
    'cloudfunctions/order/index.js',
    12,
    "  return db.collection('orders').doc(id).get();",
    '到达数据库查询',
    'reaches the query of the database',
  ),
];

const all: readonly contract.FindingView[] = [
  finding({ steps: orderSteps }),
  finding({
    ...{ id: id('b'), rule: 'MP-PRB-002', tool: 'menshen-probe', project: 'staging', severity: 'high', state: 'confirmed' },
    ...{ file: null, line: null, route: 'GET /api/orders/{id}', owner: '王磊', due: now - 3 * day, overdue: true },
    title: { zh: '可以读取别人的数据', en: 'Somebody else’s data can be read' },
    message: {
      zh: '账号乙读到了账号甲的订单；不存在的编号返回 404，说明编号确实有效',
      en: 'Account B reads the order of account A; a number that does not exist answers 404',
    },
  }),
  finding({
    ...{
      id: id('c'),
      rule: 'MP-SEC-001',
      severity: 'critical',
      cwe: [798],
      file: 'server/config.js',
      line: 3,
      state: 'reopened',
    },
    ...{ owner: '小程序组', due: now + day },
    title: { zh: 'AppSecret 写在代码或配置中', en: 'WeChat AppSecret in code or configuration' },
    message: { zh: 'AppSecret 写在代码里', en: 'The AppSecret stands in the code' },
  }),
  finding({
    ...{ id: id('d'), rule: 'MP-TNT-001', severity: 'medium', cwe: [79], file: 'pages/notice/notice.wxml', line: 8 },
    ...{ owner: '小程序组', due: now + 40 * day },
    title: { zh: '外部数据未经处理进入 rich-text', en: 'Data from outside reaches rich-text as it is' },
    message: { zh: '公告内容直接显示为富文本', en: 'The text of a notice is shown as rich text' },
  }),
];

const detail = (): contract.FindingDetail => ({
  ...finding({ steps: orderSteps }),
  excerpt: [line(11, ''), line(12, "  return db.collection('orders').doc(id).get();", true), line(13, '};')],
  evidence: {
    text: { zh: '同一个云函数的 list 分支核对了 openid', en: 'The branch “list” of the same function does check the openid' },
    places: [
      {
        ...{ file: 'cloudfunctions/order/index.js', line: 18 },
        excerpt: [line(18, '  return orders.where({ _openid: OPENID }).get();', true)],
      },
    ],
  },
  exchange: [],
  explanation: {
    description: {
      zh: '云函数以管理员权限访问数据库，安全规则不起作用。调用者换一个编号，就能读到别人的订单。',
      en: 'A cloud function reaches the database with full rights; its rules do not apply. With another number the caller reads somebody else’s order.',
    },
    fix: {
      zh: '在查询条件里加上 getWXContext 得到的 openid，或先取出再核对归属。',
      en: 'Put the openid of getWXContext into the condition, or read and then check whose it is.',
    },
    examples: [
      {
        framework: 'cloud',
        bad: "db.collection('orders').doc(event.id).get()",
        good: "const { OPENID } = cloud.getWXContext();\ndb.collection('orders').where({ _id: event.id, _openid: OPENID }).get()",
      },
    ],
    clauses: [
      { zh: '小程序安全指引 G1', en: 'WeChat security guide G1' },
      { zh: 'GB/T 22239-2019 8.1.4.2', en: 'GB/T 22239-2019 8.1.4.2' },
    ],
  },
  history: [
    { at: now - 2 * hour, by: 'shenji', kind: 'comment', value: null, version: null, text: '测试环境已复现。' },
    { at: now - day, by: 'token:pipeline', kind: 'found', value: 'critical', version: '2.3.9', text: '' },
  ],
});

const scan = (change: Partial<contract.ScanView>): contract.ScanView => ({
  ...{ id: scanId('a'), app: 'portal', project: 'miniprogram', tool: 'menshen', toolVersion: '0.1.0', trigger: 'upload' },
  ...{ version: '2.4.0', by: 'token:pipeline', finished: now - 5 * hour, complete: true, suppressed: 1, problems: [] },
  counts: { critical: 2, high: 0, medium: 1, low: 6, info: 0 },
  ...{ fresh: 1, reopened: 1, fixed: 3, same: 7 },
  ...change,
});

const before = scan({ id: scanId('b'), version: '2.3.9', finished: now - 2 * day, fresh: 10, reopened: 0, fixed: 0, same: 0 });

/** Findings of a mini program and of a probe, and the scans that saw them. */
export function findingHandlers(world: () => World): readonly FakeHandler[] {
  const empty = (): boolean => world().company.people.length === 0;
  return [
    bind(contract.listFindings, ({ query }) => {
      const shown = empty()
        ? []
        : all.filter(
            ({ overdue, owner, severity }) =>
              (query.show !== 'overdue' || overdue) &&
              (query.owner === undefined || (query.owner === '-' ? owner === null : owner === query.owner)) &&
              (query.severity === undefined ||
                contract.findingSeverities.indexOf(severity) <= contract.findingSeverities.indexOf(query.severity)),
          );
      return {
        ...{ findings: shown.map((one) => ({ ...one, steps: [] })), next: null, total: shown.length },
        first: empty() ? [] : all.slice(0, 3),
        counts: {
          bySeverity: empty()
            ? { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
            : { critical: 2, high: 1, medium: 1, low: 0, info: 0 },
          ...(empty()
            ? { overdue: 0, unowned: 0, suppressed: 0, accepted: 0, fixedLastMonth: 0 }
            : { overdue: 1, unowned: 1, suppressed: 1, accepted: 2, fixedLastMonth: 9 }),
        },
        owners: empty() ? [] : ['小程序组', '王磊'],
        projects: empty()
          ? []
          : [
              { app: 'portal', project: 'miniprogram', active: 3 },
              { app: 'portal', project: 'staging', active: 1 },
            ],
      };
    }),
    bind(contract.getFinding, detail),
    bind(contract.changeFindings, ({ body }) => ({ changed: body.ids.length, findings: [] })),
    bind(contract.commentFinding, detail),
    bind(contract.listScans, () => ({
      scans: empty()
        ? []
        : [
            scan({}),
            scan({
              ...{ id: scanId('c'), project: 'staging', tool: 'menshen-probe', trigger: 'probe', complete: false, version: null },
              ...{
                finished: now - day,
                counts: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
                fresh: 1,
                reopened: 0,
                fixed: 0,
              },
              problems: [{ file: '', message: { zh: '两个账号中只给出了一个', en: 'Only one of two accounts was given' } }],
            }),
            before,
          ],
      next: null,
      sources: empty()
        ? []
        : [
            {
              ...{
                app: 'portal',
                project: 'miniprogram',
                folder: 'portal/current',
                schedule: 'daily' as const,
                at: '02:30',
                weekday: 1,
              },
              ...{ onRelease: true, next: now + 10 * hour, running: false, lastStarted: now - 14 * hour },
              ...{ lastFinished: now - 14 * hour, failure: null },
            },
            {
              ...{ app: 'coupon', project: 'backend', folder: 'coupon', schedule: 'weekly' as const, at: '03:00', weekday: 6 },
              ...{ onRelease: false, next: now + 3 * day, running: false, lastStarted: now - 4 * day },
              ...{ lastFinished: now - 4 * day, failure: 'folder' as const },
            },
          ],
      apps: empty() ? [] : ['portal', 'coupon'],
      now,
    })),
    bind(contract.compareScans, () => ({
      ...{ before, after: scan({}) },
      ...{
        fresh: all.slice(0, 1),
        gone: [finding({ id: id('e'), state: 'fixed', fixedAt: now - 5 * hour })],
        same: all.slice(2),
      },
      totals: { fresh: 1, gone: 1, same: 2 },
    })),
    bind(contract.uploadScan, () => scan({})),
    bind(contract.runScan, () => ({ ok: true as const })),
  ];
}
