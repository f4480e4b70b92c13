import * as z from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { bilingual, time } from './common.ts';
import { actsOnIncidents, incidentParams, line, onIncidents, prose } from './incident-words.ts';

/** What has to be so before something counts as recovered. */
export const recoveryBoxes = ['repaired', 'restored', 'hardened', 'reopened'] as const;
export const recoveryBox = z.enum(recoveryBoxes);
export type RecoveryBox = z.output<typeof recoveryBox>;

/**
 * What proves a box: a finding that a re-scan closed, a release that was registered with a clean scan, a drill whose record is signed, a change in the audit
 * log by its index, measures that have all ended.
 */
export const recoveryEvidenceKinds = ['finding', 'release', 'drill', 'restore', 'change', 'measures'] as const;
export const recoveryEvidenceKind = z.enum(recoveryEvidenceKinds);
export type RecoveryEvidenceKind = z.output<typeof recoveryEvidenceKind>;

/** Why something proves nothing, or no longer does. */
export const proofProblems = [
  'unknown',
  'not_fixed',
  'not_clean',
  'revoked',
  'failed',
  'no_hardening',
  'before_incident',
  'still_closed',
  'wrong_box',
] as const;
export type ProofProblem = (typeof proofProblems)[number];

export const recoveryEvidence = z.object({
  kind: recoveryEvidenceKind,
  ref: z.string(),
  label: bilingual,
  /** When it came to be so. */
  at: time,
  /** Console page that shows it. */
  path: z.string(),
  /** Index of its record in the audit log, by which anybody can prove it; null where the log of this node does not have it. */
  index: z.int().nullable(),
});
export type RecoveryEvidence = z.output<typeof recoveryEvidence>;

export const recoveryBoxView = z.object({
  box: recoveryBox,
  /** `lapsed`: what proved it is no longer so. */
  state: z.enum(['open', 'filled', 'lapsed']),
  /** What fills it; `computed` where the state of the measures does. */
  how: z.enum(['evidence', 'computed', 'statement', 'not_needed']).nullable(),
  evidence: recoveryEvidence.nullable(),
  problem: z.enum(proofProblems).nullable(),
  /** Whose word it is, where it is somebody's word. */
  who: z.string().nullable(),
  reason: z.string(),
  /** Who filled it, and when. */
  by: z.string().nullable(),
  at: time.nullable(),
  /** What would prove it. */
  candidates: z.array(recoveryEvidence),
});
export type RecoveryBoxView = z.output<typeof recoveryBoxView>;

export const recoveryChecklist = z.object({
  boxes: z.array(recoveryBoxView),
  complete: z.boolean(),
  /** Why the incident counts as recovered although a box was open. */
  exception: z.object({ at: time, by: z.string(), missing: z.array(recoveryBox), reason: z.string() }).nullable(),
});
export type RecoveryChecklist = z.output<typeof recoveryChecklist>;

export const getRecoveryChecklist = defineEndpoint({
  ...onIncidents,
  id: 'getRecoveryChecklist',
  method: 'GET',
  path: '/api/v1/incidents/{id}/recovery',
  summary: {
    zh: '恢复清单：已修复、已还原、已加固、已恢复服务',
    en: 'Checklist of recovery: repaired, restored, hardened, reopened',
  },
  scopes: ['audit:read'],
  params: incidentParams,
  response: recoveryChecklist,
  errors: ['not_found'],
});

export const fillRecoveryBox = defineEndpoint({
  ...actsOnIncidents,
  id: 'fillRecoveryBox',
  method: 'POST',
  path: '/api/v1/incidents/{id}/recovery/{box}',
  summary: {
    zh: '以证据或具名说明填写恢复清单的一项，或撤回',
    en: 'Fill a box of the checklist by evidence or by the word of a named person, or empty it',
  },
  params: incidentParams.extend({ box: recoveryBox }),
  body: z.discriminatedUnion('how', [
    /** `ref`: id of a finding or a release, when a drill began, index of an entry of the log. */
    z.strictObject({ how: z.literal('evidence'), kind: recoveryEvidenceKind, ref: line(100).min(1) }),
    z.strictObject({ how: z.literal('statement'), who: line(100).min(2), reason: prose(1_000).min(10) }),
    z.strictObject({ how: z.literal('not_needed'), reason: prose(1_000).min(10) }),
    z.strictObject({ how: z.literal('withdraw'), reason: prose(1_000).min(4) }),
  ]),
  response: recoveryChecklist,
  errors: ['not_found', 'incident_ended', 'recovery_evidence', 'conflict', 'validation_failed', 'audit_unwritable'],
});
