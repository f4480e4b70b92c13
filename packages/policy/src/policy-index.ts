import type { ActionScope, EntityScope } from './ast.ts';
import { CandidateList } from './candidate-list.ts';
import { allOf, compileEntityScope } from './compile-scope.ts';
import { always } from './compiled-expression.ts';
import type { Decision } from './decision.ts';
import type { Entity } from './entity.ts';
import type { EntityRef } from './entity-ref.ts';
import type { ActionEntities, Evaluation } from './evaluation.ts';
import type { Policy } from './policy.ts';
import { Numbering, Shelf } from './shelf.ts';
import { type Candidate, Tally } from './tally.ts';

/** Bounds of what is kept: sets of groups that principals are in, and policies in prepared lists. */
const MAX_PLANS = 4_096;
const MAX_PREPARED = 500_000;

/** The prepared lists for all principals that are in the same of the groups that policies name; by {@link Place} key. */
interface Plan {
  readonly shelves: readonly Shelf[];
  readonly lists: Map<number, CandidateList>;
}

/** A principal's plan, and what it was made from. */
interface KnownPrincipal {
  readonly key: string;
  readonly ancestors: ReadonlySet<string>;
  readonly groups: number;
  readonly plan: Plan;
}

function shelfOf(shelves: Map<string, Shelf>, key: string): Shelf {
  const known = shelves.get(key);
  if (known !== undefined) return known;
  const created = new Shelf(shelves.size + 1);
  shelves.set(key, created);
  return created;
}

/** The entity that a scope names: what it demands to be equal to or in. */
function keyOf(scope: EntityScope): string | undefined {
  switch (scope.kind) {
    case 'any':
      return undefined;
    case 'equals':
    case 'in':
      return scope.entity.key;
    case 'is':
      return scope.within?.key;
  }
}

function resourceTypeOf(scope: EntityScope): string | undefined {
  if (scope.kind === 'equals') return scope.entity.type;
  return scope.kind === 'is' ? scope.type : undefined;
}

/** The keys of all actions that a scope takes; none when it takes any. */
function actionKeysOf(scope: ActionScope, actions: ActionEntities): readonly string[] {
  if (scope.kind === 'any') return [];
  if (scope.kind === 'equals') return [scope.entity.key];
  const groups = scope.entities.map((entity) => entity.key);
  const members = [...actions].filter(([, action]) => groups.some((group) => action.ancestors.has(group)));
  return [...new Set([...groups, ...members.map(([key]) => key)])];
}

/** The shelves of what an entity is or is in. */
function shelvesFor(shelves: ReadonlyMap<string, Shelf>, ref: EntityRef, ancestors: ReadonlySet<string> | undefined): Shelf[] {
  if (shelves.size === 0) return [];
  const own = shelves.get(ref.key);
  const found = own === undefined ? [] : [own];
  if (ancestors === undefined) return found;
  if (ancestors.size <= shelves.size) {
    for (const key of ancestors) {
      const shelf = key === ref.key ? undefined : shelves.get(key);
      if (shelf !== undefined) found.push(shelf);
    }
    return found;
  }
  for (const [key, shelf] of shelves) if (key !== ref.key && ancestors.has(key)) found.push(shelf);
  return found;
}

/**
 * Finds the policies whose scope can match a request without looking at the others: by the entity that the scope names for the
 * principal (a role, a department), else for the resource, then by action and type of the resource. Every policy that it leaves
 * out has a scope that is false for the request; a scope never fails, so leaving it out changes neither decision nor errors.
 * What it found for a principal's groups it keeps, within bounds.
 */
export class PolicyIndex {
  readonly #all: readonly Candidate[];
  readonly #actions: ActionEntities;
  readonly #numbering: Numbering;
  /** By action number: whether the schema says what groups the action is in. */
  readonly #declared: readonly boolean[];
  readonly #unkeyed = new Shelf(0);
  readonly #byPrincipal = new Map<string, Shelf>();
  readonly #byResource = new Map<string, Shelf>();
  #plans = new Map<string, Plan>();
  #known = new WeakMap<Entity, KnownPrincipal>();
  #prepared = 0;

