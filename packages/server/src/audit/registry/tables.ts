import type { Migration } from '../../store/migration.ts';

export interface AuditLogRow {
  origin: string;
  log_id: string;
  holder: string;
  vkey: string;
  size: number;
  root: string;
  seen_at: number;
}

export interface AuditLogTables {
  audit_logs: AuditLogRow;
}

export const auditLogMigrations: readonly Migration[] = [
  {
    id: '0021_audit_logs',
    async up(db, types) {
      await types
        .table(db, 'audit_logs')
        .addColumn('origin', types.text, (column) => column.primaryKey())
        .addColumn('log_id', types.text, (column) => column.notNull())
        .addColumn('holder', types.text, (column) => column.notNull())
        .addColumn('vkey', types.text, (column) => column.notNull())
        .addColumn('size', types.integer, (column) => column.notNull())
        .addColumn('root', types.text, (column) => column.notNull())
        .addColumn('seen_at', types.integer, (column) => column.notNull())
        .execute();
    },
  },
];
