import { longestByHand, unitsOf } from './text/units.ts';

/** What one pass over a text found out: which detectors' literals occur, which texts of their passes, and which kinds of characters. */
export interface Scan {
  /** Bit i: a literal of detector i occurs. */
  hits: number;
  /** Bit i: a text of pass i occurs. */
  passes: number;
  /** Or of {@link characterBits}. */
  mask: number;
}

/** Kinds of characters, which decide whether a text can be decoded any further and what need not be looked for in it. */
export const characterBits = {
  percent: 1,
  ampersand: 2,
  backslash: 4,
  /** A full-width form or look-alike that folds to ASCII and that Chinese text does not use as its own punctuation. */
  foldable: 8,
  /** Anything that base64 and base64url do not use. */
  notBase64: 16,
  plus: 32,
  space: 64,
  upper: 128,
  lower: 256,
  digit: 512,
  singleQuote: 1 << 10,
  doubleQuote: 1 << 11,
  backtick: 1 << 12,
  dollar: 1 << 13,
  less: 1 << 14,
  greater: 1 << 15,
  equals: 1 << 16,
  open: 1 << 17,
  close: 1 << 18,
  semicolon: 1 << 19,
  pipe: 1 << 20,
  hash: 1 << 21,
  dot: 1 << 22,
  slash: 1 << 23,
  colon: 1 << 24,
  at: 1 << 25,
  /** Line feed or carriage return. */
  lineBreak: 1 << 26,
  brace: 1 << 27,
  bracket: 1 << 28,
  comma: 1 << 29,
  /** Anything outside ASCII. */
  wide: 1 << 30,
  tilde: 1 << 31,
} as const;

export type Prefilter = (text: string, scan: Scan) => void;

const classCount = 128;

/** Bits of each ASCII character. */
const asciiBits = buildAsciiBits();

/**
 * Builds one automaton (Aho and Corasick, as a complete table) of all literals: it reads a text once, in any case, over UTF-16
 * units. Throws a RangeError on more than 31 lists, an empty literal or one with capitals, because it could never be found.
 */
export function createPrefilter(
  lists: readonly (readonly string[])[],
  passLists: readonly (readonly string[])[] = [],
): Prefilter {
  if (lists.length > 31 || passLists.length > 31) throw new RangeError('at most 31 detectors and 31 passes');
  const all = [...lists, ...passLists].flat();
  if (all.some((literal) => literal === '' || literal !== literal.toLowerCase()))
    throw new RangeError('a literal is a text in small letters');
  const { classes, wide, wideLowByte, alphabet } = classify(all);
  const shift = Math.ceil(Math.log2(alphabet));
  const {
    next,
    hits: hitsOf,
    passes: passesOf,
    firstAccepting,
  } = buildTable(lists, passLists, (unit) => (unit < classCount ? (classes[unit] as number) : (wide.get(unit) ?? 0)), 2 ** shift);

  return (text, scan) => {
    const { length } = text;
    // Most values are short and hold nothing: copying them would cost more than it saves.
    const units = length > longestByHand ? unitsOf(text) : undefined;
    let state = 0;
    let hits = 0;
    let passes = 0;
    let mask = 0;
    for (let at = 0; at < length; at += 1) {
      const unit = units === undefined ? text.charCodeAt(at) : (units[at] as number);
      if (unit < classCount) {
        mask |= asciiBits[unit] as number;
        state = next[(state << shift) | (classes[unit] as number)] as number;
      } else {
        mask |=
          (unit > 0x2b0 || unit === 0x17f || unit === 0xad) && isFoldable(unit)
            ? characterBits.foldable | characterBits.notBase64 | characterBits.wide
            : characterBits.notBase64 | characterBits.wide;
        const cls = wideLowByte[unit & 0xff] === 0 ? 0 : (wide.get(unit) ?? 0);
        state = cls === 0 ? 0 : (next[(state << shift) | cls] as number);
      }
      if (state < firstAccepting) continue;
      hits |= hitsOf[state] as number;
      passes |= passesOf[state] as number;
    }
    scan.hits = hits;
    scan.passes = passes;
    scan.mask = mask;
  };
}

