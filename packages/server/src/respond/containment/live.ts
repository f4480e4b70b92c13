import type { ReopeningStore } from './reopening/store.ts';
import { ContainmentSnapshot } from './snapshot.ts';
import type { ContainmentStore } from './store.ts';

/** The measures in force on this node, and how it hears of new ones. */
export interface LiveMeasures {
  readonly snapshot: ContainmentSnapshot;
  /** Reads what stands. Rejects when the store fails; what was held stays held. */
  refresh(): Promise<void>;
  /** Reads because another node says that something has changed, until that has worked. */
  hear(): void;
  /** Asks again where a read has failed; to be called every half second. */
  retry(): void;
}

/** Loads what stands, so that no request is decided before. Create it before the feed of revocations starts. */
export async function openLiveMeasures(parts: {
  readonly store: Pick<ContainmentStore, 'standing'>;
  readonly reopenings: Pick<ReopeningStore, 'underWay'>;
  readonly clock: () => number;
  readonly failed: () => void;
}): Promise<LiveMeasures> {
  const { store, reopenings, clock, failed } = parts;
  const snapshot = new ContainmentSnapshot();
  let asked = 0;
  let taken = 0;
  let reading: Promise<void> | null = null;

  const read = async (): Promise<void> => {
    // What is asked for while a read is under way may have come after that read has looked.
    while (taken < asked) {
      const upTo = asked;
      // Reopenings first: a measure that is read without its reopening holds for everybody, and never the other way round.
      const underWay = await reopenings.underWay();
      const measures = await store.standing(clock());
      snapshot.replace(measures, underWay, clock());
      taken = upTo;
    }
  };
  const refresh = (): Promise<void> => {
    asked += 1;
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  };
  const hear = (): void => void refresh().catch(failed);

  await refresh();
  return {
    snapshot,
    refresh,
    hear,
    retry() {
      if (taken < asked && reading === null) hear();
    },
  };
}
