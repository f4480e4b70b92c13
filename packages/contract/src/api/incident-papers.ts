import * as z from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { ok, time } from './common.ts';
import { actsOnIncidents, incidentId, incidentParams, line, onIncidents, prose } from './incident-words.ts';

/** What only people can say: it fills the reports. Empty where nobody has said it yet; a report then has a line to fill in. */
export const incidentPaper = z.strictObject({
  /** 涉事系统和设施. */
  system: prose(2_000),
  /** 事件类型. */
  eventType: line(200),
  impact: prose(4_000),
  measures: prose(4_000),
  trend: prose(2_000),
  cause: prose(4_000),
  /** 溯源线索. */
  clues: prose(4_000),
  furtherMeasures: prose(4_000),
  supportNeeded: prose(2_000),
  /** 现场保护情况. */
  scene: prose(2_000),
  /** Of personal information: which kinds, what it may lead to, what we did, what people can do. */
  informationKinds: prose(2_000),
  possibleHarm: prose(2_000),
  remedies: prose(2_000),
  selfHelp: prose(2_000),
  /** After the end. */
  accountability: prose(2_000),
  rectification: prose(4_000),
  wentWell: prose(4_000),
  wentBadly: prose(4_000),
  lessons: prose(4_000),
});
export type IncidentPaper = z.output<typeof incidentPaper>;

export const saveIncidentPaper = defineEndpoint({
  ...actsOnIncidents,
  id: 'saveIncidentPaper',
  method: 'PUT',
  path: '/api/v1/incidents/{id}/paper',
  summary: { zh: '保存报告与复盘所需的事实', en: 'Save the facts of reports and post-mortem' },
  params: incidentParams,
  body: z.strictObject({ paper: incidentPaper, /** Version that was read; 0 for the first. */ version: z.int().min(0) }),
  response: z.object({ version: z.int() }),
  errors: ['not_found', 'conflict', 'validation_failed', 'audit_unwritable'],
});

/** What comes of an incident: whatever keeps it from coming again. */
export const actionKinds = ['risk_treatment', 'detection_rule', 'training', 'hardening', 'process', 'other'] as const;
export const actionKind = z.enum(actionKinds);
export type ActionKind = z.output<typeof actionKind>;
const actionId = z.string().regex(/^ia_[A-Za-z0-9_-]{16}$/);

export const incidentAction = z.object({
  id: actionId,
  incident: incidentId,
  kind: actionKind,
  text: z.string(),
  owner: z.string(),
  due: time,
  created: time,
  createdBy: z.string(),
  done: time.nullable(),
  doneBy: z.string().nullable(),
  overdue: z.boolean(),
});
export type IncidentAction = z.output<typeof incidentAction>;

export const addIncidentAction = defineEndpoint({
  ...actsOnIncidents,
  id: 'addIncidentAction',
  method: 'POST',
  path: '/api/v1/incidents/{id}/actions',
  summary: { zh: '添加改进项：负责人与期限', en: 'Add an action item with its owner and date' },
  params: incidentParams,
  body: z.strictObject({ kind: actionKind, text: prose(1_000).min(2), owner: line(100).min(1), due: time }),
  status: 201,
  response: incidentAction,
  errors: ['not_found', 'validation_failed', 'audit_unwritable'],
});

export const finishIncidentAction = defineEndpoint({
  ...actsOnIncidents,
  id: 'finishIncidentAction',
  method: 'POST',
  path: '/api/v1/incidents/{id}/actions/{action}/done',
  summary: { zh: '办结一个改进项', en: 'Say that an action item is done' },
  params: incidentParams.extend({ action: actionId }),
  body: z.strictObject({ note: prose(1_000).default('') }),
  response: ok,
  errors: ['not_found', 'conflict', 'validation_failed', 'audit_unwritable'],
});

export const reportKinds = ['first_report', 'summary_report', 'pipl_authority', 'pipl_persons', 'postmortem'] as const;
export const reportKind = z.enum(reportKinds);
export type IncidentReportKind = z.output<typeof reportKind>;

export const makeIncidentReport = defineEndpoint({
  ...onIncidents,
  id: 'makeIncidentReport',
  method: 'POST',
  path: '/api/v1/incidents/{id}/reports',
  summary: {
    zh: '生成预填的报告（中文，Word 或可打印网页）',
    en: 'Make a pre-filled report (in Chinese; Word, or a page to print)',
  },
  params: incidentParams,
  body: z.strictObject({ kind: reportKind, format: z.enum(['docx', 'html']) }),
  response: z.object({
    name: z.string(),
    type: z.string(),
    /** Of the content; the timeline holds it. The same data gives the same bytes. */
    sha256: z.string(),
    /** base64 */
    content: z.string(),
    /** Fields that stand empty in it, by their labels there. */
    empty: z.array(z.string()),
  }),
  errors: ['not_found', 'validation_failed', 'audit_unwritable'],
});
