import { EntityRef } from '../entity-ref.ts';
import { CedarSet, normalizeValue, valuesEqual } from '../value.ts';
import type { RowContext } from './row-context.ts';
import { type Sql, sql } from './sql-text.ts';
import {
  booleanTerm,
  constantTerm,
  ERROR,
  idIsAmong,
  negate,
  sameId,
  type Term,
  typed,
  unsupported,
  whenDefined,
} from './term.ts';

/** A term whose values are sets; whether a constant is one, is known. */
export function isSetTerm(term: Term): boolean {
  return term.kind === 'items' || term.kind === 'related' || (term.kind === 'constant' && term.value instanceof CedarSet);
}

function compareTyped(left: Term, right: Term, context: RowContext): Sql | undefined {
  if (left.kind === 'boolean' && right.kind === 'boolean') return sql`${left.sql} = ${right.sql}`;
  if (left.kind === 'text' && right.kind === 'text') return context.dialect.textEquals(left.sql, right.sql);
  if (left.kind === 'number' && right.kind === 'number') {
    return left.type === right.type ? sql`${left.sql} = ${right.sql}` : undefined;
  }
  if (left.kind === 'entity' && right.kind === 'entity' && left.type === right.type) return sameId(left, right, context.dialect);
  return undefined;
}

function equalsConstant(term: Term, other: Term & { kind: 'constant' }, context: RowContext): Term | undefined {
  const { value } = other;
  if (term.kind === 'boolean' && typeof value === 'boolean') return value ? term : negate(term);
  if (term.kind !== 'entity' || !(value instanceof EntityRef)) return undefined;
  const same = term.type === value.type ? idIsAmong(term.sql, term.id, [value.id], context.dialect) : undefined;
  return same === undefined ? whenDefined([term], false) : booleanTerm(same, term.nullable);
}

/** Cedar's `==`: values of different types are different. */
export function compileEquals(left: Term, right: Term, context: RowContext): Term {
  if (left.kind === 'error' || right.kind === 'error') return ERROR;
  if (left.kind === 'constant' && right.kind === 'constant') return constantTerm(valuesEqual(left.value, right.value));
  if (right.kind === 'constant') return equalsConstant(left, right, context) ?? compareAny(left, right, context);
  if (left.kind === 'constant') return equalsConstant(right, left, context) ?? compareAny(left, right, context);
  return compareAny(left, right, context);
}

function compareAny(left: Term, right: Term, context: RowContext): Term {
  if (isSetTerm(left) && isSetTerm(right)) throw unsupported('sets of the row are compared with `==`');
  const a = typed(left, context.dialect);
  const b = typed(right, context.dialect);
  const same = a === undefined || b === undefined ? undefined : compareTyped(a, b, context);
  if (same === undefined) return whenDefined([left, right], false);
  return booleanTerm(
    same,
    [left, right].some((term) => 'nullable' in term && term.nullable),
  );
}

/** The items of a set that is known but for single items; `undefined` when the term is no such set. */
export function itemsOf(term: Term): readonly Term[] | undefined {
  if (term.kind === 'items') return term.items;
  if (term.kind !== 'constant' || !(term.value instanceof CedarSet)) return undefined;
  return term.value.items.map((item) => constantTerm(normalizeValue(item)));
}
