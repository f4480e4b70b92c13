type Close = () => Promise<void> | void;

/** What has been opened, to be closed in reverse. */
export interface Closers {
  add(close: Close): void;
  /** Closes everything; throws the first failure after the last close. */
  run(): Promise<void>;
}

export function createClosers(): Closers {
  const closers: Close[] = [];
  return {
    add: (close) => void closers.push(close),
    run: async () => {
      // What cannot end in order (a store that is away) must not keep the log and the rest from it.
      const failures: unknown[] = [];
      for (const close of closers.splice(0).reverse()) {
        try {
          await close();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
