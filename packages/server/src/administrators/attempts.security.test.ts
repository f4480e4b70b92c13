import { expect, it } from 'vitest';
import { describeEachStore } from '../store/testing.ts';
import { createAttempts } from './attempts.ts';

describeEachStore((open) => {
  it('gives five of a hundred parallel tries, and one more after each growing wait', async () => {
    const attempts = createAttempts(await open());
    let now = 1_000_000;
    const many = await Promise.all(Array.from({ length: 100 }, () => attempts.take('a', now)));
    expect(many.filter(Boolean)).toHaveLength(5);
    const waits: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      let waited = 0;
      while (!(await attempts.take('a', now))) {
        now += 30_000;
        waited += 30_000;
      }
      waits.push(waited);
    }
    expect(waits).toEqual([30_000, 60_000, 120_000, 240_000, 480_000, 960_000, 1_920_000, 3_600_000, 3_600_000, 3_600_000]);
    expect(await attempts.failures('a')).toBe(15);
  });

  it('counts each key for itself, begins anew after a right try, and forgets after a day', async () => {
    const attempts = createAttempts(await open());
    for (let at = 0; at < 5; at += 1) expect(await attempts.take('a', 1_000)).toBe(true);
    expect(await attempts.take('a', 1_000)).toBe(false);
    expect(await attempts.take('b', 1_000)).toBe(true);
    await attempts.clear('a');
    expect(await attempts.take('a', 1_000)).toBe(true);
    await attempts.removeOld(86_400_000);
    expect(await attempts.failures('a')).toBe(1);
    await attempts.removeOld(86_402_000);
    expect(await attempts.failures('a')).toBe(0);
  });
});
