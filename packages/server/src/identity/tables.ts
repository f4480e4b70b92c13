import type { Migration } from '../store/migration.ts';

export interface SessionRow {
  sid: string;
  secret_hash: Uint8Array;
  generation: number;
  assurance_until: number | null;
  previous_hash: Uint8Array | null;
  previous_until: number | null;
  /** JSON of the assurance that the previous secret has. */
  previous_level: string | null;
  app: string;
  channel: string;
  uid: string;
  name: string;
  kind: string;
  assurance: number;
  amr: string;
  second_factor_at: number | null;
  created: number;
  last_seen: number;
  idle_ms: number;
  idle_expires: number;
  absolute_expires: number;
  address: string;
  device: string | null;
  binding_suite: string | null;
  key_version: number | null;
  /** Sealed: the packed keys in base64. */
  binding_keys: Uint8Array | null;
  /** JSON; null where nothing stands against it. */
  risk: string | null;
  /** Sealed: name, address and device, whose own columns are empty; null in rows of before. */
  holder: Uint8Array | null;
}

export interface IdentityRow {
  channel: string;
  provider: string;
  /** Keyed digest of openid or userid; the id itself in rows of before. */
  subject: string;
  /** Keyed digest; the id itself in rows of before. */
  unionid: string | null;
  uid: string;
  bound_by: string;
  bound_at: number;
  session_key: Uint8Array | null;
  /** Sealed: the ids themselves; null in rows of before. */
  holder: Uint8Array | null;
}

interface TicketRow {
  ticket_hash: string;
  app: string;
  provider: string;
  subject: string;
  unionid: string | null;
  session_key: Uint8Array | null;
  device: string | null;
  expires: number;
  attempts: number;
  /** Sealed: subject, unionid and device, whose own columns are empty; null in rows of before. */
  holder: Uint8Array | null;
}

interface CompanyCodeRow {
  code_hash: string;
  uid: string;
  purpose: string;
  expires: number;
}

interface AccountRow {
  /** Keyed digest; the name itself in rows of before. */
  username: string;
  uid: string;
  password_hash: string;
  failures: number;
  locked_until: number;
  /** Sealed: the name itself; null in rows of before. */
  holder: Uint8Array | null;
}

interface CustomerRow {
  uid: string;
  created: number;
}

export interface IdentityTables {
  sessions: SessionRow;
  identities: IdentityRow;
  binding_tickets: TicketRow;
  company_codes: CompanyCodeRow;
  accounts: AccountRow;
  customers: CustomerRow;
}

export const identityMigrations: readonly Migration[] = [
  {
    id: '0002_identity',
    async up(db, types) {
      await types
        .table(db, 'sessions')
        .addColumn('sid', types.text, (column) => column.primaryKey())
        .addColumn('secret_hash', types.bytes, (column) => column.notNull())
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('channel', types.text, (column) => column.notNull())
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('name', types.text, (column) => column.notNull())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('assurance', types.integer, (column) => column.notNull())
        .addColumn('amr', types.text, (column) => column.notNull())
        .addColumn('second_factor_at', types.integer)
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('last_seen', types.integer, (column) => column.notNull())
        .addColumn('idle_ms', types.integer, (column) => column.notNull())
        .addColumn('idle_expires', types.integer, (column) => column.notNull())
        .addColumn('absolute_expires', types.integer, (column) => column.notNull())
        .addColumn('address', types.text, (column) => column.notNull())
        .addColumn('device', types.text)
        .execute();
      await db.schema.createIndex('sessions_uid').on('sessions').column('uid').execute();
      await db.schema.createIndex('sessions_expiry').on('sessions').column('absolute_expires').execute();
      await types
        .table(db, 'identities')
        .addColumn('channel', types.text, (column) => column.notNull())
        .addColumn('provider', types.text, (column) => column.notNull())
        .addColumn('subject', types.text, (column) => column.notNull())
        .addColumn('unionid', types.text)
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('bound_by', types.text, (column) => column.notNull())
        .addColumn('bound_at', types.integer, (column) => column.notNull())
        .addColumn('session_key', types.bytes)
        .addPrimaryKeyConstraint('identities_key', ['channel', 'provider', 'subject'])
        .execute();
      await db.schema.createIndex('identities_uid').on('identities').columns(['uid', 'provider']).execute();
      await types
        .table(db, 'binding_tickets')
        .addColumn('ticket_hash', types.text, (column) => column.primaryKey())
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('provider', types.text, (column) => column.notNull())
        .addColumn('subject', types.text, (column) => column.notNull())
        .addColumn('unionid', types.text)
        .addColumn('session_key', types.bytes)
        .addColumn('device', types.text)
        .addColumn('expires', types.integer, (column) => column.notNull())
        .addColumn('attempts', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'company_codes')
        .addColumn('code_hash', types.text, (column) => column.primaryKey())
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('expires', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'accounts')
        .addColumn('username', types.text, (column) => column.primaryKey())
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('password_hash', types.text, (column) => column.notNull())
        .addColumn('failures', types.integer, (column) => column.notNull())
        .addColumn('locked_until', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'customers')
        .addColumn('uid', types.text, (column) => column.primaryKey())
        .addColumn('created', types.integer, (column) => column.notNull())
        .execute();
    },
  },
  {
    id: '0016_step_up',
    async up(db, types) {
      await db.schema
        .alterTable('sessions')
        .addColumn('generation', types.integer, (column) => column.notNull().defaultTo(0))
        .execute();
      await db.schema.alterTable('sessions').addColumn('assurance_until', types.integer).execute();
      await db.schema.alterTable('sessions').addColumn('previous_hash', types.bytes).execute();
      await db.schema.alterTable('sessions').addColumn('previous_until', types.integer).execute();
      await db.schema.alterTable('sessions').addColumn('previous_level', types.text).execute();
      await db.schema
        .alterTable('company_codes')
        .addColumn('purpose', types.text, (column) => column.notNull().defaultTo('bind'))
        .execute();
    },
  },
  {
    id: '0020_sessions_created',
    async up(db) {
      await db.schema.createIndex('sessions_created').on('sessions').column('created').execute();
    },
  },
  {
    // What the columns hold in clear leaves them when the store is next opened: a migration has no keys.
    id: '0046_sealed_identities',
    async up(db, types) {
      for (const table of ['sessions', 'identities', 'binding_tickets', 'accounts'])
        await db.schema.alterTable(table).addColumn('holder', types.bytes).execute();
    },
  },
];
