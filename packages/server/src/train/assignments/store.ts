import { trainingOrigin, trainingTarget } from '@menshen/contract';
import type { Selectable } from 'kysely';
import type { Store } from '../../store/store.ts';
import type { AssignmentRow, DutyRow } from '../tables.ts';
import { type Assignment, type Duty, type DutyChanges, keyOf } from './model.ts';

const toAssignment = (row: Selectable<AssignmentRow>): Assignment => ({
  ...{ id: row.id, course: row.course, target: trainingTarget.parse(JSON.parse(row.target)), due: row.due },
  ...{ dueDays: row.due_days, again: row.again === 1, reason: row.reason, created: row.created, createdBy: row.created_by },
  origin: row.origin === null ? null : trainingOrigin.parse(JSON.parse(row.origin)),
  ended: row.ended,
});

const toDuty = (row: Selectable<DutyRow>): Duty => row;
const batchRows = 200;

export interface Standing {
  readonly assigned: number;
  readonly overdue: number;
  /** The due day of the oldest that is overdue, epoch ms. */
  readonly oldest: number;
  readonly unreached: number;
  readonly unreachedSince: number;
}

export type AssignmentStore = ReturnType<typeof createAssignmentStore>;

/** Assignments, and the duties of single people that follow from them. */
export function createAssignmentStore(store: Store) {
  const { db } = store;
  return {
    /** The newest first: all that run, and those that have ended since a time. */
    async list(endedSince: number): Promise<Assignment[]> {
      const rows = await db
        .selectFrom('training_assignments')
        .selectAll()
        .where((where) => where.or([where('ended', 'is', null), where('ended', '>', endedSince)]))
        .orderBy('created', 'desc')
        .orderBy('id')
        .limit(2_000)
        .execute();
      return rows.map(toAssignment);
    },
    async add(assignment: Assignment): Promise<void> {
      const { dueDays, createdBy, target, origin, ...rest } = assignment;
      await db
        .insertInto('training_assignments')
        .values({
          ...rest,
          ...{ target: JSON.stringify(target), origin: origin === null ? null : JSON.stringify(origin) },
          ...{ due_days: dueDays, created_by: createdBy, ended_by: null },
        })
        .execute();
    },
    async end(id: string, by: string, now: number): Promise<boolean> {
      const done = await db
        .updateTable('training_assignments')
        .set({ ended: now, ended_by: by })
        .where('id', '=', id)
        .where('ended', 'is', null)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) === 1;
    },
    /** How the duties stand, counted by the store: asked for every half minute, for companies of any size. */
    async standing(now: number): Promise<Standing> {
      const counts = await db
        .selectFrom('training_duties')
        .select(({ fn }) => fn.countAll<number>().as('assigned'))
        .executeTakeFirstOrThrow();
      const late = await db
        .selectFrom('training_duties')
        .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min<number | null>('due').as('oldest')])
        .where('done', 'is', null)
        .where('due', '<', now)
        .executeTakeFirstOrThrow();
      const lost = await db
        .selectFrom('training_duties')
        .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min<number | null>('reminded').as('since')])
        .where('done', 'is', null)
        .where('problem', 'is not', null)
        .executeTakeFirstOrThrow();
      return {
        ...{ assigned: Number(counts.assigned), overdue: Number(late.count), oldest: Number(late.oldest ?? now) },
        ...{ unreached: Number(lost.count), unreachedSince: Number(lost.since ?? now) },
      };
    },
    async duties(uid?: string): Promise<Duty[]> {
      const query = db.selectFrom('training_duties').selectAll();
      return (await (uid === undefined ? query : query.where('uid', '=', uid)).execute()).map(toDuty);
    },
    /**
     * Writes what has changed, a few hundred rows at a time, so that nobody else waits long. A duty that was done or reminded of since it was read stays
     * as it is until the next plan: what the plan did not see it must not undo.
     */
    async write({ put, remove }: DutyChanges, standing: readonly Duty[]): Promise<void> {
      const touched = new Set(put.map(({ uid, course }) => keyOf(uid, course)));
      const known = new Map(
        standing.flatMap((duty) => {
          const key = keyOf(duty.uid, duty.course);
          return touched.has(key) ? [[key, duty] as const] : [];
        }),
      );
      const written = (duty: Duty) => {
        const { uid, course, ...values } = duty;
        const before = known.get(keyOf(uid, course));
        if (before === undefined)
          return db
            .insertInto('training_duties')
            .values(duty)
            .onConflict((conflict) => conflict.columns(['uid', 'course']).doNothing());
        return db
          .updateTable('training_duties')
          .set(values)
          .where('uid', '=', uid)
          .where('course', '=', course)
          .where('assigned', '=', before.assigned)
          .where('reminders', '=', before.reminders)
          .where('done', before.done === null ? 'is' : '=', before.done);
      };
      const removed = ({ uid, course }: DutyChanges['remove'][number]) =>
        db.deleteFrom('training_duties').where('uid', '=', uid).where('course', '=', course).where('done', 'is', null);
      // Statements are made batch by batch: those of 50,000 people take half a second.
      for (let at = 0; at < put.length; at += batchRows) await store.batch(put.slice(at, at + batchRows).map(written));
      for (let at = 0; at < remove.length; at += batchRows) await store.batch(remove.slice(at, at + batchRows).map(removed));
    },
    async done(uid: string, course: string, now: number): Promise<void> {
      await db
        .updateTable('training_duties')
        .set({ done: now, problem: null })
        .where('uid', '=', uid)
        .where('course', '=', course)
        .where('done', 'is', null)
        .execute();
    },
    /** Takes a reminder on, so that one of many nodes sends it: false when another has. */
    async takeReminder(duty: Duty, now: number): Promise<boolean> {
      const taken = await db
        .updateTable('training_duties')
        .set({ reminded: now, reminders: duty.reminders + 1, problem: null })
        .where('uid', '=', duty.uid)
        .where('course', '=', duty.course)
        .where('reminders', '=', duty.reminders)
        .where('done', 'is', null)
        .executeTakeFirst();
      return Number(taken.numUpdatedRows) === 1;
    },
    async unreached(uid: string, course: string, problem: string): Promise<void> {
      await db.updateTable('training_duties').set({ problem }).where('uid', '=', uid).where('course', '=', course).execute();
    },
  };
}
