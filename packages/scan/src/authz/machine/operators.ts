import type { BinaryExpression } from '../../parse/ast.ts';
import { evaluate } from './evaluate.ts';
import { type Machine, placeOf } from './machine.ts';
import { type Check, compact, has, literal, mixed, origin, type Scope, type Value } from './value.ts';

/** The text of a template, with `?` for what is not constant, so that SQL and URLs in it can be read. */
export function templateValue(texts: readonly string[], parts: readonly Value[]): Value {
  let text = texts[0] ?? '';
  parts.forEach((part, i) => {
    text += part.literal !== undefined && part.flags === 0 ? String(part.literal) : '\u0000';
    text += texts[i + 1] ?? '';
  });
  const shape = { props: new Map(parts.map((part, i) => [`\u0000${i}`, part])), rest: undefined, list: false };
  return { ...mixed(parts), literal: text.slice(0, 4_000), shape };
}

export function evaluateBinary(m: Machine, node: BinaryExpression, scope: Scope): Value {
  const left = evaluate(m, node.left, scope);
  const right = evaluate(m, node.right, scope);
  switch (node.operator) {
    case '===':
    case '==':
    case '!==':
    case '!=':
    case '>':
    case '<':
    case '>=':
    case '<=':
    case 'in':
    case 'instanceof': {
      const check: Check = { left, right, place: placeOf(m, node) };
      const checks: Check[] = [/^[<>]/.test(node.operator) ? { ...check, ordered: true } : check];
      for (const side of [left, right]) if (side.checks) checks.push(...side.checks.slice(0, 6));
      return compact({ flags: 0, literal: foldComparison(node.operator, left, right), checks });
    }
    case '+':
      return sum(left, right);
    case '-':
      return has(right, origin.client) ? { ...mixed([left, right]), taken: true } : mixed([left, right]);
    default:
      return mixed([left, right]);
  }
}

/** `a + b`, and what `a += b` leaves in `a`. */
export function sum(left: Value, right: Value): Value {
  if (isText(left) && isText(right)) return literal(`${left.literal}${right.literal}`.slice(0, 4_000));
  if (typeof left.literal === 'string' || typeof right.literal === 'string') return concat(left, right);
  return mixed([left, right]);
}

function isText(value: Value): boolean {
  return value.flags === 0 && (typeof value.literal === 'string' || typeof value.literal === 'number');
}

/** Joins text so that the constant parts stay readable and the others keep their values. */
function concat(left: Value, right: Value): Value {
  const props = new Map<string, Value>();
  let text = '';
  for (const side of [left, right]) {
    const inner = side.shape ? [...side.shape.props].filter(([name]) => name.startsWith('\u0000')) : [];
    if (typeof side.literal === 'string' && inner.length > 0) {
      text += side.literal;
      for (const [, part] of inner) props.set(`\u0000${props.size}`, part);
    } else if (isText(side)) text += String(side.literal);
    else {
      text += '\u0000';
      props.set(`\u0000${props.size}`, side);
    }
  }
  return { ...mixed([left, right]), literal: text.slice(0, 4_000), shape: { props, rest: undefined, list: false } };
}

function foldComparison(operator: string, left: Value, right: Value): boolean | undefined {
  if (
    left.literal === undefined ||
    right.literal === undefined ||
    left.flags !== 0 ||
    right.flags !== 0 ||
    left.shape ||
    right.shape
  )
    return undefined;
  if (left.checks || right.checks) return undefined;
  switch (operator) {
    case '===':
    case '==':
      return left.literal === right.literal;
    case '!==':
    case '!=':
      return left.literal !== right.literal;
    default:
      break;
  }
  if (typeof left.literal !== 'number' || typeof right.literal !== 'number') return undefined;
  if (operator === '>') return left.literal > right.literal;
  if (operator === '<') return left.literal < right.literal;
  if (operator === '>=') return left.literal >= right.literal;
  if (operator === '<=') return left.literal <= right.literal;
  return undefined;
}
