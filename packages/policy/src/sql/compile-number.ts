import type { Dialect } from './dialect.ts';
import { InexpressibleError } from './inexpressible.ts';
import { parameter, raw, type Sql, sql } from './sql-text.ts';
import { booleanTerm, ERROR, MAX_LONG, MIN_LONG, type NumberTerm, type NumberType, type Term, typed } from './term.ts';

/** Operands as numbers of one type, or `undefined` when they are not: a type error in Cedar. */
function numbers(left: Term, right: Term, types: readonly NumberType[], dialect: Dialect): [NumberTerm, NumberTerm] | undefined {
  const a = typed(left, dialect);
  const b = typed(right, dialect);
  if (a?.kind !== 'number' || b?.kind !== 'number') return undefined;
  return a.type === b.type && types.includes(a.type) ? [a, b] : undefined;
}

/** Cedar's `<` and its like, and those of decimals. */
export function compareNumbers(
  operator: '<' | '<=' | '>' | '>=',
  left: Term,
  right: Term,
  types: readonly NumberType[],
  dialect: Dialect,
): Term {
  const pair = numbers(left, right, types, dialect);
  if (pair === undefined) return ERROR;
  const [a, b] = pair;
  return booleanTerm(sql`${a.sql} ${raw(operator)} ${b.sql}`, a.nullable || b.nullable);
}

interface Operands {
  readonly left: NumberTerm;
  readonly right: NumberTerm;
}

function fits(min: bigint, max: bigint): boolean {
  return min >= MIN_LONG && max <= MAX_LONG;
}

function clamp(value: bigint): bigint {
  if (value < MIN_LONG) return MIN_LONG;
  return value > MAX_LONG ? MAX_LONG : value;
}

function result(type: NumberType, { left, right }: Operands, text: Sql, min: bigint, max: bigint, guard: Sql | undefined): Term {
  const nullable = left.nullable || right.nullable || guard !== undefined;
  const whole = guard === undefined ? sql`(${text})` : sql`(CASE WHEN ${guard} THEN ${text} END)`;
  return { kind: 'number', type, sql: whole, nullable, min: clamp(min), max: clamp(max) };
}

/** That a sum does not leave 64 bits, in a form that does not leave them itself. */
function sumFits(a: Sql, b: NumberTerm, negative: boolean, dialect: Dialect): Sql {
  const low = parameter(MIN_LONG);
  const high = parameter(MAX_LONG);
  const other = dialect.wide(b.sql);
  const upper = negative ? sql`${a} <= ${high} + ${other}` : sql`${a} <= ${high} - ${other}`;
  const lower = negative ? sql`${a} >= ${low} + ${other}` : sql`${a} >= ${low} - ${other}`;
  const [whenPositive, whenNegative] = negative ? [lower, upper] : [upper, lower];
  if (b.min >= 0n) return whenPositive;
  if (b.max < 0n) return whenNegative;
  return sql`CASE WHEN ${other} >= ${parameter(0n)} THEN ${whenPositive} ELSE ${whenNegative} END`;
}

function add(type: NumberType, { left, right }: Operands, negative: boolean, dialect: Dialect): Term {
  const min = negative ? left.min - right.max : left.min + right.min;
  const max = negative ? left.max - right.min : left.max + right.max;
  const a = dialect.wide(left.sql);
  const text = sql`${a} ${raw(negative ? '-' : '+')} ${dialect.wide(right.sql)}`;
  const guard = fits(min, max) ? undefined : sumFits(a, right, negative, dialect);
  return result(type, { left, right }, text, min, max, guard);
}

function ceilDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return quotient * b === a || a < 0n !== b < 0n ? quotient : quotient + 1n;
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return quotient * b === a || a < 0n === b < 0n ? quotient : quotient - 1n;
}

/** That the product with a constant does not leave 64 bits. */
function productFits(a: Sql, factor: bigint): Sql {
  const [low, high] = factor > 0n ? [MIN_LONG, MAX_LONG] : [MAX_LONG, MIN_LONG];
  return sql`${a} >= ${parameter(clamp(ceilDivide(low, factor)))} AND ${a} <= ${parameter(clamp(floorDivide(high, factor)))}`;
}

function multiply(operands: Operands, dialect: Dialect): Term {
  const { left, right } = operands;
  const corners = [left.min * right.min, left.min * right.max, left.max * right.min, left.max * right.max];
  const min = corners.reduce((a, b) => (a < b ? a : b));
  const max = corners.reduce((a, b) => (a > b ? a : b));
  const text = sql`${dialect.wide(left.sql)} * ${dialect.wide(right.sql)}`;
  if (fits(min, max)) return result('long', operands, text, min, max, undefined);
  const [variable, constant] = right.min === right.max ? [left, right] : [right, left];
  if (constant.min !== constant.max || constant.nullable) {
    throw new InexpressibleError(
      'unbounded_product',
      'a product of two columns may not fit 64 bits: declare columns with `bits: 32`',
    );
  }
  return result('long', operands, text, min, max, productFits(variable.sql, constant.min));
}

/** Cedar's `+`, `-` and `*`, an error where the result does not fit 64 bits. */
export function compileArithmetic(operator: '+' | '-' | '*', left: Term, right: Term, dialect: Dialect): Term {
  const pair = numbers(left, right, ['long'], dialect);
  if (pair === undefined) return ERROR;
  const operands = { left: pair[0], right: pair[1] };
  return operator === '*' ? multiply(operands, dialect) : add('long', operands, operator === '-', dialect);
}

/** Cedar's unary minus. */
export function compileNegation(operand: Term, dialect: Dialect): Term {
  const number = typed(operand, dialect);
  if (number?.kind !== 'number' || number.type !== 'long') return ERROR;
  const zero: NumberTerm = { kind: 'number', type: 'long', sql: parameter(0n), nullable: false, min: 0n, max: 0n };
  return add('long', { left: zero, right: number }, true, dialect);
}

/** `time.offset(duration)` and `time.durationSince(time)`. */
export function compileTimeShift(name: 'offset' | 'durationSince', left: Term, right: Term, dialect: Dialect): Term {
  const a = typed(left, dialect);
  const b = typed(right, dialect);
  const needed = name === 'offset' ? 'duration' : 'datetime';
  if (a?.kind !== 'number' || a.type !== 'datetime' || b?.kind !== 'number' || b.type !== needed) return ERROR;
  return add(name === 'offset' ? 'datetime' : 'duration', { left: a, right: b }, name === 'durationSince', dialect);
}
