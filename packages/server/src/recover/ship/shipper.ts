import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { NoteSigner } from '@menshen/tlog/node';
import * as z from 'zod';
import type { SealedTo } from '../container.ts';
import { changedFiles, type FilePlaces, type FilePosition, nothingShipped } from './file-changes.ts';
import { type Place, PlaceError, type PlaceProblem } from './place.ts';
import { writeSegment } from './segment.ts';
import { applyPages, type PageChanges, spoolChanges, spoolReplica } from './store-pages.ts';
import type { WalPosition } from './wal-frames.ts';

export type ShipProblem = PlaceProblem | 'unreadable';

/** How far shipping is. */
export interface ShipState {
  readonly generation: string | null;
  readonly sequence: number;
  /** Epoch ms: what was durable then is in the second place; null before the first. */
  readonly shippedTo: number | null;
  /** Bytes of this generation in the place, encrypted. */
  readonly bytes: number;
  readonly problem: ShipProblem | null;
  readonly failingSince: number | null;
}

export interface ShipperParts {
  readonly places: FilePlaces;
  /** Folder for the replica and what is under way. */
  readonly work: string;
  readonly place: Place;
  readonly to: SealedTo;
  readonly signer: NoteSigner;
  readonly version: string;
  readonly baseMs: number;
  readonly keepMs: number;
  /** Copy of a store that is no file of the data folder, with the name that it comes back under; null where the store is one. */
  readonly mirror?: { readonly file: string; readonly name: string; readonly refresh: () => Promise<void> } | null;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
  /** Waits until the log's checkpoint covers what had been accepted. */
  readonly settle: () => Promise<void>;
}

export interface Shipper {
  /** Brings the place up to now. One at a time; throws nothing: the state says how it went. */
  round(): Promise<ShipState>;
  /** Resolves when no base of a next generation is being made. */
  settled(): Promise<void>;
}

const chain = z.object({
  generation: z.string(),
  /** Of the next segment: what lies in the place under this number is replaced. */
  next: z.int().min(0),
  previous: z.string(),
  started: z.number(),
  bytes: z.number(),
  baseBytes: z.number(),
  /** What of the log and the other files the place has. */
  log: z.int(),
  files: z.array(z.tuple([z.string(), z.string()])),
});
type Chain = z.output<typeof chain>;

const leastBytes = 64 << 20;

/** Where a segment lies in a place: not too many in one folder. */
export function segmentName(generation: string, sequence: number): string {
  const padded = String(sequence).padStart(7, '0');
  return `${generation}/${padded.slice(0, 4)}/${padded}.age`;
}

/**
 * Keeps a second place a few seconds behind. The replica in `work` is what the place has: after a restart, whatever the cause, the store is compared with
 * it and the chain goes on. A segment that was sent but not noted is sent again under its number, with at least what it held.
 */
