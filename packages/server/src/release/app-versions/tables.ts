import type { Migration } from '../../store/migration.ts';

interface AppVersionRow {
  app: string;
  /** WeChat's own count of releases, as the Referer names it. */
  number: number;
  /** The version of a manifest. */
  version: string;
  set_by: string;
  set_at: number;
}

export interface AppVersionTables {
  app_versions: AppVersionRow;
}

export const appVersionMigrations: readonly Migration[] = [
  {
    id: '0071_app_versions',
    async up(db, types) {
      await types
        .table(db, 'app_versions')
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('number', types.integer, (column) => column.notNull())
        .addColumn('version', types.text, (column) => column.notNull())
        .addColumn('set_by', types.text, (column) => column.notNull())
        .addColumn('set_at', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('app_versions_key', ['app', 'number'])
        .execute();
    },
  },
];
