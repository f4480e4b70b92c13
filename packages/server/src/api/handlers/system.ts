import * as contract from '@menshen/contract';
import { type Bound, bind, sessionOf } from '../bind.ts';
import { approvalAttention } from './approval-attention.ts';
import { addressAttention, platformAttention } from './attention.ts';
import { namesOfRows } from './names.ts';
import type { HandlerParts } from './parts.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const maxAttention = 5;
const severityOrder = ['critical', 'high', 'medium', 'low'] as const;

export function systemHandlers(parts: HandlerParts): readonly Bound[] {
  const { queries, switches, runtime, clock } = parts;

  return [
    bind(contract.getToday, async (call) => {
      const now = clock();
      const filter = { from: now - dayMs, to: now, ...(call.query.app === undefined ? {} : { app: call.query.app }) };
      const [summary, refusals, logins, status, attacks] = await Promise.all([
        queries.trafficSummary({ ...filter, from: Math.max(filter.from, now - dayMs) }, 48),
        queries.traffic({ ...filter, outcome: 'refused' }, 8, null),
        queries.logins(now - dayMs),
        queries.status(),
        queries.countAttacks(filter),
      ]);
      const recent = await queries.trafficSummary({ ...filter, from: now - hourMs }, 1);
      const { passed, refused, failed } = summary.totals;
      return {
        now,
        mode: switches.mode(),
        deviation: call.deviation,
        attention: mostUrgent([
          ...approvalAttention(await parts.administrators.approvals.waiting(sessionOf(call).account)),
          ...addressAttention(recent),
          ...(await platformAttention(parts)),
        ]),
        totals: {
          requests: passed + refused + failed,
          refused,
          attacks,
          failed,
          logins: logins.passed,
          loginsRefused: logins.refused,
          sessions: parts.identity.sessions.size,
        },
        timeline: summary.timeline,
        // Rows of people's requests are not for who runs the machines.
        refusals: (call.administrator?.powers.some((power) => power !== 'system') === true ? refusals.rows : []).map(
          namesOfRows(parts.directory),
        ),
        codes: summary.codes,
        log: { size: status.size, checkpointTime: status.checkpointTime, state: status.state },
      };
    }),
    bind(contract.listApps, async () => ({
      apps: [...runtime().apps.values()].map((app) => ({
        id: app.id,
        name: app.config.name ?? { zh: app.id, en: app.id },
        audience: app.config.audience,
        channels: [
          ...(app.config.wechat === undefined ? [] : ['wechat' as const]),
          ...(app.config.wecom === undefined ? [] : ['wecom' as const]),
        ],
        place: app.config.hosts?.join(', ') ?? app.basePath,
        upstream: new URL(typeof app.config.upstream === 'string' ? app.config.upstream : app.config.upstream.url).origin,
        backend: app.upstream.health,
        routes: app.routes.map((route) => ({
          match: route.match,
          auth: route.auth,
          action: route.action,
          schema: route.schema !== null,
          mode: route.monitor ? ('monitor' as const) : runtime().mode,
        })),
      })),
    })),
    bind(contract.getMode, async (call) => {
      const state = switches.state();
      if (state === null)
        return {
          mode: switches.mode(),
          source: 'configuration' as const,
          since: parts.startedAt,
          by: null,
          reason: null,
          deviation: call.deviation,
        };
      return {
        mode: state.mode,
        source: 'console' as const,
        since: state.since,
        by: state.by,
        reason: state.reason,
        deviation: call.deviation,
      };
    }),
    bind(contract.setMode, async (call) => {
      await switches.setMode(call.body.mode, call.by, call.body.reason);
      return { mode: switches.mode() };
    }),
    bind(contract.getSystem, async (call) => ({
      version: parts.version,
      node: process.versions.node,
      startedAt: parts.startedAt,
      dependencies: [...(await parts.dependencies())],
      differingNodes: (parts.nodes?.differing() ?? []).map(({ name, sections }) => ({ name, sections: [...sections] })),
      configuration: parts.configuration(),
      demo: parts.demo,
      deviation: call.deviation,
    })),
  ];
}

const mostUrgent = (found: readonly contract.Attention[]): contract.Attention[] =>
  [...found].sort((a, b) => severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity)).slice(0, maxAttention);
