import { maxClockSkewMs } from '@menshen/wire';
import type { Coordination } from '../../coordination/model.ts';
import { maxAheadMs } from './model.ts';
import type { BindingStore } from './store.ts';

/** How far ahead of the newest accepted time the durable mark is put, so that it is written rarely. */
const leadMs = 5_000;

export type Freshness = 'fresh' | 'clock_skew' | 'request_replayed';

export interface ReplayGuard {
  /**
   * Takes a nonce once. `key` names whose it is and the nonce; `timestamp` is the client's, epoch milliseconds. Call it only after the proof of the key
   * has been checked: strangers must not fill the memory. Rejects when coordination or store are away; the caller refuses then.
   */
  take(key: string, timestamp: number): Promise<Freshness>;
  /** Writes the mark down to what was really accepted, for a short wait after the next start. */
  close(): Promise<void>;
}

/**
 * Refuses a request that was accepted before, also across a restart. Through Redis the nonces outlive the process. In process they do not: a durable mark
 * stands ahead of every accepted time, and after a start what is not younger than the mark is refused as out of time (a client then takes the server's
 * time and is accepted seconds later). So that one client cannot push the mark far, times ahead of ours count as out of time beyond {@link maxAheadMs}.
 */
export async function createReplayGuard(parts: {
  readonly coordination: Coordination;
  readonly store: Pick<BindingStore, 'replayMark' | 'setReplayMark'>;
  readonly clock: () => number;
}): Promise<ReplayGuard> {
  const { coordination, store, clock } = parts;
  const durable = coordination.kind === 'redis';
  const startMark = durable ? 0 : await store.replayMark();
  let mark = startMark;
  let newest = startMark;
  let writing: Promise<void> | null = null;

  const raise = async (timestamp: number): Promise<void> => {
    while (timestamp > mark) {
      if (writing === null) {
        const next = Math.max(timestamp, clock()) + leadMs;
        writing = store
          .setReplayMark(next)
          .then(() => {
            mark = next;
          })
          .finally(() => {
            writing = null;
          });
      }
      await writing;
    }
  };

  return {
    async take(key, timestamp) {
      const now = clock();
      const ahead = durable ? maxClockSkewMs : maxAheadMs;
      if (timestamp < now - maxClockSkewMs || timestamp > now + ahead || timestamp <= startMark) return 'clock_skew';
      if (!durable) {
        if (timestamp > mark) await raise(timestamp);
        newest = Math.max(newest, timestamp);
      }
      // Until the time alone refuses it.
      const fresh = await coordination.useNonce(key, timestamp + maxClockSkewMs - now + 1_000);
      return fresh ? 'fresh' : 'request_replayed';
    },
    async close() {
      if (!durable && mark !== startMark) await store.setReplayMark(newest);
    },
  };
}
