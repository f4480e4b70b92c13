import { judgementFacts } from '@menshen/contract';
import type { Transaction } from 'kysely';
import * as z from 'zod';
import type { Keys } from '../../keys/master.ts';
import type { Schema, Store } from '../../store/store.ts';
import type { DutyMark } from './assess.ts';

const sealedJudgement = z.object({ facts: judgementFacts, reason: z.string() });
const sealedMark = z.object({ to: z.string(), reference: z.string(), note: z.string() });
const judgementPlace = (id: string) => ({ table: 'incident_judgements', column: 'sealed', key: id });
const markPlace = (id: string) => ({ table: 'incident_duties', column: 'sealed', key: id });

export interface Judgement extends z.output<typeof sealedJudgement> {
  readonly id: string;
  readonly incident: string;
  readonly at: number;
  readonly by: string;
}

export interface StoredMark extends DutyMark {
  readonly id: string;
  readonly incident: string;
  readonly written: number;
}

export type DutyStore = ReturnType<typeof createDutyStore>;

/** Judgements, which are only added, and what was done about duties. */
export function createDutyStore(store: Store, keys: Keys) {
  const { db } = store;
  return {
    async addJudgement(tx: Transaction<Schema>, { id, incident, at, by, facts, reason }: Judgement): Promise<void> {
      const last = await tx
        .selectFrom('incident_judgements')
        .select(({ fn }) => fn.max('at').as('last'))
        .where('incident', '=', incident)
        .executeTakeFirst();
      const sealed = keys.sealText(JSON.stringify({ facts, reason }), judgementPlace(id));
      // The newest counts: none may stand beside another.
      const values = { id, incident, by, sealed, at: Math.max(at, Number(last?.last ?? 0) + 1) };
      await tx.insertInto('incident_judgements').values(values).execute();
    },
    /** The newest first. */
    async judgements(incidents: readonly string[]): Promise<Judgement[]> {
      if (incidents.length === 0) return [];
      const query = db.selectFrom('incident_judgements').selectAll().where('incident', 'in', incidents).orderBy('at', 'desc');
      return (await query.execute()).map(({ sealed, ...row }) => ({
        ...row,
        ...sealedJudgement.parse(JSON.parse(keys.openText(sealed, judgementPlace(row.id)))),
      }));
    },
    async addMark(tx: Transaction<Schema>, { to, reference, note, ...mark }: StoredMark): Promise<void> {
      const sealed = keys.sealText(JSON.stringify({ to, reference, note }), markPlace(mark.id));
      await tx
        .insertInto('incident_duties')
        .values({ ...mark, sealed })
        .execute();
    },
    async marks(incidents: readonly string[]): Promise<StoredMark[]> {
      if (incidents.length === 0) return [];
      const query = db.selectFrom('incident_duties').selectAll().where('incident', 'in', incidents).orderBy('at');
      return (await query.execute()).map(({ sealed, ...row }) => ({
        ...row,
        ...sealedMark.parse(JSON.parse(keys.openText(sealed, markPlace(row.id)))),
      }));
    },
  };
}
