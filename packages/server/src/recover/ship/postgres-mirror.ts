import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Client, types } from 'pg';
import * as z from 'zod';
import { allMigrations } from '../../store/schema.ts';
import { openStore } from '../../store/store.ts';
import {
  changedSince,
  installChanges,
  isCursorKept,
  noteCursor,
  notShipped,
  quoted,
  rowsUnder,
  type ShippedTable,
  shippedTables,
} from './postgres-changes.ts';

/** A copy of a PostgreSQL store as an embedded one, which is shipped page by page like any other. */
export interface Mirror {
  readonly file: string;
  /** Brings the copy to one state that the database was in since the call. Throws when the database cannot be read. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

const position = z.object({ shipper: z.string(), seen: z.string(), migrations: z.array(z.string()) });
type Position = z.output<typeof position>;

/** Under this name a store of PostgreSQL comes back where it is restored into a file. */
export const mirroredName = 'menshen.db';

const rowsAtOnce = 5_000;
const keysAtOnce = 2_000;
const connectMs = 5_000;
const queryMs = 60_000;
/** Of so many keys of one table all rows are read anew. */
const mostKeys = 200_000;
/** How often a shipper to whom nothing comes says that it is there. */
const idleNoteMs = 60_000;

/** As the embedded store has them: whole numbers are numbers, bytes are bytes. */
const parsers = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format as 'text'),
};

/**
 * Opens the copy in `work`. What changed is what the database itself has noted since the snapshot that was copied last: a row counts by the transaction
 * that wrote it, so nothing is missed that commits late, and each state of the copy is one that the database was in.
 */
