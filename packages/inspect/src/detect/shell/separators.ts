import { isLetter, isSpace, isWordCode } from '../text/characters.ts';
import { unitsOf } from '../text/units.ts';
import { endsWord } from './words.ts';

/** Characters between a command and a comment. */
const longestGap = 16;

/** By ASCII character: 1 where {@link separatorAt} may find something. */
const beginsSeparator = Uint8Array.from({ length: 128 }, (_, code) =>
  ';|&`\n\r$<>\\%'.includes(String.fromCharCode(code)) ? 1 : 0,
);

/** First position from `from` on where {@link separatorAt} may find something; `length` where there is none. */
export function nextSeparator(units: Uint16Array, from: number, length: number): number {
  for (let at = from; at < length; at += 1) {
    const code = units[at] as number;
    if (code < 128 && beginsSeparator[code] === 1) return at;
  }
  return length;
}

/** Length of the separator at `at`; 0 where there is none. Beside the shell's own, those that a text still holds in escaped form. */
export function separatorAt(units: Uint16Array, at: number, table: boolean): number {
  const next = units[at + 1] as number;
  switch (units[at]) {
    case 0x3b: // ;
      return endsEntity(units, at) ? 0 : 1;
    case 0x7c: // |
      return table ? 0 : next === 0x7c ? 2 : 1;
    case 0x26: // &
      return next === 0x26 ? 2 : 1;
    case 0x60: // `
    case 0x0a:
    case 0x0d:
      return 1;
    case 0x24: // $(
    case 0x3c: // <(
    case 0x3e: // >(
      return next === 0x28 ? 2 : 0;
    case 0x5c: // \n
      return (next === 0x6e || next === 0x72) && (at === 0 || !endsName(units[at - 1] as number)) ? 2 : 0;
    case 0x25: // %0a
      return next === 0x30 && ((units[at + 2] as number) | 0x24) === 0x65 && isLetter(units[at + 2] as number) ? 3 : 0;
    default:
      return 0;
  }
}

/** `&nbsp;` and `&#160;` end in a semicolon that separates nothing. */
function endsEntity(units: Uint16Array, at: number): boolean {
  let from = at - 1;
  while (from > at - 10 && from >= 0 && (isWordCode(units[from] as number) || units[from] === 0x23)) from -= 1;
  return from >= 0 && from < at - 2 && units[from] === 0x26;
}

/** A letter, a digit, an underscore or a colon: `C:\new`. */
function endsName(code: number): boolean {
  return isWordCode(code) || code === 0x3a;
}

/** Rows of a table have the same sign between their cells. */
export function isTable(text: string): boolean {
  const units = unitsOf(text);
  const { length } = text;
  let bars = 0;
  let lines = 0;
  for (let at = 0; at < length && (bars < 4 || lines < 1); at += 1) {
    const code = units[at];
    if (code === 0x7c) bars += 1;
    else if (code === 0x0a) lines += 1;
  }
  return bars >= 4 && lines >= 1;
}

/** White space, quotes, brackets and signs that may stand before a command's name. */
export function skipOpening(text: string, from: number): number {
  const units = unitsOf(text);
  const { length } = text;
  let at = from;
  while (at < length) {
    const code = units[at] as number;
    const quote = code === 0x22 || code === 0x27;
    if (quote && !(isSpace(units[at + 1] as number) || isSeparator(units[at + 1] as number))) break;
    const opens = quote || isSpace(code) || code === 0x28 || code === 0x21 || code === 0x2b || code === 0x40;
    if (!opens && !(code === 0x7b && isSpace(units[at + 1] as number))) break;
    at += 1;
  }
  return at;
}

export function isSeparator(code: number): boolean {
  return code === 0x3b || code === 0x7c || code === 0x26;
}

/** Several backticks in a row open or close together. */
export function afterBackticks(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 0x60) at += 1;
  return at;
}

/** First position from which on a text holds only separators, quotes and white space. */
export function tailOf(text: string): number {
  let at = text.length;
  while (at > 0) {
    const code = text.charCodeAt(at - 1);
    if ((code === 0x6e || code === 0x72) && text.charCodeAt(at - 2) === 0x5c) at -= 2;
    else if (endsWord(code) || code === 0x22 || code === 0x27 || code === 0x7d) at -= 1;
    else break;
  }
  return at;
}

/** Whether nothing comes from `from` on but a text's tail or a comment. */
export function isEnd(text: string, from: number, tail: number): boolean {
  if (from >= tail) return true;
  let at = from;
  while (at < from + longestGap && (endsWord(text.charCodeAt(at)) || text[at] === '"' || text[at] === "'")) at += 1;
  return text.charCodeAt(at) === 0x23;
}
