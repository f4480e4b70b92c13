import * as z from 'zod';
import { defineEndpoint, everyPower } from '../endpoint.ts';
import { bilingual, cursor, page, time } from './common.ts';
import { dutyView, judgementView } from './incident-duties.ts';
import { evidenceView } from './incident-evidence.ts';
import {
  incidentClock,
  incidentSeverity,
  incidentSourceKind,
  incidentState,
  incidentSubjectKind,
  timelineKind,
} from './incident-model.ts';
import { incidentAction, incidentPaper } from './incident-papers.ts';
import { actsOnIncidents, incidentId, incidentParams, line, onIncidents, prose } from './incident-words.ts';

const subject = z.object({ kind: incidentSubjectKind, value: z.string().min(1).max(256) });

export const incidentSummary = z.object({
  id: incidentId,
  number: z.int(),
  title: bilingual,
  severity: incidentSeverity,
  state: incidentState,
  owner: z.string().nullable(),
  opened: time,
  updated: time,
  /** What it is to reach next, by the company's own targets; null when nothing is left. */
  sla: z.object({ stage: z.enum(['triage', 'contain', 'recover']), due: time, overdue: z.boolean() }).nullable(),
  /** The legal deadline that ends first and is not done; `certain`: somebody has judged that it applies. */
  duty: z
    .object({
      rule: z.string(),
      title: bilingual,
      due: time.nullable(),
      started: time.nullable(),
      overdue: z.boolean(),
      certain: z.boolean(),
    })
    .nullable(),
  /** How many sources it has. */
  sources: z.int(),
  mergedInto: incidentId.nullable(),
});
export type IncidentSummary = z.output<typeof incidentSummary>;

/** A log by its origin, of which each node may write one, and whether it is that of the node that answers. Null where it was not noted. */
const logName = z.object({ origin: z.string(), own: z.boolean() }).nullable();

export const timelineEntry = z.object({
  id: z.string(),
  at: time,
  written: time,
  by: z.string(),
  kind: timelineKind,
  text: bilingual,
  path: z.string().nullable(),
  /** Further entries of the audit log that it rests on, as indexes of `eventsLog`. */
  events: z.array(z.number()),
  eventsLog: logName,
  /** Index of its own record in the audit log, by which anybody can prove it; null while that is being written. */
  index: z.number().nullable(),
  /** The log that `index` stands in. */
  log: logName,
  /** Whether it is what the log holds the digest of; null where an erasure took a person's name out of it. */
  intact: z.boolean().nullable(),
});
export type TimelineEntry = z.output<typeof timelineEntry>;

export const clockView = z.object({
  clock: incidentClock,
  at: time.nullable(),
  by: z.string().nullable(),
  /** Earlier values, the newest first. */
  before: z.array(z.object({ at: time, by: z.string(), set: time, reason: z.string() })),
  reason: z.string(),
});
export type ClockView = z.output<typeof clockView>;

export const incidentDetail = incidentSummary.extend({
  text: bilingual,
  subjects: z.array(subject),
  from: z.array(z.object({ kind: incidentSourceKind, ref: z.string(), at: time, path: z.string().nullable() })),
  clocks: z.array(clockView),
  timeline: z.array(timelineEntry),
  evidence: z.array(evidenceView),
  evidenceBytes: z.int(),
  judgements: z.array(judgementView),
  duties: z.array(dutyView),
  paper: incidentPaper,
  paperVersion: z.int(),
  actions: z.array(incidentAction),
  /** Open incidents that concern the same. */
  related: z.array(z.object({ id: incidentId, number: z.int(), title: bilingual })),
  now: time,
});
export type IncidentDetail = z.output<typeof incidentDetail>;

