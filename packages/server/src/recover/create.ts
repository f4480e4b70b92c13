import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BusinessData } from '@menshen/contract';
import { parseCheckpoint, parseNote } from '@menshen/tlog';
import { readVerifierKey } from '../audit/verifier-key.ts';
import { type Member, type SealedTo, writeContainer } from './container.ts';
import { collectData } from './data/business-data.ts';
import { leftOut } from './left-out.ts';
import { type BackedUpData, BackupError, type BackupFile, type BackupLabel, type BackupManifest, backupFormat } from './model.ts';
import { isNestedPlace } from './nested-place.ts';
import { dumpPostgres } from './postgres-tools.ts';
import { collectingPrefix, inScratch } from './scratch.ts';
import { snapshotSqlite } from './sqlite-snapshot.ts';

export interface CreateOptions {
  /** The data folder. */
  readonly data: string;
  /** The folder of the audit log: `tlog` in the data folder where nothing is said. In the backup it is always `tlog`. */
  readonly log?: string;
  /** `store` of the configuration. */
  readonly store: string;
  readonly out: string;
  readonly to: SealedTo;
  readonly keys: boolean;
  readonly version: string;
  readonly clock: () => number;
  /** Business data that goes with it, and the folder at which its relative paths start. */
  readonly business?: { readonly data: readonly BusinessData[]; readonly folder: string };
}

export const manifestName = 'manifest.json';
export const postgresDump = 'store.pgdump';
/** Of the log's folder: what another process holds, and what is made from the log again. */
const notOfTheLog = /^(lock|.*\.sock|index\.db(-wal|-shm)?)$/;

/**
 * Makes a backup while everything runs. First the store, then the log: what the store says has happened stands in the log as well. Of the log first its
 * checkpoint, then the segments, then the tiles: whatever moves from one to the next meanwhile is in the later one.
 */
export async function createBackup(options: CreateOptions): Promise<BackupLabel> {
  const { data, out, keys, version, clock } = options;
  const created = clock();
  if (!existsSync(data)) throw new BackupError('no_data', data);
  const { data: business = [], folder = '.' } = options.business ?? {};
  if (isNestedPlace(out, { data, business, folder }, true)) throw new BackupError('nested', out);
  await mkdir(out, { recursive: true, mode: 0o700 });
  // On the disk that holds the data anyway: the copy of the store is not encrypted yet.
  return await inScratch(join(data, collectingPrefix), async (staging) => {
    const store = await copyStore(options, staging);
    const files: BackupFile[] = [];
    const collected: BackedUpData[] = [];
    const logFolder = options.log ?? join(data, 'tlog');
    const head = await headOfLog(logFolder);
    const log = head?.log ?? null;
    const members = async function* (): AsyncGenerator<Member> {
      yield* whole(store.file, join(staging, store.file));
      if (head !== null) yield* kept('tlog/checkpoint', head.note);
      const names = await namesOf(data, logFolder, options);
      const rank = (name: string): number => (name.startsWith('tlog/tile/') ? 2 : name.startsWith('tlog/') ? 1 : 0);
      const pathOf = (name: string): string =>
        name.startsWith('tlog/') ? join(logFolder, ...name.split('/').slice(1)) : join(data, ...name.split('/'));
      for (const name of names.sort((one, other) => rank(one) - rank(other))) yield* whole(name, pathOf(name));
      for (const one of business) {
        const collecting = collectData(one, staging, folder);
        let next = await collecting.next();
        for (; next.done !== true; next = await collecting.next()) yield* counted(next.value);
        collected.push(next.value);
      }
      const manifest: BackupManifest = {
        ...{ format: backupFormat, created, version, keys, log, files, data: collected },
        store: { ...store, migrations: [...store.migrations], rows: { ...store.rows } },
      };
      const text = Buffer.from(JSON.stringify(manifest));
      yield { name: manifestName, size: text.length, bytes: () => iterate(text) };
    };

    /** A file as it is now: what is appended to it while it is read is not taken. One that went away meanwhile is not missed. */
    async function* whole(name: string, path: string): AsyncGenerator<Member> {
      const about = await stat(path).catch(() => null);
      if (about === null) return;
      const hash = createHash('sha256');
      const bytes = async function* (): AsyncGenerator<Uint8Array> {
        if (about.size === 0) return;
        for await (const part of createReadStream(path, { end: about.size - 1 })) {
          hash.update(part as Uint8Array);
          yield part as Uint8Array;
        }
      };
      yield { name, size: about.size, bytes };
      files.push({ name, size: about.size, sha256: hash.digest('hex') });
    }
    async function* counted({ name, size, bytes }: Member): AsyncGenerator<Member> {
      const hash = createHash('sha256');
      const hashed = async function* (): AsyncGenerator<Uint8Array> {
        for await (const part of bytes()) {
          hash.update(part);
          yield part;
        }
      };
      yield { name, size, bytes: hashed };
      files.push({ name, size, sha256: hash.digest('hex') });
    }
    async function* kept(name: string, content: Buffer): AsyncGenerator<Member> {
      yield { name, size: content.length, bytes: () => iterate(content) };
      files.push({ name, size: content.length, sha256: createHash('sha256').update(content).digest('hex') });
    }

    const stamp = new Date(created).toISOString().replace(/[-:]|\.\d{3}/g, '');
    const name = `menshen-${stamp}.age`;
    const part = join(out, `.${name}.part`);
    await rm(part, { force: true });
    const { bytes, sha256 } = await writeContainer(part, options.to, members());
    const label: BackupLabel = {
      ...{ format: backupFormat, file: name, created, version, store: store.kind, keys, bytes, sha256 },
      unpacked: files.reduce((sum, { size }) => sum + size, 0),
      log: log === null ? null : { origin: log.origin, size: log.size },
      data: collected.map(({ id }) => id),
    };
    await rename(part, join(out, name));
    // The label last: what has one is whole.
    await writeFile(join(out, `.${name}.json`), `${JSON.stringify(label)}\n`, { mode: 0o600 });
    await rename(join(out, `.${name}.json`), join(out, `${name}.json`));
    return label;
  });
}

