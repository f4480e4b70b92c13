import { type Bilingual, bilingual, complianceCounts, type TrendCause } from '@menshen/contract';
import * as z from 'zod';
import { grade, weakness } from '../risk/model.ts';

/** What is kept of a subject for a day. */
export const dayContent = z.object({
  risk: z.object({
    /** Risks by level 1 to 5. */
    levels: z.array(z.int()).length(5),
    /** Sum of all scores. */
    total: z.number(),
    highest: z.number(),
  }),
  /** Items by state, by framework. A framework that came later is not there. */
  compliance: z.record(z.string(), complianceCounts),
});
export type DayContent = z.output<typeof dayContent>;

export interface Day {
  /** Days since 1970-01-01 in China (UTC+8). */
  readonly day: number;
  readonly at: number;
  readonly content: DayContent;
}

/** Something that changed, and what that is worth: equal things at one place are one. */
export interface Cause {
  readonly kind: TrendCause;
  /** What it is about, the same whenever the same happens again. */
  readonly ref: string;
  /** App that it happened in; null for what all share. */
  readonly app: string | null;
  readonly text: Bilingual;
  readonly count: number;
  /** What the sum of all scores would be more without it, and so what it took off (negative) or brought; null where that cannot be told. */
  readonly effect: number | null;
  /** Page that shows it. */
  readonly path: string;
}

export interface Mark extends Cause {
  readonly day: number;
  /** When it was seen last on that day. */
  readonly at: number;
}

/** What the next look is compared with. */
export const basis = z.object({
  at: z.number(),
  method: z.string(),
  assets: z.array(z.object({ id: z.string(), app: z.string().nullable(), name: bilingual, path: z.string() })),
  /** Without evidence: that grows old and is told elsewhere. */
  weaknesses: z.array(weakness),
  controls: z.array(z.object({ control: z.string(), scope: z.string(), state: z.enum(['effective', 'stale', 'off']) })),
  importance: z.record(z.string(), grade),
  /** Greatest frequency of each threat at any asset. */
  threats: z.record(z.string(), grade),
});
export type Basis = z.output<typeof basis>;

const dayMs = 86_400_000;
const zoneMs = 8 * 3_600_000;
export const dayOf = (at: number): number => Math.floor((at + zoneMs) / dayMs);
/** Noon of a day in China. */
export const noonOf = (day: number): number => day * dayMs - zoneMs + dayMs / 2;
