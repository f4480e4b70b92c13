import type { FieldKind } from '../fields/field-kind.ts';
import type { JsonSchema } from '../schema/bundle.ts';
import { lengthBound, numberRange } from './buckets.ts';
import { maskedExample } from './masked-example.ts';
import type { FieldProfile, ObjectProfile, RouteProfile, TextProfile } from './profile.ts';
import type { LearnedFormat } from './text-formats.ts';
import { learnedFormats } from './text-formats.ts';
import { counts, type Feature, neededPersons } from './witness.ts';

/** What a person is shown of one proposed field. */
export interface ProposedField {
  /** `body.order.items[].sku`, `query.page`, `path.id`. */
  readonly path: string;
  /** JSON types, comma-separated, `string` with its kind where it has one. */
  readonly type: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly seen: number;
  /**
   * With 95 % confidence at most this share of honest requests departs from it: 3/n after n requests without an exception (the rule of three).
   */
  readonly departs: number;
  /** A made-up value of the form seen, digits and letters replaced; never one that was sent. */
  readonly example: string;
}

/** Schemas for the parts of a route's requests; each part null when nothing was learned of it. */
export interface SchemaProposal {
  readonly body: JsonSchema | null;
  readonly query: JsonSchema | null;
  readonly path: JsonSchema | null;
  readonly fields: readonly ProposedField[];
  readonly requests: number;
}

export interface ProposeOptions {
  /** Requests below which there is no proposal; 30 by default. */
  readonly minimum?: number;
}

const minEnumTexts = 50;
const maxEnumValues = 12;

/** Makes schemas from what was learned of a route; null when too little was seen, or by too few people. The same profile gives the same schemas. */
export function proposeSchema(profile: RouteProfile, { minimum = 30 }: ProposeOptions = {}): SchemaProposal | null {
  if (!counts(profile.requests) || profile.requests.n < minimum) return null;
  const fields: ProposedField[] = [];
  const body = profile.body === null ? null : new Proposer(fields, false).field(profile.body, 'body', true);
  const query = new Proposer(fields, true).field(profile.query, 'query', true);
  const path = new Proposer(fields, true).field(profile.path, 'path', true);
  return { body, query, path, fields: fields.filter(({ path: place }) => !roots.has(place)), requests: profile.requests.n };
}

const roots = new Set(['query', 'path']);

class Proposer {
  readonly #fields: ProposedField[];
  /** Whether the values are texts that a declared number is read from. */
  readonly #texts: boolean;

  constructor(fields: ProposedField[], texts: boolean) {
    this.#fields = fields;
    this.#texts = texts;
  }

