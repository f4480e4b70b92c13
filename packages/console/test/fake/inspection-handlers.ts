import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

const words = (zh: string, en: string): contract.Bilingual => ({ zh, en });
const rules: contract.RequestInspection['rules'] = [
  {
    rule: 'sql.union_select',
    class: 'sqli',
    weight: 4.5,
    text: words('值中拼接了 UNION SELECT 查询。', 'The value adds a UNION SELECT query.'),
  },
  {
    rule: 'sql.breakout_comment',
    class: 'sqli',
    weight: 2,
    text: words('引号之后以注释结束语句。', 'A comment ends the statement after a quote.'),
  },
  {
    rule: 'html.event_handler',
    class: 'xss',
    weight: 4.2,
    text: words('元素带有会执行脚本的事件属性。', 'An element has an event attribute that runs script.'),
  },
  {
    rule: 'path.parent',
    class: 'lfi',
    weight: 4,
    text: words('路径跳出了所在的目录。', 'A path leaves the folder that it is in.'),
  },
];
const sqlTexts = {
  class: 'sqli' as const,
  name: words('SQL 注入', 'SQL injection'),
  danger: words(
    '如果后端把这个值拼进 SQL，攻击者就能读取或修改整个数据库。',
    'Where the backend puts this value into SQL as text, the attacker reads or changes the whole database.',
  ),
  remedy: words(
    '后端一律使用参数化查询，不要拼接 SQL。',
    'Use queries with parameters everywhere and never build SQL from text.',
  ),
};

/** What inspection found in a refused request of the invented day. */
export function inspectionOf(_row: contract.TrafficRow): contract.RequestInspection {
  return {
    threshold: 4,
    threats: [
      {
        class: 'sqli',
        place: 'json',
        name: 'items[].remark',
        layers: 1,
        evidence: "x' UNION SELECT u…, p… FROM u… --",
        score: 6.5,
        blocking: true,
        excepted: null,
        features: [
          { rule: 'sql.union_select', points: 4.5 },
          { rule: 'sql.breakout_comment', points: 2 },
        ],
      },
      {
        class: 'xss',
        place: 'query',
        name: 'a?b',
        layers: 0,
        evidence: '<img src=x onerror=alert(1)>',
        score: 4.2,
        blocking: true,
        excepted: null,
        features: [{ rule: 'html.event_handler', points: 4.2 }],
      },
      {
        class: 'lfi',
        place: 'header',
        name: 'x-note',
        layers: 0,
        evidence: '../',
        score: 2,
        blocking: false,
        excepted: null,
        features: [{ rule: 'path.parent', points: 2 }],
      },
    ],
    rules,
    classes: [
      sqlTexts,
      {
        class: 'xss',
        name: words('跨站脚本', 'Cross-site scripting'),
        danger: words(
          '如果这个值被当作网页显示，脚本会以查看者的身份运行。',
          'Where this value is shown as a page, the script runs as whoever looks at it.',
        ),
        remedy: words('输出时转义。', 'Escape on output.'),
      },
    ],
  };
}

const exception = (id: string, rest: Partial<contract.ExceptionView>): contract.ExceptionView => ({
  id,
  source: 'console',
  app: 'portal',
  route: 'POST /api/forum/posts',
  class: null,
  rule: 'sql.union_select',
  where: { place: 'json', name: 'body' },
  owner: 'admin',
  reason: '数据库课程的讨论区',
  createdAt: now - 20 * dayMs,
  createdBy: 'admin',
  expiresAt: now + 25 * dayMs,
  state: 'active',
  revokedAt: null,
  revokedBy: null,
  requestId: null,
  uses: 12,
  lastUsed: now - hourMs,
  ...rest,
});
const exceptions: readonly contract.ExceptionView[] = [
  exception('x_0123456789abcdeA', { expiresAt: now + 3 * dayMs }),
  exception('x_0123456789abcdeB', {
    rule: 'html.event_handler',
    where: { place: 'json', name: 'notice.html' },
    route: null,
    uses: 0,
    lastUsed: null,
  }),
  exception('staff-scan', {
    source: 'configuration',
    app: null,
    route: null,
    rule: null,
    class: 'scanner',
    where: { place: 'header', name: 'user-agent' },
    owner: 'security@example.com',
    reason: '每月的漏洞扫描',
    createdAt: null,
    createdBy: null,
  }),
  exception('x_0123456789abcdeC', { state: 'expired', expiresAt: now - dayMs }),
  exception('x_0123456789abcdeD', { state: 'revoked', revokedAt: now - dayMs, revokedBy: 'admin' }),
];

const routes = [
  ['portal', 'GET /api/me', 'enforce', 'enforce'],
  ['portal', 'PUT /api/people/:uid/profile', 'monitor', 'enforce'],
  ['coupons', 'POST /coupons/:campaign/claim', 'enforce', 'enforce'],
] as const;

