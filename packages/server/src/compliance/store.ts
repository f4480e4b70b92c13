import * as z from 'zod';
import type { Keys } from '../keys/master.ts';
import type { Store } from '../store/store.ts';

const sealedOf = z.object({ name: z.string(), statement: z.string() });
const place = (id: string) => ({ table: 'compliance_attestations', column: 'sealed', key: id });

export interface Attestation {
  readonly id: string;
  readonly item: string;
  /** Of the file. */
  readonly name: string;
  readonly statement: string;
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly by: string;
  readonly at: number;
  readonly until: number;
  readonly withdrawn: number | null;
}

export interface Exclusion {
  readonly id: string;
  readonly item: string;
  readonly reason: string;
  readonly by: string;
  readonly approver: string | null;
  readonly at: number;
  readonly until: number;
  readonly revoked: number | null;
}

export type ComplianceStore = ReturnType<typeof createComplianceStore>;

/** Attestations with their files, and requirements that do not apply. Both are only added and ended. */
export function createComplianceStore({ db }: Pick<Store, 'db'>, keys: Pick<Keys, 'sealText' | 'openText'>) {
  const columns = ['id', 'item', 'sealed', 'type', 'bytes', 'sha256', 'by', 'at', 'until', 'withdrawn'] as const;
  const opened = ({
    sealed,
    ...row
  }: { readonly sealed: Uint8Array } & Omit<Attestation, 'name' | 'statement'>): Attestation => ({
    ...row,
    ...sealedOf.parse(JSON.parse(keys.openText(sealed, place(row.id)))),
  });
  return {
    /** Newest first. */
    async attestations(item?: string): Promise<Attestation[]> {
      let query = db.selectFrom('compliance_attestations').select(columns).orderBy('at', 'desc').orderBy('id');
      if (item !== undefined) query = query.where('item', '=', item);
      return (await query.execute()).map(opened);
    },
    async attestation(id: string): Promise<Attestation | null> {
      const row = await db.selectFrom('compliance_attestations').select(columns).where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : opened(row);
    },
    async content(id: string): Promise<Uint8Array | null> {
      const query = db.selectFrom('compliance_attestations').select('content').where('id', '=', id);
      return (await query.executeTakeFirst())?.content ?? null;
    },
    async attest({ name, statement, ...row }: Attestation, content: Uint8Array): Promise<void> {
      const sealed = keys.sealText(JSON.stringify({ name, statement }), place(row.id));
      await db
        .insertInto('compliance_attestations')
        .values({ ...row, sealed, content })
        .execute();
    },
    /** Whether it was there and not yet withdrawn. */
    async withdraw(id: string, at: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('compliance_attestations')
        .set({ withdrawn: at })
        .where('id', '=', id)
        .where('withdrawn', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    /** Newest first. */
    async exclusions(item?: string): Promise<Exclusion[]> {
      let query = db.selectFrom('compliance_exclusions').selectAll().orderBy('at', 'desc').orderBy('id');
      if (item !== undefined) query = query.where('item', '=', item);
      return await query.execute();
    },
    async exclude(row: Exclusion): Promise<void> {
      await db.insertInto('compliance_exclusions').values(row).execute();
    },
    /** How many were in force. */
    async include(item: string, at: number): Promise<number> {
      const { numUpdatedRows } = await db
        .updateTable('compliance_exclusions')
        .set({ revoked: at })
        .where('item', '=', item)
        .where('revoked', 'is', null)
        .where('until', '>', at)
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },
    /** Removes what ended before a time, with its files. */
    async removeEnded(before: number): Promise<void> {
      await db.deleteFrom('compliance_attestations').where('until', '<', before).execute();
      await db.deleteFrom('compliance_exclusions').where('until', '<', before).execute();
    },
  };
}
