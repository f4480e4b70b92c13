import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackupError } from '../model.ts';
import { runTool } from './tool.ts';

/** Address of a MySQL database, `mysql://USER@HOST:PORT/NAME`, and the password apart from it. */
export interface MysqlPlace {
  readonly url: string;
  readonly password: string | null;
}

/** Runs a tool of MySQL. Its password lies in an option file that only its owner can read, for as long as it runs: never in the arguments. */
async function withOptions<T>(
  { url, password }: MysqlPlace,
  work: (options: string, database: string) => Promise<T>,
): Promise<T> {
  const { hostname, port, username, pathname, searchParams } = new URL(url);
  const folder = mkdtempSync(join(tmpdir(), 'menshen-mysql-'));
  const file = join(folder, 'options.cnf');
  const quoted = (text: string): string => `"${text.replace(/[\\"]/g, (letter) => `\\${letter}`).replace(/[\r\n]/g, '')}"`;
  const socket = searchParams.get('socket');
  const lines = [
    '[client]',
    ...(socket === null ? [`host=${quoted(hostname)}`, `port=${port === '' ? 3306 : Number(port)}`, 'protocol=TCP'] : []),
    ...(socket === null ? [] : [`socket=${quoted(socket)}`]),
    `user=${quoted(decodeURIComponent(username))}`,
    ...(password === null ? [] : [`password=${quoted(password)}`]),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  try {
    return await work(`--defaults-file=${file}`, decodeURIComponent(pathname.slice(1)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A consistent dump by `mysqldump`, in one transaction (InnoDB), with routines, triggers and events. */
export async function dumpMysql(place: MysqlPlace, file: string): Promise<Readonly<Record<string, number>>> {
  return await withOptions(place, async (options, database) => {
    // MariaDB's tool of this name has no such option.
    const gtid = (await runTool('mysqldump', ['--version'])).includes('MariaDB') ? [] : ['--set-gtid-purged=OFF'];
    await runTool('mysqldump', [
      ...[options, '--single-transaction', '--quick', '--routines', '--triggers', '--events', '--hex-blob', '--no-tablespaces'],
      ...[...gtid, '--default-character-set=utf8mb4', `--result-file=${file}`, database],
    ]);
    return await countRows(options, database);
  });
}

/** Demands that nothing at all is in a database: tables, views, routines, events. @throws BackupError `not_empty` */
export async function demandEmptyMysql(place: MysqlPlace): Promise<void> {
  await withOptions(place, async (options, database) => {
    const found = await runTool('mysql', [
      ...[options, '--batch', '--skip-column-names'],
      `--execute=SELECT (SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE()) + (SELECT count(*) FROM information_schema.routines WHERE routine_schema = DATABASE()) + (SELECT count(*) FROM information_schema.events WHERE event_schema = DATABASE())`,
      database,
    ]);
    if (found.trim() !== '0') throw new BackupError('not_empty', 'scratch');
  });
}

/** Plays a dump into an empty database. @throws BackupError `not_empty` */
export async function restoreMysql(place: MysqlPlace, file: string): Promise<Readonly<Record<string, number>>> {
  return await withOptions(place, async (options, database) => {
    if (Object.keys(await countRows(options, database)).length > 0) throw new BackupError('not_empty', 'database');
    await runTool('mysql', [options, '--default-character-set=utf8mb4', database], { input: file });
    return await countRows(options, database);
  });
}

/** Removes everything in a database: only for the scratch database of drills, right after a restore into it. */
export async function emptyMysql(place: MysqlPlace): Promise<void> {
  await withOptions(place, async (options, database) => {
    const name = `\`${database.replaceAll('`', '``')}\``;
    await runTool('mysql', [options, '--execute', `DROP DATABASE ${name}; CREATE DATABASE ${name} CHARACTER SET utf8mb4`]);
  });
}

/** Rows of each table, counted and not estimated. */
async function countRows(options: string, database: string): Promise<Record<string, number>> {
  const ask = (sql: string): Promise<string> =>
    runTool('mysql', [options, '--batch', '--skip-column-names', '--raw', `--execute=${sql}`, database]);
  const listed = await ask(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY 1",
  );
  const rows: Record<string, number> = {};
  for (const table of listed.split('\n').filter((name) => name !== ''))
    rows[table] = Number((await ask(`SELECT count(*) FROM \`${table.replaceAll('`', '``')}\``)).trim());
  return rows;
}
