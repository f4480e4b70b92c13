import {
  all,
  blank,
  bothCases,
  type CharSet,
  digit,
  maxCodePoint,
  negate,
  newline,
  normalise,
  pairs,
  posix,
  space,
  word,
} from './char-set.ts';
import { unicodeProperty } from './unicode.ts';

export type Assertion = 'textStart' | 'lineStart' | 'textEnd' | 'lineEnd' | 'veryEnd' | 'boundary' | 'noBoundary';

/** A pattern as a tree. */
export type Node =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'sequence'; readonly items: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | { readonly kind: 'repeat'; readonly item: Node; readonly min: number; readonly max: number };

export interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

/** A pattern that is no regular expression, or not one that can be matched in linear time. Names the construct, never the pattern. */
export class UnsupportedPattern extends Error {
  readonly zh: string;
  constructor(zh: string, en: string) {
    super(en);
    this.name = 'UnsupportedPattern';
    this.zh = zh;
  }
}

const invalid = (): never => {
  throw new UnsupportedPattern('不是正确的正则表达式', 'it is not a correct regular expression');
};
const tooDeep = (): never => {
  throw new UnsupportedPattern('括号嵌套过深', 'its groups are nested too deeply');
};
const notRegular = (): never => {
  throw new UnsupportedPattern(
    '用到了环视、反向引用或占有量词，Sigma 不允许',
    'it looks around, refers back or is possessive, which Sigma does not allow',
  );
};

export const maxPattern = 4_096;
const maxNesting = 60;
export const maxRepeat = 1_000;

/**
 * Parses a pattern of PCRE as far as Sigma 2.1 allows it (appendix modifiers, "Regular Expression"): characters, classes, `.`, groups of any kind,
 * alternation, quantifiers greedy or lazy (which makes no difference to whether there is a match), anchors, `\b`, and flags `(?ims)` inside the
 * pattern. Throws {@link UnsupportedPattern} on the rest.
 */
export function parseRegExp(pattern: string, flags: Flags): Node {
  if (pattern.length > maxPattern) throw new UnsupportedPattern('超过 4096 个字符', 'it is longer than 4,096 characters');
  return new Parser(pattern).parse(flags);
}

