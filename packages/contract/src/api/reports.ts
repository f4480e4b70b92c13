import * as z from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { bilingual, ok, page, time } from './common.ts';
import { complianceSubject } from './compliance-model.ts';
import { line } from './incident-words.ts';

export const reportTypes = ['risk', 'mlps', 'pipl', 'gbt35273', 'gbt39786', 'asvs', 'monthly', 'pack'] as const;
export const reportType = z.enum(reportTypes);
export type ReportType = z.output<typeof reportType>;
export const reportFormats = ['html', 'docx', 'xlsx', 'zip'] as const;
export const reportFormat = z.enum(reportFormats);
export type ReportFormat = z.output<typeof reportFormat>;
export const reportIntervals = ['day', 'week', 'month'] as const;
export const reportInterval = z.enum(reportIntervals);
export type ReportInterval = z.output<typeof reportInterval>;

const language = z.enum(['zh', 'en']);
const reportId = z.string().regex(/^rp_[A-Za-z0-9_-]{16}$/);

/** Reports say where the company is weak: two powers make and take them, and no machine. */
const onReports = { group: 'reports', access: 'admin', powers: ['security', 'audit'] } as const;

export const reportFile = z.object({
  format: reportFormat,
  name: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  /** Ed25519 over the statement of the file, base64url; see docs/guides/compliance.md. */
  signature: z.string(),
  /** Id of the key that signed it; null for reports from before keys had ids. */
  key: z.string().nullable(),
});

export const reportView = z.object({
  id: reportId,
  number: z.number(),
  kind: reportType,
  subject: complianceSubject,
  lang: language,
  reason: z.string(),
  by: z.string(),
  at: time,
  files: z.array(reportFile),
  /** The report of the same kind and subject before it. */
  previous: z.object({ id: reportId, number: z.number(), at: time }).nullable(),
});
export type ReportView = z.output<typeof reportView>;

export const reportSchedule = z.object({
  id: z.string(),
  kind: reportType,
  subject: complianceSubject,
  lang: language,
  every: reportInterval,
  by: z.string(),
  created: time,
  next: time,
});
export type ReportSchedule = z.output<typeof reportSchedule>;

export const listReports = defineEndpoint({
  ...onReports,
  id: 'listReports',
  method: 'GET',
  path: '/api/v1/reports',
  summary: { zh: '已生成的报告与定期任务', en: 'Reports that were made, and what is scheduled' },
  query: z.object({ ...page, kind: reportType.optional(), subject: complianceSubject.optional() }),
  response: z.object({
    reports: z.array(reportView),
    next: z.string().nullable(),
    schedules: z.array(reportSchedule),
    /** What a report can be about. */
    subjects: z.array(z.object({ id: complianceSubject, name: bilingual })),
    /** SPKI in PEM of the key that signs reports now; keys of before are listed with the keys. */
    publicKey: z.string(),
    keepDays: z.number(),
  }),
  errors: ['validation_failed'],
});

export const makeReport = defineEndpoint({
  ...onReports,
  id: 'makeReport',
  method: 'POST',
  path: '/api/v1/reports',
  summary: { zh: '生成一份报告：存档、签名', en: 'Make a report: it is kept and signed' },
  body: z.strictObject({
    kind: reportType,
    subject: complianceSubject.default('all'),
    lang: language.default('zh'),
    reason: line(200).default(''),
  }),
  status: 201,
  response: reportView,
  errors: ['not_found', 'validation_failed', 'seal_key_unavailable', 'audit_unwritable', 'store_unavailable'],
});

export const fetchReport = defineEndpoint({
  ...onReports,
  id: 'fetchReport',
  method: 'GET',
  path: '/api/v1/reports/{id}/files/{format}',
  summary: { zh: '下载报告（核对哈希，留下记录）', en: 'Take a report out: its hash is checked, and it is recorded who took it' },
  params: z.object({ id: reportId, format: reportFormat }),
  response: z.object({
    name: z.string(),
    type: z.string(),
    /** Base64. */
    content: z.string(),
    sha256: z.string(),
    /** The text that is signed. */
    statement: z.string(),
    signature: z.string(),
  }),
  errors: ['not_found', 'evidence_altered', 'seal_key_unavailable', 'audit_unwritable'],
});

export const compareReport = defineEndpoint({
  ...onReports,
  id: 'compareReport',
  method: 'GET',
  path: '/api/v1/reports/{id}/comparison',
  summary: { zh: '与上一份同类、同对象的报告比较', en: 'What changed since the report of the same kind and subject before it' },
  params: z.object({ id: reportId }),
  response: z.object({
    previous: z.object({ id: reportId, number: z.number(), at: time }).nullable(),
    figures: z.array(z.object({ key: z.string(), name: bilingual, before: z.number().nullable(), after: z.number() })),
    /** What stands otherwise, up to 200. */
    changes: z.array(z.object({ key: z.string(), name: bilingual, before: z.string().nullable(), after: z.string().nullable() })),
    changed: z.number(),
  }),
  errors: ['not_found'],
});

export const verifyReport = defineEndpoint({
  ...onReports,
  id: 'verifyReport',
  method: 'POST',
  path: '/api/v1/reports/verify',
  summary: { zh: '核对一份报告文件：是否由本平台签发、未被改动', en: 'Whether a file is a report of this platform, unchanged' },
  body: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  response: z.object({
    report: reportView.nullable(),
    file: reportFile.nullable(),
    /** Whether its signature holds. */
    valid: z.boolean(),
  }),
  errors: ['validation_failed'],
});

export const addReportSchedule = defineEndpoint({
  ...onReports,
  id: 'addReportSchedule',
  method: 'POST',
  path: '/api/v1/reports/schedules',
  summary: { zh: '定期生成报告', en: 'Make a report at intervals' },
  body: z.strictObject({
    kind: reportType,
    subject: complianceSubject.default('all'),
    lang: language.default('zh'),
    every: reportInterval,
  }),
  status: 201,
  response: reportSchedule,
  errors: ['not_found', 'validation_failed', 'conflict', 'audit_unwritable'],
});

export const removeReportSchedule = defineEndpoint({
  ...onReports,
  id: 'removeReportSchedule',
  method: 'DELETE',
  path: '/api/v1/reports/schedules/{id}',
  summary: { zh: '取消定期报告', en: 'Stop making a report at intervals' },
  params: z.object({ id: z.string().regex(/^rs_[A-Za-z0-9_-]{16}$/) }),
  response: ok,
  errors: ['not_found', 'audit_unwritable'],
});
