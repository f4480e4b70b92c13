import type { ColumnDefinitionBuilder } from 'kysely';
import type { Migration } from '../store/migration.ts';

interface ReportRow {
  id: string;
  number: number;
  kind: string;
  subject: string;
  lang: string;
  reason: string;
  by: string;
  at: number;
  /** JSON: figures and states, for comparison. */
  summary: string;
}

interface ReportFileRow {
  report: string;
  format: string;
  name: string;
  type: string;
  bytes: number;
  sha256: string;
  signature: string;
  /** Id of the key; null for what was signed before keys had ids. */
  key: string | null;
  /** Sealed by a data key of the ring. */
  content: Uint8Array;
}

interface ReportScheduleRow {
  id: string;
  kind: string;
  subject: string;
  lang: string;
  every: string;
  by: string;
  created: number;
  next: number;
}

export interface ReportTables {
  reports: ReportRow;
  report_files: ReportFileRow;
  report_schedules: ReportScheduleRow;
}

export const reportMigrations: readonly Migration[] = [
  {
    id: '0080_reports',
    async up(db, types) {
      await types
        .table(db, 'reports')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('number', types.integer, (column) => column.notNull().unique())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('lang', types.text, (column) => column.notNull())
        .addColumn('reason', types.text, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('summary', types.text, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'report_files')
        .addColumn('report', types.text, (column) => column.notNull())
        .addColumn('format', types.text, (column) => column.notNull())
        .addColumn('name', types.text, (column) => column.notNull())
        .addColumn('type', types.text, (column) => column.notNull())
        .addColumn('bytes', types.integer, (column) => column.notNull())
        .addColumn('sha256', types.text, (column) => column.notNull())
        .addColumn('signature', types.text, (column) => column.notNull())
        .addColumn('content', types.bytes, (column) => column.notNull())
        .addPrimaryKeyConstraint('report_files_key', ['report', 'format'])
        .execute();
      await db.schema.createIndex('report_files_sha256').on('report_files').column('sha256').execute();
      await types
        .table(db, 'report_schedules')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('lang', types.text, (column) => column.notNull())
        .addColumn('every', types.text, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('next', types.integer, (column) => column.notNull())
        .execute();
    },
  },
  {
    id: '0098_report_subjects',
    async up(db, types) {
      const everything = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo('all');
      await db.schema.alterTable('reports').addColumn('subject', types.text, everything).execute();
      await db.schema.alterTable('report_schedules').addColumn('subject', types.text, everything).execute();
      await db.schema.alterTable('report_files').addColumn('key', types.text).execute();
    },
  },
];