/** Inspection: its figures, exceptions, modes and rules, and what a change would do. */
export function inspectionHandlers(world: () => World): readonly FakeHandler[] {
  const busy = (): boolean => world().entries.length > 0;
  const found = (id: string): contract.ExceptionView => {
    const one = exceptions.find((candidate) => candidate.id === id);
    if (one === undefined) throw new contract.MenshenError('not_found');
    return one;
  };
  return [
    bind(contract.getInspection, ({ query }) => {
      const to = query.to ?? now;
      const from = query.from ?? to - dayMs;
      const width = (to - from) / 48;
      return {
        ...{ from, to },
        totals: busy() ? { blocked: 187, noted: 9, excepted: 12 } : { blocked: 0, noted: 0, excepted: 0 },
        classes: busy()
          ? [
              { class: 'sqli' as const, name: words('SQL 注入', 'SQL injection'), blocked: 121, noted: 7 },
              { class: 'xss' as const, name: words('跨站脚本', 'Cross-site scripting'), blocked: 52, noted: 2 },
              {
                class: 'lfi' as const,
                name: words('路径穿越与文件读取', 'Path traversal and local files'),
                blocked: 14,
                noted: 0,
              },
            ]
          : [],
        timeline: Array.from({ length: 48 }, (_, at) => {
          const many = busy() && at > 42 && at < 46 ? 40 : 0;
          return {
            time: Math.round(from + at * width),
            blocked: many + (at % 9 === 0 ? 3 : 0),
            noted: 0,
            classes: busy()
              ? { sqli: many + (at % 9 === 0 ? 1 : 0), xss: at % 11 === 0 ? 5 : many / 4, lfi: at === 44 ? 14 : 0 }
              : {},
          };
        }),
        targets: busy()
          ? [
              { app: 'portal', route: 'GET /api/orders/:id', blocked: 118, noted: 0 },
              { app: 'coupons', route: 'POST /coupons/:campaign/claim', blocked: 61, noted: 0 },
            ]
          : [],
        rules: rules.map((rule, at) => ({
          ...rule,
          inForce: at === 1 ? 1.5 : rule.weight,
          hits: busy() ? 120 - at * 30 : 0,
          falsePositives: busy() && at === 2 ? 4 : 0,
          attacks: 0,
        })),
        routes: busy()
          ? routes.map(([app, route, mode, configured]) => ({
              ...{ app, route, mode },
              threshold: 4,
              source: mode === configured ? ('configuration' as const) : ('console' as const),
              configured: { mode: configured, threshold: 4 },
              exceptions: app === 'portal' ? 1 : 0,
            }))
          : [],
        version: 'v1',
        complete: true,
      };
    }),
    bind(contract.listInspectionExceptions, ({ query }) => ({
      now,
      exceptions: busy() ? exceptions.filter(({ state }) => query.show === 'all' || state !== 'revoked') : [],
    })),
    bind(contract.createInspectionException, ({ body }) =>
      exception('x_0123456789abcdeE', {
        app: body.app,
        route: body.route ?? null,
        rule: body.rule ?? null,
        class: body.class ?? null,
        where: { ...body.where },
        reason: body.reason,
        expiresAt: body.expiresAt,
        uses: 0,
        lastUsed: null,
      }),
    ),
    bind(contract.extendInspectionException, ({ params, body }) => ({ ...found(params.id), expiresAt: body.expiresAt })),
    bind(contract.revokeInspectionException, ({ params }) => ({ ...found(params.id), state: 'revoked' as const })),
    bind(contract.reportInspection, () => ({ reports: 1 })),
    bind(contract.replayInspection, ({ body }) => ({
      from: now - dayMs,
      to: now,
      requests: 208,
      blockedBefore: 187,
      blockedAfter: 181,
      blockedToPassed: 6,
      passedToBlocked: 0,
      groups: [
        {
          change: 'blocked_to_passed' as const,
          app: body.routes[0]?.app ?? 'portal',
          route: body.routes[0]?.route ?? 'GET /api/orders/:id',
          class: 'sqli' as const,
          where: { place: 'json' as const, name: 'items[].remark' },
          count: 6,
          examples: world()
            .entries.filter(({ traffic }) => traffic?.code === 'request_blocked')
            .slice(0, 2)
            .flatMap(({ traffic }) =>
              traffic === null
                ? []
                : [
                    {
                      requestId: traffic.requestId,
                      time: traffic.time,
                      app: 'portal',
                      route: 'GET /api/orders/:id',
                      class: 'sqli' as const,
                      rule: 'sql.union_select',
                      where: { place: 'json' as const, name: 'items[].remark' },
                      score: 6.5,
                    },
                  ],
            ),
        },
      ],
      limits: [
        { code: 'not_inspected' as const, count: null },
        { code: 'other_nodes' as const, count: 1 },
      ],
    })),
    bind(contract.changeInspection, ({ approval, body }) => {
      const tightens = body.rules.length === 0 && body.routes.every(({ mode }) => mode === 'enforce');
      if (approval === undefined && !tightens) throw new contract.MenshenError('approval_required');
      return { version: 'v2', at: now };
    }),
  ];
}
