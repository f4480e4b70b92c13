/** Shortest and longest piece that is read as a value of its own. */
const shortest = 4;
const longest = 400;
const maxPassages = 48;
/** Line breaks of a text that still is prose; what has more is a program or a list, whose lines mean nothing by themselves. */
const maxBreaks = 2;
/** What a piece has to hold to leave a value. */
const marks = /['"();#=]|--/;

/** Where a piece may end. */
const stop = /[\n\u2e80-\uffff]|[a-z][.?!] /i;

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
  if (!stop.test(text)) return [];
  const passages: Passage[] = [];
  let start = 0;
  let breaks = 0;
  const take = (end: number): void => {
    let from = start;
    while (from < end && text.charCodeAt(from) <= 0x20) from += 1;
    const length = end - from;
    if (length >= shortest && length <= longest && length < text.length && marks.test(text.slice(from, end)))
      passages.push({ start: from, end });
  };
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x0a && at > start) {
      breaks += 1;
      if (breaks > maxBreaks) return [];
    }
    // A stop between a letter and white space ends a sentence; one behind a quote or bracket may belong to an attack.
    const stops =
      code === 0x0a ||
      code >= 0x2e80 ||
      ((code === 0x2e || code === 0x3f || code === 0x21) &&
        text.charCodeAt(at + 1) === 0x20 &&
        (text.charCodeAt(at - 1) | 0x20) >= 0x61 &&
        (text.charCodeAt(at - 1) | 0x20) <= 0x7a);
    if (!stops) continue;
    take(at);
    start = at + 1;
  }
  if (start > 0) take(text.length);
  // What is hung on stands at an end as a rule.
  return passages.length <= maxPassages
    ? passages
    : [...passages.slice(0, maxPassages / 4), ...passages.slice(-(maxPassages * 3) / 4)];
}
