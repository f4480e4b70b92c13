import { sql } from 'kysely';
import type { Migration } from '../store/migration.ts';
import type { Flag } from '../store/values.ts';
import { type ApprovalCardTables, approvalCardMigrations } from './approvals/card-tables.ts';

interface AdministratorRow {
  id: string;
  username: string;
  /** The name in small letters, by which it is found and unique. Null in rows of before until the next start. */
  name_key: string | null;
  password_hash: string;
  created: number;
  last_login: number | null;
  power: string;
  status: string;
  addresses: string;
}

interface SessionRow {
  id: string;
  token_hash: string;
  administrator: string;
  csrf: string;
  created: number;
  last_seen: number;
  absolute_expires: number;
  address: string;
  user_agent: string | null;
  methods: string;
  verified_at: number;
}

interface InvitationRow {
  id: string;
  token_hash: string;
  purpose: string;
  power: string | null;
  username: string | null;
  administrator: string | null;
  created_by: string;
  created: number;
  expires: number;
}

interface TotpRow {
  administrator: string;
  secret: Uint8Array;
  last_counter: number;
  created: number;
}

interface RecoveryCodeRow {
  administrator: string;
  code_hash: string;
}

interface PasskeyRow {
  id: string;
  administrator: string;
  public_key: Uint8Array;
  counter: number;
  transports: string;
  backed_up: Flag;
  name: string;
  created: number;
  last_used: number | null;
}

interface FlowRow {
  ticket_hash: string;
  purpose: string;
  administrator: string | null;
  methods: string;
  challenge: string | null;
  secret: Uint8Array | null;
  expires: number;
}

interface AttemptRow {
  key: string;
  failures: number;
  locked_until: number;
  last: number;
}

interface KnownAddressRow {
  administrator: string;
  address: string;
  last: number;
}

interface IdentityRow {
  provider: string;
  subject: string;
  administrator: string;
  bound_by: string;
  bound_at: number;
}

interface ApprovalRow {
  id: string;
  endpoint: string;
  call: string;
  digest: string;
  reason: string;
  state: string;
  requester: string;
  requester_name: string;
  requested_at: number;
  expires: number;
  not_before: number | null;
  approvers: string;
  subject: string | null;
  decider: string | null;
  decider_name: string | null;
  decided_at: number | null;
  note: string | null;
  spent_at: number | null;
  break_glass: Flag;
  review_state: string | null;
  reviewer: string | null;
  reviewer_name: string | null;
  reviewed_at: number | null;
  review_note: string | null;
  /** When an act that is carried out by itself was seen to be done. */
  carried_at: number | null;
  /** Code of why it cannot be done. */
  problem: string | null;
}

interface ApiTokenRow {
  id: string;
  secret_hash: string;
  name: string;
  scopes: string;
  grants: string;
  addresses: string;
  created: number;
  created_by: string;
  expires: number;
  last_used: number | null;
  last_address: string | null;
  revoked_at: number | null;
}

export interface AdministratorTables extends ApprovalCardTables {
  administrators: AdministratorRow;
  admin_sessions: SessionRow;
  admin_invitations: InvitationRow;
  admin_totp: TotpRow;
  admin_recovery_codes: RecoveryCodeRow;
  admin_passkeys: PasskeyRow;
  admin_flows: FlowRow;
  admin_attempts: AttemptRow;
  admin_known_addresses: KnownAddressRow;
  admin_identities: IdentityRow;
  admin_approvals: ApprovalRow;
  api_tokens: ApiTokenRow;
}

