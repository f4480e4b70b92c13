import type { ActionScope, EntityScope } from './ast.ts';
import { allOf, compileEntityScope } from './compile-scope.ts';
import type { Test } from './compiled-expression.ts';
import type { Entity, EntityRef } from './entity.ts';
import type { ActionEntities, Evaluation } from './evaluation.ts';
import type { Policy } from './policy.ts';

/** A policy as the index hands it out: `test` is what the index has not made sure of. */
export interface Candidate {
  readonly policy: Policy;
  readonly test: Test;
}

interface Bucket {
  readonly unkeyed: Candidate[];
  readonly byPrincipal: Map<string, Candidate[]>;
  readonly byResource: Map<string, Candidate[]>;
}

interface ActionBuckets {
  /** Policies that take a resource of any type. */
  readonly anyType: Bucket;
  readonly byType: Map<string, Bucket>;
}

const always: Test = () => true;

function createBucket(): Bucket {
  return { unkeyed: [], byPrincipal: new Map(), byResource: new Map() };
}

function createActionBuckets(): ActionBuckets {
  return { anyType: createBucket(), byType: new Map() };
}

function getOrCreate<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const existing = map.get(key);
  if (existing !== undefined) return existing;
  const created = create();
  map.set(key, created);
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

function actionKeysOf(scope: ActionScope, actions: ActionEntities): ReadonlySet<string> | undefined {
  if (scope.kind === 'any') return undefined;
  if (scope.kind === 'equals') return new Set([scope.entity.key]);
  const groups = scope.entities.map((entity) => entity.key);
  const members = [...actions].filter(([, action]) => groups.some((group) => action.ancestors.has(group)));
  return new Set([...groups, ...members.map(([key]) => key)]);
}

function visitKeyed(
  byKey: ReadonlyMap<string, readonly Candidate[]>,
  ref: EntityRef,
  ancestors: ReadonlySet<string> | undefined,
  visit: (candidates: readonly Candidate[]) => void,
): void {
  const own = byKey.get(ref.key);
  if (own !== undefined) visit(own);
  if (ancestors === undefined) return;
  if (ancestors.size <= byKey.size) {
    for (const key of ancestors) {
      const candidates = key === ref.key ? undefined : byKey.get(key);
      if (candidates !== undefined) visit(candidates);
    }
    return;
  }
  for (const [key, candidates] of byKey) if (key !== ref.key && ancestors.has(key)) visit(candidates);
}

function visitBucket(
  bucket: Bucket | undefined,
  evaluation: Evaluation,
  visit: (candidates: readonly Candidate[]) => void,
): void {
  if (bucket === undefined) return;
  if (bucket.unkeyed.length > 0) visit(bucket.unkeyed);
  if (bucket.byPrincipal.size > 0) {
    visitKeyed(bucket.byPrincipal, evaluation.principal, evaluation.principalEntity?.ancestors, visit);
  }
  if (bucket.byResource.size > 0) {
    visitKeyed(bucket.byResource, evaluation.resource, evaluation.resourceEntity?.ancestors, visit);
  }
}

/**
 * Finds the policies whose scope can match a request without looking at the others: by action, then type of the resource, then
 * the entity that the scope names for the principal (a role, a department), else for the resource. Every policy that it leaves out
 * has a scope that is false for the request; a scope never fails, so leaving it out changes neither decision nor errors.
 */
export class PolicyIndex {
  readonly #all: readonly Candidate[];
  readonly #anyAction = createActionBuckets();
  readonly #byAction = new Map<string, ActionBuckets>();
  readonly #actions: ActionEntities;

  constructor(policies: readonly Policy[], actions: ActionEntities) {
    this.#actions = actions;
    this.#all = policies.map((policy) => ({ policy, test: policy.matches }));
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
    const actionKeys = actionKeysOf(action, this.#actions);
    const buckets =
      actionKeys === undefined
        ? [this.#anyAction]
        : [...actionKeys].map((key) => getOrCreate(this.#byAction, key, createActionBuckets));
    const type = resourceTypeOf(resource);
    for (const { anyType, byType } of buckets) {
      const bucket = type === undefined ? anyType : getOrCreate(byType, type, createBucket);
      if (principalKey !== undefined) getOrCreate(bucket.byPrincipal, principalKey, () => []).push(candidate);
      else if (resourceKey !== undefined) getOrCreate(bucket.byResource, resourceKey, () => []).push(candidate);
      else bucket.unkeyed.push(candidate);
    }
  }

  /** Hands out every policy that can match, each once, in no particular order. */
  visit(evaluation: Evaluation, visit: (candidates: readonly Candidate[]) => void): void {
    if (this.#hasUnknownGroups(evaluation.entity(evaluation.action), evaluation.action)) {
      visit(this.#all);
      return;
    }
    const { type } = evaluation.resource;
    visitBucket(this.#anyAction.anyType, evaluation, visit);
    visitBucket(this.#anyAction.byType.get(type), evaluation, visit);
    const buckets = this.#byAction.get(evaluation.action.key);
    if (buckets === undefined) return;
    visitBucket(buckets.anyType, evaluation, visit);
    visitBucket(buckets.byType.get(type), evaluation, visit);
  }

  /** Groups of actions that only the entities name, as there is no schema: the index was built without them. */
  #hasUnknownGroups(action: Entity | undefined, ref: EntityRef): boolean {
    return action !== undefined && action.ancestors.size > 0 && !this.#actions.has(ref.key);
  }
}
