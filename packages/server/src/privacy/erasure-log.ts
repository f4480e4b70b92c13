import { createHmac, timingSafeEqual } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { erasureCauses, erasureScopes } from '@menshen/contract';
import * as z from 'zod';
import type { Keys } from '../keys/master.ts';

const entryOf = z.strictObject({
  id: z.string().regex(/^er_[A-Za-z0-9_-]{16}$/),
  subject: z.string().regex(/^ps_[A-Za-z0-9_-]{43}$/),
  scope: z.enum(erasureScopes),
  cause: z.enum(erasureCauses),
  at: z.int().min(0),
});
/** An erasure as it must be done again in every older copy of the store. */
export type ErasureEntry = z.output<typeof entryOf>;

const lineOf = z.strictObject({ entry: entryOf, mac: z.string().max(64) });

/**
 * The erasures of this installation in a file beside the store and not in it: a backup that is put back does not take it back. A line of JSON each,
 * under pseudonyms, authenticated, so that nobody has people erased by writing a line.
 */
export interface ErasureLog {
  /** Durable when it returns. */
  append(entry: ErasureEntry): void;
  /** Every entry, the oldest first. */
  entries(): readonly ErasureEntry[];
  has(id: string): boolean;
  /** Lines that are not ours: cut off by a crash, or written by somebody else. */
  readonly foreign: number;
}

/** Where it lies in a data folder. */
export const erasureLogPath = (data: string): string => join(data, 'privacy', 'erasures.log');
/** By which its lines are known for this installation's. */
export const erasureLogKey = (keys: Keys): Uint8Array => keys.derive('authenticity of the erasure log');

/** Opens the file, which need not be there. */
export function openErasureLog(file: string, key: Uint8Array): ErasureLog {
  const macOf = (entry: ErasureEntry): Buffer =>
    createHmac('sha256', key)
      .update(JSON.stringify([entry.id, entry.subject, entry.scope, entry.cause, entry.at]))
      .digest();
  const entries: ErasureEntry[] = [];
  const ids = new Set<string>();
  let foreign = 0;
  let torn = false;
  const take = (line: string): void => {
    try {
      const { entry, mac } = lineOf.parse(JSON.parse(line));
      const given = Buffer.from(mac, 'base64url');
      const due = macOf(entry);
      if (given.length !== due.length || !timingSafeEqual(given, due)) throw new TypeError('not ours');
      if (ids.has(entry.id)) return;
      entries.push(entry);
      ids.add(entry.id);
    } catch {
      foreign += 1;
    }
  };
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  torn = text !== '' && !text.endsWith('\n');
  for (const line of text.split('\n')) if (line !== '') take(line);

  return {
    append(entry) {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      const descriptor = openSync(file, 'a', 0o600);
      try {
        const line = JSON.stringify({ entry, mac: macOf(entry).toString('base64url') });
        // A line that a crash cut off must not swallow this one.
        writeSync(descriptor, `${torn ? '\n' : ''}${line}\n`);
        torn = false;
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      entries.push(entry);
      ids.add(entry.id);
    },
    entries: () => entries,
    has: (id) => ids.has(id),
    foreign,
  };
}
