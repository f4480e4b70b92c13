import { parse } from 'meriyah';
import type { Node } from './ast.ts';

/** `{{ … }}` in a text or an attribute. */
export interface Mustache {
  readonly source: string;
  /** Offset into the text that was searched. */
  readonly start: number;
  readonly end: number;
}

/** The holes of a text, in order; bounded by the text's own length. */
export function mustaches(text: string): readonly Mustache[] {
  const found: Mustache[] = [];
  for (let open = text.indexOf('{{'); open >= 0; ) {
    const close = text.indexOf('}}', open + 2);
    if (close < 0) break;
    found.push({ source: text.slice(open + 2, close), start: open + 2, end: close });
    open = text.indexOf('{{', close + 2);
  }
  return found;
}

/** Longest expression that is parsed: what people write by hand is far shorter. */
const maxExpression = 4_000;

/** Reads an expression of WXML or Vue. WXML's `{{a: b, ...c}}` for templates is an object. Offsets count from the text's first character. */
export function parseExpression(source: string): Node | undefined {
  if (source.length > maxExpression) return undefined;
  for (const [prefix, suffix] of [
    ['(', ')'],
    ['({', '})'],
  ] as const) {
    try {
      const program = parse(`${prefix}${source}${suffix}`, { next: true, ranges: true }) as unknown as { body: readonly Node[] };
      const statement = program.body[0];
      return statement?.type === 'ExpressionStatement' ? statement.expression : undefined;
    } catch {
      // The next reading is tried.
    }
  }
  return undefined;
}
