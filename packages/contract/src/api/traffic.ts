import * as z from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { page, range, requestId, time } from './common.ts';
import { requestInspection } from './inspection.ts';

/** The stages of the gateway's pipeline, in the order in which a request passes them. */
export const stageNames = [
  'admit',
  'route',
  'authenticate',
  'verify',
  'open',
  'limit',
  'inspect',
  'consent',
  'authorize',
  'guard',
  'forward',
  'disclose',
  'record',
] as const;
export const stageName = z.enum(stageNames);
export type StageName = z.output<typeof stageName>;

/** What a stage did: let pass, refused, would have refused (monitor mode), or was not asked (a stage before it refused). */
export const stageVerdict = z.enum(['pass', 'refuse', 'would_refuse', 'skip']);
export type StageVerdict = z.output<typeof stageVerdict>;

export const stageDecision = z.object({
  stage: stageName,
  verdict: stageVerdict,
  /** Reason code of a refusal. */
  code: z.string().nullable(),
  /** Place in the request, policy that decided, or limit: of our own making, never a value from the request. */
  where: z.string().nullable(),
  micros: z.number(),
});
export type StageDecision = z.output<typeof stageDecision>;

/** How a request ended: answered by the backend, refused by us, failed (backend or us), or unknown after a crash. */
export const outcome = z.enum(['passed', 'refused', 'failed', 'unknown']);

export const trafficRow = z.object({
  index: z.number(),
  requestId: z.string(),
  time,
  app: z.string().nullable(),
  route: z.string().nullable(),
  method: z.string(),
  path: z.string(),
  status: z.number(),
  outcome,
  code: z.string().nullable(),
  uid: z.string().nullable(),
  name: z.string().nullable(),
  address: z.string(),
  latencyMicros: z.number(),
});
export type TrafficRow = z.output<typeof trafficRow>;

export const trafficFilter = z.object({
  ...range,
  app: z.string().max(40).optional(),
  outcome: outcome.optional(),
  code: z.string().max(64).optional(),
  uid: z.string().max(128).optional(),
  address: z.string().max(64).optional(),
  route: z.string().max(300).optional(),
  /** Part of a path. */
  q: z.string().max(100).optional(),
});

export const listTraffic = defineEndpoint({
  id: 'listTraffic',
  method: 'GET',
  path: '/api/v1/traffic',
  group: 'traffic',
  summary: { zh: '经过网关的请求', en: 'Requests through the gateway' },
  access: 'admin',
  powers: ['security', 'audit'],
  query: trafficFilter.extend(page),
  response: z.object({ rows: z.array(trafficRow), next: z.string().nullable() }),
  errors: [],
});

export const trafficSummary = defineEndpoint({
  id: 'trafficSummary',
  method: 'GET',
  path: '/api/v1/traffic/summary',
  group: 'traffic',
  summary: { zh: '按时间、原因、接口、地址汇总', en: 'Counts over time, by reason, route and address' },
  access: 'admin',
  powers: ['security', 'audit'],
  query: trafficFilter.extend({ buckets: z.coerce.number().int().min(1).max(288).default(48) }),
  response: z.object({
    from: time,
    to: time,
    totals: z.object({ passed: z.number(), refused: z.number(), failed: z.number() }),
    timeline: z.array(z.object({ time, passed: z.number(), refused: z.number(), failed: z.number() })),
    codes: z.array(z.object({ code: z.string(), count: z.number() })),
    routes: z.array(z.object({ route: z.string(), count: z.number(), refused: z.number() })),
    addresses: z.array(z.object({ address: z.string(), count: z.number(), refused: z.number() })),
  }),
  errors: [],
});

export const getRequest = defineEndpoint({
  id: 'getRequest',
  method: 'GET',
  path: '/api/v1/traffic/{requestId}',
  group: 'traffic',
  summary: { zh: '一个请求在每个阶段的决定', en: "A request, with every stage's decision" },
  access: 'admin',
  powers: ['security', 'audit'],
  params: z.object({ requestId }),
  response: z.object({
    row: trafficRow,
    stages: z.array(stageDecision),
    mode: z.enum(['enforce', 'monitor', 'bypass']),
    session: z.string().nullable(),
    device: z.string().nullable(),
    channel: z.string().nullable(),
    assurance: z.number().nullable(),
    departments: z.array(z.string()),
    policies: z.array(z.string()),
    bytesIn: z.number(),
    bytesOut: z.number(),
    backendMicros: z.number().nullable(),
    explanation: z.object({ zh: z.string(), en: z.string() }).nullable(),
    /** What inspection found; null where it found nothing. */
    inspection: requestInspection.nullable(),
    /** The stored event, as it stands in the log. */
    event: z.record(z.string(), z.unknown()),
  }),
  errors: ['not_found'],
});
