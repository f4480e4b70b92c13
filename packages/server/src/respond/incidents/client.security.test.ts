import { expect, it } from 'vitest';
import { createMemoryCoordination } from '../../coordination/memory.ts';
import { createClientIncidents } from './client.ts';
import type { NewIncident } from './model.ts';

const now = Date.UTC(2026, 10, 26);

function ear() {
  const told: NewIncident[] = [];
  const clock = { now };
  const client = createClientIncidents({
    incidents: {
      async openIncident(fact) {
        told.push(fact);
        return { id: 'i_x', number: told.length, how: 'opened' };
      },
    },
    coordination: createMemoryCoordination({ clock: () => clock.now }),
    clock: () => clock.now,
    random: (size) => new Uint8Array(size).fill(told.length),
  });
  const person = (uid: string, kind: 'employee' | 'customer' = 'employee') => ({
    app: 'portal',
    person: { uid, name: '张三', kind },
  });
  return { told, clock, client, person };
}
const words = { sign: 'phishing', text: '有人来电索要验证码' } as const;

it('hears employees, and keeps who told it apart from whom it concerns', async () => {
  const { told, client, person } = ear();
  expect(await client.report(person('zhang'), words)).toEqual({ number: 1, name: 'INC-0001' });
  expect(told).toMatchObject([{ severity: 'medium', by: 'person', source: { kind: 'report' }, occurred: null }]);
  expect(told[0]?.subjects).toContainEqual({ kind: 'reporter', value: 'zhang' });
  expect(told[0]?.subjects.some(({ kind }) => kind === 'user')).toBe(false);
  await client.report(person('li'), { ...words, sign: 'lost_device', occurred: now - 5 });
  expect(told[1]).toMatchObject({ severity: 'high', occurred: now - 5 });
  await client.report(person('wu'), { ...words, occurred: now + 5 });
  expect(told[2]?.occurred).toBeNull();
});

it('cannot be flooded by one person, and does not hear customers', async () => {
  const { told, clock, client, person } = ear();
  for (let at = 0; at < 5; at += 1) await client.report(person('zhang'), words);
  await expect(client.report(person('zhang'), words)).rejects.toMatchObject({ code: 'incident_reports_exhausted' });
  await client.report(person('li'), words);
  await expect(client.report(person('guest', 'customer'), words)).rejects.toMatchObject({ code: 'not_permitted' });
  expect(told).toHaveLength(6);
  clock.now += 86_400_001;
  await client.report(person('zhang'), words);
  expect(told).toHaveLength(7);
});
