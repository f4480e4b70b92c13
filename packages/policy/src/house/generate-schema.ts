import { quoteCedarString } from '../entity-uid-text.ts';

/** The type of an attribute, in Cedar's words. */
export type SchemaType =
  | 'String'
  | 'Long'
  | 'Bool'
  | 'ipaddr'
  | 'decimal'
  | 'datetime'
  | 'duration'
  | { readonly entity: string }
  | { readonly set: SchemaType }
  | { readonly record: SchemaAttributes };

export interface SchemaAttribute {
  readonly type: SchemaType;
  /** Optional attributes may be read behind `has` only. */
  readonly optional?: boolean;
}

export type SchemaAttributes = Readonly<Record<string, SchemaAttribute>>;

export interface SchemaAction {
  readonly id: string;
  /** The app whose routes have it; its group `app/ID` holds all of the app's actions. */
  readonly app: string;
  /** Entity types that it is done on. */
  readonly resources: readonly string[];
}

/** What a schema is made from, beside what the house always has: users, departments, roles, guests, apps and the context. */
export interface SchemaDescription {
  readonly actions: readonly SchemaAction[];
  /** By entity type with namespace. Types of the house get attributes beside their own. */
  readonly types: Readonly<Record<string, { readonly attributes: SchemaAttributes; readonly parents?: readonly string[] }>>;
  /** Roles that people may have with a scope: each is an optional record in `principal.scopes`. */
  readonly roles?: readonly string[];
}

const TYPE_NAME = /^[A-Z][A-Za-z0-9_]*(?:::[A-Z][A-Za-z0-9_]*)*$/;
const RESERVED = /(?:^|::)(?:__cedar|Action)(?:$|::)/;

const own = (type: SchemaType): SchemaAttribute => ({ type });
const DEPARTMENTS: SchemaAttribute = { type: { set: { entity: 'Menshen::Department' } } };

/** Where one role of a person holds. */
const REACH: SchemaType = {
  record: { all: own('Bool'), self: own('Bool'), departments: DEPARTMENTS, subtrees: DEPARTMENTS },
};

/** The entity types of the house; people and departments are as the directory gives them. */
export const HOUSE_TYPES: SchemaDescription['types'] = {
  'Menshen::Department': { attributes: { name: own('String') }, parents: ['Menshen::Department'] },
  'Menshen::Role': { attributes: {} },
  'Menshen::User': {
    attributes: {
      uid: own('String'),
      kind: own('String'),
      departments: DEPARTMENTS,
      leads: DEPARTMENTS,
      position: { type: 'String', optional: true },
      scopes: own({ record: {} }),
    },
    parents: ['Menshen::Department', 'Menshen::Role'],
  },
  'Menshen::Guest': { attributes: { kind: own('String') } },
  'Menshen::App': { attributes: {} },
};

/** The circumstances of a request; `requestContext` makes them. */
export const CONTEXT_ATTRIBUTES: SchemaAttributes = {
  app: own('String'),
  channel: own('String'),
  assurance: own('Long'),
  mfaAge: { type: 'Long', optional: true },
  address: own('String'),
  ip: { type: 'ipaddr', optional: true },
  method: own('String'),
  time: own('Long'),
  hour: own('Long'),
  minuteOfDay: own('Long'),
  weekday: own('Long'),
  risk: own('Long'),
  riskReasons: own({ set: 'String' }),
  deviceKnown: own('Bool'),
};

function checkedType(name: string): string {
  if (TYPE_NAME.test(name) && name.length <= 200 && !RESERVED.test(name)) return name;
  throw new TypeError('not an entity type that a schema can declare');
}

function printType(type: SchemaType): string {
  if (typeof type === 'string') return type;
  if ('entity' in type) return checkedType(type.entity);
  return 'set' in type ? `Set<${printType(type.set)}>` : printRecord(type.record);
}

function printRecord(attributes: SchemaAttributes): string {
  const fields = Object.entries(attributes).map(
    ([name, { type, optional }]) => `${quoteCedarString(name)}${optional === true ? '?' : ''}: ${printType(type)}`,
  );
  return `{${fields.join(', ')}}`;
}

