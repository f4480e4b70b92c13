import type { Migration } from '../../store/migration.ts';

interface BoxRow {
  id: string;
  incident: string;
  box: string;
  at: number;
  by: string;
  /** Sealed JSON: how it was filled. */
  sealed: Uint8Array;
}

export interface RecoveryChecklistTables {
  incident_recovery: BoxRow;
}

export const recoveryChecklistMigrations: readonly Migration[] = [
  {
    id: '0094_incident_recovery',
    async up(db, types) {
      await types
        .table(db, 'incident_recovery')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('incident', types.text, (column) => column.notNull())
        .addColumn('box', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('sealed', types.bytes, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('incident_recovery_of').on('incident_recovery').columns(['incident', 'at']).execute();
    },
  },
];
