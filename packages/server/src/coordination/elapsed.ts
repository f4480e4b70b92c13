/**
 * Whether `forMs` have passed since a moment of this clock. Also where the clock was set back since: what waits for a clock that has to catch up first would
 * be silent for as long as it was ahead.
 */
export const hasPassed = (since: number, forMs: number, now: number): boolean => now - since >= forMs || now < since;
