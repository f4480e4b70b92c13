import type { EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { Random } from './random.ts';
import { ACTIONS, anyUid, ENTITY_TYPES, IDS, randomRecord, randomValue, TAGS, VALUE_TYPES } from './vocabulary.ts';

/** A request in Cedar's JSON form. */
export interface JsonRequest {
  readonly principal: TypeAndId;
  readonly action: TypeAndId;
  readonly resource: TypeAndId;
  readonly context: ReturnType<typeof randomRecord>;
}

function randomTags(random: Random): NonNullable<EntityJson['tags']> {
  const present = TAGS.filter(() => random.chance(0.5));
  return Object.fromEntries(present.map((tag) => [tag, randomValue(random, random.pick(VALUE_TYPES))]));
}

/** Entities with a random hierarchy without cycles; some that are named as parents do not exist. */
export function randomEntities(random: Random): EntityJson[] {
  const all = ENTITY_TYPES.flatMap((type) => IDS.map((id): TypeAndId => ({ type, id })));
  const kept = all.filter(() => random.chance(0.4));
  return kept.map((uid) => {
    // Parents come later in a fixed order, so the hierarchy has no cycles.
    const later = all.slice(all.findIndex((other) => other === uid) + 1);
    const parents = later.length === 0 ? [] : random.list(0, 3, () => random.pick(later));
    const tags = random.chance(0.5) ? { tags: randomTags(random) } : {};
    return { uid, attrs: randomRecord(random, 2), parents, ...tags };
  });
}

/** Actions as entities, in groups that come later in the list; for tests without a schema. */
export function randomActionEntities(random: Random): EntityJson[] {
  return ACTIONS.flatMap((id, index) => {
    const groups = ACTIONS.slice(index + 1).filter(() => random.chance(0.3));
    if (random.chance(0.4)) return [];
    const parents = groups.map((group) => ({ type: 'Menshen::Action', id: group }));
    return [{ uid: { type: 'Menshen::Action', id }, attrs: {}, parents }];
  });
}

export function randomRequest(random: Random): JsonRequest {
  return {
    principal: anyUid(random),
    action: { type: random.chance(0.98) ? 'Menshen::Action' : 'Action', id: random.pick(ACTIONS) },
    resource: anyUid(random),
    context: randomRecord(random, 2),
  };
}
