import type { Migration } from '../../store/migration.ts';

interface ProfileRow {
  app: string;
  route: string;
  node: string;
  /** `accepted`, or `refused` by the schema in force. */
  kind: string;
  profile: string;
  updated_at: number;
}

export interface SchemaRow {
  app: string;
  route: string;
  version: number;
  state: string;
  schemas: string;
  fields: string;
  requests: number;
  made_at: number;
  decided_at: number | null;
  decided_by: string | null;
  reason: string | null;
}

interface RefusalRow {
  app: string;
  route: string;
  version: number;
  hour: number;
  place: string;
  keyword: string;
  count: number;
}

export interface LearnedTables {
  learned_profiles: ProfileRow;
  learned_schemas: SchemaRow;
  learned_refusals: RefusalRow;
}

export const learnedMigrations: readonly Migration[] = [
  {
    id: '0031_learned_schemas',
    async up(db, types) {
      await types
        .table(db, 'learned_profiles')
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('route', types.text, (column) => column.notNull())
        .addColumn('node', types.text, (column) => column.notNull())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('profile', types.text, (column) => column.notNull())
        .addColumn('updated_at', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('learned_profiles_key', ['app', 'route', 'node', 'kind'])
        .execute();
      await types
        .table(db, 'learned_schemas')
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('route', types.text, (column) => column.notNull())
        .addColumn('version', types.integer, (column) => column.notNull())
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('schemas', types.text, (column) => column.notNull())
        .addColumn('fields', types.text, (column) => column.notNull())
        .addColumn('requests', types.integer, (column) => column.notNull())
        .addColumn('made_at', types.integer, (column) => column.notNull())
        .addColumn('decided_at', types.integer)
        .addColumn('decided_by', types.text)
        .addColumn('reason', types.text)
        .addPrimaryKeyConstraint('learned_schemas_key', ['app', 'route', 'version'])
        .execute();
      await types
        .table(db, 'learned_refusals')
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('route', types.text, (column) => column.notNull())
        .addColumn('version', types.integer, (column) => column.notNull())
        .addColumn('hour', types.integer, (column) => column.notNull())
        .addColumn('place', types.text, (column) => column.notNull())
        .addColumn('keyword', types.text, (column) => column.notNull())
        .addColumn('count', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('learned_refusals_key', ['app', 'route', 'version', 'hour', 'place', 'keyword'])
        .execute();
    },
  },
];
