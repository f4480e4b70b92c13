import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { BusinessData } from '@menshen/contract';
import { Client } from 'pg';
import type { Member } from '../container.ts';
import { type BackedUpData, BackupError } from '../model.ts';
import { dumpPostgres, restorePostgres } from '../postgres-tools.ts';
import { orNoSpace, roomIn } from '../room.ts';
import { inScratch, restoringPrefix } from '../scratch.ts';
import { snapshotSqlite, sqliteFacts } from '../sqlite-snapshot.ts';
import { inStaging } from '../staging.ts';
import { demandEmptyMysql, dumpMysql, emptyMysql, restoreMysql } from './mysql.ts';

/** Where business data is restored to: an empty database, or a file or folder that is not there yet. */
export type DataTarget =
  | { readonly kind: 'postgres'; readonly url: string; readonly password: string | null }
  | { readonly kind: 'mysql'; readonly url: string; readonly password: string | null }
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string };

export type DataKind = BackedUpData['kind'];

export const kindOfData = (data: BusinessData): DataKind =>
  'postgres' in data ? 'postgres' : 'mysql' in data ? 'mysql' : 'sqlite' in data ? 'sqlite' : 'folder';

/** The address with its password, for tools that take it from there into their environment. */
export function withPassword(url: string, password: string | null | undefined): string {
  if (password === null || password === undefined) return url;
  const full = new URL(url);
  full.password = encodeURIComponent(password);
  return full.href;
}

const mostFiles = 1_000_000;

/** Copies one named data set into a backup: its members under `data/ID/`, and what the manifest says of it. */
export async function* collectData(data: BusinessData, staging: string, base: string): AsyncGenerator<Member, BackedUpData> {
  const { id } = data;
  const prefix = `data/${id}/`;
  if ('folder' in data) {
    const root = resolve(base, data.folder);
    let files = 0;
    for await (const [name, path] of filesOf(root)) {
      files += 1;
      if (files > mostFiles) throw new BackupError('no_data', `${id}: too many files`);
      const about = await lstat(path).catch(() => null);
      if (about !== null) yield fileMember(`${prefix}files/${name}`, path, about.size);
    }
    return { id, kind: 'folder', rows: { files } };
  }
  const dump = join(staging, `data-${id}`);
  let rows: BackedUpData['rows'];
  if ('sqlite' in data) {
    const file = resolve(base, data.sqlite);
    if (!existsSync(file)) throw new BackupError('no_data', id);
    rows = snapshotSqlite(file, dump).rows;
  } else if ('postgres' in data) rows = (await dumpPostgres(withPassword(data.postgres, data.secret), dump)).rows;
  else rows = await dumpMysql({ url: data.mysql, password: data.secret ?? null }, dump);
  yield fileMember(`${prefix}dump`, dump, (await lstat(dump)).size);
  await rm(dump, { force: true });
  return { id, kind: kindOfData(data), rows };
}

function fileMember(name: string, path: string, size: number): Member {
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    if (size === 0) return;
    for await (const part of createReadStream(path, { end: size - 1 })) yield part as Uint8Array;
  };
  return { name, size, bytes };
}

/** Regular files below a folder, by names with slashes; links are not followed. */
async function* filesOf(root: string, prefix = ''): AsyncGenerator<readonly [string, string]> {
  const entries = await readdir(join(root, prefix), { withFileTypes: true }).catch((error: unknown) => {
    throw new BackupError('no_data', root, { cause: error });
  });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) yield* filesOf(root, name);
    else if (entry.isFile() && !entry.name.includes('\\')) yield [name, join(root, ...name.split('/'))];
  }
}

