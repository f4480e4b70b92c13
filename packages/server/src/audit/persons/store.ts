import type { Store } from '../../store/store.ts';
import type { AuditPersonRow } from './tables.ts';

export type StoredPerson = Pick<AuditPersonRow, 'digest' | 'pseudonym' | 'record'>;

/** The keys of people in the audit log. A row that is deleted is a key that is destroyed. */
export function createAuditPersonStore({ db }: Pick<Store, 'db'>) {
  return {
    /** The person with this digest: the given one, unless another process has made one before. */
    async keep(row: StoredPerson): Promise<StoredPerson> {
      await db
        .insertInto('audit_persons')
        .values({ ...row, erase_after: null })
        .onConflict((conflict) => conflict.column('digest').doNothing())
        .execute();
      return (await this.byDigest(row.digest)) ?? row;
    },
    async byDigest(digest: string): Promise<StoredPerson | null> {
      const row = await db.selectFrom('audit_persons').selectAll().where('digest', '=', digest).executeTakeFirst();
      return row ?? null;
    },
    async byDigests(digests: readonly string[]): Promise<readonly StoredPerson[]> {
      if (digests.length === 0) return [];
      return await db.selectFrom('audit_persons').selectAll().where('digest', 'in', digests).execute();
    },
    async byPseudonyms(pseudonyms: readonly string[]): Promise<readonly StoredPerson[]> {
      if (pseudonyms.length === 0) return [];
      return await db.selectFrom('audit_persons').selectAll().where('pseudonym', 'in', pseudonyms).execute();
    },
    /** Says when a person's key is to go. Resolves to whether there is one. */
    async eraseAfter(digest: string, time: number): Promise<boolean> {
      const result = await db
        .updateTable('audit_persons')
        .set({ erase_after: time })
        .where('digest', '=', digest)
        .executeTakeFirst();
      return Number(result.numUpdatedRows) === 1;
    },
    /** Digests and pseudonyms of whose time has come. */
    async due(now: number, limit: number): Promise<readonly StoredPerson[]> {
      return await db
        .selectFrom('audit_persons')
        .selectAll()
        .where('erase_after', '<=', now)
        .orderBy('erase_after')
        .limit(limit)
        .execute();
    },
    async remove(digests: readonly string[]): Promise<void> {
      if (digests.length > 0) await db.deleteFrom('audit_persons').where('digest', 'in', digests).execute();
    },
  };
}

export type AuditPersonStore = ReturnType<typeof createAuditPersonStore>;
