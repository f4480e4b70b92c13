import { hexValue } from '../text/characters.ts';
import { unitsOf } from '../text/units.ts';

/** Steps upwards found in a row: `../`, in whatever spelling. */
export interface Climb {
  /** Steps upwards one after the other, at most two characters of something else between them. */
  readonly depth: number;
  readonly start: number;
  readonly end: number;
  /** Dots or slashes were written in a form that only serves to pass unseen. */
  readonly disguised: boolean;
}

const dot = 0x2e;
const slash = 0x2f;
const backslash = 0x5c;

/** The character that {@link readUnit} reads, and the position after it. Numbers only: nothing of a text stays. */
let current = 0;
let next = 0;
let disguised = false;

/**
 * Reads one character of a path at `at`: as it stands, percent-encoded any number of times, as overlong UTF-8, as `%u002e`, `0x2e`,
 * or a look-alike slash. Slashes become `/` or `\`.
 */
function readUnit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  current = code;
  next = at + 1;
  disguised = false;
  if (code === 0x25) readPercent(text, at);
  else if (code === 0x30 && (text.charCodeAt(at + 1) | 0x20) === 0x78) take(byteAt(text, at + 2), at + 4);
  else if (code === backslash && (text.charCodeAt(at + 1) | 0x20) === 0x78) take(byteAt(text, at + 2), at + 4);
  else if (code === 0x2215 || code === 0xff0f || code === 0x2044) take(slash, at + 1);
  else if (code === 0x2216 || code === 0xff3c) take(backslash, at + 1);
  else if (code === 0xff0e || code === 0x2024) take(dot, at + 1);
  return current;
}

/** Whether a null byte or another control character, raw or encoded, stands at `at`; then {@link next} is behind it. */
function isNull(text: string, at: number): boolean {
  if (text.charCodeAt(at) === 0x25 && text.charCodeAt(at + 1) === 0x30 && hexValue(text.charCodeAt(at + 2)) >= 0) {
    next = at + 3;
    return true;
  }
  next = at + 1;
  return text.charCodeAt(at) < 0x09;
}

function take(code: number, end: number): void {
  if (code !== dot && code !== slash && code !== backslash && code !== 0) return;
  current = code;
  next = end;
  disguised = true;
}

function readPercent(text: string, at: number): void {
  let from = at + 1;
  // %2525…2e: the percent sign itself encoded.
  while (text.charCodeAt(from) === 0x32 && text.charCodeAt(from + 1) === 0x35 && from < at + 24) from += 2;
  if ((text.charCodeAt(from) | 0x20) === 0x75) {
    const high = byteAt(text, from + 1);
    const low = byteAt(text, from + 3);
    if (high < 0 || low < 0) return;
    const code = high * 256 + low;
    if (code === 0x2215 || code === 0xff0f) take(slash, from + 5);
    else if (code === 0x2216 || code === 0xff3c || code === 0xf025) take(backslash, from + 5);
    else if (code === 0xff0e) take(dot, from + 5);
    else if (high === 0) take(low, from + 5);
    return;
  }
  if (text.charCodeAt(from) === 0x25) {
    // %%32%65: the digits themselves encoded.
    const first = byteAt(text, from + 1);
    if (first < 0) return;
    if (text.charCodeAt(from + 3) === 0x25) take(hexPair(first, byteAt(text, from + 4)), from + 6);
    else take(hexPair(first, text.charCodeAt(from + 3)), from + 4);
    return;
  }
  const byte = byteAt(text, from);
  if (byte === 0xc0 || byte === 0xc1) {
    // Overlong: two bytes for what one byte says, the second sometimes left bare.
    const low = trailing(text, from + 2);
    if (low >= 0)
      take(byte === 0xc1 && (low & 0x3f) === 0x1c ? backslash : low & 0x7f & (byte === 0xc0 && low >= 0x80 ? 0x3f : 0x7f), tail);
    else take(slash, from + 2);
  } else if (byte === 0xe0 && trailing(text, from + 2) === 0x80) {
    const low = trailing(text, tail);
    if (low >= 0) take(low & 0x3f, tail);
  } else take(byte, from + 2);
}

let tail = 0;

