import { mayLook, type Place } from '../cursor.ts';

export interface Tag {
  /** Lower case, without its prefix. */
  readonly name: string;
  readonly at: number;
  /** Small, without prefix, with the value as it stands. */
  readonly attributes: readonly (readonly [string, string])[];
}

const maxAttributes = 2_000;
const nameUnit = /[^\s/>=<"']/;

/**
 * Hands over the tags of a text. A tag in whose values another begins is read again from within, as a lax reader would. Linear: every attribute is a
 * look, of which there are so many; the end of a quote is found once.
 */
export function readFileTags(text: string, place: Place, xml: boolean, see: (tag: Tag) => void): void {
  const quotes = { '"': -1, "'": -1 };
  const closing = (quote: '"' | "'", from: number): number => {
    if (quotes[quote] < from) {
      const found = text.indexOf(quote, from);
      quotes[quote] = found < 0 ? text.length : found;
    }
    return quotes[quote];
  };
  let noComment = false;
  for (let open = text.indexOf('<'); open >= 0; ) {
    let next = open + 1;
    if (xml && text.charCodeAt(open + 1) === 0x21) {
      const end = noComment ? -1 : skipped(text, open);
      if (end === -1) noComment = true;
      else if (end > 0) next = end;
    } else if (isNameStart(text.charCodeAt(open + 1))) {
      if (!mayLook(place)) return;
      const read = readTag(text, open, closing, place);
      if (read === null) return;
      see(read.tag);
      next = read.holdsOther ? open + 1 : read.end;
    }
    open = text.indexOf('<', next);
  }
}

/** End of a comment or of character data of XML; 0 where the text is read on, -1 where it has no end. */
function skipped(text: string, open: number): number {
  if (text.startsWith('<!--', open)) {
    // Here readers of pages end a comment at once.
    if (text[open + 4] === '>' || text.startsWith('->', open + 4)) return 0;
    const end = text.indexOf('-->', open + 4);
    if (end < 0) return -1;
    const early = text.indexOf('--!>', open + 4);
    return early >= 0 && early < end ? 0 : end + 3;
  }
  if (!text.startsWith('<![CDATA[', open)) return 0;
  const end = text.indexOf(']]>', open + 9);
  if (end < 0) return -1;
  // Put into a page as it is, it would be markup.
  const other = text.indexOf('<', open + 9);
  return other >= 0 && other < end ? 0 : end + 3;
}

function readTag(
  text: string,
  open: number,
  closing: (quote: '"' | "'", from: number) => number,
  place: Place,
): { readonly tag: Tag; readonly end: number; readonly holdsOther: boolean } | null {
  let at = open + 1;
  while (at < text.length && at - open < 120 && nameUnit.test(text[at] as string)) at += 1;
  const name = bare(text.slice(open + 1, at));
  const attributes: (readonly [string, string])[] = [];
  let holdsOther = false;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit === 0x3e) {
      at += 1;
      break;
    }
    if (unit === 0x3c) break;
    if (unit <= 0x20 || unit === 0x2f || unit === 0x3d || unit === 0x22 || unit === 0x27) {
      at += 1;
      continue;
    }
    if (attributes.length >= maxAttributes || !mayLook(place)) return null;
    const start = at;
    while (at < text.length && nameUnit.test(text[at] as string)) at += 1;
    const attribute = bare(text.slice(start, Math.min(at, start + 120)));
    while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
    let value = '';
    if (text.charCodeAt(at) === 0x3d) {
      at += 1;
      while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
      const quote = text[at];
      if (quote === '"' || quote === "'") {
        const end = closing(quote, at + 1);
        value = text.slice(at + 1, end);
        if (value.length > 0 && value.includes('<')) holdsOther = true;
        at = Math.min(text.length, end + 1);
      } else {
        const begin = at;
        while (at < text.length && !/[\s>]/.test(text[at] as string)) at += 1;
        value = text.slice(begin, at);
        if (value.includes('<')) holdsOther = true;
      }
    }
    attributes.push([attribute, value]);
  }
  return { tag: { name, at: open, attributes }, end: Math.max(at, open + 1), holdsOther };
}

const isNameStart = (unit: number): boolean => (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a) || unit === 0x5f;

function bare(name: string): string {
  const small = name.toLowerCase();
  const colon = small.lastIndexOf(':');
  return colon < 0 ? small : small.slice(colon + 1);
}
