import type { Migration } from '../store/migration.ts';

interface ConsentRow {
  id: string;
  /** Pseudonym of the person. */
  subject: string;
  purpose: string;
  version: number;
  act: string;
  text_hash: string;
  app: string;
  channel: string;
  /** `person`, `wechat`, or the administrator who entered it. */
  by: string;
  at: number;
}

interface ConsentStateRow {
  subject: string;
  purpose: string;
  version: number;
  act: string;
  text_hash: string;
  at: number;
}

interface TextRow {
  hash: string;
  text: string;
}

export interface RequestRow {
  id: string;
  kind: string;
  state: string;
  subject: string;
  app: string | null;
  channel: string;
  created: number;
  due: number;
  closed: number | null;
  owner: string | null;
  verified: string | null;
  extended: number;
  erasure: string | null;
  /** Digest of the event of WeChat that opened it: a second delivery opens no second one. */
  origin: string | null;
  /** Sealed: uid, details, contact and answer. */
  sealed: Uint8Array;
  version: number;
}

interface StepRow {
  id: string;
  request: string;
  at: number;
  by: string;
  step: string;
  /** Sealed. */
  note: Uint8Array;
}

interface ExportRow {
  request: string;
  created: number;
  expires: number;
  sha256: string;
  bytes: number;
  /** Sealed: the file in base64. */
  file: Uint8Array;
}

interface ErasureRow {
  id: string;
  subject: string;
  scope: string;
  cause: string;
  at: number;
  rows: number;
  keys: number;
  remaining: number;
  replayed: number;
  statement: string;
  signature: string;
}

interface RetentionRunRow {
  id: string;
  at: number;
  by: string;
  dry: number;
  results: string;
  proof: string;
}

interface RegisterRow {
  kind: string;
  id: string;
  version: number;
  by: string;
  at: number;
  /** Sealed: processors have people to talk to. */
  data: Uint8Array;
  signed_by: string | null;
  signed_at: number | null;
}

export interface PrivacyTables {
  privacy_consents: ConsentRow;
  privacy_consent_states: ConsentStateRow;
  privacy_texts: TextRow;
  privacy_requests: RequestRow;
  privacy_steps: StepRow;
  privacy_exports: ExportRow;
  privacy_erasures: ErasureRow;
  privacy_retention_runs: RetentionRunRow;
  privacy_registers: RegisterRow;
}

export const privacyMigrations: readonly Migration[] = [
  {
    id: '0041_privacy_consents',
    async up(db, types) {
      await types
        .table(db, 'privacy_consents')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('subject', types.text, (column) => column.notNull())
        .addColumn('purpose', types.text, (column) => column.notNull())
        .addColumn('version', types.integer, (column) => column.notNull())
        .addColumn('act', types.text, (column) => column.notNull())
        .addColumn('text_hash', types.text, (column) => column.notNull())
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('channel', types.text, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('privacy_consents_subject').on('privacy_consents').columns(['subject', 'at']).execute();
      await types
        .table(db, 'privacy_consent_states')
        .addColumn('subject', types.text, (column) => column.notNull())
        .addColumn('purpose', types.text, (column) => column.notNull())
        .addColumn('version', types.integer, (column) => column.notNull())
        .addColumn('act', types.text, (column) => column.notNull())
        .addColumn('text_hash', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('privacy_consent_states_key', ['subject', 'purpose'])
        .execute();
      await types
        .table(db, 'privacy_texts')
        .addColumn('hash', types.text, (column) => column.primaryKey())
        .addColumn('text', types.text, (column) => column.notNull())
        .execute();
    },
  },
  {
    id: '0042_privacy_requests',
    async up(db, types) {
      await types
        .table(db, 'privacy_requests')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('subject', types.text, (column) => column.notNull())
        .addColumn('app', types.text)
        .addColumn('channel', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('due', types.integer, (column) => column.notNull())
        .addColumn('closed', types.integer)
        .addColumn('owner', types.text)
        .addColumn('verified', types.text)
        .addColumn('extended', types.flag, (column) => column.notNull())
        .addColumn('erasure', types.text)
        .addColumn('origin', types.text)
        .addColumn('sealed', types.bytes, (column) => column.notNull())
        .addColumn('version', types.integer, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('privacy_requests_origin').on('privacy_requests').column('origin').unique().execute();
      await db.schema.createIndex('privacy_requests_subject').on('privacy_requests').column('subject').execute();
      await db.schema.createIndex('privacy_requests_due').on('privacy_requests').columns(['closed', 'due']).execute();
      await types
        .table(db, 'privacy_steps')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('request', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('step', types.text, (column) => column.notNull())
        .addColumn('note', types.bytes, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('privacy_steps_request').on('privacy_steps').columns(['request', 'at']).execute();
      await types
        .table(db, 'privacy_exports')
        .addColumn('request', types.text, (column) => column.primaryKey())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('expires', types.integer, (column) => column.notNull())
        .addColumn('sha256', types.text, (column) => column.notNull())
        .addColumn('bytes', types.integer, (column) => column.notNull())
        .addColumn('file', types.bytes, (column) => column.notNull())
        .execute();
    },
  },
  {
    id: '0043_privacy_erasures',
    async up(db, types) {
      await types
        .table(db, 'privacy_erasures')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('subject', types.text, (column) => column.notNull())
        .addColumn('scope', types.text, (column) => column.notNull())
        .addColumn('cause', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('rows', types.integer, (column) => column.notNull())
        .addColumn('keys', types.integer, (column) => column.notNull())
        .addColumn('remaining', types.integer, (column) => column.notNull())
        .addColumn('replayed', types.flag, (column) => column.notNull())
        .addColumn('statement', types.text, (column) => column.notNull())
        .addColumn('signature', types.text, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'privacy_retention_runs')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('dry', types.flag, (column) => column.notNull())
        .addColumn('results', types.text, (column) => column.notNull())
        .addColumn('proof', types.text, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'privacy_registers')
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('id', types.text, (column) => column.notNull())
        .addColumn('version', types.integer, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('data', types.bytes, (column) => column.notNull())
        .addColumn('signed_by', types.text)
        .addColumn('signed_at', types.integer)
        .addPrimaryKeyConstraint('privacy_registers_key', ['kind', 'id', 'version'])
        .execute();
    },
  },
];
