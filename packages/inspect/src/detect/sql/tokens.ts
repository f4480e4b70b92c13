import { isDigit, isLetter, isSpace } from '../text/characters.ts';
import { unitsOf } from '../text/units.ts';
import { catalogNames, mayBeCatalogName, mayBeFirstPart, mayBeSqlWord, sqlWords, wordKinds } from './words.ts';

/** Kinds of token. */
export const kinds = {
  number: 1,
  string: 2,
  /** A string that the text ends in. */
  openString: 3,
  /** A name or a word of prose. */
  name: 4,
  /** A word of SQL; its kind is in `value`. */
  word: 5,
  /** `@x`, `@@x`, `:x`. */
  variable: 6,
  /** Compares: = < > <> != <= >= <=> =* and the like. */
  comparison: 7,
  /** Computes: + - * / % ^ & | ~ << >> and assignment. */
  arithmetic: 8,
  /** || and && and ! stand apart: they may be logical. */
  logicalSign: 9,
  open: 10,
  close: 11,
  comma: 12,
  semicolon: 13,
  dot: 14,
  /** A comment that ends the line or the text; comments that end inside are spaces. */
  comment: 15,
  /** Any other character. */
  other: 16,
} as const;

/** Tokens of a text as if an SQL parser stood in one quoting context at its start. Column by column, reused between texts. */
export interface Tokens {
  count: number;
  kind: Uint8Array;
  /** Kind of a word; for a comment 1 when it is a block; for a number its length in digits after `0x`. */
  value: Uint8Array;
  start: Int32Array;
  end: Int32Array;
  /** For `(`: index of its `)`, or the count when there is none. */
  match: Int32Array;
  /** Comments inside that stand between words without a space. */
  glued: number;
  /** Version comments of MySQL, whose content counts. */
  versioned: number;
  /** Bit i: a token of kind i occurs. */
  seen: number;
  /** Bit i: a word of kind i occurs. */
  words: number;
  /** Whether something occurs that may say something in any reading: a call, `&&`, `@@x`, what may be a name of a catalog or a procedure. */
  telling: boolean;
}

const first = 1_024;
const most = 1 << 18;
/** Longest look ahead without a check. */
const ahead = 16;

export function createTokens(): Tokens {
  return {
    count: 0,
    kind: new Uint8Array(first),
    value: new Uint8Array(first),
    start: new Int32Array(first),
    end: new Int32Array(first),
    match: new Int32Array(first),
    glued: 0,
    versioned: 0,
    seen: 0,
    words: 0,
    telling: false,
  };
}

function grow(tokens: Tokens): void {
  const size = tokens.kind.length * 2;
  for (const column of ['kind', 'value'] as const) {
    const bigger = new Uint8Array(size);
    bigger.set(tokens[column]);
    tokens[column] = bigger;
  }
  for (const column of ['start', 'end', 'match'] as const) {
    const bigger = new Int32Array(size);
    bigger.set(tokens[column]);
    tokens[column] = bigger;
  }
}

function push(tokens: Tokens, kind: number, value: number, start: number, end: number): void {
  const index = tokens.count;
  if (index >= most) return;
  if (index >= tokens.kind.length) grow(tokens);
  tokens.kind[index] = kind;
  tokens.value[index] = value;
  tokens.start[index] = start;
  tokens.end[index] = end;
  tokens.match[index] = -1;
  tokens.count = index + 1;
  tokens.seen |= 1 << kind;
}

/** What a token may begin with; 0 for a sign. */
const sortOf = { space: 1, name: 2, digit: 3 } as const;
/** The sort of each ASCII character. */
const sorts = Uint8Array.from({ length: 128 }, (_, unit) =>
  isSpace(unit) || unit === 0 ? sortOf.space : isNameStart(unit) ? sortOf.name : isDigit(unit) ? sortOf.digit : 0,
);

