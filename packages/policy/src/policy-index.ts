import type { ActionScope, EntityScope } from './ast.ts';
import { allOf, compileEntityScope } from './compile-scope.ts';
import type { Test } from './compiled-expression.ts';
import type { EntityRef } from './entity.ts';
import type { ActionEntities, Evaluation } from './evaluation.ts';
import type { Policy } from './policy.ts';
import type { Candidate, Tally } from './tally.ts';

const UNKNOWN = -1;

const always: Test = () => true;

/** Where in a shelf the policies for a request are: numbers of its action, of its resource's type, and of the two together. */
interface Place {
  readonly action: number;
  readonly type: number;
  readonly pair: number;
}

/** Small numbers for the actions and types that policies name, so that both together are one small number too. */
class Numbering {
  readonly #actions: ReadonlyMap<string, number>;
  readonly #types: ReadonlyMap<string, number>;

  constructor(actions: Iterable<string>, types: Iterable<string>) {
    this.#actions = new Map([...new Set(actions)].map((key, index) => [key, index]));
    this.#types = new Map([...new Set(types)].map((type, index) => [type, index]));
  }

  placeOf(actionKey: string | undefined, resourceType: string | undefined): Place {
    const action = this.#actions.get(actionKey ?? '') ?? UNKNOWN;
    const type = this.#types.get(resourceType ?? '') ?? UNKNOWN;
    const pair = action === UNKNOWN || type === UNKNOWN ? UNKNOWN : action * this.#types.size + type;
    return { action, type, pair };
  }
}

/** Policies by what their scope demands of action and type of resource. */
class Shelf {
  readonly #any: Candidate[] = [];
  readonly #byType = new Map<number, Candidate[]>();
  readonly #byAction = new Map<number, Candidate[]>();
  readonly #byPair = new Map<number, Candidate[]>();

  /** Adds a policy; `UNKNOWN` in its place means that it takes any. */
  add({ action, type, pair }: Place, candidate: Candidate): void {
    if (pair !== UNKNOWN) push(this.#byPair, pair, candidate);
    else if (action !== UNKNOWN) push(this.#byAction, action, candidate);
    else if (type !== UNKNOWN) push(this.#byType, type, candidate);
    else this.#any.push(candidate);
  }

  evaluate({ action, type, pair }: Place, tally: Tally): void {
    if (this.#byPair.size > 0) evaluateAll(this.#byPair.get(pair), tally);
    if (this.#byAction.size > 0) evaluateAll(this.#byAction.get(action), tally);
    if (this.#byType.size > 0) evaluateAll(this.#byType.get(type), tally);
    if (this.#any.length > 0) tally.evaluate(this.#any);
  }
}

function push(lists: Map<number, Candidate[]>, key: number, candidate: Candidate): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [candidate]);
  else list.push(candidate);
}

function evaluateAll(candidates: readonly Candidate[] | undefined, tally: Tally): void {
  if (candidates !== undefined) tally.evaluate(candidates);
}

function shelfOf(shelves: Map<string, Shelf>, key: string): Shelf {
  const known = shelves.get(key);
  if (known !== undefined) return known;
  const created = new Shelf();
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

/**
 * Finds the policies whose scope can match a request without looking at the others: by the entity that the scope names for the
 * principal (a role, a department), else for the resource, then by action and type of the resource. Every policy that it leaves
 * out has a scope that is false for the request; a scope never fails, so leaving it out changes neither decision nor errors.
 */
export class PolicyIndex {
  readonly #all: readonly Candidate[];
  readonly #actions: ActionEntities;
  readonly #numbering: Numbering;
  readonly #unkeyed = new Shelf();
  readonly #byPrincipal = new Map<string, Shelf>();
  readonly #byResource = new Map<string, Shelf>();

  constructor(policies: readonly Policy[], actions: ActionEntities) {
    this.#actions = actions;
    this.#all = policies.map((policy) => ({ policy, test: policy.matches }));
    this.#numbering = new Numbering(
      policies.flatMap(({ ast }) => actionKeysOf(ast.action, actions)),
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

  /** Evaluates every policy that can match, each once, in no particular order. */
  evaluate(evaluation: Evaluation, tally: Tally): void {
    if (this.#hasUnknownGroups(evaluation)) {
      tally.evaluate(this.#all);
      return;
    }
    const { principal, resource } = evaluation;
    const place = this.#numbering.placeOf(evaluation.action.key, resource.type);
    this.#unkeyed.evaluate(place, tally);
    if (this.#byPrincipal.size > 0) {
      evaluateKeyed(this.#byPrincipal, principal, evaluation.principalEntity?.ancestors, place, tally);
    }
    if (this.#byResource.size > 0) {
      evaluateKeyed(this.#byResource, resource, evaluation.resourceEntity?.ancestors, place, tally);
    }
  }

  /** Groups of actions that only the entities name, as there is no schema: the index was built without them. */
  #hasUnknownGroups(evaluation: Evaluation): boolean {
    if (this.#actions.has(evaluation.action.key)) return false;
    const action = evaluation.entity(evaluation.action);
    return action !== undefined && action.ancestors.size > 0;
  }
}

function evaluateKeyed(
  shelves: ReadonlyMap<string, Shelf>,
  ref: EntityRef,
  ancestors: ReadonlySet<string> | undefined,
  place: Place,
  tally: Tally,
): void {
  shelves.get(ref.key)?.evaluate(place, tally);
  if (ancestors === undefined) return;
  if (ancestors.size <= shelves.size) {
    for (const key of ancestors) if (key !== ref.key) shelves.get(key)?.evaluate(place, tally);
    return;
  }
  for (const [key, shelf] of shelves) if (key !== ref.key && ancestors.has(key)) shelf.evaluate(place, tally);
}
