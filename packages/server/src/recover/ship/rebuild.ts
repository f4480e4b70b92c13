import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readVerifierKey } from '../../audit/verifier-key.ts';
import { type OpenedWith, readContainer } from '../container.ts';
import { BackupError, backupFile } from '../model.ts';
import { longestManifest, parseManifest, readWhole } from '../read-manifest.ts';
import { writeMember } from '../restore.ts';
import { type AskDisk, type Room, roomIn } from '../room.ts';
import { demandSigned, pagesName, type SegmentManifest, segmentManifest, segmentManifestName, signatureName } from './segment.ts';
import { begun } from './shipper.ts';
import { applyPages } from './store-pages.ts';

/** A generation as it lies in a folder. */
export interface Generation {
  readonly name: string;
  readonly begun: number;
  /** Files in their order, from the base on without a gap. */
  readonly segments: readonly string[];
}

/**
 * The generations in a folder, the oldest first. One that has nothing but its base counts only where there is no other: while it is
 * made, the one before goes on.
 */
export async function listGenerations(folder: string): Promise<Generation[]> {
  const found: Generation[] = [];
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    const since = begun(name);
    if (since === null) continue;
    const segments: string[] = [];
    for (const part of (await readdir(join(folder, name)).catch(() => [])).sort())
      for (const file of (await readdir(join(folder, name, part)).catch(() => [])).sort())
        if (/^\d{7}\.age$/.test(file)) segments.push(join(folder, name, part, file));
    if (segments.length > 0) found.push({ name, begun: since, segments });
  }
  return found.filter(({ segments }) => segments.length > 1 || found.length === 1);
}

export interface Rebuilt {
  readonly generation: string;
  readonly segments: number;
  readonly bytes: number;
  /** Epoch ms of the state that the store was brought to, and of the newest of the chain. */
  readonly time: number;
  readonly newest: number;
  /** File of the store below the folder; null where it is PostgreSQL. */
  readonly store: string | null;
  /** The newest state of the store, where the store was brought to an older one; else null. */
  readonly newestStore: string | null;
  readonly vkey: string;
  readonly version: string;
}

/**
 * Rebuilds a data folder from a generation: the store as it was at `at`, everything else, the audit log above all, as it was last. Follows the chain of
 * hashes and demands every signature. `into` must be empty. @throws BackupError `gap`, `foreign`, `damaged`, `not_a_backup`, `not_opened`
 */
