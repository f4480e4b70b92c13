import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import pg from 'pg';
import { openStore } from './store.ts';

const postgresUrl = process.env.MENSHEN_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432/';

/** Does something on the server for tests, outside of any store. */
export async function onPostgres(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl, connectionTimeoutMillis: 2_000 });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** Whether there is a server for tests. */
export const postgresFound: boolean = await onPostgres((client) => client.query('select 1')).then(
  () => true,
  () => false,
);

export interface PostgresPlace {
  readonly url: string;
  readonly schema: string;
  remove(): Promise<void>;
}

/** A schema of a test's own on PostgreSQL, and how to remove it. */
export async function postgresPlace(): Promise<PostgresPlace> {
  return await newSchema(`menshen_test_${randomBytes(8).toString('hex')}`);
}

async function newSchema(schema: string): Promise<PostgresPlace> {
  await onPostgres((client) => client.query(`create schema ${schema}`));
  const url = new URL(postgresUrl);
  url.searchParams.set('options', `-csearch_path=${schema}`);
  return { url: url.href, schema, remove: () => drop(schema) };
}

const drop = (schema: string): Promise<void> => onPostgres((client) => client.query(`drop schema ${schema} cascade`));

/** What the migrations make of an empty schema, as SQL in the order in which it can be run. */
interface Made {
  readonly schema: string;
  readonly tables: string;
  readonly rows: string;
}

const run = promisify(execFile);
const poolName = 'menshen_pool_';
/** Schemas of this process that are as the migrations made them, and used by no test. */
const idle: PostgresPlace[] = [];
let made: Promise<Made | null> | undefined;
let shape: string | undefined;

async function makeOnce(): Promise<Made | null> {
  await dropLeftOver();
  const { url, schema, remove } = await postgresPlace();
  try {
    const store = await openStore({ url, clock: Date.now });
    await store.migrate();
    await store.close();
    const address = new URL(url);
    address.search = '';
    const dump = async (...more: readonly string[]): Promise<string> => {
      const options = ['--schema', schema, '--no-owner', '--no-privileges', ...more, '--dbname', address.href];
      const { stdout } = await run('pg_dump', options, { maxBuffer: 64 * 1_048_576 });
      // Lines for psql, and the schema itself, which a place has already.
      return stdout.replaceAll(/^\\.*$/gm, '').replace(/^CREATE SCHEMA .*;$/m, '');
    };
    return { schema, tables: await dump('--schema-only'), rows: await dump('--data-only', '--inserts') };
  } catch {
    // Without `pg_dump` each test runs the migrations.
    return null;
  } finally {
    await remove();
  }
}

/** Schemas of processes that have ended. */
async function dropLeftOver(): Promise<void> {
  await onPostgres(async (client) => {
    const { rows } = await client.query<{ name: string }>('select nspname as name from pg_namespace where nspname like $1', [
      `${poolName}%`,
    ]);
    for (const { name } of rows) if (!isAlive(Number(name.split('_')[2]))) await client.query(`drop schema ${name} cascade`);
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Tables, columns, triggers and functions of a schema, counted: a test that changed them leaves a schema that is not used again. */
const shapeOf = `select concat_ws(' ',
  (select count(*) from pg_class where relnamespace = $1::regnamespace),
  (select count(*) from pg_attribute join pg_class on attrelid = pg_class.oid where relnamespace = $1::regnamespace and not attisdropped),
  (select count(*) from pg_trigger join pg_class on tgrelid = pg_class.oid where relnamespace = $1::regnamespace),
  (select count(*) from pg_proc where pronamespace = $1::regnamespace)) as shape`;

async function readShape(client: pg.Client, schema: string): Promise<string | undefined> {
  return (await client.query<{ shape: string }>(shapeOf, [schema])).rows[0]?.shape;
}

/** Makes a schema again what the migrations made it. False where that cannot be. */
async function renewed({ schema }: PostgresPlace, { schema: from, rows }: Made): Promise<boolean> {
  let same = false;
  await onPostgres(async (client) => {
    await client.query("set lock_timeout = '5s'");
    same = (await readShape(client, schema)) === shape;
    if (!same) return;
    const filled = await client.query<{ name: string }>(
      "select oid::regclass::text as name from pg_class where relnamespace = $1::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0",
      [schema],
    );
    if (filled.rows.length > 0) await client.query(`truncate ${filled.rows.map(({ name }) => name).join(', ')} cascade`);
    await client.query(rows.replaceAll(from, schema));
  });
  return same;
}

/**
 * A schema of a test's own in which all migrations have run. They take two seconds each time: what they make is copied, and a schema that a test has
 * left is emptied for the next. Tests of migrations themselves begin with an empty schema.
 */
export async function migratedPostgresPlace(): Promise<PostgresPlace> {
  made ??= makeOnce();
  const copy = await made;
  if (copy === null) return await postgresPlace();
  const ready = idle.pop();
  if (ready !== undefined) return ready;
  const place = await newSchema(`${poolName}${process.pid}_${randomBytes(6).toString('hex')}`);
  await onPostgres(async (client) => {
    await client.query(`${copy.tables}\n${copy.rows}`.replaceAll(copy.schema, place.schema));
    shape ??= await readShape(client, place.schema);
  });
  const own: PostgresPlace = {
    ...place,
    async remove() {
      if (await renewed(own, copy).catch(() => false)) idle.push(own);
      else await drop(own.schema);
    },
  };
  return own;
}