/** The log's last checkpoint; null where there is none yet. */
async function headOfLog(
  folder: string,
): Promise<{ readonly note: Buffer; readonly log: NonNullable<BackupManifest['log']> } | null> {
  const checkpoint = join(folder, 'checkpoint');
  if (!existsSync(checkpoint)) return null;
  const note = await readFile(checkpoint);
  const { origin, size, root } = parseCheckpoint(parseNote(new Uint8Array(note)).text);
  return { note, log: { origin, size, root: Buffer.from(root).toString('hex'), vkey: readVerifierKey(folder) ?? '' } };
}

async function copyStore({ store, data }: CreateOptions, staging: string) {
  if (!store.startsWith('file:')) {
    const facts = await dumpPostgres(store, join(staging, postgresDump));
    return { kind: 'postgres' as const, file: postgresDump, ...facts };
  }
  const file = store.slice('file:'.length);
  const from = join(data, file);
  if (!existsSync(from)) throw new BackupError('no_data', file);
  return { kind: 'sqlite' as const, file, ...snapshotSqlite(from, join(staging, file)) };
}

/** What else lies in the data folder: the log, keys, cursors, quarantined files. */
async function namesOf(data: string, log: string, { store, keys }: CreateOptions): Promise<string[]> {
  const database = store.startsWith('file:') ? store.slice('file:'.length) : null;
  const names: string[] = [];
  const walk = async (folder: string, prefix: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const name = `${prefix}${entry.name}`;
      if (
        name.startsWith(collectingPrefix) ||
        leftOut.has(name) ||
        // Where a restore puts business data.
        name === 'data' ||
        name === 'tlog/checkpoint' ||
        name === 'tlog' ||
        // The log may lie anywhere, also within the data folder under another name.
        join(folder, entry.name) === log
      )
        continue;
      if (name === 'keys' && !keys) continue;
      if (database !== null && (name === database || name.startsWith(`${database}-`) || name.startsWith(`${database}.lock`)))
        continue;
      if (prefix === 'tlog/' && notOfTheLog.test(entry.name)) continue;
      if (entry.isDirectory()) await walk(join(folder, entry.name), `${name}/`);
      else if (entry.isFile()) names.push(name);
    }
  };
  await walk(data, '');
  await walk(log, 'tlog/');
  return names;
}

async function* iterate(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
