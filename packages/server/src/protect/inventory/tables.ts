import type { Migration } from '../../store/migration.ts';

interface FieldRow {
  app: string;
  route: string;
  field: string;
  kind: string;
  answers: number;
  values_seen: number;
  shown: number;
  first_at: number;
  last_at: number;
  last_shown_at: number | null;
}

interface ReaderRow {
  app: string;
  route: string;
  day: number;
  sketch: string;
  top: string;
}

interface CorrectionRow {
  app: string;
  route: string;
  field: string;
  kind: string | null;
  level: number | null;
  owner: string;
  note: string;
  not_personal: number;
  changed_by: string;
  changed_at: number;
}

interface NormRow {
  app: string;
  route: string;
  /** Tag of a person; empty for the route. */
  person: string;
  measure: string;
  counts: string;
  first_at: number;
  last_at: number;
}

export interface InventoryTables {
  data_fields: FieldRow;
  data_readers: ReaderRow;
  data_corrections: CorrectionRow;
  data_norms: NormRow;
}

export const inventoryMigrations: readonly Migration[] = [
  {
    id: '0040_data_inventory',
    async up(db, types) {
      await types
        .table(db, 'data_fields')
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('route', types.text, (column) => column.notNull())
        .addColumn('field', types.text, (column) => column.notNull())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('answers', types.integer, (column) => column.notNull())
        .addColumn('values_seen', types.integer, (column) => column.notNull())
        .addColumn('shown', types.integer, (column) => column.notNull())
        .addColumn('first_at', types.integer, (column) => column.notNull())
        .addColumn('last_at', types.integer, (column) => column.notNull())
        .addColumn('last_shown_at', types.integer)
        .addPrimaryKeyConstraint('data_fields_key', ['app', 'route', 'field', 'kind'])
        .execute();
      await types
        .table(db, 'data_readers')
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('route', types.text, (column) => column.notNull())
        .addColumn('day', types.integer, (column) => column.notNull())
        .addColumn('sketch', types.text, (column) => column.notNull())
        .addColumn('top', types.text, (column) => column.notNull())
        .addPrimaryKeyConstraint('data_readers_key', ['app', 'route', 'day'])
        .execute();
      await types
        .table(db, 'data_corrections')
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('route', types.text, (column) => column.notNull())
        .addColumn('field', types.text, (column) => column.notNull())
        .addColumn('kind', types.text)
        .addColumn('level', types.integer)
        .addColumn('owner', types.text, (column) => column.notNull())
        .addColumn('note', types.text, (column) => column.notNull())
        .addColumn('not_personal', types.flag, (column) => column.notNull())
        .addColumn('changed_by', types.text, (column) => column.notNull())
        .addColumn('changed_at', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('data_corrections_key', ['app', 'route', 'field'])
        .execute();
      await types
        .table(db, 'data_norms')
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('route', types.text, (column) => column.notNull())
        .addColumn('person', types.text, (column) => column.notNull())
        .addColumn('measure', types.text, (column) => column.notNull())
        .addColumn('counts', types.text, (column) => column.notNull())
        .addColumn('first_at', types.integer, (column) => column.notNull())
        .addColumn('last_at', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('data_norms_key', ['app', 'route', 'person', 'measure'])
        .execute();
    },
  },
];
