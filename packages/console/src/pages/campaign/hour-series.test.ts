import { expect, it } from 'vitest';
import { hourSeries } from './hour-series.ts';

const hour = 3_600_000;

it('fills the hours between, and burns the budget down', () => {
  const hours = [
    { time: 10 * hour, claims: 2, cents: 300 },
    { time: 12 * hour, claims: 1, cents: 100 },
  ];
  expect(hourSeries(hours, 50, 1_000, 13 * hour + 5)).toEqual([
    { time: 10 * hour, claims: 2, cents: 300, left: 650 },
    { time: 11 * hour, claims: 0, cents: 0, left: 650 },
    { time: 12 * hour, claims: 1, cents: 100, left: 550 },
    { time: 13 * hour, claims: 0, cents: 0, left: 550 },
  ]);
  expect(hourSeries([], 0, 1_000, 5)).toEqual([]);
});
