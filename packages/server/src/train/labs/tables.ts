import type { Migration } from '../../store/migration.ts';

/** What came of a person's sandboxes of one lab. What was typed there is kept nowhere. */
export interface LabRow {
  uid: string;
  lab: string;
  /** When the first sandbox was started, and how many have been. */
  started: number;
  tries: number;
  passed: number | null;
}

export interface LabTables {
  training_labs: LabRow;
}

export const labMigrations: readonly Migration[] = [
  {
    id: '0088_training_labs',
    async up(db, types) {
      const { text, integer } = types;
      await types
        .table(db, 'training_labs')
        .addColumn('uid', text, (column) => column.notNull())
        .addColumn('lab', text, (column) => column.notNull())
        .addColumn('started', integer, (column) => column.notNull())
        .addColumn('tries', integer, (column) => column.notNull())
        .addColumn('passed', integer)
        .addPrimaryKeyConstraint('training_labs_key', ['uid', 'lab'])
        .execute();
    },
  },
];
