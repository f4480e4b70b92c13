import type { EntityJson, EntityUidJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { cedarRecordFromJson } from '../cedar-json.ts';
import type { Entity, EntitySource } from '../entity.ts';
import { entityKey } from '../entity-ref.ts';
import type { JsonRequest } from './random-world.ts';

/** What both engines must agree on. */
export interface Verdict {
  readonly allow: boolean;
  readonly determining: readonly string[];
  readonly errors: readonly string[];
}

/** Asks the official engine about several requests, with the policies (and schema) parsed once. */
export class Oracle {
  readonly #name: string;
  readonly #hasSchema: boolean;

  constructor(name: string, policies: ReadonlyMap<string, string>, schema: string | null) {
    this.#name = name;
    this.#hasSchema = schema !== null;
    const parsed = cedar.preparsePolicySet(name, { staticPolicies: Object.fromEntries(policies) });
    if (parsed.type === 'failure') throw new Error(`the oracle refuses the policies: ${JSON.stringify(parsed.errors)}`);
    if (schema === null) return;
    const schemaParsed = cedar.preparseSchema(name, schema);
    if (schemaParsed.type === 'failure') throw new Error(`the oracle refuses the schema: ${JSON.stringify(schemaParsed.errors)}`);
  }

  decide(request: JsonRequest, entities: readonly EntityJson[]): Verdict {
    const answer = cedar.statefulIsAuthorized({
      ...request,
      preparsedPolicySetId: this.#name,
      ...(this.#hasSchema ? { preparsedSchemaName: this.#name } : {}),
      validateRequest: false,
      entities: [...entities],
    });
    if (answer.type === 'failure') throw new Error(`the oracle refuses the request: ${JSON.stringify(answer.errors)}`);
    const { decision, diagnostics } = answer.response;
    return {
      allow: decision === 'allow',
      determining: diagnostics.reason.toSorted(),
      errors: diagnostics.errors.map((error) => error.policyId).toSorted(),
    };
  }
}

function uidOf(uid: EntityUidJson): TypeAndId {
  return '__entity' in uid ? uid.__entity : uid;
}

/** An entity source over entities in Cedar's JSON form, the hierarchy closed. */
export function entitySourceOf(entities: readonly EntityJson[]): EntitySource {
  const parents = new Map(
    entities.map(({ uid, parents: direct }) => {
      const { type, id } = uidOf(uid);
      return [entityKey(type, id), direct.map(uidOf).map((parent) => entityKey(parent.type, parent.id))] as const;
    }),
  );
  const ancestorsOf = (key: string): Set<string> => {
    const ancestors = new Set<string>();
    const pending = [...(parents.get(key) ?? [])];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (ancestors.has(next)) continue;
      ancestors.add(next);
      pending.push(...(parents.get(next) ?? []));
    }
    return ancestors;
  };
  const byKey = new Map<string, Entity>();
  for (const entity of entities) {
    const { type, id } = uidOf(entity.uid);
    const key = entityKey(type, id);
    byKey.set(key, {
      type,
      id,
      attrs: cedarRecordFromJson(entity.attrs),
      ancestors: ancestorsOf(key),
      ...(entity.tags === undefined ? {} : { tags: cedarRecordFromJson(entity.tags) }),
    });
  }
  return { get: (type, id) => byKey.get(entityKey(type, id)) };
}
