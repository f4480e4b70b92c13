import { isLetter, isSpace } from '../text/characters.ts';
import { unitsOf } from '../text/units.ts';

/** Receives the parts of a tag as they are read. */
export interface TagVisitor {
  /** Begins a tag; false to leave its attributes unread. `name` is lower case, without namespace and control characters. */
  tag(name: string, closing: boolean, start: number): boolean;
  attribute(name: string, valueStart: number, valueEnd: number, start: number): void;
  /** The tag's end: position after `>`, or where it broke off. */
  end(position: number, odd: boolean): void;
}

const stepsOfTag = 150;
const longestName = 40;
const maxAttributes = 128;
/** Longest distance in which a value without quotes, or a tag, is followed. */
const farthest = 16_384;

/**
 * Reads tags as lax browsers do, at every `<` of a text, also inside of quoted values, where a mutation may set them free. A tag ends at `>`,
 * at the next `<` outside of quotes or at the text's end. Linear: the end of a quote is looked up once.
 */
export function readTags(text: string, visitor: TagVisitor, spend: (steps: number) => boolean): void {
  /** Next position of each quote, known up to a position. */
  const nextQuote = { '"': -1, "'": -1, '`': -1 };
  const find = (quote: keyof typeof nextQuote, from: number): number => {
    if (nextQuote[quote] < from) {
      const found = text.indexOf(quote, from);
      nextQuote[quote] = found < 0 ? text.length : found;
    }
    return nextQuote[quote];
  };

  const { length } = text;
  for (let open = text.indexOf('<'); open >= 0; open = text.indexOf('<', open + 1)) {
    let units = unitsOf(text);
    let at = open + 1;
    while (at < length && at - open < 8 && (isSpace(units[at] as number) || units[at] === 0)) at += 1;
    const closing = units[at] === 0x2f;
    if (closing) at += 1;
    while (isSpace(units[at] as number) && at - open < 16) at += 1;
    if (!isLetter(units[at] as number)) continue;
    const nameStart = at;
    while (at < length && at - nameStart < longestName && isNameUnit(units[at] as number)) at += 1;
    const name = bareName(text.slice(nameStart, at));
    // `a < b`: only a few readers forgive a space here, and then for what attackers need.
    if (nameStart > open + 2 && !closing && name !== 'script') continue;
    if (!visitor.tag(name, closing, open)) continue;
    const first = units[at] as number;
    let odd = !(at >= length || isSpace(first) || first === 0x3e || (first === 0x2f && units[at + 1] === 0x3e));
    const limit = Math.min(length, open + farthest);
    let attributes = 0;
    /** Characters that were passed over with a quote's known end. */
    let jumped = 0;
    while (at < limit && attributes < maxAttributes) {
      const unit = units[at] as number;
      if (unit === 0x3e || unit === 0x3c) break;
      if (isSpace(unit) || unit === 0x2f || unit <= 0x20) {
        at += 1;
        continue;
      }
      // An attribute's name: up to =, a space, / or the tag's end.
      const start = at;
      at += 1;
      while (at < limit && !endsAttributeName(units[at] as number)) at += 1;
      const attribute = text.slice(start, Math.min(at, start + 80));
      while (at < limit && isSpace(units[at] as number)) at += 1;
      let valueStart = at;
      let valueEnd = at;
      if (units[at] === 0x3d) {
        at += 1;
        while (at < limit && (units[at] as number) <= 0x20) at += 1;
        const quote = units[at];
        if (at < length && (quote === 0x22 || quote === 0x27 || quote === 0x60)) {
          valueStart = at + 1;
          valueEnd = find(quote === 0x22 ? '"' : quote === 0x27 ? "'" : '`', at + 1);
          jumped += valueEnd - at;
          at = valueEnd + 1;
          const after = units[at] as number;
          if (!(at >= length || isSpace(after) || after === 0x3e || after === 0x2f)) odd = true;
        } else {
          valueStart = at;
          while (at < limit && !endsBareValue(units[at] as number)) at += 1;
          valueEnd = at;
        }
      }
      attributes += 1;
      visitor.attribute(attribute, valueStart, valueEnd, start);
      units = unitsOf(text);
    }
    visitor.end(Math.min(length, units[at] === 0x3e ? at + 1 : at), odd);
    if (!spend(stepsOfTag + (at - open - jumped) * 4)) return;
  }
}

function isNameUnit(unit: number): boolean {
  return isLetter(unit) || (unit >= 0x30 && unit <= 0x3a) || unit === 0x2d || unit === 0x5f || unit === 0;
}

function bareName(name: string): string {
  const bare = name.slice(name.lastIndexOf(':') + 1).toLowerCase();
  return bare.includes('\0') ? bare.replaceAll('\0', '') : bare;
}

/** Browsers take `<` into a bare value; it is read as the next tag as well, so that nothing is lost. */
function endsBareValue(unit: number): boolean {
  return unit === 0x3e || unit === 0x3c || isSpace(unit);
}

function endsAttributeName(unit: number): boolean {
  return unit === 0x3d || unit === 0x3e || unit === 0x2f || unit === 0x3c || isSpace(unit);
}
