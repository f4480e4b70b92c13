import * as z from 'zod';
import { defineEndpoint, everyPower } from '../endpoint.ts';
import { deviation } from './administrator-model.ts';
import { bilingual, time } from './common.ts';
import { trafficRow } from './traffic.ts';

export const gatewayMode = z.enum(['enforce', 'monitor', 'bypass']);

export const appView = z.object({
  id: z.string(),
  name: bilingual,
  audience: z.array(z.enum(['employee', 'partner', 'customer'])),
  channels: z.array(z.enum(['wechat', 'wecom'])),
  place: z.string(),
  upstream: z.string(),
  backend: z.enum(['healthy', 'failing', 'open', 'unknown']),
  routes: z.array(
    z.object({
      match: z.string(),
      auth: z.string(),
      action: z.string().nullable(),
      schema: z.boolean(),
      mode: gatewayMode,
    }),
  ),
});
export type AppView = z.output<typeof appView>;

/** A thing that needs a person, ranked: what, how urgent, since when, and where to act. */
export const attention = z.object({
  id: z.string(),
  severity: z.enum(['critical', 'high', 'medium', 'low']),
  title: bilingual,
  detail: bilingual,
  since: time,
  /** Console path where the next step is taken, with its label. */
  action: z.object({ to: z.string(), label: bilingual }),
});
export type Attention = z.output<typeof attention>;

export const getToday = defineEndpoint({
  id: 'getToday',
  method: 'GET',
  path: '/api/v1/today',
  group: 'system',
  summary: { zh: '今天需要你处理的事', en: 'What needs you today' },
  access: 'admin',
  powers: everyPower,
  query: z.object({ app: z.string().max(40).optional() }),
  response: z.object({
    now: time,
    mode: gatewayMode,
    deviation,
    attention: z.array(attention),
    totals: z.object({
      requests: z.number(),
      refused: z.number(),
      /** Requests that inspection refused as attacks. */
      attacks: z.number(),
      failed: z.number(),
      logins: z.number(),
      loginsRefused: z.number(),
      sessions: z.number(),
    }),
    timeline: z.array(z.object({ time, passed: z.number(), refused: z.number(), failed: z.number() })),
    refusals: z.array(trafficRow),
    codes: z.array(z.object({ code: z.string(), count: z.number() })),
    log: z.object({ size: z.number(), checkpointTime: time.nullable(), state: z.enum(['ok', 'unwritable']) }),
  }),
  errors: [],
});

export const listApps = defineEndpoint({
  id: 'listApps',
  method: 'GET',
  path: '/api/v1/apps',
  group: 'system',
  summary: { zh: '应用及其接口', en: 'Apps and their routes' },
  access: 'admin',
  powers: everyPower,
  response: z.object({ apps: z.array(appView) }),
  errors: [],
});

export const getMode = defineEndpoint({
  id: 'getMode',
  method: 'GET',
  path: '/api/v1/mode',
  group: 'system',
  summary: { zh: '网关模式', en: 'Mode of the gateway' },
  access: 'admin',
  powers: everyPower,
  response: z.object({
    mode: gatewayMode,
    source: z.enum(['configuration', 'console']),
    since: time,
    by: z.string().nullable(),
    reason: z.string().nullable(),
    deviation,
  }),
  errors: [],
});

export const setMode = defineEndpoint({
  id: 'setMode',
  method: 'PUT',
  path: '/api/v1/mode',
  group: 'system',
  summary: { zh: '切换网关模式：拦截、观察、旁路', en: 'Switch the gateway: enforce, monitor or bypass' },
  access: 'admin',
  powers: ['system'],
  /** Back to `enforce` is always open; away from it takes two. */
  approval: { approvers: ['security'], when: ({ body }) => body.mode !== 'enforce', breakGlass: true },
  body: z.strictObject({ mode: gatewayMode, reason: z.string().min(4).max(200) }),
  response: z.object({ mode: gatewayMode }),
  errors: ['approval_required', 'approval_invalid', 'audit_unwritable', 'validation_failed'],
});

export const getSystem = defineEndpoint({
  id: 'getSystem',
  method: 'GET',
  path: '/api/v1/system',
  group: 'system',
  summary: { zh: '版本、依赖与配置状态', en: 'Version, dependencies and configuration' },
  access: 'admin',
  powers: ['system'],
  response: z.object({
    version: z.string(),
    node: z.string(),
    startedAt: time,
    dependencies: z.array(
      z.object({ name: z.string(), state: z.enum(['ok', 'degraded', 'down']), detail: z.string().nullable() }),
    ),
    /** Nodes that have run with another configuration than this one for more than a minute, and its sections that differ. */
    differingNodes: z.array(z.object({ name: z.string(), sections: z.array(z.string()) })),
    configuration: z.object({ file: z.string().nullable(), loadedAt: time, error: z.string().nullable() }),
    demo: z.boolean(),
    deviation,
  }),
  errors: [],
});
