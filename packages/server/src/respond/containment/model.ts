import {
  type Measured,
  type MeasureKindId,
  type MeasureState,
  type MeasureVerb,
  measureKindIds,
  measureTargets,
  measureWords,
  type RiskClass,
} from '@menshen/contract';
import type * as z from 'zod';

/** A kind of measure, for whoever composes them: playbooks, the console, the command line. */
export interface MeasureKind {
  readonly id: MeasureKindId;
  readonly verb: MeasureVerb;
  /** What the verb acts on, as in `stop route`. */
  readonly object: string;
  /** `hold` stands until it ends and leaves nothing behind; `act` is done once and cannot be taken back. */
  readonly nature: 'hold' | 'act';
  /** The highest class that it can have; `riskClassOf` of the contract tells that of one target. */
  readonly riskClass: RiskClass;
  readonly target: z.ZodType;
}

export const measureKinds: readonly MeasureKind[] = measureKindIds.map((id) => {
  const { verb, object, nature, riskClass } = measureWords[id];
  return { id, verb, object, nature, riskClass, target: measureTargets[id] };
});

/** What is asked for. Times in epoch ms. */
export type Request = Measured & {
  /** When it ends by itself. */
  readonly until: number;
  readonly reason: string;
  readonly incident?: string | undefined;
  /** What is asked for again under the same key changes nothing and gets the first measure. */
  readonly idempotencyKey: string;
  /** Whether a measure that does the same, and does so for at least half of the time, is enough. */
  readonly ifNoneStands?: boolean | undefined;
};

/** A measure that was taken. */
export type Measure = Measured & {
  readonly id: string;
  readonly reason: string;
  readonly incident: string | null;
  readonly state: MeasureState;
  readonly since: number;
  readonly until: number;
  readonly by: string;
  /** The request for approval that it was carried out by; null where its asker came themself. */
  readonly approval: string | null;
  /** Who approved it; null where one person sufficed, and where it was forced. */
  readonly approvedBy: string | null;
  /** Whether one person forced what takes two here. */
  readonly forced: boolean;
  readonly endedAt: number | null;
  readonly endedBy: string | null;
  readonly endReason: string | null;
  /** What an act has done: sessions ended, keys rotated, secrets replaced, tokens revoked. */
  readonly done: number;
  readonly stopped: number;
  readonly lastStopped: number | null;
};

export const shortestMs = 60_000;
export const longestMs = 30 * 86_400_000;

/** Whether a measure is in force at a time: what has ended by the clock has ended, whether or not anybody wrote it down. */
export function stands(measure: Pick<Measure, 'state' | 'until'>, now: number): boolean {
  return (measure.state === 'active' || measure.state === 'working') && now < measure.until;
}

export interface MeasureFilter {
  readonly show: 'active' | 'ended' | 'all';
  readonly incident?: string | undefined;
  /** Those that began before, epoch ms. */
  readonly before?: number | undefined;
  readonly limit: number;
}
