import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Compilable, Kysely, type Transaction } from 'kysely';
import type { Writer } from '../writer/client.ts';
import { isStoreError, StoreError } from './errors.ts';
import { type MigrationReport, migrate } from './migrate.ts';
import type { Migration, StoreKind } from './migration.ts';
import { openPostgresEngine } from './postgres/engine.ts';
import type { StoreProtection } from './protection/protection.ts';
import { sealClearRows } from './protection/seal-clear.ts';
import { allMigrations, type Schema } from './schema.ts';
import { openSqliteEngine } from './sqlite/engine.ts';
import type { ScrubReport } from './sqlite/protocol.ts';
import { parseStoreUrl } from './url.ts';

export type { MigrationReport } from './migrate.ts';
export type { Migration, MigrationDialect, StoreKind } from './migration.ts';
export type { Schema } from './schema.ts';
export type { ScrubReport } from './sqlite/protocol.ts';

/** The store of the program, the same to its users on both engines. */
export interface Store {
  /** Every query goes through here. Outside a transaction each statement is durable when its promise resolves. */
  readonly db: Kysely<Schema>;
  readonly kind: StoreKind;
  /** Runs the migrations that are missing; all of the program's unless told otherwise. */
  migrate(migrations?: readonly Migration[]): Promise<MigrationReport>;
  /**
   * Runs `work` in a serializable transaction, and again when it lost a race: `work` must have no effect but on the
   * store. Traps: use only the handle given to it, and wait for nothing slow inside: after the limit (10 s) it is
   * rolled back with `store_transaction_timeout`.
   */
  transaction<T>(work: (db: Transaction<Schema>) => Promise<T>): Promise<T>;
  /**
   * Runs statements as one atomic unit without holding the writer in between; the fast form when no statement depends
   * on what another returned. Resolves to the number of rows each wrote.
   */
  batch(statements: readonly Compilable[]): Promise<number[]>;
  /**
   * Leaves nothing of removed rows in the database's files. On the embedded store removed rows are overwritten as they go and this empties the
   * write-ahead log; `full` rewrites the file. On PostgreSQL it vacuums the named tables, `full` with a rewrite that locks them; the server's own
   * write-ahead log and archives are beyond it.
   */
  scrub(tables: readonly string[], full: boolean): Promise<ScrubReport>;
  /**
   * Seals, in protected columns, what earlier versions wrote in clear: once for each list of columns, before anything reads them. Resolves to the
   * number of rows.
   */
  sealClear(): Promise<number>;
  /** Resolves when the store can be read and written; rejects with `store_unavailable` within two seconds. */
  ping(): Promise<void>;
  /** Ends what this store started; a writer that was handed in stays open. */
  close(): Promise<void>;
}

export interface OpenStoreOptions {
  /** `file:PATH` or `postgres://...` */
  readonly url: string;
  /** The process's writer, started with this file; without it the store starts its own. Unused by PostgreSQL. */
  readonly writer?: Writer;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** What protects the columns that tell of people. Without it they are written and read as they lie: for tools that touch none of them. */
  readonly protection?: StoreProtection;
  /** How long a transaction may last, in milliseconds; 10,000 by default. */
  readonly transactionLimitMs?: number;
}

const defaultTransactionLimitMs = 10_000;
const migrationLimitMs = 3_600_000;
const freeAttempts = 3;
const pingLimitMs = 2_000;

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new StoreError('store_unavailable', 'the store did not answer in time')), limitMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Opens the store. Tables are not touched: call {@link Store.migrate} before the first query.
 * @throws StoreError `store_url_invalid`, `store_locked`, `store_damaged`, `store_foreign`, `store_unavailable`
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { clock } = options;
  const limitMs = options.transactionLimitMs ?? defaultTransactionLimitMs;
  const location = parseStoreUrl(options.url);
  const engine =
    location.kind === 'sqlite'
      ? await openSqliteEngine(location.file, options.writer)
      : await openPostgresEngine(location.connectionString, limitMs);
  const { protection } = options;
  const db = new Kysely<Schema>({
    dialect: engine.dialect(limitMs),
    ...(protection === undefined ? {} : { plugins: [protection.plugin] }),
  });

  // Many that contend for one row would defeat each other again and again: after some losses they go one at a time.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };

  return {
    db,
    kind: engine.kind,
    async migrate(migrations = allMigrations) {
      const dialect = engine.dialect(migrationLimitMs);
      const patient = new Kysely<unknown>({ dialect });
      return await migrate({ kind: engine.kind, db: patient, dialect, clock }, migrations);
    },
    async sealClear() {
      if (protection === undefined) return 0;
      const bare = new Kysely<unknown>({ dialect: engine.dialect(limitMs) });
      return await sealClearRows({ db: bare, kind: engine.kind, batch: engine.batch }, protection);
    },
    async transaction(work) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const run = () => db.transaction().execute(work);
          return await (attempt <= freeAttempts ? run() : inTurn(run));
        } catch (error) {
          if (attempt >= engine.attempts || !isStoreError(error, 'store_busy')) throw error;
          await delay(randomInt(2 ** Math.min(attempt, 7)) + 1);
        }
      }
    },
    batch: (statements) => engine.batch(statements),
    scrub: (tables, full) => engine.scrub(tables, full),
    ping: () => within(pingLimitMs, engine.ping()),
    async close() {
      await db.destroy();
      await engine.close();
    },
  };
}
