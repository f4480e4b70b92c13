import type { Migration } from '../store/migration.ts';
import type { Store } from '../store/store.ts';

interface QuestionRow {
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

/** A question as it is kept: `times` is how often it was asked since it was saved before. */
export type SavedQuestion = Readonly<QuestionRow>;

const chunk = 100;

/** The table of questions that were put to the policies, of all nodes. */
export function createQuestionStore(store: Store) {
  const { db } = store;
  return {
    async save(questions: readonly SavedQuestion[]): Promise<void> {
      for (let start = 0; start < questions.length; start += chunk) {
        await db
          .insertInto('policy_questions')
          .values(questions.slice(start, start + chunk).map((question) => ({ ...question })))
          .onConflict((conflict) =>
            conflict.column('key').doUpdateSet((update) => ({
              at: update.ref('excluded.at'),
              times: update('policy_questions.times', '+', update.ref('excluded.times')),
              reference: update.ref('excluded.reference'),
              question: update.ref('excluded.question'),
            })),
          )
          .execute();
      }
    },
    async count(since: number): Promise<number> {
      const row = await db
        .selectFrom('policy_questions')
        .select(({ fn }) => fn.countAll().as('count'))
        .where('at', '>=', since)
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
    /** The newest first, after the question `before` names. */
    async page(
      since: number,
      before: { readonly at: number; readonly key: string } | null,
      limit: number,
    ): Promise<SavedQuestion[]> {
      const rows = db
        .selectFrom('policy_questions')
        .selectAll()
        .where('at', '>=', since)
        .orderBy('at', 'desc')
        .orderBy('key', 'desc')
        .limit(limit);
      return await (before === null
        ? rows
        : rows.where((where) =>
            where.or([where('at', '<', before.at), where.and([where('at', '=', before.at), where('key', '<', before.key)])]),
          )
      ).execute();
    },
    async byReference(reference: string, since: number): Promise<SavedQuestion | undefined> {
      return await db
        .selectFrom('policy_questions')
        .selectAll()
        .where('reference', '=', reference)
        .where('at', '>=', since)
        .limit(1)
        .executeTakeFirst();
    },
    /** Removes what is older, and of the rest all but the newest `keep`. */
    async trim(since: number, keep: number): Promise<void> {
      await db.deleteFrom('policy_questions').where('at', '<', since).execute();
      const oldest = await db
        .selectFrom('policy_questions')
        .select('at')
        .orderBy('at', 'desc')
        .offset(keep)
        .limit(1)
        .executeTakeFirst();
      if (oldest !== undefined) await db.deleteFrom('policy_questions').where('at', '<=', oldest.at).execute();
    },
  };
}

export type QuestionStore = ReturnType<typeof createQuestionStore>;
