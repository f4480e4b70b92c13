import { contestPlan } from '@menshen/contract';
import type { Selectable } from 'kysely';
import * as z from 'zod';
import type { Store } from '../../store/store.ts';
import type { Contest, ContestQuestion, Player, Shown } from './model.ts';
import type { Award, Standings } from './scoring.ts';
import type { ContestAnswerRow, ContestPlayerRow, ContestTableRow } from './tables.ts';

const places = z.array(z.int());
const drawnOf = z.array(z.object({ id: z.string(), order: places, right: places }));

/** What stands once the result is published: by number, so that who is forgotten later is forgotten here too. */
export interface ContestResult {
  readonly standings: Standings;
  readonly awards: readonly Award[];
}

const nullable = z.string().nullable();
const resultOf: z.ZodType<ContestResult> = z.object({
  standings: z.object({
    answers: z.number(),
    rows: z.array(
      z.object({
        ...{ number: z.number(), place: z.number(), bracket: nullable, bracketPlace: z.number().nullable(), team: nullable },
        ...{ points: z.number(), solved: z.number(), answered: z.number(), firsts: z.number(), last: z.number() },
      }),
    ),
    teams: z.array(z.object({ team: z.string(), place: z.number(), points: z.number(), players: z.number() })),
  }),
  awards: z.array(
    z.object({
      kind: z.enum(['place', 'bracket', 'team', 'firsts']),
      ...{ place: z.number(), of: nullable, number: z.number().nullable(), points: z.number() },
    }),
  ),
});

const toContest = ({ plan, created_by, ...row }: Selectable<ContestTableRow>): Contest => ({
  ...{ id: row.id, plan: contestPlan.parse(JSON.parse(plan)), created: row.created, createdBy: created_by },
  ...{ cancelled: row.cancelled, published: row.published },
});

const toPlayer = ({ uid, number, named, bracket, team, drawn, ...row }: Selectable<ContestPlayerRow>): Player => ({
  ...{ uid, number, named: named === 1, bracket, team },
  drawn: drawnOf.parse(JSON.parse(drawn)),
  disqualified:
    row.disqualified === null
      ? null
      : { at: row.disqualified, by: row.disqualified_by ?? '', reason: row.disqualified_reason ?? '' },
});

const toShown = ({ uid, place, question, shown, readable, answered, ...row }: Selectable<ContestAnswerRow>): Shown => ({
  ...{ uid, place, question, shown, readable, answered, address: row.address },
  chosen: row.chosen === null ? [] : places.parse(JSON.parse(row.chosen)),
  right: row.right_answer === 1,
});

export interface Joining {
  readonly contest: string;
  readonly uid: string;
  readonly named: boolean;
  readonly bracket: string | null;
  readonly team: string | null;
  readonly drawn: readonly ContestQuestion[];
  readonly at: number;
}

export type ContestStore = ReturnType<typeof createContestStore>;

