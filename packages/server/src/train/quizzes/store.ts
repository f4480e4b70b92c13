import type { Kysely, Selectable } from 'kysely';
import * as z from 'zod';
import type { Schema } from '../../store/schema.ts';
import type { Store } from '../../store/store.ts';
import type { AttemptRow, MemoryRow, ProgressRow } from '../tables.ts';
import type { DrawnQuestion } from './draw.ts';
import type { Memory } from './memory.ts';

/** How far a person is in a course. */
export interface Progress {
  readonly uid: string;
  readonly course: string;
  /** Cards that were seen, bit by bit. */
  readonly cards: number;
  readonly attempts: number;
  readonly first: number | null;
  readonly best: number | null;
  readonly passed: number | null;
  readonly last: number;
}

export interface Attempt {
  readonly id: string;
  readonly uid: string;
  readonly course: string;
  readonly version: number;
  readonly drawn: readonly DrawnQuestion[];
  readonly started: number;
  readonly deadline: number;
  readonly submitted: number | null;
}

export interface KnownQuestion extends Memory {
  readonly uid: string;
  readonly course: string;
  readonly question: string;
  readonly rightLast: boolean;
}

const places = z.array(z.int());
const drawnOf = z.array(z.object({ id: z.string(), order: places, right: places }));

const toProgress = (row: Selectable<ProgressRow>): Progress => ({
  ...{ uid: row.uid, course: row.course, cards: row.cards, attempts: row.attempts, last: row.last },
  ...{ first: row.first_score, best: row.best_score, passed: row.passed },
});

const toAttempt = (row: Selectable<AttemptRow>): Attempt => ({
  ...{ id: row.id, uid: row.uid, course: row.course, version: row.version, drawn: drawnOf.parse(JSON.parse(row.drawn)) },
  ...{ started: row.started, deadline: row.deadline, submitted: row.submitted },
});

const toKnown = ({ right_last, ...row }: Selectable<MemoryRow>): KnownQuestion => ({ ...row, rightLast: right_last === 1 });

/** What an attempt ends with. */
export interface AttemptResult {
  readonly answers: Readonly<Record<string, readonly number[]>>;
  readonly right: number;
  readonly score: number;
  readonly passed: boolean;
}

export type QuizStore = ReturnType<typeof createQuizStore>;