const nextLine = /^\n\s{0,4}(?:#|x?or\b|and\b|union\b|select\b|from\b|\d{1,8}\s?[=<>])/;
const openParens = new Int32Array(4_096);

/** Splits `text` from `from` on; `folded` is the same text in small letters. Linear. */
export function tokenize(text: string, folded: string, from: number, tokens: Tokens): void {
  tokens.count = 0;
  tokens.glued = 0;
  tokens.versioned = 0;
  tokens.seen = 0;
  tokens.words = 0;
  tokens.telling = false;
  const units = unitsOf(text);
  let depth = 0;
  let at = from;
  const { length } = text;
  while (at < length) {
    const unit = units[at] as number;
    const sort = unit < 128 ? (sorts[unit] as number) : isOtherSpace(unit) ? sortOf.space : isNameStart(unit) ? sortOf.name : 0;
    if (sort === sortOf.space) {
      at += 1;
      continue;
    }
    const start = at;
    if (sort === sortOf.name) {
      // National, hexadecimal and escape strings: N'x', x'41', e'x', _utf8'x'.
      at = skipName(units, at, length);
      const length1 = at - start;
      if (length1 === 1 && units[at] === 0x27 && 'nxbeq'.includes(folded.charAt(start))) {
        at = string(text, units, at, 0x27, tokens, start);
        continue;
      }
      const kind =
        length1 <= 16 && mayBeSqlWord(folded.charCodeAt(start), folded.charCodeAt(at - 1), length1)
          ? sqlWords.get(folded.slice(start, at))
          : undefined;
      push(tokens, kind === undefined ? kinds.name : kinds.word, kind ?? 0, start, at);
      if (kind !== undefined) tokens.words |= 1 << kind;
      else if (mayTellByName(unit, length1, folded, start)) tokens.telling = true;
      continue;
    }
    if (sort === sortOf.digit || (unit === 0x2e && isDigit(units[at + 1] as number))) {
      at = number(units, length, folded, at, tokens);
      continue;
    }
    const next = units[at + 1] as number;
    switch (unit) {
      case 0x27: // '
      case 0x22: // "
      case 0x60: // `
        at = string(text, units, at, unit, tokens, start);
        continue;
      case 0x2d: // -
        if (next === 0x2d && isLineComment(units, at)) {
          at = lineEnd(text, at);
          push(tokens, kinds.comment, 0, start, at);
          continue;
        }
        break;
      case 0x2013: // Dashes that typography made of two hyphens.
      case 0x2014:
        if (at + 1 === length || isSpace(next)) {
          at = lineEnd(text, at);
          push(tokens, kinds.comment, 0, start, at);
          continue;
        }
        break;
      case 0x23: // #
        if (next === 0x3e) {
          // A path operator of PostgreSQL: #>, #>>.
          at += units[at + 2] === 0x3e ? 3 : 2;
          push(tokens, kinds.comparison, unit, start, at);
          continue;
        }
        at = lineEnd(text, at);
        // `1 #…` and then `AND` on the next line: the comment is but a space.
        if (start > from && at < length && nextLine.test(folded.slice(at, at + 16))) {
          continue;
        }
        push(tokens, kinds.comment, 2, start, at);
        continue;
      case 0x2f: // /
        if (next === 0x2a) {
          if (units[at + 2] === 0x21) {
            tokens.versioned += 1;
            at += 3;
            while (isDigit(units[at] as number)) at += 1;
            continue;
          }
          const close = text.indexOf('*/', at + 2);
          if (close < 0) {
            push(tokens, kinds.comment, 1, start, length);
            at = length;
          } else {
            if (start > from && !isSpace(units[start - 1] as number) && !isSpace(units[close + 2] as number)) tokens.glued += 1;
            at = close + 2;
          }
          continue;
        }
        break;
      case 0x2a: // *
        if (next === 0x2f && tokens.versioned > 0) {
          at += 2;
          continue;
        }
        break;
      case 0x28: // (
        if (depth < openParens.length) openParens[depth] = tokens.count;
        depth += 1;
        at += 1;
        if (tokens.count > 0 && isCalled(tokens.kind[tokens.count - 1] as number)) tokens.telling = true;
        push(tokens, kinds.open, 0, start, at);
        continue;
      case 0x29: // )
        if (depth > 0) {
          depth -= 1;
          if (depth < openParens.length) tokens.match[openParens[depth] as number] = tokens.count;
        }
        at += 1;
        push(tokens, kinds.close, 0, start, at);
        continue;
      case 0x2c:
        at += 1;
        push(tokens, kinds.comma, 0, start, at);
        continue;
      case 0x3b:
        at += 1;
        push(tokens, kinds.semicolon, 0, start, at);
        continue;
      case 0x2e:
        at += 1;
        if (mayTellByDot(units, folded, tokens)) tokens.telling = true;
        push(tokens, kinds.dot, 0, start, at);
        continue;
      case 0x40: // @
      case 0x3a: {
        // :
        // A cast of PostgreSQL changes nothing: x::int.
        if (unit === 0x3a && next === 0x3a && isNameStart(units[at + 2] as number) && tokens.count > 0) {
          at = skipName(units, at + 2, length);
          continue;
        }
        let name = at + 1;
        if (unit === 0x40 && next === 0x40) name += 1;
        if (
          isNameStart(units[name] as number) ||
          (unit === 0x40 && isDigit(units[name] as number)) ||
          (unit === 0x40 && units[name] === 0x60)
        ) {
          at = units[name] === 0x60 ? name + 1 : skipName(units, name, length);
          push(tokens, kinds.variable, name - start, start, at);
          if (name - start === 2) tokens.telling = true;
          continue;
        }
        break;
      }
      default:
    }
    at = sign(units, at, unit, next, tokens);
  }
  // Who looks ahead beyond the last token finds nothing, not what the last text left there.
  while (tokens.count + ahead > tokens.kind.length) grow(tokens);
  const { kind, value, match, count } = tokens;
  for (let index = count; index < count + ahead; index += 1) {
    kind[index] = 0;
    value[index] = 0;
    match[index] = -1;
  }
  for (let level = 0; level < Math.min(depth, openParens.length); level += 1)
    tokens.match[openParens[level] as number] = tokens.count;
}

/** Whether a name by itself, of this first character and length, may be one of a catalog or an extended procedure. */
function mayTellByName(unit: number, length: number, folded: string, start: number): boolean {
  const first = unit | 0x20;
  if (first === 0x78) return folded.startsWith('xp_', start);
  return mayBeCatalogName(first, length) && catalogNames.has(folded.slice(start, start + length));
}

/** Whether the name in front of a dot may be the first part of a package's, a catalog's or an extended procedure's. */
function mayTellByDot(units: Uint16Array, folded: string, tokens: Tokens): boolean {
  const last = tokens.count - 1;
  if (last < 0) return false;
  if (tokens.kind[last] === kinds.dot) return true;
  if (tokens.kind[last] !== kinds.name) return false;
  const start = tokens.start[last] as number;
  const end = tokens.end[last] as number;
  if (mayBeFirstPart(folded, start, end - start)) return true;
  // White space beyond ASCII is taken out of a name before it is looked up.
  for (let at = start; at < end; at += 1) if ((units[at] as number) > 0x7f) return true;
  return false;
}

/** Whether a parenthesis behind a token of this kind calls it. */
function isCalled(kind: number): boolean {
  return kind === kinds.name || kind === kinds.word;
}

function sign(units: Uint16Array, start: number, unit: number, next: number, tokens: Tokens): number {
  const kind = signKind(unit);
  let at = start + 1;
  // Operators of PostgreSQL on JSON and arrays: @> <@ @@ and the question mark between texts.
  if ((unit === 0x40 && (next === 0x3e || next === 0x40)) || (unit === 0x3c && next === 0x40)) {
    push(tokens, kinds.comparison, unit, start, start + 2);
    return start + 2;
  }
  if (
    unit === 0x3f &&
    tokens.count > 0 &&
    tokens.kind[tokens.count - 1] === kinds.string &&
    units[units[at] === 0x20 ? at + 1 : at] === 0x27
  ) {
    push(tokens, kinds.comparison, unit, start, at);
    return at;
  }
  if (kind === kinds.comparison || unit === 0x21) {
    // =, <, >, ! and what they combine to; << and >> compute.
    while (at < start + 3 && isComparison(units[at] as number)) at += 1;
    const shift = (unit === 0x3c || unit === 0x3e) && next === unit;
    push(
      tokens,
      shift ? kinds.arithmetic : at > start + 1 || unit !== 0x21 ? kinds.comparison : kinds.logicalSign,
      unit,
      start,
      at,
    );
    return at;
  }
  if ((unit === 0x7c || unit === 0x26) && next === unit) {
    push(tokens, kinds.logicalSign, unit, start, start + 2);
    tokens.telling = true;
    return start + 2;
  }
  push(tokens, kind, unit & 0x7f, start, at);
  return at;
}

function signKind(unit: number): number {
  switch (unit) {
    case 0x3d:
    case 0x3c:
    case 0x3e:
      return kinds.comparison;
    case 0x2b:
    case 0x2d:
    case 0x2a:
    case 0x2f:
    case 0x25:
    case 0x5e:
    case 0x26:
    case 0x7c:
    case 0x7e:
      return kinds.arithmetic;
    default:
      return kinds.other;
  }
}

function isComparison(unit: number): boolean {
  return unit === 0x3d || unit === 0x3c || unit === 0x3e;
}

/** `--` begins a comment, except where it stands in a word or before a number, as in prose and in arithmetic. */
function isLineComment(units: Uint16Array, at: number): boolean {
  const after = units[at + 2] as number;
  if (isDigit(after)) return false;
  return !(isNameStart(after) && at > 0 && isNameStart(units[at - 1] as number));
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** A quoted text with doubled or escaped quotes; up to the end when it is not closed. */
function string(text: string, units: Uint16Array, quote: number, mark: number, tokens: Tokens, start: number): number {
  const character = String.fromCharCode(mark);
  let close = text.indexOf(character, quote + 1);
  while (close >= 0 && (units[close - 1] === 0x5c || units[close + 1] === mark)) {
    if (units[close - 1] === 0x5c && units[close - 2] === 0x5c) break;
    close = text.indexOf(character, close + (units[close + 1] === mark && units[close - 1] !== 0x5c ? 2 : 1));
  }
  const end = close < 0 ? text.length : close + 1;
  push(tokens, close < 0 ? kinds.openString : kinds.string, mark, start, end);
  return end;
}

/** `or1=1`, behind a number: a logical word and a comparison. */
const gluedComparison = /^(?:or|and)\d{1,8}\s?[=<>]/;
const gluedWords = /^(?:union|select|from|having|where)\b/;

function number(units: Uint16Array, length: number, folded: string, start: number, tokens: Tokens): number {
  let at = start;
  if (units[at] === 0x30 && ((units[at + 1] as number) | 32) === 0x78) {
    at += 2;
    while (isHex(units[at] as number)) at += 1;
    push(tokens, kinds.number, Math.min(255, at - start - 2), start, at);
    if (at - start >= 10) tokens.telling = true;
    return at;
  }
  while (isDigit(units[at] as number) || units[at] === 0x2e) at += 1;
  const exponent = (units[at] as number) | 32;
  if (
    exponent === 0x65 &&
    (isDigit(units[at + 1] as number) || (isPlusOrMinus(units[at + 1] as number) && isDigit(units[at + 2] as number)))
  ) {
    at += 2;
    while (isDigit(units[at] as number)) at += 1;
  }
  // `1or 1=1` is a number and a word; `12abc` is a word of prose; `1e0union`.
  if (isNameStart(units[at] as number)) {
    const end = skipName(units, at, length);
    const looked = Math.min(end - at, 16);
    // MySQL and Oracle read `1dunion`, `1.e3union` as a number with its suffix and a word.
    const first = folded.charCodeAt(at);
    if (first >= 0x64 && first <= 0x66 && isLetter(units[at + 1] as number) && gluedWords.test(folded.slice(at + 1, at + 12))) {
      push(tokens, kinds.number, 0, start, at + 1);
      return at + 1;
    }
    if (
      (first === 0x6f || first === 0x61) &&
      isDigit(units[first === 0x6f ? at + 2 : at + 3] as number) &&
      gluedComparison.test(folded.slice(at, at + 16))
    ) {
      push(tokens, kinds.number, 0, start, at);
      const word = first === 0x6f ? at + 2 : at + 3;
      push(tokens, kinds.word, wordKinds.logical, at, word);
      tokens.words |= 1 << wordKinds.logical;
      return word;
    }
    if (!mayBeSqlWord(first, folded.charCodeAt(at + looked - 1), looked) || !sqlWords.has(folded.slice(at, at + looked))) {
      push(tokens, kinds.name, 0, start, end);
      return end;
    }
  }
  push(tokens, kinds.number, 0, start, at);
  return at;
}

function isPlusOrMinus(unit: number): boolean {
  return unit === 0x2b || unit === 0x2d;
}

function isHex(unit: number): boolean {
  const lower = unit | 32;
  return isDigit(unit) || (lower >= 0x61 && lower <= 0x66);
}

/** Spaces outside ASCII, and what a decoder puts where it could not read. */
function isOtherSpace(unit: number): boolean {
  return (
    unit === 0xa0 ||
    unit === 0x85 ||
    unit === 0x3000 ||
    unit === 0xfffd ||
    unit === 0xfeff ||
    (unit >= 0x2000 && unit <= 0x200f) ||
    unit === 0x2028 ||
    unit === 0x2029
  );
}

function isNameStart(unit: number): boolean {
  return (
    isLetter(unit) ||
    unit === 0x5f ||
    (unit > 0x7f && unit !== 0x2013 && unit !== 0x2014 && unit !== 0xa0 && unit !== 0x3000 && unit !== 0xfffd)
  );
}

function skipName(units: Uint16Array, start: number, length: number): number {
  let at = start;
  while (at < length) {
    const unit = units[at] as number;
    if (unit < 128 ? (sorts[unit] as number) < sortOf.name && unit !== 0x24 : !isNameStart(unit)) break;
    at += 1;
  }
  return at;
}
