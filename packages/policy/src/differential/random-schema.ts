import type { CedarValueJson, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { quoteCedarString } from '../entity-uid-text.ts';
import type { Random } from './random.ts';
import type { JsonRequest } from './random-world.ts';
import { ATTRIBUTES, ENTITY_TYPES, IDS, randomValue, TAGS, VALUE_TYPES, type ValueType } from './vocabulary.ts';

type EntityType = (typeof ENTITY_TYPES)[number];

interface AttributeSpec {
  readonly name: string;
  readonly type: ValueType;
  readonly required: boolean;
  /** For an entity or a set: what it refers to or holds. */
  readonly target: EntityType;
  readonly items: 'long' | 'string' | 'entity';
}

type Shape = readonly AttributeSpec[];

const CEDAR_NAMES: Readonly<Record<Exclude<ValueType, 'set' | 'entity' | 'record'>, string>> = {
  bool: 'Bool',
  long: 'Long',
  string: 'String',
  ip: 'ipaddr',
  decimal: 'decimal',
  datetime: 'datetime',
  duration: 'duration',
};

function randomShape(random: Random, types: readonly ValueType[]): Shape {
  return types.flatMap((type) =>
    ATTRIBUTES[type].flatMap((name): AttributeSpec[] => {
      if (random.chance(0.15)) return [];
      const items = random.pick(['long', 'string', 'entity'] as const);
      return [{ name, type, required: random.chance(0.7), target: random.pick(ENTITY_TYPES), items }];
    }),
  );
}

/** A schema over the usual vocabulary, with values and requests that conform to it. */
export class RandomSchema {
  readonly text: string;
  readonly #random: Random;
  readonly #shapes: ReadonlyMap<EntityType, Shape>;
  readonly #tagged: ReadonlySet<EntityType>;
  readonly #profile: Shape;
  readonly #context: Shape;
  readonly #actions: ReadonlyMap<string, { principal: EntityType; resource: EntityType }>;

  constructor(random: Random) {
    this.#random = random;
    this.#profile = randomShape(random, ['bool', 'long', 'string', 'ip']);
    this.#shapes = new Map(ENTITY_TYPES.map((type) => [type, randomShape(random, VALUE_TYPES)]));
    this.#tagged = new Set(ENTITY_TYPES.filter(() => random.chance(0.5)));
    this.#context = randomShape(random, VALUE_TYPES);
    this.#actions = new Map(
      ['employee.read', 'employee.write', 'order.read'].map((action) => [
        action,
        { principal: random.chance(0.8) ? 'Menshen::User' : random.pick(ENTITY_TYPES), resource: random.pick(ENTITY_TYPES) },
      ]),
    );
    this.text = this.#print();
  }

  #printType(spec: AttributeSpec): string {
    switch (spec.type) {
      case 'set':
        return `Set<${spec.items === 'entity' ? spec.target : CEDAR_NAMES[spec.items]}>`;
      case 'entity':
        return spec.target;
      case 'record':
        return this.#printShape(this.#profile);
      default:
        return CEDAR_NAMES[spec.type];
    }
  }

  #printShape(shape: Shape): string {
    const fields = shape.map((spec) => `${quoteCedarString(spec.name)}${spec.required ? '' : '?'}: ${this.#printType(spec)}`);
    return `{ ${fields.join(', ')} }`;
  }

  #printEntity(type: EntityType): string {
    const groups = ENTITY_TYPES.slice(ENTITY_TYPES.indexOf(type)).join(', ');
    const tags = this.#tagged.has(type) ? ' tags String' : '';
    return `entity ${type.split('::')[1]} in [${groups}] = ${this.#printShape(this.#shapes.get(type) ?? [])}${tags};`;
  }

  #printAction(action: string, principal: EntityType, resource: EntityType): string {
    // Groups of the same and of another namespace, some of them in groups themselves.
    const groups = this.#random.pick(['', ' in ["read"]', ' in ["all", "read"]', ' in [Portal::Action::"read"]']);
    const applies = `principal: ${principal}, resource: ${resource}, context: ${this.#printShape(this.#context)}`;
    return `action ${quoteCedarString(action)}${groups} appliesTo { ${applies} };`;
  }

  #print(): string {
    const menshen = [
      'action "all";',
      'action "read" in [Portal::Action::"read", "all"];',
      ...ENTITY_TYPES.filter((type) => type.startsWith('Menshen::')).map((type) => this.#printEntity(type)),
      ...[...this.#actions].map(([action, { principal, resource }]) => this.#printAction(action, principal, resource)),
    ];
    const portal = ['action "read";', this.#printEntity('Portal::Record')];
    return `namespace Menshen {\n${menshen.join('\n')}\n}\nnamespace Portal {\n${portal.join('\n')}\n}`;
  }

  #value(spec: AttributeSpec): CedarValueJson {
    const random = this.#random;
    switch (spec.type) {
      case 'entity':
        return { __entity: { type: spec.target, id: random.pick(IDS) } };
      case 'set':
        return random.list(0, 4, () =>
          spec.items === 'entity'
            ? { __entity: { type: spec.target, id: random.pick(IDS) } }
            : randomValue(random, spec.items, 0),
        );
      case 'record':
        return this.#record(this.#profile);
      default:
        return randomValue(random, spec.type, 0);
    }
  }

  #record(shape: Shape): Record<string, CedarValueJson> {
    const present = shape.filter((spec) => spec.required || this.#random.chance(0.6));
    return Object.fromEntries(present.map((spec) => [spec.name, this.#value(spec)]));
  }

  /** Entities that conform; some that others name do not exist. */
  entities(): EntityJson[] {
    const all = ENTITY_TYPES.flatMap((type) => IDS.map((id) => ({ type, id })));
    return all
      .filter(() => this.#random.chance(0.4))
      .map((uid): EntityJson => {
        const later = all.slice(all.findIndex((other) => other.type === uid.type && other.id === uid.id) + 1);
        const parents: TypeAndId[] = later.length === 0 ? [] : this.#random.list(0, 3, () => this.#random.pick(later));
        const tags = this.#tagged.has(uid.type) ? { tags: Object.fromEntries(TAGS.map((tag) => [tag, 'a'])) } : {};
        return { uid, attrs: this.#record(this.#shapes.get(uid.type) ?? []), parents, ...tags };
      });
  }

  /** A request for a declared action, on entities of the types that it applies to. */
  request(): JsonRequest {
    const random = this.#random;
    const [action, { principal, resource }] = random.pick([...this.#actions]);
    return {
      principal: { type: principal, id: random.pick(IDS) },
      action: { type: 'Menshen::Action', id: action },
      resource: { type: resource, id: random.pick(IDS) },
      context: this.#record(this.#context),
    };
  }
}
