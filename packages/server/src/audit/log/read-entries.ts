import { decodeBundle, TILE_WIDTH, tileOf } from '@menshen/tlog';
import { readTileFile } from './tile-files.ts';

/** Entries from `index` to the end of its bundle, or to `size`. */
export function readEntries(directory: string, index: number, size: number): Uint8Array[] | null {
  const tile = tileOf('entries', index, size);
  const exact = readTileFile(directory, tile);
  if (exact === null) return null;
  for (const width of [tile.width, TILE_WIDTH]) {
    try {
      return decodeBundle(exact, width).slice(index % TILE_WIDTH, tile.width);
    } catch {
      // The partial bundle has gone since: what was read is the full one.
    }
  }
  return null;
}
