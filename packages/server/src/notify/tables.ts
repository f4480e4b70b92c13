import type { Migration } from '../store/migration.ts';

export interface NoticeRow {
  id: string;
  kind: string;
  severity: string;
  app: string | null;
  matter: string;
  /** JSON: title, happened, done, asked. */
  texts: string;
  path: string;
  created: number;
  count: number;
  last: number;
  acknowledged: number | null;
  acknowledged_by: string | null;
}

export interface DeliveryRow {
  id: string;
  notice: string;
  channel: string;
  reason: string;
  state: string;
  attempts: number;
  due: number;
  sent: number | null;
  problem: string | null;
}

export interface NotifyTables {
  notices: NoticeRow;
  notice_deliveries: DeliveryRow;
}

export const notifyMigrations: readonly Migration[] = [
  {
    id: '0067_notices',
    async up(db, types) {
      await types
        .table(db, 'notices')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('severity', types.text, (column) => column.notNull())
        .addColumn('app', types.text)
        .addColumn('matter', types.text, (column) => column.notNull())
        .addColumn('texts', types.text, (column) => column.notNull())
        .addColumn('path', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('count', types.integer, (column) => column.notNull())
        .addColumn('last', types.integer, (column) => column.notNull())
        .addColumn('acknowledged', types.integer)
        .addColumn('acknowledged_by', types.text)
        .execute();
      await db.schema.createIndex('notices_matter').on('notices').columns(['matter', 'created']).execute();
      await db.schema.createIndex('notices_created').on('notices').column('created').execute();
      await types
        .table(db, 'notice_deliveries')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('notice', types.text, (column) => column.notNull())
        .addColumn('channel', types.text, (column) => column.notNull())
        .addColumn('reason', types.text, (column) => column.notNull())
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('attempts', types.integer, (column) => column.notNull())
        .addColumn('due', types.integer, (column) => column.notNull())
        .addColumn('sent', types.integer)
        .addColumn('problem', types.text)
        .execute();
      await db.schema.createIndex('notice_deliveries_due').on('notice_deliveries').columns(['state', 'due']).execute();
      await db.schema.createIndex('notice_deliveries_notice').on('notice_deliveries').column('notice').execute();
    },
  },
];