/** The byte written as `%XX` or `%25XX` at `at`; sets {@link tail}. */
function trailing(text: string, at: number): number {
  if (text.charCodeAt(at) !== 0x25) return -1;
  let from = at + 1;
  while (text.charCodeAt(from) === 0x32 && text.charCodeAt(from + 1) === 0x35 && from < at + 12) from += 2;
  tail = from + 2;
  return byteAt(text, from);
}

function byteAt(text: string, at: number): number {
  return hexPair(text.charCodeAt(at), text.charCodeAt(at + 1));
}

function hexPair(high: number, low: number): number {
  const first = hexValue(high);
  const second = hexValue(low);
  return first < 0 || second < 0 ? -1 : first * 16 + second;
}

/** By ASCII character: 1 where a dot, in whatever spelling, may begin. */
const beginsDot = Uint8Array.from({ length: 128 }, (_, code) =>
  code === dot || code === 0x25 || code === 0x30 || code === backslash ? 1 : 0,
);

/** Whether a dot is followed by what may be another one, and a zero or backslash by the `x` without which it is none: few are. */
function goesOn(code: number, following: number): boolean {
  if (code !== dot) return (following | 0x20) === 0x78;
  return following < 128 ? beginsDot[following] === 1 || following < 0x09 : following >= 0x2024;
}

const stepsOfUnit = 40;

/** The longest row of upward steps in a text; undefined when there is no step. */
export function findClimb(text: string, spend: (steps: number) => boolean): Climb | undefined {
  let best: Climb | undefined;
  let depth = 0;
  let start = 0;
  let end = 0;
  let hidden = false;
  const close = () => {
    if (depth > 0 && (best === undefined || depth > best.depth || (hidden && !best.disguised))) {
      best = { depth, start, end, disguised: hidden };
    }
    depth = 0;
    hidden = false;
  };
  const units = unitsOf(text);
  const { length } = text;
  let at = 0;
  let unit = 0;
  while (at < length) {
    const code = units[at] as number;
    // Neither a dot nor what another spelling of one begins with: most characters.
    if (code < 128 ? beginsDot[code] === 0 : code < 0x2024 || (code > 0x2216 && code < 0xff0e)) {
      at += 1;
      continue;
    }
    if (code !== 0x25 && code < 128 && (at + 1 === length || !goesOn(code, units[at + 1] as number))) {
      at += 1;
      continue;
    }
    if (!spend(stepsOfUnit)) return best;
    unit = readUnit(text, at);
    if (unit !== dot) {
      at = next;
      continue;
    }
    const from = at;
    let dots = 0;
    let odd = false;
    while (at < text.length) {
      unit = readUnit(text, at);
      if (unit !== dot) break;
      odd ||= disguised;
      dots += 1;
      at = next;
      // `.%00.%00/`: null bytes that some servers drop.
      if (isNull(text, at)) {
        odd = true;
        at = next;
      }
    }
    if (dots < 2) continue;
    let slashes = 0;
    // `..;/` and `..%00/` name the same step to some servers.
    if (at < text.length && (unit === 0x3b || unit === 0)) {
      const mark = next;
      unit = readUnit(text, mark);
      if (unit === slash || unit === backslash) {
        odd = true;
        at = mark;
      }
    }
    while (at < text.length) {
      unit = readUnit(text, at);
      if (unit !== slash && unit !== backslash) {
        // `..2f`: a percent sign that was stripped.
        if (text.charCodeAt(at) === 0x32 && (text.charCodeAt(at + 1) | 0x20) === 0x66 && slashes === 0) {
          slashes = 1;
          odd = true;
          at += 2;
        }
        break;
      }
      odd ||= disguised;
      slashes += 1;
      at = next;
    }
    if (slashes === 0) continue;
    // Two backslashes are one that a program's text escapes.
    const escaped = slashes === 2 && text.charCodeAt(at - 1) === backslash && text.charCodeAt(at - 2) === backslash;
    if ((slashes > 1 && !escaped) || dots > 2) odd = true;
    if (depth > 0 && from - end > 3) close();
    if (depth === 0) start = from;
    depth += 1;
    end = at;
    hidden ||= odd && !(dots > 2 && depth === 1 && dots < 4 && slashes === 1 && !disguised);
  }
  close();
  return best;
}
