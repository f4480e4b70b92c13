import type { Test } from './compiled-expression.ts';
import { type Decision, decisionOf, type Failure } from './decision.ts';
import type { Evaluation } from './evaluation.ts';
import { EvaluationError } from './evaluation-error.ts';
import type { Policy } from './policy.ts';

/** A policy as the index hands it out: `test` is what the index has not made sure of. */
export interface Candidate {
  readonly policy: Policy;
  readonly test: Test;
}

/** Counts the votes of one decision, for candidates of which no list was prepared. */
export class Tally {
  readonly #evaluation: Evaluation;
  readonly #matched: Policy[] = [];
  readonly #failures: Failure[] = [];

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  /** Evaluates policies. Throws what the entity source throws; an evaluation error is counted. */
  evaluate(candidates: readonly Candidate[]): void {
    for (const { policy, test } of candidates) {
      try {
        if (test(this.#evaluation)) this.#matched.push(policy);
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error;
        this.#failures.push({ policy, error });
      }
    }
  }

  /** Cedar's answer: some permit, no forbid, and what failed does not count. */
  decision(): Decision {
    return decisionOf(this.#matched, this.#failures);
  }
}
