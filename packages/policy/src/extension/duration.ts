import { type Long, longFromBigInt } from '../long.ts';

const MAX_DIGITS = 20;

/** Cedar's `duration`: a signed 64-bit number of milliseconds. */
export class Duration {
  readonly milliseconds: Long;

  constructor(milliseconds: Long) {
    this.milliseconds = milliseconds;
  }
}

const UNITS = [86_400_000n, 3_600_000n, 60_000n, 1_000n, 1n] as const;

/**
 * Reads a duration such as `-1d2h3m4s50ms`: quantities with units, largest first, at least one of them.
 * Returns `undefined` for anything else and for what does not fit 64 bits of milliseconds.
 */
export function parseDuration(text: string): Duration | undefined {
  const match = /^(-?)(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?(?:([0-9]+)ms)?$/.exec(text);
  if (match === null || text === '' || text === '-') return undefined;
  let total = 0n;
  for (const [index, unit] of UNITS.entries()) {
    const digits = (match[index + 2] ?? '').replace(/^0+/, '');
    // A quantity alone is never longer than a 64-bit integer; without this, a long string of digits costs quadratic time.
    if (digits.length > MAX_DIGITS) return undefined;
    total += BigInt(digits) * unit;
  }
  const milliseconds = longFromBigInt(match[1] === '-' ? -total : total);
  return milliseconds === undefined ? undefined : new Duration(milliseconds);
}
