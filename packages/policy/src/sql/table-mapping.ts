import type { EntityUid } from '../entity-ref.ts';
import type { SqlDialect } from './sql-text.ts';

/** How ids are kept: as text, or as integers whose decimal form, without sign or leading zeros, is the id. */
export type IdType = 'text' | 'integer';

/** A column with one value. NULL means that the resource does not have the attribute. */
export type ColumnMapping = {
  readonly column: string;
  /** Never NULL, as the schema of the table makes sure. */
  readonly required?: boolean;
} & (
  | { readonly type: 'boolean' | 'string' }
  /** `datetime` and `duration` are whole milliseconds, `decimal` whole ten-thousandths. `bits` 32 says that no value needs more. */
  | { readonly type: 'long' | 'datetime' | 'duration' | 'decimal'; readonly bits?: 32 | 64 }
  | { readonly type: 'entity'; readonly entityType: string; readonly id?: IdType }
);

/** A set, a row of another table for each element; without rows it is empty, never missing. */
export interface SetMapping {
  readonly type: 'set';
  readonly of: 'long' | 'string' | { readonly entityType: string; readonly id?: IdType };
  readonly table: string;
  /** The column with the resource's id. */
  readonly key: string;
  /** The column with the element, never NULL. */
  readonly value: string;
}

export type AttributeMapping = ColumnMapping | SetMapping;

/** Where a resource's direct parents are: in a column of its own table, or in rows of another one. */
export type ParentMapping =
  | { readonly entityType: string; readonly column: string; readonly id?: IdType }
  | { readonly entityType: string; readonly table: string; readonly key: string; readonly value: string; readonly id?: IdType };

/** The table of a type of entities. */
export interface TableMapping {
  readonly table: string;
  /** What the query calls it; the table's own name if absent. */
  readonly alias?: string;
  readonly id: { readonly column: string; readonly type?: IdType };
  readonly attributes: Readonly<Record<string, AttributeMapping>>;
  /** Empty says that resources of this type are in nothing; absent, that this is not known here. */
  readonly parents?: readonly ParentMapping[];
}

/** A table with a row for every entity and every group that it is in, however indirectly; itself may be among them. */
export interface ClosureMapping {
  readonly memberType: string;
  readonly groupType: string;
  readonly table: string;
  readonly member: string;
  readonly group: string;
  readonly id?: IdType;
}

/** How the resources of a list, and what they refer to, are found in a database. Names are plain: letters, digits and underscores. */
export interface SqlMapping {
  readonly dialect: SqlDialect;
  /** The type of the listed resources; it has a table. */
  readonly resourceType: string;
  /** By entity type. Types other than the listed one serve `resource.owner.dept`. */
  readonly tables: Readonly<Record<string, TableMapping>>;
  readonly closures?: readonly ClosureMapping[];
  /**
   * The ids of all entities of a type that are in a group, itself not counted, as the entity source would say of each;
   * `undefined` when that is not known. Serves types without a closure table, as a rule the directory's departments.
   */
  readonly members?: (group: EntityUid, memberType: string) => Iterable<string> | undefined;
}
