import { isWordCode } from '../text/characters.ts';

const longest = 400;

/**
 * The text of a `${…}` lookup with its inner lookups resolved as Log4j resolves them: `${lower:j}` is `j`, `${::-j}` and `${env:X:-j}` are
 * `j`. `folded` in small letters, `at` the dollar sign. At most 400 characters are read.
 */
export function resolveLookups(folded: string, at: number): string {
  const limit = Math.min(folded.length, at + longest);
  const stack: string[] = [''];
  /** Where what was not yet added begins. */
  let run = at;
  for (let from = at; from < limit; from += 1) {
    const code = folded.charCodeAt(from);
    if (code === 0x24 && folded.charCodeAt(from + 1) === 0x7b && stack.length < 12) {
      append(stack, folded.slice(run, from));
      stack.push('');
      from += 1;
      run = from + 1;
    } else if (code === 0x7d && stack.length > 1) {
      append(stack, folded.slice(run, from));
      run = from + 1;
      const inner = stack.pop()!;
      if (stack.length === 1) return inner;
      append(stack, lookedUp(inner));
    }
  }
  if (run < limit) append(stack, folded.slice(run, limit));
  while (stack.length > 1) {
    const inner = stack.pop()!;
    if (stack.length === 1) return inner;
    append(stack, lookedUp(inner));
  }
  return '';
}

function append(stack: string[], text: string): void {
  stack.push((stack.pop() ?? '') + text);
}

function lookedUp(inner: string): string {
  const fallback = inner.lastIndexOf(':-');
  if (fallback >= 0) return inner.slice(fallback + 2);
  const colon = inner.indexOf(':');
  if (colon < 0) return '';
  // A date's format may hold letters in quotes that stand for themselves.
  return inner.slice(colon + 1).replaceAll("'", '');
}

/** Whether a lookup holds another: `${${`, `${a${`. */
export function isNested(folded: string, at: number): boolean {
  for (let from = at + 2; from < folded.length && from < at + 60; from += 1) {
    if (folded[from] === '}') return false;
    if (folded[from] === '$' && folded[from + 1] === '{') return true;
    if (folded[from] === '\n') return false;
  }
  return false;
}

const prefixes = new Set([
  'env',
  'sys',
  'java',
  'lower',
  'upper',
  'date',
  'ctx',
  'main',
  'map',
  'sd',
  'web',
  'docker',
  'k8s',
  'bundle',
  'log4j',
  'script',
  'dns',
  'url',
  'base64',
  'base64encoder',
  'base64decoder',
  'const',
  'file',
  'mdc',
  'event',
  'marker',
  'spring',
]);

/** Prefix of a lookup, such as `env` of `${env:HOME}`; empty when there is none that is known. */
export function lookupPrefix(folded: string, at: number): string {
  let end = at + 2;
  while (end < folded.length && isWordCode(folded.charCodeAt(end))) end += 1;
  if (folded[end] !== ':') return '';
  const prefix = folded.slice(at + 2, end);
  return prefixes.has(prefix) ? prefix : '';
}
