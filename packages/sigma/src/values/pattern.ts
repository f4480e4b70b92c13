/** A piece of a Sigma string: literal text, `*`, `?`, a dash of any kind (`windash`), or a placeholder that is still to be filled in (`expand`). */
export type Part =
  | string
  | { readonly kind: 'any' }
  | { readonly kind: 'one' }
  | { readonly kind: 'dash' }
  | { readonly kind: 'placeholder'; readonly name: string };

export type Pattern = readonly Part[];

export const any: Part = { kind: 'any' };
export const one: Part = { kind: 'one' };
const dash: Part = { kind: 'dash' };

/** Characters that `windash` takes for each other: hyphen, slash, en dash, em dash, horizontal bar. */
export const dashes = '-/\u2013\u2014\u2015';

/** Longest value of a rule, in UTF-16 units. */
export const maxValueLength = 8_192;

/**
 * Reads a value (Sigma rules 2.1, "Escape Character"): `*` and `?` are wildcards; a backslash before `*`, `?` or another backslash takes their meaning
 * away, and is itself before anything else.
 */
export function parsePattern(text: string): Pattern {
  const parts: Part[] = [];
  let literal = '';
  const flush = (): void => {
    if (literal !== '') parts.push(literal);
    literal = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') {
      const next = text.charAt(at + 1);
      if (next === '*' || next === '?' || next === '\\') {
        literal += next;
        at += 1;
      } else literal += char;
    } else if (char === '*' || char === '?') {
      flush();
      if (char === '?') parts.push(one);
      else if (parts.at(-1) !== any) parts.push(any);
    } else literal += char;
  }
  flush();
  return parts;
}

/** The text of a pattern without wildcards; null when it has some. */
export function literalOf(pattern: Pattern): string | null {
  let text = '';
  for (const part of pattern) {
    if (typeof part !== 'string') return null;
    text += part;
  }
  return text;
}

export const startsWithAny = (pattern: Pattern): boolean => pattern[0] === any;
export const endsWithAny = (pattern: Pattern): boolean => pattern.at(-1) === any;

/** Joins literals that stand beside each other. */
export function joined(parts: Pattern): Pattern {
  const result: Part[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (typeof part === 'string' && typeof last === 'string') result[result.length - 1] = last + part;
    else if (part === any && last === any) continue;
    else if (part !== '') result.push(part);
  }
  return result;
}

/** Does something to each literal and leaves the rest. */
export function mapLiterals(pattern: Pattern, change: (text: string) => readonly Part[]): Pattern {
  return joined(pattern.flatMap((part) => (typeof part === 'string' ? change(part) : [part])));
}

const parameterDash = /(?<![\p{L}\p{N}_])[-/\u2013\u2014\u2015](?=[\p{L}\p{N}_])/gu;

/** Each dash that begins a parameter stands for all five: as one class, not as permutations, of which there may be very many. */
export function windash(pattern: Pattern): Pattern {
  return mapLiterals(pattern, (text) => {
    const parts: Part[] = [];
    let from = 0;
    for (const match of text.matchAll(parameterDash)) {
      parts.push(text.slice(from, match.index), dash);
      from = match.index + 1;
    }
    parts.push(text.slice(from));
    return parts;
  });
}

/** Finds `%name%`; `\%` is a plain percent sign. */
export function findPlaceholders(pattern: Pattern): Pattern {
  return mapLiterals(pattern, (text) => {
    const parts: Part[] = [];
    let literal = '';
    for (let at = 0; at < text.length; at += 1) {
      const char = text.charAt(at);
      if (char === '\\' && text.charAt(at + 1) === '%') {
        literal += '%';
        at += 1;
        continue;
      }
      const end = char === '%' ? text.indexOf('%', at + 1) : -1;
      if (end > at + 1) {
        parts.push(literal, { kind: 'placeholder', name: text.slice(at + 1, end) });
        literal = '';
        at = end;
      } else literal += char;
    }
    parts.push(literal);
    return parts;
  });
}
