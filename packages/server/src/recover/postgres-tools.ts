import { spawn } from 'node:child_process';
import { Client } from 'pg';
import { BackupError } from './model.ts';
import { ofTheMoment } from './ship/postgres-changes.ts';
import type { StoreFacts } from './sqlite-snapshot.ts';

/** Runs one of PostgreSQL's own tools; the address travels in the environment, where other users of the machine do not see it. */
async function run(program: string, args: readonly string[], url: string): Promise<void> {
  const { username, password, hostname, port, pathname, searchParams } = new URL(url);
  const env: NodeJS.ProcessEnv = {
    ...{ PATH: process.env['PATH'], LANG: 'C.UTF-8' },
    ...(hostname === '' ? {} : { PGHOST: decodeURIComponent(hostname.replace(/^\[|\]$/g, '')) }),
    ...(port === '' ? {} : { PGPORT: port }),
    ...(username === '' ? {} : { PGUSER: decodeURIComponent(username) }),
    ...(password === '' ? {} : { PGPASSWORD: decodeURIComponent(password) }),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    ...(searchParams.get('sslmode') === null ? {} : { PGSSLMODE: searchParams.get('sslmode') ?? '' }),
    ...(searchParams.get('options') === null ? {} : { PGOPTIONS: searchParams.get('options') ?? '' }),
  };
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'ignore'] });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new BackupError('tool_missing', program) : error),
    );
    child.once('exit', resolve);
  });
  if (code !== 0) throw new BackupError('database_unreachable', program);
}

/**
 * A consistent dump by `pg_dump`, in its own compressed format, with the counts of the very snapshot that it reads: whoever writes meanwhile changes neither.
 * Rows of the moment are left out.
 */
export async function dumpPostgres(url: string, file: string): Promise<StoreFacts> {
  return await inSnapshot(url, async (client) => {
    const { rows } = await client.query<{ id: string }>('SELECT pg_export_snapshot() AS id');
    const left = ofTheMoment.map((table) => `--exclude-table-data=${table}`);
    const words = [
      '--format=custom',
      '--no-owner',
      '--no-privileges',
      '--compress=0',
      ...left,
      `--snapshot=${rows[0]?.id ?? ''}`,
    ];
    await run('pg_dump', [...words, `--file=${file}`], url);
    return await factsOf(client);
  });
}

/** Puts a dump into an empty database by `pg_restore`. @throws BackupError `not_empty` */
export async function restorePostgres(url: string, file: string): Promise<StoreFacts> {
  if (Object.keys((await postgresFacts(url)).rows).length > 0) throw new BackupError('not_empty', 'database');
  await run(
    'pg_restore',
    [
      '--no-owner',
      '--no-privileges',
      '--exit-on-error',
      '--single-transaction',
      `--dbname=${new URL(url).pathname.slice(1)}`,
      file,
    ],
    url,
  );
  return await postgresFacts(url);
}

/** Counts a database's rows. @throws BackupError `database_unreachable` */
export async function postgresFacts(url: string): Promise<StoreFacts> {
  return await inSnapshot(url, factsOf);
}

async function inSnapshot<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await work(client);
  } catch (error) {
    throw error instanceof BackupError ? error : new BackupError('database_unreachable', '', { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function factsOf(client: Client): Promise<StoreFacts> {
  const found = await client.query<{ name: string }>(
    'SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename',
  );
  const tables = found.rows.map(({ name }) => name).filter((name) => !ofTheMoment.includes(name));
  const rows: Record<string, number> = {};
  for (const table of tables) {
    const counted = await client.query<{ rows: string }>(`SELECT count(*) AS rows FROM "${table.replaceAll('"', '""')}"`);
    rows[table] = Number(counted.rows[0]?.rows);
  }
  const seen = tables.includes('migrations')
    ? await client.query<{ id: string }>('SELECT id FROM migrations ORDER BY id')
    : { rows: [] };
  return { migrations: seen.rows.map(({ id }) => id), rows };
}
