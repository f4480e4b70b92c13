// Mini programs have timers but neither DOM nor Node types; these two are all that is needed of them.
declare function setTimeout(callback: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;

/** Time and chance, handed in so that tests need not wait. */
export interface Runtime {
  /** Epoch milliseconds of the phone, used for spans only: phones' clocks are often wrong. */
  now(): number;
  /** In [0, 1). Spreads retries; nothing secret comes from it. */
  random(): number;
  /** Calls back after `ms`; the returned function cancels. */
  timer(ms: number, callback: () => void): () => void;
}

export const platformRuntime: Runtime = {
  now: () => Date.now(),
  random: () => Math.random(),
  timer(ms, callback) {
    const handle = setTimeout(callback, ms);
    return () => clearTimeout(handle);
  },
};

export function sleep(runtime: Runtime, ms: number): Promise<void> {
  return new Promise((resolve) => void runtime.timer(ms, resolve));
}
