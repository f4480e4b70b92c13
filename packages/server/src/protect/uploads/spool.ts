import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ByteSource, fileSource } from './byte-source.ts';

/** A body on disk. */
export interface Spooled {
  readonly source: ByteSource;
  /** Closes and removes it; twice is once. */
  discard(): Promise<void>;
}

export type SpoolResult =
  | { readonly kind: 'spooled'; readonly body: Spooled }
  | { readonly kind: 'too_large' | 'full' | 'broken' };

/** A folder for bodies that are too large for memory. Nothing in it outlives the process. */
export interface Spool {
  /** Writes a body, at most `limit` bytes. The rest of a longer one is not read. */
  take(body: AsyncIterable<Buffer | string>, limit: number): Promise<SpoolResult>;
  /** Bytes on disk now. */
  used(): number;
}

export function createSpool(folder: string, capacity: number, random: (size: number) => Uint8Array): Spool {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // What a crash left behind.
  for (const name of readdirSync(folder)) if (name.endsWith('.part')) rmSync(join(folder, name), { force: true });
  let used = 0;
  return {
    used: () => used,
    async take(body, limit) {
      const path = join(folder, `${Buffer.from(random(12)).toString('hex')}.part`);
      let file: FileHandle | null = null;
      let size = 0;
      let kept = false;
      try {
        file = await open(path, 'wx+', 0o600);
        for await (const piece of body) {
          const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece;
          size += chunk.length;
          used += chunk.length;
          if (size > limit) return { kind: 'too_large' };
          if (used > capacity) return { kind: 'full' };
          await file.write(chunk);
        }
        kept = true;
        return { kind: 'spooled', body: spooled(file, path, size, () => (used -= size)) };
      } catch {
        return { kind: 'broken' };
      } finally {
        if (!kept) {
          used -= size;
          await file?.close().catch(() => undefined);
          await rm(path, { force: true }).catch(() => undefined);
        }
      }
    },
  };
}

function spooled(file: FileHandle, path: string, size: number, freed: () => void): Spooled {
  let discarded = false;
  return {
    source: fileSource(file, size),
    async discard() {
      if (discarded) return;
      discarded = true;
      freed();
      await file.close().catch(() => undefined);
      await rm(path, { force: true }).catch(() => undefined);
    },
  };
}
