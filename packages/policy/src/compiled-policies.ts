import { type Decision, refuseErrors } from './decision.ts';
import type { Entity, EntitySource } from './entity.ts';
import { EntityRef, type EntityUid } from './entity-ref.ts';
import { type ActionEntities, Evaluation } from './evaluation.ts';
import { type Explanation, explainDecision } from './explain.ts';
import { commonFields } from './mask.ts';
import type { Policy, PolicyInfo } from './policy.ts';
import { PolicyIndex } from './policy-index.ts';
import { RecordSource } from './record-source.ts';
import { compileListCondition, type ListCondition, type ListConditionOptions } from './sql/list-condition.ts';
import { guardedSource, NO_REFERENCE, NO_RESOURCE, RowContext } from './sql/row-context.ts';
import type { SqlMapping } from './sql/table-mapping.ts';
import type { CedarRecord } from './value.ts';

/** What is asked: may this principal do this action on this resource, under these circumstances? */
export interface AuthorizationRequest {
  readonly principal: EntityUid;
  readonly action: EntityUid;
  readonly resource: EntityUid;
  readonly context: CedarRecord;
}

/** What is asked of a list: which of its resources may this principal do this action on? */
export type ListRequest = Omit<AuthorizationRequest, 'resource'>;

const NO_FIELDS: readonly string[] = Object.freeze([]);

/** Policies ready to decide. Immutable; decisions do no I/O, keep no state and never call the official engine. */
export class CompiledPolicies {
  /** All policies, in the order they were loaded. */
  readonly policies: readonly PolicyInfo[];
  readonly #policies: readonly Policy[];
  readonly #index: PolicyIndex;
  readonly #actions: ActionEntities;
  readonly #masks: ReadonlyMap<string, readonly string[]>;

  constructor(policies: readonly Policy[], actions: ActionEntities) {
    this.policies = policies.map((policy) => policy.info);
    this.#policies = policies;
    this.#actions = actions;
    this.#index = new PolicyIndex(policies, actions);
    this.#masks = new Map(policies.flatMap(({ info }) => (info.mask === undefined ? [] : [[info.id, info.mask] as const])));
  }

  /**
   * Decides as Cedar does: denied unless a `permit` matches and no `forbid` does; a policy that cannot be evaluated is skipped
   * and reported. The trap: a skipped `forbid` does not forbid; use {@link decideStrict} to guard anything.
   * Throws what the entity source throws.
   */
  decide(request: AuthorizationRequest, entities: EntitySource): Decision {
    return this.#index.decide(this.#evaluation(request, entities));
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
   * The fields that an allowed answer hides: those that every permit behind the decision masks with `@mask`. Not to be asked of a
   * refusal: throws a RangeError.
   */
  maskedFields(decision: Decision): readonly string[] {
    if (!decision.allow) throw new RangeError('a refusal discloses nothing');
    return commonFields(decision.determining.map((id) => this.#masks.get(id) ?? NO_FIELDS));
  }

  /**
   * The records that {@link decideStrict} allows, in their order, each with its own data. A record is taken as it is handed in; what
   * it refers to is read from the source. Throws what the entity source throws.
   */
  filter<T extends Entity>(request: ListRequest, records: readonly T[], entities: EntitySource): T[] {
    const principal = EntityRef.from(request.principal);
    const action = EntityRef.from(request.action);
    const source = new RecordSource(records, entities);
    const principalEntity = source.get(principal.type, principal.id);
    return records.filter((record) => {
      const resource = new EntityRef(record.type, record.id);
      source.current = record;
      const known = { principal: resource.key === principal.key ? record : principalEntity, resource: record };
      const evaluation = new Evaluation(principal, action, resource, request.context, source, this.#actions, known);
      const { allow, errors } = this.#index.decide(evaluation);
      return allow && errors.length === 0;
    });
  }

  /**
   * The condition by which a database selects the rows that {@link decideStrict} allows: the policies with all that is known
   * without the row put in. What the tables hold must agree with the entity source; a principal of the listed type that this does
   * not know may be a row with attributes of its own, and is allowed none. Throws what the source throws, and a TypeError for a
   * mapping that is not well formed.
   */
  listCondition(
    request: ListRequest,
    entities: EntitySource,
    mapping: SqlMapping,
    options: ListConditionOptions = {},
  ): ListCondition {
    const principal = EntityRef.from(request.principal);
    const known = { principal: entities.get(principal.type, principal.id), resource: NO_RESOURCE };
    const source = guardedSource(entities, mapping);
    const action = EntityRef.from(request.action);
    const evaluationWith = (context: CedarRecord): Evaluation =>
      new Evaluation(principal, action, NO_REFERENCE, context, source, this.#actions, known);
    return compileListCondition(this.#policies, new RowContext(mapping, request.context, evaluationWith), options);
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
