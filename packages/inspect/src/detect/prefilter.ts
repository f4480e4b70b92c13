/** What one pass over a text found out: which detectors' literals occur, and which kinds of characters. */
export interface Scan {
  /** Bit i: a literal of detector i occurs. */
  hits: number;
  /** Or of {@link characterBits}. */
  mask: number;
}

/** Kinds of characters that decide whether a text can be decoded any further. */
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
} as const;

export type Prefilter = (text: string, scan: Scan) => void;

const classCount = 128;
const noLimit = 0x7fffffff;

/** Bits of each ASCII character. */
const asciiBits = buildAsciiBits();

/**
 * Builds one automaton (Aho and Corasick, as a complete table) of all literals: it reads a text once, in any case, over UTF-16
 * units. Throws a RangeError on more than 31 lists, an empty literal or one with capitals, because it could never be found.
 */
export function createPrefilter(lists: readonly (readonly string[])[]): Prefilter {
  if (lists.length > 31) throw new RangeError('at most 31 detectors');
  const classes = new Uint8Array(classCount);
  // The few characters outside ASCII that literals use; their low byte tells nearly all others apart at once.
  const wide = new Map<number, number>();
  const wideLowByte = new Uint8Array(256);
  const classOf = (unit: number): number => (unit < classCount ? (classes[unit] as number) : (wide.get(unit) ?? 0));
  let alphabet = 1;
  for (const literal of lists.flat()) {
    if (literal === '' || literal !== literal.toLowerCase()) throw new RangeError('a literal is a text in small letters');
    for (let at = 0; at < literal.length; at += 1) {
      const unit = literal.charCodeAt(at);
      if (unit < classCount) {
        if (classes[unit] === 0) classes[unit] = alphabet++;
      } else if (!wide.has(unit)) {
        wide.set(unit, alphabet++);
        wideLowByte[unit & 0xff] = 1;
      }
    }
  }
  for (let unit = 0x41; unit <= 0x5a; unit += 1) classes[unit] = classes[unit + 32] ?? 0;
  const stride = 2 ** Math.ceil(Math.log2(alphabet));
  const shift = Math.log2(stride);

  const trie: Int32Array[] = [new Int32Array(stride).fill(-1)];
  const found: number[] = [0];
  lists.forEach((list, index) => {
    for (const literal of list) {
      let node = 0;
      for (let at = 0; at < literal.length; at += 1) {
        const row = trie[node] as Int32Array;
        const cls = classOf(literal.charCodeAt(at));
        if (row[cls] === -1) {
          row[cls] = trie.length;
          trie.push(new Int32Array(stride).fill(-1));
          found.push(0);
        }
        node = row[cls] as number;
      }
      found[node] = (found[node] as number) | (1 << index);
    }
  });

  // Failure links in order of depth turn the trie into an automaton that never steps back.
  const fail = new Int32Array(trie.length);
  const order: number[] = [];
  const root = trie[0] as Int32Array;
  for (let cls = 0; cls < stride; cls += 1) {
    const child = root[cls] as number;
    if (child <= 0) root[cls] = 0;
    else order.push(child);
  }
  for (let head = 0; head < order.length; head += 1) {
    const node = order[head] as number;
    const row = trie[node] as Int32Array;
    const back = trie[fail[node] as number] as Int32Array;
    found[node] = (found[node] as number) | (found[fail[node] as number] as number);
    for (let cls = 0; cls < stride; cls += 1) {
      const child = row[cls] as number;
      if (child < 0) row[cls] = back[cls] as number;
      else {
        fail[child] = back[cls] as number;
        order.push(child);
      }
    }
  }
  if (trie.length > 65_535) throw new RangeError('too many literals');

  // Accepting states come last, so that one comparison tells them.
  const byKind = [...trie.keys()].sort((a, b) => Number(found[a] !== 0) - Number(found[b] !== 0) || a - b);
  const renamed = new Int32Array(trie.length);
  for (const [index, node] of byKind.entries()) renamed[node] = index;
  const next = new Uint16Array(trie.length * stride);
  const outputs = new Int32Array(trie.length);
  byKind.forEach((node, index) => {
    outputs[index] = found[node] as number;
    for (let cls = 0; cls < stride; cls += 1) {
      next[index * stride + cls] = renamed[(trie[node] as Int32Array)[cls] as number] as number;
    }
  });
  const accepting = byKind.findIndex((node) => found[node] !== 0);
  const firstAccepting = accepting < 0 ? noLimit : accepting;

  return (text, scan) => {
    let state = 0;
    let hits = 0;
    let mask = 0;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit < classCount) {
        mask |= asciiBits[unit] as number;
        state = next[(state << shift) | (classes[unit] as number)] as number;
        if (state >= firstAccepting) hits |= outputs[state] as number;
      } else {
        const cls = wideLowByte[unit & 0xff] === 0 ? 0 : (wide.get(unit) ?? 0);
        state = cls === 0 ? 0 : (next[(state << shift) | cls] as number);
        if (state >= firstAccepting) hits |= outputs[state] as number;
        mask |=
          (unit > 0x2b0 || unit === 0x17f || unit === 0xad) && isFoldable(unit)
            ? characterBits.foldable | characterBits.notBase64
            : characterBits.notBase64;
      }
    }
    scan.hits = hits;
    scan.mask = mask;
  };
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

function buildAsciiBits(): Uint16Array {
  const single: Readonly<Record<string, number>> = {
    '%': characterBits.percent,
    '&': characterBits.ampersand,
    '\\': characterBits.backslash,
    '+': characterBits.plus,
    ' ': characterBits.space,
  };
  return Uint16Array.from({ length: classCount }, (_, unit) => {
    const character = String.fromCharCode(unit);
    let bits = /[A-Za-z0-9+/=_-]/.test(character) ? 0 : characterBits.notBase64;
    if (/[A-Z]/.test(character)) bits |= characterBits.upper;
    if (/[a-z]/.test(character)) bits |= characterBits.lower;
    if (/[0-9]/.test(character)) bits |= characterBits.digit;
    return bits | (single[character] ?? 0);
  });
}
