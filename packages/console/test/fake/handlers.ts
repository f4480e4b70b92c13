import * as contract from '@menshen/contract';
import type * as z from 'zod';
import { alertHandlers } from './alert-handlers.ts';
import { bind, type FakeHandler } from './bind.ts';
import { bulletinHandlers } from './bulletin-handlers.ts';
import { campaignHandlers } from './campaign-handlers.ts';
import { now } from './company.ts';
import { complianceHandlers } from './compliance-handlers.ts';
import { appVersionHandlers, containmentHandlers } from './containment-handlers.ts';
import { contestHandlers } from './contest-handlers.ts';
import { dataHandlers } from './data-handlers.ts';
import { directoryHandlers } from './directory-handlers.ts';
import { drillHandlers } from './drill-handlers.ts';
import { findingHandlers } from './finding-handlers.ts';
import { identityHandlers } from './identity-handlers.ts';
import { incidentHandlers } from './incident-handlers.ts';
import { inspectionHandlers, inspectionOf } from './inspection-handlers.ts';
import { keyHandlers } from './key-handlers.ts';
import { labHandlers } from './lab-handlers.ts';
import { noticeHandlers } from './notice-handlers.ts';
import { paged } from './paged.ts';
import { peopleHandlers } from './people-handlers.ts';
import { playbookHandlers } from './playbook-handlers.ts';
import { policyHandlers } from './policy-handlers.ts';
import { privacyHandlers } from './privacy-handlers.ts';
import { protectionHandlers } from './protection-handlers.ts';
import { rateHandlers } from './rate-handlers.ts';
import { recoveryHandlers } from './recovery-handlers.ts';
import { releaseHandlers } from './release-handlers.ts';
import { riskHandlers } from './risk-handlers.ts';
import { trainingHandlers } from './training-handlers.ts';
import { password, setupToken, type World } from './world.ts';

const dayMs = 86_400_000;
export const csrf = 'csrf-of-the-test';

const sessionIn = (world: World): contract.AdministratorSession => ({
  id: 's_fake',
  administrator: {
    id: 'a_admin0000001',
    username: 'admin',
    powers: world.identity.administrators.find(({ own }) => own)?.powers ?? [],
    created: now - 30 * dayMs,
    lastLogin: now - dayMs,
  },
  csrf,
  idleExpires: now + 1_800_000,
  absoluteExpires: now + 8 * 3_600_000,
  deviation: world.identity.deviation,
  secondFactor: { policy: 'required', enrolled: true, at: now - 600_000 },
});

function countBy(values: readonly (string | null)[]): { readonly value: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
}

function summarize(rows: readonly contract.TrafficRow[], from: number, to: number, buckets: number) {
  const count = (within: readonly contract.TrafficRow[], outcome: string): number =>
    within.filter((row) => row.outcome === outcome).length;
  const of = (within: readonly contract.TrafficRow[]) => ({
    passed: count(within, 'passed'),
    refused: count(within, 'refused'),
    failed: count(within, 'failed'),
  });
  const width = Math.ceil((to - from) / buckets);
  const timeline = Array.from({ length: buckets }, (_, at) => {
    const time = from + at * width;
    return { time, ...of(rows.filter((row) => row.time >= time && row.time < time + width)) };
  });
  const refusedAmong = (key: 'route' | 'address', value: string): number =>
    rows.filter((row) => row[key] === value && row.outcome === 'refused').length;
  return {
    from,
    to,
    totals: of(rows),
    timeline,
    codes: countBy(rows.map((row) => row.code)).map(({ value, count: times }) => ({ code: value, count: times })),
    routes: countBy(rows.map((row) => row.route)).map(({ value, count: times }) => ({
      route: value,
      count: times,
      refused: refusedAmong('route', value),
    })),
    addresses: countBy(rows.map((row) => row.address)).map(({ value, count: times }) => ({
      address: value,
      count: times,
      refused: refusedAmong('address', value),
    })),
  };
}

