import type { WindowEntry } from './entry.ts';
import { RunningFigures } from './running.ts';
import type { Arrival, CorrelationState, WindowSlice } from './state.ts';

interface Group {
  entries: WindowEntry[];
  /** Entries before this one have left the window; they are cut off now and then. */
  head: number;
  /** Epoch ms from which on the group holds nothing that counts. */
  expires: number;
  readonly running: RunningFigures;
}

export interface MemoryStateOptions {
  /** Groups of all correlations together; the one that was not touched for longest is dropped beyond. 100,000 by default. */
  readonly maxGroups?: number;
  /** Entries of all windows together; beyond, groups are dropped in the same order. 1,000,000 by default. */
  readonly maxEntries?: number;
}

/** Windows as plain data, for a file: in the order of the last touch, with only what still counts. */
export interface CorrelationWindows {
  readonly dropped: number;
  readonly groups: readonly {
    readonly correlation: string;
    readonly group: string;
    readonly expires: number;
    readonly times: readonly number[];
    readonly rules: readonly number[];
    readonly ids: readonly string[];
    readonly values: readonly (string | number | null)[];
  }[];
}

/** Windows in memory, bounded in groups and in entries: of each window by its arrivals' `keep`, and of all together. */
export class MemoryCorrelationState implements CorrelationState {
  readonly #groups = new Map<string, Group>();
  readonly #maxGroups: number;
  readonly #maxEntries: number;
  #dropped = 0;
  /** Entries that count. */
  #entries = 0;

  constructor({ maxGroups = 100_000, maxEntries = 1_000_000 }: MemoryStateOptions = {}) {
    this.#maxGroups = maxGroups;
    this.#maxEntries = maxEntries;
  }

  get groups(): number {
    return this.#groups.size;
  }

  /** Whether a window of the group is there. */
  has({ correlation, group }: Pick<Arrival, 'correlation' | 'group'>): boolean {
    return this.#groups.has(`${correlation}\n${group}`);
  }

  /** Groups that were dropped for want of room while they still counted. */
  get dropped(): number {
    return this.#dropped;
  }

  add({ correlation, group: name, entries: arriving, span, tolerance, keep }: Arrival): WindowSlice | null {
    const [first] = arriving;
    if (first === undefined) return null;
    const { time } = first;
    const key = `${correlation}\n${name}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { entries: [], head: 0, expires: 0, running: new RunningFigures() };
      this.#makeRoom(time);
    } else this.#groups.delete(key);
    // The map keeps the order of the last touch.
    this.#groups.set(key, group);
    const { entries } = group;
    const newest = entries.at(-1)?.time ?? time;
    if (time < newest - tolerance) return null;
    const at = after(entries, group.head, time);
    if (isThere(entries, group.head, at, first)) return null;
    if (at === entries.length) entries.push(...arriving);
    else {
      entries.splice(at, 0, ...arriving);
      group.running.inserted(entries, at, arriving.length);
    }
    const counted = entries.length - arriving.length - group.head;
    const end = Math.max(newest, time);
    group.expires = end + span + tolerance;
    group.head = Math.max(before(entries, group.head, end - span - tolerance), entries.length - keep);
    this.#entries += entries.length - group.head - counted;
    let to = after(entries, group.head, time + Math.min(span, tolerance));
    let from = before(entries, group.head, time - span);
    if (group.head > 1_024 && group.head * 2 > entries.length) {
      group.entries = entries.slice(group.head);
      from -= group.head;
      to -= group.head;
      group.head = 0;
      group.running.reset();
    }
    while (this.#entries > this.#maxEntries && this.#groups.size > 1) this.#dropOldest();
    return { entries: group.entries, from, to, running: group.running };
  }

  /** What {@link restore} goes on with as if nothing had happened. */
  save(): CorrelationWindows {
    const groups = [...this.#groups].map(([key, { entries, head, expires }]) => {
      const [correlation = '', ...name] = key.split('\n');
      const live = entries.slice(head);
      return {
        ...{ correlation, group: name.join('\n'), expires },
        times: live.map(({ time }) => time),
        rules: live.map(({ rule }) => rule),
        ids: live.map(({ id }) => id),
        values: live.map(({ value }) => value),
      };
    });
    return { dropped: this.#dropped, groups };
  }

  /** Takes the windows of the correlations that `holds` of in place of its own. */
  restore({ dropped, groups }: CorrelationWindows, holds: (correlation: string) => boolean = () => true): void {
    this.#groups.clear();
    this.#entries = 0;
    this.#dropped = dropped;
    for (const { correlation, group, expires, times, rules, ids, values } of groups) {
      if (!holds(correlation)) continue;
      const entries = times.map((time, at) => ({ time, rule: rules[at] ?? 0, id: ids[at] ?? '', value: values[at] ?? null }));
      this.#groups.set(`${correlation}\n${group}`, { entries, head: 0, expires, running: new RunningFigures() });
      this.#entries += entries.length;
    }
  }

  /** Drops what counts no more, else the group that was not touched for longest. */
  #makeRoom(now: number): void {
    let looked = 0;
    for (const [key, group] of this.#groups) {
      if (looked === 2) break;
      looked += 1;
      if (group.expires >= now) continue;
      this.#groups.delete(key);
      this.#entries -= group.entries.length - group.head;
    }
    if (this.#groups.size >= this.#maxGroups) this.#dropOldest();
  }

  #dropOldest(): void {
    const [oldest] = this.#groups;
    if (oldest === undefined) return;
    const [key, { entries, head }] = oldest;
    this.#groups.delete(key);
    this.#entries -= entries.length - head;
    this.#dropped += 1;
  }
}

/** First place from `head` on whose entry is not before `time`. */
function before(entries: readonly WindowEntry[], head: number, time: number): number {
  let low = head;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as WindowEntry).time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** First place from `head` on whose entry is after `time`. */
function after(entries: readonly WindowEntry[], head: number, time: number): number {
  const last = entries.at(-1);
  if (last === undefined || last.time <= time) return entries.length;
  let low = head;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as WindowEntry).time <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isThere(entries: readonly WindowEntry[], head: number, end: number, { time, id, rule }: WindowEntry): boolean {
  for (let at = end - 1; at >= head; at -= 1) {
    const entry = entries[at] as WindowEntry;
    if (entry.time !== time) return false;
    if (entry.id === id && entry.rule === rule) return true;
  }
  return false;
}
