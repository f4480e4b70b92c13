import type { EvaluationError, EvaluationErrorCode } from './evaluation-error.ts';
import type { Policy } from './policy.ts';

/** A policy that could not be evaluated; `policy` is `null` when the entities could not be read at all. */
export interface DecisionError {
  readonly policy: string | null;
  readonly code: EvaluationErrorCode | 'internal_error';
  readonly message: string;
}

/** The answer, and why. Frozen: equal decisions may be the same object. */
export interface Decision {
  readonly allow: boolean;
  /** Ids of the policies that decided, in the order they were loaded; none when nothing matched. */
  readonly determining: readonly string[];
  readonly errors: readonly DecisionError[];
}

/** A policy and why it could not be evaluated. */
export interface Failure {
  readonly policy: Policy;
  readonly error: EvaluationError;
}

const NONE: readonly never[] = Object.freeze([]);

function idsOf(policies: readonly Policy[]): readonly string[] {
  return policies.length === 0 ? NONE : Object.freeze(policies.map((policy) => policy.info.id));
}

function errorsOf(failures: readonly Failure[]): readonly DecisionError[] {
  if (failures.length === 0) return NONE;
  return failures
    .toSorted((a, b) => a.policy.order - b.policy.order)
    .map(({ policy, error }) => ({ policy: policy.info.id, code: error.code, message: error.message }));
}

/** Cedar's answer: some permit, no forbid, and what failed does not count. */
export function decisionOf(matched: readonly Policy[], failures: readonly Failure[]): Decision {
  const inOrder = matched.length < 2 ? matched : matched.toSorted((a, b) => a.order - b.order);
  const forbids = inOrder.filter((policy) => !policy.permits);
  const determining = idsOf(forbids.length > 0 ? forbids : inOrder);
  return Object.freeze({ allow: forbids.length === 0 && inOrder.length > 0, determining, errors: errorsOf(failures) });
}

/** The decision that counts in Menshen: any evaluation error is a refusal; `determining` then never names a policy that permits. */
export function refuseErrors(decision: Decision): Decision {
  if (decision.errors.length === 0 || !decision.allow) return decision;
  return { allow: false, determining: NONE, errors: decision.errors };
}
