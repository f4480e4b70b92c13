import { expect, it } from 'vitest';
import type { Current } from './current.ts';
import { createSignCounts, type SignRooms } from './risk-signs.ts';

it('counts signs of a month, and reads the log of a month once in five minutes', async () => {
  let reads = 0;
  const rooms = {
    queries: {
      inspection: async () => {
        reads += 1;
        return { classes: [{ class: 'sqli', blocked: 7, noted: 2 }] };
      },
      trafficSummary: async () => ({
        codes: [
          { code: 'rate_limited', count: 5 },
          { code: 'body_malformed', count: 9 },
        ],
      }),
      logins: async () => ({ passed: 3, refused: 4 }),
    },
    detect: { signs: async () => [{ rule: 'mass_export', count: 2 }] },
    guardOverview: {
      violations: async () => [
        { last: 1, count: 50 },
        { last: 9_000_000_000, count: 3 },
      ],
    },
  } as unknown as SignRooms;
  const campaign = { app: 'shop', id: 'tea' };
  const runtime = {
    config: { apps: [{ id: 'shop' }] },
    apps: new Map([['shop', { id: 'shop', guards: { campaigns: new Map([['tea', campaign]]) } }]]),
  };
  const counts = createSignCounts({ runtime, folder: '' } as unknown as Current, rooms);
  const at = 10_000_000_000;
  const found = await counts(at);
  expect(found.map(({ id, app, count }) => [id, app, count])).toEqual([
    ['attack:sqli', 'shop', 9],
    ['refused:rate_limited', 'shop', 5],
    ['login:refused', null, 4],
    // A violation of longer ago is none of this month.
    ['guard:refused', 'shop', 3],
    ['alert:mass_export', null, 2],
  ]);
  await counts(at + 299_999);
  expect(reads).toBe(1);
  await counts(at + 300_000);
  expect(reads).toBe(2);
});
