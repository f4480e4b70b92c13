import { type DrillTemplate, drillTemplate, type TrainingTarget, trainingTarget } from '@menshen/contract';
import type { Selectable } from 'kysely';
import type { Store } from '../../store/store.ts';
import type { DrillMailRow, DrillRow } from './tables.ts';

export interface Drill {
  readonly id: string;
  readonly template: DrillTemplate;
  readonly sender: string;
  readonly target: TrainingTarget;
  readonly reason: string;
  readonly created: number;
  readonly createdBy: string;
  readonly started: number | null;
  readonly approvedBy: string | null;
  readonly ended: number | null;
}

export type DrillMail = Selectable<DrillMailRow>;

const toDrill = ({ template, target, created_by, approved_by, ...row }: Selectable<DrillRow>): Drill => ({
  ...{ id: row.id, sender: row.sender, reason: row.reason, created: row.created, started: row.started, ended: row.ended },
  ...{ createdBy: created_by, approvedBy: approved_by, template: drillTemplate.parse(template) },
  target: trainingTarget.parse(JSON.parse(target)),
});

export type DrillStore = ReturnType<typeof createDrillStore>;

/** Drills, and for each person whom one was for: sent, opened, reported, and nothing else. */
export function createDrillStore({ db, transaction }: Store) {
  return {
    async list(): Promise<Drill[]> {
      const rows = await db.selectFrom('training_drills').selectAll().orderBy('created', 'desc').limit(100).execute();
      return rows.map(toDrill);
    },
    async find(id: string): Promise<Drill | null> {
      const row = await db.selectFrom('training_drills').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toDrill(row);
    },
    async create({ id, template, sender, target, reason, created, createdBy }: Drill): Promise<void> {
      await db
        .insertInto('training_drills')
        .values({
          ...{ id, template, sender, target: JSON.stringify(target), reason, created, created_by: createdBy },
          ...{ started: null, approved_by: null, ended: null },
        })
        .execute();
    },
    /** Starts it for these people, once. */
    async start(id: string, uids: readonly string[], approvedBy: string, now: number): Promise<boolean> {
      return await transaction(async (tx) => {
        const done = await tx
          .updateTable('training_drills')
          .set({ started: now, approved_by: approvedBy })
          .where('id', '=', id)
          .where('started', 'is', null)
          .where('ended', 'is', null)
          .executeTakeFirst();
        if (Number(done.numUpdatedRows) === 0) return false;
        const empty = { hash: null, sent: null, problem: null, opened: null, reported: null };
        for (let at = 0; at < uids.length; at += 100)
          await tx
            .insertInto('training_drill_mails')
            .values(uids.slice(at, at + 100).map((uid) => ({ drill: id, uid, ...empty })))
            .execute();
        return true;
      });
    },
    async end(id: string, now: number): Promise<boolean> {
      const done = await db
        .updateTable('training_drills')
        .set({ ended: now })
        .where('id', '=', id)
        .where('ended', 'is', null)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) > 0;
    },
    async mails(drill?: string): Promise<DrillMail[]> {
      const query = db.selectFrom('training_drill_mails').selectAll();
      return await (drill === undefined ? query : query.where('drill', '=', drill)).execute();
    },
    async waiting(drill: string, most: number): Promise<string[]> {
      const rows = await db
        .selectFrom('training_drill_mails')
        .select('uid')
        .where('drill', '=', drill)
        .where('sent', 'is', null)
        .orderBy('uid')
        .limit(most)
        .execute();
      return rows.map(({ uid }) => uid);
    },
    /** Takes a mail for sending, once over all nodes and none of a drill that was ended: a person gets one at most, also where sending it then fails. */
    async take(drill: string, uid: string, hash: string, now: number): Promise<boolean> {
      const done = await db
        .updateTable('training_drill_mails')
        .set({ hash, sent: now })
        .where('drill', 'in', db.selectFrom('training_drills').select('id').where('id', '=', drill).where('ended', 'is', null))
        .where('uid', '=', uid)
        .where('sent', 'is', null)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) > 0;
    },
    async failed(drill: string, uid: string, problem: string): Promise<void> {
      await db.updateTable('training_drill_mails').set({ problem }).where('drill', '=', drill).where('uid', '=', uid).execute();
    },
    async byHash(hash: string): Promise<DrillMail | null> {
      const row = await db.selectFrom('training_drill_mails').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row ?? null;
    },
    /** The first time counts. */
    async note(drill: string, uid: string, what: 'opened' | 'reported', now: number): Promise<void> {
      await db
        .updateTable('training_drill_mails')
        .set({ [what]: now })
        .where('drill', '=', drill)
        .where('uid', '=', uid)
        .where(what, 'is', null)
        .execute();
    },
    async unreported(uid: string, since: number): Promise<DrillMail[]> {
      return await db
        .selectFrom('training_drill_mails')
        .selectAll()
        .where('uid', '=', uid)
        .where('sent', '>=', since)
        .where('problem', 'is', null)
        .where('reported', 'is', null)
        .execute();
    },
  };
}
