/** By element, what closes it. */
const closings: ReadonlyMap<string, RegExp> = new Map(
  ['pre', 'code', 'samp', 'kbd'].map((name) => [name, new RegExp(`</${name}`, 'gi')]),
);

function closingOf(text: string, name: string, from: number): number {
  const closing = closings.get(name) as RegExp;
  closing.lastIndex = from;
  return closing.exec(text)?.index ?? -1;
}

const elements = ['pre', 'code', 'samp', 'kbd'] as const;
const opening = /<(pre|code|samp|kbd)(?=[\s>])/gi;
/** A reference to an angle bracket or a quote, or a tag, within which references are an attribute's and stay. */
const piece = /<[/a-z][^>]*>?|&(?:[lg]t|quot|apos|#0{0,6}(?:6[02]|34|39)|#x0{0,6}(?:3[ce]|2[27]))(?![\da-f]);?/gi;
/** In place of a reference: no mark of any language, and no space, behind which a command could begin. */
const shown = '\u00b7';

/**
 * Rich text whose code examples have a dot for each escaped angle bracket and quote. What is escaped inside of `pre` and `code` is text for readers: once
 * decoded it would be taken for markup of the page. Tags that really stand there are left, with their attributes; so is an element that nothing
 * closes. The same text where there is no such example.
 */
export function withoutShownMarks(text: string): string {
  if (!text.includes('</') || !text.includes('&')) return text;
  const lost = new Set<string>();
  let out = '';
  let from = 0;
  opening.lastIndex = 0;
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const name = (found[1] as string).toLowerCase();
    if (lost.has(name)) continue;
    const start = text.indexOf('>', found.index);
    const close = start < 0 ? -1 : closingOf(text, name, start);
    if (close < 0) {
      lost.add(name);
      if (lost.size === elements.length) break;
      continue;
    }
    const code = text.slice(start, close);
    out += text.slice(from, start);
    out += code.includes('&') ? code.replace(piece, (match) => (match.startsWith('&') ? shown : match)) : code;
    from = close;
    opening.lastIndex = close;
  }
  return from === 0 ? text : out + text.slice(from);
}
