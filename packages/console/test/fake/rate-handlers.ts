import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import { paged } from './paged.ts';
import type { World } from './world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const entry = (id: number, change: Partial<contract.ListEntry>): contract.ListEntry => ({
  id: `entry-${String(id).padStart(10, '0')}`,
  list: 'deny',
  kind: 'address',
  value: '203.0.113.7',
  app: null,
  reason: '扫描接口 / sweeps over routes',
  owner: '安全组 / security team',
  created: now - 20 * hourMs,
  createdBy: 'admin',
  expires: now + 4 * hourMs,
  hits: 0,
  lastHit: null,
  ...change,
});

const firstEntries: readonly contract.ListEntry[] = [
  entry(1, { hits: 1_284, lastHit: now - 2 * minuteMs }),
  entry(2, { kind: 'agent', value: 'sqlmap', expires: now + 30 * 24 * hourMs, hits: 18, lastHit: now - 5 * hourMs }),
  entry(3, {
    list: 'allow',
    value: '198.51.100.0/24',
    app: 'portal',
    reason: '总部出口，多人共用 / head office, many people behind it',
    owner: '网络组 / network team',
    expires: now + 90 * 24 * hourMs,
    hits: 90_412,
    lastHit: now - minuteMs,
  }),
  entry(4, {
    kind: 'address',
    value: '2001:db8:40::/48',
    reason: '批量领券 / takes coupons in bulk',
    expires: now + 200 * 24 * hourMs,
  }),
  entry(5, {
    kind: 'person',
    value: 'u1007',
    reason: '账号被盗，调查中 / stolen account',
    expires: null,
    hits: 3,
    lastHit: now - 3 * hourMs,
  }),
];

const limited = (change: Partial<contract.LimitedSubjectView>): contract.LimitedSubjectView => ({
  kind: 'address',
  who: '203.0.113.40',
  name: null,
  app: null,
  route: null,
  limit: 'address 200/1 s',
  since: now - 4 * minuteMs,
  last: now - 2_000,
  until: now + 1_000,
  refused: 3_120,
  ...change,
});

/** Limits, lists and signs of bots on an ordinary day, or on one without any. */
export function rateHandlers(world: () => World): readonly FakeHandler[] {
  let entries: readonly contract.ListEntry[] | null = null;
  const quiet = (): boolean => world().entries.length === 0;
  const all = (): readonly contract.ListEntry[] => entries ?? (quiet() ? [] : firstEntries);
  return [
    bind(contract.getAccessLists, ({ query }) => {
      const rows = all()
        .filter(({ list, kind }) => (query.list ?? list) === list && (query.kind ?? kind) === kind)
        .filter(({ value, reason, owner }) => [value, reason, owner].some((text) => text.includes(query.q ?? '')));
      const { rows: shown, next } = paged(rows, query.limit, query.cursor);
      return { entries: [...shown], total: rows.length, next };
    }),
    bind(contract.addListEntries, ({ body }) => {
      const { list, kind, app, reason, owner, hours } = body;
      const expires = hours === null ? null : now + hours * hourMs;
      const added = body.values.map((value, at) =>
        entry(100 + all().length + at, { list, kind, app, value, reason, owner, expires }),
      );
      entries = [...added, ...all()];
      return { added };
    }),
    bind(contract.removeListEntries, ({ body }) => {
      const left = all().filter(({ id }) => !body.ids.includes(id));
      const removed = all().length - left.length;
      entries = left;
      return { removed };
    }),
    bind(contract.liftLimits, () => ({ ok: true as const })),
    bind(contract.getTrafficLimits, () => ({
      now,
      node: {
        nodes: 2,
        aloneSince: null,
        forgottenBuckets: 0,
        connections: 412,
        connectionsRefused: 6,
        challenges: { issued: 84, solved: 61, refused: 5 },
        phones: { issued: 31, passed: 22, refused: 4, unavailable: 1 },
      },
      limited: quiet()
        ? []
        : [
            limited({}),
            limited({
              kind: 'person',
              who: world().company.sessions[0]?.uid ?? 'u1',
              name: world().company.sessions[0]?.name ?? null,
              app: 'portal',
              route: 'POST /api/orders/export',
              limit: 'person 5/60 s',
              since: now - 11 * minuteMs,
              until: now + 9_000,
              refused: 27,
            }),
            limited({
              kind: 'address',
              who: '2001:db8:40:7::/64',
              app: 'coupon',
              route: 'POST /claims',
              limit: 'address 60/60 s',
              refused: 12,
            }),
            limited({ kind: 'app', who: '', app: 'coupon', limit: 'app: app 600/60 s', refused: 4 }),
          ],
      top: [],
      suspects: quiet()
        ? []
        : [
            {
              kind: 'address' as const,
              who: '203.0.113.7',
              score: 85,
              signs: ['not_wechat' as const, 'regular_timing' as const, 'route_sweep' as const, 'foreign_app' as const],
              last: now - 20_000,
              requests: 4_120,
            },
            {
              kind: 'device' as const,
              who: 'Android emulator @ 203.0.113.99',
              score: 40,
              signs: ['many_persons' as const, 'ignores_limits' as const],
              last: now - 3 * minuteMs,
              requests: 310,
            },
          ],
      limits: [
        {
          app: 'portal',
          route: 'POST /api/orders/export',
          per: 'person' as const,
          requests: 5,
          windowSeconds: 60,
          burst: 5,
          shared: true,
          answer: 'mfa' as const,
          riskAtLeast: 0,
          botAtLeast: 0,
          refused: 27,
        },
        {
          app: 'coupon',
          route: null,
          per: 'address' as const,
          requests: 600,
          windowSeconds: 3_600,
          burst: 60,
          shared: false,
          answer: 'challenge' as const,
          riskAtLeast: 0,
          botAtLeast: 30,
          refused: 12,
        },
        {
          app: 'coupon',
          route: 'POST /claims',
          per: 'person' as const,
          requests: 10,
          windowSeconds: 3_600,
          burst: 10,
          shared: true,
          answer: 'phone' as const,
          riskAtLeast: 0,
          botAtLeast: 0,
          refused: 3,
        },
      ],
      address: { perSecond: 200, burst: 400, v4: 32, v6: 64 },
    })),
  ];
}
