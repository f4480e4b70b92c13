import type { Entity, EntitySource } from '../entity.ts';
import { EntityRef } from '../entity-ref.ts';
import type { Evaluation } from '../evaluation.ts';
import type { CedarRecord } from '../value.ts';
import { DIALECTS, type Dialect } from './dialect.ts';
import { InexpressibleError } from './inexpressible.ts';
import { raw, type Sql, sql } from './sql-text.ts';
import type { AttributeMapping, ClosureMapping, ColumnMapping, SqlMapping, TableMapping } from './table-mapping.ts';
import { booleanTerm, type EntityTerm, MAX_LONG, MIN_LONG, sameId, type Term } from './term.ts';

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/**
 * An entity source that refuses to say of an entity of a listed type that it does not exist: it may be a row that only the
 * database knows.
 */
export function guardedSource(entities: EntitySource, mapping: SqlMapping): EntitySource {
  return {
    get(type, id) {
      const entity = entities.get(type, id);
      if (entity !== undefined || own(mapping.tables, type) === undefined) return entity;
      throw new InexpressibleError('reads_other_row', `an entity of type ${type} is read that only the database knows`);
    },
  };
}

/** What is known while a policy is turned into SQL: everything but the row. */
export class RowContext {
  readonly dialect: Dialect;
  readonly mapping: SqlMapping;
  /** For what does not depend on the row; its resource is not to be read. */
  readonly evaluation: Evaluation;
  /** The same question in another context. */
  readonly evaluationWith: (context: CedarRecord) => Evaluation;
  readonly row: EntityTerm;
  readonly table: TableMapping;
  #aliases = 0;

  /** Throws a TypeError for a mapping without the listed type, or with names that are not plain. */
  constructor(mapping: SqlMapping, context: CedarRecord, evaluationWith: (context: CedarRecord) => Evaluation) {
    const table = own(mapping.tables, mapping.resourceType);
    if (table === undefined) throw new TypeError('the listed type has no table');
    this.dialect = DIALECTS[mapping.dialect];
    this.mapping = mapping;
    this.evaluation = evaluationWith(context);
    this.evaluationWith = evaluationWith;
    this.table = table;
    const { column, type: id = 'text' } = table.id;
    this.row = { kind: 'entity', type: mapping.resourceType, id, sql: this.column(column), nullable: false, isRow: true };
  }

  /** A column of the listed table. Always with the table's name, so that no subquery takes it for a column of its own. */
  column(name: string): Sql {
    const alias = this.table.alias ?? this.table.table.split('.').at(-1) ?? '';
    return sql`${this.dialect.identifier(alias)}.${this.dialect.identifier(name)}`;
  }

  /** A name for a table in a subquery, another at each call. */
  alias(): Sql {
    this.#aliases++;
    return raw(`menshen_${this.#aliases}`);
  }

  closure(memberType: string, groupType: string): ClosureMapping | undefined {
    return this.mapping.closures?.find((closure) => closure.memberType === memberType && closure.groupType === groupType);
  }

  /** The attribute of an entity; an error where it is missing. */
  attribute(entity: EntityTerm, name: string): Term {
    const table = own(this.mapping.tables, entity.type);
    if (table === undefined) {
      throw new InexpressibleError('unmapped_type', `\`${name}\` of a ${entity.type} is read, and that type has no table`);
    }
    const attribute = own(table.attributes, name);
    if (attribute === undefined)
      throw new InexpressibleError('unmapped_attribute', `\`${name}\` of ${entity.type} has no column`);
    if (entity.isRow) return this.#own(attribute);
    if (attribute.type === 'set') {
      throw new InexpressibleError('unmapped_attribute', `\`${name}\` of an entity that the row names is a set`);
    }
    return valueTerm(attribute, this.#ofOther(entity, table, attribute.column), true, this.dialect);
  }

  /** Whether the attribute exists; an error only where the entity is one. */
  hasAttribute(entity: EntityTerm, name: string): Term {
    const value = this.attribute(entity, name);
    if (value.kind === 'related') return { kind: 'constant', value: true };
    const [part] = 'nullable' in value && value.nullable ? [value.sql] : [];
    if (part === undefined) return { kind: 'constant', value: true };
    return booleanTerm(sql`${part} IS NOT NULL`, false);
  }

  #own(attribute: AttributeMapping): Term {
    if (attribute.type === 'set') return { kind: 'related', mapping: attribute, rowId: this.row.sql };
    return valueTerm(attribute, this.column(attribute.column), attribute.required !== true, this.dialect);
  }

  #ofOther(entity: EntityTerm, table: TableMapping, column: string): Sql {
    const { dialect } = this;
    const alias = this.alias();
    const id = { sql: sql`${alias}.${dialect.identifier(table.id.column)}`, id: table.id.type ?? 'text' };
    const from = sql`${dialect.identifier(table.table)} ${alias}`;
    return sql`(SELECT ${alias}.${dialect.identifier(column)} FROM ${from} WHERE ${sameId(id, entity, dialect)})`;
  }
}

function valueTerm(attribute: ColumnMapping, column: Sql, nullable: boolean, dialect: Dialect): Term {
  switch (attribute.type) {
    case 'boolean':
      return booleanTerm(dialect.truth(column), nullable);
    case 'string':
      return { kind: 'text', sql: column, nullable };
    case 'entity':
      return { kind: 'entity', type: attribute.entityType, id: attribute.id ?? 'text', sql: column, nullable, isRow: false };
    default: {
      const [min, max] = attribute.bits === 32 ? [-(2n ** 31n), 2n ** 31n - 1n] : [MIN_LONG, MAX_LONG];
      return { kind: 'number', type: attribute.type, sql: column, nullable, min, max };
    }
  }
}

/** Stands for the listed resource in evaluations that do not read it. */
export const NO_REFERENCE = new EntityRef('Nobody', '');
export const NO_RESOURCE: Entity = { type: 'Nobody', id: '', attrs: {}, ancestors: new Set() };
