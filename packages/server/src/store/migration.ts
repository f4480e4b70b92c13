import { type ColumnDefinitionBuilder, type CreateTableBuilder, type Kysely, type RawBuilder, sql } from 'kysely';

/** The two engines. */
export type StoreKind = 'sqlite' | 'postgres';

type ColumnType = RawBuilder<unknown>;

/** The words of a migration that differ between the engines. */
export interface MigrationDialect {
  readonly kind: StoreKind;
  /** Starts a table that refuses values of another type than its columns', on both engines. */
  table(db: Kysely<unknown>, name: string): CreateTableBuilder<string>;
  /** Text, compared and ordered byte by byte. */
  readonly text: ColumnType;
  /** Integers up to ±(2^53−1), times in epoch milliseconds. */
  readonly integer: ColumnType;
  readonly real: ColumnType;
  readonly bytes: ColumnType;
  /** 0 or 1; see `Flag` in `values.ts`. */
  readonly flag: ColumnType;
  /** Makes an {@link integer} column the primary key that numbers its rows upwards and never reuses a number. */
  identity(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
}

/**
 * One step of the schema. Ids are `NNNN_name`, unique over all capabilities, and run in their order.
 * `up` must issue the same SQL text whatever the tables hold: its checksum, by which an edit after the fact is noticed,
 * is taken from a dry run in which every query returns no rows. Parameters are not part of it.
 */
export interface Migration {
  readonly id: string;
  up(db: Kysely<unknown>, dialect: MigrationDialect): Promise<void>;
}

/** The words of an engine. */
export function migrationDialect(kind: StoreKind): MigrationDialect {
  const sqlite = kind === 'sqlite';
  return {
    kind,
    table: (db, name) => {
      const builder = db.schema.createTable(name);
      return sqlite ? builder.modifyEnd(sql`strict`) : builder;
    },
    text: sqlite ? sql`text` : sql`text collate "C"`,
    integer: sqlite ? sql`integer` : sql`bigint`,
    real: sqlite ? sql`real` : sql`double precision`,
    bytes: sqlite ? sql`blob` : sql`bytea`,
    flag: sqlite ? sql`integer` : sql`smallint`,
    identity: (column) => (sqlite ? column.primaryKey().autoIncrement() : column.generatedByDefaultAsIdentity().primaryKey()),
  };
}
