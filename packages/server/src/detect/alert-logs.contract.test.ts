import { expect, it } from 'vitest';
import { allMigrations } from '../store/schema.ts';
import { describeEachStore, type TestStore } from '../store/testing.ts';
import type { NamedAlert } from './live/protocol.ts';
import { createDetectService } from './service.ts';
import { createDetectStore } from './store.ts';

const start = 1_767_225_600_000;
const [one, two] = ['node-1.example.com/audit', 'node-2.example.com/audit'] as const;

const node = (store: TestStore, origin: string) =>
  createDetectService({
    ...{ store: createDetectStore(store), origin, clock: () => start, random: (size) => new Uint8Array(size) },
    audit: { record: async () => 0, act: async (_by, _act, perform) => await perform() },
    ...{ metrics: { add: () => undefined }, notify: { send: async () => 'n' }, changed: () => undefined, tuned: () => undefined },
  });
const alertOf = (id: string, events: string[]): NamedAlert => ({
  ...{ id, rule: 'brute_force', ts: start, last: start, severity: 'low', entity: 'user zhang', user: 'zhang', events },
  ...{ ip: null, device: null, session: null, facts: { failures: 9 }, score: 2, repeats: 0 },
});

describeEachStore((open) => {
  it('an alert says on every node which log its entries stand in', async () => {
    const store = await open();
    const [first, second] = [await node(store, one), await node(store, two)];
    await first.take([alertOf('a_1', ['4', '5'])]);
    await second.take([alertOf('a_2', ['5'])]);
    const logsOf = async (service: typeof first) =>
      new Map((await service.list({ show: 'all' }, 10, null)).alerts.map(({ id, log }) => [id, log]));
    expect((await logsOf(first)).get('a_1')).toEqual({ origin: one, own: true });
    expect((await logsOf(second)).get('a_1')).toEqual({ origin: one, own: false });
    expect((await logsOf(first)).get('a_2')).toEqual({ origin: two, own: false });
  });

  it('takes no entries of another log', async () => {
    const store = await open();
    const [first, second] = [await node(store, one), await node(store, two)];
    await first.take([alertOf('a_1', ['4'])]);
    await second.take([alertOf('a_1', ['900'])]);
    await first.take([alertOf('a_1', ['4', '6'])]);
    expect(await second.alert('a_1')).toMatchObject({ events: [4, 6], log: { origin: one } });
  });

  it.each([
    [[one], one],
    [[one, two], null],
  ] as const)('of before logs were noted, it is of the only one: %j', async (origins, log) => {
    const store = await open({ migrations: allMigrations.filter(({ id }) => id < '0118') });
    for (const origin of origins)
      await store.db
        .insertInto('audit_logs')
        .values({ origin, log_id: origin, holder: 'h', vkey: 'v', size: 0, root: '', seen_at: start })
        .execute();
    await store.db
      .insertInto('alerts')
      .values({
        ...{ id: 'a_1', rule: 'brute_force', severity: 'low', rank: 0, found: start, last: start, entity: 'e', uid: null },
        ...{ address: null, device: null, session: null, events: '[4]', facts: '{}', repeats: 0, verdict: null, note: '' },
        ...({ judged_by: null, judged_at: null } as never as { judged_by: null; judged_at: null; log: null }),
      })
      .execute();
    await store.migrate();
    expect((await createDetectStore(store).find('a_1'))?.log).toBe(log);
  });
});
