import { join } from 'node:path';
import { formatCheckpoint, TILE_WIDTH, type Tile, type TreeBuilder, tileCounts } from '@menshen/tlog';
import { createSigner, type NoteSigner, sha256, signNote } from '@menshen/tlog/node';
import type { LogFiles } from './files.ts';
import type { TileFiles } from './tile-files.ts';

/** An edge of the tree that can be published: everything a checkpoint of this size needs. */
interface Edge {
  readonly size: number;
  readonly root: Uint8Array;
  readonly tiles: readonly Tile[];
  readonly entries: readonly Uint8Array[];
}

/** Turns durable entries into tiles and signed checkpoints. */
export interface Sequencer {
  /** Entries in the tree. */
  readonly size: number;
  /** Entries under the last checkpoint. */
  readonly published: number;
  /** The last checkpoint, a signed note. */
  readonly checkpoint: string;
  root(): Uint8Array;
  /**
   * Adds an entry. `prefixed` holds the byte 0x00 and the entry right after it, which is the input of the leaf hash; it
   * is kept until its bundle is written. First writes the tiles that the entry before it filled: when that throws the
   * disk's error, this entry has not been added.
   */
  add(prefixed: Uint8Array): void;
  /** Signs what is at least 256 entries past the last checkpoint, up to the last full tile. */
  publishFull(): boolean;
  /** Signs everything. False when there is nothing new. */
  publish(): boolean;
}

export interface SequencerOptions {
  readonly directory: string;
  readonly origin: string;
  readonly signingSeed: Uint8Array;
  readonly files: LogFiles;
  readonly tiles: TileFiles;
  readonly builder: TreeBuilder;
  /** Entries of the unfinished bundle at the builder's right edge, without prefix. */
  readonly edgeEntries: readonly Uint8Array[];
  readonly published: number;
  readonly checkpoint: string;
  /** Throws when another process has become the log's writer: then nothing more is signed here. */
  readonly fence: () => void;
}

const CHECKPOINT_STEP = TILE_WIDTH;
const PREFIX = Buffer.alloc(1);

/** A bundle (C2SP tlog-tiles) of entries with a byte before each: the length, two bytes, is written over that byte, so that no view is made of each. */
function bundleOf(prefixed: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const entry of prefixed) length += 1 + entry.length;
  const bundle = Buffer.allocUnsafeSlow(length);
  let offset = 0;
  for (const entry of prefixed) {
    bundle.set(entry, offset + 1);
    offset = bundle.writeUInt16BE(entry.length - 1, offset) + entry.length - 1;
  }
  return bundle;
}

/** Writes a signed checkpoint in place of the old one: after a power failure one of the two is there, whole. */
export function writeCheckpoint(files: LogFiles, directory: string, signer: NoteSigner, size: number, root: Uint8Array): string {
  const note = signNote(formatCheckpoint({ origin: signer.key.name, size, root }), [signer]);
  const path = join(directory, 'checkpoint');
  files.create(`${path}.new`, note);
  files.syncPath(`${path}.new`);
  files.rename(`${path}.new`, path);
  return note;
}

export function createSequencer(options: SequencerOptions): Sequencer {
  const { directory, files, tiles, builder } = options;
  const signer = createSigner(options.origin, options.signingSeed);
  let { published, checkpoint } = options;
  /** Entries of the unfinished bundle, each with the byte 0x00 before it. */
  let entries = options.edgeEntries.map((entry) => Buffer.concat([PREFIX, entry]) as Uint8Array);
  let pending: Tile[] = [];
  let aligned: Edge | null = null;

  const flushFull = (): void => {
    if (pending.length === 0) return;
    const [leaves] = pending;
    if (leaves !== undefined && entries.length === TILE_WIDTH) {
      tiles.write({ level: 'entries', index: leaves.id.index, width: TILE_WIDTH }, bundleOf(entries), builder.size);
      entries = [];
    }
    for (const tile of pending) tiles.write(tile.id, tile.bytes, builder.size);
    pending = [];
    aligned = { size: builder.size, root: builder.root(), tiles: builder.partialTiles(), entries: [] };
  };

  const publishEdge = (edge: Edge): void => {
    const { full, partial } = tileCounts(0, edge.size);
    if (partial > 0) tiles.write({ level: 'entries', index: full, width: partial }, bundleOf(edge.entries), edge.size);
    for (const tile of edge.tiles) tiles.write(tile.id, tile.bytes, edge.size);
    options.fence();
    checkpoint = writeCheckpoint(files, directory, signer, edge.size, edge.root);
    published = edge.size;
  };

  return {
    get size() {
      return builder.size;
    },
    get published() {
      return published;
    },
    get checkpoint() {
      return checkpoint;
    },
    root: () => builder.root(),
    add(prefixed) {
      flushFull();
      const filled = builder.append(sha256(prefixed));
      entries.push(prefixed);
      if (filled.length > 0) pending = [...filled];
    },
    publishFull() {
      flushFull();
      if (aligned === null || aligned.size - published < CHECKPOINT_STEP) return false;
      publishEdge(aligned);
      return true;
    },
    publish() {
      flushFull();
      if (builder.size === published) return false;
      publishEdge({ size: builder.size, root: builder.root(), tiles: builder.partialTiles(), entries });
      return true;
    },
  };
}
