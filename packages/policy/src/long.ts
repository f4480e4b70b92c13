import { failure } from './evaluation-error.ts';

/**
 * A signed 64-bit integer, Cedar's only number. A `number` when it is a safe integer and a `bigint` otherwise, never the
 * other way round, so that `===` compares values and the usual case costs no allocation.
 */
export type Long = number | bigint;

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;

const overflow = failure('overflow', 'the result does not fit a signed 64-bit integer');

/** The canonical form of an integer, or `undefined` when it does not fit 64 bits. */
export function longFromBigInt(value: bigint): Long | undefined {
  if (value < MIN || value > MAX) return undefined;
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/** Whether a value is a number in {@link Long} form. */
export function isLong(value: unknown): value is Long {
  return typeof value === 'number' || typeof value === 'bigint';
}

function exact(value: bigint): Long {
  const long = longFromBigInt(value);
  if (long === undefined) throw overflow();
  return long;
}

/** `a + b`; throws an {@link EvaluationError} `overflow`. */
export function addLong(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    // Rounding is monotone: a true sum beyond the safe range cannot round back into it.
    if (Number.isSafeInteger(sum)) return sum;
  }
  return exact(BigInt(a) + BigInt(b));
}

/** `a - b`; throws an {@link EvaluationError} `overflow`. */
export function subtractLong(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return exact(BigInt(a) - BigInt(b));
}

/** `a * b`; throws an {@link EvaluationError} `overflow`. */
export function multiplyLong(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product;
  }
  return exact(BigInt(a) * BigInt(b));
}

/** `-a`; throws an {@link EvaluationError} `overflow` for the smallest integer. */
export function negateLong(a: Long): Long {
  return typeof a === 'number' ? 0 - a : exact(-a);
}

/** `a / b` rounded towards zero. `b` is a positive safe integer. */
export function divideLong(a: Long, b: number): Long {
  return typeof a === 'number' ? (a - (a % b)) / b : exact(a / BigInt(b));
}

/** The remainder of `a / b` in the range 0 … b-1. `b` is a positive safe integer. */
export function floorModLong(a: Long, b: number): number {
  const remainder = typeof a === 'number' ? a % b : Number(a % BigInt(b));
  return remainder < 0 ? remainder + b : remainder;
}
