const longest = 16_384;
const most = 32;
const shortest = 4;
/** An operation of GraphQL by its first words. */
const operation = /^\s{0,8}(?:(?:query|mutation|subscription)\b[^{]{0,400}|)\{\s{0,40}[a-z_]\w{0,60}\s{0,4}[({:]/i;
const plain = /^[\w.@,:+-]*$/;
const noValues: readonly string[] = Object.freeze([]);

/**
 * The texts that a GraphQL operation hands to its fields: `{ goods(name: "…") { id } }`. Only those that hold more than names and numbers; the
 * fields get them without their quotes and escapes.
 */
export function valuesOfGraphql(text: string): readonly string[] {
  if (text.length > longest || !text.includes('"') || !text.includes('{') || !operation.test(text)) return noValues;
  const values: string[] = [];
  for (let at = text.indexOf('"'); at >= 0 && values.length < most; at = text.indexOf('"', at + 1)) {
    const block = text.startsWith('"""', at);
    const start = at + (block ? 3 : 1);
    const end = block ? text.indexOf('"""', start) : closing(text, start);
    if (end < 0) break;
    const written = text.slice(start, end);
    const value = block || !written.includes('\\') ? written : unescaped(written);
    if (value.length >= shortest && !plain.test(value)) values.push(value);
    at = end + (block ? 2 : 0);
  }
  return values;
}

function closing(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at;
    if (code === 0x5c) at += 1;
  }
  return -1;
}

function unescaped(written: string): string {
  try {
    return String(JSON.parse(`"${written}"`));
  } catch {
    return written;
  }
}
