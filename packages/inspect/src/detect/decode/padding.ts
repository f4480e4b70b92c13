const longTexts = 1_024;
const run = 128;
/** A run of the length above covers one whole block of this size, wherever it begins: only blocks are looked at. */
const block = 64;

/**
 * A long text without its runs of one repeated character, which serve to push an attack beyond what is looked at. The same text when there
 * are none.
 */
export function withoutPadding(text: string): string {
  if (text.length < longTexts) return text;
  let out = '';
  let from = 0;
  for (let at = 0; at + block <= text.length; at += block) {
    const unit = text.charCodeAt(at);
    if (text.charCodeAt(at + block - 1) !== unit || text.charCodeAt(at + block / 2) !== unit) continue;
    let end = at + 1;
    while (end < text.length && text.charCodeAt(end) === unit) end += 1;
    if (end < at + block) continue;
    let start = at;
    while (start > from && text.charCodeAt(start - 1) === unit) start -= 1;
    if (end - start >= run) {
      out += text.slice(from, start);
      from = end;
    }
    // On with the block in which the run ends: the loop adds one.
    at = Math.max(at, Math.floor(end / block) * block - block);
  }
  return from === 0 && out === '' ? text : out + text.slice(from);
}
