import type { Generated } from 'kysely';
import type { Migration } from '../store/migration.ts';

interface FindingRow {
  id: string;
  app: string;
  project: string;
  tool: string;
  fingerprint: string;
  rule: string;
  severity: string;
  /** 4 critical … 0 info. */
  rank: number;
  confidence: string;
  weight: number;
  file: string | null;
  line: number | null;
  route: string | null;
  /** `,639,798,`: numbers between commas, to be searched. */
  cwe: string;
  /** Rule, file, route and title in small letters. */
  search: string;
  /** JSON: title, message, excerpt, steps … */
  content: string;
  state: string;
  owner: string | null;
  due: number | null;
  reason: string | null;
  accepted_until: number | null;
  approver: string | null;
  suppression: string | null;
  first_seen: number;
  first_version: string | null;
  last_seen: number;
  last_version: string | null;
  fixed_at: number | null;
}

interface FindingEventRow {
  number: Generated<number>;
  finding: string;
  at: number;
  by: string;
  kind: string;
  value: string | null;
  version: string | null;
  text: string;
}

interface ScanRow {
  id: string;
  app: string;
  project: string;
  tool: string;
  tool_version: string | null;
  trigger: string;
  version: string | null;
  by: string;
  finished: number;
  complete: number;
  /** JSON: how many of each severity. */
  counts: string;
  fresh: number;
  reopened: number;
  fixed: number;
  same: number;
  suppressed: number;
  /** JSON. */
  problems: string;
  /** JSON: ids of the findings that it saw. */
  contents: string;
}

interface ScanSourceRow {
  app: string;
  project: string;
  last_started: number | null;
  last_finished: number | null;
  failure: string | null;
  /** Since when somebody waits for a run; null when nobody does. */
  requested: number | null;
  requested_by: string | null;
  requested_trigger: string | null;
  requested_version: string | null;
  /** Until when a node has the run; it is lost with the node. */
  lease_until: number;
}

export interface ScanTables {
  scan_findings: FindingRow;
  scan_finding_events: FindingEventRow;
  scans: ScanRow;
  scan_sources: ScanSourceRow;
}

export const scanMigrations: readonly Migration[] = [
  {
    id: '0074_scan_findings',
    async up(db, types) {
      await types
        .table(db, 'scan_findings')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('project', types.text, (column) => column.notNull())
        .addColumn('tool', types.text, (column) => column.notNull())
        .addColumn('fingerprint', types.text, (column) => column.notNull())
        .addColumn('rule', types.text, (column) => column.notNull())
        .addColumn('severity', types.text, (column) => column.notNull())
        .addColumn('rank', types.integer, (column) => column.notNull())
        .addColumn('confidence', types.text, (column) => column.notNull())
        .addColumn('weight', types.integer, (column) => column.notNull())
        .addColumn('file', types.text)
        .addColumn('line', types.integer)
        .addColumn('route', types.text)
        .addColumn('cwe', types.text, (column) => column.notNull())
        .addColumn('search', types.text, (column) => column.notNull())
        .addColumn('content', types.text, (column) => column.notNull())
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('owner', types.text)
        .addColumn('due', types.integer)
        .addColumn('reason', types.text)
        .addColumn('accepted_until', types.integer)
        .addColumn('approver', types.text)
        .addColumn('suppression', types.text)
        .addColumn('first_seen', types.integer, (column) => column.notNull())
        .addColumn('first_version', types.text)
        .addColumn('last_seen', types.integer, (column) => column.notNull())
        .addColumn('last_version', types.text)
        .addColumn('fixed_at', types.integer)
        .addUniqueConstraint('scan_findings_known', ['app', 'project', 'tool', 'fingerprint'])
        .execute();
      await db.schema.createIndex('scan_findings_state').on('scan_findings').columns(['state', 'weight']).execute();
      await types
        .table(db, 'scan_finding_events')
        .addColumn('number', types.integer, (column) => types.identity(column))
        .addColumn('finding', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('value', types.text)
        .addColumn('version', types.text)
        .addColumn('text', types.text, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('scan_finding_events_of').on('scan_finding_events').columns(['finding', 'number']).execute();
      await types
        .table(db, 'scans')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('project', types.text, (column) => column.notNull())
        .addColumn('tool', types.text, (column) => column.notNull())
        .addColumn('tool_version', types.text)
        .addColumn('trigger', types.text, (column) => column.notNull())
        .addColumn('version', types.text)
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('finished', types.integer, (column) => column.notNull())
        .addColumn('complete', types.flag, (column) => column.notNull())
        .addColumn('counts', types.text, (column) => column.notNull())
        .addColumn('fresh', types.integer, (column) => column.notNull())
        .addColumn('reopened', types.integer, (column) => column.notNull())
        .addColumn('fixed', types.integer, (column) => column.notNull())
        .addColumn('same', types.integer, (column) => column.notNull())
        .addColumn('suppressed', types.integer, (column) => column.notNull())
        .addColumn('problems', types.text, (column) => column.notNull())
        .addColumn('contents', types.text, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('scans_finished').on('scans').column('finished').execute();
    },
  },
  {
    id: '0075_scan_sources',
    async up(db, types) {
      await types
        .table(db, 'scan_sources')
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('project', types.text, (column) => column.notNull())
        .addColumn('last_started', types.integer)
        .addColumn('last_finished', types.integer)
        .addColumn('failure', types.text)
        .addColumn('requested', types.integer)
        .addColumn('requested_by', types.text)
        .addColumn('requested_trigger', types.text)
        .addColumn('requested_version', types.text)
        .addColumn('lease_until', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('scan_sources_key', ['app', 'project'])
        .execute();
    },
  },
];
