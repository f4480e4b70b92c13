/** What lenient servers take for the ASCII character (best fit of old code pages), by code point. */
const bestFit: ReadonlyMap<number, string> = new Map([
  [0x2215, '/'],
  [0x2044, '/'],
  [0xff0f, '/'],
  [0xefc8, '/'],
  [0xf025, '/'],
  [0x2216, '\\'],
  [0xff3c, '\\'],
  [0xff0e, '.'],
  [0x2024, '.'],
  [0x02b9, "'"],
  [0x02bc, "'"],
  [0x02c8, "'"],
  [0x2032, "'"],
  [0xff07, "'"],
  [0x2329, '<'],
  [0x3008, '<'],
  [0xff1c, '<'],
  [0x3009, '>'],
  [0xff1e, '>'],
]);

/**
 * Decodes percent sequences as the laxest servers do: `%XX` as UTF-8 with overlong forms, `%uXXXX`, bytes that are no UTF-8 as
 * Latin-1. What is no sequence stays. The same text when nothing changes. `plusIsSpace` also turns `+` into a space.
 */
export function decodePercent(text: string, plusIsSpace: boolean): string {
  let percent = text.indexOf('%');
  const spaced = plusIsSpace && text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (percent < 0) return spaced;
  let out = '';
  let from = 0;
  while (percent >= 0) {
    const next = text.charCodeAt(percent + 1) | 32;
    if (next === 0x75 && isHex4(text, percent + 2)) {
      const unit = Number.parseInt(text.slice(percent + 2, percent + 6), 16);
      out +=
        spaced.slice(from, percent) +
        (bestFit.get(unit) ?? String.fromCharCode(unit >= 0xff01 && unit <= 0xff5e ? unit - 0xfee0 : unit));
      from = percent + 6;
    } else {
      const first = byteAt(text, percent);
      if (first >= 0) {
        out += spaced.slice(from, percent);
        from = percent + 3;
        if (first < 0x80) out += String.fromCharCode(first);
        else {
          const length = sequenceLength(first);
          let code = first & (0xff >> (length + 1));
          let seen = 1;
          while (seen < length) {
            const continuation = byteAt(text, from);
            if (continuation < 0 || (continuation & 0xc0) !== 0x80) break;
            code = (code << 6) | (continuation & 0x3f);
            from += 3;
            seen += 1;
          }
          if (seen === length && length > 1 && code <= 0x10ffff) out += bestFit.get(code) ?? String.fromCodePoint(code);
          else if (first !== 0xc0 && first !== 0xc1) {
            // No UTF-8: Latin-1, each byte for itself.
            out += String.fromCharCode(first);
            from = percent + 3;
          }
          // C0 and C1 begin nothing: a lax decoder drops them, and what follows stands for itself.
        }
      }
    }
    percent = text.indexOf('%', Math.max(percent + 1, from));
  }
  return out === '' && from === 0 ? spaced : out + spaced.slice(from);
}

/** `%S%E%L%E%C%T`: old servers drop a percent sign that begins no sequence. */
const strayLetters = /(?:%[^%\s]){6}/;
const stray = /%(?=[^%](?:%|\s|$))/g;
const longestStray = 16_384;

/** The text without percent signs before single characters, where several stand in a row; the same text elsewhere. */
export function withoutStrayPercent(text: string): string {
  return text.length <= longestStray && strayLetters.test(text) ? text.replace(stray, '') : text;
}

function sequenceLength(first: number): number {
  if (first >= 0xf0 && first < 0xf8) return 4;
  if (first >= 0xe0) return first < 0xf0 ? 3 : 1;
  return first >= 0xc0 ? 2 : 1;
}

function byteAt(text: string, at: number): number {
  if (text.charCodeAt(at) !== 0x25) return -1;
  const high = hexDigit(text.charCodeAt(at + 1));
  const low = hexDigit(text.charCodeAt(at + 2));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function isHex4(text: string, at: number): boolean {
  for (let index = at; index < at + 4; index += 1) if (hexDigit(text.charCodeAt(index)) < 0) return false;
  return true;
}

/** Value of a hexadecimal digit; -1 for anything else, and for NaN. */
export function hexDigit(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const lower = unit | 32;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
