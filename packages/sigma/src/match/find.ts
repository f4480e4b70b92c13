/** Needles up to here are left to the engine: its search may look at each place once for every character of the needle. */
const short = 64;

/** Where `needle` stands in `text` from `from` on, or -1, in time linear in both. */
export function find(text: string, needle: string, from: number): number {
  if (needle.length <= short) return text.indexOf(needle, from);
  const table = borders(needle);
  let matched = 0;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    while (matched > 0 && needle.charCodeAt(matched) !== code) matched = table[matched - 1] ?? 0;
    if (needle.charCodeAt(matched) === code) matched += 1;
    if (matched === needle.length) return at - matched + 1;
  }
  return -1;
}

const known = new Map<string, Int32Array>();
const maxKnown = 500;

/** Length of the longest proper border of each prefix (Knuth, Morris and Pratt). */
function borders(needle: string): Int32Array {
  let table = known.get(needle);
  if (table !== undefined) return table;
  table = new Int32Array(needle.length);
  let length = 0;
  for (let at = 1; at < needle.length; at += 1) {
    while (length > 0 && needle.charCodeAt(at) !== needle.charCodeAt(length)) length = table[length - 1] ?? 0;
    if (needle.charCodeAt(at) === needle.charCodeAt(length)) length += 1;
    table[at] = length;
  }
  if (known.size >= maxKnown) known.clear();
  known.set(needle, table);
  return table;
}
