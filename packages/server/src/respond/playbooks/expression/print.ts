import type { Expression } from './model.ts';
import type { Template } from './template.ts';

/** How tightly an operator holds what stands beside it. */
const strength = { or: 1, and: 2, not: 3, compare: 4, in: 4, other: 5 } as const;

/** Writes an expression in the form in which it is read: parsing it gives the same one. */
export function expressionText(expression: Expression): string {
  return write(expression, 0);
}

function write(expression: Expression, around: number): string {
  const within = (own: number, text: string): string => (own < around ? `(${text})` : text);
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value === 'string' ? quoted(expression.value) : String(expression.value);
    case 'name':
      return expression.path.join('.');
    case 'list':
      return `[${expression.items.map((item) => write(item, 0)).join(', ')}]`;
    case 'call':
      return `${expression.name}(${expression.args.map((arg) => write(arg, 0)).join(', ')})`;
    case 'not':
      return within(strength.not, `not ${write(expression.of, strength.not)}`);
    case 'compare':
      return within(
        strength.compare,
        `${write(expression.left, strength.other)} ${expression.by} ${write(expression.right, strength.other)}`,
      );
    case 'in':
      return within(strength.in, `${write(expression.left, strength.other)} in ${write(expression.right, strength.other)}`);
    case 'and':
    case 'or': {
      const own = strength[expression.kind];
      // What stands on the right in its own kind was in brackets: without them it would be read from the left.
      return within(own, `${write(expression.left, own)} ${expression.kind} ${write(expression.right, own + 1)}`);
    }
  }
}

/** A text holds no quotation mark of the kind that it stands in, so one of the two always serves. */
const quoted = (text: string): string => (text.includes('"') ? `'${text}'` : `"${text}"`);

/** Writes a text with expressions as it is read. */
export const templateText = (template: Template): string =>
  template.map((part) => (typeof part === 'string' ? part : `\${${expressionText(part)}}`)).join('');
