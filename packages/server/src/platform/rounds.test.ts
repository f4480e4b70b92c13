import { afterEach, expect, it, vi } from 'vitest';
import { startSweep } from './maintenance.ts';
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

it('sweeps piece by piece: one that hangs or throws at once keeps nobody, and they do not all begin in one moment', async () => {
  vi.useFakeTimers();
  const begun: [string, number][] = [];
  const from = Date.now();
  const note = (name: string): void => void begun.push([name, Date.now() - from]);
  const hanging = (): Promise<void> => {
    note('hangs');
    return new Promise(() => undefined);
  };
  const throwing = (): never => {
    note('throws');
    throw new Error('x');
  };
  let failures = 0;
  const stop = startSweep([hanging, throwing, async () => note('works')], () => {
    failures += 1;
  });
  await vi.advanceTimersByTimeAsync(90_000);
  stop();
  await vi.advanceTimersByTimeAsync(90_000);
  expect(begun).toEqual([
    ['hangs', 30_000],
    ['throws', 40_000],
    ['works', 50_000],
    ['throws', 70_000],
    ['works', 80_000],
  ]);
  expect(failures).toBe(2);
});

it('does not wait at its stop for longer than it is told to', async () => {
  vi.useFakeTimers();
  const stop = startRounds(
    100,
    () => new Promise(() => undefined),
    () => undefined,
    3_000,
  );
  await vi.advanceTimersByTimeAsync(100);
  let stopped = false;
  const stopping = stop().then(() => {
    stopped = true;
  });
  await vi.advanceTimersByTimeAsync(2_900);
  expect(stopped).toBe(false);
  await vi.advanceTimersByTimeAsync(200);
  await stopping;
});
