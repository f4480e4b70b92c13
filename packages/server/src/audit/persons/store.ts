import type { Migration } from '../../store/migration.ts';
import type { Store } from '../../store/store.ts';

interface AuditPersonRow {
  /** Blind index of the uid: found by who knows it, and by nobody else. */
  digest: string;
  pseudonym: string;
  /** Uid and key, sealed. */
  record: Uint8Array;
  /** From when on the key is to be destroyed, epoch ms; null while it is kept. */
  erase_after: number | null;
}

export interface AuditPersonTables {
  audit_persons: AuditPersonRow;
}

export const auditPersonMigrations: readonly Migration[] = [
  {
    id: '0047_audit_persons',
    async up(db, types) {
      await types
        .table(db, 'audit_persons')
        .addColumn('digest', types.text, (column) => column.primaryKey())
        .addColumn('pseudonym', types.text, (column) => column.notNull().unique())
        .addColumn('record', types.bytes, (column) => column.notNull())
        .addColumn('erase_after', types.integer)
        .execute();
      await db.schema.createIndex('audit_persons_erase').on('audit_persons').column('erase_after').execute();
    },
  },
];

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
