import { sql } from 'kysely';
import type { Migration } from '../../store/migration.ts';
import { type RecoveryChecklistTables, recoveryChecklistMigrations } from '../recovery/tables.ts';

export interface IncidentRow {
  id: string;
  number: number;
  severity: string;
  rank: number;
  state: string;
  /** 1 while it is neither closed nor a false alarm. */
  open: number;
  owner: string | null;
  opened: number;
  updated: number;
  closed: number | null;
  merged_into: string | null;
  /** Sealed JSON: title, text, subjects. */
  sealed: Uint8Array;
  version: number;
}

interface SourceRow {
  kind: string;
  ref: string;
  incident: string;
  at: number;
  path: string | null;
}

interface KeyRow {
  incident: string;
  /** Keyed hash of whom or what the incident concerns. */
  key: string;
  at: number;
}

export interface EntryRow {
  id: string;
  incident: string;
  /** When it happened and when it was written, epoch ms. */
  at: number;
  written: number;
  by: string;
  kind: string;
  /** Sealed JSON: text, path, events. */
  sealed: Uint8Array;
  salt: string;
  digest: string;
  /** JSON: what its record says beside the digest. */
  facts: string;
  /** Index in the audit log; null until its record is durable. */
  log_index: number | null;
  /** Origin of that log; null where it was not noted. */
  log: string | null;
  /** 1 where an erasure took words out of it: its digest cannot match any more. */
  redacted: number;
}

interface ClockRowOfStore {
  id: string;
  incident: string;
  clock: string;
  at: number;
  by: string;
  set_at: number;
  /** Sealed. */
  reason: Uint8Array;
}

interface EvidenceRow {
  id: string;
  incident: string;
  /** Sealed JSON: name, note. */
  sealed: Uint8Array;
  type: string;
  bytes: number;
  sha256: string;
  /** Sealed by a data key of the ring. */
  content: Uint8Array;
  by: string;
  at: number;
}

interface JudgementRow {
  id: string;
  incident: string;
  at: number;
  by: string;
  /** Sealed JSON: facts and reason. */
  sealed: Uint8Array;
}

interface DutyRow {
  id: string;
  incident: string;
  rule: string;
  /** When it was done, epoch ms. */
  at: number;
  by: string;
  written: number;
  /** Sealed JSON: recipient, reference, note. */
  sealed: Uint8Array;
}

interface PostmortemRow {
  incident: string;
  at: number;
  by: string;
  /** Sealed JSON. */
  sealed: Uint8Array;
  version: number;
}

interface ActionRow {
  id: string;
  incident: string;
  kind: string;
  owner: string;
  due: number;
  created: number;
  created_by: string;
  done: number | null;
  done_by: string | null;
  /** Sealed. */
  text: Uint8Array;
}

export interface IncidentTables extends RecoveryChecklistTables {
  incidents: IncidentRow;
  incident_sources: SourceRow;
  incident_keys: KeyRow;
  incident_entries: EntryRow;
  incident_clocks: ClockRowOfStore;
  incident_evidence: EvidenceRow;
  incident_judgements: JudgementRow;
  incident_duties: DutyRow;
  incident_postmortems: PostmortemRow;
  incident_actions: ActionRow;
}

