import type { Migration } from '../../store/migration.ts';
import type { Store } from '../../store/store.ts';

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

/** Which release a number of WeChat stands for. */
export interface NumberedVersion {
  readonly app: string;
  readonly number: number;
  readonly version: string;
  readonly by: string;
  readonly at: number;
}

/** What people have said of the numbers in Referers. */
export function createAppVersionStore({ db }: Store) {
  return {
    async all(): Promise<NumberedVersion[]> {
      const rows = await db.selectFrom('app_versions').selectAll().orderBy('app').orderBy('number', 'desc').execute();
      return rows.map(({ app, number, version, set_by, set_at }) => ({ app, number, version, by: set_by, at: set_at }));
    },
    async put({ app, number, version, by, at }: NumberedVersion): Promise<void> {
      const values = { version, set_by: by, set_at: at };
      await db
        .insertInto('app_versions')
        .values({ app, number, ...values })
        .onConflict((conflict) => conflict.columns(['app', 'number']).doUpdateSet(values))
        .execute();
    },
    async remove(app: string, number: number): Promise<void> {
      await db.deleteFrom('app_versions').where('app', '=', app).where('number', '=', number).execute();
    },
  };
}

export type AppVersionStore = ReturnType<typeof createAppVersionStore>;
