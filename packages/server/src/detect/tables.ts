import { sql } from 'kysely';
import type { Migration } from '../store/migration.ts';

interface AlertRow {
  id: string;
  rule: string;
  severity: string;
  /** Rank of the severity, 0 to 3, for the order of the list. */
  rank: number;
  /** Epoch ms. */
  found: number;
  last: number;
  entity: string;
  uid: string | null;
  address: string | null;
  device: string | null;
  session: string | null;
  /** JSON: indexes of the audit log. */
  events: string;
  /** Origin of the log that the indexes are of: each node writes one. Null where it was not noted yet. */
  log: string | null;
  /** JSON. */
  facts: string;
  repeats: number;
  verdict: string | null;
  note: string;
  judged_by: string | null;
  judged_at: number | null;
}

interface TuningRow {
  id: string;
  rule: string;
  /** The factor times 100. */
  factor_percent: number | null;
  subject_kind: string | null;
  subject: string | null;
  reason: string;
  created_at: number;
  created_by: string;
  expires_at: number;
  revoked_at: number | null;
  revoked_by: string | null;
}

export interface DetectTables {
  alerts: AlertRow;
  detection_tunings: TuningRow;
}

export const detectMigrations: readonly Migration[] = [
  {
    id: '0053_alerts',
    async up(db, types) {
      await types
        .table(db, 'alerts')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('rule', types.text, (column) => column.notNull())
        .addColumn('severity', types.text, (column) => column.notNull())
        .addColumn('rank', types.integer, (column) => column.notNull())
        .addColumn('found', types.integer, (column) => column.notNull())
        .addColumn('last', types.integer, (column) => column.notNull())
        .addColumn('entity', types.text, (column) => column.notNull())
        .addColumn('uid', types.text)
        .addColumn('address', types.text)
        .addColumn('device', types.text)
        .addColumn('session', types.text)
        .addColumn('events', types.text, (column) => column.notNull())
        .addColumn('facts', types.text, (column) => column.notNull())
        .addColumn('repeats', types.integer, (column) => column.notNull())
        .addColumn('verdict', types.text)
        .addColumn('note', types.text, (column) => column.notNull())
        .addColumn('judged_by', types.text)
        .addColumn('judged_at', types.integer)
        .execute();
      await db.schema.createIndex('alerts_found').on('alerts').column('found').execute();
      await db.schema.createIndex('alerts_rule').on('alerts').columns(['rule', 'verdict']).execute();
    },
  },
  {
    id: '0054_detection_tunings',
    async up(db, types) {
      await types
        .table(db, 'detection_tunings')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('rule', types.text, (column) => column.notNull())
        .addColumn('factor_percent', types.integer)
        .addColumn('subject_kind', types.text)
        .addColumn('subject', types.text)
        .addColumn('reason', types.text, (column) => column.notNull())
        .addColumn('created_at', types.integer, (column) => column.notNull())
        .addColumn('created_by', types.text, (column) => column.notNull())
        .addColumn('expires_at', types.integer, (column) => column.notNull())
        .addColumn('revoked_at', types.integer)
        .addColumn('revoked_by', types.text)
        .execute();
    },
  },
  {
    id: '0118_alert_logs',
    async up(db) {
      await db.schema.alterTable('alerts').addColumn('log', 'text').execute();
      // Where there is one log, it is of that; whose alerts several nodes raised before this nobody knows.
      await sql`update alerts set log = (select max(origin) from audit_logs) where (select count(*) from audit_logs) = 1`.execute(
        db,
      );
    },
  },
];
