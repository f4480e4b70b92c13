import { isCount } from './bytes.ts';
import { TlogError } from './errors.ts';
import { HASH_BYTES } from './hash.ts';

/** Hashes in a full tile, entries in a full bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;
/** Levels of the tree that one tile spans: 2^8 = 256. */
export const TILE_HEIGHT = 8;

/** A tile of hashes (`level` 0 to 63, 0 = leaf hashes) or a bundle of entries (`level` "entries"). */
export interface TileId {
  readonly level: number | 'entries';
  readonly index: number;
  /** Hashes or entries inside: 256 when full, 1 to 255 when partial. */
  readonly width: number;
}

const MAX_LEVEL = 63;
const PATH = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** Path of a tile below the log's prefix, such as `tile/0/x001/x234/067.p/89`. */
export function formatTilePath(tile: TileId): string {
  checkTile(tile);
  const digits = String(tile.index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/[0-9]{3}/g) ?? [];
  const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${tile.level}/${path}${tile.width === TILE_WIDTH ? '' : `.p/${tile.width}`}`;
}

/** Reads a tile path. Throws `tile_malformed` for every spelling but the one that {@link formatTilePath} writes. */
export function parseTilePath(path: string): TileId {
  const match = path.length <= 64 ? PATH.exec(path) : null;
  const [, level, groups, width] = match ?? [];
  if (level === undefined || groups === undefined) throw new TlogError('tile_malformed', 'not a tile path');
  const tile: TileId = {
    level: level === 'entries' ? 'entries' : Number(level),
    index: Number(groups.replace(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  if ((width !== undefined && tile.width >= TILE_WIDTH) || !isCount(tile.index) || formatTilePath(tile) !== path) {
    throw new TlogError('tile_malformed', 'not the canonical spelling of a tile path');
  }
  return tile;
}

function checkTile({ level, index, width }: TileId): void {
  const levelFits = level === 'entries' || (isCount(level) && level <= MAX_LEVEL);
  if (!levelFits || !isCount(index) || !isCount(width) || width < 1 || width > TILE_WIDTH) {
    throw new TlogError('tile_malformed', 'tile level, index or width is out of range');
  }
}

/** How many full tiles a tree of `size` leaves has at a level, and the width of the partial one after them (0 = none). */
export function tileCounts(level: number, size: number): { readonly full: number; readonly partial: number } {
  const hashes = Math.floor(size / TILE_WIDTH ** level);
  return { full: Math.floor(hashes / TILE_WIDTH), partial: hashes % TILE_WIDTH };
}

/** The tile of a level that holds the hash with this index, as wide as it is in a tree of `size` leaves. */
export function tileOf(level: number | 'entries', hashIndex: number, size: number): TileId {
  const index = Math.floor(hashIndex / TILE_WIDTH);
  const { full, partial } = tileCounts(level === 'entries' ? 0 : level, size);
  const width = index < full ? TILE_WIDTH : partial;
  if (!isCount(hashIndex) || index > full || width <= hashIndex % TILE_WIDTH) {
    throw new TlogError('index_out_of_range', 'the tree is too small for this hash');
  }
  return { level, index, width };
}

/** Every hash tile and bundle of a tree of `size` leaves: the partial ones at its edge, and the full ones when `all`. */
export function* tilesOf(size: number, all: boolean): Generator<TileId> {
  for (const level of ['entries', ...Array(MAX_LEVEL + 1).keys()] as const) {
    const { full, partial } = tileCounts(level === 'entries' ? 0 : level, size);
    if (full === 0 && partial === 0) return;
    if (all) for (let index = 0; index < full; index += 1) yield { level, index, width: TILE_WIDTH };
    if (partial > 0) yield { level, index: full, width: partial };
  }
}

/** Hash number `at` of a tile's bytes, as a view. */
export function hashInTile(tile: Uint8Array, at: number): Uint8Array {
  if (tile.length < (at + 1) * HASH_BYTES) throw new TlogError('tile_malformed', 'the tile is shorter than its width');
  return tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
}