export function openMirror(parts: { readonly url: string; readonly work: string; readonly clock: () => number }): Mirror {
  const file = join(parts.work, 'mirror.db');
  const positionFile = join(parts.work, 'mirror.json');
  let at = readPosition(positionFile);
  let client: Client | null = null;
  let database: DatabaseSync | null = null;
  let tables: readonly ShippedTable[] = [];
  let noted = 0;

  const connect = async (): Promise<Client> => {
    if (client !== null) return client;
    const made = new Client({
      connectionString: parts.url,
      ...{ connectionTimeoutMillis: connectMs, query_timeout: queryMs, types: parsers },
    });
    made.on('error', () => {
      if (client === made) client = null;
    });
    await made.connect();
    client = made;
    return made;
  };

  const fresh = async (one: Client, migrations: readonly string[]): Promise<DatabaseSync> => {
    // Its file stays open as long as this thread: another one cannot take its place.
    if (database !== null) throw new Error('the schema has changed: shipping goes on after a restart');
    const known = allMigrations.filter(({ id }) => migrations.includes(id));
    if (known.length !== migrations.length) throw new Error('the store is of a newer program');
    tables = await shippedTables(one);
    await installChanges(one, tables);
    if (at === null || !existsSync(file) || at.migrations.join() !== migrations.join()) {
      for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(`${file}${suffix}`, { force: true });
      const store = await openStore({ url: `file:${file}`, clock: parts.clock });
      await store.migrate(known);
      await store.close();
    }
    // Rows come in any order; what they refer to comes in the same transaction.
    return new DatabaseSync(file, { enableForeignKeyConstraints: false, timeout: 5_000 });
  };

  const copyAll = async (one: Client, into: DatabaseSync, table: ShippedTable): Promise<void> => {
    into.exec(`delete from ${quoted(table.name)}`);
    const put = putInto(into, table);
    await one.query(
      `declare shipped no scroll cursor for select ${table.columns.map(quoted).join(', ')} from ${quoted(table.name)}`,
    );
    for (;;) {
      const { rows } = await one.query(`fetch ${rowsAtOnce} from shipped`);
      for (const row of rows as Record<string, unknown>[]) put(row);
      if (rows.length < rowsAtOnce) break;
    }
    await one.query('close shipped');
  };

  const copyChanged = async (one: Client, into: DatabaseSync, table: ShippedTable, keys: unknown[][]): Promise<void> => {
    const where = table.key.map(({ name }) => `${quoted(name)} = ?`).join(' and ');
    const remove = into.prepare(`delete from ${quoted(table.name)} where ${where}`);
    // All go first: a row may take over what was another's under a unique index.
    for (const key of keys) remove.run(...key.map((value, index) => keyValue(value, table.key[index]?.type ?? 'text')));
    const put = putInto(into, table);
    for (let from = 0; from < keys.length; from += keysAtOnce)
      for (const row of await rowsUnder(one, table, keys.slice(from, from + keysAtOnce))) put(row);
  };

  const round = async (): Promise<void> => {
    const one = await connect();
    const { rows: found } = await one.query<{ id: string }>('select id from migrations order by id');
    const migrations = found.map(({ id }) => id);
    const same = database !== null && at !== null && at.migrations.join() === migrations.join();
    const into = same && database !== null ? database : await fresh(one, migrations);
    database = into;
    const kept = at !== null && at.migrations.join() === migrations.join() && (await isCursorKept(one, at.shipper, at.seen));
    await one.query('begin isolation level repeatable read read only');
    const { rows } = await one.query<{ seen: string }>('select pg_current_snapshot()::text as seen');
    const seen = rows[0]?.seen ?? '';
    const changed = kept && at !== null ? await changedSince(one, at.seen) : null;
    if (changed === null || changed.size > 0) {
      into.exec('begin immediate');
      try {
        for (const table of tables) {
          const keys = changed === null ? null : changed.get(table.name);
          if (keys === undefined) continue;
          if (keys === null || keys.length > mostKeys) await copyAll(one, into, table);
          else await copyChanged(one, into, table, keys);
        }
        into.exec('commit');
      } catch (error) {
        into.exec('rollback');
        throw error;
      }
    }
    await one.query('commit');
    const next: Position = { shipper: at?.shipper ?? randomBytes(12).toString('hex'), seen, migrations };
    // A snapshot that nothing was written since is as good as the newer one, and needs no note.
    if (kept && changed?.size === 0 && at !== null) {
      if (parts.clock() - noted < idleNoteMs) return;
      noted = parts.clock();
      return await noteCursor(one, at.shipper, at.seen);
    }
    noted = parts.clock();
    await noteCursor(one, next.shipper, seen);
    writeFileSync(`${positionFile}.new`, JSON.stringify(next), { mode: 0o600 });
    renameSync(`${positionFile}.new`, positionFile);
    at = next;
  };

  return {
    file,
    async refresh() {
      try {
        await round();
      } catch (error) {
        await client?.end().catch(() => undefined);
        client = null;
        throw error;
      }
    },
    async close() {
      await client?.end().catch(() => undefined);
      client = null;
      database?.close();
      database = null;
    },
  };
}

function putInto(into: DatabaseSync, { name, columns }: ShippedTable): (row: Record<string, unknown>) => void {
  if (notShipped.has(name)) throw new Error(`${name} is not shipped`);
  const list = columns.map(quoted).join(', ');
  const insert = into.prepare(`insert or replace into ${quoted(name)} (${list}) values (${columns.map(() => '?').join(', ')})`);
  return (row) => void insert.run(...columns.map((column) => sqlValue(row[column])));
}

function sqlValue(value: unknown): SQLInputValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'string' || value instanceof Uint8Array) return value;
  throw new Error('a column has a type that the embedded store does not know');
}

/** A key as JSON gives it; bytes come in PostgreSQL's hexadecimal form. */
function keyValue(value: unknown, type: string): SQLInputValue {
  if (type === 'bytea' && typeof value === 'string') return Buffer.from(value.slice(2), 'hex');
  return sqlValue(value);
}

function readPosition(file: string): Position | null {
  try {
    return position.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}
