import { createHash } from 'node:crypto';
import { type CompiledQuery, type Dialect, DummyDriver, Kysely, sql } from 'kysely';
import { isStoreError, StoreError } from './errors.ts';
import { type Migration, migrationDialect, type StoreKind } from './migration.ts';

/** What a run of the migrations did. */
export interface MigrationReport {
  /** Ids run now, in order. */
  readonly applied: readonly string[];
  /** How many had been run before. */
  readonly present: number;
}

interface HistoryTables {
  migrations: { id: string; checksum: string; applied_at: number };
}

/** What {@link migrate} needs of an open store. `db` must allow transactions as long as the longest migration. */
export interface MigrationTarget {
  readonly kind: StoreKind;
  readonly db: Kysely<unknown>;
  readonly dialect: Dialect;
  readonly clock: () => number;
}

/** What stops a migration from outside: it is told as it is. */
const outside: ReadonlySet<string> = new Set(['store_unavailable', 'store_busy', 'store_full', 'store_unwritable']);
const idForm = /^\d{4}_[a-z0-9_]{1,60}$/;

function inOrder(migrations: readonly Migration[]): Migration[] {
  const sorted = [...migrations].sort((a, b) => (a.id < b.id ? -1 : 1));
  sorted.forEach((migration, index) => {
    if (!idForm.test(migration.id))
      throw new StoreError('store_migration_failed', `${migration.id} is not of the form NNNN_name`);
    if (sorted[index + 1]?.id === migration.id)
      throw new StoreError('store_migration_failed', `${migration.id} is declared twice`);
  });
  return sorted;
}

/** Runs `up` against nothing and hashes the SQL it issues, blind to spacing and letter case. */
async function checksumOf(migration: Migration, target: MigrationTarget): Promise<string> {
  const hash = createHash('sha256');
  class RecordingDriver extends DummyDriver {
    override async acquireConnection() {
      const connection = await super.acquireConnection();
      return {
        executeQuery: async (query: CompiledQuery) => {
          hash.update(`${query.sql.replaceAll(/\s+/g, ' ').trim().toLowerCase()}\n`);
          return { rows: [] };
        },
        streamQuery: connection.streamQuery.bind(connection),
      };
    }
  }
  const dry = new Kysely<unknown>({ dialect: { ...target.dialect, createDriver: () => new RecordingDriver() } });
  try {
    await migration.up(dry, migrationDialect(target.kind));
  } finally {
    await dry.destroy();
  }
  return hash.digest('hex');
}

/** One transaction that no other process's migration can enter at the same time. */
function exclusively<T>(target: MigrationTarget, work: (db: Kysely<HistoryTables>) => Promise<T>): Promise<T> {
  // READ COMMITTED: a stricter level would look at the tables as they were before the lock was granted.
  return target.db
    .transaction()
    .setIsolationLevel('read committed')
    .execute(async (db) => {
      if (target.kind === 'postgres') {
        await sql`select pg_advisory_xact_lock(hashtextextended('menshen migrations ' || current_schema(), 0))`.execute(db);
      }
      return await work(db as unknown as Kysely<HistoryTables>);
    });
}

async function readHistory(target: MigrationTarget): Promise<Map<string, string>> {
  const dialect = migrationDialect(target.kind);
  const rows = await exclusively(target, async (db) => {
    await dialect
      .table(db as unknown as Kysely<unknown>, 'migrations')
      .ifNotExists()
      .addColumn('id', dialect.text, (column) => column.primaryKey())
      .addColumn('checksum', dialect.text, (column) => column.notNull())
      .addColumn('applied_at', dialect.integer, (column) => column.notNull())
      .execute();
    return await db.selectFrom('migrations').select(['id', 'checksum']).execute();
  });
  return new Map(rows.map((row) => [row.id, row.checksum]));
}

/**
 * Brings the tables to the state that the program expects. Each migration runs once, whatever the number of processes
 * that start together, and leaves either all of itself or nothing.
 * @throws StoreError `store_newer_than_program` when the store knows a migration that the program does not,
 *   `store_migration_changed`, `store_migration_failed`
 */
export async function migrate(target: MigrationTarget, migrations: readonly Migration[]): Promise<MigrationReport> {
  const ordered = inOrder(migrations);
  const known = new Set(ordered.map((migration) => migration.id));
  const history = await readHistory(target);
  for (const id of history.keys()) {
    if (!known.has(id))
      throw new StoreError('store_newer_than_program', `the store has migration ${id}, which this program does not know`);
  }
  const applied: string[] = [];
  for (const migration of ordered) {
    const { id } = migration;
    const checksum = await checksumOf(migration, target);
    const recorded = history.get(id);
    if (recorded !== undefined) {
      if (recorded !== checksum) throw new StoreError('store_migration_changed', `migration ${id} was edited after it had run`);
      continue;
    }
    try {
      const ran = await exclusively(target, async (db) => {
        const earlier = await db.selectFrom('migrations').select('id').where('id', '=', id).executeTakeFirst();
        if (earlier !== undefined) return false;
        await migration.up(db as unknown as Kysely<unknown>, migrationDialect(target.kind));
        await db.insertInto('migrations').values({ id, checksum, applied_at: target.clock() }).execute();
        return true;
      });
      if (ran) applied.push(id);
    } catch (error) {
      if (isStoreError(error) && outside.has(error.code)) throw error;
      const reason = isStoreError(error) ? `${error.code}, ${error.message}` : 'its own code threw';
      throw new StoreError('store_migration_failed', `migration ${id} failed: ${reason}`, { cause: error });
    }
  }
  return { applied, present: ordered.length - applied.length };
}
