import { ScimError } from './errors.ts';

/** A filter as a tree (RFC 7644 3.4.2.2). Attribute paths are lower case and without the schema's URN. */
export type ScimFilter =
  | { readonly kind: 'and' | 'or'; readonly left: ScimFilter; readonly right: ScimFilter }
  | { readonly kind: 'not'; readonly inner: ScimFilter }
  | { readonly kind: 'present'; readonly path: string }
  | { readonly kind: 'compare'; readonly path: string; readonly op: Compare; readonly value: ScimValue }
  /** `emails[type eq "work"]`: one element fits all of it. */
  | { readonly kind: 'element'; readonly path: string; readonly inner: ScimFilter };

type Compare = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';
export type ScimValue = string | number | boolean | null;

const maxLength = 1_000;
const maxTokens = 200;
const maxDepth = 10;
const compares: ReadonlySet<string> = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']);
const attribute = /^(?:urn:[a-z0-9:._-]+:)?([a-z][a-z0-9_$-]*(?:\.[a-z][a-z0-9_$-]*)?)$/i;
/** One token: a bracket, a string of JSON, or a word. Sticky, and each alternative begins differently, so that it runs in linear time. */
const token = /\s*(?:([()[\]])|("(?:[^"\\\u0000-\u001f]|\\.)*")|([^\s()[\]"]+))/y;

/** Reads a filter. @throws ScimError `invalidFilter` */
export function parseFilter(text: string): ScimFilter {
  const tokens = tokensOf(text);
  let at = 0;
  const fail = (): never => {
    throw new ScimError('invalidFilter');
  };
  const word = (): string | null => tokens[at]?.toLowerCase() ?? null;

  const expression = (depth: number): ScimFilter => {
    let left = conjunction(depth);
    while (word() === 'or') {
      at += 1;
      left = { kind: 'or', left, right: conjunction(depth) };
    }
    return left;
  };
  const conjunction = (depth: number): ScimFilter => {
    let left = term(depth);
    while (word() === 'and') {
      at += 1;
      left = { kind: 'and', left, right: term(depth) };
    }
    return left;
  };
  const enclosed = (depth: number, close: string): ScimFilter => {
    const inner = expression(depth + 1);
    if (tokens[at] !== close) fail();
    at += 1;
    return inner;
  };
  const term = (depth: number): ScimFilter => {
    if (depth > maxDepth) fail();
    const first = tokens[at];
    if (first === undefined) return fail();
    at += 1;
    if (first === '(') return enclosed(depth, ')');
    if (first.toLowerCase() === 'not' && tokens[at] === '(') {
      at += 1;
      return { kind: 'not', inner: enclosed(depth, ')') };
    }
    const path = attribute.exec(first)?.[1]?.toLowerCase() ?? fail();
    if (tokens[at] === '[') {
      at += 1;
      return { kind: 'element', path, inner: enclosed(depth, ']') };
    }
    const op = word();
    at += 1;
    if (op === 'pr') return { kind: 'present', path };
    if (op === null || !compares.has(op)) return fail();
    return { kind: 'compare', path, op: op as Compare, value: literal(tokens[at++] ?? fail()) };
  };
  const literal = (text: string): ScimValue => {
    try {
      const value: unknown = JSON.parse(/^(true|false|null)$/i.test(text) ? text.toLowerCase() : text);
      if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as ScimValue;
    } catch {
      // Falls through: no literal.
    }
    return fail();
  };

  const filter = expression(0);
  return at === tokens.length ? filter : fail();
}

function tokensOf(text: string): string[] {
  if (text.length > maxLength) throw new ScimError('invalidFilter');
  const tokens: string[] = [];
  const end = text.trimEnd().length;
  token.lastIndex = 0;
  while (token.lastIndex < end) {
    const match = token.exec(text);
    if (match === null || tokens.length === maxTokens) throw new ScimError('invalidFilter');
    tokens.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return tokens;
}

/** Compared to the letter; everything else without regard to case. */
const exact: ReadonlySet<string> = new Set(['id', 'externalid']);

/** Whether a resource fits a filter. */
export function matchesFilter(filter: ScimFilter, resource: unknown): boolean {
  switch (filter.kind) {
    case 'and':
      return matchesFilter(filter.left, resource) && matchesFilter(filter.right, resource);
    case 'or':
      return matchesFilter(filter.left, resource) || matchesFilter(filter.right, resource);
    case 'not':
      return !matchesFilter(filter.inner, resource);
    case 'present':
      return valuesAt(resource, filter.path).some((value) => value !== null && value !== '');
    case 'element':
      return valuesAt(resource, filter.path).some((value) => matchesFilter(filter.inner, value));
    case 'compare': {
      const values = valuesAt(resource, filter.path);
      if (filter.op === 'ne') return values.every((value) => !compare('eq', value, filter));
      return values.some((value) => compare(filter.op, value, filter));
    }
  }
}

function compare(op: Compare, found: unknown, { path, value }: { readonly path: string; readonly value: ScimValue }): boolean {
  // A multi-valued attribute without a sub-attribute means its `value`.
  const actual = typeof found === 'object' && found !== null ? valuesAt(found, 'value')[0] : found;
  if (typeof actual === 'string' && typeof value === 'string') {
    const [a, b] = exact.has(path) ? [actual, value] : [actual.toLowerCase(), value.toLowerCase()];
    const answers = {
      eq: a === b,
      ne: a !== b,
      co: a.includes(b),
      sw: a.startsWith(b),
      ew: a.endsWith(b),
      gt: a > b,
      ge: a >= b,
      lt: a < b,
      le: a <= b,
    };
    return answers[op];
  }
  // Entra ID sends booleans as text.
  if (typeof actual === 'boolean' && typeof value === 'string') return op === 'eq' && String(actual) === value.toLowerCase();
  return op === 'eq' && actual === value;
}

/** Values at a path; elements of lists one by one. Own members only, names without regard to case, in schema extensions too. */
function valuesAt(resource: unknown, path: string): readonly unknown[] {
  let at: readonly unknown[] = [resource];
  for (const name of path.split('.')) {
    at = at.flatMap((value) => {
      if (typeof value !== 'object' || value === null) return [];
      const found = Object.entries(value).flatMap(([key, member]): unknown[] => {
        if (key.toLowerCase() === name) return [member as unknown];
        return key.startsWith('urn:') && typeof member === 'object' && member !== null ? [...valuesAt(member, name)] : [];
      });
      return found.flatMap((one) => (Array.isArray(one) ? (one as unknown[]) : [one]));
    });
  }
  return at;
}
