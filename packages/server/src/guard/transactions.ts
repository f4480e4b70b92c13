import type { Transaction } from 'kysely';
import { isStoreError, StoreError } from '../store/errors.ts';
import type { Schema } from '../store/schema.ts';
import type { Store } from '../store/store.ts';

export type LedgerTransaction = Transaction<Schema>;

interface Waiting {
  readonly work: (db: LedgerTransaction) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface Transactions {
  /**
   * Runs a step of the ledger in a serializable transaction, alone or with the steps that waited meanwhile, one after the other. `work` may run again
   * after a lost race, so it has no effect but on the store; a refusal is a value that it returns, not an error.
   */
  run<T>(work: (db: LedgerTransaction) => Promise<T>): Promise<T>;
}

const groupSize = 64;
/** More than this waiting means that the store does not keep up: refusing is better than answering minutes late. */
const maxWaiting = 5_000;

/** Group commit: one transaction at a time for this process, made of whatever waits for it. */
export function createTransactions(store: Pick<Store, 'transaction'>): Transactions {
  const waiting: Waiting[] = [];
  let running = false;

  const alone = async ({ work, resolve, reject }: Waiting): Promise<void> => {
    try {
      resolve(await store.transaction(work));
    } catch (error) {
      reject(error);
    }
  };

  const pump = async (): Promise<void> => {
    if (running) return;
    running = true;
    while (waiting.length > 0) {
      const group = waiting.splice(0, groupSize);
      const [only] = group;
      if (only !== undefined && group.length === 1) {
        await alone(only);
        continue;
      }
      try {
        const results = await store.transaction(async (db) => {
          const made: unknown[] = [];
          for (const { work } of group) made.push(await work(db));
          return made;
        });
        for (const [at, { resolve }] of group.entries()) resolve(results[at]);
      } catch (error) {
        if (isStoreError(error, 'store_unavailable')) for (const { reject } of group) reject(error);
        // Whoever broke the transaction must not take the others along.
        else for (const one of group) await alone(one);
      }
    }
    running = false;
  };

  return {
    run<T>(work: (db: LedgerTransaction) => Promise<T>): Promise<T> {
      if (waiting.length >= maxWaiting)
        return Promise.reject(new StoreError('store_unavailable', 'too much waits for the ledger'));
      return new Promise<T>((resolve, reject) => {
        // Sound: the value that comes back is what this work returned.
        waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
        // In the next turn, so that what this turn asks for goes together.
        setImmediate(() => void pump());
      });
    },
  };
}
