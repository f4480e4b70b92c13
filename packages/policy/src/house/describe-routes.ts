import {
  HOUSE_TYPES,
  type SchemaAction,
  type SchemaAttribute,
  type SchemaDescription,
  type SchemaType,
} from './generate-schema.ts';

/** What of a route's configuration concerns policies; the rest may be there too. */
export interface PolicyRoute {
  readonly action?: string | undefined;
  readonly resource?:
    | {
        readonly type: string;
        readonly from: 'directory' | 'request' | 'lookup' | 'answer';
        /** By attribute: `principal`, `=constant`, `path.x`, `query.x`, `body.a.b`, `lookup.a.b as Long` or `answer.a.b as Some::Entity`. */
        readonly attributes: Readonly<Record<string, string>>;
        /** Attributes that name entities which the resource is in. */
        readonly parents?: readonly string[] | undefined;
      }
    | undefined;
  /** JSON Schema of the body: tells the types of `body.` attributes. */
  readonly schema?: unknown;
}

export interface PolicyApp {
  readonly id: string;
  readonly routes: readonly PolicyRoute[];
}

/** An attribute that the schema cannot have: policies that use it do not load until its type is known. */
export interface UntypedAttribute {
  readonly app: string;
  readonly action: string;
  readonly type: string;
  readonly attribute: string;
  readonly reason: 'unknown_type' | 'different_types';
}

const JSON_TYPES: ReadonlyMap<unknown, SchemaType> = new Map<unknown, SchemaType>([
  ['string', 'String'],
  ['integer', 'Long'],
  ['boolean', 'Bool'],
]);

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function namedType(name: string): SchemaType {
  return name === 'String' || name === 'Long' || name === 'Bool' ? name : { entity: name };
}

/** The type that a source's values have in a policy, `undefined` when the body's schema does not say. */
function typeOfSource(source: string, schema: unknown): SchemaType | undefined {
  const named = /^(?:lookup|answer)\.\S+(?: as (\S+))?$/.exec(source);
  if (named !== null) return namedType(named[1] ?? 'String');
  const [place, ...keys] = source.split('.');
  if (place !== 'body' || source.startsWith('=')) return 'String';
  const described = keys.reduce<unknown>((at, key) => member(member(at, 'properties'), key), schema);
  return JSON_TYPES.get(member(described, 'type'));
}

interface Use {
  readonly app: string;
  readonly action: string;
  readonly type: SchemaType | undefined;
}

/** The attributes of one type, over all routes that make resources of it. */
class TypeUses {
  readonly #attributes = new Map<string, Use[]>();
  readonly #parents = new Set<string>();
  #routes = 0;

  add(app: string, action: string, { attributes, parents = [] }: NonNullable<PolicyRoute['resource']>, schema: unknown): void {
    this.#routes++;
    for (const name of parents) this.#parents.add(name);
    for (const [name, source] of Object.entries(attributes)) {
      const uses = this.#attributes.get(name) ?? [];
      uses.push({ app, action, type: typeOfSource(source, schema) });
      this.#attributes.set(name, uses);
    }
  }

  /** What can be declared: of one type everywhere, and optional unless every route gives it. */
  attributes(): Record<string, SchemaAttribute> {
    const declared: Record<string, SchemaAttribute> = Object.create(null);
    for (const [name, uses] of [...this.#attributes].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const [type] = uses.map((use) => use.type);
      if (type === undefined || uses.some((use) => JSON.stringify(use.type) !== JSON.stringify(type))) continue;
      declared[name] = uses.length === this.#routes ? { type } : { type, optional: true };
    }
    return declared;
  }

  /** Types of the entities that resources of this type are in. */
  parents(): string[] {
    const types = [...this.#parents].flatMap((name) => (this.#attributes.get(name) ?? []).map(({ type }) => type));
    return [...new Set(types.flatMap((type) => (typeof type === 'object' && 'entity' in type ? [type.entity] : [])))].sort();
  }

  untyped(type: string): UntypedAttribute[] {
    const declared = this.attributes();
    return [...this.#attributes].flatMap(([attribute, uses]) => {
      if (Object.hasOwn(declared, attribute)) return [];
      const unknown = uses.filter((use) => use.type === undefined);
      const reason = unknown.length > 0 ? 'unknown_type' : 'different_types';
      return (unknown.length > 0 ? unknown : uses).map(({ app, action }) => ({ app, action, type, attribute, reason }) as const);
    });
  }
}

/** Describes the apps' routes for `generateSchema`, and names the attributes that it must leave out. */
export function describeRoutes(apps: readonly PolicyApp[]): {
  readonly description: SchemaDescription;
  readonly untyped: readonly UntypedAttribute[];
} {
  const actions: SchemaAction[] = [];
  const uses = new Map<string, TypeUses>();
  for (const { id: app, routes } of apps) {
    for (const { action, resource, schema } of routes) {
      if (action === undefined) continue;
      const type = resource?.type ?? 'Menshen::App';
      actions.push({ id: action, app, resources: [type] });
      if (resource === undefined || resource.from === 'directory') continue;
      const known = uses.get(type) ?? new TypeUses();
      known.add(app, action, resource, schema);
      uses.set(type, known);
    }
  }
  // What a request says of a person is optional: those from the directory do not have it.
  const declare = (type: string, attributes: Record<string, SchemaAttribute>) =>
    Object.hasOwn(HOUSE_TYPES, type)
      ? Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, { ...attribute, optional: true }]))
      : attributes;
  const types = Object.fromEntries(
    [...uses].map(([type, used]) => [type, { attributes: declare(type, used.attributes()), parents: used.parents() }]),
  );
  return { description: { actions, types }, untyped: [...uses].flatMap(([type, used]) => used.untyped(type)) };
}
