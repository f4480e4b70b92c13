import type { BaselineRule } from './model.ts';

/*
 * How unusual is unusual differs between companies. While the past is learned, findings raise no alert; the scores that ordinary work reached more than
 * once raise the threshold of their rule, up to a limit, so that what was ordinary then is not an alert later.
 */

/** The highest score of each of the entities that scored highest, by rule and kind of entity. */
export interface Calibration {
  readonly peaks: Map<string, Map<string, number>>;
}

export const newCalibration = (): Calibration => ({ peaks: new Map() });

const KEPT = 24;
const MARGIN = 1.02;
/** From so many people on, reaching a rule is a part of ordinary work, and its highest score is no exception. */
const COMMON = 8;
const MARGIN_OF_RUNS = 1.6;
/** A rule is never made more than this many times less sensitive; runs of numbers grow with the company. */
const CEILING = 4;
const CEILING_OF_RUNS = 40;

/** Rules that name a fact rather than a measure: ordinary work does not do this, so the past cannot excuse it. */
const exact: ReadonlySet<BaselineRule> = new Set(['amount_tampering']);

/** `user 7` and `ip 10.0.0.1` are measured apart: what an address does says nothing of what a person does. */
const kindOf = (rule: BaselineRule, entity: string): string => `${rule} ${entity.slice(0, entity.indexOf(' '))}`;

export function observe(calibration: Calibration, rule: BaselineRule, entity: string, score: number): void {
  const kind = kindOf(rule, entity);
  let peaks = calibration.peaks.get(kind);
  if (peaks === undefined) {
    peaks = new Map();
    calibration.peaks.set(kind, peaks);
  }
  const before = peaks.get(entity);
  if (before !== undefined) {
    if (score > before) peaks.set(entity, score);
    return;
  }
  if (peaks.size >= KEPT) {
    let lowest = '';
    let least = Number.POSITIVE_INFINITY;
    for (const [name, value] of peaks) {
      if (value < least) {
        least = value;
        lowest = name;
      }
    }
    if (score <= least) return;
    peaks.delete(lowest);
  }
  peaks.set(entity, score);
}

/** The score at which a rule raises an alert: 1, or above what ordinary work reached. */
export function thresholdOf(calibration: Calibration, rule: BaselineRule, entity: string): number {
  const peaks = calibration.peaks.get(kindOf(rule, entity));
  if (peaks === undefined || exact.has(rule)) return 1;
  const scores = [...peaks.values()].sort((a, b) => b - a);
  // What happened once in all the time that was learned from is rare enough to be told, and may have been an attack.
  const [highest = 0, second = 0] = scores;
  if (entity.startsWith('objects ') || entity.startsWith('newest ')) {
    return Math.min(CEILING_OF_RUNS, Math.max(1, highest * MARGIN_OF_RUNS));
  }
  return Math.min(CEILING, Math.max(1, (scores.length < COMMON ? second : highest) * MARGIN));
}
