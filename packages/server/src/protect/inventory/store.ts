import type { DataKind } from '@menshen/contract';
import { sql } from 'kysely';
import * as z from 'zod';
import type { Store } from '../../store/store.ts';
import type { Correction, FieldRef, FieldSeen } from './model.ts';
import type { ReadersSeen } from './observing.ts';
import { addToTop, ReaderSketch } from './reader-sketch.ts';

const topSchema = z.array(z.tuple([z.string(), z.number()]));
/** Fields of one route that are kept; more are no schema but data in member names. */
const maxFieldsOfRoute = 300;
/** Fields written in one transaction. */
const together = 100;

export function createInventoryStore(store: Store) {
  const { db } = store;
  return {
    /** Adds what one node has seen to what all nodes have. */
    async addFields(rows: readonly FieldSeen[]): Promise<void> {
      for (let from = 0; from < rows.length; from += together) {
        const some = rows.slice(from, from + together);
        await store.transaction((transaction) => addSome(transaction, some));
      }
    },
    async addReaders(rows: readonly ReadersSeen[]): Promise<void> {
      for (const { app, route, day, sketch, top } of rows) {
        await store.transaction(async (transaction) => {
          const row = await transaction
            .selectFrom('data_readers')
            .selectAll()
            .where('app', '=', app)
            .where('route', '=', route)
            .where('day', '=', day)
            .executeTakeFirst();
          const merged = new ReaderSketch(row?.sketch ?? null);
          merged.merge(sketch);
          const tops = new Map(row === undefined ? [] : topSchema.parse(JSON.parse(row.top)));
          for (const [tag, count] of top) addToTop(tops, tag, count);
          const state = { sketch: merged.toString(), top: JSON.stringify([...tops]) };
          await transaction
            .insertInto('data_readers')
            .values({ app, route, day, ...state })
            .onConflict((conflict) => conflict.columns(['app', 'route', 'day']).doUpdateSet(state))
            .execute();
        });
      }
    },
    async fields(): Promise<FieldSeen[]> {
      const rows = await db.selectFrom('data_fields').selectAll().orderBy('last_at', 'desc').limit(10_000).execute();
      return rows.map(({ app, route, field, kind, answers, shown, ...row }) => ({
        ...{ app, route, field, answers, shown, kind: kind as DataKind, values: row.values_seen },
        ...{ first: row.first_at, last: row.last_at, lastShown: row.last_shown_at },
      }));
    },
    async readers(since: number, of?: { readonly app: string; readonly route: string }): Promise<ReadersSeen[]> {
      let query = db.selectFrom('data_readers').selectAll().where('day', '>=', since);
      if (of !== undefined) query = query.where('app', '=', of.app).where('route', '=', of.route);
      const rows = await query.orderBy('day', 'desc').limit(20_000).execute();
      return rows.map(({ sketch, top, ...row }) => ({
        ...row,
        sketch: new ReaderSketch(sketch),
        top: new Map(topSchema.parse(JSON.parse(top))),
      }));
    },
    async corrections(): Promise<Correction[]> {
      const rows = await db.selectFrom('data_corrections').selectAll().limit(20_000).execute();
      return rows.map(({ not_personal, changed_by, changed_at, kind, ...row }) => ({
        ...row,
        kind: kind as DataKind | null,
        notPersonal: not_personal === 1,
        by: changed_by,
        at: changed_at,
      }));
    },
    async correct({ app, route, field, kind, level, owner, note, notPersonal, by, at }: Correction): Promise<void> {
      const state = { kind, level, owner, note, not_personal: notPersonal ? 1 : 0, changed_by: by, changed_at: at };
      await db
        .insertInto('data_corrections')
        .values({ app, route, field, ...state })
        .onConflict((conflict) => conflict.columns(['app', 'route', 'field']).doUpdateSet(state))
        .execute();
    },
    async knows({ app, route, field }: FieldRef): Promise<boolean> {
      const row = await db
        .selectFrom('data_fields')
        .select('kind')
        .where('app', '=', app)
        .where('route', '=', route)
        .where('field', '=', field)
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
    async removeReadersBefore(day: number): Promise<void> {
      await db.deleteFrom('data_readers').where('day', '<', day).execute();
    },
  };

  async function addSome(transaction: typeof db, rows: readonly FieldSeen[]): Promise<void> {
    const kept = new Map<string, number>();
    for (const { app, route, field, kind, answers, values, shown, first, last, lastShown } of rows) {
      const key = JSON.stringify([app, route]);
      const count = kept.get(key) ?? (await countOf(transaction, app, route));
      const updated = await transaction
        .updateTable('data_fields')
        .set({
          answers: sql`answers + ${answers}`,
          values_seen: sql`values_seen + ${values}`,
          shown: sql`shown + ${shown}`,
          last_at: sql`case when last_at > ${last} then last_at else ${last} end`,
          ...(lastShown === null ? {} : { last_shown_at: lastShown }),
        })
        .where('app', '=', app)
        .where('route', '=', route)
        .where('field', '=', field)
        .where('kind', '=', kind)
        .executeTakeFirst();
      kept.set(key, count);
      if (Number(updated.numUpdatedRows) > 0 || count >= maxFieldsOfRoute) continue;
      kept.set(key, count + 1);
      const values_ = { app, route, field, kind, answers, values_seen: values, shown };
      await transaction
        .insertInto('data_fields')
        .values({ ...values_, first_at: first, last_at: last, last_shown_at: lastShown })
        .onConflict((conflict) =>
          conflict.columns(['app', 'route', 'field', 'kind']).doUpdateSet({
            answers: sql`data_fields.answers + ${answers}`,
            values_seen: sql`data_fields.values_seen + ${values}`,
            shown: sql`data_fields.shown + ${shown}`,
          }),
        )
        .execute();
    }
  }

  async function countOf(transaction: typeof db, app: string, route: string): Promise<number> {
    const row = await transaction
      .selectFrom('data_fields')
      .select((select) => select.fn.countAll<number | string>().as('count'))
      .where('app', '=', app)
      .where('route', '=', route)
      .executeTakeFirst();
    return Number(row?.count ?? 0);
  }
}

export type InventoryStore = ReturnType<typeof createInventoryStore>;
