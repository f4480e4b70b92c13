import type { Migration } from '../../store/migration.ts';

interface Row {
  day: number;
  app: string;
  route: string;
  field: string;
  way: string;
  what: string;
  count: number;
  request_id: string;
  at: number;
}

export interface MediaCheckRow {
  trace_id: string;
  app: string;
  route: string;
  request_id: string;
  uid: string | null;
  kind: string;
  state: string;
  label: number | null;
  notify: string | null;
  asked_at: number;
  settled_at: number | null;
}

export interface ProtectTables {
  rich_text_cleanings: Row;
  media_checks: MediaCheckRow;
}

export const protectMigrations: readonly Migration[] = [
  {
    id: '0032_rich_text_and_media',
    async up(db, types) {
      await types
        .table(db, 'rich_text_cleanings')
        .addColumn('day', types.integer, (column) => column.notNull())
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('route', types.text, (column) => column.notNull())
        .addColumn('field', types.text, (column) => column.notNull())
        .addColumn('way', types.text, (column) => column.notNull())
        .addColumn('what', types.text, (column) => column.notNull())
        .addColumn('count', types.integer, (column) => column.notNull())
        .addColumn('request_id', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('rich_text_cleanings_key', ['day', 'app', 'route', 'field', 'way', 'what'])
        .execute();
      await types
        .table(db, 'media_checks')
        .addColumn('trace_id', types.text, (column) => column.primaryKey())
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('route', types.text, (column) => column.notNull())
        .addColumn('request_id', types.text, (column) => column.notNull())
        .addColumn('uid', types.text)
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('label', types.integer)
        .addColumn('notify', types.text)
        .addColumn('asked_at', types.integer, (column) => column.notNull())
        .addColumn('settled_at', types.integer)
        .execute();
    },
  },
];
