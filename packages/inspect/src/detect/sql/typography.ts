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

/** A text that is otherwise Latin has typographic quotes where a word processor put them. Offsets stay. */
export function typographic(written: string): string {
  const text = written.includes('[') && statement.test(written) ? written.replace(bracketed, ' $1 ') : written;
  if (!typographicQuote.test(text) || wide.test(text)) return text;
  return text.replace(/[\u00b4\u2018\u2019\u2032]/g, "'").replace(/[\u201c\u201d\u2033]/g, '"');
}

const condition = /^\s{0,4}\){0,8}\s{0,4}(?:x?or|and|union|having|order by|group by|waitfor|procedure)[\s('"]/i;
const closers = /[\w\u00c0-\u024f\ufffd%)\]*\\.;!?$>#-]/;

/** Whether a quote stands at the start or directly behind a value, where it could end one. */
export function closesValue(text: string, quote: number): boolean {
  // Backticks come in pairs around code in Markdown.
  if (text.charCodeAt(quote) === 0x60 && text.split('`', 1_000).length % 2 === 1) return false;
  // Letters that mark a kind of string in code: b'…', r'…', f"…".
  if (quote > 1 && /[\s(=,[{:]/.test(text.charAt(quote - 2)) && /[bruf]/i.test(text.charAt(quote - 1))) return false;
  if (closers.test(text.charAt(quote - 1)) || text.slice(Math.max(0, quote - 64), quote).trim() === '') return true;
  // Elsewhere it opens, except where nothing closes it or the next word goes on with a condition.
  if (text.charCodeAt(quote - 1) === 0x20 && text.indexOf(text.charAt(quote), quote + 1) < 0) return true;
  return condition.test(text.slice(quote + 1, quote + 32));
}
