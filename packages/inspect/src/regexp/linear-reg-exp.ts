import { compileProgram, type Program } from './program.ts';
import { parsePattern } from './syntax.ts';

/** A set of program states as one state of the deterministic automaton. */
interface State {
  readonly items: readonly number[];
  /** A match ends here. */
  readonly accepts: boolean;
  /** A match ends here if the text does. */
  readonly acceptsAtEnd: boolean;
  /** No text that follows can match. */
  readonly dead: boolean;
  /** By character class; filled in when first needed. */
  readonly steps: (State | undefined)[];
}

const maxCachedItems = 50_000;
const maxCachedChars = 4_096;
const maxClasses = 512;

/**
 * A regular expression that is matched in time linear in the text, whatever the pattern: a deterministic automaton, built as
 * far as texts need it and thrown away when it grows too large (as RE2 does). Gives the same answers as `new RegExp(pattern,
 * 'u').test(text)` for the patterns that it supports; others throw {@link UnsupportedPattern} at construction.
 */
export class LinearRegExp {
  readonly #pattern: string;
  readonly #program: Program;
  readonly #sets: readonly RegExp[];
  /** States entered at every position after the first: a match may begin anywhere. */
  readonly #restart: readonly number[];
  readonly #initial: State;
  readonly #states = new Map<string, State>();
  readonly #marks: Uint32Array;
  #mark = 0;
  #cachedItems = 0;
  /** Class of each character seen; characters of a class are in the same sets. */
  readonly #ascii = new Int16Array(128).fill(-1);
  readonly #others = new Map<number, number>();
  readonly #classes = new Map<string, number>();
  readonly #classSets: (readonly boolean[])[] = [];

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#program = compileProgram(parsePattern(pattern));
    // Only ever tested against a single character, which takes constant time.
    this.#sets = this.#program.sets.map((source) => new RegExp(`^${source === '.' ? '[^\\n\\r\\u2028\\u2029]' : source}$`, 'u'));
    this.#marks = new Uint32Array(this.#program.ops.length);
    this.#restart = this.#closure([this.#program.entry], false, false).items;
    const { entry } = this.#program;
    const start = this.#closure([entry], true, false);
    const atEnd = this.#closure([entry], true, true);
    this.#initial = { items: start.items, accepts: start.matched, acceptsAtEnd: atEnd.matched, dead: false, steps: [] };
  }

  /** Whether the pattern matches anywhere in the text. */
  test(text: string): boolean {
    let state = this.#initial;
    if (state.accepts) return true;
    const { length } = text;
    for (let at = 0; at < length; at += 1) {
      let code = text.charCodeAt(at);
      let charClass: number;
      if (code < 128) {
        charClass = this.#ascii[code] ?? -1;
      } else {
        if ((code & 0xfc00) === 0xd800) {
          code = text.codePointAt(at) ?? code;
          if (code > 0xffff) at += 1;
        }
        charClass = this.#others.get(code) ?? -1;
      }
      if (charClass < 0) charClass = this.#classify(code);
      state = state.steps[charClass] ?? this.#step(state, charClass);
      if (state.accepts) return true;
      if (state.dead) return false;
    }
    return state.acceptsAtEnd;
  }

  /** The form in which ajv tells patterns apart. */
  toString(): string {
    return `/${this.#pattern}/u`;
  }

  #classify(code: number): number {
    const char = String.fromCodePoint(code);
    const membership = this.#sets.map((set) => set.test(char));
    const signature = membership.map(Number).join('');
    let charClass = this.#classes.get(signature);
    if (charClass === undefined) {
      if (this.#classSets.length >= maxClasses) this.#forget();
      charClass = this.#classSets.length;
      this.#classes.set(signature, charClass);
      this.#classSets.push(membership);
    }
    if (code < 128) {
      this.#ascii[code] = charClass;
    } else {
      if (this.#others.size >= maxCachedChars) this.#others.clear();
      this.#others.set(code, charClass);
    }
    return charClass;
  }

  #step(from: State, charClass: number): State {
    const { ops, next, arg } = this.#program;
    const sets = this.#classSets[charClass] ?? [];
    const seeds: number[] = [];
    for (const item of from.items) {
      if (ops[item] === 'set' && sets[arg[item] ?? 0] === true) seeds.push(next[item] ?? 0);
    }
    const { items, matched } = this.#closure([...seeds, ...this.#restart], false, false);
    const key = `${matched} ${items.join()}`;
    let state = this.#states.get(key);
    if (state === undefined) {
      if (this.#cachedItems > maxCachedItems) this.#forgetStates();
      const acceptsAtEnd = matched || this.#closure(items, false, true).matched;
      state = { items, accepts: matched, acceptsAtEnd, dead: items.length === 0 && !matched, steps: [] };
      this.#states.set(key, state);
      this.#cachedItems += items.length + 8;
    }
    from.steps[charClass] = state;
    return state;
  }

  /**
   * All states reached from `seeds` without reading, in ascending order, those only that read or wait for the end; and
   * whether a match is among them.
   */
  #closure(seeds: readonly number[], atStart: boolean, atEnd: boolean): { items: number[]; matched: boolean } {
    const { ops, next, arg } = this.#program;
    this.#mark += 1;
    const items: number[] = [];
    let matched = false;
    const open = [...seeds];
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      if (this.#marks[state] === this.#mark) continue;
      this.#marks[state] = this.#mark;
      switch (ops[state]) {
        case 'match':
          matched = true;
          break;
        case 'split':
          open.push(next[state] ?? 0, arg[state] ?? 0);
          break;
        case 'start':
          if (atStart) open.push(next[state] ?? 0);
          break;
        case 'end':
          if (atEnd) open.push(next[state] ?? 0);
          else items.push(state);
          break;
        default:
          items.push(state);
      }
    }
    items.sort((a, b) => a - b);
    return { items, matched };
  }

  #forgetStates(): void {
    for (const state of this.#states.values()) state.steps.length = 0;
    this.#initial.steps.length = 0;
    this.#states.clear();
    this.#cachedItems = 0;
  }

  #forget(): void {
    this.#forgetStates();
    this.#ascii.fill(-1);
    this.#others.clear();
    this.#classes.clear();
    this.#classSets.length = 0;
  }
}
