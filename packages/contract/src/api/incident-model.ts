import * as z from 'zod';

export const incidentSeverities = ['low', 'medium', 'high', 'critical'] as const;
export const incidentSeverity = z.enum(incidentSeverities);
export type IncidentSeverity = z.output<typeof incidentSeverity>;

/** `false_alarm` ends an incident as `closed` does, and counts in no mean time. */
export const incidentStates = ['new', 'triaged', 'contained', 'recovered', 'closed', 'false_alarm'] as const;
export const incidentState = z.enum(incidentStates);
export type IncidentState = z.output<typeof incidentState>;

/** When it happened, when a machine saw it, when a person knew, and how it went on. */
export const incidentClocks = ['occurred', 'detected', 'aware', 'classified', 'contained', 'recovered', 'closed'] as const;
export const incidentClock = z.enum(incidentClocks);
export type IncidentClock = z.output<typeof incidentClock>;

/** Where an incident came from, and what joined it. */
export const incidentSourceKinds = ['alert', 'finding', 'drift', 'report', 'callback', 'playbook', 'incident'] as const;
export const incidentSourceKind = z.enum(incidentSourceKinds);
export type IncidentSourceKind = z.output<typeof incidentSourceKind>;

/** Whom or what an incident concerns. */
export const incidentSubjectKinds = [
  'user',
  'device',
  'address',
  'session',
  'campaign',
  'rule',
  'app',
  'host',
  'version',
  'reporter',
] as const;
export const incidentSubjectKind = z.enum(incidentSubjectKinds);
export type IncidentSubjectKind = z.output<typeof incidentSubjectKind>;

/** What an entry of the timeline tells of. */
export const timelineKinds = [
  'opened',
  'merged',
  'state',
  'severity',
  'owner',
  'clock',
  'note',
  'evidence',
  'judgement',
  'duty',
  'report',
  'measure',
  'playbook',
  'recovery',
  'postmortem',
  'action',
] as const;
export const timelineKind = z.enum(timelineKinds);
export type TimelineKind = z.output<typeof timelineKind>;
