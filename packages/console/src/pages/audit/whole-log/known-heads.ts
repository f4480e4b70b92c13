import * as z from 'zod';
import type { LogHead } from './verify-whole.ts';

export const knownHeadsKey = 'menshen.logHeads';
const heads = z.record(z.string(), z.object({ size: z.int().min(0), root: z.string().regex(/^[0-9a-f]{64}$/) }));

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem'>;

function readHeads(storage: Storage): Record<string, LogHead> {
  try {
    return heads.parse(JSON.parse(storage.getItem(knownHeadsKey) ?? '{}'));
  } catch {
    return {};
  }
}

/** The heads that this browser verified last, by the name of their log. */
export const knownHeads = (storage: Storage): Readonly<Record<string, LogHead>> => readHeads(storage);

/** Keeps a head that was verified: from now on this browser notices a log that was cut or rewritten before it. */
export function keepHead(storage: Storage, origin: string, head: LogHead): void {
  storage.setItem(knownHeadsKey, JSON.stringify({ ...readHeads(storage), [origin]: head }));
}
