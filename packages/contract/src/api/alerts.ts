import * as z from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { bilingual, page, time, uid } from './common.ts';
import { incidentId } from './incident-words.ts';

const reason = z.string().min(4).max(300);
const rule = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,119}$/);
const alertId = z.object({ id: z.string().regex(/^a_[A-Za-z0-9_-]{22}$/) });
const tuningId = z.object({ id: z.string().regex(/^t_[A-Za-z0-9_-]{16}$/) });

export const alertSeverity = z.enum(['low', 'medium', 'high', 'critical']);
export type AlertSeverity = z.output<typeof alertSeverity>;

/** What a person found: it was an attack, it was none, or it was as planned (a test, a known journey). */
export const alertVerdict = z.enum(['true', 'false', 'expected']);
export type AlertVerdict = z.output<typeof alertVerdict>;

export const alertView = z.object({
  id: z.string(),
  rule: z.string(),
  title: bilingual,
  severity: alertSeverity,
  /** Time of the event at which it was found, and of the newest that was folded into it. */
  found: time,
  last: time,
  uid: uid.nullable(),
  address: z.string().nullable(),
  device: z.string().nullable(),
  session: z.string().nullable(),
  /** The facts that it rests on, in words. */
  text: bilingual,
  facts: z.array(
    z.object({
      name: z.string(),
      label: bilingual,
      value: z.union([z.string(), z.number(), z.boolean()]),
      /** The value in words, where it is written for programs. */
      words: bilingual.optional(),
    }),
  ),
  /** Indexes of the audit log that `log` names; each can be opened and proved. */
  events: z.array(z.number()),
  /** The log by its origin, of which each node writes one, and whether it is that of the node that answers. Null where it was not noted yet. */
  log: z.object({ origin: z.string(), own: z.boolean() }).nullable(),
  /** How often the finding was made again. */
  repeats: z.number(),
  verdict: alertVerdict.nullable(),
  note: z.string(),
  judgedBy: z.string().nullable(),
  judgedAt: time.nullable(),
});
export type AlertView = z.output<typeof alertView>;

export const listAlerts = defineEndpoint({
  id: 'listAlerts',
  method: 'GET',
  path: '/api/v1/alerts',
  group: 'alerts',
  summary: { zh: '告警：先列最需要处理的', en: 'Alerts: those that need attention first' },
  access: 'admin',
  powers: ['security', 'audit'],
  scopes: ['audit:read'],
  query: z.object({
    ...page,
    /** `open`: nobody has judged them yet; the heaviest first. `all`: the newest first. */
    show: z.enum(['open', 'all']).default('open'),
    rule: rule.optional(),
    uid: uid.optional(),
    address: z.string().max(64).optional(),
  }),
  response: z.object({ alerts: z.array(alertView), next: z.string().nullable(), open: z.number() }),
  errors: ['validation_failed'],
});

/** An alert by itself, with the incident that it led to; null where there is none. */
export const alertDetail = alertView.extend({
  incident: z.object({ id: incidentId, number: z.int() }).nullable(),
});
export type AlertDetail = z.output<typeof alertDetail>;

export const getAlert = defineEndpoint({
  id: 'getAlert',
  method: 'GET',
  path: '/api/v1/alerts/{id}',
  group: 'alerts',
  summary: { zh: '一条告警', en: 'One alert' },
  access: 'admin',
  powers: ['security', 'audit'],
  scopes: ['audit:read'],
  params: alertId,
  response: alertDetail,
  errors: ['not_found'],
});

export const judgeAlert = defineEndpoint({
  id: 'judgeAlert',
  method: 'POST',
  path: '/api/v1/alerts/{id}/verdict',
  group: 'alerts',
  summary: { zh: '判定告警：属实、误报或预期', en: 'Say whether an alert was right, wrong or expected' },
  access: 'admin',
  powers: ['security'],
  params: alertId,
  body: z.strictObject({ verdict: alertVerdict, note: z.string().max(300).default('') }),
  response: alertView,
  errors: ['validation_failed', 'not_found', 'audit_unwritable'],
});

