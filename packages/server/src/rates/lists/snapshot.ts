import type { ListEntry, ListKind } from '@menshen/contract';
import { readRange } from '../address-words.ts';
import { isInForce } from './model.ts';
import { RangeTrie } from './range-trie.ts';

/** An entry as the data plane holds it, with what it has stopped or let through since that was last written down. */
export interface HeldEntry extends Omit<ListEntry, 'hits' | 'lastHit'> {
  hits: number;
  lastHit: number | null;
  unwritten: number;
}

const rememberedAddresses = 8_192;
const rememberedAgents = 2_048;
const none: readonly HeldEntry[] = [];

/**
 * Both lists in memory. An address costs a walk through a trie once and a look at what is remembered afterwards; an entry that has ended counts for
 * nothing from that millisecond on, whether or not it was swept.
 */
export class ListSnapshot {
  readonly #entries = new Map<string, HeldEntry>();
  readonly #ranges = new RangeTrie<HeldEntry>();
  readonly #exact: Readonly<Record<'person' | 'device', Map<string, HeldEntry[]>>> = { person: new Map(), device: new Map() };
  readonly #agents = new Set<HeldEntry>();
  readonly #addresses = new Map<string, readonly HeldEntry[]>();
  readonly #agentsSeen = new Map<string, readonly HeldEntry[]>();

  get size(): number {
    return this.#entries.size;
  }

  all(): Iterable<HeldEntry> {
    return this.#entries.values();
  }

  /** Those that have not ended. */
  *standing(now: number): Generator<HeldEntry> {
    for (const entry of this.#entries.values()) if (entry.expires === null || entry.expires > now) yield entry;
  }

  find(id: string): HeldEntry | undefined {
    return this.#entries.get(id);
  }

  put(entry: ListEntry): void {
    if (this.#entries.has(entry.id)) return;
    const held: HeldEntry = { ...entry, unwritten: 0 };
    if (entry.kind === 'address') {
      const range = readRange(entry.value);
      if (range === null) return;
      this.#ranges.add(range, held);
      this.#addresses.clear();
    } else if (entry.kind === 'agent') {
      this.#agents.add(held);
      this.#agentsSeen.clear();
    } else {
      const known = this.#exact[entry.kind].get(entry.value);
      if (known === undefined) this.#exact[entry.kind].set(entry.value, [held]);
      else known.push(held);
    }
    this.#entries.set(entry.id, held);
  }

  remove(id: string): void {
    const held = this.#entries.get(id);
    if (held === undefined) return;
    this.#entries.delete(id);
    if (held.kind === 'address') {
      const range = readRange(held.value);
      if (range !== null) this.#ranges.remove(range, held);
      this.#addresses.clear();
    } else if (held.kind === 'agent') {
      this.#agents.delete(held);
      this.#agentsSeen.clear();
    } else {
      const left = (this.#exact[held.kind].get(held.value) ?? []).filter((one) => one !== held);
      if (left.length === 0) this.#exact[held.kind].delete(held.value);
      else this.#exact[held.kind].set(held.value, left);
    }
  }

  /** The entry that decides about an address: the narrowest, between equals deny. `app` null asks before the app is known. */
  address(address: string, app: string | null, now: number): HeldEntry | null {
    if (this.#ranges.size === 0) return null;
    let found = this.#addresses.get(address);
    if (found === undefined) {
      found = this.#lookUp(address);
      if (this.#addresses.size >= rememberedAddresses) this.#addresses.clear();
      this.#addresses.set(address, found);
    }
    return found.length === 0 ? null : decisive(found, app, now);
  }

  /** The entry that decides about a person or a device. */
  exact(kind: 'person' | 'device', value: string, app: string, now: number): HeldEntry | null {
    const entries = this.#exact[kind];
    if (entries.size === 0) return null;
    const found = entries.get(value);
    return found === undefined ? null : decisive(found, app, now);
  }

  /** The entry that denies a user agent. */
  agent(agent: string, app: string, now: number): HeldEntry | null {
    if (this.#agents.size === 0) return null;
    let found = this.#agentsSeen.get(agent);
    if (found === undefined) {
      const lower = agent.toLowerCase();
      found = [...this.#agents].filter(({ value }) => lower.includes(value));
      if (this.#agentsSeen.size >= rememberedAgents) this.#agentsSeen.clear();
      this.#agentsSeen.set(agent, found);
    }
    return found.length === 0 ? null : decisive(found, app, now);
  }

  /** Whether any entry is of this kind: what nobody is listed by need not be looked up. */
  has(kind: ListKind): boolean {
    if (kind === 'address') return this.#ranges.size > 0;
    return kind === 'agent' ? this.#agents.size > 0 : this.#exact[kind].size > 0;
  }

  #lookUp(address: string): readonly HeldEntry[] {
    const found: HeldEntry[] = [];
    this.#ranges.visit(address, (entry) => found.push(entry));
    return found.length === 0 ? none : found;
  }
}

/** Of entries from wide to narrow the last in force; of those with the same value a deny entry. */
function decisive(entries: readonly HeldEntry[], app: string | null, now: number): HeldEntry | null {
  let best: HeldEntry | null = null;
  for (const entry of entries) {
    if (!isInForce(entry, app, now)) continue;
    if (best === null || entry.value !== best.value || best.list === 'allow') best = entry;
  }
  return best;
}

/** Notes that an entry has stopped, or let through, a request. */
export function hit(entry: HeldEntry, now: number): void {
  entry.hits += 1;
  entry.unwritten += 1;
  entry.lastHit = now;
}
