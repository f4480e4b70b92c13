import { hexDigit } from './percent.ts';

/** Decodes `\uXXXX`, `\u{X}`, `\xXX` and octal of two or three digits as JavaScript, JSON, shells and C do. The same text when there is none. */
export function decodeEscapes(text: string): string {
  let slash = text.indexOf('\\');
  if (slash < 0) return text;
  let out = '';
  let from = 0;
  while (slash >= 0) {
    const end = escapeAt(text, slash + 1);
    if (end > 0) {
      out += text.slice(from, slash) + String.fromCodePoint(code);
      from = end;
    }
    // A doubled backslash is one that stands for itself, except before `u` and `x`, where a second layer may begin.
    slash = text.indexOf('\\', Math.max(slash + 1, from));
  }
  return from === 0 ? text : out + text.slice(from);
}

let code = 0;

function escapeAt(text: string, at: number): number {
  const kind = text.charCodeAt(at);
  if (kind === 0x75 || kind === 0x55) {
    if (text.charCodeAt(at + 1) === 0x7b) {
      const close = text.slice(at + 2, at + 10).indexOf('}');
      return close < 1 ? -1 : digits(text, at + 2, close, 16) ? at + 3 + close : -1;
    }
    return digits(text, at + 1, 4, 16) ? at + 5 : -1;
  }
  if (kind === 0x78 || kind === 0x58) return digits(text, at + 1, 2, 16) ? at + 3 : -1;
  if (kind >= 0x30 && kind <= 0x33) return digits(text, at, 3, 8) && code >= 0x20 ? at + 3 : -1;
  // Larger ones take two digits, whatever follows.
  if (kind >= 0x34 && kind <= 0x37) return digits(text, at, 2, 8) ? at + 2 : -1;
  return -1;
}

function digits(text: string, at: number, count: number, base: number): boolean {
  code = 0;
  for (let index = at; index < at + count; index += 1) {
    const digit = hexDigit(text.charCodeAt(index));
    if (digit < 0 || digit >= base) return false;
    code = code * base + digit;
  }
  return code <= 0x10ffff;
}
