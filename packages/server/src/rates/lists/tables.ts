import type { Migration } from '../../store/migration.ts';

export interface ListRow {
  id: string;
  list: string;
  kind: string;
  value: string;
  app: string | null;
  reason: string;
  owner: string;
  created: number;
  created_by: string;
  expires: number | null;
  hits: number;
  last_hit: number | null;
  /** The change that added it, or took it away; by it the other nodes find what is new. */
  change: string;
  /** Epoch ms; null while it stands. */
  removed: number | null;
}

export interface ListTables {
  access_list: ListRow;
}

export const listMigrations: readonly Migration[] = [
  {
    id: '0029_access_lists',
    async up(db, types) {
      await types
        .table(db, 'access_list')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('list', types.text, (column) => column.notNull())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('value', types.text, (column) => column.notNull())
        .addColumn('app', types.text)
        .addColumn('reason', types.text, (column) => column.notNull())
        .addColumn('owner', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('created_by', types.text, (column) => column.notNull())
        .addColumn('expires', types.integer)
        .addColumn('hits', types.integer, (column) => column.notNull())
        .addColumn('last_hit', types.integer)
        .addColumn('change', types.text, (column) => column.notNull())
        .addColumn('removed', types.integer)
        .execute();
      await db.schema.createIndex('access_list_change').on('access_list').column('change').execute();
      await db.schema.createIndex('access_list_value').on('access_list').column('value').execute();
      await db.schema.createIndex('access_list_expires').on('access_list').column('expires').execute();
    },
  },
];
