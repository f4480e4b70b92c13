import type { Comparison, Expression, FunctionName, Scalar, Value } from './model.ts';

/** Facts by name. A name leads to a value, or to more names. */
export interface Facts {
  readonly [name: string]: Value | Facts;
}

const ranks: readonly Scalar[] = ['low', 'medium', 'high', 'critical'];

const isList = (value: unknown): value is readonly Scalar[] => Array.isArray(value);
const isFacts = (value: Value | Facts | undefined): value is Facts =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of a dotted name; null where there is none, and for what an object only inherits. */
export function lookUp(facts: Facts, path: readonly string[]): Value {
  let at: Value | Facts | undefined = facts;
  for (const part of path) {
    if (!isFacts(at) || !Object.hasOwn(at, part)) return null;
    at = at[part];
  }
  return at === undefined || isFacts(at) ? null : at;
}

/** Works an expression out. It always ends, and never throws: what makes no sense is without a value, and no comparison with that holds but `!=`. */
export function evaluate(expression: Expression, facts: Facts): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'name':
      return lookUp(facts, expression.path);
    case 'list':
      return expression.items.map((item) => evaluate(item, facts)).filter((item): item is Scalar => !isList(item));
    case 'not':
      return !holds(expression.of, facts);
    case 'and':
      return holds(expression.left, facts) && holds(expression.right, facts);
    case 'or':
      return holds(expression.left, facts) || holds(expression.right, facts);
    case 'in':
      return contains(evaluate(expression.right, facts), evaluate(expression.left, facts));
    case 'compare':
      return compare(expression.by, evaluate(expression.left, facts), evaluate(expression.right, facts));
    case 'call':
      return call(
        expression.name,
        expression.args.map((arg) => evaluate(arg, facts)),
      );
  }
}

/** Whether a condition holds: only `true` does. */
export const holds = (expression: Expression, facts: Facts): boolean => evaluate(expression, facts) === true;

function compare(by: Comparison, left: Value, right: Value): boolean {
  if (by === '==' || by === '!=') {
    const same = isList(left) || isList(right) ? JSON.stringify(left) === JSON.stringify(right) : left === right;
    return same === (by === '==');
  }
  const numbers = typeof left === 'number' && typeof right === 'number';
  const texts = typeof left === 'string' && typeof right === 'string';
  if (!numbers && !texts) return false;
  if (by === '<') return left < right;
  if (by === '<=') return left <= right;
  return by === '>' ? left > right : left >= right;
}

function contains(whole: Value, part: Value): boolean {
  if (part === null || isList(part)) return false;
  if (isList(whole)) return whole.includes(part);
  return typeof whole === 'string' && typeof part === 'string' && whole.includes(part);
}

function call(name: FunctionName, [first = null, second = null]: readonly Value[]): Value {
  switch (name) {
    case 'contains':
      return contains(first, second);
    case 'startsWith':
      return typeof first === 'string' && typeof second === 'string' && first.startsWith(second);
    case 'endsWith':
      return typeof first === 'string' && typeof second === 'string' && first.endsWith(second);
    case 'lower':
      return typeof first === 'string' ? first.toLowerCase() : null;
    case 'length':
      return isList(first) || typeof first === 'string' ? first.length : 0;
    case 'default':
      return first ?? second;
    case 'present':
      return first !== null;
    case 'severity': {
      const rank = isList(first) ? -1 : ranks.indexOf(first);
      return rank < 0 ? null : rank;
    }
  }
}
