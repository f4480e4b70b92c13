import { mkdirSync, readdirSync, rm } from 'node:fs';
import { dirname, join } from 'node:path';
import { equalBytes, formatTilePath, HASH_BYTES, TILE_WIDTH, type TileId } from '@menshen/tlog';
import { type LogFiles, readIfPresent } from './files.ts';

/**
 * Reads a tile of a tree of at least the tile's size: the file of its width, or else the full tile cut to that width,
 * because partial tiles go when the full one has come (C2SP tlog-tiles). Bundles are not cut. Null when there is none.
 */
export function readTileFile(directory: string, tile: TileId): Uint8Array | null {
  const exact = readIfPresent(join(directory, formatTilePath(tile)));
  if (exact !== null || tile.width === TILE_WIDTH) return exact;
  const full = readIfPresent(join(directory, formatTilePath({ ...tile, width: TILE_WIDTH })));
  return full === null || tile.level === 'entries' ? full : full.subarray(0, tile.width * HASH_BYTES);
}

const SYNC_TOGETHER = 16;

/** Writes tiles and keeps track of what is not yet known to be on the disk. */
export interface TileFiles {
  /** Writes a tile or bundle; `treeSize` is the size of the tree at which it is complete. */
  write(tile: TileId, bytes: Uint8Array, treeSize: number): void;
  /** Puts every full tile up to this tree size on the disk for good. */
  makeDurable(treeSize: number): Promise<void>;
}

/**
 * `recovering` tells whether files may be left from before a crash: these are compared and replaced as a whole, so
 * that a reader never sees a half-written one.
 */
export function createTileFiles(directory: string, files: LogFiles, recovering: () => boolean): TileFiles {
  const known = new Set<string>();
  /** Widths that have been written of the partial tiles in place of a full one: these files never change. */
  const partials = new Map<string, Set<number>>();
  let unsynced: { path: string; treeSize: number }[] = [];

  const ensureFolder = (folder: string): void => {
    if (known.has(folder)) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (known.size > 1024) known.clear();
    known.add(folder);
  };

  return {
    write(tile, bytes, treeSize) {
      const path = join(directory, formatTilePath(tile));
      const full = join(directory, formatTilePath({ ...tile, width: TILE_WIDTH }));
      const widths = partials.get(full);
      if (widths?.has(tile.width) === true) return;
      ensureFolder(dirname(path));
      const present = recovering() ? readIfPresent(path) : null;
      if (present === null) files.create(path, bytes);
      else if (!equalBytes(present, bytes)) {
        files.create(`${path}.new`, bytes);
        files.rename(`${path}.new`, path);
      }
      if (tile.width < TILE_WIDTH) {
        if (widths === undefined) partials.set(full, new Set([tile.width]));
        else widths.add(tile.width);
        return;
      }
      unsynced.push({ path, treeSize });
      if (partials.delete(full) || recovering()) {
        known.delete(`${full}.p`);
        rm(`${full}.p`, { recursive: true, force: true }, () => undefined);
      }
    },
    async makeDurable(treeSize) {
      const due = unsynced.filter((file) => file.treeSize <= treeSize);
      const folders = new Set<string>();
      // Side by side, because files that are synced together share one commit of the file system's journal.
      for (let at = 0; at < due.length; at += SYNC_TOGETHER) {
        await Promise.all(due.slice(at, at + SYNC_TOGETHER).map(({ path }) => files.syncPathLater(path)));
      }
      for (const { path } of due) {
        for (let folder = dirname(path); folder.length >= directory.length; folder = dirname(folder)) folders.add(folder);
      }
      for (const folder of folders) await files.syncPathLater(folder);
      unsynced = unsynced.filter((file) => file.treeSize > treeSize);
    },
  };
}

/** Width of the widest partial tile or bundle beside a full one's place; 0 when there is none. */
export function widestPartial(directory: string, tile: TileId): number {
  try {
    const names = readdirSync(join(directory, `${formatTilePath({ ...tile, width: TILE_WIDTH })}.p`));
    return Math.max(0, ...names.filter((name) => /^[1-9][0-9]{0,2}$/.test(name)).map(Number));
  } catch {
    return 0;
  }
}
