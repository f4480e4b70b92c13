import { isWordCode } from './characters.ts';
import { unitsOf } from './units.ts';

/** Hears of each occurrence: what the phrase stands for, and where. Returns true to stop. */
export type Found<T> = (value: T, start: number, end: number) => boolean | undefined;

/** Looks for many phrases in one pass over a text. */
export type Finder<T> = (text: string, found: Found<T>) => void;

/**
 * Builds one automaton (Aho and Corasick) for phrases in small letters, which it finds in any case. A phrase that begins or ends with a
 * letter, digit or underscore has to begin or end a word, unless `within`. Time is linear in the text, whatever the number of phrases.
 */
export function createFinder<T>(phrases: Iterable<readonly [string, T]>, within = false): Finder<T> {
  const words: string[] = [];
  const values: T[] = [];
  for (const [word, value] of phrases) {
    words.push(word);
    values.push(value);
  }
  const { next, output, link } = buildTable(words);
  /** Longest word that ends in a state; 0 for none. */
  const longest = Uint16Array.from(output, (word, state) => (word === -1 ? (link[state] as number) : state));
  // States in which something ends come last, and states stand for their rows, which are as narrow as the phrases allow: the tables of all finders
  // together are larger than the caches that are near.
  const { rows, first, nodes, classes, columns } = byRow(next, longest, words);
  return (text, found) => {
    const units = unitsOf(text);
    const { length } = text;
    let row = 0;
    for (let at = 0; at < length; at += 1) {
      const code = units[at] as number;
      row = code < width ? (rows[row + (classes[code] as number)] as number) : 0;
      if (row < first) continue;
      for (let node = longest[nodes[row / columns] as number] as number; node > 0; node = link[node] as number) {
        const index = output[node] as number;
        const word = words[index] as string;
        const end = at + 1;
        const start = end - word.length;
        if (!within && !isBounded(text, word, start, end)) continue;
        if (found(values[index] as T, start, end) === true) return;
      }
    }
  };
}

interface Rows {
  readonly rows: Int32Array;
  /** First row in which something ends. */
  readonly first: number;
  /** State by row. */
  readonly nodes: Uint16Array;
  /** Column of each ASCII character; the first for what no phrase holds. */
  readonly classes: Uint8Array;
  readonly columns: number;
}

function byRow(next: Uint16Array, longest: Uint16Array, words: readonly string[]): Rows {
  const letters = [...new Set(words.join(''))];
  const classes = new Uint8Array(width);
  letters.forEach((letter, index) => {
    classes[letter.charCodeAt(0)] = index + 1;
    classes[letter.toUpperCase().charCodeAt(0)] = index + 1;
  });
  const columns = letters.length + 1;
  const count = longest.length;
  const nodes = Uint16Array.from(
    [...longest.keys()].sort((a, b) => Number(longest[a] !== 0) - Number(longest[b] !== 0) || a - b),
  );
  const place = new Int32Array(count);
  nodes.forEach((node, index) => {
    place[node] = index;
  });
  const rows = new Int32Array(count * columns);
  for (let index = 0; index < count; index += 1) {
    const from = (nodes[index] as number) * width;
    letters.forEach((letter, column) => {
      rows[index * columns + column + 1] = (place[next[from + letter.charCodeAt(0)] as number] as number) * columns;
    });
  }
  const accepting = nodes.findIndex((node) => longest[node] !== 0);
  return { rows, first: accepting < 0 ? rows.length : accepting * columns, nodes, classes, columns };
}

const width = 128;

function isBounded(text: string, word: string, start: number, end: number): boolean {
  if (isWordCode(word.charCodeAt(0)) && isWordCode(text.charCodeAt(start - 1))) return false;
  return !(isWordCode(word.charCodeAt(word.length - 1)) && isWordCode(text.charCodeAt(end)));
}

interface Table {
  /** Next state by state and character. */
  readonly next: Uint16Array;
  /** Word that ends in a state; -1 for none. */
  readonly output: Int32Array;
  /** Nearest other state, by failure links, in which a word ends; 0 for none. */
  readonly link: Uint16Array;
}

function buildTable(words: readonly string[]): Table {
  const size = words.reduce((sum, word) => sum + word.length, 1);
  const next = new Uint16Array(size * width);
  const output = new Int32Array(size).fill(-1);
  const link = new Uint16Array(size);
  const fail = new Uint16Array(size);
  let states = 1;
  words.forEach((word, index) => {
    let node = 0;
    for (let at = 0; at < word.length; at += 1) {
      const code = word.charCodeAt(at);
      if (code >= width || (code >= 0x41 && code <= 0x5a)) throw new RangeError('a phrase is lower-case ASCII');
      const slot = node * width + code;
      if (next[slot] === 0) next[slot] = states++;
      node = next[slot] as number;
    }
    output[node] = index;
  });
  const order: number[] = [];
  for (let code = 0; code < width; code += 1) if (next[code] !== 0) order.push(next[code] as number);
  for (let head = 0; head < order.length; head += 1) {
    const node = order[head] as number;
    const back = fail[node] as number;
    link[node] = (output[back] as number) >= 0 ? back : (link[back] as number);
    for (let code = 0; code < width; code += 1) {
      const slot = node * width + code;
      const child = next[slot] as number;
      if (child === 0) next[slot] = next[back * width + code] as number;
      else {
        fail[child] = next[back * width + code] as number;
        order.push(child);
      }
    }
  }
  // Capitals go where their small letters go.
  for (let node = 0; node < states; node += 1) {
    for (let code = 0x41; code <= 0x5a; code += 1) next[node * width + code] = next[node * width + code + 32] as number;
  }
  return { next, output, link };
}
