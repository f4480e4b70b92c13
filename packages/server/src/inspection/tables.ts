import type { Migration } from '../store/migration.ts';

export interface ExceptionRow {
  id: string;
  app: string;
  route: string | null;
  class: string | null;
  rule: string | null;
  place: string;
  name: string;
  owner: string;
  reason: string;
  created_at: number;
  created_by: string;
  expires_at: number;
  revoked_at: number | null;
  revoked_by: string | null;
  request_id: string | null;
  uses: number;
  last_used: number | null;
}

interface FeedbackRow {
  request_id: string;
  rule: string;
  app: string;
  route: string;
  verdict: string;
  note: string;
  by: string;
  at: number;
}

interface SettingRow {
  kind: string;
  key: string;
  value: string;
  at: number;
  by: string;
}

export interface InspectionTables {
  inspection_exceptions: ExceptionRow;
  inspection_feedback: FeedbackRow;
  inspection_settings: SettingRow;
}

export const inspectionMigrations: readonly Migration[] = [
  {
    id: '0033_inspection_exceptions',
    async up(db, types) {
      await types
        .table(db, 'inspection_exceptions')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('route', types.text)
        .addColumn('class', types.text)
        .addColumn('rule', types.text)
        .addColumn('place', types.text, (column) => column.notNull())
        .addColumn('name', types.text, (column) => column.notNull())
        .addColumn('owner', types.text, (column) => column.notNull())
        .addColumn('reason', types.text, (column) => column.notNull())
        .addColumn('created_at', types.integer, (column) => column.notNull())
        .addColumn('created_by', types.text, (column) => column.notNull())
        .addColumn('expires_at', types.integer, (column) => column.notNull())
        .addColumn('revoked_at', types.integer)
        .addColumn('revoked_by', types.text)
        .addColumn('request_id', types.text)
        .addColumn('uses', types.integer, (column) => column.notNull())
        .addColumn('last_used', types.integer)
        .execute();
    },
  },
  {
    id: '0034_inspection_settings',
    async up(db, types) {
      await types
        .table(db, 'inspection_settings')
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('key', types.text, (column) => column.notNull())
        .addColumn('value', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addPrimaryKeyConstraint('inspection_settings_key', ['kind', 'key'])
        .execute();
      await types
        .table(db, 'inspection_feedback')
        .addColumn('request_id', types.text, (column) => column.notNull())
        .addColumn('rule', types.text, (column) => column.notNull())
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('route', types.text, (column) => column.notNull())
        .addColumn('verdict', types.text, (column) => column.notNull())
        .addColumn('note', types.text, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('inspection_feedback_key', ['request_id', 'rule'])
        .execute();
    },
  },
];
