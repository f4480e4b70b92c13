import { expect, it } from 'vitest';
import { createMemoryCoordination } from '../../coordination/memory.ts';
import { Metrics } from '../../gateway/metrics.ts';
import { metaMigrations } from '../../store/meta-tables.ts';
import { describeEachStore, type TestStore } from '../../store/testing.ts';
import { compileDisclosure } from '../disclosure/rules.ts';
import { inventoryMigrations } from '../inventory/tables.ts';
import { Histogram } from './histogram.ts';
import { createBulkReads } from './service.ts';
import { createNormStore } from './store.ts';

const start = 1_767_225_600_000;
const hour = 3_600_000;
const day = 24 * hour;

it('quantiles are at most a step too high', () => {
  const histogram = new Histogram();
  for (let amount = 1; amount <= 1_000; amount += 1) histogram.add(amount);
  for (const share of [0.5, 0.95, 0.99]) {
    const quantile = histogram.quantile(share);
    expect(quantile).toBeGreaterThanOrEqual(share * 1_000 - 1);
    expect(quantile).toBeLessThanOrEqual(share * 1_000 * 1.42);
  }
  expect(new Histogram().quantile(0.5)).toBe(0);
});

describeEachStore((open) => {
  const world = async (
    bulk: Partial<{ factor: number; learningDays: number; least: number }> = {},
    at: TestStore | null = null,
  ) => {
    const store = at ?? (await open({ migrations: [...metaMigrations, ...inventoryMigrations] }));
    const now = { at: start };
    const events: { unmapped: { menshen: { action: string; detail: Record<string, unknown> } } }[] = [];
    const coordination = createMemoryCoordination({ clock: () => now.at });
    const node = () =>
      createBulkReads({
        store: createNormStore(store),
        audit: { record: async (event) => events.push(JSON.parse(event)) },
        coordination,
        metrics: new Metrics(),
        clock: () => now.at,
        key: new Uint8Array(32),
      });
    const rules = compileDisclosure([{ bulk: { factor: 5, learningDays: 7, least: 50, ...bulk } }], []);
    const bulkReads = node();
    const read = (uid: string | null, values: number, by = bulkReads): void =>
      by.note({ app: 'portal', route: 'GET /people', uid, values, rules, at: now.at, requestId: 'r_1' });
    /** Ten people read some twenty values an hour, ten an answer, in working hours. */
    const work = (days: number): void => {
      for (let done = 0; done < days; done += 1) {
        for (let at = 0; at < 8; at += 1) {
          for (let who = 0; who < 10; who += 1) for (let time = 0; time < 2; time += 1) read(`worker-${who}`, 10);
          now.at += hour;
        }
        now.at += day - 8 * hour;
      }
    };
    const alarms = async () => {
      await bulkReads.settled();
      return events.map(({ unmapped: { menshen } }) => ({ action: menshen.action, ...menshen.detail }));
    };
    return { store, now, node, bulkReads, read, work, alarms };
  };

  it('an answer with far more personal values than usual is told, with the facts, once an hour', async () => {
    const { work, read, alarms } = await world();
    work(8);
    expect(await alarms()).toEqual([]);
    for (let time = 0; time < 5; time += 1) read('thief', 400);
    expect(await alarms()).toEqual([
      {
        action: 'alarm.bulk_read',
        app: 'portal',
        route: 'GET /people',
        person: 'thief',
        measure: 'answer',
        usual: 11,
        seen: 400,
        factor: 5,
        request_id: 'r_1',
      },
    ]);
  });

  it('whoever takes a list page by page is told by the hour', async () => {
    const { work, read, alarms } = await world();
    work(8);
    for (let time = 0; time < 40; time += 1) read('worker-3', 10);
    expect(await alarms()).toMatchObject([{ person: 'worker-3', measure: 'hour', usual: 22, seen: 120 }]);
  });

  it('nothing is far while a route is learned, and little is never bulk', async () => {
    const early = await world();
    early.work(3);
    early.read('thief', 5_000);
    expect(await early.alarms()).toEqual([]);
    const small = await world({ least: 500 });
    small.work(8);
    small.read('thief', 400);
    expect(await small.alarms()).toEqual([]);
  });

  it('somebody whose work it is to read much is held to their own history', async () => {
    const { work, read, alarms, now } = await world({ factor: 8 });
    for (let at = 0; at < 9; at += 1) {
      work(1);
      now.at -= day - 8 * hour;
      for (let hours = 0; hours < 8; hours += 1) {
        for (let time = 0; time < 10; time += 1) read('hr', 12);
        now.at += hour;
      }
      now.at += day - 16 * hour;
    }
    await alarms().then((all) => expect(all).toEqual([]));
    for (let time = 0; time < 15; time += 1) read('hr', 14);
    expect(await alarms()).toEqual([]);
    for (let time = 0; time < 90; time += 1) read('hr', 14);
    expect(await alarms()).toMatchObject([{ person: 'hr', measure: 'hour', usual: 128 }]);
  });

  it('what was an alarm does not become usual', async () => {
    const { work, read, alarms, now } = await world();
    work(8);
    for (let at = 0; at < 50; at += 1) {
      for (let time = 0; time < 30; time += 1) read('thief', 400);
      now.at += hour;
    }
    const all = await alarms();
    expect(all.length).toBe(50);
    expect(all.every((alarm) => 'usual' in alarm && alarm.usual === 11)).toBe(true);
  });

  it('a store that fails for a time loses no count', async () => {
    const { work, bulkReads, store } = await world();
    work(1);
    const failing = store.db;
    await failing.schema.alterTable('data_norms').renameTo('away').execute();
    await expect(bulkReads.flush()).rejects.toThrow();
    await failing.schema.alterTable('away').renameTo('data_norms').execute();
    await bulkReads.flush();
    const rows = await store.db.selectFrom('data_norms').selectAll().where('measure', '=', 'answer').execute();
    expect((JSON.parse(rows[0]?.counts ?? '[]') as number[]).reduce((sum, count) => sum + count)).toBe(160);
  });

  it('nodes learn together and a restart forgets nothing but the hour; people are kept under tags', async () => {
    const { work, now, node, bulkReads, store, read, alarms } = await world();
    work(8);
    await bulkReads.maintain();
    const other = node();
    await other.restore();
    read('thief', 400, other);
    await other.settled();
    expect(await alarms()).toMatchObject([{ person: 'thief', usual: 11 }]);
    for (let at = 0; at < 100; at += 1) read(null, 3, other);
    await other.maintain();
    await bulkReads.maintain();
    const rows = await store.db.selectFrom('data_norms').selectAll().execute();
    const route = rows.find(({ person, measure }) => person === '' && measure === 'answer');
    expect((JSON.parse(route?.counts ?? '[]') as number[]).reduce((sum, count) => sum + count)).toBe(8 * 8 * 20 + 100);
    expect(route?.first_at).toBe(start);
    expect(JSON.stringify(rows)).not.toContain('worker');
    now.at += 61 * day;
    await bulkReads.maintain();
    expect(await store.db.selectFrom('data_norms').selectAll().execute()).toEqual([]);
  });
});
