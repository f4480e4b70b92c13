import { type Comparison, ExpressionError, expressionLimits } from './model.ts';

export type Token =
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | { readonly kind: 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'compare'; readonly by: Comparison; readonly at: number }
  | { readonly kind: 'mark'; readonly text: '(' | ')' | '[' | ']' | ',' | '.'; readonly at: number }
  | { readonly kind: 'end'; readonly at: number };

const comparisons: readonly Comparison[] = ['==', '!=', '<=', '>=', '<', '>'];
const marks = ['(', ')', '[', ']', ',', '.'] as const;
const letter = /[A-Za-z_]/;
const wordPart = /[A-Za-z0-9_-]/;
const digit = /[0-9]/;

/** Cuts an expression into words, numbers, texts and marks, in one pass. @throws ExpressionError */
export function tokens(source: string): readonly Token[] {
  if (source.length > expressionLimits.length)
    throw new ExpressionError(expressionLimits.length, {
      zh: `条件超过 ${expressionLimits.length} 个字符`,
      en: `the expression is longer than ${expressionLimits.length} characters`,
    });
  const found: Token[] = [];
  let at = 0;
  const run = (of: RegExp, from: number): number => {
    let to = from;
    while (of.test(source.charAt(to))) to += 1;
    return to;
  };
  while (at < source.length) {
    const first = source.charAt(at);
    if (first === ' ' || first === '\t' || first === '\n' || first === '\r') {
      at += 1;
      continue;
    }
    const by = comparisons.find((one) => source.startsWith(one, at));
    const mark = marks.find((one) => one === first);
    if (by !== undefined) {
      found.push({ kind: 'compare', by, at });
      at += by.length;
    } else if (mark !== undefined) {
      found.push({ kind: 'mark', text: mark, at });
      at += 1;
    } else if (first === '"' || first === "'") {
      const end = source.indexOf(first, at + 1);
      if (end < 0) throw new ExpressionError(at, { zh: '文字缺少结束引号', en: 'a text has no closing quote' });
      found.push({ kind: 'text', text: source.slice(at + 1, end), at });
      at = end + 1;
    } else if (digit.test(first) || (first === '-' && digit.test(source.charAt(at + 1)))) {
      let end = run(digit, at + 1);
      if (source.charAt(end) === '.' && digit.test(source.charAt(end + 1))) end = run(digit, end + 1);
      found.push({ kind: 'number', value: Number(source.slice(at, end)), at });
      at = end;
    } else if (letter.test(first)) {
      const end = run(wordPart, at);
      found.push({ kind: 'word', text: source.slice(at, end), at });
      at = end;
    } else throw new ExpressionError(at, { zh: '有不认识的符号', en: 'there is a sign that means nothing here' });
  }
  found.push({ kind: 'end', at: source.length });
  return found;
}
