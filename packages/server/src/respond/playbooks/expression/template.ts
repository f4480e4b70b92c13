import { evaluate, type Facts } from './evaluate.ts';
import { type Expression, ExpressionError, type Value } from './model.ts';
import { parseExpression } from './parse.ts';

/** A text with expressions in `${ }`. One that is nothing but an expression keeps the type of its value. */
export type Template = readonly (string | Expression)[];

const maxLength = 2_000;
const maxParts = 40;

/** @throws ExpressionError whose `at` counts characters of the text. */
export function parseTemplate(text: string): Template {
  if (text.length > maxLength)
    throw new ExpressionError(maxLength, {
      zh: `文字超过 ${maxLength} 个字符`,
      en: `the text is longer than ${maxLength} characters`,
    });
  const parts: (string | Expression)[] = [];
  let at = 0;
  while (at < text.length) {
    const from = text.indexOf('${', at);
    if (from < 0) break;
    const to = text.indexOf('}', from);
    if (to < 0) throw new ExpressionError(from, { zh: '“${”没有结束', en: '"${" has no end' });
    if (from > at) parts.push(text.slice(at, from));
    try {
      parts.push(parseExpression(text.slice(from + 2, to)));
    } catch (error) {
      if (error instanceof ExpressionError) throw new ExpressionError(from + 2 + error.at, { zh: error.zh, en: error.message });
      throw error;
    }
    if (parts.length > maxParts) throw new ExpressionError(from, { zh: '表达式过多', en: 'there are too many expressions' });
    at = to + 1;
  }
  if (at < text.length || parts.length === 0) parts.push(text.slice(at));
  return parts;
}

/** Fills a template in. A value that is missing is an empty text among others. */
export function fill(template: Template, facts: Facts): Value {
  const [only] = template;
  if (template.length === 1 && only !== undefined) return typeof only === 'string' ? only : evaluate(only, facts);
  return template.map((part) => (typeof part === 'string' ? part : said(evaluate(part, facts)))).join('');
}

const said = (value: Value): string => {
  if (value === null) return '';
  return typeof value === 'object' ? value.map((item) => String(item ?? '')).join(', ') : String(value);
};
