import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TlogError } from '@menshen/tlog';
import { directorySource } from '../audit/log/source.ts';
import { type ChainReport, verifyChain } from '../audit/restore/verify-chain.ts';
import { type OpenedWith, readContainer } from './container.ts';
import { manifestName } from './create.ts';
import { BackupError, type BackupManifest, backupLabel, backupManifest } from './model.ts';
import { restorePostgres } from './postgres-tools.ts';
import { readManifest } from './read-manifest.ts';
import { type AskDisk, orNoSpace, roomIn } from './room.ts';
import { type StoreFacts, sqliteFacts } from './sqlite-snapshot.ts';
import { inStaging } from './staging.ts';

export interface CheckedBackup {
  readonly manifest: BackupManifest;
  /** Files, and their bytes. */
  readonly files: number;
  readonly bytes: number;
}

/**
 * Unpacks a backup into a folder that must be empty or not there, and checks it on the way: each file against the manifest, none missing, none more; no
 * more than its label says, and never until the disk is full. @throws BackupError
 */
export async function unpackBackup(file: string, opened: OpenedWith, into: string, askDisk?: AskDisk): Promise<CheckedBackup> {
  await mkdir(into, { recursive: true, mode: 0o700 });
  if ((await readdir(into)).length > 0) throw new BackupError('not_empty', into);
  const packed = (await stat(file)).size;
  const said = await unpackedSize(file, packed);
  const room = await roomIn(into, said ?? packed, askDisk);
  const found = new Map<string, { size: number; sha256: string }>();
  let manifest: BackupManifest | null = null;
  let bytes = 0;
  for await (const member of readContainer(file, opened)) {
    if (manifest !== null) throw new BackupError('not_a_backup', 'after the manifest');
    if (member.name === manifestName) {
      manifest = await readManifest(member, found.size, backupManifest);
      continue;
    }
    if (!backupManifest.shape.files.element.shape.name.safeParse(member.name).success || found.has(member.name))
      throw new BackupError('not_a_backup', 'name of a file');
    if (bytes + member.size > (said ?? Number.POSITIVE_INFINITY)) throw new BackupError('damaged', 'more than its label says');
    await room.take(member.name, member.size);
    const path = join(into, ...member.name.split('/'));
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const written = await writeMember(path, member.body);
    if (written.size !== member.size) throw new BackupError('damaged', member.name);
    found.set(member.name, written);
    bytes += written.size;
  }
  if (manifest === null) throw new BackupError('not_a_backup', 'no manifest');
  for (const { name, size, sha256 } of manifest.files) {
    const one = found.get(name);
    if (one?.size !== size || one.sha256 !== sha256) throw new BackupError('damaged', name);
  }
  if (manifest.files.length !== found.size) throw new BackupError('damaged', 'files that the manifest does not name');
  return { manifest, files: found.size, bytes };
}

/** Bytes of the files in it, as its label says; null without one of this very file, or of before labels said so. */
async function unpackedSize(file: string, packed: number): Promise<number | null> {
  try {
    const label = backupLabel.parse(JSON.parse(await readFile(`${file}.json`, 'utf8')));
    return label.file === basename(file) && label.bytes === packed ? (label.unpacked ?? null) : null;
  } catch {
    return null;
  }
}

/** Writes a member to a file that is not there yet. @throws BackupError `no_space` */
export async function writeMember(path: string, body: AsyncIterable<Uint8Array>): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const part of body) {
      hash.update(part);
      size += part.length;
      await orNoSpace(dirname(path), () => file.writeFile(part));
    }
  } finally {
    await file.close();
  }
  return { size, sha256: hash.digest('hex') };
}

export interface Inspected {
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly rows: number;
  readonly log: { readonly origin: string; readonly size: number } | null;
}

/** Looks at what was unpacked: the store is whole and has what the manifest counts, the log verifies and stands where it should. */
export async function inspectRestored(
  folder: string,
  manifest: BackupManifest,
  facts: StoreFacts | null,
  vkey?: string,
): Promise<Inspected> {
  const problems: string[] = [];
  const { store } = manifest;
  let found = facts;
  if (store.kind === 'sqlite') {
    try {
      found = sqliteFacts(join(folder, store.file));
    } catch {
      problems.push('store damaged');
    }
  }
  if (found !== null) {
    for (const [table, rows] of Object.entries(store.rows)) if (found.rows[table] !== rows) problems.push(`rows of ${table}`);
    if (JSON.stringify(found.migrations) !== JSON.stringify(store.migrations)) problems.push('schema');
  }
  let log: Inspected['log'] = null;
  if (manifest.log !== null) {
    const report = await verified(join(folder, 'tlog'), vkey ?? manifest.log.vkey);
    problems.push(...report.problems.map(({ code, where }) => `log ${code} ${where}`));
    if (report.size !== manifest.log.size || report.root !== manifest.log.root) problems.push('log head');
    log = { origin: report.origin, size: report.size };
  }
  return { ok: problems.length === 0, problems, rows: Object.values(store.rows).reduce((sum, rows) => sum + rows, 0), log };
}

/** A log whose key does not fit, or is none, is a log that does not verify. */
async function verified(folder: string, vkey: string): Promise<Pick<ChainReport, 'problems' | 'origin' | 'size' | 'root'>> {
  try {
    return await verifyChain(directorySource(folder), { vkey, live: true });
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    return { problems: [{ code: 'signature_invalid', where: error.code }], origin: '', size: 0, root: '' };
  }
}

export interface RestoredBackup extends CheckedBackup {
  readonly inspected: Inspected;
}

/** Restores into a data folder that is empty or not there, and a database of PostgreSQL that is empty. Nothing stands there before all of it is checked. */
export async function restoreBackup(
  file: string,
  opened: OpenedWith,
  to: {
    readonly data: string;
    readonly postgres: string | null;
    readonly vkey?: string;
    /** Whether business data comes to lie in the folder `data` of the data folder; else it is left out. */
    readonly business?: boolean;
    readonly askDisk?: AskDisk;
  },
): Promise<RestoredBackup> {
  return await inStaging(to.data, async (staging) => {
    const checked = await unpackBackup(file, opened, staging, to.askDisk);
    const { store } = checked.manifest;
    let facts: StoreFacts | null = null;
    if (store.kind === 'postgres') {
      if (to.postgres === null) throw new BackupError('database_unreachable', 'no address');
      facts = await restorePostgres(to.postgres, join(staging, store.file));
      await rm(join(staging, store.file));
    }
    const inspected = await inspectRestored(staging, checked.manifest, facts, to.vkey);
    if (!inspected.ok) throw new BackupError('damaged', inspected.problems.join('; '));
    if (to.business !== true) await rm(join(staging, 'data'), { recursive: true, force: true });
    for (const name of await readdir(staging)) await rename(join(staging, name), join(to.data, name));
    return { ...checked, inspected };
  });
}

/** The labels of the backups in a folder, the newest first. */
export async function listBackups(folder: string): Promise<unknown[]> {
  const names = await readdir(folder).catch(() => []);
  const labels = await Promise.all(
    names
      .filter((name) => name.endsWith('.age.json'))
      .map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8').catch(() => 'null')) as unknown),
  );
  return labels;
}
