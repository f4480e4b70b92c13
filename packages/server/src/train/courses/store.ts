import type { Selectable } from 'kysely';
import type { Store } from '../../store/store.ts';
import type { OwnCourseRow } from '../tables.ts';

export const ownStates = ['draft', 'published', 'replaced', 'withdrawn'] as const;
export type OwnState = (typeof ownStates)[number];

/** A version of a company's own course. */
export interface OwnCourse {
  readonly id: string;
  readonly version: number;
  readonly state: OwnState;
  readonly zh: string;
  readonly en: string | null;
  readonly saved: number;
  readonly savedBy: string;
  readonly published: number | null;
  readonly publishedBy: string | null;
}

const toOwn = (row: Selectable<OwnCourseRow>): OwnCourse => ({
  ...{ id: row.id, version: row.version, state: ownStates.find((state) => state === row.state) ?? 'withdrawn' },
  ...{ zh: row.zh, en: row.en, saved: row.saved, savedBy: row.saved_by },
  ...{ published: row.published, publishedBy: row.published_by },
});

export type OwnCourseStore = ReturnType<typeof createOwnCourseStore>;

/** The company's own courses: at most one draft and one published version of each, and all versions that were published before. */
export function createOwnCourseStore({ db, transaction }: Store) {
  return {
    /** Ids, versions and states of what counts now: enough to know whether the texts must be read again. */
    async current(): Promise<{ id: string; version: number; state: OwnState; saved: number }[]> {
      const rows = await db
        .selectFrom('training_courses')
        .select(['id', 'version', 'state', 'saved'])
        .where('state', 'in', ['draft', 'published'])
        .orderBy('id')
        .execute();
      return rows.map((row) => ({ ...row, state: row.state === 'draft' ? 'draft' : 'published' }));
    },
    async read(id: string, version: number): Promise<OwnCourse | null> {
      const row = await db
        .selectFrom('training_courses')
        .selectAll()
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirst();
      return row === undefined ? null : toOwn(row);
    },
    /** The newest first. */
    async versions(id: string): Promise<OwnCourse[]> {
      const rows = await db
        .selectFrom('training_courses')
        .selectAll()
        .where('id', '=', id)
        .orderBy('version', 'desc')
        .limit(50)
        .execute();
      return rows.map(toOwn);
    },
    /** Writes the draft of a course, over the one that there is. Resolves to its version. */
    async saveDraft(draft: Pick<OwnCourse, 'id' | 'zh' | 'en' | 'saved' | 'savedBy'>): Promise<number> {
      return await transaction(async (tx) => {
        const [newest] = await tx
          .selectFrom('training_courses')
          .select(['version', 'state'])
          .where('id', '=', draft.id)
          .orderBy('version', 'desc')
          .limit(1)
          .execute();
        const values = { zh: draft.zh, en: draft.en, saved: draft.saved, saved_by: draft.savedBy };
        if (newest?.state === 'draft') {
          await tx
            .updateTable('training_courses')
            .set(values)
            .where('id', '=', draft.id)
            .where('version', '=', newest.version)
            .execute();
          return newest.version;
        }
        const version = (newest?.version ?? 0) + 1;
        await tx
          .insertInto('training_courses')
          .values({ id: draft.id, version, state: 'draft', ...values, published: null, published_by: null })
          .execute();
        return version;
      });
    },
    /** False when there is no such draft. */
    async publish(id: string, version: number, by: string, now: number): Promise<boolean> {
      return await transaction(async (tx) => {
        const taken = await tx
          .updateTable('training_courses')
          .set({ state: 'published', published: now, published_by: by })
          .where('id', '=', id)
          .where('version', '=', version)
          .where('state', '=', 'draft')
          .executeTakeFirst();
        if (Number(taken.numUpdatedRows) === 0) return false;
        await tx
          .updateTable('training_courses')
          .set({ state: 'replaced' })
          .where('id', '=', id)
          .where('version', '<', version)
          .where('state', '=', 'published')
          .execute();
        return true;
      });
    },
    async withdraw(id: string): Promise<boolean> {
      const done = await db
        .updateTable('training_courses')
        .set({ state: 'withdrawn' })
        .where('id', '=', id)
        .where('state', 'in', ['draft', 'published'])
        .executeTakeFirst();
      return Number(done.numUpdatedRows) > 0;
    },
  };
}
