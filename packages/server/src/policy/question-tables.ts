import type { Migration } from '../store/migration.ts';

export interface QuestionRow {
  /** Digest of who, what and on what. */
  key: string;
  /** When it was asked last, epoch ms. */
  at: number;
  times: number;
  /** Id of the request that asked last. */
  reference: string;
  /** Sealed by the master key; {@link encodeQuestion} says what is in it. */
  question: Uint8Array;
}

export interface QuestionTables {
  policy_questions: QuestionRow;
}

export const questionMigrations: readonly Migration[] = [
  {
    id: '0035_policy_questions',
    async up(db, types) {
      await types
        .table(db, 'policy_questions')
        .addColumn('key', types.text, (column) => column.primaryKey())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('times', types.integer, (column) => column.notNull())
        .addColumn('reference', types.text, (column) => column.notNull())
        .addColumn('question', types.bytes, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('policy_questions_at').on('policy_questions').column('at').execute();
      await db.schema.createIndex('policy_questions_reference').on('policy_questions').column('reference').execute();
    },
  },
];
