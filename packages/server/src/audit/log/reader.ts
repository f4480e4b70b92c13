import {
  type Checkpoint,
  consistencyTiles,
  decodeBundle,
  formatTilePath,
  formatTlogProof,
  HASH_BYTES,
  inclusionTiles,
  parseCheckpoint,
  parseNote,
  TILE_WIDTH,
  type TileId,
  TlogError,
  tileOf,
} from '@menshen/tlog';
import { openNote, parseVerifierKey, tree, verifyTlogProof } from '@menshen/tlog/node';
import type { LogSource } from './source.ts';

/** The last checkpoint as it is published; its signature has not been looked at. */
export interface PublishedCheckpoint {
  readonly note: string;
  readonly checkpoint: Checkpoint;
}

/** Reads a log without its writer, from any thread, process or machine. Nothing that it reads is trusted. */
export interface LogReader {
  /** Null while there is none. Throws `checkpoint_malformed` or `note_malformed`. */
  checkpoint(): Promise<PublishedCheckpoint | null>;
  /** Bytes of an entry; null beyond the last checkpoint. Throws `tile_malformed` when its bundle is missing. */
  entry(index: number): Promise<Uint8Array | null>;
  /** Bytes of an entry that a verified tree holds. Throws `proof_malformed` for another one, `tile_malformed` when a file is missing. */
  entryOf(index: number, head: Pick<Checkpoint, 'size' | 'root'>): Promise<Uint8Array>;
  /** Proof of an entry as a C2SP tlog-proof file, verified; null beyond the last checkpoint. */
  prove(index: number): Promise<string | null>;
  /** Proof that the tree of `old` entries is the beginning of that of `size`, which a checkpoint covers. Throws `tile_malformed` when a tile is missing. */
  proveConsistency(old: number, size: number): Promise<Uint8Array[]>;
  /** A hash tile of a log of at least its size. Null when there is none. */
  tile(tile: TileId): Promise<Uint8Array | null>;
  /** The entries of a bundle of a log of at least its size. Null when there is none. Throws `bundle_malformed`. */
  bundle(tile: TileId): Promise<Uint8Array[] | null>;
}

export function openLog(source: LogSource): LogReader {
  const full = (tile: TileId): TileId => ({ ...tile, width: TILE_WIDTH });

  const checkpoint: LogReader['checkpoint'] = async () => {
    const bytes = await source.read('checkpoint');
    if (bytes === null) return null;
    return { note: new TextDecoder().decode(bytes), checkpoint: parseCheckpoint(parseNote(bytes).text) };
  };
  // Partial tiles may go once the full one is there, so a reader that is a little late finds that instead.
  const tile: LogReader['tile'] = async (id) => {
    const bytes =
      (await source.read(formatTilePath(id))) ?? (id.width < TILE_WIDTH ? await source.read(formatTilePath(full(id))) : null);
    return bytes?.subarray(0, id.width * HASH_BYTES) ?? null;
  };
  const bundle: LogReader['bundle'] = async (id) => {
    const exact = await source.read(formatTilePath(id));
    if (exact !== null) return decodeBundle(exact, id.width);
    const whole = id.width < TILE_WIDTH ? await source.read(formatTilePath(full(id))) : null;
    return whole === null ? null : decodeBundle(whole, TILE_WIDTH).slice(0, id.width);
  };
  const within = async (index: number): Promise<PublishedCheckpoint | null> => {
    const published = await checkpoint();
    return published !== null && Number.isSafeInteger(index) && index >= 0 && index < published.checkpoint.size
      ? published
      : null;
  };
  const entryAt = async (index: number, size: number): Promise<Uint8Array> => {
    const entry = (await bundle(tileOf('entries', index, size)))?.[index % TILE_WIDTH];
    if (entry === undefined) throw new TlogError('tile_malformed', 'a bundle of the log is missing');
    return entry;
  };

  const readTiles = async (ids: readonly TileId[]): Promise<(id: TileId) => Uint8Array> => {
    const tiles = new Map<string, Uint8Array>();
    for (const id of ids) {
      const bytes = await tile(id);
      if (bytes === null) throw new TlogError('tile_malformed', 'a tile of the log is missing');
      tiles.set(formatTilePath(id), bytes);
    }
    return (id) => tiles.get(formatTilePath(id)) ?? new Uint8Array(0);
  };

  const proven = async (index: number, { size, root }: Pick<Checkpoint, 'size' | 'root'>) => {
    const nodes = tree.tileNodes(size, await readTiles(inclusionTiles(index, size)));
    const proof = tree.proveInclusion(index, { start: 0, end: size }, nodes);
    const entry = await entryAt(index, size);
    if (!tree.verifyInclusion({ index, size, root, leafHash: tree.leafHash(entry), proof })) {
      throw new TlogError('proof_malformed', 'the tiles do not lead from the entry to the root: verify the log');
    }
    return { entry, proof };
  };

  return {
    checkpoint,
    tile,
    bundle,
    entryOf: async (index, head) => (await proven(index, head)).entry,
    async proveConsistency(old, size) {
      if (old === 0 || old === size) return [];
      const nodes = tree.tileNodes(size, await readTiles(consistencyTiles(old, size)));
      return tree.proveConsistency({ start: 0, end: old }, size, nodes);
    },
    async entry(index) {
      const published = await within(index);
      return published === null ? null : await entryAt(index, published.checkpoint.size);
    },
    async prove(index) {
      const published = await within(index);
      if (published === null) return null;
      const { note, checkpoint: at } = published;
      return formatTlogProof({ index, hashes: (await proven(index, at)).proof, checkpoint: note });
    },
  };
}

/** An entry with its proof, for `audit prove`. */
export interface ProvedEntry {
  readonly index: number;
  readonly entry: Uint8Array;
  /** C2SP tlog-proof file. */
  readonly proof: string;
}

/**
 * Proves one entry of a log, against a checkpoint that this key has signed. Null beyond the last checkpoint. Throws a
 * {@link TlogError} when the log does not bear it out.
 */
export async function proveEntry(source: LogSource, index: number, vkey: string): Promise<ProvedEntry | null> {
  const log = openLog(source);
  const proof = await log.prove(index);
  const entry = proof === null ? null : await log.entry(index);
  if (proof === null || entry === null) return null;
  verifyTlogProof(proof, entry, [parseVerifierKey(vkey)]);
  return { index, entry, proof };
}

/** Opens a checkpoint note with a key: its text parsed, or the reason why not. */
export function openCheckpoint(note: string, vkey: string): Checkpoint {
  const key = parseVerifierKey(vkey);
  const checkpoint = parseCheckpoint(openNote(note, [key]).text);
  if (checkpoint.origin !== key.name) throw new TlogError('note_unverified', 'the checkpoint is of another log');
  return checkpoint;
}
