import * as z from 'zod';
import type { Keys } from '../keys/master.ts';
import type { Store } from '../store/store.ts';
import type { SourceImage } from './model.ts';

const counts = z.object({
  departments: z.number(),
  people: z.number(),
  added: z.number(),
  changed: z.number(),
  left: z.number(),
  disabled: z.number(),
  conflicts: z.number(),
});
export type SyncCounts = z.output<typeof counts>;

const sourceState = z.object({
  /** Start of the last run, and end of the last that succeeded, epoch ms. */
  startedAt: z.number().nullable(),
  syncedAt: z.number().nullable(),
  /** Code of why the last run failed; null when it did not. */
  error: z.string().nullable(),
  counts: counts.nullable(),
  /** Records that could not be taken, with the reason; at most 50. */
  conflicts: z.array(z.object({ key: z.string(), reason: z.string() })),
});
export type SourceState = z.output<typeof sourceState>;
export const noState: SourceState = { startedAt: null, syncedAt: null, error: null, counts: null, conflicts: [] };

const summary = z.object({
  departments: z.number(),
  departmentsRemoved: z.array(z.string()),
  people: z.number(),
  added: z.array(z.string()),
  changed: z.array(z.string()),
  left: z.array(z.string()),
  disabled: z.array(z.string()),
  conflicts: z.array(z.object({ key: z.string(), reason: z.string() })),
  activeBefore: z.number(),
});
/** What a held change would do. Lists are cut at 1,000; `totals` are whole. */
export type ChangeSummary = z.output<typeof summary>;
const heldSummary = z.object({ mode: z.enum(['full', 'partial']), totals: counts, diff: summary });

/** A change that waits for an administrator: a run that takes away too much, or a file that was read and not yet applied. */
export interface HeldChange {
  readonly id: string;
  readonly source: string;
  readonly kind: 'guard' | 'preview';
  /** The same for the same departures: a run that is held again raises no second alarm. */
  readonly digest: string;
  readonly by: string;
  /** Epoch ms. */
  readonly at: number;
  readonly summary: z.output<typeof heldSummary>;
}

const imageSchema = z.custom<SourceImage>((value) => typeof value === 'object' && value !== null);
const place = (id: string) => ({ table: 'directory_held', column: 'image', key: id });

/** How each source fared, and the changes that wait. Images are sealed: they hold phone numbers. */
export function createSourceStore(store: Store, keys: Keys) {
  const { db } = store;
  const toHeld = (row: {
    id: string;
    source: string;
    kind: string;
    digest: string;
    made_by: string;
    at: number;
    summary: string;
  }): HeldChange => ({
    id: row.id,
    source: row.source,
    kind: z.enum(['guard', 'preview']).parse(row.kind),
    digest: row.digest,
    by: row.made_by,
    at: row.at,
    summary: heldSummary.parse(JSON.parse(row.summary)),
  });
  const columns = ['id', 'source', 'kind', 'digest', 'made_by', 'at', 'summary'] as const;
  return {
    async states(): Promise<Map<string, SourceState>> {
      const rows = await db.selectFrom('directory_sources').selectAll().execute();
      return new Map(rows.map(({ id, state }) => [id, sourceState.parse(JSON.parse(state))]));
    },
    async setState(id: string, state: SourceState): Promise<void> {
      const text = JSON.stringify(state);
      await db
        .insertInto('directory_sources')
        .values({ id, state: text })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ state: text }))
        .execute();
    },
    async held(): Promise<HeldChange[]> {
      return (await db.selectFrom('directory_held').select(columns).orderBy('at', 'desc').limit(100).execute()).map(toHeld);
    },
    async heldBy(id: string): Promise<{ readonly held: HeldChange; readonly image: SourceImage } | null> {
      const row = await db.selectFrom('directory_held').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) return null;
      return { held: toHeld(row), image: imageSchema.parse(JSON.parse(keys.openText(row.image, place(id)))) };
    },
    /** Puts a change in the place of an earlier one of its source and kind. */
    async hold(held: HeldChange, image: SourceImage): Promise<void> {
      await store.batch([
        db.deleteFrom('directory_held').where('source', '=', held.source).where('kind', '=', held.kind),
        db.insertInto('directory_held').values({
          id: held.id,
          source: held.source,
          kind: held.kind,
          digest: held.digest,
          made_by: held.by,
          at: held.at,
          summary: JSON.stringify(held.summary),
          image: keys.sealText(JSON.stringify(image), place(held.id)),
        }),
      ]);
    },
    /** Whether this call removed it: true for exactly one of any number of callers. */
    async take(id: string): Promise<boolean> {
      return Number((await db.deleteFrom('directory_held').where('id', '=', id).executeTakeFirst()).numDeletedRows) > 0;
    },
    async dropGuard(source: string): Promise<void> {
      await db.deleteFrom('directory_held').where('source', '=', source).where('kind', '=', 'guard').execute();
    },
    async dropPreviewsBefore(at: number): Promise<void> {
      await db.deleteFrom('directory_held').where('kind', '=', 'preview').where('at', '<', at).execute();
    },
  };
}

export type SourceStore = ReturnType<typeof createSourceStore>;
