import { existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type LogFiles, nodeFiles } from './files.ts';

/** A disk for tests: dies at a chosen operation, and then may lose whatever was not yet synced. */
export interface DyingDisk {
  readonly files: LogFiles;
  /** Operations so far. */
  operations(): number;
  /** Takes back a random part of what was never synced, as a power failure would. `random` gives 0 to 1. */
  loseUnsynced(random: () => number): void;
}

type Undo = { readonly needs: string; readonly undo: (random: () => number) => void };

/**
 * `diesAt` counts file operations from 1; that one fails half done, and all after it fail. A sync only marks what it
 * would have saved, which is what counts here, and costs nothing.
 */
export function createDyingDisk(diesAt: number): DyingDisk {
  let count = 0;
  let dead = false;
  let unsynced: Undo[] = [];
  const paths = new Map<number, string>();

  const step = (last: () => void): void => {
    count += 1;
    if (!dead && count === diesAt) {
      dead = true;
      last();
    }
    if (dead) throw Object.assign(new Error('the disk is gone'), { code: 'EIO' });
  };
  const nothing = () => undefined;
  const synced = (path: string): void => {
    unsynced = unsynced.filter(({ needs }) => needs !== path);
  };

  const files: LogFiles = {
    open(path, flags) {
      step(nothing);
      const fresh = !existsSync(path);
      const fd = nodeFiles.open(path, flags);
      paths.set(fd, path);
      if (fresh) unsynced.push({ needs: dirname(path), undo: () => rmSync(path, { force: true }) });
      return fd;
    },
    close: (fd) => nodeFiles.close(fd),
    writeAt(fd, buffers, position) {
      const path = paths.get(fd) ?? '';
      const bytes = Buffer.concat(buffers);
      const before = existsSync(path) ? readFileSync(path).subarray(position, position + bytes.length) : Buffer.alloc(0);
      const old = Buffer.concat([before, Buffer.alloc(bytes.length - before.length)]);
      const undo = (random: () => number): void => {
        if (!existsSync(path)) return;
        // Any part of the write may have reached the disk, in any order of its pages.
        const whole = readFileSync(path);
        for (let at = 0; at < bytes.length; at += 64)
          if (random() < 0.5) old.copy(whole, position + at, at, Math.min(at + 64, bytes.length));
        writeFileSync(path, whole);
      };
      step(() => {
        nodeFiles.writeAt(fd, [bytes.subarray(0, bytes.length >> 1)], position);
        unsynced.push({ needs: path, undo });
      });
      nodeFiles.writeAt(fd, buffers, position);
      unsynced.push({ needs: path, undo });
    },
    sync(fd) {
      step(nothing);
      synced(paths.get(fd) ?? '');
    },
    syncPath(path) {
      step(nothing);
      synced(path);
    },
    async syncPathLater(path) {
      step(nothing);
      synced(path);
    },
    rename(from, to) {
      step(nothing);
      const replaced = existsSync(to) ? readFileSync(to) : null;
      nodeFiles.rename(from, to);
      for (const [fd, path] of paths) if (path === from) paths.set(fd, to);
      unsynced = unsynced.map((entry) => (entry.needs === from ? { ...entry, needs: to } : entry));
      unsynced.push({
        needs: dirname(to),
        undo() {
          if (!existsSync(to)) return;
          renameSync(to, from);
          if (replaced !== null) writeFileSync(to, replaced);
        },
      });
    },
    remove(path) {
      step(nothing);
      nodeFiles.remove(path);
    },
    create(path, bytes) {
      const fresh = !existsSync(path);
      step(() => nodeFiles.create(path, Buffer.from(bytes).subarray(0, bytes.length >> 1)));
      nodeFiles.create(path, bytes);
      unsynced.push({
        needs: path,
        undo(random) {
          if (!existsSync(path)) return;
          if (fresh && random() < 0.5) rmSync(path);
          else truncateSync(path, Math.floor(random() * bytes.length));
        },
      });
    },
  };

  return {
    files,
    operations: () => count,
    loseUnsynced(random) {
      dead = true;
      for (const { undo } of unsynced.toReversed()) if (random() < 0.5) undo(random);
      unsynced = [];
    },
  };
}

/** A small generator with a seed (mulberry32), so that a failing test can be run again. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
