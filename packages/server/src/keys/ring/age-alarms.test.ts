import { expect, it } from 'vitest';
import { Metrics } from '../../gateway/metrics.ts';
import { createKeyAgeAlarms } from './age-alarms.ts';

const day = 86_400_000;
const key = { app: 'portal', kid: 7, state: 'active', created: 0, sealed: 0 };

it('raises an alarm once a day for a key that is too old, or has sealed too much, until it is rotated', async () => {
  let now = 365 * day;
  let keys: unknown[] = [key];
  const events: string[] = [];
  const told = new Set<string>();
  const metrics = new Metrics();
  const alarms = createKeyAgeAlarms({
    ring: { overview: async () => ({ keys, subjects: [], wrapping: [] }) as never },
    rotation: () => ({ maxAgeDays: 365, maxValues: 1_000 }),
    audit: { record: async (event: string) => events.push(event) },
    once: async (name) => {
      const fresh = `${name} ${Math.floor(now / day)}`;
      const first = !told.has(fresh);
      told.add(fresh);
      return first;
    },
    metrics,
    clock: () => now,
  });
  const look = async (after: number): Promise<number> => {
    now += after;
    await alarms.maintain();
    return events.length;
  };
  expect(await look(0)).toBe(0);
  expect(await look(day + 1)).toBe(1);
  expect(alarms.old()).toEqual([{ app: 'portal', kid: 7, because: 'age', created: 0, days: 366 }]);
  expect(metrics.render()).toContain('menshen_keys_old 1');
  expect(await look(4_000_000)).toBe(1);
  expect(await look(day)).toBe(2);
  expect(JSON.parse(events[0] ?? '{}')).toMatchObject({
    class_uid: 2004,
    unmapped: { menshen: { action: 'alarm.data_key_old' } },
  });
  keys = [
    { ...key, state: 'retired' },
    { ...key, kid: 8, created: now, sealed: 1_000 },
  ];
  expect(await look(day)).toBe(3);
  expect(alarms.old()).toMatchObject([{ kid: 8, because: 'values' }]);
  keys = [{ ...key, kid: 9, created: now }];
  expect(await look(day)).toBe(3);
  expect(alarms.old()).toEqual([]);
  // A clock that was ahead and is put right keeps nobody from looking.
  keys = [{ ...key, kid: 10, created: now, sealed: 1_000 }];
  expect(await look(-2 * 3_600_000)).toBe(4);
});