export const tuningView = z.object({
  id: z.string(),
  rule: z.string(),
  /** Multiplies the threshold; null for an exception. */
  factor: z.number().nullable(),
  /** For whom or what the rule is silent; null with a threshold. */
  subject: z.object({ kind: z.enum(['user', 'ip', 'device']), value: z.string() }).nullable(),
  reason: z.string(),
  createdAt: time,
  createdBy: z.string(),
  expiresAt: time,
  state: z.enum(['active', 'expired', 'revoked']),
});
export type TuningView = z.output<typeof tuningView>;

export const detectionRule = z.object({
  rule: z.string(),
  title: bilingual,
  /** Of the last 90 days. */
  alerts: z.number(),
  true: z.number(),
  false: z.number(),
  expected: z.number(),
  /** Share of the judged alerts that were right or expected; null while none was judged. */
  precision: z.number().nullable(),
  /** Product of the thresholds in force; 1 as it ships. */
  factor: z.number(),
});
export type DetectionRule = z.output<typeof detectionRule>;

export const sigmaStanding = z.object({
  /** Rules and correlations that can match. */
  usable: z.number(),
  /** Files and documents that cannot be used; `menshen sigma check` names them. */
  refused: z.number(),
  /** Rules that ask for a part of a uid, while people stand in the log under pseudonyms: these they do not see. */
  blind: z.array(z.string()),
});
export type SigmaStanding = z.output<typeof sigmaStanding>;

export const getDetections = defineEndpoint({
  id: 'getDetections',
  method: 'GET',
  path: '/api/v1/detections',
  group: 'alerts',
  summary: { zh: '检测规则：命中、准确率与调整', en: 'Rules of detection: alerts, precision and tuning' },
  access: 'admin',
  powers: ['security', 'audit'],
  scopes: ['audit:read'],
  response: z.object({
    rules: z.array(detectionRule),
    tunings: z.array(tuningView),
    /** Whether this node follows the log now. */
    watching: z.boolean(),
    /** How the Sigma rules stand; null on a node that does not follow the log. */
    sigma: sigmaStanding.nullable(),
    now: time,
  }),
  errors: [],
});

export const tuneDetection = defineEndpoint({
  id: 'tuneDetection',
  method: 'POST',
  path: '/api/v1/detections/tunings',
  group: 'alerts',
  summary: { zh: '调整规则阈值或设例外（有期限）', en: 'Change the threshold of a rule or except somebody, for a time' },
  access: 'admin',
  powers: ['security'],
  /** One person or address may be excepted by one administrator; a rule made less sensitive for everybody takes two. */
  approval: {
    approvers: ['security', 'audit', 'system'],
    when: ({ body }) => body.subject === undefined && (body.factor ?? 1) > 1,
  },
  body: z
    .strictObject({
      rule,
      factor: z.number().min(0.25).max(20).optional(),
      subject: z.strictObject({ kind: z.enum(['user', 'ip', 'device']), value: z.string().min(1).max(128) }).optional(),
      reason,
      /** At most 180 days from now. */
      expiresAt: time,
    })
    .refine(({ factor, subject }) => (factor === undefined) !== (subject === undefined), {
      message: 'either factor or subject',
      path: ['factor'],
    }),
  status: 201,
  response: tuningView,
  errors: ['approval_required', 'approval_invalid', 'validation_failed', 'not_found', 'audit_unwritable'],
});

export const revokeTuning = defineEndpoint({
  id: 'revokeTuning',
  method: 'POST',
  path: '/api/v1/detections/tunings/{id}/revoke',
  group: 'alerts',
  summary: { zh: '撤销检测调整', en: 'Take back a tuning of detection' },
  access: 'admin',
  powers: ['security'],
  params: tuningId,
  body: z.strictObject({ reason }),
  response: tuningView,
  errors: ['validation_failed', 'not_found', 'audit_unwritable'],
});
