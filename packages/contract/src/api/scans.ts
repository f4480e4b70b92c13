import * as z from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { bilingual, page, time } from './common.ts';
import { findingView, scanApp, scanProject } from './findings.ts';

export const scanTriggers = ['upload', 'manual', 'schedule', 'release', 'probe'] as const;
const scanId = z.string().regex(/^s_[A-Za-z0-9_-]{22}$/);
const version = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+_/-]{0,99}$/);

export const scanView = z.object({
  id: z.string(),
  app: z.string(),
  project: z.string(),
  tool: z.string(),
  toolVersion: z.string().nullable(),
  trigger: z.enum(scanTriggers),
  /** Version or commit that was scanned, as the caller names it. */
  version: z.string().nullable(),
  by: z.string(),
  finished: time,
  /** False when it ran out of time or read only a part: then nothing was taken for fixed. */
  complete: z.boolean(),
  counts: z.object({ critical: z.number(), high: z.number(), medium: z.number(), low: z.number(), info: z.number() }),
  /** Against the scan before it of the same project and tool. */
  fresh: z.number(),
  reopened: z.number(),
  fixed: z.number(),
  same: z.number(),
  suppressed: z.number(),
  /** What could not be read, and why; at most 50. */
  problems: z.array(z.object({ file: z.string(), message: bilingual })),
});
export type ScanView = z.output<typeof scanView>;

export const scanSourceView = z.object({
  app: z.string(),
  project: z.string(),
  folder: z.string(),
  schedule: z.enum(['none', 'daily', 'weekly']),
  at: z.string(),
  weekday: z.number(),
  onRelease: z.boolean(),
  /** When it runs next by its schedule; null without one. */
  next: time.nullable(),
  running: z.boolean(),
  lastStarted: time.nullable(),
  lastFinished: time.nullable(),
  /** Why the last run failed; null when it did not. */
  failure: z.enum(['folder', 'time', 'memory', 'output', 'crash']).nullable(),
});
export type ScanSourceView = z.output<typeof scanSourceView>;

export const listScans = defineEndpoint({
  id: 'listScans',
  method: 'GET',
  path: '/api/v1/scans',
  group: 'findings',
  summary: { zh: '扫描记录与计划', en: 'Scans and their schedules' },
  access: 'admin',
  powers: ['security', 'audit'],
  scopes: ['audit:read'],
  query: z.object({ ...page, app: scanApp.optional(), project: scanProject.optional() }),
  response: z.object({
    scans: z.array(scanView),
    next: z.string().nullable(),
    sources: z.array(scanSourceView),
    /** Apps of the configuration, for which results may be uploaded. */
    apps: z.array(z.string()),
    now: time,
  }),
  errors: ['validation_failed'],
});

export const compareScans = defineEndpoint({
  id: 'compareScans',
  method: 'GET',
  path: '/api/v1/scans/comparison',
  group: 'findings',
  summary: { zh: '比较两次扫描', en: 'Compare two scans' },
  access: 'admin',
  powers: ['security', 'audit'],
  scopes: ['audit:read'],
  query: z.object({ before: scanId, after: scanId }),
  response: z.object({
    before: scanView,
    after: scanView,
    fresh: z.array(findingView),
    gone: z.array(findingView),
    same: z.array(findingView),
    /** Of each list at most 200 stand here. */
    totals: z.object({ fresh: z.number(), gone: z.number(), same: z.number() }),
  }),
  errors: ['not_found', 'validation_failed'],
});

/** What `menshen scan --upload` and `menshen probe --upload` send. The token needs the scope `scan` and a grant `scan:APP`. */
export const uploadScan = defineEndpoint({
  id: 'uploadScan',
  method: 'POST',
  path: '/api/v1/scans',
  group: 'findings',
  summary: { zh: '上传扫描结果（本产品的 JSON 或 SARIF 2.1.0）', en: 'Upload the result of a scan: our JSON, or SARIF 2.1.0' },
  access: 'admin',
  powers: ['security'],
  scopes: ['scan'],
  bodyBytes: 32 * 1_048_576,
  body: z.strictObject({
    app: scanApp,
    project: scanProject,
    version: version.optional(),
    /** Says that only a part was looked at: then nothing is taken for fixed. */
    partial: z.boolean().default(false),
    report: z.record(z.string(), z.unknown()),
  }),
  status: 201,
  response: scanView,
  errors: ['scan_unreadable', 'not_found', 'token_scope', 'conflict', 'audit_unwritable', 'validation_failed'],
});

export const runScan = defineEndpoint({
  id: 'runScan',
  method: 'POST',
  path: '/api/v1/scans/sources/{app}/{project}/run',
  group: 'findings',
  summary: { zh: '立即扫描一个源码目录', en: 'Scan a source folder now' },
  access: 'admin',
  powers: ['security'],
  params: z.object({ app: scanApp, project: scanProject }),
  status: 202,
  response: z.object({ ok: z.literal(true) }),
  errors: ['not_found', 'conflict', 'audit_unwritable'],
});
