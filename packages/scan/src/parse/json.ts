/** A value of a JSON document with the offsets at which it stands. */
export type JsonNode =
  | { readonly kind: 'object'; readonly start: number; readonly end: number; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly start: number; readonly end: number; readonly items: readonly JsonNode[] }
  | {
      readonly kind: 'scalar';
      readonly start: number;
      readonly end: number;
      readonly value: string | number | boolean | null;
    };

export interface JsonMember {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: JsonNode;
}

export interface JsonDocument {
  readonly root: JsonNode;
  /** Plain values, with null prototypes, for a reader that needs no offsets. */
  readonly value: unknown;
}

class JsonError extends Error {}

/**
 * Reads JSON as the developer tools write it: comments, trailing commas and a byte order mark are allowed. The last of two
 * equal keys counts.
 *
 * @returns undefined when it cannot be read or is nested deeper than `maxDepth`
 */
export function parseJson(text: string, maxDepth: number): JsonDocument | undefined {
  try {
    const root = new Reader(text, maxDepth).document();
    return { root, value: plain(root) };
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

/** The node at a path of keys and indices. */
export function jsonAt(node: JsonNode | undefined, ...path: readonly (string | number)[]): JsonNode | undefined {
  let at = node;
  for (const part of path) {
    if (at === undefined) return undefined;
    if (at.kind === 'array' && typeof part === 'number') at = at.items[part];
    else if (at.kind === 'object') at = at.members.findLast((member) => member.key === String(part))?.value;
    else return undefined;
  }
  return at;
}

function plain(node: JsonNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'array') return node.items.map(plain);
  const object = Object.create(null) as Record<string, unknown>;
  for (const member of node.members) object[member.key] = plain(member.value);
  return object;
}

class Reader {
  private at = 0;
  private readonly text: string;
  private readonly maxDepth: number;

  constructor(text: string, maxDepth: number) {
    this.text = text;
    this.maxDepth = maxDepth;
    if (text.charCodeAt(0) === 0xfe_ff) this.at = 1;
  }

  document(): JsonNode {
    const root = this.value(0);
    this.space();
    if (this.at < this.text.length) throw new JsonError('trailing text');
    return root;
  }

  private space(): void {
    for (;;) {
      const unit = this.text.charCodeAt(this.at);
      if (unit === 32 || (unit >= 9 && unit <= 13) || unit === 0xfe_ff) this.at += 1;
      else if (unit === 47 && this.text[this.at + 1] === '/') {
        const end = this.text.indexOf('\n', this.at);
        this.at = end < 0 ? this.text.length : end;
      } else if (unit === 47 && this.text[this.at + 1] === '*') {
        const end = this.text.indexOf('*/', this.at + 2);
        this.at = end < 0 ? this.text.length : end + 2;
      } else return;
    }
  }

  private value(depth: number): JsonNode {
    if (depth > this.maxDepth) throw new JsonError('too deep');
    this.space();
    const start = this.at;
    switch (this.text[this.at]) {
      case '{':
        return this.object(start, depth);
      case '[':
        return this.array(start, depth);
      case '"':
        return { kind: 'scalar', value: this.string(), start, end: this.at };
      default:
        return { kind: 'scalar', value: this.word(), start, end: this.at };
    }
  }

  private object(start: number, depth: number): JsonNode {
    const members: JsonMember[] = [];
    this.at += 1;
    for (;;) {
      this.space();
      if (this.text[this.at] === '}') {
        this.at += 1;
        return { kind: 'object', start, end: this.at, members };
      }
      const keyStart = this.at;
      const key = this.string();
      const keyEnd = this.at;
      this.space();
      if (this.text[this.at] !== ':') throw new JsonError('no colon');
      this.at += 1;
      members.push({ key, keyStart, keyEnd, value: this.value(depth + 1) });
      this.comma('}');
    }
  }

  private array(start: number, depth: number): JsonNode {
    const items: JsonNode[] = [];
    this.at += 1;
    for (;;) {
      this.space();
      if (this.text[this.at] === ']') {
        this.at += 1;
        return { kind: 'array', start, end: this.at, items };
      }
      items.push(this.value(depth + 1));
      this.comma(']');
    }
  }

  private comma(close: string): void {
    this.space();
    if (this.text[this.at] === ',') this.at += 1;
    else if (this.text[this.at] !== close) throw new JsonError('no comma');
  }

  private string(): string {
    if (this.text[this.at] !== '"') throw new JsonError('no string');
    let end = this.at + 1;
    for (;;) {
      const unit = this.text.charCodeAt(end);
      if (Number.isNaN(unit) || unit === 10) throw new JsonError('open string');
      if (unit === 34) break;
      end += unit === 92 ? 2 : 1;
    }
    const raw = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    if (!raw.includes('\\')) return raw;
    try {
      return JSON.parse(`"${raw.replaceAll('\t', '\\t')}"`) as string;
    } catch {
      return raw;
    }
  }

  private word(): number | boolean | null {
    const start = this.at;
    while (/[\w.+-]/.test(this.text[this.at] ?? '')) this.at += 1;
    const word = this.text.slice(start, this.at);
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return null;
    if (word === '' || Number.isNaN(Number(word))) throw new JsonError('no value');
    return Number(word);
  }
}
