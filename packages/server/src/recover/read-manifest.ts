import type * as z from 'zod';
import { holdsMoreValues } from '../api/json-values.ts';
import type { ReadMember } from './container.ts';
import { BackupError } from './model.ts';

/** Reads a member to its end. @throws BackupError `not_a_backup` when it is longer than `most` */
export async function readWhole({ name, size, body }: ReadMember, most: number): Promise<Buffer> {
  if (size > most) throw new BackupError('not_a_backup', name);
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

/** Bytes of a manifest that names so many files: each by a name, its size and its digest. */
export const longestManifest = (files: number): number => (64 << 20) + files * 4_096;

/**
 * Parses a manifest. Its length and values are bounded by the files that came before it, which it must name: a stranger's would take all memory.
 * @throws BackupError `not_a_backup`
 */
export function parseManifest<T>(bytes: Buffer, files: number, form: z.ZodType<T>): T {
  try {
    const text = bytes.toString('utf8');
    if (holdsMoreValues(text, 2_000_000 + files * 8)) throw new RangeError('values');
    return form.parse(JSON.parse(text));
  } catch (error) {
    throw new BackupError('not_a_backup', 'manifest', { cause: error });
  }
}

export const readManifest = async <T>(member: ReadMember, files: number, form: z.ZodType<T>): Promise<T> =>
  parseManifest(await readWhole(member, longestManifest(files)), files, form);
