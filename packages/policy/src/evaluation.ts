import type { Entity, EntitySource } from './entity.ts';
import type { EntityRef } from './entity-ref.ts';
import { failure } from './evaluation-error.ts';
import { type CedarRecord, isRecord } from './value.ts';

/** The entities of actions, by key, from the schema: when there is a schema, it alone says which action is in which group. */
export type ActionEntities = ReadonlyMap<string, Entity>;

const invalidContext = failure('invalid_value', 'the context is no record');

/** What a policy's closures read: one request, and the entities as this decision sees them. */
export class Evaluation {
  readonly principal: EntityRef;
  readonly action: EntityRef;
  readonly resource: EntityRef;
  readonly principalEntity: Entity | undefined;
  readonly #context: CedarRecord;
  readonly #entities: EntitySource;
  readonly #actions: ActionEntities;
  #resourceEntity: Entity | undefined | null = null;
  #contextChecked = false;

  /** `known` spares looking up the entities that the caller already holds. */
  constructor(
    principal: EntityRef,
    action: EntityRef,
    resource: EntityRef,
    context: CedarRecord,
    entities: EntitySource,
    actions: ActionEntities,
    known?: { readonly principal: Entity | undefined; readonly resource: Entity },
  ) {
    this.principal = principal;
    this.action = action;
    this.resource = resource;
    this.#context = context;
    this.#entities = entities;
    this.#actions = actions;
    if (known !== undefined) this.#resourceEntity = known.resource;
    this.principalEntity = known === undefined ? this.#find(principal) : known.principal;
  }

  get context(): CedarRecord {
    if (this.#contextChecked) return this.#context;
    if (!isRecord(this.#context)) throw invalidContext();
    this.#contextChecked = true;
    return this.#context;
  }

  get resourceEntity(): Entity | undefined {
    if (this.#resourceEntity === null) this.#resourceEntity = this.#find(this.resource);
    return this.#resourceEntity;
  }

  /** What is known of an entity, or `undefined`. Principal and resource are asked for once in a decision. */
  entity(ref: EntityRef): Entity | undefined {
    if (ref === this.principal) return this.principalEntity;
    if (ref === this.resource) return this.resourceEntity;
    return this.#find(ref);
  }

  /** Cedar's `in` for one group: itself or an ancestor. */
  isIn(ref: EntityRef, groupKey: string): boolean {
    return ref.key === groupKey || this.entity(ref)?.ancestors.has(groupKey) === true;
  }

  #find(ref: EntityRef): Entity | undefined {
    const action = ref.isAction ? this.#actions.get(ref.key) : undefined;
    return action ?? this.#entities.get(ref.type, ref.id);
  }
}
