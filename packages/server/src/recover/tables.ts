import type { Migration } from '../store/migration.ts';
import type { Flag } from '../store/values.ts';

export interface RunRow {
  id: string;
  kind: string;
  trigger: string;
  by: string;
  started: number;
  finished: number | null;
  /** A run whose node has died ends with it. Epoch ms. */
  lease_until: number;
  state: string;
  problem: string | null;
  problem_where: string | null;
  file: string | null;
  offsite: Flag | null;
}

export interface RecoverTables {
  recovery_runs: RunRow;
}

export const recoverMigrations: readonly Migration[] = [
  {
    id: '0087_recovery_runs',
    async up(db, types) {
      await types
        .table(db, 'recovery_runs')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('trigger', types.text, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('started', types.integer, (column) => column.notNull())
        .addColumn('finished', types.integer)
        .addColumn('lease_until', types.integer, (column) => column.notNull())
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('problem', types.text)
        .addColumn('problem_where', types.text)
        .addColumn('file', types.text)
        .addColumn('offsite', types.flag)
        .execute();
      await db.schema.createIndex('recovery_runs_started').on('recovery_runs').columns(['kind', 'started']).execute();
    },
  },
];
