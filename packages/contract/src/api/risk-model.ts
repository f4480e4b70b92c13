import * as z from 'zod';
import { bilingual, time } from './common.ts';

/** From 1 (very low) to 5 (very high). */
export const riskGrade = z.int().min(1).max(5);
export const riskId = z.string().regex(/^rk_[A-Za-z0-9_-]{16}\.[a-z0-9_-]{1,60}$/);
export const riskBusinessId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);
/** Id of an asset: `app:portal`, `route:portal:GET /api/me`. */
export const riskAssetId = z.string().min(1).max(700);
export const riskControlId = z.string().regex(/^[a-z][a-z0-9_]{0,59}$/);
export const riskWeaknessId = z.string().min(1).max(1_000);
export const riskOwner = z.string().trim().min(1).max(60);

export const riskEvidence = z.object({
  text: bilingual,
  at: time.nullable(),
  /** Page of the console where it can be read. */
  path: z.string(),
});
export type RiskEvidence = z.output<typeof riskEvidence>;

export const riskAssetKind = z.enum([
  ...(['app', 'platform', 'version', 'route', 'backend', 'data', 'people', 'key', 'node', 'dependency'] as const),
  'third_party',
]);
export type RiskAssetKind = z.output<typeof riskAssetKind>;

export const riskTreatmentOption = z.enum(['reduce', 'avoid', 'transfer', 'retain']);
export const riskTreatmentState = z.enum(['planned', 'under_way', 'done', 'dropped']);

export const riskTreatment = z.object({
  id: z.string(),
  risk: riskId,
  option: riskTreatmentOption,
  plan: z.string(),
  owner: z.string(),
  /** In yuan; null where nobody has said. */
  cost: z.number().nullable(),
  due: time.nullable(),
  /** The score that should be left; the computed one tells whether it came true. */
  residual: z.number().nullable(),
  state: riskTreatmentState,
  overdue: z.boolean(),
  /** Score when it was planned. */
  scoreThen: z.number(),
  createdAt: time,
  createdBy: z.string(),
  changedAt: time,
});
export type RiskTreatment = z.output<typeof riskTreatment>;

export const riskAcceptance = z.object({
  id: z.string(),
  risk: riskId,
  /** What was accepted: a higher number is not. */
  score: z.number(),
  reason: z.string(),
  until: time,
  acceptedAt: time,
  acceptedBy: z.string(),
  approver: z.string().nullable(),
  /** `exceeded`: the risk has risen above what was accepted. */
  state: z.enum(['valid', 'expired', 'exceeded', 'revoked']),
});
export type RiskAcceptance = z.output<typeof riskAcceptance>;

export const riskRow = z.object({
  id: riskId,
  /** 1 to 25, to a tenth. */
  score: z.number(),
  level: riskGrade,
  /** Cell of the 5 × 5 matrix. */
  likelihood: riskGrade,
  loss: riskGrade,
  asset: z.object({
    id: riskAssetId,
    name: bilingual,
    kind: riskAssetKind,
    app: z.string().nullable(),
    owner: z.string().nullable(),
  }),
  threat: z.object({ id: z.string(), name: bilingual }),
  /** What decides the number; null where it is the threat's own base. */
  weakness: bilingual.nullable(),
  businesses: z.array(z.string()),
  treatment: riskTreatmentState.nullable(),
  /** Whether two people have accepted it, and it still holds. */
  accepted: z.boolean(),
});
export type RiskRow = z.output<typeof riskRow>;

export const rolledRisk = z.object({
  id: z.string(),
  name: bilingual,
  /** 0 without risks. */
  score: z.number(),
  level: z.int().min(0).max(5),
  risks: z.number(),
  worst: riskId.nullable(),
});

export const riskControlState = z.enum(['effective', 'stale', 'off']);
export const riskControlStanding = z.object({
  control: riskControlId,
  name: bilingual,
  /** Asset that it stands before; null for everything. */
  asset: z.object({ id: riskAssetId, name: bilingual }).nullable(),
  state: riskControlState,
  strength: z.number(),
  /** When it turns stale unless something new is seen. */
  until: time.nullable(),
  /** What would show that it works. */
  shownBy: bilingual,
  evidence: z.array(riskEvidence),
});
export type RiskControlStanding = z.output<typeof riskControlStanding>;

/** What might be changed, for a what-if. */
export const riskChange = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('control'),
    control: riskControlId,
    on: z.boolean(),
    where: z.union([
      z.strictObject({ asset: riskAssetId }),
      z.strictObject({ tag: z.string().regex(/^[a-z][a-z-]{0,39}$/), app: z.string().max(64).nullable() }),
      z.strictObject({ everywhere: z.literal(true) }),
    ]),
  }),
  z.strictObject({ kind: z.literal('mend'), weakness: riskWeaknessId }),
  z.strictObject({ kind: z.literal('importance'), business: z.string().max(64), importance: riskGrade }),
]);
export type RiskChange = z.output<typeof riskChange>;

export const changedRisk = z.object({
  id: riskId,
  asset: bilingual,
  threat: bilingual,
  before: z.number().nullable(),
  after: z.number().nullable(),
});
export const riskComparison = z.object({
  lower: z.number(),
  higher: z.number(),
  added: z.number(),
  gone: z.number(),
  total: z.object({ before: z.number(), after: z.number() }),
  /** What fell most first; at most 200. */
  changed: z.array(changedRisk),
});
export type RiskComparison = z.output<typeof riskComparison>;
