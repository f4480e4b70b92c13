import { hasWideScript, isLetter, isSpace, isWordCode, skipSpace } from '../text/characters.ts';
import { unitsOf } from '../text/units.ts';

/** What stands before the first separator: nothing, a value without white space, a command, or a sentence. */
export type Before = 'nothing' | 'value' | 'command' | 'sentence';

/** What stands before `end`, where the first separator is. */
export function kindOf(text: string, end: number): Before {
  const units = unitsOf(text);
  let letters = false;
  let gap = false;
  const from = skipSpace(text, 0);
  let to = end;
  while (to > from && isSpace(units[to - 1] as number)) to -= 1;
  for (let at = from; at < to && !(letters && gap); at += 1) {
    const code = units[at] as number;
    if (isWordCode(code) || code >= 0x80) letters = true;
    else if (isSpace(code)) gap = true;
  }
  if (!letters) return 'nothing';
  // A page begins with an element that its first words are in.
  if (
    text.charCodeAt(from) === 0x3c &&
    isLetter(text.charCodeAt(from + 1)) &&
    (closesElement(text, from, to) || hasWideScript(text, from, to) || opensPage(text, to, end))
  )
    return 'sentence';
  if (gap || text[to - 1] === ':') return 'sentence';
  // Words in Chinese, a space and then a name in backticks.
  if (text.charCodeAt(end) === 0x60 && to < end && hasWideScript(text, from, to)) return 'sentence';
  return hasWideScript(text, from, to) && (to - from > 12 || hasStop(text, from, to)) ? 'sentence' : 'value';
}

/** `<blockquote>` on a line of its own. */
function opensPage(text: string, to: number, end: number): boolean {
  return text.charCodeAt(to - 1) === 0x3e && (text.charCodeAt(end) === 0x0a || text.charCodeAt(end) === 0x0d);
}

/** `<h1>…</h1>`, `<p>…<br/>`: an end tag, or one that needs none, before `to`. */
function closesElement(text: string, from: number, to: number): boolean {
  const close = text.indexOf('</', from);
  const alone = text.indexOf('/>', from);
  return (close > from && close < to) || (alone > from && alone < to);
}

/** Chinese commas, colons and full stops, as sentences have them. */
function hasStop(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if ('，。：？！、；,:'.includes(text[at]!)) return true;
  return false;
}