export const administratorMigrations: readonly Migration[] = [
  {
    id: '0004_administrators',
    async up(db, types) {
      await types
        .table(db, 'administrators')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('username', types.text, (column) => column.notNull().unique())
        .addColumn('password_hash', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('last_login', types.integer)
        .execute();
      await types
        .table(db, 'administrator_sessions')
        .addColumn('token_hash', types.text, (column) => column.primaryKey())
        .addColumn('administrator', types.text, (column) => column.notNull())
        .addColumn('csrf', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('last_seen', types.integer, (column) => column.notNull())
        .addColumn('absolute_expires', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'setup_links')
        .addColumn('token_hash', types.text, (column) => column.primaryKey())
        .addColumn('expires', types.integer, (column) => column.notNull())
        .execute();
    },
  },
  {
    // Whoever administered alone before goes on as a single operator, which is shown as the deviation that it is. Sessions end.
    id: '0023_separated_powers',
    async up(db, types) {
      await db.schema.dropTable('administrator_sessions').execute();
      await db.schema.dropTable('setup_links').execute();
      await db.schema
        .alterTable('administrators')
        .addColumn('power', types.text, (column) =>
          column.notNull().defaultTo('all').check(sql`power in ('system', 'security', 'audit', 'all')`),
        )
        .execute();
      await db.schema
        .alterTable('administrators')
        .addColumn('status', types.text, (column) =>
          column.notNull().defaultTo('active').check(sql`status in ('active', 'disabled')`),
        )
        .execute();
      await db.schema
        .alterTable('administrators')
        .addColumn('addresses', types.text, (column) => column.notNull().defaultTo('[]'))
        .execute();
      // Names that differ in case alone would be taken for one another.
      await db.schema.createIndex('administrators_name').unique().on('administrators').expression(sql`lower(username)`).execute();
      await types
        .table(db, 'admin_sessions')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('token_hash', types.text, (column) => column.notNull().unique())
        .addColumn('administrator', types.text, (column) => column.notNull())
        .addColumn('csrf', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('last_seen', types.integer, (column) => column.notNull())
        .addColumn('absolute_expires', types.integer, (column) => column.notNull())
        .addColumn('address', types.text, (column) => column.notNull())
        .addColumn('user_agent', types.text)
        .addColumn('methods', types.text, (column) => column.notNull())
        .addColumn('verified_at', types.integer, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('admin_sessions_administrator').on('admin_sessions').column('administrator').execute();
      await types
        .table(db, 'admin_invitations')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('token_hash', types.text, (column) => column.notNull().unique())
        .addColumn('purpose', types.text, (column) => column.notNull())
        .addColumn('power', types.text)
        .addColumn('username', types.text)
        .addColumn('administrator', types.text)
        .addColumn('created_by', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('expires', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'admin_totp')
        .addColumn('administrator', types.text, (column) => column.primaryKey())
        .addColumn('secret', types.bytes, (column) => column.notNull())
        .addColumn('last_counter', types.integer, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'admin_recovery_codes')
        .addColumn('administrator', types.text, (column) => column.notNull())
        .addColumn('code_hash', types.text, (column) => column.notNull())
        .addPrimaryKeyConstraint('admin_recovery_codes_key', ['administrator', 'code_hash'])
        .execute();
      await types
        .table(db, 'admin_passkeys')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('administrator', types.text, (column) => column.notNull())
        .addColumn('public_key', types.bytes, (column) => column.notNull())
        .addColumn('counter', types.integer, (column) => column.notNull())
        .addColumn('transports', types.text, (column) => column.notNull())
        .addColumn('backed_up', types.flag, (column) => column.notNull())
        .addColumn('name', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('last_used', types.integer)
        .execute();
      await db.schema.createIndex('admin_passkeys_administrator').on('admin_passkeys').column('administrator').execute();
      await types
        .table(db, 'admin_flows')
        .addColumn('ticket_hash', types.text, (column) => column.primaryKey())
        .addColumn('purpose', types.text, (column) => column.notNull())
        .addColumn('administrator', types.text)
        .addColumn('methods', types.text, (column) => column.notNull())
        .addColumn('challenge', types.text)
        .addColumn('secret', types.bytes)
        .addColumn('expires', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'admin_attempts')
        .addColumn('key', types.text, (column) => column.primaryKey())
        .addColumn('failures', types.integer, (column) => column.notNull())
        .addColumn('locked_until', types.integer, (column) => column.notNull())
        .addColumn('last', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'admin_known_addresses')
        .addColumn('administrator', types.text, (column) => column.notNull())
        .addColumn('address', types.text, (column) => column.notNull())
        .addColumn('last', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('admin_known_addresses_key', ['administrator', 'address'])
        .execute();
      await types
        .table(db, 'admin_identities')
        .addColumn('provider', types.text, (column) => column.notNull())
        .addColumn('subject', types.text, (column) => column.notNull())
        .addColumn('administrator', types.text, (column) => column.notNull())
        .addColumn('bound_by', types.text, (column) => column.notNull())
        .addColumn('bound_at', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('admin_identities_key', ['provider', 'subject'])
        .execute();
      await types
        .table(db, 'admin_approvals')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('endpoint', types.text, (column) => column.notNull())
        .addColumn('call', types.text, (column) => column.notNull())
        .addColumn('digest', types.text, (column) => column.notNull())
        .addColumn('reason', types.text, (column) => column.notNull())
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('requester', types.text, (column) => column.notNull())
        .addColumn('requester_name', types.text, (column) => column.notNull())
        .addColumn('requested_at', types.integer, (column) => column.notNull())
        .addColumn('expires', types.integer, (column) => column.notNull())
        .addColumn('not_before', types.integer)
        .addColumn('approvers', types.text, (column) => column.notNull())
        .addColumn('subject', types.text)
        .addColumn('decider', types.text)
        .addColumn('decider_name', types.text)
        .addColumn('decided_at', types.integer)
        .addColumn('note', types.text)
        .addColumn('spent_at', types.integer)
        .addColumn('break_glass', types.flag, (column) => column.notNull())
        .addColumn('review_state', types.text)
        .addColumn('reviewer', types.text)
        .addColumn('reviewer_name', types.text)
        .addColumn('reviewed_at', types.integer)
        .addColumn('review_note', types.text)
        .execute();
      await db.schema.createIndex('admin_approvals_time').on('admin_approvals').column('requested_at').execute();
      await types
        .table(db, 'api_tokens')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('secret_hash', types.text, (column) => column.notNull())
        .addColumn('name', types.text, (column) => column.notNull())
        .addColumn('scopes', types.text, (column) => column.notNull())
        .addColumn('addresses', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('created_by', types.text, (column) => column.notNull())
        .addColumn('expires', types.integer, (column) => column.notNull())
        .addColumn('last_used', types.integer)
        .addColumn('last_address', types.text)
        .addColumn('revoked_at', types.integer)
        .execute();
    },
  },
  {
    id: '0038_token_grants',
    async up(db, types) {
      await db.schema
        .alterTable('api_tokens')
        .addColumn('grants', types.text, (column) => column.notNull().defaultTo('[]'))
        .execute();
    },
  },
  {
    // Names are sealed: the engine can no longer compare them in small letters.
    id: '0104_sealed_administrators',
    async up(db, types) {
      await db.schema.dropIndex('administrators_name').execute();
      await db.schema.alterTable('administrators').addColumn('name_key', types.text).execute();
      await db.schema.createIndex('administrators_name_key').unique().on('administrators').column('name_key').execute();
    },
  },
  {
    // What was spent before this was done, or given up, long ago: nobody tries it again.
    id: '0119_carried_approvals',
    async up(db, types) {
      await db.schema.alterTable('admin_approvals').addColumn('carried_at', types.integer).execute();
      await db.schema.alterTable('admin_approvals').addColumn('problem', types.text).execute();
      await sql`update admin_approvals set carried_at = spent_at where state = 'spent'`.execute(db);
    },
  },
  ...approvalCardMigrations,
];
