import { EntityRef } from '../entity-ref.ts';
import { Datetime } from '../extension/datetime.ts';
import { Decimal } from '../extension/decimal.ts';
import { Duration } from '../extension/duration.ts';
import { isLong } from '../long.ts';
import type { CedarValue } from '../value.ts';
import type { Dialect } from './dialect.ts';
import { InexpressibleError } from './inexpressible.ts';
import { balanced, join, parameter, raw, type Sql, sql } from './sql-text.ts';
import type { IdType, SetMapping } from './table-mapping.ts';

export const MIN_LONG = -(2n ** 63n);
export const MAX_LONG = 2n ** 63n - 1n;

export type NumberType = 'long' | 'datetime' | 'duration' | 'decimal';

/**
 * A part of a policy as far as it is known before the row is. SQL's NULL stands for an evaluation error: operators hand it on,
 * as Cedar's do, and what Cedar evaluates lazily is a CASE.
 */
export type Term =
  | { readonly kind: 'constant'; readonly value: CedarValue }
  /** An error whatever the row is. */
  | { readonly kind: 'error' }
  | BooleanTerm
  | NumberTerm
  | { readonly kind: 'text'; readonly sql: Sql; readonly nullable: boolean }
  | EntityTerm
  /** A set literal, some of its items depending on the row. */
  | { readonly kind: 'items'; readonly items: readonly Term[] }
  /** The row's set in another table. */
  | { readonly kind: 'related'; readonly mapping: SetMapping; readonly rowId: Sql };

export interface BooleanTerm {
  readonly kind: 'boolean';
  readonly sql: Sql;
  readonly nullable: boolean;
  /** True exactly when `sql` is; where it is false, `sql` may also be NULL. Simpler, so that an index serves it. */
  readonly holds: Sql;
}

export interface NumberTerm {
  readonly kind: 'number';
  readonly type: NumberType;
  readonly sql: Sql;
  readonly nullable: boolean;
  readonly min: bigint;
  readonly max: bigint;
}

export interface EntityTerm {
  readonly kind: 'entity';
  readonly type: string;
  readonly id: IdType;
  readonly sql: Sql;
  readonly nullable: boolean;
  /** Whether it is the listed resource itself. */
  readonly isRow: boolean;
}

export const ERROR: Term = { kind: 'error' };
export const TRUE: Term = { kind: 'constant', value: true };
export const FALSE: Term = { kind: 'constant', value: false };

export function constantTerm(value: CedarValue): Term {
  return { kind: 'constant', value };
}

/** A boolean term; brackets are put around its conditions here, as databases differ in what binds more closely. */
export function booleanTerm(condition: Sql, nullable: boolean, holds?: Sql): BooleanTerm {
  const bracketed = sql`(${condition})`;
  return { kind: 'boolean', sql: bracketed, nullable, holds: holds === undefined ? bracketed : sql`(${holds})` };
}

/** The parts of a term that may be NULL. */
export function nullableParts(term: Term): readonly Sql[] {
  switch (term.kind) {
    case 'constant':
    case 'error':
    case 'related':
      return [];
    case 'items':
      return term.items.flatMap(nullableParts);
    default:
      return term.nullable ? [term.sql] : [];
  }
}

function areDefined(parts: readonly Sql[]): Sql {
  return sql`(${balanced(
    parts.map((part) => sql`${part} IS NOT NULL`),
    'AND',
  )})`;
}

/** A condition that never is NULL itself, and is an error where one of the operands is. */
export function whenDefined(operands: readonly Term[], condition: Sql | boolean): Term {
  const parts = operands.flatMap(nullableParts);
  if (typeof condition === 'boolean') {
    if (parts.length === 0) return constantTerm(condition);
    const known = areDefined(parts);
    return booleanTerm(condition ? sql`${known} OR NULL` : sql`NOT ${known} AND NULL`, true);
  }
  if (parts.length === 0) return booleanTerm(condition, false);
  return booleanTerm(
    sql`CASE WHEN ${areDefined(parts)} THEN ${condition} END`,
    true,
    sql`${areDefined(parts)} AND (${condition})`,
  );
}

/** An operand that must be a boolean. */
export function asBoolean(term: Term): Term {
  if (term.kind === 'boolean') return term;
  return term.kind === 'constant' && typeof term.value === 'boolean' ? term : ERROR;
}

export function negate(term: Term): Term {
  const test = asBoolean(term);
  if (test.kind === 'constant') return constantTerm(test.value === false);
  return test.kind === 'boolean' ? booleanTerm(sql`NOT ${test.sql}`, test.nullable) : ERROR;
}

