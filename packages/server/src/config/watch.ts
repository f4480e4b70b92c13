import { readdirSync, statSync, unwatchFile, watch, watchFile } from 'node:fs';
import { join } from 'node:path';

const pollMs = 1_000;
const settleMs = 150;

/** Calls `changed` after any of the files or a file of the folders has changed and been quiet for a moment. Returns the function that stops it. */
export function watchFiles(files: readonly string[], folders: readonly string[], changed: () => void): () => void {
  let timer: NodeJS.Timeout | null = null;
  let before = fingerprint(files, folders);
  const soon = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      const now = fingerprint(files, folders);
      if (now === before) return;
      before = now;
      changed();
    }, settleMs);
    timer.unref();
  };
  // Polling sees what an editor's rename or a mounted configuration hides from inotify; watching makes the usual case quick.
  for (const file of files) watchFile(file, { interval: pollMs, persistent: false }, soon);
  const watchers = folders.flatMap((folder) => {
    try {
      return [watch(folder, { persistent: false }, soon)];
    } catch {
      return [];
    }
  });
  return () => {
    if (timer !== null) clearTimeout(timer);
    for (const file of files) unwatchFile(file, soon);
    for (const watcher of watchers) watcher.close();
  };
}

function fingerprint(files: readonly string[], folders: readonly string[]): string {
  const all = [...files, ...folders.flatMap((folder) => list(folder))];
  return all
    .map((file) => {
      try {
        const { mtimeMs, size, ino } = statSync(file);
        return `${file} ${mtimeMs} ${size} ${ino}`;
      } catch {
        return `${file} -`;
      }
    })
    .join('\n');
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}
