import { CoordinationError } from './errors.ts';
import type { BucketRate } from './model.ts';

const longestKey = 1_024;
const longestTimeMs = 366 * 86_400_000;

const refuse = (message: string): never => {
  throw new CoordinationError('coordination_invalid', message);
};

/** @throws CoordinationError `coordination_invalid` */
export function checkKey(key: string): void {
  if (key.length === 0 || key.length > longestKey) refuse('a key has 1 to 1,024 characters');
}

/** @throws CoordinationError `coordination_invalid` */
export function checkTime(milliseconds: number): void {
  if (!Number.isSafeInteger(milliseconds) || milliseconds < 1 || milliseconds > longestTimeMs) {
    refuse('a time is a whole number of milliseconds, at most a year');
  }
}

/** @throws CoordinationError `coordination_invalid` */
export function checkCount(by: number): void {
  if (!Number.isSafeInteger(by) || by < 1 || by > 1e9) refuse('a count grows by a whole number');
}

/** @throws CoordinationError `coordination_invalid`, also when the call costs more than the bucket ever holds */
export function checkRate({ capacity, refillPerSecond, cost }: BucketRate): void {
  const fine = capacity > 0 && capacity <= 1e12 && refillPerSecond > 0 && refillPerSecond <= 1e12 && cost > 0 && cost <= capacity;
  if (!fine) refuse('a bucket has a capacity, a rate, and a cost of at most its capacity');
}
