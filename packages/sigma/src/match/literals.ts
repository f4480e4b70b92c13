/** Where a literal has to stand in a value to count. */
export type Place = 'inside' | 'start' | 'end';

interface Trie {
  readonly children: Map<number, number>[];
  readonly depth: number[];
  /** State → numbers due, by place. */
  readonly own: Readonly<Record<Place, Map<number, Set<number>>>>;
}

type Values = readonly (Int32Array | undefined)[];

/** Rows of states nearer to the root than this are always written out: texts spend their time there. */
const shallow = 2;

/**
 * Finds many literals in a text in one pass (Aho and Corasick): which of the numbers given with them are due. Time is linear in the text and in what is
 * found. Texts and literals are compared as UTF-16 units. States with one child, which is most of them, keep no row: they fall back to a shorter state.
 */
export class Literals {
  #adding: { readonly text: string; readonly place: Place; readonly value: number }[] = [];
  #size = 0;
  /** Class of each unit below 256; 0 for units that no literal holds. */
  readonly #low = new Uint16Array(256);
  readonly #high = new Map<number, number>();
  #width = 1;
  /** States below `#dense` have a row in `#rows`; those above one symbol, where it leads, and where they fall back to. */
  #dense = 0;
  #rows = new Int32Array(0);
  #symbol = new Int32Array(0);
  #to = new Int32Array(0);
  #fail = new Int32Array(0);
  #depth = new Int32Array(0);
  /** Whether a state finds something, and the last text for which that was said. */
  #has = new Uint8Array(0);
  #said = new Uint32Array(0);
  #text = 0;
  #inside: Values = [];
  #start: Values = [];
  #end: Values = [];
  #wholeStart = false;

  add(text: string, place: Place, value: number): void {
    this.#adding.push({ text, place, value });
    this.#size += 1;
  }

  get size(): number {
    return this.#size;
  }

  /** Builds the automaton; nothing can be added afterwards. */
  build(): void {
    const trie: Trie = { children: [new Map()], depth: [0], own: { inside: new Map(), start: new Map(), end: new Map() } };
    for (const { text, place, value } of this.#adding) {
      let state = 0;
      for (let at = 0; at < text.length; at += 1) {
        const symbol = this.#newClass(text.charCodeAt(at));
        const children = trie.children[state] as Map<number, number>;
        let next = children.get(symbol);
        if (next === undefined) {
          next = trie.children.length;
          children.set(symbol, next);
          trie.children.push(new Map());
          trie.depth.push(at + 1);
        }
        state = next;
      }
      const values = trie.own[place].get(state) ?? new Set();
      values.add(value);
      trie.own[place].set(state, values);
    }
    this.#adding = [];
    this.#link(trie);
  }

