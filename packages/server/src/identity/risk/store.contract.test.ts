import { expect, it } from 'vitest';
import { describeEachStore } from '../../store/testing.ts';
import { createRiskStore } from './store.ts';

const place = { city: '深圳', country: 'CN', lat: 22.5, lon: 114.1 };
const hour = 3_600_000;

describeEachStore((open) => {
  it('keeps one sighting for device and city, the newest time, and nothing older than asked', async () => {
    const store = await open();
    await store.migrate();
    const risk = createRiskStore(store);
    await risk.sight('zhang', 'd1', place, 1_000);
    await risk.sight('zhang', 'd1', place, 3_000);
    await risk.sight('zhang', 'd1', null, 2_000);
    await risk.sight('li', 'd1', place, 4_000);
    expect(await risk.sightingsOf('zhang', 0)).toEqual([
      { device: 'd1', place, at: 3_000 },
      { device: 'd1', place: null, at: 2_000 },
    ]);
    expect(await risk.sightingsOf('zhang', 2_500)).toHaveLength(1);
    await risk.removeBefore(3_000);
    expect(await risk.sightingsOf('zhang', 0)).toHaveLength(1);
  });

  it('counts the failures of about an hour, also when they come at once', async () => {
    const store = await open();
    await store.migrate();
    const risk = createRiskStore(store);
    const now = 1_800_000_000_000;
    await Promise.all(Array.from({ length: 20 }, () => risk.addFailure('zhang', now)));
    await risk.addFailure('zhang', now - 2 * hour);
    await risk.addFailure('li', now);
    expect(await risk.failuresOf('zhang', now)).toBe(20);
    expect(await risk.failuresOf('zhang', now + 2 * hour)).toBe(0);
  });
});
