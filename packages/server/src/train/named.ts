import {
  type BulletinDraft,
  bulletinDraft,
  type ContestPlan,
  contestPlan,
  type TrainingTarget,
  trainingTarget,
} from '@menshen/contract';
import type { Store } from '../store/store.ts';

/** What is meant for people by name: assignments, phishing mails, bulletins and the teams of contests, also those that nobody has started yet. */
export function createNamedTargets(store: Store) {
  const { db } = store;
  const named = (target: TrainingTarget, uid: string): boolean => target.kind === 'people' && target.uids.includes(uid);
  const without = (target: TrainingTarget, uid: string, pseudonym: string): TrainingTarget =>
    target.kind === 'people' ? { ...target, uids: target.uids.map((one) => (one === uid ? pseudonym : one)) } : target;
  const targets = async (table: 'training_assignments' | 'training_drills', uid: string) =>
    (await db.selectFrom(table).select(['id', 'target']).execute())
      .map(({ id, target }) => ({ table, id, target: trainingTarget.parse(JSON.parse(target)) }))
      .filter(({ target }) => named(target, uid));
  const bulletins = async (uid: string): Promise<{ readonly id: string; readonly draft: BulletinDraft }[]> =>
    (await db.selectFrom('training_bulletins').select(['id', 'draft']).execute())
      .map(({ id, draft }) => ({ id, draft: bulletinDraft.parse(JSON.parse(draft)) }))
      .filter(({ draft }) => named(draft.target, uid));
  /** Contests whose teams name somebody. */
  const contests = async (uid: string): Promise<{ readonly id: string; readonly plan: ContestPlan }[]> =>
    (await db.selectFrom('training_contests').select(['id', 'plan']).execute())
      .map(({ id, plan }) => ({ id, plan: contestPlan.parse(JSON.parse(plan)) }))
      .filter(({ plan: { teams } }) => teams.kind === 'named' && teams.teams.some(({ uids }) => uids.includes(uid)));
  const outOfTeams = ({ teams, ...plan }: ContestPlan, uid: string, pseudonym: string): ContestPlan => ({
    ...plan,
    teams:
      teams.kind === 'named'
        ? {
            ...teams,
            teams: teams.teams.map((one) => ({ ...one, uids: one.uids.map((member) => (member === uid ? pseudonym : member)) })),
          }
        : teams,
  });
  const both = async (uid: string) => [
    ...(await targets('training_assignments', uid)),
    ...(await targets('training_drills', uid)),
  ];
  return {
    count: async (uid: string): Promise<number> =>
      (await both(uid)).length + (await bulletins(uid)).length + (await contests(uid)).length,
    /** Statements that put a pseudonym in a person's place: nobody is meant by it, and whoever else is named goes on being meant. */
    rename: async (uid: string, pseudonym: string) => [
      ...(await both(uid)).map(({ table, id, target }) =>
        db
          .updateTable(table)
          .set({ target: JSON.stringify(without(target, uid, pseudonym)) })
          .where('id', '=', id),
      ),
      ...(await bulletins(uid)).map(({ id, draft }) =>
        db
          .updateTable('training_bulletins')
          .set({ draft: JSON.stringify({ ...draft, target: without(draft.target, uid, pseudonym) }) })
          .where('id', '=', id),
      ),
      ...(await contests(uid)).map(({ id, plan }) =>
        db
          .updateTable('training_contests')
          .set({ plan: JSON.stringify(outOfTeams(plan, uid, pseudonym)) })
          .where('id', '=', id),
      ),
    ],
  };
}
