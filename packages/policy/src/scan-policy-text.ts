/** One policy in a file's text. */
export interface PolicySource {
  readonly text: string;
  /** Where `text` starts in the file, in UTF-16 units. */
  readonly offset: number;
  /**
   * The text with every integer that a JSON number cannot hold written as a string literal, or `undefined` when there is none.
   * The engine's JSON form rounds such integers; this carries them through it.
   */
  readonly rewritten: string | undefined;
  readonly longLiterals: number;
  readonly size: SourceSize;
}

/** How large a text is, in what costs the engine stack. */
export interface SourceSize {
  /** Depth of brackets. */
  readonly nesting: number;
  /** Number of `if`. */
  readonly conditionals: number;
  /** Number of operators that form chains: `&&`, `||`, `+`, `-`, `*`, `!`, `.` and `[`. */
  readonly operators: number;
}

const TOKEN = /\s+|\/\/[^\n\r]*|"(?:[^"\\]|\\.)*"?|[A-Za-z_][A-Za-z0-9_]*|[0-9]+|&&|\|\||[<>=!]=|::|[\s\S]/gsu;
const TRIVIA = /^(?:\s|\/\/)/;
const INTEGER = /^[0-9]/;
const CHAINING: ReadonlySet<string> = new Set(['&&', '||', '+', '-', '*', '!', '.', '[']);
const OPENING = ['(', '[', '{'];
const CLOSING = [')', ']', '}'];
const MARKER = 'menshen-long:';
const LONG_DIGITS = 19;

function exceedsJson(digits: string): boolean {
  const significant = digits.replace(/^0+/, '');
  // What is longer than 64 bits is left alone: the engine refuses it.
  return significant.length <= LONG_DIGITS && BigInt(significant) > BigInt(Number.MAX_SAFE_INTEGER);
}

class TokenSink {
  start = -1;
  rewritten = '';
  longLiterals = 0;
  conditionals = 0;
  operators = 0;
  nesting = 0;
  readonly #opening: readonly string[];
  readonly #closing: readonly string[];
  #depth = 0;

  constructor(opening: readonly string[], closing: readonly string[]) {
    this.#opening = opening;
    this.#closing = closing;
  }

  accept(token: string, offset: number): void {
    if (this.start < 0) {
      if (TRIVIA.test(token)) return;
      this.start = offset;
    }
    if (this.#opening.includes(token)) this.nesting = Math.max(this.nesting, ++this.#depth);
    if (this.#closing.includes(token)) this.#depth = Math.max(0, this.#depth - 1);
    if (token === 'if') this.conditionals++;
    if (CHAINING.has(token)) this.operators++;
    const isLong = INTEGER.test(token) && exceedsJson(token);
    if (isLong) this.longLiterals++;
    this.rewritten += isLong ? `"${MARKER}${token}"` : token;
  }

  get size(): SourceSize {
    return { nesting: this.nesting, conditionals: this.conditionals, operators: this.operators };
  }

  source(fileText: string, end: number): PolicySource {
    return {
      text: fileText.slice(this.start, end),
      offset: this.start,
      rewritten: this.longLiterals > 0 ? this.rewritten : undefined,
      longLiterals: this.longLiterals,
      size: this.size,
    };
  }
}

/**
 * Splits a Cedar file into its policies, each with its place, without judging them: the engine does that. A policy ends with `;`
 * outside strings and comments; what follows the last one is a policy of its own, for the engine to refuse.
 */
export function scanPolicyText(fileText: string): PolicySource[] {
  const sources: PolicySource[] = [];
  let sink = new TokenSink(OPENING, CLOSING);
  for (const match of fileText.matchAll(TOKEN)) {
    sink.accept(match[0], match.index);
    if (match[0] === ';') {
      sources.push(sink.source(fileText, match.index + 1));
      sink = new TokenSink(OPENING, CLOSING);
    }
  }
  if (sink.start >= 0) sources.push(sink.source(fileText, fileText.length));
  return sources;
}

/** How large a text is that is not split: a schema, in Cedar's syntax or as JSON. */
export function measureText(text: string): SourceSize {
  const sink = new TokenSink(['(', '[', '{', '<'], [')', ']', '}', '>']);
  for (const match of text.matchAll(TOKEN)) sink.accept(match[0], match.index);
  return sink.size;
}

/**
 * Reads the integers that {@link PolicySource.rewritten} carries as strings. `count` tells how many it met: when that is not
 * `expected`, the policy held a string of its own that looks like one, and must be refused.
 */
export function createLongLiteralReader(expected: number): { read: (text: string) => bigint | undefined; count: () => number } {
  let count = 0;
  return {
    count: () => count,
    read: (text) => {
      if (expected === 0 || !text.startsWith(MARKER)) return undefined;
      count++;
      return BigInt(text.slice(MARKER.length));
    },
  };
}
