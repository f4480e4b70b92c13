import type { Migration } from '../store/migration.ts';

export interface ReleaseRow {
  id: string;
  app: string;
  kind: string;
  version: string;
  build_id: string;
  state: string;
  files: number;
  key: string;
  scan: string | null;
  built: number;
  registered: number;
  registered_by: string;
  reason: string | null;
  /** The envelope as it came: what stands here is only what was read out of it. */
  manifest: string;
}

export interface DeploymentRow {
  app: string;
  host: string;
  version: string;
  build_id: string;
  ok: number;
  /** JSON: changed, missing, added. */
  drift: string;
  total: number;
  since: number;
  heard: number;
  /** How the build stood among the registered ones when it was last heard of; null in rows of before. */
  standing: string | null;
}

export interface ReleaseTables {
  releases: ReleaseRow;
  release_deployments: DeploymentRow;
}

export const releaseMigrations: readonly Migration[] = [
  {
    id: '0061_releases',
    async up(db, types) {
      await types
        .table(db, 'releases')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('version', types.text, (column) => column.notNull())
        .addColumn('build_id', types.text, (column) => column.notNull())
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('files', types.integer, (column) => column.notNull())
        .addColumn('key', types.text, (column) => column.notNull())
        .addColumn('scan', types.text)
        .addColumn('built', types.integer, (column) => column.notNull())
        .addColumn('registered', types.integer, (column) => column.notNull())
        .addColumn('registered_by', types.text, (column) => column.notNull())
        .addColumn('reason', types.text)
        .addColumn('manifest', types.text, (column) => column.notNull())
        .addUniqueConstraint('releases_build', ['app', 'kind', 'build_id'])
        .execute();
      await db.schema.createIndex('releases_registered').on('releases').column('registered').execute();
      await types
        .table(db, 'release_deployments')
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('host', types.text, (column) => column.notNull())
        .addColumn('version', types.text, (column) => column.notNull())
        .addColumn('build_id', types.text, (column) => column.notNull())
        .addColumn('ok', types.flag, (column) => column.notNull())
        .addColumn('drift', types.text, (column) => column.notNull())
        .addColumn('total', types.integer, (column) => column.notNull())
        .addColumn('since', types.integer, (column) => column.notNull())
        .addColumn('heard', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('release_deployments_key', ['app', 'host'])
        .execute();
    },
  },
  {
    id: '0124_release_standing',
    async up(db, types) {
      await db.schema.alterTable('release_deployments').addColumn('standing', types.text).execute();
    },
  },
];