/** Cedar's `&&`; the right side is made only if it can be reached. */
export function conjunction(left: Term, right: () => Term): Term {
  const test = asBoolean(left);
  if (test.kind === 'constant') return test.value === true ? asBoolean(right()) : FALSE;
  if (test.kind !== 'boolean') return ERROR;
  const other = asBoolean(right());
  if (other.kind === 'error') return booleanTerm(sql`${test.sql} AND NULL`, true);
  if (other.kind === 'constant') return other.value === true ? test : whenDefined([test], false);
  if (other.kind !== 'boolean') return ERROR;
  const holds = sql`${test.holds} AND ${other.holds}`;
  if (!test.nullable) return booleanTerm(sql`${test.sql} AND ${other.sql}`, other.nullable, holds);
  return booleanTerm(sql`CASE ${test.sql} WHEN TRUE THEN ${other.sql} WHEN FALSE THEN FALSE END`, true, holds);
}

/** Cedar's `||`; the right side is made only if it can be reached. */
export function disjunction(left: Term, right: () => Term): Term {
  const test = asBoolean(left);
  if (test.kind === 'constant') return test.value === false ? asBoolean(right()) : TRUE;
  if (test.kind !== 'boolean') return ERROR;
  const other = asBoolean(right());
  if (other.kind === 'error') return booleanTerm(sql`${test.sql} OR NULL`, true);
  if (other.kind === 'constant') return other.value === false ? test : whenDefined([test], true);
  if (other.kind !== 'boolean') return ERROR;
  if (!test.nullable) return booleanTerm(sql`${test.sql} OR ${other.sql}`, other.nullable);
  return booleanTerm(sql`CASE ${test.sql} WHEN TRUE THEN TRUE WHEN FALSE THEN ${other.sql} END`, true);
}

/** A constant as a term of the kind that columns have; other terms as they are. `undefined` for a value without such a kind. */
export function typed(term: Term, dialect: Dialect): Term | undefined {
  if (term.kind !== 'constant') return term;
  const { value } = term;
  if (typeof value === 'boolean') return booleanTerm(raw(value ? 'TRUE' : 'FALSE'), false);
  if (typeof value === 'string') return { kind: 'text', sql: dialect.text(value), nullable: false };
  if (isLong(value)) return numberConstant('long', BigInt(value));
  if (value instanceof Datetime) return numberConstant('datetime', BigInt(value.epochMilliseconds));
  if (value instanceof Duration) return numberConstant('duration', BigInt(value.milliseconds));
  if (value instanceof Decimal) return numberConstant('decimal', BigInt(value.units));
  if (!(value instanceof EntityRef)) return undefined;
  return { kind: 'entity', type: value.type, id: 'text', sql: dialect.text(value.id), nullable: false, isRow: false };
}

export function numberConstant(type: NumberType, value: bigint): NumberTerm {
  return { kind: 'number', type, sql: parameter(value), nullable: false, min: value, max: value };
}

/** The integer that an id is written as, or `undefined` when no 64-bit integer is written so. */
export function integerId(id: string): bigint | undefined {
  if (!/^(?:0|-?[1-9][0-9]{0,18})$/.test(id)) return undefined;
  const value = BigInt(id);
  return value < MIN_LONG || value > MAX_LONG ? undefined : value;
}

/** Whether an entity of the row has one of these ids; a plain condition that is NULL where the entity is. `undefined`: none can be. */
export function idIsAmong(sqlId: Sql, type: IdType, ids: readonly string[], dialect: Dialect): Sql | undefined {
  if (type === 'integer') {
    const integers = ids.flatMap((id) => integerId(id) ?? []);
    const [only] = integers;
    if (only === undefined) return undefined;
    return integers.length === 1 ? sql`${sqlId} = ${parameter(only)}` : sql`${sqlId} IN (${join(integers.map(parameter), ', ')})`;
  }
  const [only] = ids;
  if (only === undefined) return undefined;
  return ids.length === 1 ? dialect.textEquals(sqlId, dialect.text(only)) : dialect.textIn(sqlId, ids);
}

/** Whether two ids are the same; NULL where one is. */
export function sameId(left: { sql: Sql; id: IdType }, right: { sql: Sql; id: IdType }, dialect: Dialect): Sql {
  if (left.id === 'integer' && right.id === 'integer') return sql`${left.sql} = ${right.sql}`;
  const text = (side: { sql: Sql; id: IdType }): Sql => (side.id === 'integer' ? dialect.integerAsText(side.sql) : side.sql);
  return dialect.textEquals(text(left), text(right));
}

export function unsupported(message: string): InexpressibleError {
  return new InexpressibleError('unsupported_operation', message);
}
