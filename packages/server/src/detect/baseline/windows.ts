/*
 * All state of the baselines is plain data (objects, arrays, maps, sets, typed arrays), so that a snapshot is one structured clone. Functions beside
 * the data do the work.
 */

const SLOT_MS = 10_000;
const SLOTS = 6;
const BLOCK_MS = 600_000;

/** Events of the last minute in steps of ten seconds, and the highest minute of the past. */
export interface RateWindow {
  slot: number;
  counts: number[];
  /** Ten-minute block that is under way and its highest minute. */
  block: number;
  blockPeak: number;
  /** Highest minute of all blocks before. */
  peak: number;
  blocks: number;
}

export const newRate = (): RateWindow => ({ slot: 0, counts: [0, 0, 0, 0, 0, 0], block: 0, blockPeak: 0, peak: 0, blocks: 0 });

/** Counts an event. Returns the events of the last minute, this one included. */
export function countRate(window: RateWindow, ts: number): number {
  const slot = Math.floor(ts / SLOT_MS);
  const { counts } = window;
  if (slot > window.slot) {
    const passed = Math.min(SLOTS, slot - window.slot);
    for (let step = 0; step < passed; step += 1) counts[(slot - step) % SLOTS] = 0;
    window.slot = slot;
  }
  if (slot > window.slot - SLOTS) counts[slot % SLOTS] = (counts[slot % SLOTS] ?? 0) + 1;
  const sum = (counts[0] ?? 0) + (counts[1] ?? 0) + (counts[2] ?? 0) + (counts[3] ?? 0) + (counts[4] ?? 0) + (counts[5] ?? 0);
  const block = Math.floor(ts / BLOCK_MS);
  if (block > window.block) {
    if (window.blockPeak > window.peak) window.peak = window.blockPeak;
    window.block = block;
    window.blockPeak = 0;
    window.blocks += 1;
  }
  if (sum > window.blockPeak) window.blockPeak = sum;
  return sum;
}

/** When something was seen with an entity. */
export interface Sighting {
  readonly first: number;
  last: number;
  /** Different days of the wall clock. */
  days: number;
  day: number;
}

/** Notes that `key` was seen; the map keeps the `limit` that were seen last. */
export function sight(map: Map<string, Sighting>, key: string, ts: number, day: number, limit: number): void {
  const known = map.get(key);
  if (known !== undefined) {
    known.last = ts;
    if (known.day !== day) {
      known.days += 1;
      known.day = day;
    }
    return;
  }
  if (map.size >= limit) {
    let oldest = '';
    let last = Number.POSITIVE_INFINITY;
    for (const [name, sighting] of map) {
      if (sighting.last < last) {
        last = sighting.last;
        oldest = name;
      }
    }
    map.delete(oldest);
  }
  map.set(key, { first: ts, last: ts, days: 1, day });
}

/** Adds to a list that keeps its newest `limit` items. */
export function push<T>(list: T[], item: T, limit: number): void {
  list.push(item);
  if (list.length > limit * 1.5) list.splice(0, list.length - limit);
}

/** Items of a list in order of time that are not older than `since`. */
export function since<T extends { readonly ts: number }>(list: readonly T[], from: number): T[] {
  let at = list.length;
  while (at > 0 && (list[at - 1]?.ts ?? 0) >= from) at -= 1;
  return list.slice(at);
}

export function distinct<T>(list: readonly T[], of: (item: T) => string | null): number {
  const set = new Set<string>();
  for (const item of list) {
    const key = of(item);
    if (key !== null) set.add(key);
  }
  return set.size;
}

/** Counts of values in steps of a quarter of their natural logarithm; halved now and then, so that the newer weighs more. */
export interface LogHistogram {
  total: number;
  bins: number[];
}

const BINS = 72;
export const newHistogram = (): LogHistogram => ({ total: 0, bins: Array<number>(BINS).fill(0) });

export function addTo(histogram: LogHistogram, value: number): void {
  const bin = Math.min(BINS - 1, Math.floor(Math.log1p(Math.max(0, value)) * 4));
  histogram.bins[bin] = (histogram.bins[bin] ?? 0) + 1;
  histogram.total += 1;
}

/** Upper edge of the bin that holds the quantile `q`. */
export function quantile(histogram: LogHistogram, q: number): number {
  const wanted = histogram.total * q;
  let sum = 0;
  for (let bin = 0; bin < BINS; bin += 1) {
    sum += histogram.bins[bin] ?? 0;
    if (sum >= wanted) return Math.expm1((bin + 1) / 4);
  }
  return Math.expm1(BINS / 4);
}
