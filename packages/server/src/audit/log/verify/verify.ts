import {
  type Checkpoint,
  encodeHex,
  equalBytes,
  formatTilePath,
  HASH_BYTES,
  TILE_WIDTH,
  type TileId,
  TlogError,
  tileCounts,
} from '@menshen/tlog';
import { parseVerifierKey, tree } from '@menshen/tlog/node';
import { NOTHING_REMOVED, ordersRemoval, readMinimum } from '../minimum.ts';
import { openCheckpoint, openLog } from '../reader.ts';
import type { LogSource } from '../source.ts';
import type { BundleVerdict } from './bundles.ts';
import { openVerifyPool } from './pool.ts';
import type { LogProblem, LogProblemCode } from './problem.ts';

export type { LogProblem, LogProblemCode } from './problem.ts';

export interface VerifyReport {
  readonly ok: boolean;
  readonly origin: string;
  readonly size: number;
  /** Root of the checkpoint, hexadecimal; empty when there is none. */
  readonly root: string;
  /** Entries below were removed by the retention policy, as an entry of the log says: of those that no archive has, only the hashes were verified. */
  readonly minimum: number;
  readonly problems: readonly LogProblem[];
}

export interface VerifyOptions {
  /** Verifier key of the log (C2SP vkey). It must come from elsewhere than the log. */
  readonly vkey: string;
  /** A checkpoint that was kept earlier and elsewhere: shows a log that was cut or rewritten and signed anew. */
  readonly from?: string;
  /** Whether a running process appends to the log meanwhile: then entries beyond the checkpoint are no problem. */
  readonly live?: boolean;
  /** Threads to hash on; 1 when absent. They are used for logs in a folder. */
  readonly threads?: number;
  readonly progress?: (done: number, size: number) => void;
}

const MAX_PROBLEMS = 100;
/** Entries that a thread verifies at a time. */
const RUN_ENTRIES = 32 * TILE_WIDTH;
/** Below this size threads cost more than they save. */
const THREADED_ENTRIES = 50_000;

/**
 * Verifies a whole log: reads every entry, computes every leaf hash, tile and the root, and compares them with what is
 * stored and signed. Memory stays small whatever the size. Rejects only when the source cannot be read at all, or
 * with `key_malformed` when the key is none.
 */
