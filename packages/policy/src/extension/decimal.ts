import { type Long, longFromBigInt } from '../long.ts';

const SCALE_DIGITS = 4;
const MAX_DIGITS = 20;

/** Cedar's `decimal`: a signed 64-bit number of ten-thousandths. */
export class Decimal {
  /** The value times 10,000. */
  readonly units: Long;

  constructor(units: Long) {
    this.units = units;
  }
}

/**
 * Reads a decimal such as `-12.3456`: digits on both sides of the point, at most four behind it.
 * Returns `undefined` for anything else and for values beyond ±922337203685477.5807.
 */
export function parseDecimal(text: string): Decimal | undefined {
  const match = /^(-?)([0-9]+)\.([0-9]{1,4})$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  const digits = whole.replace(/^0+/, '') + fraction.padEnd(SCALE_DIGITS, '0');
  if (digits.length > MAX_DIGITS) return undefined;
  const magnitude = BigInt(digits);
  const units = longFromBigInt(sign === '-' ? -magnitude : magnitude);
  return units === undefined ? undefined : new Decimal(units);
}
