import type { Migration } from '../../store/migration.ts';

interface PhoneAnswerRow {
  /** Keyed hash of mini program and number; the number is nowhere. */
  number_hash: string;
  uid: string;
  answered: number;
  /** Epoch ms until which the person counts for the number. */
  until: number;
}

interface PhonePassRow {
  sid: string;
  /** The app, or the app and the route, that the check is good for. */
  scope: string;
  uid: string;
  until: number;
}

export interface PhoneTables {
  phone_answers: PhoneAnswerRow;
  phone_passes: PhonePassRow;
}

export const phoneMigrations: readonly Migration[] = [
  {
    id: '0121_phone_challenges',
    async up(db, types) {
      await types
        .table(db, 'phone_answers')
        .addColumn('number_hash', types.text, (column) => column.notNull())
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('answered', types.integer, (column) => column.notNull())
        .addColumn('until', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('phone_answers_key', ['number_hash', 'uid'])
        .execute();
      await db.schema.createIndex('phone_answers_uid').on('phone_answers').column('uid').execute();
      await db.schema.createIndex('phone_answers_until').on('phone_answers').column('until').execute();
      await types
        .table(db, 'phone_passes')
        .addColumn('sid', types.text, (column) => column.notNull())
        .addColumn('scope', types.text, (column) => column.notNull())
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('until', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('phone_passes_key', ['sid', 'scope'])
        .execute();
      await db.schema.createIndex('phone_passes_uid').on('phone_passes').column('uid').execute();
      await db.schema.createIndex('phone_passes_until').on('phone_passes').column('until').execute();
    },
  },
];
