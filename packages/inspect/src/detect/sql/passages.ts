import { characterBits } from '../prefilter.ts';
import { unitsOf } from '../text/units.ts';

/** Shortest and longest piece that is read as a value of its own. */
const shortest = 4;
const longest = 400;
const maxPassages = 48;
/** Line breaks of a text that still is prose; what has more is a program or a list, whose lines mean nothing by themselves. */
const maxBreaks = 2;
const wide = 0x2e80;
/** Of each ASCII character: that a piece has to hold it to leave a value, that two of it in a row do as well, or that a piece may end there. */
const sortOf = { mark: 1, hyphen: 2, stop: 3 } as const;
const sorts = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return `'"();#=`.includes(character)
    ? sortOf.mark
    : character === '-'
      ? sortOf.hyphen
      : '\n.?!'.includes(character)
        ? sortOf.stop
        : 0;
});
const noPassages: readonly Passage[] = Object.freeze([]);

/** Whether a text may be parted: it holds Chinese, a line break or the end of a sentence. `marks` are the characters that occur. */
export function mayBeParted(text: string, marks: number): boolean {
  if ((marks & (characterBits.wide | characterBits.lineBreak)) !== 0) return true;
  return text.includes('. ') || text.includes('? ') || text.includes('! ');
}

/** A stretch of a text: first position, and the position behind it. */
export interface Passage {
  readonly start: number;
  readonly end: number;
}

/**
 * The pieces of a longer text that stand between Chinese, line breaks and the ends of sentences: what an attack that somebody hangs on
 * honest prose would be, read for itself. None for a text that is one piece.
 */
export function passagesOf(text: string): readonly Passage[] {
  const units = unitsOf(text);
  const { length } = text;
  const passages: Passage[] = [];
  let start = 0;
  /** Whether the piece so far holds a mark. */
  let marked = false;
  let breaks = 0;
  const take = (end: number): void => {
    let from = start;
    while (from < end && (units[from] as number) <= 0x20) from += 1;
    const size = end - from;
    if (size >= shortest && size <= longest && size < length) passages.push({ start: from, end });
  };
  for (let at = 0; at < length; at += 1) {
    const code = units[at] as number;
    if (code < 128) {
      const sort = sorts[code] as number;
      if (sort === 0) continue;
      if (sort === sortOf.mark) {
        marked = true;
        continue;
      }
      if (sort === sortOf.hyphen) {
        if (units[at + 1] === 0x2d) marked = true;
        continue;
      }
      if (code === 0x0a) {
        if (at > start) {
          breaks += 1;
          if (breaks > maxBreaks) return noPassages;
        }
      } else {
        // A stop between a letter and white space ends a sentence; one behind a quote or bracket may belong to an attack.
        const before = at === 0 ? 0 : (units[at - 1] as number) | 0x20;
        if (units[at + 1] !== 0x20 || before < 0x61 || before > 0x7a) continue;
      }
    } else if (code < wide) continue;
    if (marked) take(at);
    marked = false;
    start = at + 1;
  }
  if (start > 0 && marked) take(length);
  // What is hung on stands at an end as a rule.
  return passages.length <= maxPassages
    ? passages
    : [...passages.slice(0, maxPassages / 4), ...passages.slice(-(maxPassages * 3) / 4)];
}
