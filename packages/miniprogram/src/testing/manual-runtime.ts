import type { Runtime } from '../phone/runtime.ts';

export interface ManualRuntime extends Runtime {
  /** Waits for the promise; whenever nothing else can happen, time moves on to the next timer. Fails when there is none. */
  settle<T>(promise: Promise<T>): Promise<T>;
  /** Lets everything happen that needs no time. */
  flush(): Promise<void>;
  /** What `random` returns from now on. */
  chance: number;
}

/** Time that stands still until a test waits for something. */
export function createManualRuntime(): ManualRuntime {
  let now = 1_000_000;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  const flush = async (): Promise<void> => {
    for (let round = 0; round < 12; round += 1) await new Promise<void>((resolve) => setImmediate(resolve));
  };

  return {
    chance: 0.5,
    now: () => now,
    random() {
      return this.chance;
    },
    timer(ms, callback) {
      const entry = { at: now + ms, callback };
      timers.add(entry);
      return () => void timers.delete(entry);
    },
    flush,
    async settle(promise) {
      let settled = false;
      const done = (): void => {
        settled = true;
      };
      promise.then(done, done);
      for (;;) {
        await flush();
        if (settled) return promise;
        const [next] = [...timers].sort((one, other) => one.at - other.at);
        if (next === undefined) throw new Error('waits for something that never happens');
        timers.delete(next);
        now = Math.max(now, next.at);
        next.callback();
      }
    },
  };
}