function printAttributes(attributes: SchemaAttributes, indent: string): string {
  const lines = Object.entries(attributes).map(
    ([name, { type, optional }]) => `${indent}  ${quoteCedarString(name)}${optional === true ? '?' : ''}: ${printType(type)},`,
  );
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

interface Declared {
  readonly attributes: SchemaAttributes;
  readonly parents: readonly string[];
}

/** The attribute `scopes` of a person: the roles that are known by name, each of them optional. */
function scopesOf(roles: readonly string[]): SchemaAttribute {
  const names = [...new Set(roles)].sort();
  return own({ record: Object.fromEntries(names.map((name) => [name, { type: REACH, optional: true }])) });
}

function merge(types: SchemaDescription['types'], roles: readonly string[]): Map<string, Declared> {
  const all = new Map<string, Declared>();
  for (const [type, { attributes, parents = [] }] of [...Object.entries(types), ...Object.entries(HOUSE_TYPES)]) {
    const known = all.get(checkedType(type));
    // The house's own come last and win: what the directory gives is not redefined by an app.
    all.set(type, {
      attributes: { ...known?.attributes, ...attributes },
      parents: [...new Set([...parents, ...(known?.parents ?? [])])],
    });
  }
  const user = all.get('Menshen::User');
  if (user !== undefined) all.set('Menshen::User', { ...user, attributes: { ...user.attributes, scopes: scopesOf(roles) } });
  return all;
}

function printEntity(name: string, { attributes, parents }: Declared): string {
  const groups = parents.length === 0 ? '' : ` in [${parents.map(checkedType).join(', ')}]`;
  return `  entity ${name}${groups} = ${printAttributes(attributes, '  ')};`;
}

function printActions(actions: readonly SchemaAction[]): string[] {
  const byId = new Map<string, { apps: Set<string>; resources: Set<string> }>();
  for (const { id, app, resources } of actions) {
    const known = byId.get(id) ?? { apps: new Set(), resources: new Set() };
    known.apps.add(app);
    for (const type of resources) known.resources.add(checkedType(type));
    byId.set(id, known);
  }
  const group = (app: string): string => quoteCedarString(`app/${app}`);
  const apps = new Set(actions.map((action) => action.app));
  return [
    ...[...apps].sort().map((app) => `  action ${group(app)};`),
    ...[...byId]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, { apps: of, resources }]) => {
        const applies = `principal: [Menshen::User, Menshen::Guest], resource: [${[...resources].sort().join(', ')}], context: Menshen::Request`;
        return `  action ${quoteCedarString(id)} in [${[...of].sort().map(group).join(', ')}] appliesTo { ${applies} };`;
      }),
  ];
}

/**
 * Writes the schema that policies are validated against, in Cedar's syntax: the same text for the same description, whatever its
 * order. Throws a TypeError for a type that cannot be declared.
 */
export function generateSchema({ actions, types, roles = [] }: SchemaDescription): string {
  const used = new Map(merge(types, roles));
  for (const type of actions.flatMap((action) => action.resources)) {
    if (!used.has(checkedType(type))) used.set(type, { attributes: {}, parents: [] });
  }
  const namespaces = new Map<string, string[]>([['Menshen', []]]);
  for (const [type, declared] of [...used].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const parts = type.split('::');
    const namespace = parts.slice(0, -1).join('::');
    const lines = namespaces.get(namespace) ?? [];
    namespaces.set(namespace, [...lines, printEntity(parts.at(-1) ?? '', declared)]);
  }
  namespaces.get('Menshen')?.push(`  type Request = ${printAttributes(CONTEXT_ATTRIBUTES, '  ')};`, ...printActions(actions));
  const blocks = [...namespaces].map(([name, lines]) =>
    name === '' ? lines.map((line) => line.replace(/^ {2}/gm, '')).join('\n') : `namespace ${name} {\n${lines.join('\n')}\n}`,
  );
  return `${blocks.join('\n\n')}\n`;
}
