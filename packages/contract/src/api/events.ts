import * as z from 'zod';
import { activityEvent } from '../activity-event.ts';
import { defineEndpoint } from '../endpoint.ts';

/** Events older than this are no news, and events from the future are a wrong clock. */
export const eventAge = { pastMs: 7 * 86_400_000, futureMs: 5 * 60_000 } as const;

/**
 * For backends and cloud functions, whose calls never pass the gateway: what people did there, into the audit log and the detections. The token needs the
 * scope `events:write` and a grant `events:APP`.
 */
export const reportEvents = defineEndpoint({
  id: 'reportEvents',
  method: 'POST',
  path: '/api/v1/events',
  group: 'events',
  summary: { zh: '上报业务系统的安全事件', en: 'Report events of a backend to the audit log' },
  access: 'admin',
  powers: [],
  scopes: ['events:write'],
  body: z.strictObject({
    app: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
    events: z.array(activityEvent).min(1).max(200),
  }),
  response: z.object({
    /** Where each event stands in the audit log, in the order of the call: by it, each can be proved. All are durable. */
    indexes: z.array(z.number()),
  }),
  errors: ['not_found', 'token_scope', 'audit_unwritable', 'validation_failed'],
});