class Parser {
  readonly #chars: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#chars = [...pattern];
  }

  parse(flags: Flags): Node {
    const node = this.#choice({ ...flags }, 0);
    if (this.#at < this.#chars.length) invalid();
    return node;
  }

  #peek(ahead = 0): string {
    return this.#chars[this.#at + ahead] ?? '';
  }

  #take(): string {
    const char = this.#peek();
    this.#at += 1;
    return char;
  }

  #eat(text: string): boolean {
    for (let i = 0; i < text.length; i += 1) if (this.#peek(i) !== text[i]) return false;
    this.#at += text.length;
    return true;
  }

  /** `flags` change where `(?i)` stands, up to the end of the group. */
  #choice(flags: { ignoreCase: boolean; multiline: boolean; dotAll: boolean }, nesting: number): Node {
    if (nesting > maxNesting) tooDeep();
    const options: Node[] = [];
    let items: Node[] = [];
    const close = (): void => {
      const [only] = items;
      options.push(
        items.length === 0 ? { kind: 'empty' } : items.length === 1 && only !== undefined ? only : { kind: 'sequence', items },
      );
      items = [];
    };
    while (this.#at < this.#chars.length && this.#peek() !== ')') {
      if (this.#peek() === '|') {
        this.#at += 1;
        close();
        continue;
      }
      const atom = this.#atom(flags, nesting);
      if (atom !== null) items.push(this.#quantified(atom));
    }
    close();
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
  }

  #atom(flags: { ignoreCase: boolean; multiline: boolean; dotAll: boolean }, nesting: number): Node | null {
    const char = this.#take();
    switch (char) {
      case '(':
        return this.#group(flags, nesting);
      case '[':
        return { kind: 'set', set: this.#class(flags) };
      case '.':
        return { kind: 'set', set: flags.dotAll ? all : negate(newline) };
      case '^':
        return { kind: 'assert', what: flags.multiline ? 'lineStart' : 'textStart' };
      case '$':
        return { kind: 'assert', what: flags.multiline ? 'lineEnd' : 'textEnd' };
      case '\\':
        return this.#escape(flags);
      case '*':
      case '+':
      case '?':
        return invalid();
      default:
        return { kind: 'set', set: this.#cased(single(char), flags) };
    }
  }

  #cased(set: CharSet, flags: Flags): CharSet {
    return flags.ignoreCase ? bothCases(set) : set;
  }

  #group(flags: { ignoreCase: boolean; multiline: boolean; dotAll: boolean }, nesting: number): Node | null {
    let inner = { ...flags };
    if (this.#eat('?')) {
      if (this.#eat('#')) {
        while (this.#at < this.#chars.length && this.#peek() !== ')') this.#at += 1;
        if (!this.#eat(')')) invalid();
        return null;
      }
      if (
        this.#peek() === '=' ||
        this.#peek() === '!' ||
        this.#peek() === '>' ||
        (this.#peek() === '<' && '=!'.includes(this.#peek(1) || ' '))
      )
        return notRegular();
      if (this.#eat('P<') || this.#eat('<') || this.#eat("'")) {
        while (/[\p{L}\p{N}_]/u.test(this.#peek())) this.#at += 1;
        if (!this.#eat('>') && !this.#eat("'")) return invalid();
      } else if (!this.#eat(':')) {
        const set = this.#inlineFlags(flags);
        if (this.#eat(')')) {
          flags.ignoreCase = set.ignoreCase;
          flags.multiline = set.multiline;
          flags.dotAll = set.dotAll;
          return null;
        }
        if (!this.#eat(':')) return notRegular();
        inner = set;
      }
    }
    const node = this.#choice(inner, nesting + 1);
    if (!this.#eat(')')) return invalid();
    return node;
  }

  #inlineFlags(flags: Flags): { ignoreCase: boolean; multiline: boolean; dotAll: boolean } {
    const set = { ...flags };
    let on = true;
    for (;;) {
      const char = this.#peek();
      if (char === '-') on = false;
      else if (char === 'i') set.ignoreCase = on;
      else if (char === 'm') set.multiline = on;
      else if (char === 's') set.dotAll = on;
      else if (char !== 'u' && char !== 'U') return set;
      this.#at += 1;
    }
  }

  #quantified(item: Node): Node {
    let node = item;
    for (;;) {
      const bounds = this.#quantifier();
      if (bounds === null) return node;
      if (node.kind === 'assert') node = bounds[0] === 0 ? { kind: 'empty' } : node;
      else node = { kind: 'repeat', item: node, min: bounds[0], max: bounds[1] };
      if (this.#eat('?')) return node;
      if (this.#peek() === '+') return notRegular();
      if ('*+?'.includes(this.#peek() || ' ')) return invalid();
    }
  }

  #quantifier(): [number, number] | null {
    if (this.#eat('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#eat('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#eat('?')) return [0, 1];
    if (this.#peek() !== '{') return null;
    const rest = this.#chars.slice(this.#at, this.#at + 24).join('');
    const match = /^\{(\d{0,8})(,(\d{0,8}))?\}/.exec(rest);
    // A brace that is no quantifier stands for itself.
    if (match === null || (match[1] === '' && (match[3] ?? '') === '')) return null;
    this.#at += match[0].length;
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (max < min) return invalid();
    if (min > maxRepeat || (Number.isFinite(max) && max > maxRepeat))
      throw new UnsupportedPattern('重复次数超过 1000', 'it repeats more than 1,000 times');
    return [min, max];
  }

  #escape(flags: Flags): Node | null {
    const char = this.#take();
    switch (char) {
      case 'b':
        return { kind: 'assert', what: 'boundary' };
      case 'B':
        return { kind: 'assert', what: 'noBoundary' };
      case 'A':
        return { kind: 'assert', what: 'textStart' };
      case 'Z':
        return { kind: 'assert', what: 'textEnd' };
      case 'z':
        return { kind: 'assert', what: 'veryEnd' };
      case 'R':
        return { kind: 'set', set: normalise([[0x0a, 0x0d]]) };
      case 'N':
        return { kind: 'set', set: negate(newline) };
      case 'Q':
        return this.#quoted(flags);
      case 'E':
        return null;
      default:
        return { kind: 'set', set: this.#cased(this.#escapedSet(char), flags) };
    }
  }

  #quoted(flags: Flags): Node {
    const items: Node[] = [];
    while (this.#at < this.#chars.length && !this.#eat('\\E'))
      items.push({ kind: 'set', set: this.#cased(single(this.#take()), flags) });
    return { kind: 'sequence', items };
  }

  /** What `\` and `char` stand for, inside a class and outside. */
  #escapedSet(char: string): CharSet {
    switch (char) {
      case 'd':
        return digit;
      case 'D':
        return negate(digit);
      case 'w':
        return word;
      case 'W':
        return negate(word);
      case 's':
        return space;
      case 'S':
        return negate(space);
      case 'h':
        return blank;
      case 'H':
        return negate(blank);
      case 't':
        return single('\t');
      case 'n':
        return single('\n');
      case 'r':
        return single('\r');
      case 'f':
        return single('\f');
      case 'v':
        return single('\v');
      case 'e':
        return single('\x1b');
      case 'a':
        return single('\x07');
      case '0':
        return single('\0');
      case 'x':
        return this.#eat('{') ? this.#hex(1, 8, true) : this.#hex(1, 2, false);
      case 'u':
        return this.#eat('{') ? this.#hex(1, 8, true) : this.#hex(4, 4, false);
      case 'p':
      case 'P':
        return this.#property(char === 'P');
      case '':
        return invalid();
      default:
        if (/[1-9gkXCGKL]/.test(char)) return notRegular();
        if (/[A-Za-z]/.test(char)) return invalid();
        return single(char);
    }
  }

  #hex(least: number, most: number, braced: boolean): CharSet {
    let digits = '';
    while (digits.length < most && /[0-9A-Fa-f]/.test(this.#peek())) digits += this.#take();
    if (digits.length < least || (braced && !this.#eat('}'))) return invalid();
    const code = Number.parseInt(digits, 16);
    return code > maxCodePoint ? invalid() : normalise([[code, code]]);
  }

  #property(not: boolean): CharSet {
    let name = '';
    if (this.#eat('{')) {
      while (this.#peek() !== '}' && name.length < 40 && this.#at < this.#chars.length) name += this.#take();
      if (!this.#eat('}')) return invalid();
    } else name = this.#take();
    const set = unicodeProperty(name) ?? invalid();
    return not ? negate(set) : set;
  }

  /** Both cases belong to the class before it is turned round: `[^a]` without case leaves out `A` too. */
  #class(flags: Flags): CharSet {
    const not = this.#eat('^');
    const ranges: [number, number][] = [];
    let first = true;
    for (;;) {
      if (this.#at >= this.#chars.length) return invalid();
      if (this.#peek() === ']' && !first) break;
      first = false;
      const low = this.#classItem();
      if (this.#peek() === '-' && this.#peek(1) !== ']' && this.#peek(1) !== '' && isSingle(low)) {
        const back = this.#at;
        this.#at += 1;
        const high = this.#classItem();
        if (isSingle(high)) {
          if ((high[0] ?? 0) < (low[0] ?? 0)) return invalid();
          ranges.push([low[0] ?? 0, high[0] ?? 0]);
          continue;
        }
        this.#at = back;
      }
      ranges.push(...pairs(low));
    }
    this.#at += 1;
    const set = this.#cased(normalise(ranges), flags);
    return not ? negate(set) : set;
  }

  #classItem(): CharSet {
    const char = this.#take();
    if (char === '[' && this.#peek() === ':') {
      const rest = this.#chars.slice(this.#at, this.#at + 12).join('');
      const match = /^:(\^?)([a-z]{4,6}):\]/.exec(rest);
      const set = posix.get(match?.[2] ?? '');
      if (match !== null && set !== undefined) {
        this.#at += match[0].length;
        return match[1] === '^' ? negate(set) : set;
      }
    }
    if (char !== '\\') return single(char);
    const escaped = this.#take();
    return escaped === 'b' ? single('\b') : this.#escapedSet(escaped);
  }
}

function single(char: string): CharSet {
  const code = char.codePointAt(0) ?? 0;
  return [code, code];
}

const isSingle = (set: CharSet): boolean => set.length === 2 && set[0] === set[1];