  field(field: FieldProfile, path: string, required: boolean): JsonSchema {
    const types = typesOf(field.types);
    const at = this.#fields.length;
    const parts = types.map((type) => this.#part(type, field, path));
    const kind = parts.find((part) => part.kind !== 'none')?.kind ?? 'none';
    const seen = Object.values(field.types).reduce((sum, { n }) => sum + n, 0);
    const names = parts.map(({ schema }) => String(schema.type ?? 'string'));
    const type = [...new Set(names)].join(', ');
    const example = maskedExample(
      field,
      parts.map(({ schema }) => schema),
    );
    this.#fields.splice(at, 0, { path, type, kind, required, seen, departs: Math.min(1, 3 / Math.max(1, seen)), example });
    return join(parts.map(({ schema }) => schema));
  }

  #part(type: string, field: FieldProfile, path: string): { readonly schema: Record<string, unknown>; readonly kind: FieldKind } {
    switch (type) {
      case 'string':
        return field.text === undefined ? { schema: { type }, kind: 'unknown' } : textSchema(field.text, this.#texts);
      case 'integer':
      case 'number':
        return { schema: { type, ...numberRange(settledNames(field.numbers ?? {})) }, kind: 'none' };
      case 'array':
        return { schema: this.#array(field, path), kind: 'none' };
      case 'object':
        return { schema: field.object === undefined ? { type } : this.#object(field.object, path), kind: 'none' };
      default:
        return { schema: { type }, kind: 'none' };
    }
  }

  #array({ array }: FieldProfile, path: string): Record<string, unknown> {
    if (array === undefined) return { type: 'array' };
    const largest = Math.max(0, ...settledNames(array.sizes).map(Number));
    const items = Object.keys(array.items.types).length === 0 ? false : this.field(array.items, `${path}[]`, true);
    return { type: 'array', maxItems: Math.max(1, lengthBound(largest + 1)), items };
  }

  #object(object: ObjectProfile, path: string): Record<string, unknown> {
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    for (const name of Object.keys(object.members).sort()) {
      const member = object.members[name];
      if (member === undefined || !counts(member.present)) continue;
      const always = !counts(member.absent);
      if (always) required.push(name);
      properties[name] = this.field(member.field, `${path}.${name}`, always);
    }
    const rest = counts(object.other) && object.rest !== null ? this.field(object.rest, `${path}.*`, false) : false;
    return { type: 'object', additionalProperties: rest, properties, ...(required.length === 0 ? {} : { required }) };
  }
}

/** Types that enough people have sent; that of the most people when none has. */
function typesOf(types: Readonly<Record<string, Feature>>): readonly string[] {
  const names = Object.keys(types).filter((name) => counts(types[name]));
  if (names.length === 0) {
    const [first] = Object.entries(types).sort(
      ([a, one], [b, two]) => personsOf(two) - personsOf(one) || two.n - one.n || a.localeCompare(b),
    );
    return first === undefined ? [] : [first[0]];
  }
  if (names.includes('number')) return names.filter((name) => name !== 'integer').sort();
  return names.sort();
}

const personsOf = ({ by }: Feature): number => (by === true ? neededPersons : by.length);

const settledNames = (features: Readonly<Record<string, Feature>>): string[] =>
  Object.keys(features).filter((name) => counts(features[name]));

/** One schema for several types: `null` is put beside a single other type, else the types are a choice. */
function join(schemas: readonly Record<string, unknown>[]): JsonSchema {
  const [first, second] = schemas;
  if (first === undefined) return true;
  if (second === undefined) return first;
  const others = schemas.filter(({ type }) => type !== 'null');
  const [only] = others;
  if (others.length === 1 && only !== undefined && others.length < schemas.length) {
    if (Array.isArray(only.enum)) return { enum: [...only.enum, null] };
    return { ...only, type: [only.type, 'null'] };
  }
  return { anyOf: schemas };
}

const kinds: Readonly<Partial<Record<LearnedFormat, FieldKind>>> = {
  'cn-mobile': 'mobile',
  'cn-id-card': 'id',
  uuid: 'id',
  date: 'date',
  'local-date-time': 'date',
  'date-time': 'date',
  ipv4: 'id',
  'http-url': 'url',
  id: 'id',
  'cn-name': 'name',
  'json-text': 'json',
  'opaque-token': 'token',
  'short-text': 'short_text',
  text: 'text',
};

function textSchema(text: TextProfile, texts: boolean): { readonly schema: Record<string, unknown>; readonly kind: FieldKind } {
  const longest = Math.max(0, ...settledNames(text.lengths).map(Number));
  const maxLength = Math.max(1, lengthBound(longest + 1));
  const name = learnedFormats.find((candidate) => holdsForAll(text, candidate, texts));
  if (name === 'boolean-text') return { schema: { type: 'boolean' }, kind: 'none' };
  if (name === 'integer-text') return { schema: { type: 'integer' }, kind: 'none' };
  if (name === 'number-text') return { schema: { type: 'number' }, kind: 'none' };
  const listed = enumOf(text);
  if (listed !== null) return { schema: { enum: listed }, kind: 'enum' };
  const markup = text.formats.markup;
  if (markup !== undefined && counts(markup.yes) && markup.yes.n * 4 >= markup.no.n)
    return { schema: { type: 'string', format: 'rich-text', maxLength }, kind: 'rich_text' };
  if (name === undefined) return { schema: { type: 'string', maxLength }, kind: 'unknown' };
  return { schema: { type: 'string', format: name, maxLength }, kind: kinds[name] ?? 'unknown' };
}

function holdsForAll(text: TextProfile, name: LearnedFormat, texts: boolean): boolean {
  if (name === 'markup' || (name.endsWith('-text') && name !== 'json-text' && name !== 'short-text' && !texts)) return false;
  const tally = text.formats[name];
  if (tally === undefined || !counts(tally.yes) || counts(tally.no)) return false;
  // A name in Latin letters alone is more likely a word.
  return name !== 'cn-name' || counts(text.classes.han);
}

/** The values of an enum: texts that enough people have sent, when no more than a few people have sent anything else. */
function enumOf({ values, lengths }: TextProfile): readonly string[] | null {
  if (values === null || counts(values.other)) return null;
  const entries = Object.entries(values.entries);
  const listed = entries.filter(([, feature]) => counts(feature));
  const total = Object.values(lengths).reduce((sum, { n }) => sum + n, 0);
  if (listed.length === 0 || listed.length > maxEnumValues || total < minEnumTexts) return null;
  const strangers = new Set(
    [values.other, ...entries.map(([, feature]) => feature)].flatMap(({ by }) => (by === true ? [] : by)),
  );
  return strangers.size >= neededPersons ? null : listed.map(([key]) => key.slice(1)).sort();
}
