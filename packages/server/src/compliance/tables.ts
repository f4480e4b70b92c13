import type { Migration } from '../store/migration.ts';

interface AttestationRow {
  id: string;
  item: string;
  /** JSON of name and statement, sealed: they may name people. */
  sealed: Uint8Array;
  type: string;
  bytes: number;
  sha256: string;
  by: string;
  at: number;
  until: number;
  withdrawn: number | null;
  /** The file, sealed by a data key of the ring. */
  content: Uint8Array;
}

interface ExclusionRow {
  id: string;
  item: string;
  reason: string;
  by: string;
  approver: string | null;
  at: number;
  until: number;
  revoked: number | null;
}

export interface ComplianceTables {
  compliance_attestations: AttestationRow;
  compliance_exclusions: ExclusionRow;
}

export const complianceMigrations: readonly Migration[] = [
  {
    id: '0079_compliance',
    async up(db, types) {
      await types
        .table(db, 'compliance_attestations')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('item', types.text, (column) => column.notNull())
        .addColumn('sealed', types.bytes, (column) => column.notNull())
        .addColumn('type', types.text, (column) => column.notNull())
        .addColumn('bytes', types.integer, (column) => column.notNull())
        .addColumn('sha256', types.text, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('until', types.integer, (column) => column.notNull())
        .addColumn('withdrawn', types.integer)
        .addColumn('content', types.bytes, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('compliance_attestations_item').on('compliance_attestations').columns(['item', 'at']).execute();
      await types
        .table(db, 'compliance_exclusions')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('item', types.text, (column) => column.notNull())
        .addColumn('reason', types.text, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('approver', types.text)
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('until', types.integer, (column) => column.notNull())
        .addColumn('revoked', types.integer)
        .execute();
      await db.schema.createIndex('compliance_exclusions_item').on('compliance_exclusions').columns(['item', 'at']).execute();
    },
  },
];
