import { hasPassed } from './elapsed.ts';

/** A map whose entries end by themselves and whose size is bounded. */
export interface ExpiringMap<V> {
  /** The value, unless its time is over. */
  get(key: string): V | undefined;
  /** False when the map is full of entries that still live: nothing was stored. */
  set(key: string, value: V, expiresAt: number): boolean;
  delete(key: string): void;
  readonly size: number;
}

const visitsPerSet = 2;
const sweepIntervalMs = 1_000;

/**
 * Each `set` visits two older entries and drops what has ended, so that dead entries never outnumber the live ones for
 * long; a full map is swept as a whole, at most once a second.
 */
export function createExpiringMap<V>(limit: number, clock: () => number): ExpiringMap<V> {
  const entries = new Map<string, { value: V; expiresAt: number }>();
  let visitor = entries.entries();
  let sweptAt = Number.NEGATIVE_INFINITY;

  const visit = (count: number, now: number): void => {
    for (let visited = 0; visited < count; visited += 1) {
      const next = visitor.next();
      if (next.done) {
        visitor = entries.entries();
        return;
      }
      const [key, entry] = next.value;
      if (entry.expiresAt <= now) entries.delete(key);
    }
  };

  return {
    get(key) {
      const entry = entries.get(key);
      return entry === undefined || entry.expiresAt <= clock() ? undefined : entry.value;
    },
    set(key, value, expiresAt) {
      const now = clock();
      visit(visitsPerSet, now);
      if (entries.size >= limit && !entries.has(key)) {
        if (!hasPassed(sweptAt, sweepIntervalMs, now)) return false;
        sweptAt = now;
        visitor = entries.entries();
        visit(entries.size, now);
        if (entries.size >= limit) return false;
      }
      entries.set(key, { value, expiresAt });
      return true;
    },
    delete: (key) => void entries.delete(key),
    get size() {
      return entries.size;
    },
  };
}
