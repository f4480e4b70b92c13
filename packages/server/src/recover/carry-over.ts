import { DatabaseSync } from 'node:sqlite';
import { BackupError } from './model.ts';

/**
 * What an older state of the store takes from the newest one. Permissions hold by intersection: what was granted then and is still there now, in its
 * newest form. Prohibitions, and what people declared, hold as they are now. Everything else goes back.
 */
export type CarryRule = 'both' | 'newest' | 'either';

/** Tables by rule. A test holds every name against the schema. */
export const carried: Readonly<Record<CarryRule, readonly string[]>> = {
  /** Rows of the older state that the newest one has as well, in the newest form: a session that was ended since is none. */
  both: [
    ...['sessions', 'identities', 'accounts', 'factors', 'factor_devices', 'factor_recovery_codes', 'people'],
    ...['role_assignments', 'person_roles', 'delegations', 'scim_resources', 'phone_passes'],
    ...['administrators', 'admin_sessions', 'admin_identities', 'admin_passkeys', 'admin_totp', 'admin_recovery_codes'],
    ...[
      'api_tokens',
      'inspection_exceptions',
      'risk_acceptances',
      'compliance_exclusions',
      'compliance_attestations',
      'training_sessions',
    ],
  ],
  /** As they are now. Keys: what backends have sealed since can be read, and what was shredded stays so. Logs: how far each had come. */
  newest: [
    ...['revocations', 'containment_measures', 'containment_asked', 'switches', 'replay_marks', 'releases', 'app_versions'],
    // A key that was rotated away, because somebody has it, must not sign or be shown to WeChat again.
    ...['data_keys', 'wrapping_keys', 'proof_keys', 'app_secrets', 'audit_logs', 'audit_persons'],
    ...['privacy_consents', 'privacy_consent_states', 'privacy_requests', 'privacy_steps'],
  ],
  /** The older rows and the newest ones: a coupon that was used since is used, an address that was blocked since is blocked. */
  either: [
    'access_list',
    'guard_campaigns',
    'guard_grants',
    'guard_keys',
    'guard_states',
    'guard_totals',
    'guard_batches',
    'phone_answers',
  ],
};

/** One-time things of the older state: nobody waits for them any more. */
const dropped = [
  ...['admin_flows', 'admin_invitations', 'admin_approvals', 'binding_tickets', 'company_codes', 'transfer_tickets'],
  ...['factor_approvals', 'factor_challenges', 'training_flows'],
];

/** What is taken of each budget, counted anew: the coupons are those of both states, and a budget that knows of fewer would be spent again. */
const budgets = `UPDATE main.guard_campaigns AS campaign SET (cents, grants) = (
  SELECT coalesce(sum(cents), 0), count(*) FROM main.guard_grants AS own
  WHERE own.app = campaign.app AND own.campaign = campaign.campaign AND own.counted = 1)`;

export interface CarryReport {
  /** Rows of permissions that are gone since, and of prohibitions and declarations that are there now. */
  readonly withdrawn: number;
  readonly carried: number;
}

/** Brings the newest permissions, prohibitions and declarations into an older state of the store, in one transaction. @throws BackupError `damaged` */
export function carryOver(older: string, newest: string): CarryReport {
  const database = new DatabaseSync(older, { enableForeignKeyConstraints: false });
  try {
    database.prepare('ATTACH DATABASE ? AS newest').run(newest);
    database.exec('BEGIN IMMEDIATE');
    let withdrawn = 0;
    let carriedRows = 0;
    const change = (sql: string): number => Number(database.prepare(sql).run().changes);
    for (const [rule, tables] of Object.entries(carried) as [CarryRule, readonly string[]][])
      for (const table of tables) {
        const then = columnsOf(database, 'main', table);
        const now = columnsOf(database, 'newest', table);
        if (then.size === 0) continue;
        // A table that is gone, or another one: nothing of it can be said to hold still.
        const keys = [...then].flatMap(([name, key]) => (key > 0 ? [name] : []));
        const known = keys.length > 0 && keys.every((key) => now.has(key));
        if (!known) {
          if (rule === 'both') withdrawn += change(`DELETE FROM main."${table}"`);
          continue;
        }
        const same = keys.map((key) => `other."${key}" IS main."${table}"."${key}"`).join(' AND ');
        const columns = [...then.keys()].filter((name) => now.has(name));
        const list = columns.map((name) => `"${name}"`).join(', ');
        if (rule === 'both') {
          const there = `EXISTS (SELECT 1 FROM newest."${table}" AS other WHERE ${same})`;
          withdrawn += change(`DELETE FROM main."${table}" WHERE NOT ${there}`);
          const set = columns
            .filter((name) => !keys.includes(name))
            .map((name) => `"${name}" = other."${name}"`)
            .join(', ');
          if (set !== '') change(`UPDATE main."${table}" SET ${set} FROM newest."${table}" AS other WHERE ${same}`);
          continue;
        }
        if (rule === 'newest') change(`DELETE FROM main."${table}"`);
        carriedRows += change(`INSERT OR REPLACE INTO main."${table}" (${list}) SELECT ${list} FROM newest."${table}"`);
      }
    if (columnsOf(database, 'main', 'guard_campaigns').size > 0) change(budgets);
    for (const table of dropped) if (columnsOf(database, 'main', table).size > 0) change(`DELETE FROM main."${table}"`);
    removeOrphans(database);
    database.exec('COMMIT');
    database.exec('DETACH DATABASE newest');
    return { withdrawn, carried: carriedRows };
  } catch (error) {
    throw new BackupError('damaged', 'store', { cause: error });
  } finally {
    database.close();
  }
}

/** Columns of a table by name, with their place in the primary key; 0 for none. */
function columnsOf(database: DatabaseSync, schema: 'main' | 'newest', table: string): Map<string, number> {
  const rows = database.prepare(`PRAGMA ${schema}.table_info("${table}")`).all();
  return new Map(rows.map(({ name, pk }) => [String(name), Number(pk)]));
}

const mostRounds = 20;

/** Rows that refer to what is gone go, too, and those that refer to them. */
function removeOrphans(database: DatabaseSync): void {
  for (let round = 0; round < mostRounds; round += 1) {
    const orphans = database.prepare('PRAGMA main.foreign_key_check').all();
    if (orphans.length === 0) return;
    for (const { table, rowid } of orphans)
      if (rowid !== null) database.prepare(`DELETE FROM main."${String(table)}" WHERE rowid = ?`).run(Number(rowid));
  }
  throw new Error('rows refer to each other without end');
}
