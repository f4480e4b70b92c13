import type { Migration } from '../../../store/migration.ts';

export interface ReopeningRow {
  measure: string;
  state: string;
  step: number;
  since: number;
  salt: string;
  /** JSON: plan, rules, moves. */
  record: string;
  version: number;
}

interface SeenRow {
  measure: string;
  /** When the step began that it was counted in. */
  step_since: number;
  /** Beginning of the span, epoch ms. */
  at: number;
  requests: number;
  errors: number;
  refused: number;
}

export interface ReopeningTables {
  containment_reopenings: ReopeningRow;
  containment_seen: SeenRow;
}

export const reopeningMigrations: readonly Migration[] = [
  {
    id: '0093_containment_reopenings',
    async up(db, types) {
      await types
        .table(db, 'containment_reopenings')
        .addColumn('measure', types.text, (column) => column.primaryKey())
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('step', types.integer, (column) => column.notNull())
        .addColumn('since', types.integer, (column) => column.notNull())
        .addColumn('salt', types.text, (column) => column.notNull())
        .addColumn('record', types.text, (column) => column.notNull())
        .addColumn('version', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'containment_seen')
        .addColumn('measure', types.text, (column) => column.notNull())
        .addColumn('step_since', types.integer, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('requests', types.integer, (column) => column.notNull())
        .addColumn('errors', types.integer, (column) => column.notNull())
        .addColumn('refused', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('containment_seen_key', ['measure', 'step_since', 'at'])
        .execute();
    },
  },
];
