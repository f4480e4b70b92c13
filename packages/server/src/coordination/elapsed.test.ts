import { expect, it } from 'vitest';
import { hasPassed } from './elapsed.ts';

it.each([
  ['never looked', Number.NEGATIVE_INFINITY, 0, true],
  ['just looked', 1_000, 1_000, false],
  ['a moment short of it', 1_000, 60_999, false],
  ['at its end', 1_000, 61_000, true],
  ['set back by a moment', 1_000, 999, true],
  ['set back by eight hours', 28_801_000, 1_000, true],
])('of a minute: %s', (_, since, now, expected) => {
  expect(hasPassed(since, 60_000, now)).toBe(expected);
});
