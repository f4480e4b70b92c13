import { type FSWatcher, watch } from 'node:fs';
import type { Drift } from './compare.ts';
import { checkRelease, type OpenedManifest, type ReleaseCheck } from './release.ts';

export interface WatchParts {
  readonly folder: string;
  readonly manifest: OpenedManifest;
  /** The whole folder is read again after so long, also when nothing was reported; ms. */
  readonly everyMs: number;
  /** Hears of every check, and whether it is the first or differs from the one before. */
  readonly told: (check: ReleaseCheck, changed: boolean) => void;
  /** Hears that the folder could not be read. */
  readonly failed: (error: unknown) => void;
}

/** Changes come in bursts: a copy of a folder is one. */
const settleMs = 300;

/**
 * Watches a deployed folder: what the system reports is looked at after 0.3 s, and the whole folder is hashed again in between, because a report can be
 * lost and an attacker can keep one from coming. Returns how to stop.
 */
export function watchRelease({ folder, manifest, everyMs, told, failed }: WatchParts): () => Promise<void> {
  let last: string | null = null;
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let settle: NodeJS.Timeout | null = null;

  const look = async (): Promise<void> => {
    try {
      const check = await checkRelease(folder, manifest);
      const seen = describe(check.drift);
      if (stopped) return;
      const changed = seen !== last;
      last = seen;
      told(check, changed);
    } catch (error) {
      if (!stopped) failed(error);
    }
  };
  const run = (): void => {
    if (running !== null) {
      again = true;
      return;
    }
    running = look().finally(() => {
      running = null;
      if (again && !stopped) {
        again = false;
        run();
      }
    });
  };
  const noticed = (): void => {
    if (settle !== null) return;
    settle = setTimeout(() => {
      settle = null;
      run();
    }, settleMs);
  };

  let watcher: FSWatcher | null = null;
  try {
    watcher = watch(folder, { recursive: true, persistent: false }, noticed);
    watcher.on('error', noticed);
  } catch {
    // Systems without reports: the timer alone finds changes.
  }
  const timer = setInterval(run, everyMs);
  run();

  return async () => {
    stopped = true;
    clearInterval(timer);
    if (settle !== null) clearTimeout(settle);
    watcher?.close();
    await running;
  };
}

const describe = ({ changed, missing, added }: Drift): string => JSON.stringify([changed, missing, added]);
