import * as z from 'zod';

export const knownKeysKey = 'menshen.logKeys';
const keys = z.record(z.string(), z.string()).catch({});

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem'>;

function readKeys(storage: Storage): Record<string, string> {
  try {
    return keys.parse(JSON.parse(storage.getItem(knownKeysKey) ?? '{}'));
  } catch {
    return {};
  }
}

/** The keys that this browser knows, by the name of their log. */
export const knownLogKeys = (storage: Storage): Readonly<Record<string, string>> => readKeys(storage);

/**
 * The key that this browser first saw for a log, and from now on knows; null at the first sight. A server that changes its key, to rewrite
 * the log, cannot do so unseen by those who looked before.
 */
export function knownLogKey(storage: Storage, origin: string, vkey: string): string | null {
  const known = readKeys(storage);
  const mine = Object.hasOwn(known, origin) ? known[origin] : undefined;
  if (mine !== undefined) return mine;
  storage.setItem(knownKeysKey, JSON.stringify({ ...known, [origin]: vkey }));
  return null;
}
