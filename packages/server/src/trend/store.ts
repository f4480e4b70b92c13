import { gunzipSync, gzipSync } from 'node:zlib';
import { bilingual, trendCauses } from '@menshen/contract';
import type { Store } from '../store/store.ts';
import { type Basis, basis, type Cause, type Day, dayContent, type Mark } from './model.ts';

const basisId = 'last';
/** A basis may not unfold beyond this, whatever stands in the store. */
const mostBytes = 256 * 1_048_576;
/** Days of which every day is kept; of those before, the Mondays. */
export const everyDay = 120;

export type TrendStore = ReturnType<typeof createTrendStore>;

/** Days, marks and what the next look is compared with. */
export function createTrendStore({ db, transaction }: Pick<Store, 'db' | 'transaction'>) {
  return {
    async putDays(rows: readonly (Day & { readonly subject: string })[]): Promise<void> {
      await transaction(async (tx) => {
        for (const { day, subject, at, content } of rows) {
          const row = { at, content: JSON.stringify(content) };
          await tx
            .insertInto('trend_days')
            .values({ day, subject, ...row })
            .onConflict((conflict) => conflict.columns(['subject', 'day']).doUpdateSet(row))
            .execute();
        }
      });
    },
    /** The oldest first. */
    async days(subject: string, from: number): Promise<Day[]> {
      const rows = await db
        .selectFrom('trend_days')
        .select(['day', 'at', 'content'])
        .where('subject', '=', subject)
        .where('day', '>=', from)
        .orderBy('day')
        .execute();
      return rows.map(({ content, ...row }) => ({ ...row, content: dayContent.parse(JSON.parse(content)) }));
    },
    /** The newest first. `apps`: of these and of what all share; null for everything. */
    async marks(from: number, limit: number, apps: readonly string[] | null): Promise<Mark[]> {
      let query = db
        .selectFrom('trend_marks')
        .selectAll()
        .where('day', '>=', from)
        .orderBy('at', 'desc')
        .orderBy('kind')
        .orderBy('ref')
        .limit(limit);
      if (apps !== null) query = query.where('app', 'in', ['', ...apps]);
      return (await query.execute()).flatMap(({ kind, text, app, ...row }) => {
        const known = trendCauses.find((one) => one === kind);
        if (known === undefined) return [];
        return [{ ...row, kind: known, app: app === '' ? null : app, text: bilingual.parse(JSON.parse(text)) }];
      });
    },
    async basisAt(): Promise<number | null> {
      const row = await db.selectFrom('trend_basis').select('at').where('id', '=', basisId).executeTakeFirst();
      return row?.at ?? null;
    },
    async basis(): Promise<Basis | null> {
      const row = await db.selectFrom('trend_basis').select('content').where('id', '=', basisId).executeTakeFirst();
      if (row === undefined) return null;
      return basis.parse(JSON.parse(gunzipSync(row.content, { maxOutputLength: mostBytes }).toString('utf8')));
    },
    /**
     * Notes what changed, and compares with another basis from now on. False where another node has done so meanwhile, and then nothing is noted. Of one day the same
     * cause is one mark.
     */
    async note(from: number | null, to: Basis, day: number, causes: readonly Cause[]): Promise<boolean> {
      const content = gzipSync(JSON.stringify(to));
      return await transaction(async (tx) => {
        if (from === null) {
          const added = await tx
            .insertInto('trend_basis')
            .values({ id: basisId, at: to.at, content })
            .onConflict((conflict) => conflict.column('id').doNothing())
            .executeTakeFirst();
          if (Number(added.numInsertedOrUpdatedRows ?? 0) !== 1) return false;
        } else {
          const moved = await tx
            .updateTable('trend_basis')
            .set({ at: to.at, content })
            .where('id', '=', basisId)
            .where('at', '=', from)
            .executeTakeFirst();
          if (Number(moved.numUpdatedRows) !== 1) return false;
        }
        for (const { kind, ref, app, text, count, effect, path } of causes) {
          const key = { day, kind, ref, app: app ?? '' };
          const known = await tx
            .selectFrom('trend_marks')
            .select(['count', 'effect'])
            .where('day', '=', day)
            .where('kind', '=', kind)
            .where('ref', '=', ref)
            .where('app', '=', key.app)
            .executeTakeFirst();
          const row = {
            ...{ at: to.at, text: JSON.stringify(text), path, count: count + (known?.count ?? 0) },
            effect: effect === null ? null : Math.round((effect + (known?.effect ?? 0)) * 10) / 10,
          };
          await tx
            .insertInto('trend_marks')
            .values({ ...key, ...row })
            .onConflict((conflict) => conflict.columns(['day', 'kind', 'ref', 'app']).doUpdateSet(row))
            .execute();
        }
        return true;
      });
    },
    /** Removes what is older than a day, and of what is older than another every day but the Mondays. */
    async thin(before: number, weekly: number): Promise<void> {
      await transaction(async (tx) => {
        await tx.deleteFrom('trend_days').where('day', '<', before).execute();
        await tx.deleteFrom('trend_marks').where('day', '<', before).execute();
        const days = await tx.selectFrom('trend_days').select('day').distinct().where('day', '<', weekly).execute();
        // 1970-01-05 was a Monday.
        const gone = days.map(({ day }) => day).filter((day) => (day - 4) % 7 !== 0);
        for (let at = 0; at < gone.length; at += 500)
          await tx
            .deleteFrom('trend_days')
            .where('day', 'in', gone.slice(at, at + 500))
            .execute();
      });
    },
  };
}
