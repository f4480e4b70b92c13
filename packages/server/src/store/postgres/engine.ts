import { Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { Engine } from '../engine.ts';
import { StoreError } from '../errors.ts';
import { createPostgresDialect } from './dialect.ts';
import { openPool } from './pool.ts';
import { fromPostgresError } from './postgres-error.ts';

const attempts = 20;

async function demandWritable(pool: Pool): Promise<void> {
  let rows: { recovery: number; encoding: string }[];
  try {
    ({ rows } = await pool.query("select pg_is_in_recovery() as recovery, current_setting('server_encoding') as encoding"));
  } catch (error) {
    throw fromPostgresError(error);
  }
  if (rows[0]?.recovery !== 0) throw new StoreError('store_unavailable', 'the server is a standby and cannot be written');
  if (rows[0].encoding !== 'UTF8') throw new StoreError('store_unavailable', 'the database is not encoded in UTF-8');
}

/**
 * The store on a PostgreSQL server, version 13 or later.
 * @throws StoreError `store_unavailable`
 */
export async function openPostgresEngine(connectionString: string, limitMs: number): Promise<Engine> {
  const { pool, close } = openPool(connectionString);
  try {
    await demandWritable(pool);
  } catch (error) {
    await close();
    throw error;
  }
  const db = new Kysely<unknown>({ dialect: createPostgresDialect(pool, limitMs) });
  return {
    kind: 'postgres',
    attempts,
    dialect: (limit) => createPostgresDialect(pool, limit),
    batch: (statements) =>
      db
        .transaction()
        .setIsolationLevel('read committed')
        .execute(async (transaction) => {
          const changes: number[] = [];
          for (const statement of statements) {
            const { numAffectedRows, rows } = await transaction.executeQuery(statement.compile());
            changes.push(Number(numAffectedRows ?? rows.length));
          }
          return changes;
        }),
    async scrub(tables, full) {
      for (const table of tables) {
        if (!/^[a-z_]{1,60}$/.test(table)) throw new StoreError('store_statement', 'a table has another name');
        // Plain VACUUM lets the space be written over; only FULL, which locks the table, rewrites it at once.
        await pool.query(`vacuum ${full ? '(full) ' : ''}${table}`).catch((error: unknown) => {
          throw fromPostgresError(error);
        });
      }
      return { rewritten: full, logEmptied: false };
    },
    ping: () => demandWritable(pool),
    async close() {
      await db.destroy();
      await close();
    },
  };
}
