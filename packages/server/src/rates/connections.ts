import type { RatesConfig } from '@menshen/contract';

/** One connection of a client, as the HTTP front reports on it. */
export interface ConnectionSlot {
  /** A request begins. True when it is the last that the connection serves. */
  busy(): boolean;
  /** Its answer has been sent: the connection waits. */
  idle(): void;
  /** The connection has ended. Safe to call twice. */
  release(): void;
}

export interface ConnectionLimits {
  /**
   * Counts a new connection. Null when its address has as many as it may: close it without a word, since every word costs. `close` is called when it is
   * the longest idle of too many.
   */
  admit(address: string, close: () => void): ConnectionSlot | null;
  /** Whether what has been received since a head or a body began is too little for the time that it took. */
  isTooSlow(bytes: number, elapsedMs: number): boolean;
  state(): { readonly open: number; readonly refused: number; readonly closedIdle: number; readonly slow: number };
  /** Notes that a client was cut off for being too slow. */
  noteSlow(): void;
}

/** A place in the ring of an address's idle connections; one that is not idle stands alone. */
class IdleLink {
  before: IdleLink = this;
  after: IdleLink = this;
  readonly close: () => void;

  constructor(close: () => void) {
    this.close = close;
  }
}

interface Address {
  open: number;
  idle: number;
  /** Where the ring of idle connections begins and ends; behind it the longest idle. */
  readonly ring: IdleLink;
}

/** Takes a connection out of the ring. Every request does this, so it makes no objects: a Set would grow, and be made anew, all the time. */
function unlink(held: Address, link: IdleLink): void {
  if (link.after === link) return;
  link.before.after = link.after;
  link.after.before = link.before;
  link.before = link;
  link.after = link;
  held.idle -= 1;
}

function linkLast(held: Address, link: IdleLink): void {
  unlink(held, link);
  const { ring } = held;
  link.before = ring.before;
  link.after = ring;
  ring.before.after = link;
  ring.before = link;
  held.idle += 1;
}

export interface ConnectionParts {
  readonly settings: () => RatesConfig['connections'];
  /** Name of the address, see `address-key.ts`. */
  readonly nameOf: (address: string) => string;
  /** Proxies in front of the gateway carry the connections of many. */
  readonly trusted: (address: string) => boolean;
}

/**
 * Limits on what costs us a socket: connections of an address, those that wait for a next request, requests on one connection, and the slowest pace at
 * which a head or a body may come (slowloris).
 */
export function createConnectionLimits({ settings, nameOf, trusted }: ConnectionParts): ConnectionLimits {
  const addresses = new Map<string, Address>();
  const counts = { open: 0, refused: 0, closedIdle: 0, slow: 0 };

  return {
    admit(address, close) {
      const { perAddress } = settings();
      const free = trusted(address);
      const name = nameOf(address);
      const held = addresses.get(name) ?? { open: 0, idle: 0, ring: new IdleLink(() => undefined) };
      if (!free && held.open >= perAddress) {
        counts.refused += 1;
        return null;
      }
      held.open += 1;
      counts.open += 1;
      addresses.set(name, held);
      const own = new IdleLink(close);
      let requests = 0;
      let released = false;
      return {
        busy() {
          unlink(held, own);
          requests += 1;
          const { requests: most } = settings();
          return most > 0 && requests >= most;
        },
        idle() {
          if (released) return;
          linkLast(held, own);
          if (free || held.idle <= settings().idlePerAddress) return;
          const longest = held.ring.after;
          unlink(held, longest);
          counts.closedIdle += 1;
          longest.close();
        },
        release() {
          if (released) return;
          released = true;
          unlink(held, own);
          held.open -= 1;
          counts.open -= 1;
          if (held.open === 0) addresses.delete(name);
        },
      };
    },
    isTooSlow(bytes, elapsedMs) {
      const { bytesPerSecond, graceMs } = settings();
      return elapsedMs > graceMs && bytes * 1_000 < bytesPerSecond * (elapsedMs - graceMs);
    },
    state: () => ({ ...counts }),
    noteSlow() {
      counts.slow += 1;
    },
  };
}