/** Contests, their players, and every question that was shown with its answer. */
export function createContestStore({ db, transaction, batch }: Store) {
  const playerOf = (contest: string, uid: string) =>
    db.selectFrom('training_contest_players').selectAll().where('contest', '=', contest).where('uid', '=', uid);
  const shownOf = (contest: string, uid: string) =>
    db.selectFrom('training_contest_answers').selectAll().where('contest', '=', contest).where('uid', '=', uid);

  return {
    async list(): Promise<Contest[]> {
      const rows = await db.selectFrom('training_contests').selectAll().orderBy('starts', 'desc').limit(200).execute();
      return rows.map(toContest);
    },
    async find(id: string): Promise<Contest | null> {
      const row = await db.selectFrom('training_contests').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toContest(row);
    },
    async create({ id, plan, created, createdBy }: Contest): Promise<void> {
      const { starts, ends } = plan;
      await db
        .insertInto('training_contests')
        .values({
          ...{ id, plan: JSON.stringify(plan), starts, ends, created, created_by: createdBy },
          ...{ cancelled: null, published: null, result: null },
        })
        .execute();
    },
    /** False where it was cancelled or published before. */
    async cancel(id: string, now: number): Promise<boolean> {
      const done = await db
        .updateTable('training_contests')
        .set({ cancelled: now })
        .where('id', '=', id)
        .where('published', 'is', null)
        .where('cancelled', 'is', null)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) > 0;
    },
    /** Keeps the result and lets go of the addresses. False where it was cancelled or published before. */
    async publish(id: string, result: ContestResult, now: number): Promise<boolean> {
      const [published] = await batch([
        db
          .updateTable('training_contests')
          .set({ published: now, result: JSON.stringify(result) })
          .where('id', '=', id)
          .where('published', 'is', null)
          .where('cancelled', 'is', null),
        db.updateTable('training_contest_answers').set({ address: null }).where('contest', '=', id),
      ]);
      return (published ?? 0) > 0;
    },
    async result(id: string): Promise<ContestResult | null> {
      const row = await db.selectFrom('training_contests').select('result').where('id', '=', id).executeTakeFirst();
      return row?.result == null ? null : resultOf.parse(JSON.parse(row.result));
    },
    /** Players and answers of each contest. */
    async counts(): Promise<Map<string, { readonly players: number; readonly answers: number }>> {
      const [players, answers] = await Promise.all([
        db
          .selectFrom('training_contest_players')
          .select(({ fn }) => ['contest', fn.countAll<number>().as('count')])
          .groupBy('contest')
          .execute(),
        db
          .selectFrom('training_contest_answers')
          .select(({ fn }) => ['contest', fn.countAll<number>().as('count')])
          .where('answered', 'is not', null)
          .groupBy('contest')
          .execute(),
      ]);
      const answered = new Map(answers.map(({ contest, count }) => [contest, Number(count)]));
      return new Map(
        players.map(({ contest, count }) => [contest, { players: Number(count), answers: answered.get(contest) ?? 0 }]),
      );
    },
    /** Joins, and gives the next number; who has joined before stays as they were. */
    async join({ contest, uid, named, bracket, team, drawn, at }: Joining): Promise<void> {
      await transaction(async (tx) => {
        const before = await tx
          .selectFrom('training_contest_players')
          .select('number')
          .where('contest', '=', contest)
          .where('uid', '=', uid)
          .executeTakeFirst();
        if (before !== undefined) return;
        const last = await tx
          .selectFrom('training_contest_players')
          .select(({ fn }) => fn.max('number').as('number'))
          .where('contest', '=', contest)
          .executeTakeFirst();
        await tx
          .insertInto('training_contest_players')
          .values({
            ...{ contest, uid, number: Number(last?.number ?? 0) + 1, named, bracket, team, joined: at },
            ...{ drawn: JSON.stringify(drawn), disqualified: null, disqualified_by: null, disqualified_reason: null },
          })
          .execute();
      });
    },
    async player(contest: string, uid: string): Promise<Player | null> {
      const row = await playerOf(contest, uid).executeTakeFirst();
      return row === undefined ? null : toPlayer(row);
    },
    async players(contest: string): Promise<Player[]> {
      const rows = await db.selectFrom('training_contest_players').selectAll().where('contest', '=', contest).execute();
      return rows.map(toPlayer);
    },
    async playing(uid: string): Promise<(Player & { readonly contest: string })[]> {
      const rows = await db.selectFrom('training_contest_players').selectAll().where('uid', '=', uid).execute();
      return rows.map((row) => ({ contest: row.contest, ...toPlayer(row) }));
    },
    /** False where there is no such player, or they were disqualified before. */
    async disqualify(contest: string, number: number, by: string, reason: string, now: number): Promise<boolean> {
      const done = await db
        .updateTable('training_contest_players')
        .set({ disqualified: now, disqualified_by: by, disqualified_reason: reason })
        .where('contest', '=', contest)
        .where('number', '=', number)
        .where('disqualified', 'is', null)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) > 0;
    },
    async shown(contest: string): Promise<Shown[]> {
      const rows = await db.selectFrom('training_contest_answers').selectAll().where('contest', '=', contest).execute();
      return rows.map(toShown);
    },
    async shownTo(contest: string, uid: string): Promise<Shown[]> {
      return (await shownOf(contest, uid).orderBy('place').execute()).map(toShown);
    },
    async shownAt(contest: string, uid: string, place: number): Promise<Shown | null> {
      const row = await shownOf(contest, uid).where('place', '=', place).executeTakeFirst();
      return row === undefined ? null : toShown(row);
    },
    /** Begins the clock of a question, once: shown again it keeps the time of the first. */
    async show(contest: string, one: Pick<Shown, 'uid' | 'place' | 'question' | 'shown' | 'readable'>): Promise<void> {
      const { uid, place, question, shown, readable } = one;
      await db
        .insertInto('training_contest_answers')
        .values({
          ...{ contest, uid, place, question, shown, readable },
          ...{ answered: null, chosen: null, right_answer: null, address: null },
        })
        .onConflict((conflict) => conflict.columns(['contest', 'uid', 'place']).doNothing())
        .execute();
    },
    /** Takes an answer, once. False where there was one before. It is durable when this resolves. */
    async answer(
      contest: string,
      uid: string,
      place: number,
      given: { readonly at: number; readonly chosen: readonly number[]; readonly right: boolean; readonly address: string },
    ): Promise<boolean> {
      const done = await db
        .updateTable('training_contest_answers')
        .set({ answered: given.at, chosen: JSON.stringify(given.chosen), right_answer: given.right, address: given.address })
        .where('contest', '=', contest)
        .where('uid', '=', uid)
        .where('place', '=', place)
        .where('answered', 'is', null)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) > 0;
    },
  };
}
