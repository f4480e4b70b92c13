/** Letters A to Z in either case. */
export function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Letters, digits and underscore: what an identifier of most languages is made of. */
export function isWordCode(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 0x5f;
}

/** Space, tab, line feed, carriage return, vertical tab, form feed. */
export function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** Value of a hexadecimal digit; -1 for what is none, also for NaN. */
export function hexValue(code: number): number {
  if (isDigit(code)) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** First position from `from` on that is no white space. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** First position from `from` on that is no letter, digit or underscore. */
export function skipWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && isWordCode(text.charCodeAt(at))) at += 1;
  return at;
}

/**
 * The text with its capitals made small, each character in its place: the offsets of the result are those of the text. The one letter
 * whose small form is longer (capital I with a dot) counts as `i`.
 */
export function foldCase(text: string): string {
  if (text.length < worthKeeping) return lowered(text);
  // All detectors ask for the same text, one after the other.
  if (text !== lastText) {
    lastText = text;
    lastFolded = lowered(text);
  }
  return lastFolded;
}

/** Names within a text are shorter, and must not push it out. */
const worthKeeping = 24;
let lastText = '';
let lastFolded = '';

/** Lets go of the text that was folded last, so that nothing of a request outlives it. */
export function forgetFolded(): void {
  lastText = '';
  lastFolded = '';
}

function lowered(text: string): string {
  return (text.includes('\u0130') ? text.replaceAll('\u0130', 'I') : text).toLowerCase();
}

const wideScript = /[\u2e80-\uffff]/;

/** Whether the text holds a character beyond Latin scripts, as prose in Chinese does. */
export function hasWideScript(text: string, from = 0, to = text.length): boolean {
  if (to - from > near && from === 0 && to === text.length) return wideScript.test(text);
  for (let at = from; at < to; at += 1) if (text.charCodeAt(at) >= 0x2e80) return true;
  return false;
}

/** How far ahead is looked character by character before the search that is faster over long stretches. */
const near = 24;

/** Position of the next of two characters from `from` on; -1 when there is none. */
type Next = (text: string, from: number) => number;

function createNext(first: number, second: number, pattern: RegExp): Next {
  return (text, from) => {
    const limit = Math.min(text.length, from + near);
    for (let at = from; at < limit; at += 1) {
      const code = text.charCodeAt(at);
      if (code === first || code === second) return at;
    }
    if (limit >= text.length) return -1;
    pattern.lastIndex = limit;
    const found = pattern.exec(text);
    return found === null ? -1 : found.index;
  };
}

/** Finds quotation marks and apostrophes. */
export const nextQuote: Next = createNext(0x22, 0x27, /["']/g);
/** Finds parentheses. */
export const nextParenthesis: Next = createNext(0x28, 0x29, /[()]/g);

/** Whether no letter, digit or underscore stands directly before `start` and after `end`. */
export function standsAlone(text: string, start: number, end: number): boolean {
  return !isWordCode(text.charCodeAt(start - 1)) && !isWordCode(text.charCodeAt(end));
}

/**
 * `text.includes(piece)`, asked once for a loop that follows. V8 takes `includes` for so cheap that it asks anew in every round of the
 * loop, which then costs the square of the text's length; `lastIndexOf` it leaves where it stands.
 */
export function holds(text: string, piece: string): boolean {
  return text.lastIndexOf(piece) >= 0;
}
