import * as z from 'zod';
import { bilingual, time } from './common.ts';

export const complianceFrameworks = ['mlps', 'pipl', 'gbt35273', 'gbt39786', 'asvs'] as const;
export const complianceFramework = z.enum(complianceFrameworks);
export type ComplianceFramework = z.output<typeof complianceFramework>;

/** `met`: everything asked has fresh evidence. `manual`: attested with a file. Each holds until a date and turns by itself. */
export const complianceStates = ['met', 'stale', 'gap', 'manual', 'not_applicable'] as const;
export const complianceState = z.enum(complianceStates);
export type ComplianceState = z.output<typeof complianceState>;

/** `enforced` by the gateway, `proved` by what the product sees, or attested by hand. */
export const complianceKinds = ['enforced', 'proved', 'manual'] as const;
export const complianceKind = z.enum(complianceKinds);

export const complianceItemId = z.string().regex(/^(mlps|pipl|gbt35273|gbt39786|asvs):[0-9A-Za-z.-]{1,40}$/);
/** `all`, `platform` for Menshen itself, an app, a group of its routes by their path (`routes:APP:/PATH`), or a business. */
export const complianceSubject = z
  .string()
  .regex(/^(?:all|platform|(?:app|business):[a-z0-9][a-z0-9_-]{0,63}|routes:[a-z0-9][a-z0-9_-]{0,63}:\/[\w.~/-]{1,200})$/);

export const complianceEvidence = z.object({ text: bilingual, at: time.nullable(), path: z.string() });

/** What closes a gap, and where. */
export const complianceStep = z.object({ text: bilingual, path: z.string() });

export const complianceRow = z.object({
  id: complianceItemId,
  clause: z.string(),
  section: z.string(),
  text: bilingual,
  kind: complianceKind,
  /** Level 2 or 3 for MLPS, 1 to 3 for ASVS: the lowest that asks for it. */
  level: z.number().nullable(),
  state: complianceState,
  /** When the oldest of what is asked was seen last; null where nothing was seen. */
  seen: time.nullable(),
  /** When the state turns unless something new is seen or attested. */
  until: time.nullable(),
  /** Shortest way; null where nothing is missing. */
  step: complianceStep.nullable(),
});
export type ComplianceRow = z.output<typeof complianceRow>;

export const complianceCounts = z.object({
  total: z.number(),
  /** Items that the product can enforce or prove at all. */
  provable: z.number(),
  met: z.number(),
  stale: z.number(),
  gap: z.number(),
  manual: z.number(),
  not_applicable: z.number(),
});
export type ComplianceCounts = z.output<typeof complianceCounts>;

export const complianceProof = z.object({
  id: z.string(),
  name: bilingual,
  shownBy: bilingual,
  state: z.enum(['fresh', 'stale', 'off']),
  freshDays: z.number(),
  /** Places where it stands, and those of them with fresh evidence. */
  places: z.number(),
  fresh: z.number(),
  until: time.nullable(),
  evidence: z.array(complianceEvidence),
  /** What breaks it, each with the page where it is mended. */
  problems: z.array(z.object({ title: bilingual, fix: bilingual, path: z.string() })),
  step: complianceStep.nullable(),
});
export type ComplianceProof = z.output<typeof complianceProof>;

export const complianceAttestation = z.object({
  id: z.string(),
  item: complianceItemId,
  name: z.string(),
  statement: z.string(),
  type: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  by: z.string(),
  at: time,
  until: time,
  state: z.enum(['valid', 'expired', 'withdrawn']),
});
export type ComplianceAttestation = z.output<typeof complianceAttestation>;

export const complianceExclusion = z.object({
  reason: z.string(),
  by: z.string(),
  approver: z.string().nullable(),
  at: time,
  until: time,
  state: z.enum(['valid', 'expired', 'revoked']),
});
export type ComplianceExclusion = z.output<typeof complianceExclusion>;

export const complianceMapped = z.object({
  id: complianceItemId,
  framework: complianceFramework,
  clause: z.string(),
  text: bilingual,
  state: complianceState,
});
