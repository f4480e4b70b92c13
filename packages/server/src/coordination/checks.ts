import { CoordinationError } from './errors.ts';
import type { BucketRate, BucketTake } from './model.ts';

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

/** @throws CoordinationError `coordination_invalid`, also when a bucket is named twice: it could be taken from beyond what it holds */
export function checkTakes(takes: readonly BucketTake[]): void {
  if (takes.length === 0 || takes.length > 16) refuse('a call takes from 1 to 16 buckets');
  if (new Set(takes.map(({ key }) => key)).size !== takes.length) refuse('a call takes once from a bucket');
  for (const { key, rate } of takes) {
    checkKey(key);
    checkRate(rate);
  }
}

/** @throws CoordinationError `coordination_invalid` */
export function checkKeys(keys: readonly string[]): void {
  if (keys.length > 1_000) refuse('a call names at most 1,000 keys');
  for (const key of keys) checkKey(key);
}
