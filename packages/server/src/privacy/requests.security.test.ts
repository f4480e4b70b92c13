import { expect, it } from 'vitest';
import type { Audit } from '../audit/service.ts';
import { createRequests, type RequestParts } from './requests.ts';

it('looks for requests that are overdue at once after its clock was put right', async () => {
  const clock = { now: 1_767_225_600_000 };
  let looks = 0;
  const requests = createRequests({
    store: {
      list: async () => {
        looks += 1;
        return [];
      },
    } as Partial<RequestParts['store']> as RequestParts['store'],
    pseudonymOf: (() => '') as never,
    settings: (() => ({})) as never,
    audit: {} as Audit,
    once: async () => true,
    clock: () => clock.now,
    random: (size) => new Uint8Array(size),
  });
  await requests.maintain();
  await requests.maintain();
  expect(looks).toBe(1);
  clock.now -= 28_800_000;
  await requests.maintain();
  expect(looks).toBe(2);
});
