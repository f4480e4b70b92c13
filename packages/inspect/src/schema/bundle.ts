import { SchemaError } from './error.ts';
import { shapeOf } from './keywords.ts';
import { followPointer, isObject, type JsonObject, pointerTo } from './pointer.ts';

/** A JSON Schema: an object of keywords, or true or false. */
export type JsonSchema = boolean | JsonObject;

export type Dialect = 'json-schema' | 'openapi-3.0' | 'openapi-3.1';

export interface BundleOptions {
  /** What `#` refers to; the schema itself by default. */
  readonly document?: unknown;
  /** Where the schema stands in the document, for messages. */
  readonly at?: string;
  /** Looks up a reference that does not start with `#`; undefined when there is none. Without it such references are refused. */
  readonly resolveRef?: (reference: string) => unknown;
  readonly dialect?: Dialect;
}

/** A schema that refers to nothing outside itself. */
export interface Bundle {
  readonly schema: JsonSchema;
  /** Every name of an object member that the schema knows. */
  readonly names: ReadonlySet<string>;
  /** Names in `$defs` such that every recursion passes through one of them. */
  readonly recursive: ReadonlySet<string>;
}

/** The root or a definition: how many schemas it is made of, and which definitions it refers to, each as often as it does. */
interface Part {
  nodes: number;
  readonly references: string[];
}

const maxNodes = 20_000;
const maxDepth = 64;
const maxDefinitions = 2_000;
/** Nodes when every reference is written out, those of a recursion once. */
const maxExpanded = 100_000;
const definitionPrefix = '#/$defs/';
/** Definitions are called `d0`, `d1`, ... */
const rootPart = '';

/**
 * Copies a schema with all that it refers to into one that stands alone and has only keywords that restrict. Throws {@link
 * SchemaError} on references to other places, unknown keywords, and schemas too large or too deep. A schema that contains
 * itself is fine.
 */
export function bundleSchema(schema: unknown, options: BundleOptions = {}): Bundle {
  return new Bundler(schema, options).bundle(schema, options.at ?? '');
}

class Bundler {
  readonly #document: unknown;
  readonly #resolveRef: ((reference: string) => unknown) | undefined;
  readonly #dialect: Dialect;
  readonly #names = new Set<string>();
  /** Definition by reference as written. */
  readonly #byReference = new Map<string, string>();
  readonly #definitions: Record<string, JsonSchema> = {};
  readonly #pending: { name: string; schema: unknown; at: string }[] = [];
  readonly #parts = new Map<string, Part>();
  /** What is being copied. */
  #part: Part = { nodes: 0, references: [] };
  #nodes = 0;

  constructor(schema: unknown, options: BundleOptions) {
    this.#document = 'document' in options ? options.document : schema;
    this.#resolveRef = options.resolveRef;
    this.#dialect = options.dialect ?? 'json-schema';
    this.#parts.set(rootPart, this.#part);
  }

