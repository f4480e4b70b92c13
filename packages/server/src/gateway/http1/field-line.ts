/** What header lines of requests and answers have in common (RFC 9110 §5, RFC 9112 §5). Text is one character a byte. */

const token = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** A control character other than the tab; in a value also a CR or LF, which did not end the line together. */
const unclean = /[\0-\x08\x0a-\x1f\x7f]/;

/** A header's name as it was written and in lower case, and the values of it that were looked at. */
export interface FieldName {
  readonly written: string;
  readonly lower: string;
  /** Clean values that came lately, each as the one text of its kind; null for names whose values are secret or never the same. */
  readonly values: Map<string, string> | null;
}

// Few spellings of few names are in use: each is looked at once. The bounds keep made-up names from filling memory.
const knownNames = new Map<string, FieldName>();
const maxKnown = 512;
const maxKnownLength = 64;
const maxValues = 64;
const maxValueLength = 256;
/** Names whose values come again and again, and say nothing of the person who sends them. */
const repeated: ReadonlySet<string> = new Set([
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'charset',
  'connection',
  'content-type',
  'host',
  'keep-alive',
  'server',
  'user-agent',
  'x-content-type-options',
]);

/** A copy: a piece of a head would keep the whole head in memory. */
const copyOf = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

/** A header's name; null when it is no token: a space before the colon, the start of a folded line. */
export function fieldName(written: string): FieldName | null {
  const known = knownNames.get(written);
  if (known !== undefined) return known;
  const lower = written.toLowerCase();
  if (!token.test(lower)) return null;
  if (knownNames.size >= maxKnown || lower.length > maxKnownLength) return { written, lower, values: null };
  const kept = copyOf(written);
  const name = { written: kept, lower: kept.toLowerCase(), values: repeated.has(lower) ? new Map<string, string>() : null };
  knownNames.set(kept, name);
  return name;
}

/** The value of a header line without the white space around it; null when there is a control character in it. */
export function fieldValue({ values }: FieldName, text: string, from: number, to: number): string | null {
  const value = withoutSpace(text, from, to);
  if (values === null) return unclean.test(value) ? null : value;
  const known = values.get(value);
  if (known !== undefined) return known;
  if (unclean.test(value)) return null;
  if (values.size >= maxValues || value.length > maxValueLength) return value;
  const kept = copyOf(value);
  values.set(kept, kept);
  return kept;
}

const space = 0x20;
const tab = 0x09;

/** A piece of the text without the spaces and tabs around it (RFC 9110 §5.5); nothing else is white space. */
function withoutSpace(text: string, from: number, to: number): string {
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
