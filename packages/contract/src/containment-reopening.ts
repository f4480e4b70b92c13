import * as z from 'zod';
import type { MeasureKindId } from './containment.ts';

/** Measures that can be taken back in steps: what they close is asked for by persons, of whom a share can be let through. */
export const reopenableKinds = ['stop_route', 'stop_campaign', 'stop_app', 'read_only'] as const satisfies MeasureKindId[];
export type ReopenableKind = (typeof reopenableKinds)[number];
export const isReopenable = (kind: MeasureKindId): kind is ReopenableKind =>
  (reopenableKinds as readonly MeasureKindId[]).includes(kind);

/**
 * `open`: the share of the step is let through and watched. `paused`: the same, but no further by itself. `closed`: nobody is let through. `complete`: the
 * measure was lifted at the end.
 */
export const reopeningStates = ['open', 'paused', 'closed', 'complete'] as const;
export const reopeningState = z.enum(reopeningStates);
export type ReopeningState = (typeof reopeningStates)[number];

/** Shares in percent of persons; how long each is watched before the next. */
const step = z.strictObject({ share: z.int().min(1).max(100), seconds: z.int().min(5).max(86_400) });
const steps = z
  .array(step)
  .min(1)
  .max(10)
  .refine((given) => given.every(({ share }, at) => at === 0 || share > (given[at - 1]?.share ?? 0)), 'steps_rise')
  .refine((given) => given.at(-1)?.share === 100, 'steps_end');

/** What ends a reopening by itself. */
export const reopeningWatch = z.strictObject({
  /** What is counted: the requests that were let through in the last so many seconds, and at most since the step began. */
  windowSeconds: z.int().min(10).max(3_600).default(300),
  /** With fewer nothing is concluded from shares, and no step follows by itself. */
  minRequests: z.int().min(1).max(100_000).default(20),
  /** Share of answers of 500 and above, and of failures of the backend, in percent. From half of it on it goes no further, from all of it it closes. */
  errorPercent: z.number().min(0.1).max(100).default(5),
  /** Share of requests that inspection, policies, guards or limits refuse, in percent. Likewise. */
  refusedPercent: z.number().min(0.1).max(100).default(20),
  /** Rules of detection whose next alert closes; those of the incident's alerts when absent. */
  rules: z
    .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,119}$/))
    .max(50)
    .optional(),
});
export type ReopeningWatch = z.output<typeof reopeningWatch>;

export const reopeningPlan = z.strictObject({
  steps: steps.default([
    { share: 5, seconds: 600 },
    { share: 25, seconds: 900 },
    { share: 100, seconds: 1_800 },
  ]),
  /** Whether a step that stood its time without a sign is followed by the next, and the last by the lifting of the measure. */
  advance: z.enum(['auto', 'manual']).default('auto'),
  watch: reopeningWatch.prefault({}),
});
export type ReopeningPlan = z.output<typeof reopeningPlan>;

/** Why a reopening moved, as far as it was not a person. */
export const reopeningSigns = ['errors', 'refusals', 'alert', 'healthy'] as const;
export type ReopeningSign = (typeof reopeningSigns)[number];
