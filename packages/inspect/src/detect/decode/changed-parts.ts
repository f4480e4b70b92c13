/** Characters that are compared at a time. */
const piece = 128;
/** What of its surroundings is read with a change: more than nearly all patterns look at. */
const margin = 256;
/** Beginning and end of a text are always read: they say what kind of text it is. */
const edge = 512;
/** Changed pieces in a row after which the rest counts as changed. */
const patience = 64;
/** How far a part may begin before its margin, and end behind it, to be cut where a line, a tag or a sentence ends. */
const reach = 256;
/** Stands for what is left out; no mark of any language. */
const gap = ' \u2026 ';

/**
 * Of a long text that was decoded, what has to be read again: its edges, and all that decoding changed with some text around it. What stayed as it was
 * has been read before. The whole where most has changed. Every character of `after` that is left out stands in `before` among the same neighbours.
 */
export function changedParts(before: string, after: string): string {
  const { length } = after;
  if (length < 4 * edge) return after;
  let out = '';
  let from = 0;
  let to = cutBehind(after, edge);
  let kept = 0;
  /** Adds a stretch of `after`; stretches come in order. */
  const add = (start: number, end: number): void => {
    if (start > to + gap.length) {
      out += after.slice(from, to) + gap;
      kept += to - from;
      from = start;
    }
    if (end > to) to = end;
  };
  const addChange = (start: number, end: number): void =>
    add(cutBefore(after, start - margin), cutBehind(after, Math.min(length, end + margin)));
  let at = 0;
  let next = 0;
  while (at < before.length) {
    if (after.startsWith(before.slice(at, at + piece), next)) {
      next = Math.min(length, next + piece);
      at += piece;
      continue;
    }
    const start = next;
    let found = -1;
    for (let skipped = 1; found < 0 && skipped <= patience && at + (skipped + 1) * piece <= before.length; skipped += 1) {
      const same = before.slice(at + skipped * piece, at + (skipped + 1) * piece);
      const place = after.slice(next, next + (skipped + 1) * piece).indexOf(same);
      if (place < 0) continue;
      found = next + place;
      at += skipped * piece;
    }
    if (found < 0) {
      addChange(start, length);
      return kept + to - from > length * 0.8 ? after : out + after.slice(from, to);
    }
    addChange(start, found);
    next = found;
  }
  if (next < length) addChange(next, length);
  add(cutBefore(after, length - edge), length);
  return kept + to - from > length * 0.8 ? after : out + after.slice(from, to);
}

/** Whether a text may be cut behind this character without parting what belongs together: a line break, a tag's end, Chinese. */
function isCut(unit: number): boolean {
  return unit === 0x0a || unit === 0x3e || unit >= 0x2e80;
}

function cutBefore(text: string, from: number): number {
  if (from <= 0) return 0;
  for (let at = from; at > 0 && at > from - reach; at -= 1) if (isCut(text.charCodeAt(at - 1))) return at;
  return from;
}

function cutBehind(text: string, from: number): number {
  for (let at = from; at < text.length && at < from + reach; at += 1) if (isCut(text.charCodeAt(at - 1))) return at;
  return Math.min(from, text.length);
}
