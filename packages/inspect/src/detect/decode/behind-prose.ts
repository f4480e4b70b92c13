import { isSpace } from '../text/characters.ts';

const shortest = 4;
const wide = 0x2e80;
/** One piece in backticks, perhaps an item of a list. */
const shown = /^(?:[-*>]\s{1,4})?`[^`]+`$/;
/** An option or an address in backticks that a title cuts off. */
const cutOption = /^`(?:-{1,2}[\w-]{0,40}|https?:\/\/[\w.:/-]{0,60})$/;
/** The end of an element in which a page shows code. */
const shownEnd = /<\/(?:pre|code)>(?:<\/\w{1,12}>){0,4}$/;

/**
 * What stands in the last line behind the last character of wide script, where an attack follows a sentence in Chinese; null where there is no such
 * sentence, or nothing but a few characters behind it. Several lines are a program that somebody shows, as is what backticks enclose.
 */
export function behindProse(text: string): string | null {
  let start = text.length;
  let filled = false;
  let broken = false;
  for (; start > 0; start -= 1) {
    const unit = text.charCodeAt(start - 1);
    if (unit >= wide) break;
    if (!isSpace(unit)) {
      // Several lines.
      if (broken) return null;
      filled = true;
    } else if (unit === 0x0a && filled) broken = true;
  }
  if (start === 0) return null;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  if (end - start < shortest) return null;
  const tail = text.slice(start, end);
  if (shown.test(tail) || cutOption.test(tail)) return null;
  return text.charCodeAt(0) === 0x3c && shownEnd.test(tail.slice(-100)) ? null : tail;
}
