import type { Migration } from '../../store/migration.ts';

export interface DrillRow {
  id: string;
  template: string;
  /** Whom its mails seem to come from, by the id of the configuration. */
  sender: string;
  /** JSON: whom. */
  target: string;
  reason: string;
  created: number;
  created_by: string;
  started: number | null;
  approved_by: string | null;
  ended: number | null;
}

/** One mail of a drill. There is no column for anything that a person could have typed. */
export interface DrillMailRow {
  drill: string;
  uid: string;
  /** SHA-256 of the token in the link; set when it is sent. */
  hash: string | null;
  sent: number | null;
  /** Why it did not arrive. */
  problem: string | null;
  opened: number | null;
  reported: number | null;
}

export interface DrillTables {
  training_drills: DrillRow;
  training_drill_mails: DrillMailRow;
}

export const drillMigrations: readonly Migration[] = [
  {
    id: '0085_training_drills',
    async up(db, types) {
      const { text, integer } = types;
      await types
        .table(db, 'training_drills')
        .addColumn('id', text, (column) => column.primaryKey())
        .addColumn('template', text, (column) => column.notNull())
        .addColumn('target', text, (column) => column.notNull())
        .addColumn('reason', text, (column) => column.notNull())
        .addColumn('created', integer, (column) => column.notNull())
        .addColumn('created_by', text, (column) => column.notNull())
        .addColumn('started', integer)
        .addColumn('approved_by', text)
        .addColumn('ended', integer)
        .execute();
      await types
        .table(db, 'training_drill_mails')
        .addColumn('drill', text, (column) => column.notNull())
        .addColumn('uid', text, (column) => column.notNull())
        .addColumn('hash', text)
        .addColumn('sent', integer)
        .addColumn('problem', text)
        .addColumn('opened', integer)
        .addColumn('reported', integer)
        .addPrimaryKeyConstraint('training_drill_mails_key', ['drill', 'uid'])
        .execute();
      await db.schema.createIndex('training_drill_mails_hash').on('training_drill_mails').column('hash').execute();
      await db.schema.createIndex('training_drill_mails_person').on('training_drill_mails').column('uid').execute();
    },
  },
  {
    id: '0090_training_drill_senders',
    async up(db, { text }) {
      await db.schema
        .alterTable('training_drills')
        .addColumn('sender', text, (column) => column.notNull().defaultTo(''))
        .execute();
    },
  },
];