export const incidentMigrations: readonly Migration[] = [
  {
    id: '0068_incidents',
    async up(db, types) {
      await types
        .table(db, 'incidents')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('number', types.integer, (column) => column.notNull().unique())
        .addColumn('severity', types.text, (column) => column.notNull())
        .addColumn('rank', types.integer, (column) => column.notNull())
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('open', types.flag, (column) => column.notNull())
        .addColumn('owner', types.text)
        .addColumn('opened', types.integer, (column) => column.notNull())
        .addColumn('updated', types.integer, (column) => column.notNull())
        .addColumn('closed', types.integer)
        .addColumn('merged_into', types.text)
        .addColumn('sealed', types.bytes, (column) => column.notNull())
        .addColumn('version', types.integer, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('incidents_open').on('incidents').columns(['open', 'rank', 'opened']).execute();
      await db.schema.createIndex('incidents_opened').on('incidents').column('opened').execute();
      await types
        .table(db, 'incident_sources')
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('ref', types.text, (column) => column.notNull())
        .addColumn('incident', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('path', types.text)
        .addPrimaryKeyConstraint('incident_sources_key', ['kind', 'ref'])
        .execute();
      await db.schema.createIndex('incident_sources_incident').on('incident_sources').column('incident').execute();
      await types
        .table(db, 'incident_keys')
        .addColumn('incident', types.text, (column) => column.notNull())
        .addColumn('key', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('incident_keys_key', ['incident', 'key'])
        .execute();
      await db.schema.createIndex('incident_keys_of').on('incident_keys').columns(['key', 'at']).execute();
      await types
        .table(db, 'incident_entries')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('incident', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('written', types.integer, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('sealed', types.bytes, (column) => column.notNull())
        .addColumn('salt', types.text, (column) => column.notNull())
        .addColumn('digest', types.text, (column) => column.notNull())
        .addColumn('facts', types.text, (column) => column.notNull())
        .addColumn('log_index', types.integer)
        .addColumn('redacted', types.flag, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('incident_entries_of').on('incident_entries').columns(['incident', 'written']).execute();
      await types
        .table(db, 'incident_clocks')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('incident', types.text, (column) => column.notNull())
        .addColumn('clock', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('set_at', types.integer, (column) => column.notNull())
        .addColumn('reason', types.bytes, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('incident_clocks_of').on('incident_clocks').columns(['incident', 'set_at']).execute();
    },
  },
  {
    id: '0069_incident_papers',
    async up(db, types) {
      await types
        .table(db, 'incident_evidence')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('incident', types.text, (column) => column.notNull())
        .addColumn('sealed', types.bytes, (column) => column.notNull())
        .addColumn('type', types.text, (column) => column.notNull())
        .addColumn('bytes', types.integer, (column) => column.notNull())
        .addColumn('sha256', types.text, (column) => column.notNull())
        .addColumn('content', types.bytes, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addUniqueConstraint('incident_evidence_once', ['incident', 'sha256'])
        .execute();
      await types
        .table(db, 'incident_judgements')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('incident', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('sealed', types.bytes, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('incident_judgements_of').on('incident_judgements').columns(['incident', 'at']).execute();
      await types
        .table(db, 'incident_duties')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('incident', types.text, (column) => column.notNull())
        .addColumn('rule', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('written', types.integer, (column) => column.notNull())
        .addColumn('sealed', types.bytes, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('incident_duties_of').on('incident_duties').columns(['incident', 'rule']).execute();
      await types
        .table(db, 'incident_postmortems')
        .addColumn('incident', types.text, (column) => column.primaryKey())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('sealed', types.bytes, (column) => column.notNull())
        .addColumn('version', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'incident_actions')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('incident', types.text, (column) => column.notNull())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('owner', types.text, (column) => column.notNull())
        .addColumn('due', types.integer, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('created_by', types.text, (column) => column.notNull())
        .addColumn('done', types.integer)
        .addColumn('done_by', types.text)
        .addColumn('text', types.bytes, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('incident_actions_of').on('incident_actions').columns(['incident', 'due']).execute();
    },
  },
  {
    id: '0120_incident_entry_logs',
    async up(db, types) {
      await db.schema.alterTable('incident_entries').addColumn('log', types.text).execute();
      // Where there is one log, it is that; of which of several an entry was nobody knows.
      await sql`update incident_entries set log = (select max(origin) from audit_logs)
        where log_index is not null and (select count(*) from audit_logs) = 1`.execute(db);
    },
  },
  ...recoveryChecklistMigrations,
];
