import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatTilePath, nodesOf, TILE_WIDTH, TlogError, tileNodesOf } from '@menshen/tlog';
import { tree } from '@menshen/tlog/node';
import { nodeFiles } from '../log/files.ts';
import { openLog } from '../log/reader.ts';
import { directorySource } from '../log/source.ts';
import { type DayManifest, formatManifest, MANIFEST_FILE, parseManifest } from './manifest.ts';

/** An archived day as its folder's manifest has it. */
export interface ArchivedDay {
  readonly folder: string;
  readonly manifest: DayManifest;
}

/** The archived days of a folder, oldest first; what has no readable manifest is none. */
export async function listDays(archive: string): Promise<ArchivedDay[]> {
  const names = await readdir(archive).catch(() => [] as string[]);
  const days: ArchivedDay[] = [];
  for (const name of names.filter((one) => /^\d{4}-\d{2}-\d{2}(?:\.\d{1,3})?$/.test(one))) {
    const folder = join(archive, name);
    const bytes = await readFile(join(folder, MANIFEST_FILE)).catch(() => null);
    const manifest = bytes === null ? null : parseManifest(bytes);
    if (manifest !== null) days.push({ folder, manifest });
  }
  return days.sort((a, b) => a.manifest.first - b.manifest.first);
}

const ENTRY_BYTES = 65_537;

/** Time of a bundle's first entry in epoch ms; 0 where it has none that can be read. */
async function timeOf(directory: string, bundle: number): Promise<number> {
  const path = join(directory, formatTilePath({ level: 'entries', index: bundle, width: TILE_WIDTH }));
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(ENTRY_BYTES), position: 0 });
    const length = bytesRead < 2 ? 0 : buffer.readUInt16BE(0);
    const event = JSON.parse(buffer.toString('utf8', 2, 2 + length)) as { time?: unknown };
    return Number.isSafeInteger(event.time) ? Number(event.time) : 0;
  } catch (error) {
    if (error instanceof SyntaxError) return 0;
    throw error;
  } finally {
    await file.close();
  }
}

/** The calendar day of a time, `YYYY-MM-DD`. */
export function dayOf(time: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(time);
}

export interface ArchiveOptions {
  /** Folder of the log. */
  readonly directory: string;
  /** Folder of the archived days. */
  readonly archive: string;
  readonly timeZone: string;
  /** First entry that the log still has. */
  readonly minimum: number;
  /** Epoch ms. */
  readonly now: number;
}

/**
 * Archives every day that has ended and whose bundles are under a checkpoint. Files are linked where log and archive lie on one file system, which
 * costs no space, and copied elsewhere. A day's folder appears whole or not at all. Returns the days that it made.
 */
export async function archiveDays(options: ArchiveOptions): Promise<ArchivedDay[]> {
  const { directory, archive, timeZone } = options;
  const log = openLog(directorySource(directory));
  const published = await log.checkpoint();
  if (published === null) return [];
  const bundles = Math.floor(published.checkpoint.size / TILE_WIDTH);
  const before = await listDays(archive);
  let next = Math.max(options.minimum, before.at(-1)?.manifest.end ?? 0) / TILE_WIDTH;
  const today = dayOf(options.now, timeZone);
  const made: ArchivedDay[] = [];
  while (next < bundles) {
    const day = dayOf(await timeOf(directory, next), timeZone);
    if (day >= today) break;
    const end = await endOfDay(next, day);
    // The bundles at the end may still be followed by others of the same day.
    if (end === bundles && day >= dayOf(options.now - 3_600_000, timeZone)) break;
    made.push(await archiveDay(day, next * TILE_WIDTH, end * TILE_WIDTH));
    next = end;
  }
  return made;

  /** The first bundle that begins on a later day; found by halving, because a day has up to hundreds of thousands. */
  async function endOfDay(first: number, day: string): Promise<number> {
    let [low, high] = [first + 1, bundles];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (dayOf(await timeOf(directory, middle), timeZone) > day) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  async function archiveDay(day: string, first: number, end: number): Promise<ArchivedDay> {
    const { size } = published?.checkpoint ?? { size: 0 };
    const folder = join(archive, day);
    const work = `${folder}.new`;
    await rm(work, { recursive: true, force: true });
    for (let index = first / TILE_WIDTH; index < end / TILE_WIDTH; index += 1) {
      for (const level of ['entries', 0] as const) {
        const path = formatTilePath({ level, index, width: TILE_WIDTH });
        await mkdir(dirname(join(work, path)), { recursive: true, mode: 0o700 });
        await linkOrCopy(join(directory, path), join(work, path));
      }
    }
    const manifest: DayManifest = {
      ...{ day, origin: published?.checkpoint.origin ?? '', first, end, checkpoint: published?.note ?? '' },
      left: await hashesOf(nodesOf({ start: 0, end: first }), size),
      consistency: await log.proveConsistency(end, size),
    };
    nodeFiles.create(join(work, MANIFEST_FILE), formatManifest(manifest));
    nodeFiles.syncPath(join(work, MANIFEST_FILE));
    nodeFiles.syncPath(work);
    // A day that went on after its archive was made (a clock that was set back) gets a second folder.
    let name = folder;
    for (let part = 2; before.concat(made).some((one) => one.folder === name); part += 1) name = `${folder}.${part}`;
    await rename(work, name);
    nodeFiles.syncPath(archive);
    return { folder: name, manifest };
  }

  async function readTiles(ids: ReturnType<typeof tileNodesOf>): Promise<Map<string, Uint8Array>> {
    const tiles = new Map<string, Uint8Array>();
    for (const id of ids) {
      const bytes = await log.tile(id);
      if (bytes === null) throw new TlogError('tile_malformed', 'a tile of the log is missing');
      tiles.set(formatTilePath(id), bytes);
    }
    return tiles;
  }
  async function hashesOf(nodes: ReturnType<typeof nodesOf>, size: number): Promise<Uint8Array[]> {
    const tiles = await readTiles(tileNodesOf(nodes, size));
    const source = tree.tileNodes(size, (id) => tiles.get(formatTilePath(id)) ?? new Uint8Array(0));
    return nodes.map(source);
  }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL);
    nodeFiles.syncPath(to);
  }
}
