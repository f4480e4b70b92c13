type Close = () => Promise<void> | void;

/** What has been opened, to be closed in reverse. */
export interface Closers {
  /** `limitMs` is how long it may take. */
  add(close: Close, limitMs?: number): void;
  /** Closes everything; throws the first failure after the last close. */
  run(): Promise<void>;
}

/** Something did not close in its time: its cause says where it was opened. */
export class CloseTimeout extends Error {
  override readonly name = 'CloseTimeout';
  readonly code = 'close_timeout';
}

/** Longer than anything takes on a busy machine, and shorter than what ends a service by force. */
const usualLimitMs = 15_000;

/** For work that takes minutes, such as a backup or a scan: what it has not finished by then begins again after the next start. */
export const settleMs = 60_000;

export function createClosers(limitMs = usualLimitMs): Closers {
  const closers: { readonly close: Close; readonly limitMs: number; readonly opened: Error }[] = [];
  return {
    add: (close, own = limitMs) => void closers.push({ close, limitMs: own, opened: new Error('opened here') }),
    run: async () => {
      // What cannot end in order (a store that is away) must not keep the log and the rest from it, and neither may what does not answer at all: a
      // connection whose other side is gone without a word waits for hours.
      const failures: unknown[] = [];
      for (const { close, limitMs, opened } of closers.splice(0).reverse()) {
        let timer: NodeJS.Timeout | undefined;
        try {
          const late = new Promise<never>((_resolve, reject) => {
            timer = setTimeout(() => reject(new CloseTimeout('it did not close in time', { cause: opened })), limitMs);
          });
          await Promise.race([close(), late]);
        } catch (error) {
          failures.push(error);
        } finally {
          clearTimeout(timer);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