/** Progress, attempts and what each person is expected to remember. */
export function createQuizStore({ db, transaction }: Store) {
  const progressOf = async (within: Kysely<Schema>, uid: string, course: string) =>
    await within
      .selectFrom('training_progress')
      .selectAll()
      .where('uid', '=', uid)
      .where('course', '=', course)
      .executeTakeFirst();
  const begin = async (within: Kysely<Schema>, uid: string, course: string, version: number, now: number): Promise<void> => {
    await within
      .insertInto('training_progress')
      .values({
        ...{ uid, course, version, cards: 0, started: now, last: now, attempts: 0 },
        ...{ first_score: null, best_score: null, passed: null },
      })
      .onConflict((conflict) => conflict.columns(['uid', 'course']).doNothing())
      .execute();
  };

  return {
    async progress(uid: string): Promise<Progress[]> {
      const rows = await db.selectFrom('training_progress').selectAll().where('uid', '=', uid).execute();
      return rows.map(toProgress);
    },
    /** Of everybody; for figures. */
    async allProgress(): Promise<Progress[]> {
      return (await db.selectFrom('training_progress').selectAll().execute()).map(toProgress);
    },
    async seen(uid: string, course: string, version: number, card: number, now: number): Promise<void> {
      await transaction(async (tx) => {
        await begin(tx, uid, course, version, now);
        const before = await progressOf(tx, uid, course);
        await tx
          .updateTable('training_progress')
          .set({ cards: (before?.cards ?? 0) | (1 << card), version, last: now })
          .where('uid', '=', uid)
          .where('course', '=', course)
          .execute();
      });
    },
    /** Attempts of a person at a course that began after a time, the newest first. */
    async attempts(uid: string, course: string, since: number): Promise<Attempt[]> {
      const rows = await db
        .selectFrom('training_attempts')
        .selectAll()
        .where('uid', '=', uid)
        .where('course', '=', course)
        .where('started', '>', since)
        .orderBy('started', 'desc')
        .limit(50)
        .execute();
      return rows.map(toAttempt);
    },
    async attempt(id: string, uid: string): Promise<Attempt | null> {
      const row = await db
        .selectFrom('training_attempts')
        .selectAll()
        .where('id', '=', id)
        .where('uid', '=', uid)
        .executeTakeFirst();
      return row === undefined ? null : toAttempt(row);
    },
    /** Begins an attempt, unless one has begun meanwhile: two clicks draw once. Resolves to the one that runs. */
    async start(attempt: Attempt, most: number, since: number): Promise<Attempt | null> {
      return await transaction(async (tx) => {
        const rows = await tx
          .selectFrom('training_attempts')
          .selectAll()
          .where('uid', '=', attempt.uid)
          .where('course', '=', attempt.course)
          .where('started', '>', since)
          .execute();
        const running = rows.find(({ submitted, deadline }) => submitted === null && deadline > attempt.started);
        if (running !== undefined) return toAttempt(running);
        if (rows.length >= most) return null;
        const { id, uid, course, version, drawn, started, deadline } = attempt;
        await tx
          .insertInto('training_attempts')
          .values({
            ...{ id, uid, course, version, drawn: JSON.stringify(drawn), started, deadline },
            ...{ submitted: null, answers: null, right_count: null, passed: null },
          })
          .execute();
        await begin(tx, uid, course, version, started);
        await tx
          .updateTable('training_progress')
          .set(({ eb }) => ({ attempts: eb('attempts', '+', 1), last: started }))
          .where('uid', '=', uid)
          .where('course', '=', course)
          .execute();
        return attempt;
      });
    },
    /** Hands an attempt in, once: false when it was handed in before. Memory and progress follow in the same transaction. */
    async submit(attempt: Attempt, result: AttemptResult, memory: readonly KnownQuestion[], now: number): Promise<boolean> {
      return await transaction(async (tx) => {
        const done = await tx
          .updateTable('training_attempts')
          .set({ submitted: now, answers: JSON.stringify(result.answers), right_count: result.right, passed: result.passed })
          .where('id', '=', attempt.id)
          .where('submitted', 'is', null)
          .executeTakeFirst();
        if (Number(done.numUpdatedRows) === 0) return false;
        const { uid, course, version } = attempt;
        await begin(tx, uid, course, version, now);
        const before = await progressOf(tx, uid, course);
        await tx
          .updateTable('training_progress')
          .set({
            ...{ version, last: now, first_score: before?.first_score ?? result.score },
            best_score: Math.max(before?.best_score ?? 0, result.score),
            passed: result.passed ? now : (before?.passed ?? null),
          })
          .where('uid', '=', uid)
          .where('course', '=', course)
          .execute();
        for (const one of memory) await putMemory(tx, one);
        return true;
      });
    },
    async memory(uid: string): Promise<KnownQuestion[]> {
      return (await db.selectFrom('training_memory').selectAll().where('uid', '=', uid).execute()).map(toKnown);
    },
    async memoryOf(uid: string, course: string, question: string): Promise<KnownQuestion | null> {
      const row = await db
        .selectFrom('training_memory')
        .selectAll()
        .where('uid', '=', uid)
        .where('course', '=', course)
        .where('question', '=', question)
        .executeTakeFirst();
      return row === undefined ? null : toKnown(row);
    },
    async allMemory(): Promise<KnownQuestion[]> {
      return (await db.selectFrom('training_memory').selectAll().execute()).map(toKnown);
    },
    remember: (one: KnownQuestion): Promise<void> => putMemory(db, one),
  };
}

async function putMemory(within: Kysely<Schema>, { rightLast, ...one }: KnownQuestion): Promise<void> {
  const { uid, course, question, due, stability, difficulty, state, reps, lapses, steps, scheduled, reviewed } = one;
  const values = { due, stability, difficulty, state, reps, lapses, steps, scheduled, reviewed, right_last: rightLast };
  await within
    .insertInto('training_memory')
    .values({ uid, course, question, ...values })
    .onConflict((conflict) => conflict.columns(['uid', 'course', 'question']).doUpdateSet(values))
    .execute();
}
