import type { Migration } from '../../store/migration.ts';

export interface AuditPersonRow {
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
