/** Marks that open an expression, and what closes it. */
export const pairs = [
  ['{{', '}}'],
  ['${', '}'],
  ['#{', '}'],
  ['*{', '}'],
  ['@{', '}'],
  ['~{', '}'],
  ['%{', '}'],
  ['<%', '%>'],
  ['@(', ')'],
  ['[[', ']]'],
  ['[=', ']'],
] as const;
const closings: ReadonlyMap<number, string> = new Map(
  pairs.map(([open, close]) => [pair(open.charCodeAt(0), open.charCodeAt(1)), close]),
);

/** What closes the mark of two characters at `at`; undefined where none stands. */
export function closeOf(text: string, at: number): string | undefined {
  return closings.get(pair(text.charCodeAt(at), text.charCodeAt(at + 1)));
}

function pair(first: number, second: number): number {
  return first * 128 + second;
}

/** By ASCII character: 1 where it is a mark's second one. Most texts hold few of them. */
const endsMark = Uint8Array.from({ length: 128 }, (_, code) => ('{%([='.includes(String.fromCharCode(code)) ? 1 : 0));

/** The same for its first. */
const beginsMark = Uint8Array.from({ length: 128 }, (_, code) => ('{$#*@~%<['.includes(String.fromCharCode(code)) ? 1 : 0));
const anyMark = /[{$#*@~%<[](?=[{%([=])/g;
/** How far ahead is looked character by character before the search that is faster over long stretches. */
const near = 24;

/** Position from `from` on at which a mark may stand; -1 when there is none. */
export function nextMark(text: string, from: number): number {
  const limit = Math.min(text.length - 1, from + near);
  for (let at = from; at < limit; at += 1) {
    const second = text.charCodeAt(at + 1);
    if (second >= 128 || endsMark[second] === 0) continue;
    const first = text.charCodeAt(at);
    if (first < 128 && beginsMark[first] === 1) return at;
  }
  if (limit >= text.length - 1) return -1;
  anyMark.lastIndex = limit;
  return anyMark.test(text) ? anyMark.lastIndex - 1 : -1;
}
