import { isFoldable } from '../prefilter.ts';

/** Code points outside the full-width block that fold to a mark. */
const marks: ReadonlyMap<number, string> = new Map([
  // Long s and the Kelvin sign are letters of ASCII in the other case.
  [0x17f, 's'],
  [0x212a, 'K'],
  // Nobody sees these; they serve to part a word.
  [0xad, ''],
  [0x200b, ''],
  [0x200c, ''],
  [0x200d, ''],
  [0x2060, ''],
  [0x2b9, "'"],
  [0x2bc, "'"],
  [0x2215, '/'],
  [0x2216, '\\'],
  [0xfe64, '<'],
  [0xfe65, '>'],
  [0xfe66, '='],
  [0xfe68, '\\'],
  [0xfe69, '$'],
  [0xfe6a, '%'],
  [0xfe6b, '@'],
]);

/** The ASCII letter or digit that a letter of mathematics at `at` is another form of; empty where it is none. */
function plainLetter(text: string, at: number): string {
  const plain = text.slice(at, at + 2).normalize('NFKC');
  return plain.length === 1 && plain <= 'z' ? plain : '';
}

/** A text longer than this is folded only where it is suspicious: an article would else change with every comma. */
const longText = 8_192;
/** Characters around a suspicious one in which punctuation is folded too. */
const surroundings = 256;

/**
 * Folds full-width forms and look-alikes to ASCII, as compatibility normalisation and old code pages do; Chinese punctuation of a long text only near
 * something else that folds.
 */
export function foldWidth(text: string): string {
  const isLong = text.length > longText;
  let last = Number.NEGATIVE_INFINITY;
  let next = -1;
  let out = '';
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x2b9 && unit !== 0x17f && unit !== 0xad) continue;
    const mathematical = unit === 0xd835 ? plainLetter(text, at) : '';
    const folded =
      mathematical !== ''
        ? mathematical
        : unit >= 0xff01 && unit <= 0xff5e
          ? String.fromCharCode(unit - 0xfee0)
          : marks.get(unit);
    if (folded === undefined) continue;
    if (isLong) {
      if (isFoldable(unit)) last = at;
      else if (at - last > surroundings) {
        if (next < at) for (next = at + 1; next < text.length && !isFoldable(text.charCodeAt(next)); ) next += 1;
        if (next - at > surroundings) continue;
      }
    }
    out += text.slice(from, at) + folded;
    from = mathematical === '' ? at + 1 : at + 2;
  }
  return from === 0 ? text : out + text.slice(from);
}
