import { decodePercent } from './percent.ts';

/** One pair of a query that stands in a value. */
export interface QueryValue {
  /** Small letters. */
  readonly name: string;
  readonly value: string;
}

const longest = 4_096;
const mostPairs = 16;
const shortest = 4;
const pair = /^([\w.[\]$%-]{1,60})=(.{4,})$/s;
/** How a pair begins. */
const firstPair = /^[\w.[\]$%-]{1,60}=/;
const plain = /^[\w.@,:+-]*$/;
/** A request by its first line: `GET /a?b=c HTTP/1.1`. */
const requestLine =
  /^\s{0,4}(?:get|post|put|head|delete|options|patch)\s{1,4}(\/[^\s?]{0,300}\?\S{3,2000}?)(?:\s{1,4}http\/\d(?:\.\d)?\b.{0,200})?\s{0,4}$/is;
/** `q=%28alert%28%29%29`: one pair and no sentence. */
const singlePair = /^[a-z_][\w.%[\]-]{0,40}=(?=[^\s&]{0,200}[%(<`'"])[^=\s&][^\s&]{3,}$/i;
const longestSingle = 1_000;
const noValues: readonly QueryValue[] = Object.freeze([]);

/**
 * The values of a query within a value: behind the question mark of an address or path, or `a=1&b=2` as a whole. Only those that hold more than
 * names and numbers. What a backend takes apart again is looked at as what it becomes.
 */
export function valuesOfQuery(text: string): readonly QueryValue[] {
  if (text.length > longest || text.length < shortest) return noValues;
  const line = requestLine.exec(text);
  if (line !== null) return valuesOfQuery(line[1] as string);
  const question = text.indexOf('?');
  const behind = question >= 0 && !/\s/.test(text.slice(0, question));
  const address = !behind && /^[a-z][\w.-]{1,40}=\s?[a-z][a-z+.-]{1,12}:/.test(text);
  const single = !behind && !address && text.length <= longestSingle && singlePair.test(text);
  if (!behind && !address && !single && !text.includes('&')) return noValues;
  if (!behind && !address && !single && text.charCodeAt(0) !== 0x26 && !firstPair.test(text)) return noValues;
  const pairs = (behind ? text.slice(question + 1) : text).split('&', mostPairs);
  if (!behind && !address && !single && (pairs.length < 2 || !pairs.every((piece) => piece === '' || firstPair.test(piece))))
    return noValues;
  const values: QueryValue[] = [];
  for (const piece of pairs) {
    const found = pair.exec(piece);
    if (found === null || plain.test(found[2] as string)) continue;
    const value = decodePercent(found[2] as string, true);
    if (value.length >= shortest && value.length < text.length && !plain.test(value))
      values.push({ name: (found[1] as string).toLowerCase(), value });
  }
  return values;
}
