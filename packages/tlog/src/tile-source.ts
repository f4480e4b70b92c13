import { foldWithin } from './builder.ts';
import { TlogError } from './errors.ts';
import { HASH_BYTES, type Hasher } from './hash.ts';
import { consistencyPath, inclusionPath } from './path.ts';
import type { NodeSource } from './proof.ts';
import { type NodeId, nodesOf, type Range } from './range.ts';
import { formatTilePath, TILE_HEIGHT, TILE_WIDTH, type TileId, tileOf } from './tile.ts';

function locate({ height, index }: NodeId, size: number): { tile: TileId; first: number; count: number } {
  const level = Math.floor(height / TILE_HEIGHT);
  const count = 2 ** (height % TILE_HEIGHT);
  const firstHash = index * count;
  return { tile: tileOf(level, firstHash + count - 1, size), first: firstHash % TILE_WIDTH, count };
}

/**
 * Reads subtree hashes out of the tiles of a tree of `size` leaves. Tiles are not trusted: whoever makes a proof from
 * them verifies it against a signed root before showing it.
 */
export function tileNodes(hasher: Hasher, size: number, readTile: (tile: TileId) => Uint8Array): NodeSource {
  return (node) => {
    const { tile, first, count } = locate(node, size);
    const bytes = readTile(tile);
    if (bytes.length !== tile.width * HASH_BYTES) throw new TlogError('tile_malformed', 'a tile does not have its width');
    return foldWithin(hasher, bytes, first, count);
  };
}

/** The hash tiles that hold these subtrees, each once. */
export function tileNodesOf(nodes: readonly NodeId[], size: number): TileId[] {
  const tiles = nodes.map((node) => locate(node, size).tile);
  return [...new Map(tiles.map((tile) => [formatTilePath(tile), tile])).values()];
}

function tilesOfRanges(ranges: readonly Range[], size: number): TileId[] {
  return tileNodesOf(ranges.flatMap(nodesOf), size);
}

/** The hash tiles that an inclusion proof is made from: fetch these first where reading is asynchronous. */
export function inclusionTiles(index: number, size: number): TileId[] {
  const path = inclusionPath(index, { start: 0, end: size });
  if (path === null) throw new TlogError('index_out_of_range', 'the leaf is not in this tree');
  return tilesOfRanges(
    path.map((step) => step.sibling),
    size,
  );
}

/** The hash tiles that the consistency proof from an old size is made from. */
export function consistencyTiles(oldSize: number, size: number): TileId[] {
  const path = consistencyPath({ start: 0, end: oldSize }, size);
  if (path === null) throw new TlogError('index_out_of_range', 'the tree does not contain the old one');
  const ranges = path.steps.map((step) => step.sibling);
  return tilesOfRanges(path.seed === null ? ranges : [path.seed, ...ranges], size);
}
