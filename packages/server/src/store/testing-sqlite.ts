import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from './store.ts';

let made: Promise<Uint8Array> | undefined;

async function makeOnce(): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'menshen-migrated-'));
  const file = join(folder, 'store.db');
  try {
    const store = await openStore({ url: `file:${file}`, clock: Date.now });
    await store.migrate();
    await store.close();
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Writes an embedded store in which all migrations have run. They take an eighth of a second each time: what they make is copied. Tests of migrations
 * themselves begin without a file.
 */
export async function writeMigratedFile(file: string): Promise<void> {
  made ??= makeOnce();
  await writeFile(file, await made, { mode: 0o600 });
}
