import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryCoordination } from '../../coordination/memory.ts';
import type { Coordination } from '../../coordination/model.ts';
import { createRevocationFeed, type RevocationFeed } from '../../coordination/revocation-feed.ts';
import { describeEachStore, type TestStore } from '../../store/testing.ts';
import { createListHolding } from './personal-data.ts';
import { createListService, listRevocation, type NewEntries } from './service.ts';
import { createListStore } from './store.ts';

const hour = 3_600_000;
const start = 1_767_225_600_000;
const draft = (change: Partial<NewEntries>): NewEntries => ({
  list: 'deny',
  kind: 'address',
  values: ['192.0.2.1'],
  app: null,
  reason: 'a scanner',
  owner: 'security team',
  hours: 24,
  ...change,
});

/** Coordination whose broadcasts are all lost. */
function deaf(): Coordination {
  const coordination = createMemoryCoordination({ clock: () => start });
  return { ...coordination, broadcast: { publish: async () => {}, subscribe: () => () => {} } };
}

describeEachStore((open) => {
  const feeds: RevocationFeed[] = [];
  afterEach(async () => {
    for (const feed of feeds.splice(0)) await feed.stop();
  });
  let now = start;
  let number = 0;
  const events: string[] = [];

  /** A node on the store. */
  const node = async (store: TestStore) => {
    const feed = await createRevocationFeed({ store, coordination: deaf(), clock: () => now, intervalMs: hour });
    feeds.push(feed);
    const record = async (event: string): Promise<number> => events.push(event);
    const service = await createListService({
      store: createListStore(store),
      audit: {
        record,
        act: async (actor: string, act: { activity: string; entity: string }, perform: () => Promise<unknown>) => {
          events.push(`${actor} ${act.activity} ${act.entity}`);
          return perform();
        },
      } as never,
      revocations: feed,
      apps: () => new Set(['portal', 'coupon']),
      clock: () => now,
      random: (size) => {
        number += 1;
        const bytes = new Uint8Array(size);
        new DataView(bytes.buffer).setUint32(0, number);
        return bytes;
      },
    });
    let heard = Promise.resolve();
    feed.subscribe((entry, own) => {
      if (entry.kind === listRevocation && !own) heard = heard.then(() => service.refresh(entry.subject));
    });
    feed.start();
    return {
      service,
      holding: createListHolding({
        store,
        lists: service,
        revocations: feed,
        clock: () => now,
        random: () => new Uint8Array(12).fill(7),
      }),
      denies: (address: string, app: string | null = null) => service.snapshot.address(address, app, now)?.list === 'deny',
      hear: async () => {
        await feed.poll();
        await heard;
      },
    };
  };
  const place = async (): Promise<TestStore> => {
    now = start;
    events.length = 0;
    return await open({ clock: () => now });
  };

  it('reach another node although every broadcast is lost, come and go', async () => {
    const store = await place();
    const here = await node(store);
    const there = await node(store);
    const [entry] = await here.service.add(draft({ values: ['192.0.2.0/24', '192.0.2.9'] }), 'boss');
    expect(here.denies('192.0.2.77')).toBe(true);
    expect(there.denies('192.0.2.77')).toBe(false);
    await there.hear();
    expect(there.denies('192.0.2.77')).toBe(true);
    expect(await there.service.remove([entry?.id ?? ''], 'no longer', 'boss')).toBe(1);
    await here.hear();
    expect(here.denies('192.0.2.77')).toBe(false);
    expect(here.denies('192.0.2.9')).toBe(true);
    expect(events).toEqual(['boss create access list', 'boss delete access list']);
    await expect(here.service.remove([entry?.id ?? ''], 'twice', 'boss')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('end to the millisecond, also before they are swept, and once over all nodes', async () => {
    const store = await place();
    const here = await node(store);
    const there = await node(store);
    await here.service.add(draft({ hours: 1 }), 'boss');
    await there.hear();
    now = start + hour - 1;
    expect([here.denies('192.0.2.1'), there.denies('192.0.2.1')]).toEqual([true, true]);
    now = start + hour;
    expect([here.denies('192.0.2.1'), there.denies('192.0.2.1')]).toEqual([false, false]);
    expect([...here.service.snapshot.standing(now)]).toEqual([]);
    events.length = 0;
    now = start + 13 * hour;
    await Promise.all([here.service.maintain(), there.service.maintain()]);
    expect(events).toHaveLength(1);
    expect(events[0]).toContain('expired');
    expect([here.service.snapshot.size, there.service.snapshot.size]).toEqual([0, 0]);
    // A node that starts later does not load it again.
    expect((await node(store)).service.snapshot.size).toBe(0);
  });

  it('are in force again after a clock was ahead for hours, also where it was that of one node, or of one that began meanwhile', async () => {
    const store = await place();
    const here = await node(store);
    const there = await node(store);
    await here.service.add(draft({ hours: 2 }), 'boss');
    await there.hear();
    now = start + 8 * hour;
    const late = await node(store);
    expect([here, late].map((one) => one.denies('192.0.2.1'))).toEqual([false, false]);
    await here.service.maintain();
    await late.service.maintain();
    now = start + hour;
    await there.hear();
    expect([here, there, late].map((one) => one.denies('192.0.2.1'))).toEqual([true, true, true]);
    now = start + 2 * hour;
    expect([here, there, late].map((one) => one.denies('192.0.2.1'))).toEqual([false, false, false]);
  });

  it('forget an erased person on every node, with the reason, and keep what is said of others', async () => {
    const store = await place();
    const here = await node(store);
    const there = await node(store);
    await here.service.add(draft({ kind: 'person', values: ['zhang-san', 'li'], reason: 'Zhang San sells coupons' }), 'boss');
    await here.service.add(draft({ values: ['10.0.0.9'] }), 'boss');
    await there.hear();
    const { holding } = here;
    expect([...(await holding.uids())].sort()).toEqual(['li', 'zhang-san']);
    expect(await holding.read('zhang-san', 10)).toMatchObject([{ list: 'deny', reason: 'Zhang San sells coupons' }]);
    expect(await holding.erase('zhang-san', 'wechat', 'p_1')).toBe(0);
    expect(await holding.erase('zhang-san', 'person', 'p_1')).toBe(1);
    expect(await holding.count('zhang-san', 'person')).toBe(0);
    expect(await holding.count('li', 'person')).toBe(1);
    await there.hear();
    for (const one of [here, there]) {
      expect([...one.service.snapshot.all()].map(({ value }) => value).sort()).toEqual(['10.0.0.9', 'li']);
    }
    const rows = await store.db
      .selectFrom('access_list' as never)
      .selectAll()
      .execute();
    expect(JSON.stringify(rows.filter((row) => (row as { value: string }).value === 'p_1'))).not.toMatch(/Zhang|zhang/);
    expect((await here.service.page({}, 10, null)).total).toBe(2);
  });

  it('are listed with those that end soon first, in pages, with hits of all nodes', async () => {
    const store = await place();
    const here = await node(store);
    await here.service.add(draft({ values: ['10.0.0.1'], hours: null }), 'boss');
    await here.service.add(draft({ values: ['10.0.0.2'], hours: 48 }), 'boss');
    await here.service.add(draft({ values: ['10.0.0.3'], hours: 2, reason: '50% off_hunters' }), 'boss');
    await here.service.add(draft({ list: 'allow', kind: 'person', values: ['zhang'], hours: 3 }), 'boss');
    const values: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof here.service.page>> = await here.service.page({}, 1, cursor);
      expect(page.total).toBe(4);
      values.push(...page.entries.map(({ value }) => value));
      cursor = page.next;
    } while (cursor !== null);
    expect(values).toEqual(['10.0.0.3', 'zhang', '10.0.0.2', '10.0.0.1']);
    const found = async (filter: object) => (await here.service.page(filter, 10, null)).entries.map(({ value }) => value);
    expect(await found({ q: '0% off_' })).toEqual(['10.0.0.3']);
    expect(await found({ q: '%' })).toEqual(['10.0.0.3']);
    expect(await found({ list: 'allow' })).toEqual(['zhang']);
    const entry = here.service.snapshot.address('10.0.0.3', null, now);
    if (entry === null) return expect.fail();
    entry.hits += 2;
    entry.unwritten += 2;
    entry.lastHit = now;
    expect((await here.service.page({ q: '10.0.0.3' }, 1, null)).entries[0]).toMatchObject({ hits: 2, lastHit: now });
    await here.service.maintain();
    const later = await node(store);
    expect((await later.service.page({ q: '10.0.0.3' }, 1, null)).entries[0]).toMatchObject({ hits: 2, lastHit: now });
    await expect(here.service.page({}, 1, "1' or 1=1")).rejects.toMatchObject({ code: 'validation_failed' });
  });

  describe('security', () => {
    it.each([
      ['half of the world', { values: ['0.0.0.0/1'] }, 'too_wide'],
      ['all of IPv6', { values: ['::/0'] }, 'too_wide'],
      ['all of IPv4 in its mapped form', { values: ['::ffff:0:0/96'] }, 'too_wide'],
      ['a range around the mapped form', { values: ['::/80'] }, 'too_wide'],
      ['an address that is none', { values: ['192.0.2.1', '192.0.2.256'] }, 'range'],
      ['a device that may do more', { list: 'allow', kind: 'device', values: ['iPhone'] }, 'deny_only'],
      ['a user agent that may do more', { list: 'allow', kind: 'agent', values: ['MicroMessenger'] }, 'deny_only'],
      ['a user agent that is in all of them', { kind: 'agent', values: ['mic'] }, 'too_short'],
      ['an exception without an end', { list: 'allow', values: ['192.0.2.1'], hours: null }, 'needs_end'],
      ['an app that does not exist', { app: 'nothing' }, 'app_unknown'],
    ] as const)('refuses %s', async (_name, change, problem) => {
      const { service } = await node(await place());
      await expect(service.add(draft(change as Partial<NewEntries>), 'boss')).rejects.toMatchObject({
        code: 'validation_failed',
        details: { problem },
      });
      expect(service.snapshot.size).toBe(0);
      expect(events).toEqual([]);
    });
  });
});
