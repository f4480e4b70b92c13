/** A set of code points as sorted, disjoint, inclusive ranges: low, high, low, high … */
export type CharSet = readonly number[];

export const maxCodePoint = 0x10_ffff;

export function normalise(ranges: readonly (readonly [number, number])[]): CharSet {
  const sorted = [...ranges].filter(([low, high]) => low <= high).sort((a, b) => a[0] - b[0]);
  const set: number[] = [];
  for (const [low, high] of sorted) {
    const last = set.length - 1;
    if (last > 0 && low <= (set[last] ?? 0) + 1) set[last] = Math.max(set[last] ?? 0, high);
    else set.push(low, high);
  }
  return set;
}

export const pairs = (set: CharSet): [number, number][] =>
  Array.from({ length: set.length / 2 }, (_, at) => [set[at * 2] ?? 0, set[at * 2 + 1] ?? 0]);

export function negate(set: CharSet): CharSet {
  const ranges: [number, number][] = [];
  let from = 0;
  for (const [low, high] of pairs(set)) {
    if (low > from) ranges.push([from, low - 1]);
    from = high + 1;
  }
  if (from <= maxCodePoint) ranges.push([from, maxCodePoint]);
  return normalise(ranges);
}

export function has(set: CharSet, code: number): boolean {
  let low = 0;
  let high = set.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (code < (set[middle * 2] ?? 0)) high = middle;
    else if (code > (set[middle * 2 + 1] ?? 0)) low = middle + 1;
    else return true;
  }
  return false;
}

/** Ranges wider than this keep their case outside ASCII and Latin-1: nobody writes them to mean letters of one case. */
const maxFoldedRange = 2_048;

/** The set with both cases of every letter in it. */
export function bothCases(set: CharSet): CharSet {
  const ranges = pairs(set);
  for (const [low, high] of pairs(set)) {
    const last = high - low > maxFoldedRange ? Math.min(high, 0x24f) : high;
    for (let code = low; code <= last; code += 1) {
      const char = String.fromCodePoint(code);
      for (const other of [char.toLowerCase(), char.toUpperCase()]) {
        const point = other.codePointAt(0) ?? code;
        if (point !== code && other.length === (point > 0xffff ? 2 : 1)) ranges.push([point, point]);
      }
    }
  }
  return normalise(ranges);
}

const of = (...ranges: [number, number][]): CharSet => normalise(ranges);

/** `\d \w \s` are those of ASCII, as PCRE has them without its Unicode option. */
export const digit = of([0x30, 0x39]);
export const word = of([0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]);
export const space = of([0x09, 0x0d], [0x20, 0x20]);
export const blank = of([0x09, 0x09], [0x20, 0x20]);
export const newline = of([0x0a, 0x0a]);
export const all = of([0, maxCodePoint]);

export const posix: ReadonlyMap<string, CharSet> = new Map<string, CharSet>([
  ['alnum', of([0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a])],
  ['alpha', of([0x41, 0x5a], [0x61, 0x7a])],
  ['ascii', of([0, 0x7f])],
  ['blank', blank],
  ['cntrl', of([0, 0x1f], [0x7f, 0x7f])],
  ['digit', digit],
  ['graph', of([0x21, 0x7e])],
  ['lower', of([0x61, 0x7a])],
  ['print', of([0x20, 0x7e])],
  ['punct', of([0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e])],
  ['space', space],
  ['upper', of([0x41, 0x5a])],
  ['word', word],
  ['xdigit', of([0x30, 0x39], [0x41, 0x46], [0x61, 0x66])],
]);