  #newClass(code: number): number {
    const known = this.#class(code);
    if (known !== 0) return known;
    const symbol = this.#width;
    this.#width += 1;
    if (code < 256) this.#low[code] = symbol;
    else this.#high.set(code, symbol);
    return symbol;
  }

  #class(code: number): number {
    return code < 256 ? (this.#low[code] as number) : (this.#high.get(code) ?? 0);
  }

  /** Numbers the states anew, those with rows first, breadth first, and joins to each what its shorter state finds. */
  #link({ children, depth, own }: Trie): void {
    const order = [0];
    const fail = new Int32Array(children.length);
    for (let head = 0; head < order.length; head += 1) {
      const state = order[head] as number;
      for (const [symbol, next] of children[state] as Map<number, number>) {
        order.push(next);
        if (state === 0) continue;
        let back = fail[state] as number;
        let found = children[back]?.get(symbol);
        while (found === undefined && back !== 0) {
          back = fail[back] as number;
          found = children[back]?.get(symbol);
        }
        fail[next] = found ?? 0;
      }
    }
    const withRow = (state: number): boolean =>
      (depth[state] as number) < shallow || (children[state] as Map<number, number>).size > 1;
    const rows = order.filter(withRow);
    const plain = order.filter((state) => !withRow(state));
    const number = new Int32Array(children.length);
    [...rows, ...plain].forEach((state, at) => {
      number[state] = at;
    });
    this.#dense = rows.length;
    this.#rows = this.#writeRows(rows, children, fail, number);
    const chain = (state: number): [number, number] => [...(children[state] as Map<number, number>)][0] ?? [-1, 0];
    this.#symbol = Int32Array.from(plain, (state) => chain(state)[0]);
    this.#to = Int32Array.from(plain, (state) => number[chain(state)[1]] as number);
    this.#fail = Int32Array.from(plain, (state) => number[fail[state] as number] as number);
    this.#collect(order, fail, number, depth, own);
  }

  #writeRows(rows: readonly number[], children: Trie['children'], fail: Int32Array, number: Int32Array): Int32Array<ArrayBuffer> {
    const width = this.#width;
    const table = new Int32Array(rows.length * width);
    rows.forEach((state, at) => {
      const row = at * width;
      // Shorter states come first, so that the row of the one to fall back to is there; one without a row leads on to one that has.
      if (state !== 0) {
        let back = fail[state] as number;
        const passed: number[] = [];
        while ((number[back] as number) >= rows.length) {
          passed.push(back);
          back = fail[back] as number;
        }
        const from = (number[back] as number) * width;
        table.copyWithin(row, from, from + width);
        for (const plain of passed.reverse())
          for (const [symbol, next] of children[plain] as Map<number, number>) table[row + symbol] = number[next] as number;
      }
      for (const [symbol, next] of children[state] as Map<number, number>) table[row + symbol] = number[next] as number;
    });
    return table;
  }

  #collect(order: readonly number[], fail: Int32Array, number: Int32Array, depth: readonly number[], own: Trie['own']): void {
    const inside: (Int32Array | undefined)[] = new Array(order.length).fill(undefined);
    const end: (Int32Array | undefined)[] = new Array(order.length).fill(undefined);
    const start: (Int32Array | undefined)[] = new Array(order.length).fill(undefined);
    this.#depth = new Int32Array(order.length);
    this.#has = new Uint8Array(order.length);
    this.#said = new Uint32Array(order.length);
    for (const state of order) {
      const at = number[state] as number;
      const back = number[fail[state] as number] as number;
      inside[at] = merged(own.inside.get(state), state === 0 ? undefined : inside[back]);
      end[at] = merged(own.end.get(state), state === 0 ? undefined : end[back]);
      const mine = own.start.get(state);
      if (mine !== undefined) start[at] = Int32Array.from(mine);
      this.#depth[at] = depth[state] as number;
      this.#has[at] = inside[at] === undefined ? 0 : 1;
    }
    this.#inside = inside;
    this.#end = end;
    this.#start = start;
    this.#wholeStart = own.start.size > 0;
  }

  /** Adds the numbers of the literals that stand where they should to `found`. A number may come more than once. */
  scan(text: string, found: Int32Array[]): void {
    if (this.#wholeStart) this.#scanStart(text, found);
    const atStart = this.#inside[0];
    if (atStart !== undefined) found.push(atStart);
    this.#text = (this.#text + 1) >>> 0;
    if (this.#text === 0) {
      this.#said.fill(0);
      this.#text = 1;
    }
    const number = this.#text;
    const said = this.#said;
    const low = this.#low;
    const has = this.#has;
    const rows = this.#rows;
    const width = this.#width;
    const dense = this.#dense;
    const { length } = text;
    let state = 0;
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at);
      const symbol = code < 256 ? (low[code] as number) : this.#class(code);
      if (state < dense) state = rows[state * width + symbol] as number;
      else state = this.#follow(state, symbol);
      if (has[state] === 1 && said[state] !== number) {
        said[state] = number;
        found.push(this.#inside[state] as Int32Array);
      }
    }
    const atEnd = this.#end[state];
    if (atEnd !== undefined) found.push(atEnd);
  }

  #follow(from: number, symbol: number): number {
    const dense = this.#dense;
    let state = from;
    while (state >= dense) {
      if (this.#symbol[state - dense] === symbol) return this.#to[state - dense] as number;
      state = this.#fail[state - dense] as number;
    }
    return this.#rows[state * this.#width + symbol] as number;
  }

  /** Literals at the start: while the state is as deep as what was read, the text is a path of the trie. */
  #scanStart(text: string, found: Int32Array[]): void {
    let state = 0;
    const first = this.#start[0];
    if (first !== undefined) found.push(first);
    for (let at = 0; at < text.length; at += 1) {
      const symbol = this.#class(text.charCodeAt(at));
      state = state < this.#dense ? (this.#rows[state * this.#width + symbol] as number) : this.#follow(state, symbol);
      if (this.#depth[state] !== at + 1) return;
      const values = this.#start[state];
      if (values !== undefined) found.push(values);
    }
  }
}

function merged(mine: ReadonlySet<number> | undefined, below: Int32Array | undefined): Int32Array | undefined {
  if (mine === undefined) return below;
  return below === undefined ? Int32Array.from(mine) : Int32Array.from(new Set([...mine, ...below]));
}
