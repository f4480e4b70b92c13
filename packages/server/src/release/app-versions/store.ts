import type { Store } from '../../store/store.ts';

/** Which release a number of WeChat stands for. */
export interface NumberedVersion {
  readonly app: string;
  readonly number: number;
  readonly version: string;
  readonly by: string;
  readonly at: number;
}

/** What people have said of the numbers in Referers. */
export function createAppVersionStore({ db }: Store) {
  return {
    async all(): Promise<NumberedVersion[]> {
      const rows = await db.selectFrom('app_versions').selectAll().orderBy('app').orderBy('number', 'desc').execute();
      return rows.map(({ app, number, version, set_by, set_at }) => ({ app, number, version, by: set_by, at: set_at }));
    },
    async put({ app, number, version, by, at }: NumberedVersion): Promise<void> {
      const values = { version, set_by: by, set_at: at };
      await db
        .insertInto('app_versions')
        .values({ app, number, ...values })
        .onConflict((conflict) => conflict.columns(['app', 'number']).doUpdateSet(values))
        .execute();
    },
    async remove(app: string, number: number): Promise<void> {
      await db.deleteFrom('app_versions').where('app', '=', app).where('number', '=', number).execute();
    },
  };
}

export type AppVersionStore = ReturnType<typeof createAppVersionStore>;
