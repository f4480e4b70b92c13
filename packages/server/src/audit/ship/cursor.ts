import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How far a place has been told, kept over restarts. */
export interface Cursor {
  /** First index that has not been taken yet. */
  read(): number;
  write(next: number): void;
}

/** A small file for each place. One that cannot be read starts anew: receivers get entries twice rather than never. */
export function fileCursor(folder: string, id: string): Cursor {
  const file = join(folder, `${id}.next`);
  return {
    read() {
      try {
        const text = readFileSync(file, 'utf8').trim();
        return /^\d{1,15}$/.test(text) ? Number(text) : 0;
      } catch {
        return 0;
      }
    },
    write(next) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.tmp`, `${next}\n`, { mode: 0o600 });
      renameSync(`${file}.tmp`, file);
    },
  };
}
