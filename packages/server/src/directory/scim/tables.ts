import type { Migration } from '../../store/migration.ts';

export interface ResourceRow {
  id: string;
  kind: string;
  /** Keyed digest of userName or displayName in lower case: one of a kind. The name itself in rows of before. */
  name: string;
  /** Keyed digest; the id itself in rows of before. */
  external_id: string | null;
  /** Whether name and id are digests. */
  hidden: number;
  data: Uint8Array;
  version: number;
  created: number;
  modified: number;
}

export interface ScimTables {
  scim_resources: ResourceRow;
}

export const scimMigrations: readonly Migration[] = [
  {
    id: '0018_scim',
    async up(db, types) {
      await types
        .table(db, 'scim_resources')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('name', types.text, (column) => column.notNull())
        .addColumn('external_id', types.text)
        .addColumn('data', types.bytes, (column) => column.notNull())
        .addColumn('version', types.integer, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('modified', types.integer, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('scim_resources_name').on('scim_resources').columns(['kind', 'name']).unique().execute();
      await db.schema.createIndex('scim_resources_external').on('scim_resources').columns(['kind', 'external_id']).execute();
    },
  },
  {
    id: '0044_sealed_scim',
    async up(db, types) {
      await db.schema
        .alterTable('scim_resources')
        .addColumn('hidden', types.flag, (column) => column.notNull().defaultTo(0))
        .execute();
    },
  },
];
