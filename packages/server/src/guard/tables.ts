import { sql } from 'kysely';
import type { Migration } from '../store/migration.ts';
import type { Flag } from '../store/values.ts';

interface CampaignRow {
  app: string;
  campaign: string;
  /** Sum of `cents` over the grants that are `counted`, and their number. */
  cents: number;
  grants: number;
  stopped_at: number | null;
  stopped_by: string | null;
  stop_reason: string | null;
  /** Violations before this moment count no more. */
  resumed_at: number;
}

interface GrantRow {
  id: string;
  app: string;
  campaign: string;
  state: string;
  /** Whether it takes from the budget. */
  counted: Flag;
  person: string;
  device: string | null;
  place: string | null;
  /** `batch.serial` of the code that was claimed. */
  code: string | null;
  coupon: string | null;
  cents: number;
  /** Local day of the campaign. */
  day: string;
  /** Id of the request, or of the token that reserved. */
  request: string;
  created: number;
  /** When a reservation ends by itself. */
  expires: number;
  granted_at: number | null;
  redeemed_at: number | null;
  refunded_at: number | null;
  /** An act under way: it holds until `pending_until`. */
  pending: string | null;
  pending_until: number | null;
  /** Nobody knows whether the backend did the last act. */
  uncertain: Flag;
}

interface ViolationRow {
  id: string;
  app: string;
  campaign: string;
  side: string;
  act: string;
  code: string;
  person: string | null;
  address: string | null;
  expected: string;
  seen: string;
  request: string;
  first: number;
  last: number;
  count: number;
}

interface BatchRow {
  app: string;
  campaign: string;
  batch: number;
  generation: number;
  count: number;
  label: string;
  place: string | null;
  expires: number;
  created: number;
  created_by: string;
  revoked_at: number | null;
  revoked_by: string | null;
  revoke_reason: string | null;
}

interface KeyRow {
  app: string;
  route: string;
  person: string;
  /** SHA-256 of the key, in hex. */
  key: string;
  /** SHA-256 of what came with it, in hex. */
  body: string;
  created: number;
  /** While the request is under way; 0 when it has its answer. */
  held_until: number;
  expires: number;
  status: number | null;
  type: string | null;
  /** The answer's body, sealed. */
  answer: Uint8Array | null;
}

interface StateRow {
  app: string;
  rule: string;
  object: string;
  /** Position in the rule's order. */
  rank: number;
  state: string;
  updated: number;
}

interface DisclosedRow {
  app: string;
  rule: string;
  person: string;
  object: string;
  at: number;
}

interface TotalRow {
  app: string;
  rule: string;
  who: string;
  slot: number;
  total: number;
  ends: number;
}

export interface GuardTables {
  guard_campaigns: CampaignRow;
  guard_grants: GrantRow;
  guard_violations: ViolationRow;
  guard_batches: BatchRow;
  guard_keys: KeyRow;
  guard_states: StateRow;
  guard_disclosed: DisclosedRow;
  guard_totals: TotalRow;
}

