import { has, word } from './char-set.ts';
import { compileProgram, type Program } from './program.ts';
import { type Flags, type Node, parseRegExp } from './syntax.ts';

/** What stood before a position: assertions ask for it. */
const kinds = { start: 0, word: 1, newline: 2, other: 3 } as const;
type Before = (typeof kinds)[keyof typeof kinds];

/** A set of program states that have still to be followed, and what stood before, as one state of the deterministic automaton. */
interface State {
  readonly seeds: readonly number[];
  readonly before: Before;
  /** By symbol; filled in when first needed. */
  readonly steps: (State | undefined)[];
}

/** The match is certain, or out of the question, whatever follows. */
const found: State = { seeds: [], before: 0, steps: [] };
const lost: State = { seeds: [], before: 0, steps: [] };

const noFlags: Flags = { ignoreCase: false, multiline: false, dotAll: false };
const maxCachedItems = 60_000;

/**
 * A regular expression that is matched in time linear in the text, whatever the pattern: a deterministic automaton, built as far as texts need it and
 * thrown away when it grows too large. A step that is not yet built costs as much as the program is long, at most {@link maxStates} states.
 */
export class LinearRegExp {
  readonly #program: Program;
  /** First code points of the symbols, ascending: characters between two of them are alike to the pattern. */
  readonly #bounds: readonly number[];
  readonly #low = new Uint16Array(256);
  /** Two more symbols: a newline that ends the text, and the end. */
  readonly #lastNewline: number;
  readonly #end: number;
  readonly #samples: readonly number[];
  readonly #states = new Map<string, State>();
  readonly #marks: Uint32Array;
  readonly #initial: State;
  #mark = 0;
  #cached = 0;

  constructor(pattern: string | Node, flags: Flags = noFlags) {
    this.#program = compileProgram(typeof pattern === 'string' ? parseRegExp(pattern, flags) : pattern);
    const bounds = new Set([0, 0x0a, 0x0b]);
    const addSet = (set: readonly number[]): void => {
      for (let at = 0; at < set.length; at += 2) {
        bounds.add(set[at] ?? 0);
        bounds.add((set[at + 1] ?? 0) + 1);
      }
    };
    addSet(word);
    for (const state of this.#program.states) if (state.op === 'set') addSet(state.set);
    this.#bounds = [...bounds].sort((a, b) => a - b);
    this.#samples = this.#bounds;
    for (let code = 0; code < 256; code += 1) this.#low[code] = this.#search(code);
    this.#lastNewline = this.#bounds.length;
    this.#end = this.#bounds.length + 1;
    this.#marks = new Uint32Array(this.#program.states.length);
    this.#initial = this.#state([this.#program.entry], kinds.start);
  }

  /** Whether the pattern matches anywhere in the text. */
  test(text: string): boolean {
    let state = this.#initial;
    const { length } = text;
    const last = length - 1;
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at);
      let symbol: number;
      if (code < 256) {
        symbol = code === 0x0a && at === last ? this.#lastNewline : (this.#low[code] ?? 0);
      } else if ((code & 0xfc00) === 0xd800) {
        const point = text.codePointAt(at) ?? code;
        if (point > 0xffff) at += 1;
        symbol = this.#search(point);
      } else symbol = this.#search(code);
      state = state.steps[symbol] ?? this.#step(state, symbol);
      if (state === found) return true;
      if (state === lost) return false;
    }
    return (state.steps[this.#end] ?? this.#step(state, this.#end)) === found;
  }

  #search(code: number): number {
    let low = 0;
    let high = this.#bounds.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#bounds[middle] ?? 0) <= code) low = middle;
      else high = middle;
    }
    return low;
  }

  #state(seeds: readonly number[], before: Before): State {
    const key = `${before} ${seeds.join()}`;
    let state = this.#states.get(key);
    if (state === undefined) {
      if (this.#cached > maxCachedItems) this.#forget();
      state = { seeds, before, steps: [] };
      this.#states.set(key, state);
      this.#cached += seeds.length + 8;
    }
    return state;
  }

  #forget(): void {
    for (const state of this.#states.values()) state.steps.length = 0;
    this.#states.clear();
    this.#initial.steps.length = 0;
    this.#cached = 0;
  }

  /** Follows a state over one symbol: what can be reached without reading, given what stands on both sides, and from there over the symbol. */
  #step(from: State, symbol: number): State {
    const { states, entry } = this.#program;
    const atEnd = symbol === this.#end;
    const code = symbol === this.#lastNewline ? 0x0a : (this.#samples[symbol] ?? 0);
    const nextIsWord = !atEnd && has(word, code);
    const nextIsNewline = !atEnd && code === 0x0a;
    const { before } = from;
    const boundary = (before === kinds.word) !== nextIsWord;
    this.#mark += 1;
    const open = [...from.seeds];
    const next: number[] = [];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (this.#marks[at] === this.#mark) continue;
      this.#marks[at] = this.#mark;
      const state = states[at];
      if (state === undefined) continue;
      switch (state.op) {
        case 'match':
          return this.#remember(from, symbol, found);
        case 'split':
          open.push(state.to, state.other);
          break;
        case 'set':
          if (!atEnd && has(state.set, code)) next.push(state.to);
          break;
        case 'assert': {
          const { what } = state;
          const holds =
            what === 'textStart'
              ? before === kinds.start
              : what === 'lineStart'
                ? before === kinds.start || before === kinds.newline
                : what === 'veryEnd'
                  ? atEnd
                  : what === 'textEnd'
                    ? atEnd || symbol === this.#lastNewline
                    : what === 'lineEnd'
                      ? atEnd || nextIsNewline
                      : boundary === (what === 'boundary');
          if (holds) open.push(state.to);
        }
      }
    }
    if (atEnd) return this.#remember(from, symbol, lost);
    // A match may begin at every position.
    next.push(entry);
    next.sort((a, b) => a - b);
    const seeds = next.filter((at, index) => index === 0 || at !== next[index - 1]);
    return this.#remember(
      from,
      symbol,
      this.#state(seeds, nextIsWord ? kinds.word : nextIsNewline ? kinds.newline : kinds.other),
    );
  }

  #remember(from: State, symbol: number, to: State): State {
    from.steps[symbol] = to;
    return to;
  }
}
