import { createNameCheck } from './names.ts';
import type { RefusalCode } from './refusal.ts';

/** Values by name, without prototype; a name that may repeat has an array even when it came once. */
export type Parameters = Readonly<Record<string, string | readonly string[]>>;

export interface PairLimits {
  readonly maxPairs: number;
  /** UTF-16 units of a decoded name and of a decoded value. */
  readonly maxNameLength: number;
  readonly maxValueLength: number;
}

export interface ParsedPairs {
  readonly kind: 'pairs';
  readonly values: Parameters;
  /** The text to pass on: the one given when it is canonical already. */
  readonly canonical: string;
}

/** Which pair has no single reading, and why. */
export interface PairProblem {
  readonly kind: 'malformed' | 'ambiguous' | 'too_many' | 'too_long';
  readonly index: number;
}

/**
 * Characters that stand for themselves in a query or form (RFC 3986 §3.4 without `+ & = ;`). Anything else is
 * percent-encoded on the way on.
 */
const canonicalText = /^[A-Za-z0-9\-._~!$'()*,:@/?%=&]*$/;
const canonicalForm = /^[A-Za-z0-9\-._~!$'()*,:@/?%=&+]*$/;
/** Refused as written: controls and space, in a query also the fragment's mark and what is not ASCII. */
const unreadableQuery = /[^\x21-\x7e]|#/;
const unreadableForm = /[\x00-\x20\x7f]/;
/** Refused after decoding. A value may have tab and line breaks: it can be prose. */
const controlInName = /[\x00-\x1f\x7f]/;
const controlInValue = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/**
 * Parses `name=value&...` of a query or of a form body (`application/x-www-form-urlencoded`), each pair decoded exactly
 * once, in linear time.
 *
 * Malformed: an invalid percent sequence, invalid or overlong UTF-8, NUL and control characters, an empty name. Ambiguous,
 * because backends split or merge differently: an unencoded semicolon; a name twice (after decoding) that may not repeat;
 * the same name with and without brackets (`a=1&a[b]=2`); names that reach a prototype in a nesting parser (`__proto__[x]`,
 * `constructor.prototype.x`). Names with brackets stay literal. `+` is a space in a query too, as nearly every backend reads
 * it, and goes on as `%20` there.
 */
export function parsePairs(
  text: string,
  source: 'query' | 'form',
  mayRepeat: (name: string) => boolean,
  limits: PairLimits,
): ParsedPairs | PairProblem {
  const values: Record<string, string | string[]> = Object.create(null);
  if (text === '') return { kind: 'pairs', values, canonical: '' };
  // Of these characters none is unreadable, none divides, and without a percent sign none becomes a control.
  const known = (source === 'query' ? canonicalText : canonicalForm).test(text);
  if (!known) {
    const unreadable = source === 'query' ? unreadableQuery : unreadableForm;
    if (unreadable.test(text) || !text.isWellFormed()) return { kind: 'malformed', index: 0 };
    if (text.includes(';')) return { kind: 'ambiguous', index: 0 };
  }
  // Some parsers take a question mark at the start for the query's own.
  let canonical = known && !text.startsWith('?');
  const plain = !text.includes('%') && !text.includes('+');
  const clean = known && plain;
  const isPlainName = createNameCheck(values);
  let count = 0;
  let at = 0;
  while (at <= text.length) {
    const ampersand = text.indexOf('&', at);
    const end = ampersand < 0 ? text.length : ampersand;
    if (end === at) {
      canonical = false;
      at = end + 1;
      continue;
    }
    const index = count;
    count += 1;
    if (count > limits.maxPairs) return { kind: 'too_many', index };
    const pair = text.slice(at, end);
    at = end + 1;
    const equals = pair.indexOf('=');
    if (equals < 0) canonical = false;
    const rawName = equals < 0 ? pair : pair.slice(0, equals);
    const rawValue = equals < 0 ? '' : pair.slice(equals + 1);
    const name = plain ? rawName : decodePair(rawName);
    const value = plain ? rawValue : decodePair(rawValue);
    if (name === null || value === null || name === '') return { kind: 'malformed', index };
    if (!clean && (controlInName.test(name) || controlInValue.test(value))) return { kind: 'malformed', index };
    if (name.length > limits.maxNameLength || value.length > limits.maxValueLength) return { kind: 'too_long', index };
    if (!isPlainName(name)) return { kind: 'ambiguous', index };
    const before = values[name];
    if (before === undefined) values[name] = mayRepeat(name) ? [value] : value;
    else if (typeof before === 'string') return { kind: 'ambiguous', index };
    else before.push(value);
  }
  return { kind: 'pairs', values, canonical: canonical ? text : formatPairs(text) };
}

function decodePair(text: string): string | null {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    // Strict by specification: invalid sequences, overlong forms and surrogates throw.
    return decodeURIComponent(spaced);
  } catch {
    return null;
  }
}

/**
 * Writes pairs anew, order kept: names and values percent-encoded, every pair with its `=`, none empty. The text has been
 * parsed before.
 */
function formatPairs(text: string): string {
  const out: string[] = [];
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    const value = equals < 0 ? '' : pair.slice(equals + 1);
    out.push(`${encodeURIComponent(decodePair(name) ?? '')}=${encodeURIComponent(decodePair(value) ?? '')}`);
  }
  return out.join('&');
}

/** The codes that a problem has in a query and in a form body. */
export const pairRefusal: Readonly<Record<'query' | 'form', Readonly<Record<PairProblem['kind'], RefusalCode>>>> = {
  query: { malformed: 'query_malformed', ambiguous: 'query_ambiguous', too_many: 'too_many_fields', too_long: 'query_malformed' },
  form: { malformed: 'body_malformed', ambiguous: 'body_ambiguous', too_many: 'too_many_fields', too_long: 'body_too_large' },
};