/** The control plane over a world: the same endpoints, with the same checks on what goes in and out. */
export function fakeHandlers(world: () => World): readonly FakeHandler[] {
  const session = () => sessionIn(world());
  const signedIn = () => ({ next: 'signed_in' as const, session: session() });
  const ticket = { ticket: 'ticket-0123456789abcdef', expiresAt: now + 600_000 };
  const traffic = (filter: z.output<typeof contract.trafficFilter>): contract.TrafficRow[] =>
    world()
      .entries.flatMap((entry) => entry.traffic ?? [])
      .filter(
        (row) =>
          row.time >= (filter.from ?? 0) &&
          row.time <= (filter.to ?? Number.MAX_SAFE_INTEGER) &&
          (['app', 'outcome', 'code', 'uid', 'address', 'route'] as const).every(
            (key) => filter[key] === undefined || filter[key] === row[key],
          ) &&
          (filter.q === undefined || row.path.includes(filter.q)),
      )
      .reverse();
  const entryOf = (index: number) => {
    const entry = world().entries[index];
    if (entry === undefined) throw new contract.MenshenError('not_found');
    return entry;
  };
  const summary = (filter: z.output<typeof contract.trafficFilter>, buckets: number) => {
    const to = filter.to ?? now;
    const from = filter.from ?? to - dayMs;
    return summarize(traffic({ ...filter, from, to }), from, to, buckets);
  };

  return [
    bind(contract.setupState, () => ({
      needed: world().setupNeeded,
      minimumPasswordLength: 12,
      suggestedMode: 'single_operator' as const,
      deviation: 'single_operator' as const,
      secondFactor: 'required' as const,
      passkeyHost: 'localhost',
      providers: world().identity.providers.map((provider) => ({ ...provider })),
    })),
    bind(contract.setup, ({ body }) => {
      if (!world().setupNeeded || body.token !== setupToken) throw new contract.MenshenError('setup_closed');
      if (body.password === 'password1234') throw new contract.MenshenError('password_weak');
      world().setupNeeded = false;
      world().signedIn = true;
      return { step: signedIn(), invitations: [] };
    }),
    bind(contract.adminLogin, ({ body }) => {
      if (body.password !== password) throw new contract.MenshenError('admin_login_failed');
      const { login } = world().identity;
      if (login === 'second_factor') return { next: login, methods: ['totp' as const, 'recovery_code' as const], ...ticket };
      if (login === 'enrol') return { next: login, methods: ['totp' as const, 'passkey' as const], ...ticket };
      world().signedIn = true;
      return signedIn();
    }),
    ...identityHandlers(world, session),
    ...directoryHandlers(world),
    ...policyHandlers(world),
    ...peopleHandlers(world),
    ...incidentHandlers(world),
    ...inspectionHandlers(world),
    ...protectionHandlers(world),
    ...dataHandlers(world),
    ...privacyHandlers(world),
    ...campaignHandlers(world),
    ...keyHandlers(world),
    ...alertHandlers(world),
    ...noticeHandlers(world),
    ...playbookHandlers(world),
    ...releaseHandlers(world),
    ...recoveryHandlers(world),
    ...trainingHandlers(world),
    ...contestHandlers(world),
    ...drillHandlers(world),
    ...bulletinHandlers(world),
    ...labHandlers(world),
    ...containmentHandlers(world),
    ...appVersionHandlers(world),
    ...findingHandlers(world),
    ...complianceHandlers(),
    ...riskHandlers(world),
    ...rateHandlers(world),
    bind(contract.adminSession, session),
    bind(contract.adminLogout, () => {
      world().signedIn = false;
      return { ok: true as const };
    }),
    bind(contract.getToday, ({ query }) => {
      const filter = { from: now - dayMs, to: now, ...(query.app === undefined ? {} : { app: query.app }) };
      const { totals, timeline, codes } = summary(filter, 48);
      return {
        now,
        mode: world().mode.mode,
        deviation: 'single_operator' as const,
        attention: [...world().attention],
        totals: {
          requests: totals.passed + totals.refused + totals.failed,
          refused: totals.refused,
          attacks: codes.find(({ code }) => code === 'request_blocked')?.count ?? 0,
          failed: totals.failed,
          logins: world().entries.filter((entry) => entry.row.action === 'login' && entry.row.statusId === 1).length,
          loginsRefused: world().entries.filter((entry) => entry.row.action === 'login' && entry.row.statusId === 2).length,
          sessions: world().company.sessions.length,
        },
        timeline,
        refusals: traffic({ ...filter, outcome: 'refused' }).slice(0, 8),
        codes,
        log: { size: world().log.size, checkpointTime: world().log.size === 0 ? null : now - 1_000, state: 'ok' as const },
      };
    }),
    bind(contract.listTraffic, ({ query }) => paged(traffic(query), query.limit, query.cursor)),
    bind(contract.trafficSummary, ({ query }) => summary(query, query.buckets)),
    bind(contract.getRequest, ({ params }) => {
      const entry = world().entries.find((candidate) => candidate.traffic?.requestId === params.requestId);
      if (entry?.traffic === undefined || entry.traffic === null) throw new contract.MenshenError('not_found');
      const { traffic: row } = entry;
      const person = world().company.people.find((candidate) => candidate.uid === row.uid);
      const forwarded = entry.stages.find((stage) => stage.stage === 'forward' && stage.verdict === 'pass');
      return {
        row,
        stages: [...entry.stages],
        mode: 'enforce' as const,
        session: row.uid === null ? null : 's0003ABCDEFGHIJKLMNOPQ',
        device: row.uid === null ? null : 'iPhone 15 Pro Max, iOS 19.1, WeChat 8.0.60',
        channel: row.uid === null ? null : 'wechat',
        assurance: row.uid === null ? null : 1,
        departments: (person?.departments ?? []).map((department) => department.path.join(' / ')),
        policies:
          row.code === 'not_permitted'
            ? ['forbid profile-of-others']
            : row.outcome === 'passed'
              ? ['employees-read-own-record']
              : [],
        bytesIn: 412,
        bytesOut: 2_048,
        backendMicros: forwarded === undefined ? null : Math.round(forwarded.micros * 0.9),
        explanation:
          row.code !== null && contract.isErrorCode(row.code)
            ? { zh: contract.errorText(row.code, 'zh'), en: contract.errorText(row.code, 'en') }
            : null,
        inspection: row.code === 'request_blocked' ? inspectionOf(row) : null,
        event: { ...entry.event },
      };
    }),
    bind(contract.getAuditStatus, () => ({
      origin: world().log.origin,
      size: world().log.size,
      root: world().log.root,
      vkey: world().log.vkey,
      checkpoint: world().log.checkpoint,
      checkpointTime: world().log.size === 0 ? null : now - 1_000,
      state: 'ok' as const,
      pending: world().entries.length - world().unsignedFrom,
      indexLag: 0,
      witnesses:
        world().log.size === 0
          ? []
          : [
              {
                ...{ name: 'witness.example.com', url: 'http://witness.example.com:8484', problem: null, recorded: null },
                ...{ size: world().log.size, signedAt: now - 1_000 },
              },
              {
                ...{ name: 'audit.example.org', url: 'http://audit.example.org:8484', problem: 'rolled_back' as const },
                ...{ size: null, signedAt: null, recorded: 12_044 },
              },
            ],
      witnessedSize: world().log.size === 0 ? null : world().log.size,
      logs: [
        { origin: world().log.origin, vkey: world().log.vkey, size: world().log.size, seenAt: now, own: true, live: true },
        { origin: `${world().log.origin}-2`, vkey: world().log.vkey, size: 1_204, seenAt: now - 2_000, own: false, live: true },
      ],
    })),
    bind(contract.listAuditExports, () => ({
      exports:
        world().log.size === 0
          ? []
          : [
              {
                ...{ id: 'siem', kind: 'syslog' as const, place: 'siem.example.com:6514', format: 'syslog' },
                ...{ sent: world().log.size - 3, waiting: 3, problem: null, failingSince: null },
              },
              {
                ...{ id: 'archive', kind: 'folder' as const, place: '/mnt/audit', format: 'ocsf' },
                ...{ sent: 400, waiting: world().log.size - 400, problem: 'unwritable' as const, failingSince: now - 900_000 },
              },
            ],
    })),
    bind(contract.listAudit, ({ query }) => {
      const rows = world()
        .entries.map((entry) => entry.row)
        .filter(
          (row) =>
            row.time >= (query.from ?? 0) &&
            row.time <= (query.to ?? Number.MAX_SAFE_INTEGER) &&
            (query.kind === 'all' || (row.classUid === 6003) === (query.kind === 'requests')) &&
            (['uid', 'address', 'code', 'object', 'objectType'] as const).every(
              (key) => query[key] === undefined || query[key] === row[key],
            ) &&
            (query.q === undefined || `${row.action} ${row.summary.en} ${row.requestId}`.includes(query.q)),
        );
      return paged(rows.reverse(), query.limit, query.cursor);
    }),
    bind(contract.getAuditEntry, ({ params: { index } }) => {
      const { row, event } = entryOf(index);
      const shown = world().tampered === index ? { ...event, time: row.time - 60_000 } : event;
      const proof = index >= world().unsignedFrom ? null : world().log.proof(index);
      return { row, event: { ...shown }, named: null, entry: world().log.entry(index), proof, vkey: world().log.vkey };
    }),
    bind(contract.verifyAudit, () => {
      const { size, root } = world().log;
      const reason = 'disk of the first machine broke';
      const older = { origin: 'menshen.test/before', size: 48_211, root, lost: 3, reason, verified: true };
      return { ok: true, size, root, millis: 84, problems: [], continues: [older] };
    }),
    bind(contract.listApps, () => ({ apps: world().entries.length === 0 ? [] : apps })),
    bind(contract.getMode, () => world().mode),
    bind(contract.setMode, ({ body }) => {
      world().mode = {
        mode: body.mode,
        source: 'console',
        since: now,
        by: 'admin',
        reason: body.reason,
        deviation: 'single_operator',
      };
      return { mode: body.mode };
    }),
    bind(contract.getSystem, () => world().system),
  ];
}

const apps: contract.AppView[] = [
  {
    id: 'portal',
    name: { zh: '员工门户', en: 'Employee portal' },
    audience: ['employee', 'partner'],
    channels: ['wechat', 'wecom'],
    place: '/portal',
    upstream: 'http://127.0.0.1:8482',
    backend: 'healthy',
    routes: [
      { match: 'GET /api/me', auth: 'session', action: 'portal.read', schema: false, mode: 'enforce' },
      { match: 'GET /api/orders/:id', auth: 'session', action: 'order.read', schema: false, mode: 'enforce' },
      { match: 'PUT /api/people/:uid/profile', auth: 'mfa', action: 'profile.update', schema: true, mode: 'monitor' },
    ],
  },
  {
    id: 'coupons',
    name: { zh: '双十一优惠券', en: 'Double Eleven coupons' },
    audience: ['customer'],
    channels: ['wechat'],
    place: 'coupons.example',
    upstream: 'http://127.0.0.1:8482',
    backend: 'open',
    routes: [
      { match: 'POST /coupons/:campaign/claim', auth: 'session', action: 'coupon.claim', schema: true, mode: 'enforce' },
      { match: 'GET /coupons/health', auth: 'none', action: null, schema: false, mode: 'enforce' },
    ],
  },
];
