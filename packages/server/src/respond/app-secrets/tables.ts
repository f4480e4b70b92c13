import type { Migration } from '../../store/migration.ts';
import type { Flag } from '../../store/values.ts';

export interface SecretRow {
  id: string;
  app: string;
  kind: string;
  provider: string;
  configured: string;
  mark: string;
  value: Uint8Array | null;
  previous: Uint8Array | null;
  state: string;
  staged_at: number;
  staged_by: string;
  accepted: Flag;
  since: number | null;
  by: string | null;
  measure: string | null;
  overlap_until: number | null;
  taken: number | null;
  fell_back: number | null;
}

export interface AppSecretTables {
  app_secrets: SecretRow;
}

export const appSecretMigrations: readonly Migration[] = [
  {
    id: '0112_app_secrets',
    async up(db, types) {
      await types
        .table(db, 'app_secrets')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('provider', types.text, (column) => column.notNull())
        .addColumn('configured', types.text, (column) => column.notNull())
        .addColumn('mark', types.text, (column) => column.notNull())
        .addColumn('value', types.bytes)
        .addColumn('previous', types.bytes)
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('staged_at', types.integer, (column) => column.notNull())
        .addColumn('staged_by', types.text, (column) => column.notNull())
        .addColumn('accepted', types.flag, (column) => column.notNull())
        .addColumn('since', types.integer)
        .addColumn('by', types.text)
        .addColumn('measure', types.text)
        .addColumn('overlap_until', types.integer)
        .addColumn('taken', types.integer)
        .addColumn('fell_back', types.integer)
        .execute();
      await db.schema.createIndex('app_secrets_state').on('app_secrets').column('state').execute();
    },
  },
];