/** Restores a data set out of an unpacked backup, and compares what is there then with what the backup counted. Resolves to what differs. */
export async function restoreData(unpacked: string, { id, kind, rows }: BackedUpData, target: DataTarget): Promise<string[]> {
  const from = join(unpacked, 'data', id);
  if (target.kind !== kind) throw new BackupError('no_data', `${id}: another kind`);
  const differing = (found: Readonly<Record<string, number>>): string[] => {
    const names = new Set([...Object.keys(rows), ...Object.keys(found)]);
    return [...names].filter((name) => rows[name] !== found[name]).map((name) => `${id}: rows of ${name}`);
  };
  const dump = join(from, 'dump');
  if (target.kind === 'postgres') return differing((await restorePostgres(withPassword(target.url, target.password), dump)).rows);
  if (target.kind === 'mysql') return differing(await restoreMysql(target, dump));
  if (target.kind === 'sqlite') return await restoreFile(dump, target.path, (path) => differing(sqliteFacts(path).rows));
  return await restoreFolder(join(from, 'files'), target.path, (files) => differing({ files }));
}

/** Copies what lies in a folder to one that is empty or not there; it stands there when all of it does and nothing was found wrong with it. */
async function restoreFolder(from: string, to: string, check: (files: number) => string[]): Promise<string[]> {
  return await inStaging(to, async (staging) => {
    const room = await roomIn(staging, 0);
    const changed: string[] = [];
    let files = 0;
    if (existsSync(from))
      for await (const [name, path] of filesOf(from)) {
        const copy = join(staging, ...name.split('/'));
        await room.take(name, (await lstat(path)).size);
        await mkdir(dirname(copy), { recursive: true });
        await orNoSpace(staging, () => copyFile(path, copy));
        if ((await hashOf(copy)) !== (await hashOf(path))) changed.push(name);
        files += 1;
      }
    const problems = [...changed, ...check(files)];
    if (problems.length === 0) for (const name of await readdir(staging)) await rename(join(staging, name), join(to, name));
    return problems;
  });
}

/** Copies a file to a path that is not there yet; it stands there when it is whole and nothing was found wrong with it. */
async function restoreFile(from: string, to: string, check: (path: string) => string[]): Promise<string[]> {
  if (existsSync(to)) throw new BackupError('not_empty', to);
  await mkdir(dirname(to), { recursive: true });
  await roomIn(dirname(to), (await lstat(from)).size);
  return await inScratch(join(dirname(to), restoringPrefix), async (folder) => {
    const copy = join(folder, 'copy');
    await orNoSpace(folder, () => copyFile(from, copy));
    const problems = check(copy);
    if (problems.length === 0) await rename(copy, to);
    return problems;
  });
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part as Uint8Array);
  return hash.digest('hex');
}

const ownSchemas = "nspname !~ '^pg_' AND nspname <> 'information_schema'";

async function onPostgres<T>(
  target: DataTarget & { readonly kind: 'postgres' },
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ connectionString: withPassword(target.url, target.password) });
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw error instanceof BackupError ? error : new BackupError('database_unreachable', 'scratch', { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A scratch database is emptied after the drill: so nothing at all may be in it before, in whatever schema. @throws BackupError `not_empty` */
export async function demandEmptyScratch(target: DataTarget): Promise<void> {
  if (target.kind === 'mysql') return await demandEmptyMysql(target);
  if (target.kind !== 'postgres') return;
  await onPostgres(target, async (client) => {
    const found = await client.query(
      `SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE ${ownSchemas} LIMIT 1`,
    );
    if (found.rows.length > 0) throw new BackupError('not_empty', 'scratch');
  });
}

/** Empties the scratch database of a drill again, schemas and all. */
export async function emptyScratch(target: DataTarget): Promise<void> {
  if (target.kind === 'mysql') return await emptyMysql(target);
  if (target.kind !== 'postgres') return;
  await onPostgres(target, async (client) => {
    const { rows } = await client.query<{ name: string }>(`SELECT nspname AS name FROM pg_namespace WHERE ${ownSchemas}`);
    for (const { name } of rows) await client.query(`DROP SCHEMA "${name.replaceAll('"', '""')}" CASCADE`);
    await client.query('CREATE SCHEMA public');
  });
}
