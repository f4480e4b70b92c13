import { type ActionKind, actionKind, type IncidentPaper, incidentPaper, MenshenError } from '@menshen/contract';
import type { Transaction } from 'kysely';
import type { Keys } from '../../keys/master.ts';
import type { Schema, Store } from '../../store/store.ts';

const paperPlace = (incident: string) => ({ table: 'incident_postmortems', column: 'sealed', key: incident });
const actionPlace = (id: string) => ({ table: 'incident_actions', column: 'text', key: id });

export interface StoredAction {
  readonly id: string;
  readonly incident: string;
  readonly kind: ActionKind;
  readonly text: string;
  readonly owner: string;
  readonly due: number;
  readonly created: number;
  readonly createdBy: string;
  readonly done: number | null;
  readonly doneBy: string | null;
}

export const emptyPaper: IncidentPaper = Object.freeze(
  Object.fromEntries(Object.keys(incidentPaper.shape).map((field) => [field, ''])),
) as IncidentPaper;

export type PaperStore = ReturnType<typeof createPaperStore>;

/** What people wrote down for reports and post-mortem, and what is to come of it. */
export function createPaperStore(store: Store, keys: Keys) {
  const { db } = store;
  return {
    async paper(
      incident: string,
    ): Promise<{ readonly paper: IncidentPaper; readonly version: number; readonly at: number | null }> {
      const row = await db.selectFrom('incident_postmortems').selectAll().where('incident', '=', incident).executeTakeFirst();
      if (row === undefined) return { paper: emptyPaper, version: 0, at: null };
      const stored = JSON.parse(keys.openText(row.sealed, paperPlace(incident))) as Partial<IncidentPaper>;
      // A field that came later is empty in what was written before.
      return { paper: incidentPaper.parse({ ...emptyPaper, ...stored }), version: row.version, at: row.at };
    },
    /** Throws `conflict` when `version` is not the one that stands. */
    async putPaper(
      tx: Transaction<Schema>,
      { incident, paper, version, by, at }: { incident: string; paper: IncidentPaper; version: number; by: string; at: number },
    ): Promise<void> {
      const values = { at, by, sealed: keys.sealText(JSON.stringify(paper), paperPlace(incident)), version: version + 1 };
      const standing = await tx
        .selectFrom('incident_postmortems')
        .select('version')
        .where('incident', '=', incident)
        .executeTakeFirst();
      if ((standing?.version ?? 0) !== version) throw new MenshenError('conflict');
      if (standing === undefined)
        await tx
          .insertInto('incident_postmortems')
          .values({ incident, ...values })
          .execute();
      else await tx.updateTable('incident_postmortems').set(values).where('incident', '=', incident).execute();
    },
    async addAction(tx: Transaction<Schema>, action: StoredAction): Promise<void> {
      const { id, incident, kind, owner, due, created, createdBy, done, doneBy } = action;
      const text = keys.sealText(action.text, actionPlace(id));
      await tx
        .insertInto('incident_actions')
        .values({ id, incident, kind, owner, due, created, created_by: createdBy, done, done_by: doneBy, text })
        .execute();
    },
    /** Throws `conflict` when it is done already. */
    async finish(tx: Transaction<Schema>, id: string, by: string, at: number): Promise<void> {
      const changed = await tx
        .updateTable('incident_actions')
        .set({ done: at, done_by: by })
        .where('id', '=', id)
        .where('done', 'is', null)
        .executeTakeFirst();
      if (Number(changed.numUpdatedRows) === 0) throw new MenshenError('conflict');
    },
    /** Of an incident, or all that are not done, by their date. */
    async actions(incident: string | null): Promise<StoredAction[]> {
      let query = db.selectFrom('incident_actions').selectAll();
      query = incident === null ? query.where('done', 'is', null) : query.where('incident', '=', incident);
      const rows = await query.orderBy('due').orderBy('id').limit(2_000).execute();
      return rows.map(({ id, kind, text, created_by: createdBy, done_by: doneBy, ...row }) => ({
        ...{ ...row, id, createdBy, doneBy, kind: actionKind.parse(kind), text: keys.openText(text, actionPlace(id)) },
      }));
    },
  };
}