interface Classes {
  /** Class of each ASCII character; 0 for what no literal holds. Capitals have that of their small letters. */
  readonly classes: Uint8Array;
  /** Class of the few characters outside ASCII that literals use; their low byte tells nearly all others apart at once. */
  readonly wide: ReadonlyMap<number, number>;
  readonly wideLowByte: Uint8Array;
  readonly alphabet: number;
}

/** Numbers the characters of the literals, those that occur most first, so that what is looked at most stands together in the tables. */
function classify(literals: readonly string[]): Classes {
  const counts = new Map<number, number>();
  for (const literal of literals)
    for (let at = 0; at < literal.length; at += 1) {
      const unit = literal.charCodeAt(at);
      counts.set(unit, (counts.get(unit) ?? 0) + 1);
    }
  const classes = new Uint8Array(classCount);
  const wide = new Map<number, number>();
  const wideLowByte = new Uint8Array(256);
  let alphabet = 1;
  for (const [unit] of [...counts].sort(([a, many], [b, more]) => more - many || a - b)) {
    if (unit < classCount) classes[unit] = alphabet;
    else {
      wide.set(unit, alphabet);
      wideLowByte[unit & 0xff] = 1;
    }
    alphabet += 1;
  }
  for (let unit = 0x41; unit <= 0x5a; unit += 1) classes[unit] = classes[unit + 32] as number;
  return { classes, wide, wideLowByte, alphabet };
}

interface Table {
  /** Next state, by state and class. */
  readonly next: Uint16Array;
  /** Lists of which a literal ends in a state. */
  readonly hits: Int32Array;
  readonly passes: Int32Array;
  /** First state in which a literal ends: they come last, so that one comparison tells them. */
  readonly firstAccepting: number;
}

function buildTable(
  lists: readonly (readonly string[])[],
  passLists: readonly (readonly string[])[],
  classOf: (unit: number) => number,
  stride: number,
): Table {
  const trie: Int32Array[] = [new Int32Array(stride).fill(-1)];
  const found: number[] = [0];
  const foundPasses: number[] = [0];
  const plant = (list: readonly string[], marks: number[], bit: number): void => {
    for (const literal of list) {
      let node = 0;
      for (let at = 0; at < literal.length; at += 1) {
        const row = trie[node] as Int32Array;
        const cls = classOf(literal.charCodeAt(at));
        if (row[cls] === -1) {
          row[cls] = trie.length;
          trie.push(new Int32Array(stride).fill(-1));
          found.push(0);
          foundPasses.push(0);
        }
        node = row[cls] as number;
      }
      marks[node] = (marks[node] as number) | bit;
    }
  };
  for (const [index, list] of lists.entries()) plant(list, found, 1 << index);
  for (const [index, list] of passLists.entries()) plant(list, foundPasses, 1 << index);
  if (trie.length > 65_535) throw new RangeError('too many literals');

  // Failure links in order of depth turn the trie into an automaton that never steps back.
  const fail = new Int32Array(trie.length);
  const order: number[] = [0];
  const root = trie[0] as Int32Array;
  for (let cls = 0; cls < stride; cls += 1) {
    const child = root[cls] as number;
    if (child <= 0) root[cls] = 0;
    else order.push(child);
  }
  for (let head = 1; head < order.length; head += 1) {
    const node = order[head] as number;
    const row = trie[node] as Int32Array;
    const back = trie[fail[node] as number] as Int32Array;
    found[node] = (found[node] as number) | (found[fail[node] as number] as number);
    foundPasses[node] = (foundPasses[node] as number) | (foundPasses[fail[node] as number] as number);
    for (let cls = 0; cls < stride; cls += 1) {
      const child = row[cls] as number;
      if (child < 0) row[cls] = back[cls] as number;
      else {
        fail[child] = back[cls] as number;
        order.push(child);
      }
    }
  }

  // By depth, so that those that are visited most stand together.
  const accepts = (node: number): boolean => found[node] !== 0 || foundPasses[node] !== 0;
  const plain = order.filter((node) => !accepts(node));
  const states = [...plain, ...order.filter(accepts)];
  const renamed = new Int32Array(trie.length);
  for (const [index, node] of states.entries()) renamed[node] = index;
  const next = new Uint16Array(trie.length * stride);
  const hits = new Int32Array(trie.length);
  const passes = new Int32Array(trie.length);
  states.forEach((node, index) => {
    hits[index] = found[node] as number;
    passes[index] = foundPasses[node] as number;
    const row = trie[node] as Int32Array;
    for (let cls = 0; cls < stride; cls += 1) next[index * stride + cls] = renamed[row[cls] as number] as number;
  });
  return { next, hits, passes, firstAccepting: plain.length };
}

