import type { Runtime } from './runtime.ts';

/** The gateway's time, reckoned from the phone's: signatures need it within two minutes, and phones' clocks are often wrong. */
export interface ServerClock {
  /** Epoch milliseconds of the gateway. */
  now(): number;
  /** Takes over what the gateway said its time was, in an answer to a request sent at `sentAt` (phone's time). Anything but a time is ignored. */
  learn(serverTime: unknown, sentAt: number): void;
}

export function createServerClock(runtime: Runtime): ServerClock {
  let offset = 0;
  return {
    now: () => Math.round(runtime.now() + offset),
    learn(serverTime, sentAt) {
      if (typeof serverTime !== 'number' || !(serverTime > 0 && serverTime < 1e14)) return;
      // The answer was written somewhere between sending and now.
      offset = serverTime - (sentAt + runtime.now()) / 2;
    },
  };
}
