import { type FSWatcher, readdirSync, statSync, unwatchFile, watch, watchFile } from 'node:fs';
import { join } from 'node:path';

const pollMs = 1_000;
const settleMs = 150;

export interface Watcher {
  /** Watches these files and the files of these folders from now on, instead of those before. */
  watch(files: readonly string[], folders: readonly string[]): void;
  stop(): void;
}

/** Calls `changed` after any of the files or a file of the folders has changed and been quiet for a moment. */
export function watchFiles(changed: () => void): Watcher {
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  let files: readonly string[] = [];
  let folders: readonly string[] = [];
  let watchers: readonly FSWatcher[] = [];
  const seen = new Map<string, string>();

  /** Whether anything looks different from when it was last looked at. */
  const look = (): boolean => {
    let different = false;
    const now = new Map([...files, ...folders.flatMap((folder) => list(folder))].map((file) => [file, fingerprint(file)]));
    for (const [file, print] of now) different ||= seen.get(file) !== print;
    different ||= seen.size !== now.size;
    seen.clear();
    for (const [file, print] of now) seen.set(file, print);
    return different;
  };
  const soon = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      if (look()) changed();
    }, settleMs);
    timer.unref();
  };
  const stopWatching = (): void => {
    for (const file of [...files, ...folders]) unwatchFile(file, soon);
    for (const watcher of watchers) watcher.close();
    watchers = [];
  };

  return {
    watch(nextFiles, nextFolders) {
      const wanted = [...new Set(nextFiles)];
      if (stopped) return;
      if (wanted.join('\n') === files.join('\n') && nextFolders.join('\n') === folders.join('\n')) return;
      stopWatching();
      files = wanted;
      folders = nextFolders;
      // What is new is taken as it is now; a change of what was watched before must not be lost.
      const all = new Set([...files, ...folders.flatMap((folder) => list(folder))]);
      for (const file of all) if (!seen.has(file)) seen.set(file, fingerprint(file));
      for (const file of [...seen.keys()]) if (!all.has(file)) seen.delete(file);
      // Polling sees what an editor's rename or a mounted configuration hides from inotify; watching makes the usual case quick.
      for (const file of [...files, ...folders]) watchFile(file, { interval: pollMs, persistent: false }, soon);
      watchers = folders.flatMap((folder) => {
        try {
          return [watch(folder, { persistent: false }, soon).on('error', () => undefined)];
        } catch {
          return [];
        }
      });
    },
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      stopWatching();
    },
  };
}

function fingerprint(file: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return '-';
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}
