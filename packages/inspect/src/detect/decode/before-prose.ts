import { isSpace } from '../text/characters.ts';

const shortest = 4;
/** Longest text in which words in Chinese stand behind something else. */
const longest = 2_000;
const wide = 0x2e80;
/** Columns that are counted. */
const most = 40;
/** Rich text, in which tags part words. */
const markup = /^\s{0,4}<[a-z][^>]{0,400}>[^<]{0,400}<\/?[a-z]/i;
/** A string or a name in quotes, and nothing else. */
const quoted = /^(["'])[^"']{0,200}\1$/;
/** What goes on in Chinese: `name(…`, `alert('…`, `& sleep …`. */
const goesOn =
  /[([{<,]["'`]?$|[;|&]\s{0,4}(?:sleep|cat|type|find|kill|sort|more|head|tail|echo|cut|split|join|watch|touch|test|time|exec|which|make|node|start|net|at)$/i;
/** Lines of what is shown rather than sent. */
const mostLines = 2;
/** A name or command that Markdown puts in backticks, or where one of its links leads. */
const quotedCode = /`[^`]{1,200}`|^\]\(/;

/**
 * What stands before words in Chinese, where an attack is followed by them: the longest stretch without characters of wide script, if it is not the last.
 * Null where there is none, or what is in it is shown. It may begin with the text or behind other words.
 */
export function beforeProse(text: string): string | null {
  if (text.length > longest || markup.test(text) || text.trim().split('\n', mostLines + 1).length > mostLines) return null;
  let from = 0;
  let to = 0;
  for (let start = 0, at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) < wide) continue;
    if (at - start > to - from) {
      from = start;
      to = at;
    }
    start = at + 1;
  }
  while (from < to && isSpace(text.charCodeAt(from))) from += 1;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to -= 1;
  if (to - from < shortest) return null;
  const piece = text.slice(from, to);
  if (goesOn.test(piece) || quoted.test(piece) || quotedCode.test(piece) || isRow(text, piece)) return null;
  return piece;
}

/** A row of a table, of which the piece is a part. */
function isRow(text: string, piece: string): boolean {
  return text.includes('|') && piece.split('|', most).length < text.split('|', most).length;
}