export async function verifyLog(source: LogSource, options: VerifyOptions): Promise<VerifyReport> {
  parseVerifierKey(options.vkey);
  const log = openLog(source);
  const problems: LogProblem[] = [];
  const report = (code: LogProblemCode, where: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push({ code, where });
  };
  let removed = NOTHING_REMOVED;
  const done = (at: Checkpoint | null): VerifyReport => ({
    ok: problems.length === 0,
    origin: at?.origin ?? '',
    size: at?.size ?? 0,
    root: at === null ? '' : encodeHex(at.root),
    minimum: removed.minimum,
    problems,
  });

  const at = await readCheckpoint();
  if (at === null) return done(null);
  const { size } = at;
  const from = readFrom();
  if (from !== null && from.size > size) report('rolled_back', 'checkpoint');
  if (from?.size === 0 && !equalBytes(from.root, tree.emptyRoot)) report('forked', 'entry 0');
  await readRemoved();

  /** The tree above the bundles: its leaves are hashes of whole tiles. */
  const upper = tree.builder();
  const range = tree.compactRange();
  const edge = await readBundles();
  if (edge !== null) {
    for (const tile of upper.partialTiles()) await compare(tile.id, tile.bytes);
    if (!equalBytes(rootWith(edge, edge.length / HASH_BYTES), at.root)) report('root_differs', 'checkpoint');
  }
  if (options.live !== true && (await hasMore())) report('entries_beyond_checkpoint', 'checkpoint');
  return done(at);

  /** Verifies all runs of bundles in order. Returns the leaf hashes after the last full one; null when something was too broken to go on. */
  async function readBundles(): Promise<Uint8Array | null> {
    const threads = size < THREADED_ENTRIES ? 1 : (options.threads ?? 1);
    const pool = openVerifyPool(source, threads);
    const runEntries = pool.width === 1 ? TILE_WIDTH : RUN_ENTRIES;
    const wanted = from === null ? -1 : from.size - 1;
    const start = (first: number): Promise<BundleVerdict> => {
      const verdict = pool.verify({ first, end: Math.min(size, first + runEntries), size, minimum: removed.minimum, wanted });
      // It is awaited in its turn: until then its failure is nobody's.
      verdict.catch(() => undefined);
      return verdict;
    };
    try {
      const underWay: Promise<BundleVerdict>[] = [];
      let next = 0;
      let edge: Uint8Array = new Uint8Array(0);
      for (let first = 0; first < size; first += runEntries) {
        for (; next < size && underWay.length < pool.width + 1; next += runEntries) underWay.push(start(next));
        const verdict = await underWay.shift();
        if (verdict === undefined) return null;
        for (const { code, where } of verdict.problems) report(code, where);
        for (let offset = 0; offset < verdict.tiles.length; offset += HASH_BYTES) {
          checkFrom(verdict.wanted);
          const hash = verdict.tiles.slice(offset, offset + HASH_BYTES);
          range.append(hash);
          for (const tile of upper.append(hash)) await compare(tile.id, tile.bytes);
        }
        checkFrom(verdict.wanted ?? verdict.edge);
        if (!verdict.whole) return null;
        edge = verdict.edge;
        options.progress?.(Math.min(size, first + runEntries), size);
      }
      return edge;
    } finally {
      await pool.close();
    }
  }

  /** Root of the tiles so far and of the first `count` leaf hashes after them. */
  function rootWith(leaves: Uint8Array, count: number): Uint8Array {
    const rest = tree.compactRange();
    for (let leaf = 0; leaf < count; leaf += 1) rest.append(leaves.subarray(leaf * HASH_BYTES, (leaf + 1) * HASH_BYTES));
    const nodes = [...range.nodes(), ...rest.nodes()];
    return nodes.length === 0 ? tree.emptyRoot : tree.fold(nodes);
  }

  /** Compares with the older checkpoint when the tree has come to the bundle in which it ends. */
  function checkFrom(leaves: Uint8Array | null): void {
    if (from === null || from.size === 0 || Math.floor((from.size - 1) / TILE_WIDTH) !== range.size || leaves === null) return;
    const count = from.size - range.size * TILE_WIDTH;
    if (leaves.length < count * HASH_BYTES) return;
    if (!equalBytes(rootWith(leaves, count), from.root)) report('forked', `entry ${from.size - 1}`);
  }

  async function readCheckpoint(): Promise<Checkpoint | null> {
    try {
      const published = await log.checkpoint();
      if (published === null) {
        report('checkpoint_missing', 'checkpoint');
        return null;
      }
      try {
        openCheckpoint(published.note, options.vkey);
      } catch (error) {
        if (!(error instanceof TlogError)) throw error;
        report('signature_invalid', 'checkpoint');
      }
      return published.checkpoint;
    } catch (error) {
      if (!(error instanceof TlogError)) throw error;
      report('checkpoint_malformed', 'checkpoint');
      return null;
    }
  }

  function readFrom(): Checkpoint | null {
    if (options.from === undefined) return null;
    try {
      return openCheckpoint(options.from, options.vkey);
    } catch (error) {
      if (!(error instanceof TlogError)) throw error;
      report('from_invalid', 'from');
      return null;
    }
  }

  /** Entries may be missing only where an entry of this very log orders it, whose place in the tree is verified with the rest. */
  async function readRemoved(): Promise<void> {
    const found = await readMinimum(source);
    if (found === null) return report('pruning_unexplained', 'minimum');
    if (found.minimum === 0) return;
    const entry = await log.entry(found.entry).catch((error: unknown) => {
      if (error instanceof TlogError) return null;
      throw error;
    });
    if (entry === null || !ordersRemoval(entry, found.minimum)) return report('pruning_unexplained', 'minimum');
    removed = found;
  }

  /** Compares a tile above the leaves, given as the builder of whole tiles numbers it, with what is stored. */
  async function compare({ level, index, width }: TileId, bytes: Uint8Array): Promise<void> {
    const id: TileId = { level: Number(level) + 1, index, width };
    const stored = await log.tile(id);
    if (stored === null) report('tile_missing', formatTilePath(id));
    else if (!equalBytes(stored, bytes)) report('tile_differs', formatTilePath(id));
  }

  /** Whether the log's files go on past a size: in the partial bundles of its last place, or with the next full one. */
  async function hasMore(): Promise<boolean> {
    const { full, partial } = tileCounts(0, size);
    const beyond: TileId[] = [{ level: 'entries', index: full, width: TILE_WIDTH }];
    for (let width = partial + 1; width < TILE_WIDTH; width += 1) beyond.push({ level: 'entries', index: full, width });
    for (const tile of beyond) if ((await source.read(formatTilePath(tile))) !== null) return true;
    return false;
  }
}