export const guardMigrations: readonly Migration[] = [
  {
    id: '0026_guard_ledger',
    async up(db, types) {
      await types
        .table(db, 'guard_campaigns')
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('campaign', types.text, (column) => column.notNull())
        .addColumn('cents', types.integer, (column) => column.notNull())
        .addColumn('grants', types.integer, (column) => column.notNull())
        .addColumn('stopped_at', types.integer)
        .addColumn('stopped_by', types.text)
        .addColumn('stop_reason', types.text)
        .addColumn('resumed_at', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('guard_campaigns_key', ['app', 'campaign'])
        .execute();
      await types
        .table(db, 'guard_grants')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('campaign', types.text, (column) => column.notNull())
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('counted', types.flag, (column) => column.notNull())
        .addColumn('person', types.text, (column) => column.notNull())
        .addColumn('device', types.text)
        .addColumn('place', types.text)
        .addColumn('code', types.text)
        .addColumn('coupon', types.text)
        .addColumn('cents', types.integer, (column) => column.notNull())
        .addColumn('day', types.text, (column) => column.notNull())
        .addColumn('request', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('expires', types.integer, (column) => column.notNull())
        .addColumn('granted_at', types.integer)
        .addColumn('redeemed_at', types.integer)
        .addColumn('refunded_at', types.integer)
        .addColumn('pending', types.text)
        .addColumn('pending_until', types.integer)
        .addColumn('uncertain', types.flag, (column) => column.notNull())
        .execute();
      // The last line of defence: whatever the code does, one coupon and one code are in the ledger once.
      await db.schema.createIndex('guard_grants_coupon').on('guard_grants').columns(['app', 'coupon']).unique().execute();
      await db.schema.createIndex('guard_grants_code').on('guard_grants').columns(['app', 'campaign', 'code']).unique().execute();
      await db.schema.createIndex('guard_grants_person').on('guard_grants').columns(['app', 'campaign', 'person']).execute();
      await db.schema.createIndex('guard_grants_device').on('guard_grants').columns(['app', 'campaign', 'device']).execute();
      await db.schema.createIndex('guard_grants_expires').on('guard_grants').columns(['state', 'expires']).execute();
      await db.schema.createIndex('guard_grants_pending').on('guard_grants').columns(['pending_until']).execute();
      await db.schema.createIndex('guard_grants_created').on('guard_grants').columns(['app', 'campaign', 'created']).execute();
    },
  },
  {
    id: '0027_guard_violations',
    async up(db, types) {
      await types
        .table(db, 'guard_violations')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('campaign', types.text, (column) => column.notNull())
        .addColumn('side', types.text, (column) => column.notNull())
        .addColumn('act', types.text, (column) => column.notNull())
        .addColumn('code', types.text, (column) => column.notNull())
        .addColumn('person', types.text)
        .addColumn('address', types.text)
        .addColumn('expected', types.text, (column) => column.notNull())
        .addColumn('seen', types.text, (column) => column.notNull())
        .addColumn('request', types.text, (column) => column.notNull())
        .addColumn('first', types.integer, (column) => column.notNull())
        .addColumn('last', types.integer, (column) => column.notNull())
        .addColumn('count', types.integer, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('guard_violations_last').on('guard_violations').columns(['app', 'campaign', 'last']).execute();
      await types
        .table(db, 'guard_batches')
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('campaign', types.text, (column) => column.notNull())
        .addColumn('batch', types.integer, (column) => column.notNull())
        .addColumn('generation', types.integer, (column) => column.notNull())
        .addColumn('count', types.integer, (column) => column.notNull())
        .addColumn('label', types.text, (column) => column.notNull())
        .addColumn('place', types.text)
        .addColumn('expires', types.integer, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('created_by', types.text, (column) => column.notNull())
        .addColumn('revoked_at', types.integer)
        .addColumn('revoked_by', types.text)
        .addColumn('revoke_reason', types.text)
        .addPrimaryKeyConstraint('guard_batches_key', ['app', 'campaign', 'batch'])
        .execute();
    },
  },
  {
    id: '0028_guard_rules',
    async up(db, types) {
      await types
        .table(db, 'guard_keys')
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('route', types.text, (column) => column.notNull())
        .addColumn('person', types.text, (column) => column.notNull())
        .addColumn('key', types.text, (column) => column.notNull())
        .addColumn('body', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('held_until', types.integer, (column) => column.notNull())
        .addColumn('expires', types.integer, (column) => column.notNull())
        .addColumn('status', types.integer)
        .addColumn('type', types.text)
        .addColumn('answer', types.bytes)
        .addPrimaryKeyConstraint('guard_keys_key', ['app', 'route', 'person', 'key'])
        .execute();
      await db.schema.createIndex('guard_keys_expires').on('guard_keys').column('expires').execute();
      await types
        .table(db, 'guard_states')
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('rule', types.text, (column) => column.notNull())
        .addColumn('object', types.text, (column) => column.notNull())
        .addColumn('rank', types.integer, (column) => column.notNull())
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('updated', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('guard_states_key', ['app', 'rule', 'object'])
        .execute();
      await types
        .table(db, 'guard_disclosed')
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('rule', types.text, (column) => column.notNull())
        .addColumn('person', types.text, (column) => column.notNull())
        .addColumn('object', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('guard_disclosed_key', ['app', 'rule', 'person', 'object'])
        .execute();
      await db.schema.createIndex('guard_disclosed_at').on('guard_disclosed').column('at').execute();
      await types
        .table(db, 'guard_totals')
        .addColumn('app', types.text, (column) => column.notNull())
        .addColumn('rule', types.text, (column) => column.notNull())
        .addColumn('who', types.text, (column) => column.notNull())
        .addColumn('slot', types.integer, (column) => column.notNull())
        .addColumn('total', types.integer, (column) => column.notNull())
        .addColumn('ends', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('guard_totals_key', ['app', 'rule', 'who', 'slot'])
        .execute();
      await db.schema.createIndex('guard_totals_ends').on('guard_totals').column('ends').execute();
    },
  },
  {
    // A campaign of a million coupons: what the console asks, and who is erased, must not read all of them.
    id: '0122_guard_indexes',
    async up(db) {
      const grants = (name: string) => db.schema.createIndex(`guard_grants_${name}`).on('guard_grants');
      await db.schema.dropIndex('guard_grants_person').execute();
      // Sums are made of what these hold, without a look at the rows.
      await grants('person').columns(['app', 'campaign', 'person', 'created', 'state', 'cents']).execute();
      await grants('granted').columns(['app', 'campaign', 'granted_at', 'state', 'cents']).execute();
      await grants('state').columns(['app', 'campaign', 'state', 'created', 'cents']).execute();
      await grants('whose').column('person').execute();
      await grants('place').columns(['app', 'campaign', 'place', 'created']).execute();
      await grants('request').columns(['app', 'campaign', 'request', 'created']).execute();
      await grants('reserved')
        .columns(['app', 'campaign', 'expires'])
        .where(sql.ref('state'), '=', sql.lit('reserved'))
        .execute();
      await grants('uncertain').columns(['app', 'campaign', 'created']).where(sql.ref('uncertain'), '=', sql.lit(1)).execute();
      await db.schema.createIndex('guard_violations_time').on('guard_violations').columns(['last', 'app', 'campaign']).execute();
      await db.schema.createIndex('guard_violations_person').on('guard_violations').column('person').execute();
    },
  },
];
