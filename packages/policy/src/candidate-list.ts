import { always, type Test } from './compiled-expression.ts';
import { type Decision, decisionOf, type Failure } from './decision.ts';
import type { Evaluation } from './evaluation.ts';
import { EvaluationError } from './evaluation-error.ts';
import type { Policy } from './policy.ts';
import { type Candidate, Tally } from './tally.ts';

/** As many tests as a mask of a small integer has bits. */
const MASK_BITS = 30;
/** Up to so many tests, decisions are kept by mask in an array: one load finds one, where a map takes several. */
const ARRAY_BITS = 6;
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
  /** Groups whose test holds always. */
  readonly #always: number;
  readonly #byMask: (Decision | undefined)[] | undefined;
  #decisions: Map<number, Decision> | undefined;

  constructor(candidates: readonly Candidate[]) {
    this.candidates = candidates;
    const groups = new Map<Test, Group>();
    for (const { policy, test } of candidates) {
      const known = groups.get(test);
      if (known === undefined) groups.set(test, { test, policies: [policy] });
      else known.policies.push(policy);
    }
    // What always holds comes last: its bits are known beforehand, and the loop does not get there.
    this.#groups = [...groups.values()].sort((a, b) => Number(a.test === always) - Number(b.test === always));
    this.#tests = this.#groups.filter(({ test }) => test !== always).map(({ test }) => test);
    this.#byMask = this.#groups.length <= ARRAY_BITS ? Array.from({ length: 1 << this.#groups.length }) : undefined;
    this.#always = this.#groups.reduce((mask, { test }, index) => (test === always ? mask | (1 << index) : mask), 0);
  }

  /** Decides among these policies. Throws what the entity source throws. */
  decide(evaluation: Evaluation): Decision {
    const tests = this.#tests;
    const count = tests.length;
    if (this.#groups.length > MASK_BITS) return this.#decideMany(evaluation);
    let mask = this.#always;
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
    if (failures === undefined) return this.#byMask?.[mask] ?? this.#kept(mask);
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

  #kept(mask: number): Decision {
    const known = this.#decisions?.get(mask);
    if (known !== undefined) return known;
    const decision = decisionOf(this.#matched(mask), NO_FAILURES);
    if (this.#byMask !== undefined) {
      this.#byMask[mask] = decision;
      return decision;
    }
    this.#decisions ??= new Map();
    if (this.#decisions.size < KEPT_DECISIONS) this.#decisions.set(mask, decision);
    return decision;
  }
}
