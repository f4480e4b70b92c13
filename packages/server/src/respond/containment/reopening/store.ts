import { reopeningPlan, reopeningSigns, reopeningState } from '@menshen/contract';
import type { Selectable } from 'kysely';
import * as z from 'zod';
import type { Store } from '../../../store/store.ts';
import type { Reopening, Seen } from './model.ts';
import type { ReopeningRow } from './tables.ts';

const bilingual = z.object({ zh: z.string(), en: z.string() });
const record = z.object({
  plan: reopeningPlan,
  rules: z.array(z.string()),
  moves: z.array(
    z.object({
      ...{ at: z.number(), by: z.string(), state: reopeningState, share: z.number() },
      ...{ sign: z.enum(reopeningSigns).nullable(), why: bilingual },
    }),
  ),
});

const toReopening = ({ record: text, ...row }: Selectable<ReopeningRow>): Reopening => ({
  ...{ measure: row.measure, step: row.step, since: row.since, salt: row.salt, version: row.version },
  state: reopeningState.parse(row.state),
  ...record.parse(JSON.parse(text)),
});

const toRow = ({ measure, state, step, since, salt, version, plan, rules, moves }: Reopening): ReopeningRow => ({
  ...{ measure, state, step, since, salt, version },
  record: JSON.stringify({ plan, rules, moves }),
});

/** Counts are kept by spans of so long. */
const spanMs = 5_000;

export type ReopeningStore = ReturnType<typeof createReopeningStore>;

/** Reopenings and what was let through: the only file that touches their tables. */
export function createReopeningStore(store: Store) {
  const { db } = store;
  return {
    async find(measure: string): Promise<Reopening | null> {
      const row = await db.selectFrom('containment_reopenings').selectAll().where('measure', '=', measure).executeTakeFirst();
      return row === undefined ? null : toReopening(row);
    },
    async findMany(measures: readonly string[]): Promise<ReadonlyMap<string, Reopening>> {
      if (measures.length === 0) return new Map();
      const rows = await db.selectFrom('containment_reopenings').selectAll().where('measure', 'in', measures).execute();
      return new Map(rows.map((row) => [row.measure, toReopening(row)]));
    },
    /** Those that have not come to their end. */
    async underWay(): Promise<Reopening[]> {
      const rows = await db.selectFrom('containment_reopenings').selectAll().where('state', '!=', 'complete').execute();
      return rows.map(toReopening);
    },
    /** Writes one anew, or over the version that was read; false when somebody else was quicker. */
    async put(next: Reopening): Promise<boolean> {
      const row = toRow({ ...next, version: next.version + 1 });
      if (next.version === 0) {
        const made = await db
          .insertInto('containment_reopenings')
          .values(row)
          .onConflict((conflict) => conflict.column('measure').doNothing())
          .executeTakeFirst();
        return Number(made.numInsertedOrUpdatedRows ?? 0) > 0;
      }
      const changed = await db
        .updateTable('containment_reopenings')
        .set(row)
        .where('measure', '=', next.measure)
        .where('version', '=', next.version)
        .executeTakeFirst();
      return Number(changed.numUpdatedRows) > 0;
    },
    async addSeen(measure: string, stepSince: number, now: number, more: Seen): Promise<void> {
      await db
        .insertInto('containment_seen')
        .values({ measure, step_since: stepSince, at: now - (now % spanMs), ...more })
        .onConflict((conflict) =>
          conflict.columns(['measure', 'step_since', 'at']).doUpdateSet((value) => ({
            requests: value('containment_seen.requests', '+', more.requests),
            errors: value('containment_seen.errors', '+', more.errors),
            refused: value('containment_seen.refused', '+', more.refused),
          })),
        )
        .execute();
    },
    /** What all nodes have let through in a step since a moment. */
    async seen(measure: string, stepSince: number, from: number): Promise<Seen> {
      const row = await db
        .selectFrom('containment_seen')
        .select(({ fn }) => [
          fn.sum<number>('requests').as('requests'),
          fn.sum<number>('errors').as('errors'),
          fn.sum<number>('refused').as('refused'),
        ])
        .where('measure', '=', measure)
        .where('step_since', '=', stepSince)
        .where('at', '>=', from - spanMs)
        .executeTakeFirst();
      return {
        ...{ requests: Number(row?.requests ?? 0), errors: Number(row?.errors ?? 0), refused: Number(row?.refused ?? 0) },
      };
    },
    async removeSeenBefore(at: number): Promise<void> {
      await db.deleteFrom('containment_seen').where('at', '<', at).execute();
    },
  };
}
