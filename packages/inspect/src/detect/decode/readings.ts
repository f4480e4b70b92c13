import { characterBits } from '../prefilter.ts';
import { decodeWrapped } from './base64.ts';
import { decodeEntities } from './entities.ts';
import { decodeEscapes } from './escapes.ts';
import { foldWidth } from './fold.ts';
import { decodePercent, withoutStrayPercent } from './percent.ts';
import { withoutShownMarks } from './shown-code.ts';

const decodable = characterBits.percent | characterBits.ampersand | characterBits.backslash | characterBits.foldable;
const mixed = characterBits.upper | characterBits.lower;
const shortestWrapped = 12;
const longestSpaced = 4_096;
const spacedWords = /['")\d;*]\+?(?:and|or|union|select|like|order)\+/i;
/** Words that would make a text in Base64 of a query. */
const joinedWords = /\+union\+(?:all\+)?select\+/i;
const longestJoined = 256;

/** Whether a text with these characters may stand for another. False for nearly all values, which then cost no more. */
export function mayDecode(text: string, mask: number): boolean {
  return (mask & decodable) !== 0 || mayBeWrapped(text, mask) || mayBeSpaced(text, mask) || text.startsWith('data:');
}

/** One layer of all textual encodings at once, in the order in which they are put around each other. */
export function decodeLayer(text: string, mask: number): string {
  let decoded = text;
  if ((mask & (characterBits.percent | characterBits.plus)) !== 0)
    decoded = decodePercent(withoutStrayPercent(decoded), mayBeSpaced(decoded, mask));
  if ((mask & characterBits.ampersand) !== 0) decoded = decodeEntities(withoutShownMarks(decoded));
  if ((mask & characterBits.backslash) !== 0) decoded = decodeEscapes(decoded);
  return (mask & characterBits.foldable) === 0 ? decoded : foldWidth(decoded);
}

/** The text in base64 or hexadecimal, or null. */
export function unwrap(text: string, mask: number): string | null {
  return mayBeWrapped(text, mask) || text.startsWith('data:') ? decodeWrapped(text) : null;
}

/** Base64 of a text has letters of both cases; hexadecimal has digits. A word or a number is neither. */
function mayBeWrapped(text: string, mask: number): boolean {
  if (text.length < shortestWrapped || (mask & characterBits.notBase64) !== 0) return false;
  return (mask & mixed) === mixed || (mask & characterBits.digit) !== 0;
}

/** Words joined by `+`, as in a query that was not decoded. */
function mayBeSpaced(text: string, mask: number): boolean {
  if ((mask & characterBits.plus) === 0) return false;
  if ((mask & characterBits.notBase64) === 0) return text.length <= longestJoined && joinedWords.test(text);
  return (mask & characterBits.space) === 0 || (text.length < longestSpaced && spacedWords.test(text));
}
