const longTexts = 1_024;
const run = 128;

/**
 * A long text without its runs of one repeated character, which serve to push an attack beyond what is looked at. The same text when there
 * are none.
 */
export function withoutPadding(text: string): string {
  if (text.length < longTexts) return text;
  let out = '';
  let from = 0;
  let start = 0;
  for (let at = 1; at <= text.length; at += 1) {
    if (at < text.length && text.charCodeAt(at) === text.charCodeAt(start)) continue;
    if (at - start >= run) {
      out += text.slice(from, start);
      from = at;
    }
    start = at;
  }
  return from === 0 ? text : out + text.slice(from);
}
