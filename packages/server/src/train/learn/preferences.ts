import type { Store } from '../../store/store.ts';

/** What a learner has chosen for themselves. */
export interface Preferences {
  readonly language: 'zh' | 'en' | null;
  /** Whether they are shown on the leaderboard; nobody is without having chosen it. */
  readonly leaderboard: boolean;
  /** Whether reminders may come by mail where WeCom does not reach them. */
  readonly mail: boolean;
  /** Whether they get digests and tips, and warnings. */
  readonly bulletins: boolean;
  readonly warnings: boolean;
}

const unset: Preferences = { language: null, leaderboard: false, mail: true, bulletins: true, warnings: true };

export type PreferenceStore = ReturnType<typeof createPreferenceStore>;

export function createPreferenceStore({ db }: Store) {
  return {
    async find(uid: string): Promise<Preferences> {
      const row = await db.selectFrom('training_learners').selectAll().where('uid', '=', uid).executeTakeFirst();
      if (row === undefined) return unset;
      const language = row.language === 'zh' || row.language === 'en' ? row.language : null;
      return {
        ...{ language, leaderboard: row.leaderboard === 1, mail: row.mail === 1 },
        ...{ bulletins: row.bulletins === 1, warnings: row.warnings === 1 },
      };
    },
    async put(uid: string, { language, leaderboard, mail, bulletins, warnings }: Preferences): Promise<void> {
      const values = { language, leaderboard, mail, bulletins, warnings };
      await db
        .insertInto('training_learners')
        .values({ uid, ...values })
        .onConflict((conflict) => conflict.column('uid').doUpdateSet(values))
        .execute();
    },
    /** Who wants no digests and tips, or no warnings. */
    async turnedOff(what: 'bulletins' | 'warnings'): Promise<string[]> {
      const rows = await db.selectFrom('training_learners').select('uid').where(what, '=', 0).execute();
      return rows.map(({ uid }) => uid);
    },
    /** Who takes part in the leaderboard. */
    async taking(): Promise<string[]> {
      const rows = await db.selectFrom('training_learners').select('uid').where('leaderboard', '=', 1).execute();
      return rows.map(({ uid }) => uid);
    },
  };
}
