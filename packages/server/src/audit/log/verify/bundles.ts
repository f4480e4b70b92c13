import { formatTilePath, HASH_BYTES, TILE_WIDTH, TlogError, tileOf } from '@menshen/tlog';
import { foldTile, hashBundle } from '@menshen/tlog/node';
import type { LogSource } from '../source.ts';
import type { LogProblem } from './problem.ts';

/** A run of bundles of a log to verify. */
export interface BundleRun {
  /** First entry of the run, a multiple of 256. */
  readonly first: number;
  /** Entry after the run's last. */
  readonly end: number;
  /** Size of the log's checkpoint. */
  readonly size: number;
  /** Entries below may have been removed by the retention policy: their hashes must do. */
  readonly minimum: number;
  /** Entry whose bundle's leaf hashes the caller wants; -1 for none. */
  readonly wanted: number;
}

/** What a run of bundles turned out to be. */
export interface BundleVerdict {
  /** Hash of each full bundle's tile, one after the other; stops where neither entries nor hashes are left. */
  readonly tiles: Uint8Array;
  /** Leaf hashes of the partial bundle at the log's end; empty when there is none in this run. */
  readonly edge: Uint8Array;
  /** Leaf hashes of the bundle that was wanted. */
  readonly wanted: Uint8Array | null;
  /** False when neither the entries nor the hashes of a bundle are left. */
  readonly whole: boolean;
  readonly problems: readonly LogProblem[];
}

const MAX_PROBLEMS = 100;

/** Reads a tile or bundle of this width, or the full one in its place, because partial ones may go when it has come. */
async function readWide(source: LogSource, level: 0 | 'entries', first: number, size: number) {
  const id = tileOf(level, first, size);
  const exact = await source.read(formatTilePath(id));
  if (exact !== null || id.width === TILE_WIDTH) return { id, bytes: exact, width: id.width };
  return { id, bytes: await source.read(formatTilePath({ ...id, width: TILE_WIDTH })), width: TILE_WIDTH };
}

/** Verifies a run of bundles: every entry against its leaf hash, and gives the hashes that the tree above is computed from. */
export async function verifyBundles(source: LogSource, run: BundleRun): Promise<BundleVerdict> {
  const problems: LogProblem[] = [];
  const report = (code: LogProblem['code'], where: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push({ code, where });
  };
  const hashes: Uint8Array[] = [];
  let edge: Uint8Array = new Uint8Array(0);
  let wanted: Uint8Array | null = null;
  let next = read(run.first);
  for (let first = run.first; first < run.end; first += TILE_WIDTH) {
    const [bundle, tile] = await next;
    if (first + TILE_WIDTH < run.end) next = read(first + TILE_WIDTH);
    const leaves = leavesOf(first, bundle, tile);
    if (leaves === null) {
      await next;
      return { tiles: Buffer.concat(hashes), edge, wanted, whole: false, problems };
    }
    if (run.wanted >= first && run.wanted < first + TILE_WIDTH) wanted = leaves;
    if (leaves.length === TILE_WIDTH * HASH_BYTES) hashes.push(foldTile(leaves));
    else edge = leaves;
  }
  return { tiles: Buffer.concat(hashes), edge, wanted, whole: true, problems };

  function read(first: number) {
    return Promise.all([readWide(source, 'entries', first, run.size), readWide(source, 0, first, run.size)]);
  }

  function leavesOf(
    first: number,
    bundle: Awaited<ReturnType<typeof readWide>>,
    tile: Awaited<ReturnType<typeof readWide>>,
  ): Uint8Array | null {
    const length = bundle.id.width * HASH_BYTES;
    let computed: Uint8Array | null = null;
    if (bundle.bytes === null) {
      if (first + TILE_WIDTH > run.minimum) report('bundle_missing', formatTilePath(bundle.id));
    } else {
      try {
        computed = hashBundle(bundle.bytes, bundle.width).subarray(0, length);
      } catch (error) {
        if (!(error instanceof TlogError)) throw error;
        report('bundle_malformed', formatTilePath(bundle.id));
      }
    }
    const stored = tile.bytes?.subarray(0, length) ?? null;
    if (stored === null) report('tile_missing', formatTilePath(tile.id));
    else if (stored.length !== length) report('tile_differs', formatTilePath(tile.id));
    if (stored?.length !== length) return computed;
    if (computed === null) return stored;
    if (Buffer.compare(computed, stored) !== 0) {
      for (let at = 0; at < bundle.id.width; at += 1) {
        const [from, to] = [at * HASH_BYTES, (at + 1) * HASH_BYTES];
        if (Buffer.compare(computed.subarray(from, to), stored.subarray(from, to)) !== 0)
          report('entry_differs', `entry ${first + at}`);
      }
    }
    return computed;
  }
}
