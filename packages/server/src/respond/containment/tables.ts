import type { Migration } from '../../store/migration.ts';
import type { Flag } from '../../store/values.ts';
import { type ReopeningTables, reopeningMigrations } from './reopening/tables.ts';

export interface MeasureRow {
  id: string;
  kind: string;
  /** JSON by the kind's schema. */
  target: string;
  reason: string;
  incident: string | null;
  state: string;
  since: number;
  until: number;
  by: string;
  approval: string | null;
  approved_by: string | null;
  forced: Flag;
  idempotency_key: string;
  /** SHA-256 of what was asked for under the key. */
  digest: string;
  ended_at: number | null;
  ended_by: string | null;
  end_reason: string | null;
  done: number;
  stopped: number;
  last_stopped: number | null;
}

/** What was asked for under a key and waits for a second person. */
interface AskedRow {
  idempotency_key: string;
  approval: string;
  digest: string;
  asked_at: number;
}

export interface ContainmentTables extends ReopeningTables {
  containment_measures: MeasureRow;
  containment_asked: AskedRow;
}

export const containmentMigrations: readonly Migration[] = [
  {
    id: '0070_containment',
    async up(db, types) {
      await types
        .table(db, 'containment_measures')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('target', types.text, (column) => column.notNull())
        .addColumn('reason', types.text, (column) => column.notNull())
        .addColumn('incident', types.text)
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('since', types.integer, (column) => column.notNull())
        .addColumn('until', types.integer, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('approval', types.text)
        .addColumn('approved_by', types.text)
        .addColumn('forced', types.flag, (column) => column.notNull())
        .addColumn('idempotency_key', types.text, (column) => column.notNull().unique())
        .addColumn('digest', types.text, (column) => column.notNull())
        .addColumn('ended_at', types.integer)
        .addColumn('ended_by', types.text)
        .addColumn('end_reason', types.text)
        .addColumn('done', types.integer, (column) => column.notNull())
        .addColumn('stopped', types.integer, (column) => column.notNull())
        .addColumn('last_stopped', types.integer)
        .execute();
      await db.schema.createIndex('containment_measures_state').on('containment_measures').columns(['state', 'until']).execute();
      await db.schema.createIndex('containment_measures_since').on('containment_measures').column('since').execute();
      await types
        .table(db, 'containment_asked')
        .addColumn('idempotency_key', types.text, (column) => column.primaryKey())
        .addColumn('approval', types.text, (column) => column.notNull())
        .addColumn('digest', types.text, (column) => column.notNull())
        .addColumn('asked_at', types.integer, (column) => column.notNull())
        .execute();
    },
  },
  ...reopeningMigrations,
];
