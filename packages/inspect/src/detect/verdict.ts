import type { AttackClass } from './model.ts';

/** A finding's class: what an attack is after, or `protocol` for a request that has no single reading or was not read to its end. */
export type FindingClass = AttackClass | 'protocol';

/** One reason of a verdict. */
export interface Finding {
  readonly class: FindingClass;
  /** The feature, such as `sql.tautology`; the code of a refusal for `protocol`. Stable: exceptions name it. */
  readonly rule: string;
  /** Such as `query.keyword`, `body.items[0].name`, `header.user-agent`, `cookie.sid`, `path`. At most 160 characters. */
  readonly where: string;
  /** A short piece of the request's text around the place, without control characters. For records, never for an answer. */
  readonly evidence: string;
  readonly zh: string;
  readonly en: string;
  /** Log-odds that it added. */
  readonly points: number;
}

/** What the inspection makes of a request. The same request has the same verdict. */
export interface Verdict {
  readonly action: 'pass' | 'block';
  /** 0 to 100; from 50 on the action is `block`. */
  readonly score: number;
  /** Heaviest first; empty where nothing spoke for an attack. */
  readonly findings: readonly Finding[];
  /** Whether the step budget ended before the request did: what was not read was not found harmless, so that the action is `block`. */
  readonly exhausted: boolean;
}

export const passed: Verdict = Object.freeze({ action: 'pass', score: 0, findings: Object.freeze([]), exhausted: false });

/** Log-odds at which a class is a block: a score of 50. */
export const blockAt = 4;

/** A score of 0 to 100 from log-odds: 50 at {@link blockAt}; 0 where there is nothing. */
export function scoreOf(points: number): number {
  if (points <= 0) return 0;
  const score = Math.round(100 / (1 + Math.exp(blockAt - points)));
  return points >= blockAt ? Math.max(50, score) : Math.min(49, score);
}

/** What is said of a request that was not read to its end. */
export const budgetFinding: Finding = Object.freeze({
  class: 'protocol',
  rule: 'inspection_budget',
  where: 'request',
  evidence: '',
  zh: '请求过于复杂，未能检查完毕；没有检查到的部分不能视为无害。',
  en: 'The request is too complex to be inspected to its end; what was not read was not found harmless.',
  points: blockAt,
});
