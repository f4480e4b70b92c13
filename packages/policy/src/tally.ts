import type { Test } from './compiled-expression.ts';
import type { Evaluation } from './evaluation.ts';
import { EvaluationError, type EvaluationErrorCode } from './evaluation-error.ts';
import type { Policy } from './policy.ts';

/** A policy as the index hands it out: `test` is what the index has not made sure of. */
export interface Candidate {
  readonly policy: Policy;
  readonly test: Test;
}

/** A policy that could not be evaluated; `policy` is `null` when the entities could not be read at all. */
export interface DecisionError {
  readonly policy: string | null;
  readonly code: EvaluationErrorCode | 'internal_error';
  readonly message: string;
}

/** The answer, and why. */
export interface Decision {
  readonly allow: boolean;
  /** Ids of the policies that decided, in the order they were loaded; none when nothing matched. */
  readonly determining: readonly string[];
  readonly errors: readonly DecisionError[];
}

interface Failure {
  readonly policy: Policy;
  readonly error: EvaluationError;
}

const NONE: readonly never[] = Object.freeze([]);

function idsOf(policies: Policy[]): string[] {
  const [only] = policies;
  if (only !== undefined && policies.length === 1) return [only.info.id];
  return policies.sort((a, b) => a.order - b.order).map((policy) => policy.info.id);
}

function errorsOf(failures: Failure[]): DecisionError[] {
  return failures
    .sort((a, b) => a.policy.order - b.policy.order)
    .map(({ policy, error }) => ({ policy: policy.info.id, code: error.code, message: error.message }));
}

/** Counts the votes of one decision. Lists exist only once something is in them: most decisions have one policy in one list. */
export class Tally {
  readonly #evaluation: Evaluation;
  #permits: Policy[] | undefined;
  #forbids: Policy[] | undefined;
  #failures: Failure[] | undefined;

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  /** Evaluates policies. Throws what the entity source throws; an evaluation error is counted. */
  evaluate(candidates: readonly Candidate[]): void {
    // Indexed: this is the innermost loop of every decision, and an iterator costs more than most policies.
    for (let index = 0; index < candidates.length; index++) {
      const candidate = candidates[index];
      if (candidate === undefined) continue;
      try {
        if (candidate.test(this.#evaluation)) this.#add(candidate.policy);
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error;
        this.#failures ??= [];
        this.#failures.push({ policy: candidate.policy, error });
      }
    }
  }

  #add(policy: Policy): void {
    if (policy.permits) {
      this.#permits ??= [];
      this.#permits.push(policy);
    } else {
      this.#forbids ??= [];
      this.#forbids.push(policy);
    }
  }

  /** Cedar's answer: some permit, no forbid, and what failed does not count. */
  decision(): Decision {
    const determining = this.#forbids ?? this.#permits;
    return {
      allow: this.#forbids === undefined && this.#permits !== undefined,
      determining: determining === undefined ? NONE : idsOf(determining),
      errors: this.#failures === undefined ? NONE : errorsOf(this.#failures),
    };
  }
}