export const listIncidents = defineEndpoint({
  ...onIncidents,
  id: 'listIncidents',
  method: 'GET',
  path: '/api/v1/incidents',
  summary: { zh: '安全事件：先列最需要处理的', en: 'Incidents: those that need attention first' },
  scopes: ['audit:read'],
  query: z.object({
    ...page,
    /** `open`: overdue and legal deadlines first. `all`: the newest first. */
    show: z.enum(['open', 'all']).default('open'),
    severity: incidentSeverity.optional(),
    owner: line(100).optional(),
  }),
  response: z.object({
    incidents: z.array(incidentSummary),
    next: cursor.nullable(),
    open: z.int(),
    all: z.int(),
    now: time,
  }),
  errors: ['validation_failed'],
});

export const getIncident = defineEndpoint({
  ...onIncidents,
  id: 'getIncident',
  method: 'GET',
  path: '/api/v1/incidents/{id}',
  summary: {
    zh: '一个事件的全部：时间线、时点、证据、研判',
    en: 'An incident with its timeline, clocks, evidence and judgements',
  },
  scopes: ['audit:read'],
  params: incidentParams,
  response: incidentDetail,
  errors: ['not_found'],
});

/** Compares every entry with the audit log itself: the digest that stands there, by the index. */
export const proveIncident = defineEndpoint({
  ...onIncidents,
  id: 'proveIncident',
  method: 'GET',
  path: '/api/v1/incidents/{id}/proof',
  summary: { zh: '逐条与审计日志核对时间线', en: 'Compare the timeline with the audit log, entry by entry' },
  params: incidentParams,
  response: z.object({
    /** Entries that are what the log says. */
    proved: z.int(),
    /** Not yet under a checkpoint of the log, no longer kept in it, or in a log that another node keeps. */
    pending: z.int(),
    /** Words of a person were erased from them. */
    redacted: z.int(),
    /** Ids of entries that the log says otherwise, or knows nothing of. */
    differing: z.array(z.string()),
  }),
  errors: ['not_found', 'audit_unwritable'],
});

const times = z.object({ mean: z.number().nullable(), median: z.number().nullable(), of: z.int() });
export const incidentFigures = defineEndpoint({
  ...onIncidents,
  id: 'incidentFigures',
  method: 'GET',
  path: '/api/v1/incidents/figures',
  summary: { zh: '按月的平均时间：发现、响应、遏制、恢复', en: 'Mean times by month: to detect, acknowledge, contain, recover' },
  scopes: ['audit:read'],
  query: z.object({ months: z.coerce.number().int().min(1).max(60).default(12) }),
  response: z.object({
    /** Milliseconds. */
    months: z.array(
      z.object({
        month: z.string(),
        incidents: z.int(),
        falseAlarms: z.int(),
        mttd: times,
        mtta: times,
        mttc: times,
        mttr: times,
      }),
    ),
  }),
  errors: ['validation_failed'],
});
export type IncidentFigures = z.output<typeof incidentFigures.response>;

const opened = z.object({ id: incidentId, number: z.int(), how: z.enum(['opened', 'merged', 'known']) });

/** For whoever runs the platform, of every power: what a person noticed or was told. */
export const reportIncident = defineEndpoint({
  id: 'reportIncident',
  method: 'POST',
  path: '/api/v1/incidents',
  group: 'incidents',
  access: 'admin',
  powers: everyPower,
  summary: { zh: '上报一个事件', en: 'Report an incident' },
  body: z.strictObject({
    title: line(120).min(2),
    text: prose(4_000),
    severity: incidentSeverity.default('medium'),
    /** When it happened, as far as it is known. */
    occurred: time.optional(),
    /** Who told of it, where that was not the caller: an employee, a customer, an authority. */
    reporter: line(120).default(''),
    subjects: z.array(subject).max(20).default([]),
  }),
  status: 201,
  response: opened,
  errors: ['validation_failed', 'audit_unwritable'],
});

