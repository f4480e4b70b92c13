import { TlogError } from './errors.ts';
import { HASH_BYTES, type Hasher } from './hash.ts';
import { foldNodes, nodesOf } from './range.ts';
import { hashInTile, TILE_HEIGHT, TILE_WIDTH, type TileId, tileCounts } from './tile.ts';

/** A hash tile with its bytes. */
export interface Tile {
  readonly id: TileId;
  readonly bytes: Uint8Array;
}

/** A tree that grows leaf by leaf; it holds only its right edge: one unfinished tile a level. */
export interface TreeBuilder {
  /** Leaves so far. */
  readonly size: number;
  /** Adds a leaf hash. Returns the tiles that it filled, lowest level first; most leaves fill none. */
  append(leafHash: Uint8Array): readonly Tile[];
  /** Root of the tree as it is. */
  root(): Uint8Array;
  /** The partial tiles at the right edge, lowest level first; the bytes are copies. */
  partialTiles(): Tile[];
}

/** Where a builder goes on: the bytes of the partial hash tiles of a tree of `size` leaves, by level; full levels are absent. */
export interface Frontier {
  readonly size: number;
  readonly tiles: ReadonlyMap<number, Uint8Array>;
}

const NONE: readonly Tile[] = [];

/**
 * Starts a builder, empty or at a frontier. Throws `tile_malformed` when the frontier's tiles do not have the widths
 * of its size. It does not know whether they are the right ones: compare {@link TreeBuilder.root} with a checkpoint.
 */
export function createBuilder(hasher: Hasher, frontier: Frontier = { size: 0, tiles: new Map() }): TreeBuilder {
  const edges: { bytes: Uint8Array; width: number; full: number }[] = [];
  const stack: { height: number; hash: Uint8Array }[] = [];
  let size = frontier.size;

  for (let level = 0; TILE_WIDTH ** level <= size; level += 1) {
    const { full, partial } = tileCounts(level, size);
    const bytes = new Uint8Array(TILE_WIDTH * HASH_BYTES);
    const given = frontier.tiles.get(level) ?? new Uint8Array(0);
    if (given.length !== partial * HASH_BYTES) throw new TlogError('tile_malformed', 'a frontier tile has the wrong width');
    bytes.set(given);
    edges.push({ bytes, width: partial, full });
  }
  edges.forEach(({ bytes, width }, level) => {
    const blocks = nodesOf({ start: 0, end: width }).map((block) => ({
      height: level * TILE_HEIGHT + block.height,
      hash: foldWithin(hasher, bytes, block.index * 2 ** block.height, 2 ** block.height),
    }));
    stack.unshift(...blocks);
  });

  const put = (level: number, hash: Uint8Array): Tile | null => {
    const edge = edges[level] ?? { bytes: new Uint8Array(TILE_WIDTH * HASH_BYTES), width: 0, full: 0 };
    edges[level] = edge;
    edge.bytes.set(hash, edge.width * HASH_BYTES);
    edge.width += 1;
    if (edge.width < TILE_WIDTH) return null;
    const tile = { id: { level, index: edge.full, width: TILE_WIDTH }, bytes: edge.bytes };
    edges[level] = { bytes: new Uint8Array(TILE_WIDTH * HASH_BYTES), width: 0, full: edge.full + 1 };
    return tile;
  };

  return {
    get size() {
      return size;
    },
    append(leafHash) {
      if (leafHash.length !== HASH_BYTES) throw new TlogError('tile_malformed', 'a leaf hash has 32 bytes');
      let filled = NONE;
      let hash = leafHash;
      let height = 0;
      size += 1;
      for (;;) {
        if (height % TILE_HEIGHT === 0) {
          const tile = put(height / TILE_HEIGHT, hash);
          if (tile !== null) filled = [...filled, tile];
        }
        const left = stack.at(-1);
        if (left?.height !== height) break;
        stack.pop();
        hash = hasher.node(left.hash, hash);
        height += 1;
      }
      stack.push({ height, hash });
      return filled;
    },
    root: () =>
      stack.length === 0
        ? hasher.empty
        : foldNodes(
            hasher,
            stack.map((entry) => entry.hash),
          ),
    partialTiles: () =>
      edges.flatMap(({ bytes, width, full }, level) =>
        width === 0 ? [] : [{ id: { level, index: full, width }, bytes: bytes.slice(0, width * HASH_BYTES) }],
      ),
  };
}

/** Hash of `count` (a power of two) neighbouring hashes of a tile, from number `first`. */
export function foldWithin(hasher: Hasher, tile: Uint8Array, first: number, count: number): Uint8Array {
  let row = Array.from({ length: count }, (_, at) => hashInTile(tile, first + at));
  while (row.length > 1) {
    const next: Uint8Array[] = [];
    for (let at = 0; at + 1 < row.length; at += 2) {
      const left = row[at];
      const right = row[at + 1];
      if (left !== undefined && right !== undefined) next.push(hasher.node(left, right));
    }
    row = next;
  }
  return new Uint8Array(row[0] ?? hasher.empty);
}

/** The hash of a full tile, which is one hash of the level above. Partial tiles have none. */
export function tileHash(hasher: Hasher, tile: Uint8Array): Uint8Array {
  if (tile.length !== TILE_WIDTH * HASH_BYTES) throw new TlogError('tile_malformed', 'only a full tile has a hash');
  return foldWithin(hasher, tile, 0, TILE_WIDTH);
}
