import type { Store } from '../store/store.ts';
import type { QuestionRow } from './question-tables.ts';

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
