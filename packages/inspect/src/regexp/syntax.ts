/** A pattern as a tree. A `set` is the source of a class or single character for the `u` flag of ECMAScript. */
export type Node =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly source: string }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'sequence'; readonly items: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | { readonly kind: 'repeat'; readonly item: Node; readonly min: number; readonly max: number };

/**
 * A pattern that is no regular expression, or one that cannot be matched in linear time. The message names the construct,
 * never the pattern.
 */
export class UnsupportedPattern extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'UnsupportedPattern';
  }
}

const maxPattern = 1_000;
const maxNesting = 50;

/**
 * Parses a pattern of ECMAScript with the `u` flag, as JSON Schema wants it (draft 2020-12, core §6.4). Supported is what is
 * regular: characters, classes with `\d \w \s \p{...}` and `\u` escapes, `.`, groups of any kind, alternation, `* + ? {n,m}`
 * also lazy (which makes no difference to whether there is a match), `^` and `$`. Throws {@link UnsupportedPattern} on the
 * rest: look-around, back-references, `\b`, and on patterns too long or too deeply nested.
 */
export function parsePattern(pattern: string): Node {
  if (pattern.length > maxPattern) throw new UnsupportedPattern('the pattern is too long');
  try {
    // The engine's own parser decides what is well formed, so that this one may assume it. Nothing is matched with it.
    new RegExp(pattern, 'u');
  } catch {
    throw new UnsupportedPattern('the pattern is not a regular expression');
  }
  const parser = new Parser(pattern);
  return parser.choice(0);
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Alternatives up to the end or to the parenthesis that closes this group, which is left to the caller. */
  choice(nesting: number): Node {
    if (nesting > maxNesting) throw new UnsupportedPattern('the pattern is nested too deeply');
    const options = [this.#sequence(nesting)];
    while (this.#text[this.#at] === '|') {
      this.#at += 1;
      options.push(this.#sequence(nesting));
    }
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
  }

  #sequence(nesting: number): Node {
    const items: Node[] = [];
    while (this.#at < this.#text.length && this.#text[this.#at] !== '|' && this.#text[this.#at] !== ')') {
      items.push(this.#quantified(this.#atom(nesting)));
    }
    return items.length === 0 ? { kind: 'empty' } : { kind: 'sequence', items };
  }

  #atom(nesting: number): Node {
    const char = this.#text[this.#at] ?? '';
    switch (char) {
      case '(':
        return this.#group(nesting);
      case '[':
        return { kind: 'set', source: this.#class() };
      case '^':
        this.#at += 1;
        return { kind: 'start' };
      case '$':
        this.#at += 1;
        return { kind: 'end' };
      case '\\':
        return { kind: 'set', source: this.#escape() };
      default: {
        const source = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
        this.#at += source.length;
        return { kind: 'set', source };
      }
    }
  }

  #group(nesting: number): Node {
    this.#at += 1;
    if (this.#text[this.#at] === '?') {
      const rest = this.#text.slice(this.#at, this.#at + 100);
      const opening = /^\?(?::|<[^=!>][^>]*>)/.exec(rest);
      if (opening === null) throw new UnsupportedPattern('the pattern looks around or sets flags');
      this.#at += opening[0].length;
    }
    const inner = this.choice(nesting + 1);
    this.#at += 1;
    return inner;
  }

  #class(): string {
    const start = this.#at;
    this.#at += 1;
    while (this.#text[this.#at] !== ']') this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
    this.#at += 1;
    return this.#text.slice(start, this.#at);
  }

  /** An escape that stands for one character or one class. */
  #escape(): string {
    const rest = this.#text.slice(this.#at, this.#at + 80);
    const match =
      /^\\(?:[dDwWsStnrfv0]|c[A-Za-z]|x[0-9A-Fa-f]{2}|u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,8}\}|[pP]\{[^}]{1,60}\}|[\^$\\.*+?()[\]{}|/])/.exec(
        rest,
      );
    if (match === null) throw new UnsupportedPattern('the pattern refers back or asserts a word boundary');
    this.#at += match[0].length;
    return match[0];
  }

  #quantified(item: Node): Node {
    const rest = this.#text.slice(this.#at, this.#at + 40);
    const match = /^(?:[*+?]|\{(\d{1,15})(,(\d{0,15}))?\})\??/.exec(rest);
    if (match === null) {
      if (rest.startsWith('{')) throw new UnsupportedPattern('the pattern repeats too often');
      return item;
    }
    this.#at += match[0].length;
    const [quantifier, from, comma, to] = match;
    if (quantifier.startsWith('*')) return { kind: 'repeat', item, min: 0, max: Number.POSITIVE_INFINITY };
    if (quantifier.startsWith('+')) return { kind: 'repeat', item, min: 1, max: Number.POSITIVE_INFINITY };
    if (quantifier.startsWith('?')) return { kind: 'repeat', item, min: 0, max: 1 };
    const min = Number(from);
    const max = comma === undefined ? min : to === '' || to === undefined ? Number.POSITIVE_INFINITY : Number(to);
    return { kind: 'repeat', item, min, max };
  }
}
