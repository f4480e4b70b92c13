import type { Transaction } from 'kysely';
import * as z from 'zod';
import type { Keys } from '../../keys/master.ts';
import type { Schema, Store } from '../../store/store.ts';

const sealedOf = z.object({ name: z.string(), note: z.string() });
const place = (id: string) => ({ table: 'incident_evidence', column: 'sealed', key: id });

export interface EvidenceFile {
  readonly id: string;
  readonly incident: string;
  readonly name: string;
  readonly note: string;
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly by: string;
  readonly at: number;
}

export type EvidenceStore = ReturnType<typeof createEvidenceStore>;

/** The table of evidence files. Their content is sealed before it comes here. */
export function createEvidenceStore(store: Store, keys: Keys) {
  const { db } = store;
  const columns = ['id', 'incident', 'sealed', 'type', 'bytes', 'sha256', 'by', 'at'] as const;
  return {
    /** Writes a file within the transaction of its act. */
    async add(tx: Transaction<Schema>, { name, note, ...file }: EvidenceFile, content: Uint8Array): Promise<void> {
      const sealed = keys.sealText(JSON.stringify({ name, note }), place(file.id));
      await tx
        .insertInto('incident_evidence')
        .values({ ...file, sealed, content })
        .execute();
    },
    async list(incident: string): Promise<EvidenceFile[]> {
      const rows = await db
        .selectFrom('incident_evidence')
        .select(columns)
        .where('incident', '=', incident)
        .orderBy('at')
        .orderBy('id')
        .execute();
      return rows.map(({ sealed, ...row }) => ({ ...row, ...sealedOf.parse(JSON.parse(keys.openText(sealed, place(row.id)))) }));
    },
    /** The sealed content; null when there is no such file. */
    async content(incident: string, id: string): Promise<Uint8Array | null> {
      const query = db.selectFrom('incident_evidence').select('content').where('incident', '=', incident).where('id', '=', id);
      return (await query.executeTakeFirst())?.content ?? null;
    },
  };
}
