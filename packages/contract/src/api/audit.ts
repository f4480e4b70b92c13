import * as z from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { page, range, time } from './common.ts';

export const auditRow = z.object({
  index: z.number(),
  time,
  classUid: z.number(),
  activityId: z.number(),
  severityId: z.number(),
  statusId: z.number(),
  /** A short sentence in each language that says what happened. */
  summary: z.object({ zh: z.string(), en: z.string() }),
  app: z.string().nullable(),
  action: z.string().nullable(),
  uid: z.string().nullable(),
  address: z.string().nullable(),
  code: z.string().nullable(),
  requestId: z.string().nullable(),
  /** What it is about: the resource that the route names, by Cedar type and id; reported objects have no type. */
  objectType: z.string().nullable(),
  object: z.string().nullable(),
});
export type AuditRow = z.output<typeof auditRow>;

/** Why a witness does not sign the log; see `menshen witness`. */
export const witnessProblem = z.enum(['unreachable', 'rolled_back', 'forked', 'unknown_log', 'signature_invalid']);

export const auditWitness = z.object({
  name: z.string(),
  url: z.string(),
  /** Entries under the last checkpoint that it has signed; null when it has signed none since this node started. */
  size: z.number().nullable(),
  signedAt: time.nullable(),
  problem: witnessProblem.nullable(),
  /** Entries that it has seen, where that is more than the log has. */
  recorded: z.number().nullable(),
});
export type AuditWitness = z.output<typeof auditWitness>;

export const auditStatus = z.object({
  origin: z.string(),
  size: z.number(),
  root: z.string(),
  vkey: z.string(),
  checkpoint: z.string(),
  checkpointTime: time.nullable(),
  state: z.enum(['ok', 'unwritable']),
  pending: z.number(),
  indexLag: z.number(),
  /** Witnesses of `audit.witnesses`, and the size of the last checkpoint that enough of them have signed. */
  witnesses: z.array(auditWitness),
  witnessedSize: z.number().nullable(),
  /**
   * Every log beside this store, one for each node, by origin. What this API lists, counts and proves is of the own one
   * alone. `size` is what was last noted, `live` says whether the node was heard in the last half minute.
   */
  logs: z.array(
    z.object({ origin: z.string(), vkey: z.string(), size: z.number(), seenAt: time, own: z.boolean(), live: z.boolean() }),
  ),
});

export const getAuditStatus = defineEndpoint({
  id: 'getAuditStatus',
  method: 'GET',
  path: '/api/v1/audit/status',
  group: 'audit',
  summary: { zh: '审计日志的状态与签名检查点', en: 'State of the audit log and its signed checkpoint' },
  access: 'admin',
  powers: ['system', 'audit'],
  scopes: ['audit:read'],
  response: auditStatus,
  errors: [],
});

/** Why a place of `audit.export` takes no events. */
export const exportProblem = z.enum(['unreachable', 'refused', 'timeout', 'unwritable', 'ended', 'log_unreadable']);

export const auditExportView = z.object({
  id: z.string(),
  kind: z.enum(['syslog', 'webhook', 'otlp', 'folder', 'command']),
  /** Host, folder or program. */
  place: z.string(),
  format: z.string(),
  /** Entries that the place has taken or did not want; null in the first moment. */
  sent: z.number().nullable(),
  /** Entries that are still to go. */
  waiting: z.number().nullable(),
  problem: exportProblem.nullable(),
  failingSince: time.nullable(),
});
export type AuditExportView = z.output<typeof auditExportView>;

export const listAuditExports = defineEndpoint({
  id: 'listAuditExports',
  method: 'GET',
  path: '/api/v1/audit/exports',
  group: 'audit',
  summary: { zh: '审计日志发往的其他系统', en: 'Other systems that the audit log is sent to' },
  access: 'admin',
  powers: ['system', 'audit'],
  scopes: ['audit:read'],
  response: z.object({ exports: z.array(auditExportView) }),
  errors: [],
});

export const listAudit = defineEndpoint({
  id: 'listAudit',
  method: 'GET',
  path: '/api/v1/audit',
  group: 'audit',
  summary: { zh: '检索审计事件', en: 'Search audit events' },
  access: 'admin',
  powers: ['audit'],
  scopes: ['audit:read'],
  query: z.object({
    ...range,
    ...page,
    /** `requests` are the gateway's, `security` all others: sign-ins, administrators, configuration, alarms. */
    kind: z.enum(['all', 'requests', 'security']).default('all'),
    uid: z.string().max(128).optional(),
    address: z.string().max(64).optional(),
    code: z.string().max(64).optional(),
    objectType: z.string().max(200).optional(),
    object: z.string().max(200).optional(),
    q: z.string().max(100).optional(),
  }),
  response: z.object({ rows: z.array(auditRow), next: z.string().nullable() }),
  errors: [],
});

export const getAuditEntry = defineEndpoint({
  id: 'getAuditEntry',
  method: 'GET',
  path: '/api/v1/audit/{index}',
  group: 'audit',
  summary: { zh: '一条审计事件及其包含证明', en: 'An audit event with its proof of inclusion' },
  access: 'admin',
  powers: ['audit'],
  scopes: ['audit:read'],
  params: z.object({ index: z.coerce.number().int().min(0) }),
  response: z.object({
    row: auditRow,
    event: z.record(z.string(), z.unknown()),
    /** The event with its people named, for reading, where the log holds pseudonyms; `event` is what is proved. */
    named: z.record(z.string(), z.unknown()).nullable(),
    /** The entry's bytes as base64: what the leaf hash is made of. */
    entry: z.string(),
    /** C2SP tlog-proof, or null while the next checkpoint is not yet signed. */
    proof: z.string().nullable(),
    vkey: z.string(),
  }),
  errors: ['not_found'],
});

export const verifyAudit = defineEndpoint({
  id: 'verifyAudit',
  method: 'POST',
  path: '/api/v1/audit/verify',
  group: 'audit',
  summary: {
    zh: '重新计算整个日志及其所接续的旧日志，并核对签名',
    en: 'Recompute the whole log and those that it continues, and check their signatures',
  },
  access: 'admin',
  powers: ['audit'],
  scopes: ['audit:read'],
  response: z.object({
    ok: z.boolean(),
    size: z.number(),
    root: z.string(),
    millis: z.number(),
    problems: z.array(z.object({ code: z.string(), where: z.string() })),
    continues: z
      .array(
        z.object({
          origin: z.string(),
          size: z.number(),
          root: z.string(),
          lost: z.number().describe('entries that had been noted elsewhere and were not restored, as the log itself declares'),
          reason: z.string(),
          verified: z.boolean().describe('whether the old log is there and was verified'),
        }),
      )
      .describe('the logs that this one continues after a recovery, the last first'),
  }),
  errors: [],
});
