import { type LabId, labId } from '@menshen/contract';
import type { Store } from '../../store/store.ts';

/** A node has a sandbox of a person for so long after it said so last; it says so every second or so. */
export const placeMs = 30_000;
/** Nobody waits for an answer longer. */
const callMs = 120_000;
const callsAtOnce = 20;

/** Where the sandbox of a person is. */
export interface LabPlace {
  readonly node: string;
  readonly lab: LabId;
}

/** Somebody with a sandbox. */
export interface LabHolder {
  readonly uid: string;
  readonly lab: LabId;
}

/** Something that another node asks of the one with the sandbox; both texts are sealed. */
export interface LabCall {
  readonly id: string;
  readonly call: Uint8Array;
}

export type LabPlaces = ReturnType<typeof createLabPlaces>;

/** On which node each person's sandbox is, and what the other nodes ask of it. Nothing outlives its answer. */
export function createLabPlaces({ db }: Pick<Store, 'db'>) {
  return {
    /** Null where no living node has one. */
    async of(uid: string, now: number): Promise<LabPlace | null> {
      const row = await db
        .selectFrom('training_lab_places')
        .select(['node', 'lab'])
        .where('uid', '=', uid)
        .where('seen', '>', now - placeMs)
        .executeTakeFirst();
      const lab = labId.safeParse(row?.lab);
      return row === undefined || !lab.success ? null : { node: row.node, lab: lab.data };
    },
    /** Takes a person's place for a node: one holds it at a time, until it is given back or its node has not been heard. */
    async claim(uid: string, { node, lab }: LabPlace, now: number): Promise<boolean> {
      const done = await db
        .insertInto('training_lab_places')
        .values({ uid, node, lab, seen: now })
        .onConflict((conflict) =>
          conflict
            .column('uid')
            .doUpdateSet({ node, lab, seen: now })
            .where((where) =>
              where.or([where('training_lab_places.node', '=', node), where('training_lab_places.seen', '<=', now - placeMs)]),
            ),
        )
        .executeTakeFirst();
      return Number(done.numInsertedOrUpdatedRows) > 0;
    },
    /** Gives back what a node holds, but for these people, and says that it still has these. Resolves to those whom another node has by now. */
    async keep(node: string, held: readonly LabHolder[], now: number): Promise<readonly LabHolder[]> {
      const others = db.deleteFrom('training_lab_places').where('node', '=', node);
      const uids = held.map(({ uid }) => uid);
      await (uids.length === 0 ? others : others.where('uid', 'not in', uids)).execute();
      const lost: LabHolder[] = [];
      for (const one of held) if (!(await this.claim(one.uid, { node, lab: one.lab }, now))) lost.push(one);
      return lost;
    },
    async ask(id: string, node: string, call: Uint8Array, now: number): Promise<void> {
      await db.insertInto('training_lab_calls').values({ id, node, call, created: now, answer: null }).execute();
    },
    /** What a node is asked and has not answered, the oldest first. */
    async asked(node: string): Promise<LabCall[]> {
      return await db
        .selectFrom('training_lab_calls')
        .select(['id', 'call'])
        .where('node', '=', node)
        .where('answer', 'is', null)
        .orderBy('created')
        .limit(callsAtOnce)
        .execute();
    },
    /** Nothing where nobody waits for it any more. */
    async answer(id: string, answer: Uint8Array): Promise<void> {
      await db.updateTable('training_lab_calls').set({ answer }).where('id', '=', id).execute();
    },
    /** The answer, which is gone then; null while there is none. */
    async answered(id: string): Promise<Uint8Array | null> {
      const row = await db
        .deleteFrom('training_lab_calls')
        .where('id', '=', id)
        .where('answer', 'is not', null)
        .returning('answer')
        .executeTakeFirst();
      return row?.answer ?? null;
    },
    async giveUp(id: string): Promise<void> {
      await db.deleteFrom('training_lab_calls').where('id', '=', id).execute();
    },
    async maintain(now: number): Promise<void> {
      await db
        .deleteFrom('training_lab_calls')
        .where('created', '<=', now - callMs)
        .execute();
    },
  };
}
