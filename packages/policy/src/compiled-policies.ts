import { EntityRef, type EntitySource, type EntityUid } from './entity.ts';
import { type ActionEntities, Evaluation } from './evaluation.ts';
import { EvaluationError, type EvaluationErrorCode } from './evaluation-error.ts';
import { type Explanation, explainDecision } from './explain.ts';
import type { Policy, PolicyInfo } from './policy.ts';
import { type Candidate, PolicyIndex } from './policy-index.ts';
import type { CedarRecord } from './value.ts';

/** What is asked: may this principal do this action on this resource, under these circumstances? */
export interface AuthorizationRequest {
  readonly principal: EntityUid;
  readonly action: EntityUid;
  readonly resource: EntityUid;
  readonly context: CedarRecord;
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

const byOrder = (a: Policy, b: Policy): number => a.order - b.order;

function idsOf(policies: Policy[]): string[] {
  return policies.sort(byOrder).map((policy) => policy.info.id);
}

function refuseErrors(decision: Decision): Decision {
  if (decision.errors.length === 0 || !decision.allow) return decision;
  return { allow: false, determining: [], errors: decision.errors };
}

/** Policies ready to decide. Immutable; decisions do no I/O, keep no state and never call the official engine. */
export class CompiledPolicies {
  /** All policies, in the order they were loaded. */
  readonly policies: readonly PolicyInfo[];
  readonly #policies: readonly Policy[];
  readonly #index: PolicyIndex;
  readonly #actions: ActionEntities;

  constructor(policies: readonly Policy[], actions: ActionEntities) {
    this.policies = policies.map((policy) => policy.info);
    this.#policies = policies;
    this.#actions = actions;
    this.#index = new PolicyIndex(policies, actions);
  }

  /**
   * Decides as Cedar does: denied unless a `permit` matches and no `forbid` does; a policy that cannot be evaluated is skipped
   * and reported. The trap: a skipped `forbid` does not forbid; use {@link decideStrict} to guard anything.
   * Throws what the entity source throws.
   */
  decide(request: AuthorizationRequest, entities: EntitySource): Decision {
    const evaluation = this.#evaluation(request, entities);
    const permits: Policy[] = [];
    const forbids: Policy[] = [];
    const errors: (DecisionError & { order: number })[] = [];
    this.#index.visit(evaluation, (candidates: readonly Candidate[]) => {
      for (const { policy, test } of candidates) {
        try {
          if (test(evaluation)) (policy.ast.effect === 'permit' ? permits : forbids).push(policy);
        } catch (error) {
          if (!(error instanceof EvaluationError)) throw error;
          errors.push({ policy: policy.info.id, code: error.code, message: error.message, order: policy.order });
        }
      }
    });
    return {
      allow: permits.length > 0 && forbids.length === 0,
      determining: idsOf(forbids.length > 0 ? forbids : permits),
      errors: errors.sort((a, b) => a.order - b.order).map(({ policy, code, message }) => ({ policy, code, message })),
    };
  }

  /**
   * Decides as Menshen does: like {@link decide}, but any evaluation error is a refusal, and so is an entity source that throws.
   * The errors are reported; `determining` then names the policies that forbid, and never one that permits.
   */
  decideStrict(request: AuthorizationRequest, entities: EntitySource): Decision {
    try {
      return refuseErrors(this.decide(request, entities));
    } catch {
      const error = { policy: null, code: 'internal_error', message: 'the entities could not be read' } as const;
      return { allow: false, determining: [], errors: [error] };
    }
  }

  /**
   * Decides, and says of every policy for this action whether it matched and, if not, at which part of it. Slower than
   * {@link decide}, which it agrees with; for people who ask why. Throws what the entity source throws.
   */
  explain(request: AuthorizationRequest, entities: EntitySource): Explanation {
    const cedarDecision = this.decide(request, entities);
    return explainDecision(this.#policies, this.#evaluation(request, entities), refuseErrors(cedarDecision), cedarDecision);
  }

  #evaluation(request: AuthorizationRequest, entities: EntitySource): Evaluation {
    return new Evaluation(
      EntityRef.from(request.principal),
      EntityRef.from(request.action),
      EntityRef.from(request.resource),
      request.context,
      entities,
      this.#actions,
    );
  }
}
