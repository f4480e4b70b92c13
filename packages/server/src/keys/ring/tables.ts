import type { Migration } from '../../store/migration.ts';

export interface DataKeyRow {
  kid: number;
  app: string;
  /** A pseudonym of the person; empty for the key of the app. */
  subject: string;
  algorithm: string;
  state: string;
  kek: number;
  /** Null once destroyed. */
  wrapped: Uint8Array | null;
  created: number;
  created_by: string;
  retired_at: number | null;
  destroyed_at: number | null;
  /** Values sealed, by all nodes, within a minute's delay. */
  sealed: number;
  opened: number;
}

interface WrappingKeyRow {
  kek: number;
  check_value: string;
  first_seen: number;
}

export interface KeyRingTables {
  data_keys: DataKeyRow;
  wrapping_keys: WrappingKeyRow;
}

export const keyRingMigrations: readonly Migration[] = [
  {
    id: '0037_key_ring',
    async up(db, types) {
      await types
        .table(db, 'data_keys')
        .addColumn('kid', types.integer, (column) => column.primaryKey())
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('subject', types.text, (column) => column.notNull())
        .addColumn('algorithm', types.text, (column) => column.notNull())
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('kek', types.integer, (column) => column.notNull())
        .addColumn('wrapped', types.bytes)
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('created_by', types.text, (column) => column.notNull())
        .addColumn('retired_at', types.integer)
        .addColumn('destroyed_at', types.integer)
        .addColumn('sealed', types.integer, (column) => column.notNull().defaultTo(0))
        .addColumn('opened', types.integer, (column) => column.notNull().defaultTo(0))
        .execute();
      await db.schema.createIndex('data_keys_owner').on('data_keys').columns(['app', 'subject', 'algorithm', 'state']).execute();
      await db.schema.createIndex('data_keys_kek').on('data_keys').columns(['kek', 'kid']).execute();
      await types
        .table(db, 'wrapping_keys')
        .addColumn('kek', types.integer, (column) => column.primaryKey())
        .addColumn('check_value', types.text, (column) => column.notNull())
        .addColumn('first_seen', types.integer, (column) => column.notNull())
        .execute();
    },
  },
];