/** An alert that did not become an incident by itself. */
export const openFromAlert = defineEndpoint({
  ...actsOnIncidents,
  id: 'openFromAlert',
  method: 'POST',
  path: '/api/v1/incidents/from-alert',
  summary: { zh: '把一条告警立为事件，或并入已有事件', en: 'Make an incident of an alert, or put it into one' },
  body: z.strictObject({ alert: z.string().regex(/^a_[A-Za-z0-9_-]{22}$/) }),
  status: 201,
  response: opened,
  errors: ['not_found', 'validation_failed', 'audit_unwritable'],
});

/** For machines: another system, a supplier, a scanner. The token needs the scope `incidents`. */
export const callIncident = defineEndpoint({
  id: 'callIncident',
  method: 'POST',
  path: '/api/v1/incidents/callback',
  group: 'incidents',
  access: 'admin',
  powers: [],
  scopes: ['incidents'],
  summary: { zh: '外部系统上报事件（同一编号只立一次）', en: 'Another system reports an incident; once for each reference' },
  body: z.strictObject({
    /** The caller's own name for it: the same one leads to one incident. */
    ref: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,119}$/),
    kind: z.enum(['callback', 'finding']).default('callback'),
    title: line(120).min(2),
    text: prose(4_000).default(''),
    severity: incidentSeverity,
    occurred: time.optional(),
    subjects: z.array(subject).max(20).default([]),
  }),
  status: 201,
  response: opened,
  errors: ['validation_failed', 'token_scope', 'audit_unwritable'],
});

export const advanceIncident = defineEndpoint({
  ...actsOnIncidents,
  id: 'advanceIncident',
  method: 'POST',
  path: '/api/v1/incidents/{id}/steps',
  summary: {
    zh: '处置事件：接手、研判、遏制、恢复、关闭、备注',
    en: 'Take, triage, contain, recover, close an incident, or note something',
  },
  params: incidentParams,
  body: z.discriminatedUnion('step', [
    z.strictObject({ step: z.literal('assign'), owner: line(100).min(1).nullable() }),
    z.strictObject({ step: z.literal('note'), note: prose(4_000).min(1) }),
    z.strictObject({ step: z.literal('severity'), severity: incidentSeverity, note: prose(1_000).min(2) }),
    /** `note` says why where a step is taken back or nothing was there. */
    z.strictObject({
      step: z.literal('advance'),
      to: incidentState.exclude(['new']),
      note: prose(1_000).default(''),
      /** Why it counts as recovered, or is closed without, although a box of the checklist of recovery is open. */
      exception: prose(1_000).min(10).optional(),
    }),
  ]),
  response: incidentSummary,
  errors: [
    'not_found',
    'incident_ended',
    'incident_step',
    'incident_reason',
    'incident_recovery_incomplete',
    'conflict',
    'validation_failed',
    'audit_unwritable',
  ],
});

export const setIncidentClock = defineEndpoint({
  ...actsOnIncidents,
  id: 'setIncidentClock',
  method: 'PUT',
  path: '/api/v1/incidents/{id}/clocks/{clock}',
  summary: { zh: '设定或更正一个时点', en: 'Set or correct a clock' },
  params: incidentParams.extend({ clock: incidentClock }),
  body: z.strictObject({ at: time, /** Needed to correct. */ reason: prose(1_000).default('') }),
  response: incidentSummary,
  errors: ['not_found', 'incident_ended', 'incident_reason', 'conflict', 'validation_failed', 'audit_unwritable'],
});

export const mergeIncident = defineEndpoint({
  ...actsOnIncidents,
  id: 'mergeIncident',
  method: 'POST',
  path: '/api/v1/incidents/{id}/merge',
  summary: { zh: '并入另一个事件', en: 'Merge into another incident' },
  params: incidentParams,
  body: z.strictObject({ into: incidentId, reason: prose(1_000).min(2) }),
  response: incidentSummary,
  errors: ['not_found', 'incident_ended', 'incident_step', 'conflict', 'validation_failed', 'audit_unwritable'],
});
