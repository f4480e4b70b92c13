import { EntityRef } from '../entity-ref.ts';
import { itemsOf } from './compile-equality.ts';
import { InexpressibleError } from './inexpressible.ts';
import type { RowContext } from './row-context.ts';
import { balanced, type Sql, sql } from './sql-text.ts';
import type { ParentMapping } from './table-mapping.ts';
import {
  booleanTerm,
  constantTerm,
  type EntityTerm,
  ERROR,
  idIsAmong,
  sameId,
  type Term,
  unsupported,
  whenDefined,
} from './term.ts';

/** A condition that is never NULL, or that it never holds. */
type Known = Sql | undefined;

function or(conditions: readonly Known[]): Known {
  const some = conditions.filter((condition) => condition !== undefined);
  return some.length === 0 ? undefined : sql`(${balanced(some, 'OR')})`;
}

type Reference = Pick<EntityTerm, 'type' | 'id' | 'sql'>;

function closureHolds(member: Reference, group: Reference, context: RowContext): Known {
  const closure = context.closure(member.type, group.type);
  if (closure === undefined) return undefined;
  const { dialect } = context;
  const alias = context.alias();
  const id = closure.id ?? 'text';
  const column = (name: string) => ({ sql: sql`${alias}.${dialect.identifier(name)}`, id });
  const test = sql`${sameId(column(closure.member), member, dialect)} AND ${sameId(column(closure.group), group, dialect)}`;
  return sql`EXISTS (SELECT 1 FROM ${dialect.identifier(closure.table)} ${alias} WHERE ${test})`;
}

/** Whether an entity that the row names is a group or in it. NULL or false where the entity is NULL. */
function isInGroup(entity: Reference, group: EntityRef, context: RowContext): Known {
  const { dialect, mapping } = context;
  const itself = entity.type === group.type ? [group.id] : [];
  if (context.closure(entity.type, group.type) !== undefined) {
    const groupTerm = { type: group.type, id: 'text' as const, sql: dialect.text(group.id) };
    return or([idIsAmong(entity.sql, entity.id, itself, dialect), closureHolds(entity, groupTerm, context)]);
  }
  const members = mapping.members?.(group, entity.type);
  if (members === undefined) {
    throw new InexpressibleError('unknown_hierarchy', `which ${entity.type} are in a ${group.type} is not known here`);
  }
  return idIsAmong(entity.sql, entity.id, [...new Set([...itself, ...members])], dialect);
}

function parentTest(parent: ParentMapping, context: RowContext, test: (parent: Reference) => Known): Known {
  const { dialect, row } = context;
  const id = parent.id ?? 'text';
  if ('column' in parent) {
    const column = context.column(parent.column);
    const condition = test({ type: parent.entityType, id, sql: column });
    return condition === undefined ? undefined : sql`(${column} IS NOT NULL AND ${condition})`;
  }
  const alias = context.alias();
  const column = (name: string): Sql => sql`${alias}.${dialect.identifier(name)}`;
  const condition = test({ type: parent.entityType, id, sql: column(parent.value) });
  if (condition === undefined) return undefined;
  const own = sameId({ sql: column(parent.key), id: row.id }, row, dialect);
  return sql`EXISTS (SELECT 1 FROM ${dialect.identifier(parent.table)} ${alias} WHERE ${own} AND ${condition})`;
}

/** Whether the row is a group or in it; never NULL. */
function isRowInGroup(group: EntityRef, context: RowContext): Known {
  const { row, table, dialect } = context;
  if (table.parents === undefined) return isInGroup(row, group, context);
  const itself = row.type === group.type ? idIsAmong(row.sql, row.id, [group.id], dialect) : undefined;
  return or([
    itself,
    ...table.parents.map((parent) => parentTest(parent, context, (entity) => isInGroup(entity, group, context))),
  ]);
}

function inConstant(entity: EntityTerm, group: EntityRef, context: RowContext): Term {
  if (entity.isRow) {
    const known = isRowInGroup(group, context);
    return known === undefined ? constantTerm(false) : booleanTerm(known, false);
  }
  return whenDefined([entity], isInGroup(entity, group, context) ?? false);
}

/** The ids of a known entity and of all groups that it is in, as far as they are of one type. */
function idsAbove(ref: EntityRef, type: string, context: RowContext): string[] {
  const prefix = `${type}::"`;
  const ancestors = context.evaluation.entity(ref)?.ancestors ?? [];
  const keys = new Set([ref.key, ...ancestors]);
  return [...keys].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length, -1));
}

