import { afterEach, expect, it, vi } from 'vitest';
import { startRounds } from './rounds.ts';

afterEach(() => vi.useRealTimers());

it('works one round at a time, goes on after one that failed, and stops after the one under way', async () => {
  vi.useFakeTimers();
  const ends: ((failed: boolean) => void)[] = [];
  const failures: unknown[] = [];
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      ends.push((failed) => (failed ? reject(new Error('x')) : resolve()));
    });
  const stop = startRounds(100, work, (error) => failures.push(error));
  await vi.advanceTimersByTimeAsync(350);
  expect(ends).toHaveLength(1);
  ends[0]?.(true);
  await vi.advanceTimersByTimeAsync(100);
  expect({ rounds: ends.length, failures: failures.length }).toEqual({ rounds: 2, failures: 1 });
  let stopped = false;
  const stopping = stop().then(() => {
    stopped = true;
  });
  await vi.advanceTimersByTimeAsync(500);
  expect({ rounds: ends.length, stopped }).toEqual({ rounds: 2, stopped: false });
  ends[1]?.(false);
  await stopping;
});
