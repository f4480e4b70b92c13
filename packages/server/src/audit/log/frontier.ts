import { decodeBundle, equalBytes, HASH_BYTES, TILE_WIDTH, type TreeBuilder, tileCounts, tileOf } from '@menshen/tlog';
import { tree } from '@menshen/tlog/node';
import { WriterError } from '../../writer/protocol.ts';
import { readTileFile, widestPartial } from './tile-files.ts';

/** A tree as the tiles on disk have it at one size. */
export interface LoadedFrontier {
  readonly builder: TreeBuilder;
  /** Entries of the unfinished bundle. */
  readonly entries: readonly Uint8Array[];
}

/**
 * Rebuilds the tree's right edge at `size` from tiles on disk. Above the leaves it reads full tiles only and hashes
 * them itself: these were made durable before the write-ahead segments that held their entries were given up.
 * Throws `audit_damaged` when a file is missing or does not fit its neighbours.
 */
export function loadFrontier(directory: string, size: number): LoadedFrontier {
  const tiles = new Map<number, Uint8Array>();
  for (let level = 0; tileCounts(level, size).full > 0 || tileCounts(level, size).partial > 0; level += 1) {
    const { full, partial } = tileCounts(level, size);
    if (partial === 0) continue;
    tiles.set(level, level === 0 ? leaves(directory, size) : hashesBelow(directory, level, full * TILE_WIDTH, partial));
  }
  const entries = edgeEntries(directory, size);
  entries.forEach((entry, at) => {
    if (!equalBytes(tree.leafHash(entry), tiles.get(0)?.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES) ?? entry))
      throw damaged();
  });
  return { builder: tree.builder({ size, tiles }), entries };
}

function leaves(directory: string, size: number): Uint8Array {
  const { full: index, partial: width } = tileCounts(0, size);
  // A crash may have left a wider partial tile than the published one, and no full one.
  const bytes =
    readTileFile(directory, { level: 0, index, width }) ??
    readTileFile(directory, { level: 0, index, width: Math.max(width, widestPartial(directory, { level: 0, index, width })) });
  if (bytes === null || bytes.length < width * HASH_BYTES) throw damaged();
  return bytes.subarray(0, width * HASH_BYTES);
}

function hashesBelow(directory: string, level: number, first: number, count: number): Uint8Array {
  const hashes = new Uint8Array(count * HASH_BYTES);
  for (let at = 0; at < count; at += 1) {
    const below = readTileFile(directory, { level: level - 1, index: first + at, width: TILE_WIDTH });
    if (below?.length !== TILE_WIDTH * HASH_BYTES) throw damaged();
    hashes.set(tree.tileHash(below), at * HASH_BYTES);
  }
  return hashes;
}

function edgeEntries(directory: string, size: number): Uint8Array[] {
  const { full: index, partial } = tileCounts(0, size);
  if (partial === 0) return [];
  for (const width of [partial, TILE_WIDTH, widestPartial(directory, { level: 'entries', index, width: TILE_WIDTH })]) {
    if (width < partial) continue;
    const bundle = readTileFile(directory, { level: 'entries', index, width });
    if (bundle === null) continue;
    try {
      return decodeBundle(bundle, width).slice(0, partial);
    } catch {
      // Cut short by the crash: a wider one follows.
    }
  }
  throw damaged();
}

/** True when the directory holds the entries of a tree of any size. */
export function hasTiles(directory: string): boolean {
  const first = tileOf('entries', 0, TILE_WIDTH);
  return readTileFile(directory, first) !== null || widestPartial(directory, first) > 0;
}

function damaged(): WriterError {
  return new WriterError('audit_damaged', 'tiles of the audit log are missing or damaged');
}
