/**
 * Whether a value is a whole multiple of `unit`, exactly, on the decimal numbers as written: 19.99 is a multiple of 0.01,
 * though 19.99 / 0.01 in doubles is not whole.
 */
export function isMultipleOf(value: number, unit: number): boolean {
  if (Number.isSafeInteger(value) && Number.isSafeInteger(unit)) return value % unit === 0;
  if (!Number.isFinite(value)) return false;
  const a = decimal(value);
  const b = decimal(unit);
  const scale = Math.min(a.exponent, b.exponent);
  return scaled(a, scale) % scaled(b, scale) === 0n;
}

interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** A double as `digits` times a power of ten, by its shortest decimal form. */
function decimal(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

/** The exponents of doubles differ by at most about 650. */
function scaled({ digits, exponent }: Decimal, scale: number): bigint {
  return digits * 10n ** BigInt(exponent - scale);
}
