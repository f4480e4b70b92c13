import {
  type Checkpoint,
  encodeHex,
  equalBytes,
  formatTilePath,
  HASH_BYTES,
  TILE_WIDTH,
  type Tile,
  type TileId,
  TlogError,
  tileCounts,
  tileOf,
} from '@menshen/tlog';
import { parseVerifierKey, tree } from '@menshen/tlog/node';
import { openCheckpoint, openLog } from './reader.ts';
import type { LogSource } from './source.ts';

/** What is wrong with a log. */
export type LogProblemCode =
  /** There is no checkpoint, or it cannot be read. */
  | 'checkpoint_missing'
  | 'checkpoint_malformed'
  /** The checkpoint is not signed with the key. */
  | 'signature_invalid'
  /** A bundle of entries is missing or cannot be read. */
  | 'bundle_missing'
  | 'bundle_malformed'
  /** An entry and its leaf hash in the tile do not agree. */
  | 'entry_differs'
  /** A hash tile is missing, or does not follow from the entries. */
  | 'tile_missing'
  | 'tile_differs'
  /** The entries do not lead to the signed root. */
  | 'root_differs'
  /** The older checkpoint is not signed with the key. */
  | 'from_invalid'
  /** The log is shorter than it was at the older checkpoint. */
  | 'rolled_back'
  /** The log has another history than at the older checkpoint. */
  | 'forked'
  /** There are entries that no checkpoint covers: the checkpoint was set back, or the process died before signing the next. */
  | 'entries_beyond_checkpoint';

export interface LogProblem {
  readonly code: LogProblemCode;
  /** The file, or `entry N`. */
  readonly where: string;
}

export interface VerifyReport {
  readonly ok: boolean;
  readonly size: number;
  /** Root of the checkpoint, hexadecimal; empty when there is none. */
  readonly root: string;
  readonly problems: readonly LogProblem[];
}

export interface VerifyOptions {
  /** Verifier key of the log (C2SP vkey). It must come from elsewhere than the log. */
  readonly vkey: string;
  /** A checkpoint that was kept earlier and elsewhere: shows a log that was cut or rewritten and signed anew. */
  readonly from?: string;
  /** Whether a running process appends to the log meanwhile: then entries beyond the checkpoint are no problem. */
  readonly live?: boolean;
  readonly progress?: (done: number, size: number) => void;
}

const MAX_PROBLEMS = 100;

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
  const done = (at: Checkpoint | null): VerifyReport => ({
    ok: problems.length === 0,
    size: at?.size ?? 0,
    root: at === null ? '' : encodeHex(at.root),
    problems,
  });

  const at = await readCheckpoint();
  if (at === null) return done(null);
  const from = readFrom();
  if (from !== null && from.size > at.size) report('rolled_back', 'checkpoint');
  if (from?.size === 0 && !equalBytes(from.root, tree.emptyRoot)) report('forked', 'entry 0');

  const builder = tree.builder();
  let whole = true;
  let next = at.size > 0 ? readBundle(0, at.size) : null;
  for (let first = 0; first < at.size && next !== null; first += TILE_WIDTH) {
    const current = await next;
    next = first + TILE_WIDTH < at.size ? readBundle(first + TILE_WIDTH, at.size) : null;
    const leaves = current.entries?.map((entry) => tree.leafHash(entry)) ?? current.leaves;
    if (leaves === null) {
      // Neither the entries nor their hashes are left: nothing behind this place can be computed.
      whole = false;
      await next;
      break;
    }
    for (const [offset, leaf] of leaves.entries()) {
      if (current.leaves !== null && !equalBytes(leaf, current.leaves[offset] ?? leaf))
        report('entry_differs', `entry ${first + offset}`);
      for (const tile of builder.append(leaf)) await compare(tile);
      if (from !== null && builder.size === from.size && !equalBytes(builder.root(), from.root))
        report('forked', `entry ${builder.size - 1}`);
    }
    options.progress?.(builder.size, at.size);
  }
  if (whole) {
    for (const tile of builder.partialTiles()) await compare(tile);
    if (!equalBytes(builder.root(), at.root)) report('root_differs', 'checkpoint');
  }
  if (options.live !== true && (await hasMore(at.size))) report('entries_beyond_checkpoint', 'checkpoint');
  return done(at);

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

  async function readBundle(first: number, size: number) {
    const id = tileOf('entries', first, size);
    const tile = tileOf(0, first, size);
    let entries: Uint8Array[] | null = null;
    try {
      entries = await log.bundle(id);
      if (entries === null) report('bundle_missing', formatTilePath(id));
    } catch (error) {
      if (!(error instanceof TlogError)) throw error;
      report('bundle_malformed', formatTilePath(id));
    }
    const bytes = await log.tile(tile);
    if (bytes === null) report('tile_missing', formatTilePath(tile));
    else if (bytes.length !== tile.width * HASH_BYTES) report('tile_differs', formatTilePath(tile));
    const leaves =
      bytes?.length === tile.width * HASH_BYTES
        ? Array.from({ length: tile.width }, (_, offset) => bytes.subarray(offset * HASH_BYTES, (offset + 1) * HASH_BYTES))
        : null;
    return { entries, leaves };
  }

  async function compare({ id, bytes }: Tile): Promise<void> {
    // Leaf tiles were compared hash by hash.
    if (id.level === 0) return;
    const stored = await log.tile(id);
    if (stored === null) report('tile_missing', formatTilePath(id));
    else if (!equalBytes(stored, bytes)) report('tile_differs', formatTilePath(id));
  }

  /** Whether the log's files go on past a size: in the partial bundles of its last place, or with the next full one. */
  async function hasMore(size: number): Promise<boolean> {
    const { full, partial } = tileCounts(0, size);
    const beyond: TileId[] = [{ level: 'entries', index: full, width: TILE_WIDTH }];
    for (let width = partial + 1; width < TILE_WIDTH; width += 1) beyond.push({ level: 'entries', index: full, width });
    for (const tile of beyond) if ((await source.read(formatTilePath(tile))) !== null) return true;
    return false;
  }
}
