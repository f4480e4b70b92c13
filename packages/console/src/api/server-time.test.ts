import { expect, it } from 'vitest';
import { clockText, hasJumped, leftUntil, serverTime } from './server-time.ts';

const minute = 60_000;

it('counts by the server, whatever the wall clock of the device says', () => {
  // Asked at 1,000 and heard at 1,200 of a page that is three minutes old: the answer was true at 1,100.
  const time = serverTime(1_700_000_000_000, 1_000, 1_200);
  expect(leftUntil(1_700_000_000_000 + minute, time, 1_100)).toBe(minute);
  expect(leftUntil(1_700_000_000_000 + minute, time, 31_100)).toBe(30_000);
  expect(leftUntil(1_700_000_000_000 + minute, time, 71_100)).toBe(-10_000);
});

it.each([
  [0, '0:00'],
  [-5_000, '0:00'],
  [1, '0:01'],
  [59_001, '1:00'],
  [245_000, '4:05'],
  [3_600_000, '1:00:00'],
  [3_845_000, '1:04:05'],
  [90_000_000, '25:00:00'],
])('%i ms are %s', (ms, text) => {
  expect(clockText(ms)).toBe(text);
});

it('notices that the device slept, or that its time was set, and not that a timer came late', () => {
  const before = { wall: 10_000, monotonic: 500 };
  expect(hasJumped(before, { wall: 10_250, monotonic: 750 })).toBe(false);
  expect(hasJumped(before, { wall: 70_000, monotonic: 60_500 })).toBe(false);
  expect(hasJumped(before, { wall: 70_000, monotonic: 750 })).toBe(true);
  expect(hasJumped(before, { wall: 4_000, monotonic: 750 })).toBe(true);
});
