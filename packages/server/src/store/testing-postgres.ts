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
  const schema = `menshen_test_${randomBytes(8).toString('hex')}`;
  await onPostgres((client) => client.query(`create schema ${schema}`));
  const url = new URL(postgresUrl);
  url.searchParams.set('options', `-csearch_path=${schema}`);
  return { url: url.href, schema, remove: () => onPostgres((client) => client.query(`drop schema ${schema} cascade`)) };
}

const run = promisify(execFile);

/** What the migrations make of an empty schema, as SQL in the order in which it can be run; null where `pg_dump` is missing. */
let made: Promise<{ readonly schema: string; readonly sql: string } | null> | undefined;

async function makeOnce(): Promise<{ readonly schema: string; readonly sql: string } | null> {
  const place = await postgresPlace();
  try {
    const store = await openStore({ url: place.url, clock: Date.now });
    await store.migrate();
    await store.close();
    const address = new URL(place.url);
    address.search = '';
    const options = ['--schema', place.schema, '--no-owner', '--no-privileges', '--inserts', '--dbname', address.href];
    const { stdout } = await run('pg_dump', options, { maxBuffer: 64 * 1_048_576 });
    // Lines for psql, and the schema itself, which a place has already.
    const sql = stdout.replaceAll(/^\\.*$/gm, '').replace(/^CREATE SCHEMA .*;$/m, '');
    return { schema: place.schema, sql };
  } catch {
    return null;
  } finally {
    await place.remove();
  }
}

/**
 * A schema of a test's own in which all migrations have run. They take two seconds each time and a copy of what they make takes a fraction; tests of
 * migrations themselves begin with an empty schema.
 */
export async function migratedPostgresPlace(): Promise<PostgresPlace> {
  made ??= makeOnce();
  const [place, copy] = await Promise.all([postgresPlace(), made]);
  if (copy !== null) await onPostgres((client) => client.query(copy.sql.replaceAll(copy.schema, place.schema)));
  return place;
}