  bundle(schema: unknown, at: string): Bundle {
    const root = this.#copy(schema, at, 0);
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      this.#part = { nodes: 0, references: [] };
      this.#parts.set(next.name, this.#part);
      this.#definitions[next.name] = this.#copy(next.schema, next.at, 0);
    }
    const recursive = findRecursion(this.#parts);
    const whole = isObject(root) && this.#byReference.size > 0 ? { ...root, $defs: this.#definitions } : root;
    return { schema: whole, names: this.#names, recursive };
  }

  #copy(schema: unknown, at: string, depth: number): JsonSchema {
    this.#nodes += 1;
    this.#part.nodes += 1;
    if (this.#nodes > maxNodes) throw new SchemaError('schema_too_large', at, `has more than ${maxNodes} parts`);
    if (depth > maxDepth) throw new SchemaError('schema_too_deep', at, `is nested deeper than ${maxDepth}`);
    if (typeof schema === 'boolean') return schema;
    if (!isObject(schema)) throw new SchemaError('schema_invalid', at, 'is neither an object nor true or false');
    const openApi = this.#dialect !== 'json-schema';
    if (typeof schema.$ref === 'string' && this.#dialect === 'openapi-3.0') return { $ref: this.#reference(schema.$ref, at) };
    const out: Record<string, unknown> = {};
    for (const [keyword, value] of Object.entries(schema)) {
      const here = pointerTo(at, keyword);
      if (keyword === '$ref') {
        if (typeof value !== 'string') throw new SchemaError('schema_invalid', here, 'is no reference');
        out.$ref = this.#reference(value, here);
        continue;
      }
      switch (keyword === '$id' && at === '' ? 'annotation' : shapeOf(keyword, openApi)) {
        case 'annotation':
          if (keyword === '$schema') checkDialect(value, here);
          break;
        case 'data':
          out[keyword] = value;
          break;
        case 'schema':
          out[keyword] = this.#copy(value, here, depth + 1);
          break;
        case 'schemas':
          if (!Array.isArray(value)) throw new SchemaError('schema_invalid', here, 'is no list of schemas');
          out[keyword] = value.map((item, index) => this.#copy(item, pointerTo(here, index), depth + 1));
          break;
        case 'schema-map':
          out[keyword] = this.#copyMap(value, here, depth, keyword === 'properties');
          break;
        case 'refused':
          throw new SchemaError('ref_refused', here, 'changes what references mean, which is not supported');
        case undefined:
          throw new SchemaError('keyword_unsupported', here, 'is a keyword that is not known');
      }
    }
    if (openApi) adaptOpenApi(out, schema, this.#dialect === 'openapi-3.0');
    this.#addNames(out.required);
    if (isObject(out.dependentRequired)) for (const names of Object.values(out.dependentRequired)) this.#addNames(names);
    return out;
  }

  #copyMap(value: unknown, at: string, depth: number, named: boolean): JsonObject {
    if (!isObject(value)) throw new SchemaError('schema_invalid', at, 'is no object of schemas');
    const out: Record<string, JsonSchema> = {};
    for (const [key, item] of Object.entries(value)) {
      // Requests with this key are refused before any schema sees them; here it would set a prototype.
      if (key === '__proto__') throw new SchemaError('schema_invalid', at, 'has a member that no request can have');
      if (named) this.#names.add(key);
      out[key] = this.#copy(item, pointerTo(at, key), depth + 1);
    }
    return out;
  }

  #addNames(names: unknown): void {
    if (!Array.isArray(names)) return;
    for (const name of names) if (typeof name === 'string') this.#names.add(name);
  }

  #reference(reference: string, at: string): string {
    let name = this.#byReference.get(reference);
    if (name === undefined) {
      const local = reference.startsWith('#');
      if (!local && this.#resolveRef === undefined) throw new SchemaError('ref_refused', at, 'refers to another document');
      if (local && reference !== '#' && !reference.startsWith('#/'))
        throw new SchemaError('ref_refused', at, 'refers to an anchor');
      const target = local ? followPointer(this.#document, reference) : this.#resolveRef?.(reference);
      if (target === undefined) throw new SchemaError('ref_unresolved', at, 'refers to something that does not exist');
      if (this.#byReference.size >= maxDefinitions) throw new SchemaError('schema_too_large', at, 'has too many references');
      name = `d${this.#byReference.size}`;
      this.#byReference.set(reference, name);
      this.#pending.push({ name, schema: target, at: local ? reference.slice(1) : at });
    }
    this.#part.references.push(name);
    return definitionPrefix + name;
  }
}

function checkDialect(value: unknown, at: string): void {
  if (typeof value === 'string' && /^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/.test(value)) return;
  if (value === 'https://spec.openapis.org/oas/3.1/dialect/base') return;
  throw new SchemaError('dialect_unsupported', at, 'is not JSON Schema draft 2020-12');
}

/**
 * OpenAPI 3.0 departs from JSON Schema in `nullable` and in the exclusive bounds; in a request, what is read-only cannot be
 * required (OpenAPI 3.0.3 §4.7.24.2).
 */
function adaptOpenApi(out: Record<string, unknown>, schema: JsonObject, old: boolean): void {
  if (old) {
    if (schema.nullable === true && typeof out.type === 'string') out.type = [out.type, 'null'];
    for (const [exclusive, bound] of [
      ['exclusiveMinimum', 'minimum'],
      ['exclusiveMaximum', 'maximum'],
    ] as const) {
      if (typeof out[exclusive] !== 'boolean') continue;
      if (out[exclusive] === true && out[bound] !== undefined) {
        out[exclusive] = out[bound];
        delete out[bound];
      } else delete out[exclusive];
    }
  }
  const properties = schema.properties;
  if (!isObject(properties)) return;
  // Documents often leave it out, and a schema with properties would let every non-object pass.
  out.type ??= 'object';
  if (!Array.isArray(out.required)) return;
  const required = out.required.filter((name) => typeof name !== 'string' || !isReadOnly(properties[name]));
  if (required.length > 0) out.required = required;
  else delete out.required;
}

function isReadOnly(property: unknown): boolean {
  return isObject(property) && property.readOnly === true;
}

/**
 * Definitions such that every recursion passes through one of them. Throws when the schema with all references written out
 * is too large: a few definitions that refer to each other twice double the work with every level.
 */
function findRecursion(parts: ReadonlyMap<string, Part>): ReadonlySet<string> {
  const recursive = new Set<string>();
  const sizes = new Map<string, number>();
  const open = new Set<string>();
  const sizeOf = (name: string): number => {
    const known = sizes.get(name);
    if (known !== undefined) return known;
    if (open.has(name)) {
      recursive.add(name);
      return 1;
    }
    open.add(name);
    const part = parts.get(name);
    let size = part?.nodes ?? 0;
    for (const reference of part?.references ?? []) size += sizeOf(reference);
    if (size > maxExpanded) throw new SchemaError('schema_too_large', '', 'grows too large when its references are written out');
    open.delete(name);
    sizes.set(name, size);
    return size;
  };
  sizeOf(rootPart);
  return recursive;
}
