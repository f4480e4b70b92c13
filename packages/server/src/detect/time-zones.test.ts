import { configSchema } from '@menshen/contract';
import { expect, it } from 'vitest';
import { DirectorySnapshot } from '../directory/snapshot.ts';
import { createDetectEngine } from './engine.ts';
import { companyOf } from './live/company.ts';
import type { Alert } from './model.ts';
import { createActivityReader } from './read-activity.ts';
import { readDirectory } from './read-directory.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Midnight in Shanghai, a Monday; noon of the day before in New York. */
const start = Date.UTC(2026, 10, 1, 16);
const newYorkBehind = 13 * HOUR;

const people = [
  ...Array.from({ length: 40 }, (_, at) => ({ uid: `sh${at}`, dept: 'sales', shift: 'day' })),
  ...Array.from({ length: 14 }, (_, at) => ({ uid: `ny${at}`, dept: 'overseas', shift: 'day' })),
];

/** Everybody works from nine to five by their own clock for twelve days; then one of New York reads through what is their night, an afternoon in Shanghai. */
function alertsOf(directory: object): Alert[] {
  const read = createActivityReader();
  const events: { ts: number; user: string }[] = [];
  for (let day = 0; day < 12; day += 1) {
    for (const { uid } of people) {
      const morning = start + day * DAY + 9 * HOUR + (uid.startsWith('ny') ? newYorkBehind : 0);
      for (let at = 0; at < 12; at += 1) events.push({ ts: morning + at * 0.65 * HOUR, user: uid });
    }
  }
  const night = start + 12 * DAY + 3 * HOUR + newYorkBehind;
  for (let at = 0; at < 40; at += 1) events.push({ ts: night + at * 60_000, user: 'ny3' });
  const alerts: Alert[] = [];
  const engine = createDetectEngine({
    directory: readDirectory(directory),
    learnUntil: start + 9 * DAY,
    locate: () => null,
    alerted: (alert, opened) => void (opened && alerts.push(alert)),
  });
  events.sort((a, b) => a.ts - b.ts);
  for (const [at, { ts, user }] of events.entries()) {
    const activity = read({ id: `e${at}`, ts, user, action: 'order.read', result: 'success', ip: '198.51.100.7', rows: 1 }, '');
    if (activity !== null) engine.take(activity);
  }
  return alerts.filter(({ rule }) => rule === 'off_hours');
}

it('tells strange hours by the clock of the person or department where it is known', () => {
  const ofDepartment = alertsOf({ users: people, tz: 'Asia/Shanghai', dept_tz: { overseas: 'America/New_York' } });
  expect(ofDepartment).toMatchObject([{ user: 'ny3', facts: { hour: 3 } }]);
  const own = people.map((person) => (person.uid.startsWith('ny') ? { ...person, tz: 'America/New_York' } : person));
  expect(alertsOf({ users: own, tz: 'Asia/Shanghai' })).toMatchObject([{ user: 'ny3', facts: { hour: 3 } }]);
  // By the company's clock it is an afternoon like any other.
  expect(alertsOf({ users: people, tz: 'Asia/Shanghai' })).toEqual([]);
});

it('takes the clock from the configuration: of the person, of the nearest department, of the company', () => {
  const config = configSchema.parse({
    ...{ data: './data', store: 'file:menshen.db', coordination: 'memory:', apps: [] },
    ...{ gateway: { listen: '127.0.0.1:8443' }, console: { listen: '127.0.0.1:8480' } },
    timeZones: {
      company: 'Asia/Shanghai',
      departments: { america: 'America/New_York', west: 'America/Los_Angeles' },
      people: { li: 'Europe/Berlin' },
    },
  });
  const department = (id: string, parent: string | null) => ({ id, name: id, parent, order: 0 });
  const person = (uid: string, id: string) => ({ uid, departments: [id], status: 'active' });
  const directory = new DirectorySnapshot(
    [
      department('root', null),
      department('america', 'root'),
      department('west', 'america'),
      department('boston', 'america'),
    ] as never,
    [person('zhang', 'root'), person('wang', 'west'), person('zhao', 'boston'), person('li', 'west')] as never,
    1,
  );
  const { users, timeZone } = companyOf(directory, config);
  expect(timeZone).toBe('Asia/Shanghai');
  expect(['zhang', 'wang', 'zhao', 'li'].map((uid) => users.get(uid)?.timeZone)).toEqual([
    undefined,
    'America/Los_Angeles',
    'America/New_York',
    'Europe/Berlin',
  ]);
  expect(() => configSchema.parse({ timeZones: { company: 'Mars/Olympus' } })).toThrow(/time zone/);
});
