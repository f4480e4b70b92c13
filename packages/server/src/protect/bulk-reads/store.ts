import * as z from 'zod';
import type { Store } from '../../store/store.ts';
import { Histogram } from './histogram.ts';

export type Measure = 'answer' | 'hour';

/** What is usual for a route, or for a person on it. */
export interface Norm {
  readonly app: string;
  readonly route: string;
  /** A keyed tag; empty for the route as a whole. */
  readonly person: string;
  readonly measure: Measure;
  readonly counts: Histogram;
  /** Epoch ms of the first that was counted. */
  readonly first: number;
}

const countsSchema = z.array(z.number().min(0)).max(100);

/** What all nodes have counted. Its table is made with the inventory's. */
export function createNormStore(store: Store) {
  const { db } = store;
  return {
    /** Adds differences, all or none, and answers with the sums in their order. */
    async add(differences: readonly Norm[], now: number): Promise<Norm[]> {
      return await store.transaction(async (transaction) => {
        const sums: Norm[] = [];
        for (const difference of differences) sums.push(await addOne(transaction, difference, now));
        return sums;
      });
    },
    async all(most: number): Promise<Norm[]> {
      const rows = await db.selectFrom('data_norms').selectAll().orderBy('last_at', 'desc').limit(most).execute();
      return rows.map(({ app, route, person, measure, counts, first_at: first }) => ({
        ...{ app, route, person, first, measure: measure as Measure },
        counts: new Histogram(countsSchema.parse(JSON.parse(counts))),
      }));
    },
    async removeBefore(time: number): Promise<void> {
      await db.deleteFrom('data_norms').where('last_at', '<', time).execute();
    },
  };

  async function addOne(
    transaction: typeof db,
    { app, route, person, measure, counts, first }: Norm,
    now: number,
  ): Promise<Norm> {
    const row = await transaction
      .selectFrom('data_norms')
      .select(['counts', 'first_at'])
      .where('app', '=', app)
      .where('route', '=', route)
      .where('person', '=', person)
      .where('measure', '=', measure)
      .executeTakeFirst();
    const sum = new Histogram(row === undefined ? [] : countsSchema.parse(JSON.parse(row.counts)));
    sum.merge(counts);
    sum.age();
    const begun = Math.min(first, row?.first_at ?? first);
    const state = { counts: JSON.stringify(sum), first_at: begun, last_at: now };
    await transaction
      .insertInto('data_norms')
      .values({ app, route, person, measure, ...state })
      .onConflict((conflict) => conflict.columns(['app', 'route', 'person', 'measure']).doUpdateSet(state))
      .execute();
    return { app, route, person, measure, counts: sum, first: begun };
  }
}

export type NormStore = ReturnType<typeof createNormStore>;