  constructor(policies: readonly Policy[], actions: ActionEntities) {
    this.#actions = actions;
    this.#all = policies.map((policy) => ({ policy, test: policy.matches }));
    const named = [...new Set(policies.flatMap(({ ast }) => actionKeysOf(ast.action, actions)))];
    this.#declared = named.map((key) => actions.has(key));
    this.#numbering = new Numbering(
      named,
      policies.flatMap(({ ast }) => resourceTypeOf(ast.resource) ?? []),
    );
    for (const policy of policies) this.#add(policy);
  }

  #add(policy: Policy): void {
    const { principal, resource, action } = policy.ast;
    const principalKey = keyOf(principal);
    const resourceKey = principalKey === undefined ? keyOf(resource) : undefined;
    const test = allOf([
      compileEntityScope(principal, 'principal', { type: false, membership: principalKey !== undefined }),
      compileEntityScope(resource, 'resource', { type: true, membership: resourceKey !== undefined }),
      policy.conditions,
    ]);
    const candidate = { policy, test: test ?? always };
    const shelf = this.#shelfFor(principalKey, resourceKey);
    const type = resourceTypeOf(resource);
    const keys = action.kind === 'any' ? [undefined] : actionKeysOf(action, this.#actions);
    for (const key of keys) shelf.add(this.#numbering.placeOf(key, type), candidate);
  }

  #shelfFor(principalKey: string | undefined, resourceKey: string | undefined): Shelf {
    if (principalKey !== undefined) return shelfOf(this.#byPrincipal, principalKey);
    return resourceKey === undefined ? this.#unkeyed : shelfOf(this.#byResource, resourceKey);
  }

  /** Decides by every policy that can match. Throws what the entity source throws. */
  decide(evaluation: Evaluation): Decision {
    const action = this.#numbering.actionOf(evaluation.action.key);
    if (!this.#isDeclared(action) && this.#hasUnknownGroups(evaluation)) return decideAmong([this.#all], evaluation);
    const { resource } = evaluation;
    const list = this.#listFor(evaluation, action);
    if (this.#byResource.size === 0) return list.decide(evaluation);
    const shelves = shelvesFor(this.#byResource, resource, evaluation.resourceEntity?.ancestors);
    if (shelves.length === 0) return list.decide(evaluation);
    const place = this.#numbering.placeOf(evaluation.action.key, resource.type);
    return decideAmong([list.candidates, ...shelves.map((shelf) => shelf.candidatesAt(place))], evaluation);
  }

  /** The policies that no resource's groups are needed for. */
  #listFor(evaluation: Evaluation, number: number): CandidateList {
    const { action, resource } = evaluation;
    const plan = this.#planFor(evaluation.principal, evaluation.principalEntity);
    const key = this.#numbering.keyOf(number, resource.type);
    const known = plan.lists.get(key);
    if (known !== undefined) return known;
    const place = this.#numbering.placeOf(action.key, resource.type);
    const candidates = plan.shelves.flatMap((shelf) => shelf.candidatesAt(place));
    const list = new CandidateList(candidates.sort((a, b) => a.policy.order - b.policy.order));
    this.#prepared += candidates.length + 1;
    if (this.#prepared > MAX_PREPARED) this.#forget();
    plan.lists.set(key, list);
    return list;
  }

  #planFor(principal: EntityRef, entity: Entity | undefined): Plan {
    if (entity === undefined) return this.#planOf(principal, undefined);
    const known = this.#known.get(entity);
    // A source may hand out one object for several principals, or another set for the same.
    if (
      known !== undefined &&
      known.key === principal.key &&
      known.ancestors === entity.ancestors &&
      known.groups === known.ancestors.size
    ) {
      return known.plan;
    }
    const plan = this.#planOf(principal, entity.ancestors);
    this.#known.set(entity, { key: principal.key, ancestors: entity.ancestors, groups: entity.ancestors.size, plan });
    return plan;
  }

  #planOf(principal: EntityRef, ancestors: ReadonlySet<string> | undefined): Plan {
    const shelves = shelvesFor(this.#byPrincipal, principal, ancestors).sort((a, b) => a.number - b.number);
    const name = shelves.map((shelf) => shelf.number).join();
    const known = this.#plans.get(name);
    if (known !== undefined) return known;
    if (this.#plans.size >= MAX_PLANS) this.#forget();
    const plan: Plan = { shelves: [this.#unkeyed, ...shelves], lists: new Map() };
    this.#plans.set(name, plan);
    return plan;
  }

  #forget(): void {
    this.#plans = new Map();
    this.#known = new WeakMap();
    this.#prepared = 0;
  }

  #isDeclared(action: number): boolean {
    return this.#declared[action] === true;
  }

  /** Groups of actions that only the entities name, as there is no schema: the index was built without them. */
  #hasUnknownGroups(evaluation: Evaluation): boolean {
    if (this.#actions.has(evaluation.action.key)) return false;
    const action = evaluation.entity(evaluation.action);
    return action !== undefined && action.ancestors.size > 0;
  }
}

function decideAmong(lists: ReadonlyArray<readonly Candidate[]>, evaluation: Evaluation): Decision {
  const tally = new Tally(evaluation);
  for (const list of lists) tally.evaluate(list);
  return tally.decision();
}
