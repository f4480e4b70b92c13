import * as z from 'zod';
import { operatorKind } from '../config/incidents.ts';
import { defineEndpoint } from '../endpoint.ts';
import { bilingual, ok, time } from './common.ts';
import { actsOnIncidents, incidentParams, line, onIncidents, prose } from './incident-words.ts';

/** Levels of the 网络安全事件分级指南: below, 一般, 较大, 重大, 特别重大. */
export const eventLevels = ['undetermined', 'none', 'general', 'considerable', 'major', 'extreme'] as const;
export const eventLevel = z.enum(eventLevels);
export type EventLevel = z.output<typeof eventLevel>;

const threeWay = z.enum(['no', 'possible', 'yes']);

/** What somebody found and judged. What is not known is said to be so. */
export const judgementFacts = z.strictObject({
  level: eventLevel,
  /** Whether personal information leaked, was changed or lost, or possibly so. */
  personalInformation: threeWay,
  /** People concerned, as far as it can be estimated; null while nobody knows. */
  people: z.int().min(0).max(2_000_000_000).nullable(),
  /** Whether measures have effectively avoided harm to them (PIPL article 57). */
  harmAvoided: z.boolean(),
  /** Whether network data leaked, was changed or lost. */
  networkData: threeWay,
  /** Whether it touches national security or the public interest. */
  nationalSecurity: threeWay,
  /** Direct loss in yuan; null while nobody knows. */
  lossYuan: z.int().min(0).max(1_000_000_000_000).nullable(),
});
export type JudgementFacts = z.output<typeof judgementFacts>;

export const judgementView = z.object({
  id: z.string(),
  at: time,
  by: z.string(),
  facts: judgementFacts,
  reason: z.string(),
  /** The level that the numbers alone point to; null where they say nothing. */
  suggested: eventLevel.nullable(),
});
export type JudgementView = z.output<typeof judgementView>;

export const dutyRuleId = z.enum([
  'report_cii',
  'report_organ',
  'report_other',
  'report_supplement',
  'report_summary',
  'pipl_authority',
  'pipl_persons',
  'network_data',
  'data_flaw',
]);
export type DutyRuleId = z.output<typeof dutyRuleId>;

/** How sure it is what a rule asks: it states the number; it says "at once" and names none; we read it so; not yet compared with the text. */
export const dutyCertainty = z.enum(['stated', 'no_number', 'interpretation', 'unconfirmed']);

export const dutyRuleView = z.object({
  id: dutyRuleId,
  title: bilingual,
  law: bilingual,
  article: z.string(),
  /** Date from which it holds, `2025-11-01`. */
  effective: z.string(),
  trigger: bilingual,
  /** Kinds of operators that it is for; all when empty. */
  operators: z.array(operatorKind),
  /** Minutes; null for "at once" without a number. */
  deadlineMinutes: z.number().nullable(),
  /** What it runs from. */
  from: bilingual,
  recipient: bilingual,
  content: bilingual,
  certainty: dutyCertainty,
  note: bilingual.nullable(),
});
export type DutyRuleView = z.output<typeof dutyRuleView>;

export const dutyState = z.enum(['not_applicable', 'undecided', 'running', 'at_once', 'overdue', 'done', 'done_late', 'waiting']);
export type DutyState = z.output<typeof dutyState>;

/** What follows for one rule from what was judged. */
export const dutyView = z.object({
  rule: dutyRuleView,
  state: dutyState,
  because: bilingual,
  /** When its clock started and when it ends; null where it has none. */
  started: time.nullable(),
  due: time.nullable(),
  /** To whom, by the configuration. */
  recipient: z.string(),
  done: z.array(z.object({ at: time, by: z.string(), to: z.string(), reference: z.string(), note: z.string() })),
});
export type DutyView = z.output<typeof dutyView>;

export const levelThreshold = z.object({
  of: z.enum(['people', 'lossYuan']),
  atLeast: z.number(),
  level: eventLevel,
  certainty: dutyCertainty,
  source: bilingual,
});

export const listDuties = defineEndpoint({
  ...onIncidents,
  id: 'listDuties',
  method: 'GET',
  path: '/api/v1/duties',
  summary: { zh: '法定报告义务：规则、时限与门槛', en: 'Duties to report: rules, deadlines and thresholds' },
  response: z.object({
    rules: z.array(dutyRuleView),
    thresholds: z.array(levelThreshold),
    operator: z.object({ kinds: z.array(operatorKind), name: z.string(), from: z.enum(['detected', 'aware']) }),
    /** What the configuration should say of the operator and does not: fields of `incidents.operator`. */
    missing: z.array(z.string()),
  }),
  errors: [],
});

export const judgeIncident = defineEndpoint({
  ...actsOnIncidents,
  id: 'judgeIncident',
  method: 'POST',
  path: '/api/v1/incidents/{id}/judgements',
  summary: {
    zh: '研判事件级别与报告义务（判断，不是结论）',
    en: 'Judge level and duties of an incident: a judgement, not a verdict',
  },
  params: incidentParams,
  body: z.strictObject({ facts: judgementFacts, reason: prose(2_000).min(4) }),
  status: 201,
  response: judgementView,
  errors: ['not_found', 'incident_ended', 'validation_failed', 'audit_unwritable'],
});

export const recordDuty = defineEndpoint({
  ...actsOnIncidents,
  id: 'recordDuty',
  method: 'POST',
  path: '/api/v1/incidents/{id}/duties/{rule}',
  summary: { zh: '登记一项报告已经完成', en: 'Note that a duty has been done' },
  params: incidentParams.extend({ rule: dutyRuleId }),
  body: z.strictObject({
    /** When it was sent; not after now. */
    at: time,
    to: line(200).min(1),
    /** Number of the authority, or of the post. */
    reference: line(200).default(''),
    note: prose(1_000).default(''),
  }),
  status: 201,
  response: ok,
  errors: ['not_found', 'validation_failed', 'audit_unwritable'],
});
