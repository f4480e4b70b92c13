import { recoveryBox, recoveryEvidenceKind } from '@menshen/contract';
import type { Transaction } from 'kysely';
import * as z from 'zod';
import type { Keys } from '../../keys/master.ts';
import type { Schema, Store } from '../../store/store.ts';

const bilingual = z.object({ zh: z.string(), en: z.string() });
/** How a box was filled. What a person wrote lies here and nowhere in the log. */
const filling = z.discriminatedUnion('how', [
  z.object({
    how: z.literal('evidence'),
    evidence: z.object({
      ...{ kind: recoveryEvidenceKind, ref: z.string(), label: bilingual, at: z.number(), path: z.string() },
      index: z.number().nullable(),
    }),
  }),
  z.object({ how: z.literal('statement'), who: z.string(), reason: z.string() }),
  z.object({ how: z.literal('not_needed'), reason: z.string() }),
  z.object({ how: z.literal('withdraw'), reason: z.string() }),
  /** For all boxes that were open at once; `box` of the row is the first of them. */
  z.object({ how: z.literal('exception'), missing: z.array(recoveryBox), reason: z.string() }),
]);
export type Filling = z.output<typeof filling>;

export interface FilledBox {
  readonly id: string;
  readonly incident: string;
  readonly box: z.output<typeof recoveryBox>;
  readonly at: number;
  readonly by: string;
  readonly filling: Filling;
}

export type RecoveryChecklistStore = ReturnType<typeof createRecoveryChecklistStore>;

/** What fills the boxes of incidents. Rows are only added: the newest of a box counts. */
export function createRecoveryChecklistStore(store: Store, keys: Keys) {
  const place = (id: string) => ({ table: 'incident_recovery', column: 'sealed', key: id });
  const { db } = store;
  return {
    async add(tx: Transaction<Schema>, { id, incident, box, at, by, filling: given }: FilledBox): Promise<void> {
      const last = await tx
        .selectFrom('incident_recovery')
        .select(({ fn }) => fn.max('at').as('last'))
        .where('incident', '=', incident)
        .executeTakeFirst();
      const sealed = keys.sealText(JSON.stringify(given), place(id));
      const row = { id, incident, box, at: Math.max(at, Number(last?.last ?? 0) + 1), by, sealed };
      await tx.insertInto('incident_recovery').values(row).execute();
    },
    /** The oldest first. */
    async of(incident: string): Promise<FilledBox[]> {
      const query = db.selectFrom('incident_recovery').selectAll().where('incident', '=', incident);
      return (await query.orderBy('at').limit(1_000).execute()).map(({ id, box, at, by, sealed }) => ({
        ...{ id, incident, box: recoveryBox.parse(box), at, by },
        filling: filling.parse(JSON.parse(keys.openText(sealed, place(id)))),
      }));
    },
    /** Writes words anew without a person's name. */
    async rewrite(incident: string, without: (text: string) => string): Promise<void> {
      for (const { id, filling: given } of await this.of(incident)) {
        if (given.how === 'evidence') continue;
        const next: Filling =
          given.how === 'statement'
            ? { ...given, who: without(given.who), reason: without(given.reason) }
            : { ...given, reason: without(given.reason) };
        const sealed = keys.sealText(JSON.stringify(next), place(id));
        await db.updateTable('incident_recovery').set({ sealed }).where('id', '=', id).execute();
      }
    },
  };
}