function constantIn(ref: EntityRef, group: EntityTerm, context: RowContext): Term {
  return whenDefined([group], idIsAmong(group.sql, group.id, idsAbove(ref, group.type, context), context.dialect) ?? false);
}

function bothInRow(entity: EntityTerm, group: EntityTerm, context: RowContext): Term {
  const itself = entity.type === group.type ? sameId(entity, group, context.dialect) : undefined;
  if (entity.isRow && group.isRow) return constantTerm(true);
  const above =
    entity.isRow && context.table.parents !== undefined
      ? or(context.table.parents.map((parent) => parentTest(parent, context, (reference) => inColumn(reference, group, context))))
      : closureOrRefuse(entity, group, context);
  return whenDefined([entity, group], or([itself, above]) ?? false);
}

function inColumn(reference: Reference, group: Reference, context: RowContext): Known {
  const itself = reference.type === group.type ? sameId(reference, group, context.dialect) : undefined;
  return or([itself, closureOrRefuse(reference, group, context)]);
}

function closureOrRefuse(member: Reference, group: Reference, context: RowContext): Known {
  const holds = closureHolds(member, group, context);
  if (holds !== undefined) return holds;
  throw new InexpressibleError('unknown_hierarchy', `which ${member.type} are in which ${group.type} needs a closure table`);
}

function inOne(left: Term, right: Term, context: RowContext): Term {
  if (left.kind === 'constant' && right.kind === 'constant') {
    if (!(left.value instanceof EntityRef) || !(right.value instanceof EntityRef)) return ERROR;
    return constantTerm(context.evaluation.isIn(left.value, right.value.key));
  }
  if (left.kind === 'entity') {
    if (right.kind === 'entity') return bothInRow(left, right, context);
    return right.kind === 'constant' && right.value instanceof EntityRef ? inConstant(left, right.value, context) : ERROR;
  }
  if (left.kind !== 'constant' || !(left.value instanceof EntityRef) || right.kind !== 'entity') return ERROR;
  return constantIn(left.value, right, context);
}

function inRelated(left: Term, right: Term & { kind: 'related' }, context: RowContext): Term {
  const { of, table, key, value } = right.mapping;
  if (typeof of === 'string') return ERROR;
  if (left.kind !== 'constant' || !(left.value instanceof EntityRef)) {
    throw unsupported('an entity of the row is looked for in a set of the row');
  }
  const { dialect } = context;
  const alias = context.alias();
  const column = (name: string): Sql => sql`${alias}.${dialect.identifier(name)}`;
  const among = idIsAmong(column(value), of.id ?? 'text', idsAbove(left.value, of.entityType, context), dialect);
  if (among === undefined) return constantTerm(false);
  const own = sameId({ sql: column(key), id: context.row.id }, context.row, dialect);
  return booleanTerm(sql`EXISTS (SELECT 1 FROM ${dialect.identifier(table)} ${alias} WHERE ${own} AND ${among})`, false);
}

/** Cedar's `in`, for one group or a set of groups. */
export function compileIn(left: Term, right: Term, context: RowContext): Term {
  if (left.kind === 'error' || right.kind === 'error') return ERROR;
  if (right.kind === 'related') return inRelated(left, right, context);
  const groups = itemsOf(right);
  if (groups === undefined) return inOne(left, right, context);
  const isEntity = left.kind === 'entity' || (left.kind === 'constant' && left.value instanceof EntityRef);
  if (!isEntity) return ERROR;
  const parts = groups.map((group) => inOne(left, group, context));
  if (parts.some((part) => part.kind === 'error')) return ERROR;
  // Every group is evaluated, also behind one that matches: one error is an error of the whole.
  return anyOf([left, ...groups], parts);
}

/** Whether any of the parts holds; an error where one of the operands is. */
export function anyOf(operands: readonly Term[], parts: readonly Term[]): Term {
  if (parts.some((part) => part.kind === 'constant' && part.value === true)) return whenDefined(operands, true);
  const open = parts.flatMap((part) => (part.kind === 'boolean' ? [part.sql] : []));
  return whenDefined(operands, open.length === 0 ? false : balanced(open, 'OR'));
}
