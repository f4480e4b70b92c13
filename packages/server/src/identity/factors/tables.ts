import type { Migration } from '../../store/migration.ts';

interface FactorRow {
  uid: string;
  kind: string;
  /** Sealed: TOTP secret, password hash, SOTER device, phone number. */
  secret: Uint8Array;
  /** Last TOTP step or SOTER counter that was accepted. */
  counter: number;
  label: string;
  created: number;
  last_used: number | null;
}

interface RecoveryCodeRow {
  uid: string;
  code_hash: string;
  created: number;
}

interface BudgetRow {
  uid: string;
  kind: string;
  source: string;
  /** In a row, since the last success. */
  failures: number;
  /** Since the last lock. */
  round: number;
  locks: number;
  locked_until: number;
}

export interface ChallengeRow {
  id: string;
  sid: string;
  uid: string;
  kind: string;
  purpose: string;
  /** What the purpose needs: digest of the operation, or the name of an enrolment. */
  subject: string | null;
  /** Keyed hash of an SMS code. */
  code_hash: string | null;
  /** Sealed: what an enrolment will keep, or the text that SOTER signs. */
  pending: Uint8Array | null;
  tries: number;
  used: number;
  created: number;
  expires: number;
}

interface ApprovalRow {
  token_hash: string;
  sid: string;
  uid: string;
  operation: string;
  expires: number;
}

interface DeviceRow {
  device_hash: string;
  uid: string;
  created: number;
  last_used: number;
  expires: number;
}

interface SendRow {
  /** `phone:` and a keyed hash, or `address:`. */
  subject: string;
  /** Start of the day that is counted. */
  since: number;
  sent: number;
  last: number;
}

export interface FactorTables {
  factors: FactorRow;
  factor_recovery_codes: RecoveryCodeRow;
  factor_budgets: BudgetRow;
  factor_challenges: ChallengeRow;
  factor_approvals: ApprovalRow;
  factor_devices: DeviceRow;
  factor_sends: SendRow;
}

export const factorMigrations: readonly Migration[] = [
  {
    id: '0015_second_factors',
    async up(db, types) {
      await types
        .table(db, 'factors')
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('secret', types.bytes, (column) => column.notNull())
        .addColumn('counter', types.integer, (column) => column.notNull())
        .addColumn('label', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('last_used', types.integer)
        .addPrimaryKeyConstraint('factors_key', ['uid', 'kind'])
        .execute();
      await types
        .table(db, 'factor_recovery_codes')
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('code_hash', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('factor_recovery_codes_key', ['uid', 'code_hash'])
        .execute();
      await types
        .table(db, 'factor_budgets')
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('source', types.text, (column) => column.notNull())
        .addColumn('failures', types.integer, (column) => column.notNull())
        .addColumn('round', types.integer, (column) => column.notNull())
        .addColumn('locks', types.integer, (column) => column.notNull())
        .addColumn('locked_until', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('factor_budgets_key', ['uid', 'kind', 'source'])
        .execute();
      await types
        .table(db, 'factor_challenges')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('sid', types.text, (column) => column.notNull())
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('purpose', types.text, (column) => column.notNull())
        .addColumn('subject', types.text)
        .addColumn('code_hash', types.text)
        .addColumn('pending', types.bytes)
        .addColumn('tries', types.integer, (column) => column.notNull())
        .addColumn('used', types.integer, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('expires', types.integer, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('factor_challenges_sid').on('factor_challenges').columns(['sid', 'created']).execute();
      await types
        .table(db, 'factor_approvals')
        .addColumn('token_hash', types.text, (column) => column.primaryKey())
        .addColumn('sid', types.text, (column) => column.notNull())
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('operation', types.text, (column) => column.notNull())
        .addColumn('expires', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'factor_devices')
        .addColumn('device_hash', types.text, (column) => column.primaryKey())
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('last_used', types.integer, (column) => column.notNull())
        .addColumn('expires', types.integer, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('factor_devices_uid').on('factor_devices').column('uid').execute();
      await types
        .table(db, 'factor_sends')
        .addColumn('subject', types.text, (column) => column.primaryKey())
        .addColumn('since', types.integer, (column) => column.notNull())
        .addColumn('sent', types.integer, (column) => column.notNull())
        .addColumn('last', types.integer, (column) => column.notNull())
        .execute();
    },
  },
];