export function createShipper(parts: ShipperParts): Shipper {
  const { places, work, place, clock } = parts;
  mkdirSync(work, { recursive: true, mode: 0o700 });
  const replica = join(work, 'replica.db');
  const nextReplica = join(work, 'next.db');
  const spool = join(work, 'pages');
  const stateFile = join(work, 'chain.json');
  const mirror = parts.mirror ?? null;
  const storeName = mirror?.name ?? places.database;
  const database = mirror?.file ?? (places.database === null ? null : join(places.data, places.database));
  let at: Chain | null = readChain(stateFile);
  let wal: WalPosition | null = null;
  let files: FilePosition = at === null ? nothingShipped : { log: at.log, files: new Map(at.files) };
  let shippedTo: number | null = null;
  let failingSince: number | null = null;
  /** The base of the next generation: being made, and made. */
  let turning: Promise<void> | null = null;
  let turned: Chain | null = null;

  const begin = (now: number): Chain => {
    rmSync(replica, { force: true });
    wal = null;
    files = nothingShipped;
    return fresh(now);
  };
  const fresh = (now: number): Chain => {
    const stamp = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '');
    const generation = `${stamp}-${Buffer.from(parts.random(4)).toString('hex')}`;
    return { generation, next: 0, previous: '', started: now, bytes: 0, baseBytes: 0, log: -1, files: [] };
  };

  const isOver = (one: Chain, now: number): boolean =>
    now - one.started >= parts.baseMs || one.bytes - one.baseBytes > Math.max(leastBytes, 2 * one.baseBytes);

  const attempt = async (now: number): Promise<void> => {
    if (turned !== null) takeTurn(turned);
    const lost = at !== null && database !== null && at.next > 0 && !existsSync(replica);
    const current = at === null || lost ? begin(now) : at;
    if (current === at && turning === null && isOver(at, now)) turning = turn(now);
    await mirror?.refresh();
    const changes = database === null ? null : spoolChanges(database, replica, wal, spool);
    if (changes !== null && changes.pages > 0) await parts.settle();
    const found = changedFiles(places, files);
    // The second file of a generation always follows, for only then is it taken for one: see listGenerations.
    const due =
      current.next <= 1 || (changes !== null && changes.pages > 0) || found.files.length > 0 || found.removed.length > 0;
    at = due ? await ship(current, now, changes, found) : current;
    if (changes !== null) wal = changes.position;
    files = found.position;
    shippedTo = now;
  };

  /**
   * Makes the base of the next generation out of the replica, while this one goes on: a base takes as long as the store is large, and nothing is to be
   * late meanwhile.
   */
  const turn = async (now: number): Promise<void> => {
    try {
      const next = fresh(now);
      const [pages, file] = [join(work, 'next-pages'), join(work, 'next.age')];
      await Promise.all([rm(pages, { force: true }), rm(file, { force: true })]);
      if (database !== null) copyFileSync(replica, nextReplica);
      const time = shippedTo ?? now;
      const found = changedFiles(places, nothingShipped);
      const changes = database === null ? null : spoolReplica(nextReplica, pages);
      const { generation } = next;
      const facts = { generation, sequence: 0, previous: '', time, version: parts.version, log: found.position.log, removed: [] };
      const store = changes === null || storeName === null ? null : { file: storeName, changes, spool: pages };
      const written = await writeSegment(file, parts.to, parts.signer, facts, store, found.files);
      await place.put(file, segmentName(generation, 0));
      await Promise.all([rm(pages, { force: true }), rm(file, { force: true })]);
      const { log, files: marks } = found.position;
      const sizes = { bytes: written.bytes, baseBytes: written.bytes };
      turned = { ...next, ...sizes, next: 1, previous: written.sha256, log, files: [...marks] };
    } catch {
      // The place or the disk: the rounds say so, and the next one tries again.
      turning = null;
    }
  };

  const takeTurn = (next: Chain): void => {
    if (database !== null) renameSync(nextReplica, replica);
    note(next);
    at = next;
    wal = null;
    files = { log: next.log, files: new Map(next.files) };
    turned = null;
    turning = null;
  };

  const note = (next: Chain): void => {
    writeFileSync(`${stateFile}.new`, JSON.stringify(next), { mode: 0o600 });
    renameSync(`${stateFile}.new`, stateFile);
  };

  const ship = async (
    current: Chain,
    now: number,
    changes: PageChanges | null,
    found: ReturnType<typeof changedFiles>,
  ): Promise<Chain> => {
    const file = join(work, 'segment.age');
    await rm(file, { force: true });
    const { generation, next: sequence, previous } = current;
    const { version } = parts;
    const facts = { generation, sequence, previous, time: now, version, log: found.position.log, removed: [...found.removed] };
    const store = changes === null || storeName === null ? null : { file: storeName, changes, spool };
    const written = await writeSegment(file, parts.to, parts.signer, facts, store, found.files);
    await place.put(file, segmentName(generation, sequence));
    const after: Chain = {
      ...current,
      ...{ next: sequence + 1, previous: written.sha256, bytes: current.bytes + written.bytes },
      baseBytes: sequence === 0 ? written.bytes : current.baseBytes,
      log: found.position.log,
      files: [...found.position.files],
    };
    note(after);
    // After the note: cut off in between, the pages differ from the replica and go once more. The other way round they would be missing.
    if (changes !== null && changes.pages > 0) applyPages(replica, spool, changes);
    if (sequence === 1) await forget(now);
    await Promise.all([rm(file, { force: true }), rm(spool, { force: true })]);
    return after;
  };

  /** Removes generations whose last segment is older than what is kept: those before the one that was already there then. The newest two stay. */
  const forget = async (now: number): Promise<void> => {
    const generations = ((await place.list()) ?? []).filter((name) => begun(name) !== null).sort();
    for (const [index, name] of generations.slice(0, -2).entries()) {
      const ended = begun(generations[index + 1] ?? '') ?? now;
      if (now - ended > parts.keepMs) await place.remove(name).catch(() => undefined);
    }
  };

  const state = (problem: ShipProblem | null): ShipState => ({
    ...{ generation: at?.generation ?? null, sequence: Math.max(0, (at?.next ?? 0) - 1), bytes: at?.bytes ?? 0 },
    ...{ shippedTo, problem, failingSince },
  });

  return {
    async round() {
      const now = clock();
      try {
        await attempt(now);
        failingSince = null;
        return state(null);
      } catch (error) {
        failingSince ??= now;
        return state(error instanceof PlaceError ? error.problem : 'unreadable');
      }
    },
    async settled() {
      await turning;
    },
  };
}

/** When a generation began, from its name; null for a name that is none of ours. */
export function begun(name: string): number | null {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z-[0-9a-f]{8}$/.exec(name) ?? [];
  return year === undefined ? null : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function readChain(file: string): Chain | null {
  try {
    return chain.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}
