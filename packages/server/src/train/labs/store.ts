import { type LabId, labId } from '@menshen/contract';
import type { Selectable } from 'kysely';
import type { Store } from '../../store/store.ts';
import type { LabRow } from './tables.ts';

export interface LabResult {
  readonly uid: string;
  readonly lab: LabId;
  readonly started: number;
  readonly tries: number;
  readonly passed: number | null;
}

/** A row of a lab that this version does not have any more is none. */
const toResults = (rows: readonly Selectable<LabRow>[]): LabResult[] =>
  rows.flatMap(({ lab, ...row }) => {
    const known = labId.safeParse(lab);
    return known.success ? [{ ...row, lab: known.data }] : [];
  });

export type LabStore = ReturnType<typeof createLabStore>;

/** Who has tried which lab, and passed it. */
export function createLabStore({ db }: Store) {
  return {
    /** Of one person, or of everybody. */
    async results(uid?: string): Promise<LabResult[]> {
      const query = db.selectFrom('training_labs').selectAll();
      return toResults(await (uid === undefined ? query : query.where('uid', '=', uid)).execute());
    },
    async started(uid: string, lab: LabId, now: number): Promise<void> {
      await db
        .insertInto('training_labs')
        .values({ uid, lab, started: now, tries: 1, passed: null })
        .onConflict((conflict) =>
          conflict.columns(['uid', 'lab']).doUpdateSet((set) => ({ tries: set('training_labs.tries', '+', 1) })),
        )
        .execute();
    },
    /** The first time counts. False when it was passed before. */
    async passed(uid: string, lab: LabId, now: number): Promise<boolean> {
      const done = await db
        .updateTable('training_labs')
        .set({ passed: now })
        .where('uid', '=', uid)
        .where('lab', '=', lab)
        .where('passed', 'is', null)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) > 0;
    },
  };
}