export async function rebuild(
  generation: Generation,
  opened: OpenedWith,
  into: string,
  options: { readonly at: number | null; readonly vkey: string | null; readonly scratch: string; readonly askDisk?: AskDisk },
): Promise<Rebuilt> {
  const newestStore = join(options.scratch, 'newest.db');
  const pages = join(options.scratch, 'pages');
  await mkdir(options.scratch, { recursive: true, mode: 0o700 });
  let packed = 0;
  for (const file of generation.segments) packed += (await stat(file)).size;
  const room = await roomIn(options.scratch, packed, options.askDisk);
  let previous = '';
  let { vkey } = options;
  let bytes = 0;
  let last: SegmentManifest | null = null;
  let reached: SegmentManifest | null = null;
  let store: string | null = null;
  for (const [sequence, file] of generation.segments.entries()) {
    const folder = join(options.scratch, 'segment');
    await rm(folder, { recursive: true, force: true });
    const read = await readSegment(file, opened, folder, pages, room);
    const { manifest, note, text } = read;
    if (manifest.sequence !== sequence) throw new BackupError('gap', String(sequence));
    if (manifest.generation !== generation.name || manifest.previous !== previous)
      throw new BackupError('foreign', `segment ${sequence}`);
    // Without a key that was noted elsewhere the base's own is all there is: it ties the chain together, and proves no more.
    vkey ??= readVerifierKey(join(folder, 'tlog'));
    if (vkey === null) throw new BackupError('foreign', 'no verifier key');
    demandSigned(note, text, vkey);
    if (last !== null && manifest.time < last.time) throw new BackupError('foreign', `segment ${sequence}`);
    for (const { name } of manifest.files) {
      if (!name.startsWith('files/')) continue;
      const target = join(into, ...name.slice('files/'.length).split('/'));
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await rename(join(folder, ...name.slice('files/'.length).split('/')), target);
    }
    for (const name of manifest.removed) await rm(join(into, ...name.split('/')), { force: true });
    const wanted = options.at === null || manifest.time <= options.at || sequence === 0;
    if (manifest.store !== null) {
      store ??= manifest.store.file;
      if (manifest.store.file !== store) throw new BackupError('foreign', `segment ${sequence}`);
      if (manifest.store.changed > 0) {
        if (wanted) applyTo(join(into, ...store.split('/')), pages, manifest.store);
        if (options.at !== null) applyTo(newestStore, pages, manifest.store);
      }
    }
    if (wanted) reached = manifest;
    last = manifest;
    previous = read.sha256;
    bytes += read.bytes;
  }
  await rm(join(options.scratch, 'segment'), { recursive: true, force: true });
  await rm(pages, { force: true });
  if (last === null || reached === null || vkey === null) throw new BackupError('not_a_backup', generation.name);
  return {
    ...{ generation: generation.name, segments: generation.segments.length, bytes, time: reached.time, newest: last.time },
    ...{
      store,
      newestStore: options.at === null || store === null || reached === last ? null : newestStore,
      vkey,
      version: reached.version,
    },
  };
}

function applyTo(file: string, pages: string, store: NonNullable<SegmentManifest['store']>): void {
  try {
    applyPages(file, pages, store);
  } catch (error) {
    throw new BackupError('damaged', 'pages', { cause: error });
  }
}

interface ReadSegment {
  readonly manifest: SegmentManifest;
  readonly text: Buffer;
  readonly note: Buffer;
  readonly sha256: string;
  readonly bytes: number;
}

/** Opens a segment: its files into a folder, its pages into a file, each against the manifest. */
async function readSegment(file: string, opened: OpenedWith, folder: string, pages: string, room: Room): Promise<ReadSegment> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of createReadStream(file)) {
    hash.update(part as Uint8Array);
    bytes += (part as Uint8Array).length;
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await rm(pages, { force: true });
  const found = new Map<string, { size: number; sha256: string }>();
  let text: Buffer | null = null;
  let note: Buffer | null = null;
  for await (const member of readContainer(file, opened)) {
    if (note !== null) throw new BackupError('not_a_backup', 'after the signature');
    if (member.name === segmentManifestName || member.name === signatureName) {
      const whole = await readWhole(member, longestManifest(found.size));
      if (member.name === signatureName) note = whole;
      else text = whole;
      continue;
    }
    if (text !== null || found.has(member.name)) throw new BackupError('not_a_backup', 'order');
    const inner = member.name.startsWith('files/') ? member.name.slice('files/'.length) : null;
    if (member.name !== pagesName && (inner === null || !backupFile.shape.name.safeParse(inner).success))
      throw new BackupError('not_a_backup', 'name of a file');
    const target = inner === null ? pages : join(folder, ...inner.split('/'));
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await room.take(member.name, member.size);
    found.set(member.name, await writeMember(target, member.body));
  }
  if (text === null || note === null) throw new BackupError('not_a_backup', 'no manifest');
  const manifest = parseManifest(text, found.size, segmentManifest);
  for (const { name, size, sha256 } of manifest.files) {
    const one = found.get(name);
    if (one?.size !== size || one.sha256 !== sha256) throw new BackupError('damaged', name);
  }
  if (manifest.files.length !== found.size) throw new BackupError('damaged', 'files that the manifest does not name');
  return { manifest, text, note, sha256: hash.digest('hex'), bytes };
}
