import { isSpace } from '../text/characters.ts';

const wide = /[\u0100-\u1fff\u2e80-\uffff]/;
const typographicQuote = /[\u00b4\u2018\u2019\u2032]/;
const eastAsian = /[\u2e80-\u9fff\uff00-\uffef]/;

/** Whether a text holds Chinese, Japanese or Korean, as prose does and SQL rarely. */
export function hasWide(text: string): boolean {
  return eastAsian.test(text);
}

const statement = /\b(?:select|insert|update|delete|drop|exec|from)\b/i;
/** `[sys].[databases]`: names as SQL Server quotes them. */
const bracketed = /\[([a-z_]\w{0,40})\](?=\s{0,2}(?:[.,;)=-]|from\b|where\b|set\b|values\b|order\b|$))/gi;

/** Whether a text holds a quotation mark of typography. */
export function hasTypographicQuote(text: string): boolean {
  return typographicQuote.test(text);
}

/**
 * A text that is otherwise Latin has typographic quotes where a word processor put them. Offsets stay. Whoever knows says that a text holds no
 * brackets or no such quotes.
 */
export function typographic(written: string, brackets = true, quotes = true): string {
  const text = brackets && written.includes('[') && statement.test(written) ? written.replace(bracketed, ' $1 ') : written;
  if (!quotes || !typographicQuote.test(text) || wide.test(text)) return text;
  return text.replace(/[\u00b4\u2018\u2019\u2032]/g, "'").replace(/[\u201c\u201d\u2033]/g, '"');
}

/** Controls that servers take for white space; bytes that are no text hold them too, beside what no decoder could read. */
const controls = /[\x01-\x08\x0e-\x1f]/;
const everyControl = /[\x01-\x08\x0e-\x1f]/g;
const longestSpaced = 2_000;

/** A short value with spaces where it has controls. Offsets stay. Not for whole bodies: records of other forms hold such bytes too. */
export function spaced(written: string): string {
  if (written.length > longestSpaced || !controls.test(written) || written.includes('\ufffd')) return written;
  return written.replace(everyControl, ' ');
}

/** An address that ends in a slash, and nothing else. */
const address = /^\s{0,4}https?:\/\/[^\s'"`<>()]{3,240}\/$/i;
const longestAddress = 250;

/** What a value ends in. */
const closers = /[\w\u00c0-\u024f\ufffd%)\]*\\.;!?$>#-]/;
/** By ASCII character: 1 where one of {@link closers} ends a value. */
const closesBehind = Uint8Array.from({ length: 128 }, (_, code) => (closers.test(String.fromCharCode(code)) ? 1 : 0));
/** What a condition may begin with. */
const beginsCondition = Uint8Array.from({ length: 128 }, (_, code) =>
  'xoauhgwp'.includes(String.fromCharCode(code).toLowerCase()) ? 1 : 0,
);

/** Whether nothing but white space stands in front of a place, or in the 64 characters before it. */
function isBlankBefore(text: string, end: number): boolean {
  for (let at = end - 1; at >= 0 && at >= end - 64; at -= 1) {
    const unit = text.charCodeAt(at);
    if (unit < 128 ? !isSpace(unit) : text.charAt(at).trim() !== '') return false;
  }
  return true;
}

const condition = /^\s{0,4}\){0,8}\s{0,4}(?:x?or|and|union|having|order by|group by|waitfor|procedure)[\s('"]/i;

const quotedAsInManuals = /^[\s>(]`[^\s`']{1,24}'(?![\w'])/;

/** Whether a quote stands at the start or directly behind a value, where it could end one. */
export function closesValue(text: string, quote: number): boolean {
  // Backticks come in pairs around code in Markdown.
  if (text.charCodeAt(quote) === 0x60 && text.split('`', 1_000).length % 2 === 1) return false;
  // `word' as manuals quote: the backtick opens, and an apostrophe closes.
  if (quote > 0 && text.charCodeAt(quote) === 0x60 && quotedAsInManuals.test(text.slice(quote - 1, quote + 32))) return false;
  // Letters that mark a kind of string in code: b'…', r'…', f"…".
  if (quote > 1 && /[\s(=,[{:]/.test(text.charAt(quote - 2)) && /[bruf]/i.test(text.charAt(quote - 1))) return false;
  const before = quote > 0 ? text.charCodeAt(quote - 1) : 0;
  if ((before < 128 ? closesBehind[before] === 1 : closers.test(text.charAt(quote - 1))) || isBlankBefore(text, quote))
    return true;
  // The folder of an address, into which an application puts the value.
  if (before === 0x2f && quote <= longestAddress && address.test(text.slice(0, quote))) return true;
  // Elsewhere it opens, except where nothing closes it or the next word goes on with a condition.
  if (text.charCodeAt(quote - 1) === 0x20 && text.indexOf(text.charAt(quote), quote + 1) < 0) return true;
  let first = quote + 1;
  while (isSpace(text.charCodeAt(first)) || text.charCodeAt(first) === 0x29) first += 1;
  const unit = text.charCodeAt(first);
  return (unit >= 128 || beginsCondition[unit] === 1) && condition.test(text.slice(quote + 1, quote + 32));
}
