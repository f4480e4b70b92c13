import { isLetter } from '../text/characters.ts';

/** Longest expression between marks. */
export const longest = 600;
/** Expressions that do not close where they are balanced and are still looked through one by one. */
const patience = 8;

const quotation = 0x22;
const apostrophe = 0x27;
const lineFeed = 0x0a;

/**
 * Finds where expressions of a text end: at the first `close` from `from` on that is not in quotes and closes nothing that was opened since; else at the
 * first `close` at all; -1 when there is none within {@link longest}. Time is linear in the text however many expressions begin in it.
 */
export function createClosings(text: string): (from: number, close: string) => number {
  const firsts = new Map<string, { from: number; at: number }>();
  const tables = new Map<string, Int32Array>();
  let lost = 0;

  /** The first `close` from `from` on; what lies between the last place asked for and it has been looked at. */
  const firstOf = (from: number, close: string): number => {
    const known = firsts.get(close);
    if (known === undefined || from < known.from || (known.at >= 0 && known.at < from)) {
      const at = text.indexOf(close, from);
      firsts.set(close, { from, at });
      return at;
    }
    return known.at;
  };

  return (from, close) => {
    const limit = Math.min(text.length, from + longest);
    const first = firstOf(from, close);
    if (first < 0 || first >= limit) return -1;
    let table = tables.get(close);
    if (table === undefined && lost >= patience) {
      table = balancedClosings(text, close);
      tables.set(close, table);
    }
    const at = table === undefined ? balancedClosing(text, from, limit, close) : (table[from] ?? -1);
    if (at >= 0 && at < limit) return at;
    lost += 1;
    return first;
  };
}

/** What opens what this character closes. A closing bracket counts parentheses: brackets stand in many expressions without a second one. */
const openerOf = (close: string): number => (close.length > 1 ? -1 : close === '}' ? 0x7b : 0x28);

/** The balanced closing of one expression, by looking through it. */
export function balancedClosing(text: string, from: number, limit: number, close: string): number {
  const first = close.charCodeAt(0);
  const opener = openerOf(close);
  let depth = 0;
  let quote = 0;
  for (let at = from; at < limit; at += 1) {
    const code = text.charCodeAt(at);
    if (quote !== 0) {
      if (code === quote || code === lineFeed) quote = 0;
    } else if (opensQuote(text, at, code)) quote = code;
    else if (code === first && text.startsWith(close, at)) {
      if (depth === 0) return at;
      depth -= 1;
    } else if (code === opener) depth += 1;
  }
  return -1;
}

/** The balanced closings of expressions that begin at every place of a text, from its end: what a place opens closes where the place after it does. */
export function balancedClosings(text: string, close: string): Int32Array {
  const closings = new Int32Array(text.length + 1).fill(-1);
  const closingFrom = (at: number): number => closings[at] ?? -1;
  const first = close.charCodeAt(0);
  const opener = openerOf(close);
  let quotationAt = -1;
  let apostropheAt = -1;
  let lineFeedAt = -1;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const code = text.charCodeAt(at);
    let closing: number;
    if (opensQuote(text, at, code)) {
      const same = code === quotation ? quotationAt : apostropheAt;
      const end = same < 0 || (lineFeedAt >= 0 && lineFeedAt < same) ? lineFeedAt : same;
      closing = end < 0 ? -1 : closingFrom(end + 1);
    } else if (code === first && text.startsWith(close, at)) closing = at;
    else if (code === opener) {
      const inner = closingFrom(at + 1);
      closing = inner < 0 ? -1 : closingFrom(inner + 1);
    } else closing = closingFrom(at + 1);
    closings[at] = closing;
    if (code === quotation) quotationAt = at;
    else if (code === apostrophe) apostropheAt = at;
    else if (code === lineFeed) lineFeedAt = at;
  }
  return closings;
}

/** An apostrophe behind a letter is one of a word. */
function opensQuote(text: string, at: number, code: number): boolean {
  return code === quotation || (code === apostrophe && !isLetter(text.charCodeAt(at - 1)));
}
