import type { Subject } from '../model.ts';
import { characterBits } from '../prefilter.ts';
import { longestCut } from './breakouts.ts';
import { kinds, type Tokens } from './tokens.ts';
import { comparingKinds, holdsShortWord, tellingKinds } from './words.ts';

/** Characters of what may say something wherever it stands. Texts that hold none of them, nor a word that does, need no reading as a rule. */
const speaking = characterBits.open | characterBits.at | characterBits.foldable;
/** By ASCII character: 1 where a token begins with it that says something right behind a quote. */
const signs = Uint8Array.from({ length: 128 }, (_, code) => ('+-*/%^&|~=<>!#@?;'.includes(String.fromCharCode(code)) ? 1 : 0));

/** Whether a text may say something outside of quotes, or anywhere behind one. */
export function maySpeak({ passes }: Subject, text: string, folded: string, marks: number): boolean {
  return (
    (passes & 2) !== 0 ||
    (marks & speaking) !== 0 ||
    // Its small form is a letter of words that would else not have been found.
    ((marks & characterBits.wide) !== 0 && text.includes('\u0130')) ||
    ((passes & 4) !== 0 && holdsShortWord(folded))
  );
}

/** Whether a short comment may end the text: one of a single sign, as the longer ones speak for themselves. */
export function endsInComment(text: string, marks: number): boolean {
  if ((marks & characterBits.hash) !== 0 && cutsOff(text, '#')) return true;
  // Dashes that typography makes of two hyphens.
  return (marks & characterBits.wide) !== 0 && (cutsOff(text, '\u2013') || cutsOff(text, '\u2014'));
}

function cutsOff(text: string, sign: string): boolean {
  const at = text.lastIndexOf(sign);
  if (at < 0) return false;
  const end = text.indexOf('\n', at);
  return (end < 0 ? text.length : end) - at <= longestCut;
}

/** The same for the quotes of a text, one after the other. */
export function mayTellBehindAny(text: string, quotes: readonly string[]): boolean {
  for (const quote of quotes)
    for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) if (mayTellBehind(text, at + 1)) return true;
  return false;
}

/** Whether what stands behind a quote may say anything there, in a text that does not speak elsewhere. */
export function mayTellBehind(text: string, from: number): boolean {
  let at = from;
  let unit = text.charCodeAt(at);
  while (unit <= 0x20 || unit === 0x29) {
    at += 1;
    unit = text.charCodeAt(at);
  }
  if (unit < 128) return signs[unit] === 1;
  // White space beyond ASCII, dashes and what could not be read; letters of wide script begin a name.
  return unit < 0x2e80 || unit === 0x3000 || unit >= 0xfe00;
}

const bitsOf = (some: Iterable<number>): number => [...some].reduce((bits, kind) => bits | (1 << kind), 0);
const tellingWords = bitsOf(tellingKinds);
const comparingWords = bitsOf(comparingKinds);
/** What says something right behind a quote. */
const tellingBehindQuote = bitsOf([kinds.comment, kinds.arithmetic, kinds.comparison, kinds.logicalSign]);

/** Whether anything may be found in the tokens of a text that was read outside of quotes or inside of one. False for nearly all honest texts. */
export function mayTell(tokens: Tokens, quote: number): boolean {
  const { kind, value, start, end, count, seen, words, telling, glued, versioned } = tokens;
  if (telling || (words & tellingWords) !== 0 || glued > 1 || versioned > 0) return true;
  if (quote === 0) {
    const last = count - 1;
    if (last > 0 && kind[last] === kinds.comment && (end[last] as number) - (start[last] as number) <= longestCut) return true;
    return kind[0] === kinds.open && ((seen & (1 << kinds.comparison)) !== 0 || (words & comparingWords) !== 0);
  }
  if ((seen & (1 << kinds.semicolon)) !== 0) return true;
  let lead = 0;
  while (lead < count && kind[lead] === kinds.close) lead += 1;
  if (lead >= count) return false;
  const first = kind[lead] as number;
  return (
    ((1 << first) & tellingBehindQuote) !== 0 || (first === kinds.word && ((1 << (value[lead] as number)) & comparingWords) !== 0)
  );
}
