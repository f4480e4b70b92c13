import type { Test } from './compiled-expression.ts';
import { type Decision, decisionOf, type Failure } from './decision.ts';
import type { Evaluation } from './evaluation.ts';
import { EvaluationError } from './evaluation-error.ts';
import type { Policy } from './policy.ts';
import { type Candidate, Tally } from './tally.ts';

/** As many tests as a mask of a small integer has bits. */
const MASK_BITS = 30;
const KEPT_DECISIONS = 64;

interface Group {
  readonly test: Test;
  readonly policies: Policy[];
}

const NO_FAILURES: readonly Failure[] = Object.freeze([]);

/**
 * The policies for one principal, action and type of resource. Policies that ask the same are asked once, and which of the
 * distinct tests hold makes a mask under which the decision is kept: the usual decision allocates nothing.
 */
export class CandidateList {
  readonly candidates: readonly Candidate[];
  readonly #groups: readonly Group[];
  readonly #tests: readonly Test[];
  readonly #decisions = new Map<number, Decision>();

  constructor(candidates: readonly Candidate[]) {
    this.candidates = candidates;
    const groups = new Map<Test, Group>();
    for (const { policy, test } of candidates) {
      const known = groups.get(test);
      if (known === undefined) groups.set(test, { test, policies: [policy] });
      else known.policies.push(policy);
    }
    this.#groups = [...groups.values()];
    this.#tests = this.#groups.map((group) => group.test);
  }

  /** Decides among these policies. Throws what the entity source throws. */
  decide(evaluation: Evaluation): Decision {
    const tests = this.#tests;
    const count = tests.length;
    if (count > MASK_BITS) return this.#decideMany(evaluation);
    let mask = 0;
    let failures: Failure[] | undefined;
    // Indexed: this is the innermost loop of every decision, and an iterator costs more than most policies.
    for (let index = 0; index < count; index++) {
      const test = tests[index];
      if (test === undefined) continue;
      try {
        if (test(evaluation)) mask |= 1 << index;
      } catch (error) {
        failures ??= [];
        this.#fail(index, error, failures);
      }
    }
    if (failures === undefined) return this.#decisions.get(mask) ?? this.#remember(mask);
    return decisionOf(this.#matched(mask), failures);
  }

  #decideMany(evaluation: Evaluation): Decision {
    const tally = new Tally(evaluation);
    tally.evaluate(this.candidates);
    return tally.decision();
  }

  #fail(index: number, error: unknown, failures: Failure[]): void {
    if (!(error instanceof EvaluationError)) throw error;
    for (const policy of this.#groups[index]?.policies ?? []) failures.push({ policy, error });
  }

  #matched(mask: number): Policy[] {
    return this.#groups.flatMap((group, index) => ((mask & (1 << index)) === 0 ? [] : group.policies));
  }

  #remember(mask: number): Decision {
    const decision = decisionOf(this.#matched(mask), NO_FAILURES);
    if (this.#decisions.size < KEPT_DECISIONS) this.#decisions.set(mask, decision);
    return decision;
  }
}
