import { hexDigit } from './percent.ts';

/** Named character references that stand for marks of a language. The first four also count without their semicolon, as in HTML. */
const named: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['tab', '\t'],
  ['newline', '\n'],
  ['colon', ':'],
  ['semi', ';'],
  ['lpar', '('],
  ['rpar', ')'],
  ['sol', '/'],
  ['bsol', '\\'],
  ['grave', '`'],
  ['diacriticalgrave', '`'],
  ['lbrace', '{'],
  ['lcub', '{'],
  ['rbrace', '}'],
  ['rcub', '}'],
  ['lbrack', '['],
  ['lsqb', '['],
  ['rbrack', ']'],
  ['rsqb', ']'],
  ['comma', ','],
  ['period', '.'],
  ['equals', '='],
  ['excl', '!'],
  ['num', '#'],
  ['dollar', '$'],
  ['percnt', '%'],
  ['quest', '?'],
  ['commat', '@'],
  ['lowbar', '_'],
  ['plus', '+'],
  ['ast', '*'],
  ['vert', '|'],
  ['verbar', '|'],
  ['zerowidthspace', ''],
]);
const withoutSemicolon: ReadonlySet<string> = new Set(['lt', 'gt', 'amp', 'quot', 'nbsp']);
const longestName = 16;
const highest = 0x10ffff;

/** Decodes HTML character references as browsers do, decimal and hexadecimal also without semicolon. The same text when there is none. */
export function decodeEntities(text: string): string {
  let ampersand = text.indexOf('&');
  if (ampersand < 0) return text;
  let out = '';
  let from = 0;
  while (ampersand >= 0) {
    const end = text.charCodeAt(ampersand + 1) === 0x23 ? numeric(text, ampersand + 2) : name(text, ampersand + 1);
    if (end > 0) {
      out += text.slice(from, ampersand) + decoded;
      from = end;
    }
    ampersand = text.indexOf('&', Math.max(ampersand + 1, from));
  }
  return from === 0 ? text : out + text.slice(from);
}

/** What the last reference stands for. Kept here so that no object is made for each. */
let decoded = '';

function numeric(text: string, start: number): number {
  const hexadecimal = (text.charCodeAt(start) | 32) === 0x78;
  const base = hexadecimal ? 16 : 10;
  let at = hexadecimal ? start + 1 : start;
  const first = at;
  let code = 0;
  for (; at < text.length; at += 1) {
    const digit = hexDigit(text.charCodeAt(at));
    if (digit < 0 || digit >= base) break;
    code = Math.min(code * base + digit, highest + 1);
  }
  if (at === first || code > highest) return -1;
  decoded = String.fromCodePoint(code);
  return text.charCodeAt(at) === 0x3b ? at + 1 : at;
}

function name(text: string, start: number): number {
  let at = start;
  while (at < text.length && at - start <= longestName && isLetter(text.charCodeAt(at))) at += 1;
  if (at - start < 2) return -1;
  const found = text.slice(start, at).toLowerCase();
  if (text.charCodeAt(at) === 0x3b) {
    const value = named.get(found);
    if (value === undefined) return -1;
    decoded = value;
    return at + 1;
  }
  for (let length = Math.min(found.length, 4); length >= 2; length -= 1) {
    const prefix = found.slice(0, length);
    if (withoutSemicolon.has(prefix)) {
      decoded = named.get(prefix) ?? '';
      return start + length;
    }
  }
  return -1;
}

function isLetter(unit: number): boolean {
  const lower = unit | 32;
  return lower >= 0x61 && lower <= 0x7a;
}
