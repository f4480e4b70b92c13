/** What header lines of requests and answers have in common (RFC 9110 §5, RFC 9112 §5). Text is one character a byte. */

const token = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** A control character other than the tab; in a value also a CR or LF, which did not end the line together. */
export const unclean = /[\0-\x08\x0a-\x1f\x7f]/;

// Few spellings of few names are in use: each is looked at once. The bounds keep made-up names from filling memory.
const knownNames = new Map<string, string>();
const maxKnown = 512;
const maxKnownLength = 64;

/** A header's name in lower case; null when it is no token: a space before the colon, the start of a folded line. */
export function fieldName(written: string): string | null {
  const known = knownNames.get(written);
  if (known !== undefined) return known;
  const name = written.toLowerCase();
  if (!token.test(name)) return null;
  if (knownNames.size < maxKnown && name.length <= maxKnownLength) {
    // A copy: a piece of the head would keep the whole head in memory.
    const kept = Buffer.from(written, 'latin1').toString('latin1');
    knownNames.set(kept, kept.toLowerCase());
  }
  return name;
}

const space = 0x20;
const tab = 0x09;

/** A piece of the text without the spaces and tabs around it (RFC 9110 §5.5); nothing else is white space. */
export function withoutSpace(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && (text.charCodeAt(start) === space || text.charCodeAt(start) === tab)) start += 1;
  while (end > start && (text.charCodeAt(end - 1) === space || text.charCodeAt(end - 1) === tab)) end -= 1;
  return text.slice(start, end);
}

/** An object without prototype that takes members as quickly as any other: one made by `Object.create(null)` is a table from its first member on. */
class Bare {}
Object.setPrototypeOf(Bare.prototype, null);
Reflect.deleteProperty(Bare.prototype, 'constructor');
Object.freeze(Bare.prototype);

/** An empty set of headers: nothing is in it but what is put into it, whatever its name. */
export function emptyHeaders<T>(): Record<string, T | undefined> {
  return new Bare() as Record<string, T | undefined>;
}
