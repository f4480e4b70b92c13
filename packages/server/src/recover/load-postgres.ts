import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { allMigrations } from '../store/schema.ts';
import { openStore } from '../store/store.ts';
import { BackupError } from './model.ts';
import { postgresFacts } from './postgres-tools.ts';
import { notShipped, quoted, shippedTables } from './ship/postgres-changes.ts';
import { sqliteFacts } from './sqlite-snapshot.ts';

/** Values of one statement; PostgreSQL takes 65,535. */
const mostValues = 30_000;

/**
 * Puts an embedded store into an empty database of PostgreSQL, all or nothing: the tables by the program's own migrations, then every row. Resolves to the
 * number of rows. @throws BackupError `not_empty`, `database_unreachable`, `damaged`
 */
export async function loadPostgres(url: string, file: string): Promise<number> {
  if (Object.keys((await postgresFacts(url)).rows).length > 0) throw new BackupError('not_empty', 'database');
  const { migrations, rows: expected } = sqliteFacts(file);
  const known = allMigrations.filter(({ id }) => migrations.includes(id));
  if (known.length !== migrations.length) throw new BackupError('damaged', 'the store is of a newer program');
  try {
    const store = await openStore({ url, clock: Date.now });
    try {
      await store.migrate(known);
    } finally {
      await store.close();
    }
    await copyRows(url, file);
  } catch (error) {
    await dropAll(url).catch(() => undefined);
    throw new BackupError('database_unreachable', '', { cause: error });
  }
  const { rows: found } = await postgresFacts(url);
  const wrong = Object.keys(expected).filter((table) => !notShipped.has(table) && found[table] !== expected[table]);
  if (wrong.length > 0) throw new BackupError('damaged', wrong.map((table) => `rows of ${table}`).join('; '));
  return Object.values(found).reduce((sum, count) => sum + count, 0);
}

async function copyRows(url: string, file: string): Promise<void> {
  const client = new Client({ connectionString: url });
  const source = new DatabaseSync(file, { readOnly: true });
  try {
    await client.connect();
    await client.query('begin');
    const tables = await shippedTables(client);
    // Rows that refer to others may come before them.
    const { rows: references } = await client.query<{ tab: string; name: string; definition: string }>(
      `select conrelid::regclass::text as tab, conname as name, pg_get_constraintdef(oid) as definition from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace`,
    );
    for (const { tab, name } of references) await client.query(`alter table ${tab} drop constraint ${quoted(name)}`);
    // Migrations leave rows of their own.
    await client.query(`truncate ${tables.map(({ name }) => quoted(name)).join(', ')}`);
    for (const { name, columns } of tables) {
      const list = columns.map(quoted).join(', ');
      const read = source.prepare(`select ${list} from ${quoted(name)}`);
      const atOnce = Math.max(1, Math.floor(mostValues / columns.length));
      let batch: unknown[] = [];
      const flush = async (): Promise<void> => {
        if (batch.length === 0) return;
        const rows = batch.length / columns.length;
        const places = Array.from(
          { length: rows },
          (_, row) => `(${columns.map((_column, column) => `$${row * columns.length + column + 1}`).join(', ')})`,
        );
        await client.query(`insert into ${quoted(name)} (${list}) overriding system value values ${places.join(', ')}`, batch);
        batch = [];
      };
      for (const row of read.iterate()) {
        for (const column of columns) {
          const value = row[column];
          batch.push(value instanceof Uint8Array ? Buffer.from(value) : value);
        }
        if (batch.length / columns.length >= atOnce) await flush();
      }
      await flush();
    }
    for (const { tab, name, definition } of references)
      await client.query(`alter table ${tab} add constraint ${quoted(name)} ${definition}`);
    // What numbers its rows goes on behind the last.
    const { rows: numbered } = await client.query<{ tab: string; column: string }>(
      `select table_name as tab, column_name as column from information_schema.columns where table_schema = current_schema() and is_identity = 'YES'`,
    );
    for (const { tab, column } of numbered)
      await client.query(
        `select setval(pg_get_serial_sequence($1, $2), coalesce(max(${quoted(column)}), 0) + 1, false) from ${quoted(tab)}`,
        [tab, column],
      );
    await client.query('commit');
  } finally {
    source.close();
    await client.end().catch(() => undefined);
  }
}

/** Leaves the database as it was: empty. */
async function dropAll(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      'select tablename as name from pg_tables where schemaname = current_schema()',
    );
    for (const { name } of rows) await client.query(`drop table if exists ${quoted(name)} cascade`);
  } finally {
    await client.end();
  }
}
