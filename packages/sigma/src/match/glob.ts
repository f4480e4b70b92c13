import { all, type CharSet, normalise } from '../regexp/char-set.ts';
import { LinearRegExp } from '../regexp/linear.ts';
import type { Node } from '../regexp/syntax.ts';
import { any, dashes, one, type Part, type Pattern } from '../values/pattern.ts';
import { find } from './find.ts';
import { fold } from './fold.ts';

/** What a pattern comes to: a literal at a known place, which an index can find, or something that has to be tried. */
export type Glob =
  | { readonly kind: 'literal'; readonly where: 'whole' | 'start' | 'end' | 'inside'; readonly text: string }
  | { readonly kind: 'test'; readonly longest: string; readonly test: (text: string) => boolean };

/** Analyses a pattern. Literals are folded unless `cased`; `test` then wants folded text too. */
export function globOf(pattern: Pattern, cased: boolean): Glob {
  const parts: Pattern = cased ? pattern : pattern.map((part) => (typeof part === 'string' ? fold(part) : part));
  const [first, second, third] = parts;
  if (parts.length === 0) return { kind: 'literal', where: 'whole', text: '' };
  if (parts.length === 1 && typeof first === 'string') return { kind: 'literal', where: 'whole', text: first };
  if (parts.length === 2 && first === any && typeof second === 'string') return { kind: 'literal', where: 'end', text: second };
  if (parts.length === 2 && typeof first === 'string' && second === any) return { kind: 'literal', where: 'start', text: first };
  if (parts.length === 3 && first === any && typeof second === 'string' && third === any)
    return { kind: 'literal', where: 'inside', text: second };
  const longest = parts.reduce<string>((best, part) => (typeof part === 'string' && part.length > best.length ? part : best), '');
  const test = parts.every((part) => typeof part === 'string' || part === any) ? pieces(parts) : automaton(parts);
  return { kind: 'test', longest, test };
}

/** Literals between `*`: each is taken where it first occurs after the one before. */
function pieces(parts: Pattern): (text: string) => boolean {
  const literals = parts.filter((part) => typeof part === 'string');
  const head = typeof parts[0] === 'string' ? (literals.shift() ?? '') : '';
  const tail = typeof parts.at(-1) === 'string' ? (literals.pop() ?? '') : '';
  const least = head.length + tail.length;
  return (text) => {
    if (text.length < least || !text.startsWith(head) || !text.endsWith(tail)) return false;
    const end = text.length - tail.length;
    let at = head.length;
    for (const literal of literals) {
      const found = find(text, literal, at);
      if (found < 0 || found + literal.length > end) return false;
      at = found + literal.length;
    }
    return true;
  };
}

const dashSet: CharSet = normalise([...dashes].map((char) => [char.codePointAt(0) ?? 0, char.codePointAt(0) ?? 0]));

/** `?` stands for one character, also outside the Basic Multilingual Plane. */
function automaton(parts: Pattern): (text: string) => boolean {
  const items: Node[] = [{ kind: 'assert', what: 'textStart' }];
  for (const part of parts) items.push(...nodesOf(part));
  items.push({ kind: 'assert', what: 'veryEnd' });
  const regExp = new LinearRegExp({ kind: 'sequence', items });
  return (text) => regExp.test(text);
}

function nodesOf(part: Part): Node[] {
  if (typeof part === 'string')
    return [...part].map((char): Node => ({ kind: 'set', set: [char.codePointAt(0) ?? 0, char.codePointAt(0) ?? 0] }));
  if (part === any) return [{ kind: 'repeat', item: { kind: 'set', set: all }, min: 0, max: Number.POSITIVE_INFINITY }];
  return [{ kind: 'set', set: part === one ? all : dashSet }];
}
