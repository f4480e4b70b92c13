import type { Leaf, LeafPath } from '../leaves.ts';
import { LinearRegExp } from '../regexp/linear-reg-exp.ts';
import { bundleSchema, type Dialect, type JsonSchema } from '../schema/bundle.ts';
import { followPointer, isObject, type JsonObject } from '../schema/pointer.ts';
import { bothKinds, eitherKind, type FieldKind, isSettled } from './field-kind.ts';
import { ownTextKind } from './text-kind.ts';

/** What a schema declares the texts of a value to be, by where they stand. */
export interface FieldMap {
  /** The kind of a text at a path. Takes time linear in the path. */
  kindAt(path: LeafPath): FieldKind;
  /**
   * Whether a leaf of a value that conforms to the schema needs no look for attacks: numbers, booleans and null, texts of a settled kind, and
   * keys that the schema names.
   */
  settles(leaf: Leaf, path: LeafPath, kind: 'value' | 'key'): boolean;
  /** Whether a text is of a settled kind at a path in the form of a declaration: names, and `*` for every element of a list. */
  settlesAt(path: readonly string[]): boolean;
  /** Whether any field is declared `rich-text`, or `json-text`. */
  readonly hasRichText: boolean;
  readonly hasJsonText: boolean;
}

export interface FieldMapOptions {
  readonly dialect?: Dialect;
  readonly resolveRef?: (reference: string) => unknown;
}

/** Bounds what a recursive schema can make of a hostile value; beyond it everything is unknown. */
const maxNodes = 5_000;
const maxDepth = 64;
const maxChildren = 512;

/**
 * Reads the types of fields from the schema that a value is checked against. Throws SchemaError as `compileSchema` does for the same schema.
 */
export function compileFieldMap(schema: unknown, options: FieldMapOptions = {}): FieldMap {
  const document = bundleSchema(schema, options).schema;
  const fields = new Fields(document);
  const root = fields.of(document, 0);
  const find = (path: LeafPath): FieldNode => {
    let node = root;
    for (let at = 0; at < path.length; at += 1) {
      if (at >= maxDepth) return unknownNode;
      node = node.child(path[at] ?? '');
    }
    return node;
  };
  const text = JSON.stringify(document);
  return Object.freeze({
    hasRichText: text.includes('"rich-text"'),
    hasJsonText: text.includes('"json-text"'),
    kindAt: (path: LeafPath) => find(path).kind,
    settlesAt(path: readonly string[]): boolean {
      let node = root;
      for (let at = 0; at < path.length && node !== unknownNode; at += 1) {
        const step = path[at] ?? '';
        node = at >= maxDepth ? unknownNode : step === '*' ? node.element() : node.child(step);
      }
      return isSettled(node.kind);
    },
    settles(leaf: Leaf, path: LeafPath, kind: 'value' | 'key'): boolean {
      if (kind === 'value') return typeof leaf !== 'string' || isSettled(find(path).kind);
      return find(path.slice(0, -1)).names(String(leaf));
    },
  });
}

interface FieldNode {
  readonly kind: FieldKind;
  child(step: string | number): FieldNode;
  /** Any element of a list, or a member of the name `*`: a path in the form of a declaration does not tell them apart. */
  element(): FieldNode;
  /** Whether a member of this name is declared. */
  names(key: string): boolean;
}

const unknownNode: FieldNode = Object.freeze({
  kind: 'unknown',
  child: () => unknownNode,
  element: () => unknownNode,
  names: () => false,
});
/** `false`: nothing conforms, so that nothing here is ever seen. */
const emptyNode: FieldNode = Object.freeze({ kind: 'none', child: () => emptyNode, element: () => emptyNode, names: () => true });

class Fields {
  readonly #document: JsonSchema;
  readonly #nodes = new Map<JsonObject, FieldNode>();
  #count = 0;

  constructor(document: JsonSchema) {
    this.#document = document;
  }

  /** Whether another node may be made. */
  spend(): boolean {
    this.#count += 1;
    return this.#count <= maxNodes;
  }

