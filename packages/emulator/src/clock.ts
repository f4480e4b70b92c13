/** Now, in milliseconds since the epoch. */
export type Clock = () => number;

/** A clock that can be moved forward, so that expiry and quotas are seen without waiting. */
export interface AdjustableClock extends Clock {
  /** Moves forward by `ms` and returns the new now. Throws RangeError for anything but a non-negative whole number. */
  readonly advance: (ms: number) => number;
}

/** Wraps `base` (a frozen clock in tests, the real one otherwise) in a clock that can be moved forward. */
export function createAdjustableClock(base: Clock): AdjustableClock {
  let offset = 0;
  const now = () => base() + offset;
  return Object.assign(now, {
    advance(ms: number): number {
      if (!Number.isSafeInteger(ms) || ms < 0) throw new RangeError('a clock moves forward by whole milliseconds');
      offset += ms;
      return now();
    },
  });
}

export function isAdjustable(clock: Clock): clock is AdjustableClock {
  return 'advance' in clock;
}
