import { isLetter, isSpace, isWordCode } from '../text/characters.ts';
import { unitsOf } from '../text/units.ts';

/** A word as a shell reads it: quotes, escapes and empty expansions gone. */
export interface ShellWord {
  /** What the shell would make of it. */
  readonly value: string;
  readonly start: number;
  /** First position after the word. */
  readonly end: number;
  /** Letters were joined across quotes, escapes or empty expansions, as nobody writes a name. */
  readonly joined: boolean;
  /** `$IFS` stood for the white space after the word. */
  readonly spacer: boolean;
  /** Begins with a quote. */
  readonly quoted: boolean;
}

const longest = 256;
/** Empty substitutions (two backticks) in one word. */
const maxEmpties = 24;

/** Ends a word outside quotes. */
export function endsWord(code: number): boolean {
  switch (code) {
    case 0x3b: // ;
    case 0x7c: // |
    case 0x26: // &
    case 0x3c: // <
    case 0x3e: // >
    case 0x28: // (
    case 0x29: // )
    case 0x60: // `
      return true;
    default:
      return isSpace(code);
  }
}

/** What a word counts beside its characters. */
const ofWord = 30;
let looked = 0;

/** Characters that words were read from since this was last asked: what counting them costs nothing. */
export function takeLooked(): number {
  const count = looked;
  looked = 0;
  return count;
}

/** By ASCII character: 1 for what neither ends a word nor is read by a shell. */
const standsForItself = Uint8Array.from({ length: 128 }, (_, code) =>
  endsWord(code) || '"\'\\$^`%'.includes(String.fromCharCode(code)) ? 0 : 1,
);

/** The word at `start`, at most 256 characters of it. */
export function readWord(text: string, start: number): ShellWord {
  const units = unitsOf(text);
  const limit = Math.min(text.length, start + longest);
  const first = start < limit ? (units[start] as number) : 0;
  const windowsPath = isLetter(first) && units[start + 1] === 0x3a;
  let at = start;
  let value = '';
  let joined = false;
  let run = start;
  let empties = 0;
  const take = (to: number) => {
    if (to > run) value += text.slice(run, to);
  };
  while (at < limit) {
    const code = units[at] as number;
    if (code >= 128 || standsForItself[code] === 1) {
      at += 1;
      continue;
    }
    if (code === 0x22 || code === 0x27) {
      const close = closingQuote(units, at, limit);
      if (close < 0) {
        if (at === start) {
          run = at + 1;
          at += 1;
          continue;
        }
        break;
      }
      take(at);
      value += text.slice(at + 1, close);
      joined ||=
        (value.length > 0 && at > start && isWordCode(units[at - 1] as number)) || continues(units, close + 1, text.length);
      at = close + 1;
      run = at;
    } else if (code === 0x5c && !windowsPath && at + 1 < limit && units[at + 1] !== 0x0a) {
      // Letters that a text escapes by itself (\n, \t) end words; other escaped letters are an evasion.
      const next = units[at + 1] as number;
      if (at > start && (next === 0x6e || next === 0x72) && !isLetter(units[at + 2] as number)) break;
      take(at);
      run = at + 1;
      joined ||= isLetter(next) && (at === start || isLetter(units[at - 1] as number));
      at += 2;
    } else if (code === 0x24) {
      const end = emptyExpansion(text, at, limit);
      if (end === at) at += 1;
      else if (isFieldSeparator(text, at, end)) {
        take(at);
        looked += end - start + ofWord;
        return { value, start, end, joined, spacer: true, quoted: false };
      } else {
        if (at > start && isLetter(units[at - 1] as number) && isWordCode(units[end] as number)) joined = true;
        take(at);
        run = end;
        at = end;
      }
    } else if (code === 0x5e && isLetter(units[at + 1] as number)) {
      take(at);
      run = at + 1;
      joined ||= at > start && isLetter(units[at - 1] as number);
      at += 1;
    } else if (
      code === 0x60 &&
      units[at + 1] === 0x60 &&
      empties < maxEmpties &&
      (at > start || isWordCode(units[at + 2] as number))
    ) {
      empties += 1;
      take(at);
      joined ||= at > start;
      at += 2;
      run = at;
    } else if (endsWord(code) || (code === 0x25 && units[at + 1] === 0x30)) break;
    else at += 1;
  }
  take(at);
  looked += at - start + ofWord;
  return { value, start, end: at, joined, spacer: false, quoted: first === 0x22 || first === 0x27 };
}

function closingQuote(units: Uint16Array, open: number, limit: number): number {
  const quote = units[open];
  for (let at = open + 1; at < limit; at += 1) {
    const code = units[at];
    if (code === quote) return at;
    if (code === 0x5c && quote === 0x22) at += 1;
    else if (code === 0x0a) return -1;
  }
  return -1;
}

function continues(units: Uint16Array, at: number, length: number): boolean {
  return at < length && isWordCode(units[at] as number) && at > 1 && units[at - 2] !== 0x20;
}

/** End of `$@`, `$*`, `$1`, `$name`, `${name}`, `$()`: what expands to nothing or to white space; `at` where it is something else. */
function emptyExpansion(text: string, at: number, limit: number): number {
  const next = text.charCodeAt(at + 1);
  if (next === 0x40 || next === 0x2a || next === 0x24 || next === 0x21 || (next >= 0x30 && next <= 0x39)) return at + 2;
  if (next === 0x28 && text.charCodeAt(at + 2) === 0x29) return at + 3;
  if (next === 0x7b) {
    const close = text.slice(at, Math.min(limit, at + 40)).indexOf('}');
    return close > 0 ? at + close + 1 : at;
  }
  if (!isLetter(next) && next !== 0x5f) return at;
  let end = at + 1;
  // `$IFS` ends where it does, whatever follows; other names take all their letters.
  if (text.startsWith('IFS', end)) return end + 3 + (text.startsWith('$9', end + 3) ? 2 : 0);
  while (end < limit && isWordCode(text.charCodeAt(end))) end += 1;
  return end;
}

function isFieldSeparator(text: string, at: number, end: number): boolean {
  return (
    text.startsWith('$IFS', at) || text.startsWith('${IFS', at) || (text.startsWith('${', at) && text.startsWith('IFS', end - 4))
  );
}
