import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyFile } from '../config/policies.ts';

/** Writes a file so that after a crash either the old or the new one is there, whole. */
function writeWhole(folder: string, { name, text }: PolicyFile): void {
  const draft = join(folder, `.${name}.new`);
  const descriptor = openSync(draft, 'w', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, join(folder, name));
}

function replaceAll(folder: string, before: readonly PolicyFile[], after: readonly PolicyFile[]): void {
  const names = new Set(after.map(({ name }) => name));
  for (const file of after) writeWhole(folder, file);
  for (const { name } of before) if (!names.has(name)) rmSync(join(folder, name), { force: true });
}

/**
 * Puts the files of a draft in the place of those before and lets `reload` put them to work. When that fails, the files before are back and the error is
 * thrown on: what lies in the folder is always what is in force.
 */
export async function writePolicyFiles(
  folder: string,
  before: readonly PolicyFile[],
  after: readonly PolicyFile[],
  reload: () => Promise<void>,
): Promise<void> {
  try {
    replaceAll(folder, before, after);
    await reload();
  } catch (error) {
    replaceAll(folder, after, before);
    throw error;
  }
}
