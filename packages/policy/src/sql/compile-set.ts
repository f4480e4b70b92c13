import { EntityRef } from '../entity-ref.ts';
import { isLong } from '../long.ts';
import { CedarSet } from '../value.ts';
import { compileEquals, isSetTerm, itemsOf } from './compile-equality.ts';
import { anyOf } from './compile-membership.ts';
import type { RowContext } from './row-context.ts';
import { join, parameter, type Sql, sql } from './sql-text.ts';
import type { SetMapping } from './table-mapping.ts';
import {
  booleanTerm,
  conjunction,
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

type Related = Term & { readonly kind: 'related' };

/** Whether the row's set has an element of which a condition holds. */
function exists({ mapping }: Related, context: RowContext, condition: (element: Sql) => Sql | undefined): Sql {
  const { dialect, row } = context;
  const alias = context.alias();
  const column = (name: string): Sql => sql`${alias}.${dialect.identifier(name)}`;
  const own = sameId({ sql: column(mapping.key), id: row.id }, row, dialect);
  const held = condition(column(mapping.value));
  const test = held === undefined ? own : sql`${own} AND ${held}`;
  return sql`EXISTS (SELECT 1 FROM ${dialect.identifier(mapping.table)} ${alias} WHERE ${test})`;
}

/** That an element is one of some constants; `undefined` when none of them is of the set's type. */
function elementIsAmong(of: SetMapping['of'], element: Sql, items: readonly Term[], context: RowContext): Sql | undefined {
  const values = items.flatMap((item) => (item.kind === 'constant' ? [item.value] : []));
  if (of === 'long') {
    const longs = values.filter(isLong).map((value) => parameter(BigInt(value)));
    return longs.length === 0 ? undefined : sql`${element} IN (${join(longs, ', ')})`;
  }
  if (of === 'string') {
    const texts = values.filter((value) => typeof value === 'string');
    return texts.length === 0 ? undefined : context.dialect.textIn(element, texts);
  }
  const ids = values.flatMap((value) => (value instanceof EntityRef && value.type === of.entityType ? [value.id] : []));
  return idIsAmong(element, of.id ?? 'text', ids, context.dialect);
}

function relatedContains(set: Related, value: Term, context: RowContext): Term {
  const { of } = set.mapping;
  if (value.kind === 'constant') {
    const probe = elementIsAmong(of, sql``, [value], context);
    if (probe === undefined) return constantTerm(false);
    return booleanTerm(
      exists(set, context, (element) => elementIsAmong(of, element, [value], context)),
      false,
    );
  }
  const { dialect } = context;
  const equals = (element: Sql): Sql | undefined => {
    if (of === 'long') return value.kind === 'number' && value.type === 'long' ? sql`${element} = ${value.sql}` : undefined;
    if (of === 'string') return value.kind === 'text' ? dialect.textEquals(element, value.sql) : undefined;
    return value.kind === 'entity' && value.type === of.entityType
      ? sameId({ sql: element, id: of.id ?? 'text' }, value, dialect)
      : undefined;
  };
  if (equals(sql``) === undefined) return whenDefined([value], false);
  return whenDefined([value], exists(set, context, equals));
}

/** Cedar's `contains`. */
export function compileContains(set: Term, value: Term, context: RowContext): Term {
  if (set.kind === 'error' || value.kind === 'error' || !isSetTerm(set)) return ERROR;
  if (isSetTerm(value) && value.kind !== 'constant') throw unsupported('a set of the row is looked for in a set');
  if (set.kind === 'related') return relatedContains(set, value, context);
  const items = itemsOf(set) ?? [];
  // Many constants of one kind are one IN; the loop below would write a comparison for each.
  const among = set.kind === 'constant' ? constantsHold(items, value, context) : undefined;
  if (among !== undefined) return among;
  return anyOf(
    [value, ...items],
    items.map((item) => compileEquals(item, value, context)),
  );
}

function constantsHold(items: readonly Term[], value: Term, context: RowContext): Term | undefined {
  const term = typed(value, context.dialect);
  if (
    term === undefined ||
    (term.kind !== 'text' && term.kind !== 'entity' && !(term.kind === 'number' && term.type === 'long'))
  ) {
    return undefined;
  }
  const of = term.kind === 'text' ? 'string' : term.kind === 'number' ? 'long' : { entityType: term.type, id: term.id };
  const among = elementIsAmong(of, term.sql, items, context);
  return among === undefined ? whenDefined([value], false) : booleanTerm(among, term.nullable);
}

/** Cedar's `containsAll`. */
export function compileContainsAll(left: Term, right: Term, context: RowContext): Term {
  if (left.kind === 'error' || right.kind === 'error' || !isSetTerm(left) || !isSetTerm(right)) return ERROR;
  const wanted = itemsOf(right);
  if (wanted !== undefined) {
    const parts = wanted.map((item) => compileContains(left, item, context));
    const all = parts.reduce<Term>((done, part) => conjunction(done, () => part), constantTerm(true));
    // A part that is never reached may be an error too: every item is evaluated before the sets are compared.
    return conjunction(whenDefined([left, right], true), () => all);
  }
  if (right.kind !== 'related' || left.kind !== 'constant') throw unsupported('two sets of the row are compared');
  const held = itemsOf(left) ?? [];
  const { of } = right.mapping;
  const other = exists(right, context, (element) => {
    const among = elementIsAmong(of, element, held, context);
    return among === undefined ? undefined : sql`NOT (${among})`;
  });
  return booleanTerm(sql`NOT ${other}`, false);
}

/** Cedar's `containsAny`. */
export function compileContainsAny(left: Term, right: Term, context: RowContext): Term {
  if (left.kind === 'error' || right.kind === 'error' || !isSetTerm(left) || !isSetTerm(right)) return ERROR;
  const [set, others] = right.kind === 'related' ? [right, left] : [left, right];
  const items = itemsOf(others);
  if (items === undefined) throw unsupported('two sets of the row are compared');
  if (set.kind === 'related' && others.kind === 'constant') {
    if (elementIsAmong(set.mapping.of, sql``, items, context) === undefined) return constantTerm(false);
    return booleanTerm(
      exists(set, context, (element) => elementIsAmong(set.mapping.of, element, items, context)),
      false,
    );
  }
  return anyOf(
    [set, ...items],
    items.map((item) => compileContains(set, item, context)),
  );
}

/** Cedar's `isEmpty`. */
export function compileIsEmpty(set: Term, context: RowContext): Term {
  if (set.kind === 'related')
    return negate(
      booleanTerm(
        exists(set, context, () => undefined),
        false,
      ),
    );
  if (set.kind === 'items') return whenDefined([set], false);
  return set.kind === 'constant' && set.value instanceof CedarSet ? constantTerm(set.value.isEmpty) : ERROR;
}
