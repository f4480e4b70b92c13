import type { Kysely } from 'kysely';
import type { Store } from '../store/store.ts';
import type { Coordination } from './model.ts';
import { appendRevocation, createRevocationStore, type Revocation, type RevocationEntry } from './store.ts';

const channel = 'revocations';
const pageSize = 500;
const defaultIntervalMs = 500;
const staleIntervals = 10;

/** Where the feed stands on this node. */
export interface RevocationFeedHealth {
  /** Position of the last entry that the handlers have heard. */
  readonly position: number;
  /** Epoch milliseconds of the last look at the store that succeeded. */
  readonly lookedAt: number;
  /** True when ten looks in a row have failed: sessions ended on other nodes may still be open here. */
  readonly stale: boolean;
}

/**
 * Revocations in one order for all nodes. The sequence lives in the store; a broadcast makes the others look at once,
 * and a look every interval makes up for lost broadcasts.
 */
export interface RevocationFeed {
  /** Appends durably and tells all nodes. Resolves to the position. */
  publish(entry: RevocationEntry): Promise<number>;
  /** Appends inside a transaction of the caller; call {@link announce} after its commit. */
  append(transaction: unknown, entry: RevocationEntry): Promise<number>;
  /** Makes all nodes look now. */
  announce(): void;
  /**
   * Hears every entry after the feed's position, once each and in order, from `start` on; `own` are those that were
   * published through this feed, so that their publisher need not do twice what it has done. A handler must not throw;
   * if it does, the entry is not repeated and `onError` hears of it. Returns the function that ends the subscription.
   */
  subscribe(hear: (entry: Revocation, own: boolean) => void): () => void;
  /** Entries after a position, at most `limit`. */
  since(position: number, limit: number): Promise<Revocation[]>;
  /** Subjects of a kind that were revoked at or after a time (epoch ms), in order; of more than `limit`, the newest. */
  recent(kind: string, from: number, limit: number): Promise<readonly Pick<Revocation, 'subject' | 'at'>[]>;
  /** Begins to deliver. Subscribe and load snapshots before: what came since the feed was created is delivered then. */
  start(): void;
  /** Looks now; resolves when everything published before the call has been heard. Rejects when the store fails. */
  poll(): Promise<void>;
  health(): RevocationFeedHealth;
  /** Removes entries older than a time, epoch ms: those that every node has long heard. */
  removeBefore(at: number): Promise<number>;
  /** Stops looking; resolves when no handler runs any more. */
  stop(): Promise<void>;
}

export interface RevocationFeedOptions {
  readonly store: Store;
  readonly coordination: Coordination;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Longest time until an entry of another node is heard here when its broadcast is lost; 500 ms by default. */
  readonly intervalMs?: number;
  /** Hears failures of looks and of handlers. */
  readonly onError?: (error: unknown) => void;
}

/** Creates the feed at the present end of the sequence; it delivers nothing before {@link RevocationFeed.start}. */
export async function createRevocationFeed(options: RevocationFeedOptions): Promise<RevocationFeed> {
  const { store, coordination, clock } = options;
  const intervalMs = options.intervalMs ?? defaultIntervalMs;
  const onError = options.onError ?? (() => {});
  const revocations = createRevocationStore(store);
  const handlers = new Set<{ readonly hear: (entry: Revocation, own: boolean) => void }>();
  const published = new Set<number>();

  let position = await revocations.head();
  let lookedAt = clock();
  let timer: NodeJS.Timeout | null = null;
  let unsubscribe: (() => void) | null = null;
  let stopped = false;
  let again = false;
  let looking: Promise<void> | null = null;

  const deliver = (entry: Revocation): void => {
    position = entry.position;
    const own = published.has(position);
    // Those of transactions that were rolled back never come.
    for (const earlier of published) if (earlier <= position) published.delete(earlier);
    for (const handler of [...handlers]) {
      try {
        handler.hear(entry, own);
      } catch (error) {
        onError(error);
      }
    }
  };

  const remember = (appended: number): number => {
    if (appended > position) published.add(appended);
    return appended;
  };

  const look = async (): Promise<void> => {
    do {
      again = false;
      const page = await revocations.since(position, pageSize);
      lookedAt = clock();
      for (const entry of page) {
        if (stopped) return;
        deliver(entry);
      }
      if (page.length === pageSize) again = true;
    } while (again && !stopped);
  };

  /** One look at a time; a request during a look makes it look once more, so that nothing asked for is left out. */
  const poll = (): Promise<void> => {
    if (stopped) return Promise.resolve();
    if (looking !== null) {
      again = true;
      return looking;
    }
    looking = look().finally(() => {
      looking = null;
    });
    return looking;
  };

  const pollQuietly = (): void => {
    if (timer !== null) poll().catch(onError);
  };

  const announce = (): void => {
    pollQuietly();
    coordination.broadcast.publish(channel, '').catch(() => {
      // The other nodes look every interval.
    });
  };

  return {
    async publish(entry) {
      const appended = remember(await revocations.append(entry, clock()));
      announce();
      return appended;
    },
    append: async (transaction, entry) =>
      remember(await appendRevocation(transaction as Kysely<unknown>, store.kind, entry, clock())),
    announce,
    subscribe(hear) {
      const handler = { hear };
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    since: revocations.since,
    recent: revocations.recent,
    start() {
      if (timer !== null || stopped) return;
      timer = setInterval(pollQuietly, intervalMs);
      unsubscribe = coordination.broadcast.subscribe(channel, pollQuietly);
      pollQuietly();
    },
    poll,
    health: () => ({ position, lookedAt, stale: Math.abs(clock() - lookedAt) > staleIntervals * intervalMs }),
    removeBefore: revocations.removeBefore,
    async stop() {
      stopped = true;
      if (timer !== null) clearInterval(timer);
      timer = null;
      unsubscribe?.();
      await looking?.catch(() => {});
    },
  };
}