  of(schema: unknown, depth: number): FieldNode {
    if (schema === false) return emptyNode;
    if (!isObject(schema) || depth > maxDepth) return unknownNode;
    const known = this.#nodes.get(schema);
    if (known !== undefined) return known;
    if (!this.spend()) return unknownNode;
    const node = new SchemaNode(this, schema);
    this.#nodes.set(schema, node);
    node.combine(this.#combined(schema, depth));
    return node;
  }

  /** What the schema says by reference and combination, for the same place. */
  #combined(schema: JsonObject, depth: number): FieldNode {
    const parts: FieldNode[] = [];
    if (typeof schema.$ref === 'string') parts.push(this.of(followPointer(this.#document, schema.$ref), depth + 1));
    if (Array.isArray(schema.allOf)) for (const part of schema.allOf) parts.push(this.of(part, depth + 1));
    for (const keyword of ['anyOf', 'oneOf']) {
      const branches = schema[keyword];
      if (!Array.isArray(branches)) continue;
      const nodes = branches.map((branch) => this.of(branch, depth + 1));
      if (nodes.length > 0) parts.push(nodes.reduce((a, b) => new PairNode(a, b, false)));
    }
    if (isObject(schema.then) && isObject(schema.else))
      parts.push(new PairNode(this.of(schema.then, depth + 1), this.of(schema.else, depth + 1), false));
    return parts.reduce((a, b) => new PairNode(a, b, true), unknownNode);
  }
}

/** A schema's own keywords, together with what it says by combination. */
class SchemaNode implements FieldNode {
  readonly #fields: Fields;
  readonly #own: FieldKind;
  readonly #properties: JsonObject;
  readonly #patterns: readonly (readonly [LinearRegExp, unknown])[];
  readonly #rest: unknown;
  readonly #items: unknown;
  readonly #prefix: readonly unknown[];
  /** Children by name and by place in a list: by the names themselves, whose hash the engine knows, not by texts made of them. */
  readonly #named = new Map<string, FieldNode>();
  readonly #placed = new Map<number, FieldNode>();
  /** The child that all other names have, and that of all other places; null until it is made, or where nothing is alike. */
  #otherName: FieldNode | null = null;
  #otherPlace: FieldNode | null = null;
  #more: FieldNode = unknownNode;
  readonly #type: unknown;
  #kind: FieldKind | null = null;
  #element: FieldNode | null = null;
  /** A schema that refers to itself at the same place says nothing by it. */
  #busy = false;

  constructor(fields: Fields, schema: JsonObject) {
    this.#fields = fields;
    this.#own = ownTextKind(schema);
    this.#type = schema.type;
    this.#properties = isObject(schema.properties) ? schema.properties : {};
    this.#patterns = Object.entries(isObject(schema.patternProperties) ? schema.patternProperties : {}).map(
      ([pattern, value]) => [new LinearRegExp(pattern), value] as const,
    );
    this.#rest = schema.additionalProperties ?? schema.unevaluatedProperties;
    this.#items = schema.items ?? schema.unevaluatedItems;
    this.#prefix = Array.isArray(schema.prefixItems) ? schema.prefixItems : [];
  }

  combine(more: FieldNode): void {
    this.#more = more;
  }

  get kind(): FieldKind {
    this.#kind ??= this.#guarded('unknown', () => bothKinds(this.#own, this.#more.kind));
    return this.#kind;
  }

  names(key: string): boolean {
    return this.#guarded(false, () => Object.hasOwn(this.#properties, key) || this.#more.names(key));
  }

  child(step: string | number): FieldNode {
    const known = typeof step === 'number' ? this.#placed.get(step) : this.#named.get(step);
    if (known !== undefined) return known;
    const other = this.#isOther(step);
    if (other) {
      const made = typeof step === 'number' ? this.#otherPlace : this.#otherName;
      if (made !== null) return made;
    }
    return this.#guarded(unknownNode, () => {
      const own = this.#fields.of(this.#ownChild(step), 0);
      const more = this.#more === unknownNode ? unknownNode : this.#more.child(step);
      const node = pairOf(own, more, true);
      this.#keep(step, other, node);
      return node;
    });
  }

  #keep(step: string | number, other: boolean, node: FieldNode): void {
    if (typeof step === 'number') {
      if (other) this.#otherPlace = node;
      else if (this.#placed.size < maxChildren) this.#placed.set(step, node);
    } else if (other) this.#otherName = node;
    else if (this.#named.size < maxChildren) this.#named.set(step, node);
  }

  element(): FieldNode {
    this.#element ??= this.#guarded(null, () => this.#elements());
    return this.#element ?? unknownNode;
  }

  #elements(): FieldNode {
    const parts: FieldNode[] = [];
    if (mayBe(this.#type, 'array')) for (const item of [...this.#prefix, this.#items]) parts.push(this.#fields.of(item, 0));
    if (mayBe(this.#type, 'object')) parts.push(this.#fields.of(this.#ownChild('*'), 0));
    const own = parts.length === 0 ? emptyNode : parts.reduce((a, b) => pairOf(a, b, false));
    return this.#more === unknownNode ? own : pairOf(own, this.#more.element(), true);
  }

  #guarded<T>(otherwise: T, work: () => T): T {
    if (this.#busy) return otherwise;
    this.#busy = true;
    try {
      return work();
    } finally {
      this.#busy = false;
    }
  }

  /** Whether nothing tells this name or place from others that are not declared. */
  #isOther(step: string | number): boolean {
    if (this.#more !== unknownNode || this.#patterns.length > 0) return false;
    return typeof step === 'number' ? step >= this.#prefix.length : !Object.hasOwn(this.#properties, step);
  }

  #ownChild(step: string | number): unknown {
    if (typeof step === 'number') return step < this.#prefix.length ? this.#prefix[step] : this.#items;
    if (Object.hasOwn(this.#properties, step)) return this.#properties[step];
    const matching = this.#patterns.find(([pattern]) => pattern.test(step));
    return matching === undefined ? this.#rest : matching[1];
  }
}

/** Two declarations for one place: both hold, or one of them does. */
class PairNode implements FieldNode {
  readonly #a: FieldNode;
  readonly #b: FieldNode;
  readonly #both: boolean;

  constructor(a: FieldNode, b: FieldNode, both: boolean) {
    this.#a = a;
    this.#b = b;
    this.#both = both;
  }

  get kind(): FieldKind {
    return this.#both ? bothKinds(this.#a.kind, this.#b.kind) : eitherKind(this.#a.kind, this.#b.kind);
  }

  names(key: string): boolean {
    return this.#both ? this.#a.names(key) || this.#b.names(key) : this.#a.names(key) && this.#b.names(key);
  }

  child(step: string | number): FieldNode {
    return pairOf(this.#a.child(step), this.#b.child(step), this.#both);
  }

  element(): FieldNode {
    return pairOf(this.#a.element(), this.#b.element(), this.#both);
  }
}

/** Both or either, made only where the two say different things. */
function pairOf(a: FieldNode, b: FieldNode, both: boolean): FieldNode {
  if (a === b) return a;
  if (a === unknownNode) return both ? b : unknownNode;
  if (b === unknownNode) return both ? a : unknownNode;
  return new PairNode(a, b, both);
}

function mayBe(type: unknown, name: string): boolean {
  return type === undefined || (Array.isArray(type) ? type.includes(name) : type === name);
}