/**
 * Full-width letters, digits and the marks that attacks need. Not the comma, the parentheses, the colon and the like, which are
 * Chinese punctuation and would make any text suspicious.
 */
export function isFoldable(unit: number): boolean {
  if (unit >= 0xff01 && unit <= 0xff5e) {
    const ascii = unit - 0xfee0;
    return !(
      ascii === 0x21 ||
      ascii === 0x28 ||
      ascii === 0x29 ||
      ascii === 0x2c ||
      ascii === 0x2e ||
      ascii === 0x3a ||
      ascii === 0x3b ||
      ascii === 0x3f ||
      ascii === 0x5e ||
      ascii === 0x5f ||
      ascii === 0x7e
    );
  }
  // The first half of the letters of mathematics, which compatibility turns into plain ones.
  if (unit === 0xd835) return true;
  // Letters that become ASCII when their case changes, and characters that nobody sees.
  if (unit === 0x17f || unit === 0x212a || unit === 0xad || (unit >= 0x200b && unit <= 0x200d) || unit === 0x2060) return true;
  return unit === 0x2b9 || unit === 0x2bc || unit === 0x2215 || unit === 0x2216 || (unit >= 0xfe64 && unit <= 0xfe6b);
}

function buildAsciiBits(): Int32Array {
  const single: Readonly<Record<string, number>> = {
    '%': characterBits.percent,
    '&': characterBits.ampersand,
    '\\': characterBits.backslash,
    '+': characterBits.plus,
    ' ': characterBits.space,
    "'": characterBits.singleQuote,
    '"': characterBits.doubleQuote,
    '`': characterBits.backtick,
    $: characterBits.dollar,
    '<': characterBits.less,
    '>': characterBits.greater,
    '=': characterBits.equals,
    '(': characterBits.open,
    ')': characterBits.close,
    ';': characterBits.semicolon,
    '|': characterBits.pipe,
    '#': characterBits.hash,
    '.': characterBits.dot,
    '/': characterBits.slash,
    ':': characterBits.colon,
    '@': characterBits.at,
    '\n': characterBits.lineBreak,
    '\r': characterBits.lineBreak,
    '{': characterBits.brace,
    '[': characterBits.bracket,
    ',': characterBits.comma,
    '~': characterBits.tilde,
  };
  return Int32Array.from({ length: classCount }, (_, unit) => {
    const character = String.fromCharCode(unit);
    let bits = /[A-Za-z0-9+/=_-]/.test(character) ? 0 : characterBits.notBase64;
    if (/[A-Z]/.test(character)) bits |= characterBits.upper;
    if (/[a-z]/.test(character)) bits |= characterBits.lower;
    if (/[0-9]/.test(character)) bits |= characterBits.digit;
    return bits | (single[character] ?? 0);
  });
}
