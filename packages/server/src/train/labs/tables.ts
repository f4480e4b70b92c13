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

/** The node with the sandbox of a person. */
export interface LabPlaceRow {
  uid: string;
  node: string;
  lab: string;
  /** When its node said so last. */
  seen: number;
}

/** What one node asks of another for a person; it is gone with its answer. */
export interface LabCallRow {
  id: string;
  node: string;
  /** Sealed: what is asked, for whom, with what they typed. */
  call: Uint8Array;
  created: number;
  answer: Uint8Array | null;
}

export interface LabTables {
  training_labs: LabRow;
  training_lab_places: LabPlaceRow;
  training_lab_calls: LabCallRow;
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
  {
    id: '0116_training_lab_places',
    async up(db, types) {
      const { text, integer, bytes } = types;
      await types
        .table(db, 'training_lab_places')
        .addColumn('uid', text, (column) => column.primaryKey())
        .addColumn('node', text, (column) => column.notNull())
        .addColumn('lab', text, (column) => column.notNull())
        .addColumn('seen', integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'training_lab_calls')
        .addColumn('id', text, (column) => column.primaryKey())
        .addColumn('node', text, (column) => column.notNull())
        .addColumn('call', bytes, (column) => column.notNull())
        .addColumn('created', integer, (column) => column.notNull())
        .addColumn('answer', bytes)
        .execute();
      await db.schema.createIndex('training_lab_calls_node').on('training_lab_calls').columns(['node', 'created']).execute();
    },
  },
];
