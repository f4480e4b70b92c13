import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { metaMigrations } from '../store/meta-tables.ts';
import { describeEachStore, describePostgresStore, type OpenTestStore, type TestStore } from '../store/testing.ts';
import { createMemoryCoordination } from './memory.ts';
import type { Coordination } from './model.ts';
import { createRevocationFeed, type RevocationFeed, type RevocationFeedOptions } from './revocation-feed.ts';
import type { Revocation, RevocationEntry } from './store.ts';
import { revocationMigrations } from './tables.ts';
import { describeRedis } from './testing.ts';

const hour = 3_600_000;
const now = 1_767_225_600_000;
const entry = (subject: string): RevocationEntry => ({ kind: 'session', subject, detail: null });

function createFeeds() {
  const feeds: RevocationFeed[] = [];
  afterEach(async () => {
    for (const feed of feeds.splice(0)) await feed.stop();
  });
  return async (store: TestStore, options: Partial<RevocationFeedOptions> = {}) => {
    const coordination = options.coordination ?? createMemoryCoordination({ clock: () => now });
    const feed = await createRevocationFeed({ store, clock: () => now, intervalMs: hour, ...options, coordination });
    feeds.push(feed);
    const heard: Revocation[] = [];
    feed.subscribe((revocation) => heard.push(revocation));
    return { feed, heard, subjects: () => heard.map((revocation) => revocation.subject) };
  };
}

/** Coordination whose broadcasts are all lost. */
function deaf(): Coordination {
  const coordination = createMemoryCoordination({ clock: () => now });
  return { ...coordination, broadcast: { publish: async () => {}, subscribe: () => () => {} } };
}

const openStore = (open: OpenTestStore, url?: string): Promise<TestStore> =>
  open({ migrations: [...metaMigrations, ...revocationMigrations], ...(url === undefined ? {} : { url }) });

describeEachStore((open) => {
  const createFeed = createFeeds();

  it('is heard in order, once, with what was written', async () => {
    const { feed, heard } = await createFeed(await openStore(open));
    feed.start();
    const first = await feed.publish({ kind: 'session', subject: 's1', detail: null });
    const second = await feed.publish({ kind: 'person', subject: '王小明', detail: '离职' });
    await feed.poll();
    expect(second).toBeGreaterThan(first);
    expect(heard).toEqual([
      { position: first, at: now, kind: 'session', subject: 's1', detail: null },
      { position: second, at: now, kind: 'person', subject: '王小明', detail: '离职' },
    ]);
    await feed.poll();
    expect(heard).toHaveLength(2);
  });

  it('knows what was revoked lately, in order and no more than is asked for', async () => {
    const store = await openStore(open);
    let at = now;
    const { feed } = await createFeed(store, { clock: () => at });
    for (const subject of ['s1', 's2', 's3', 's4']) {
      await feed.publish(entry(subject));
      await feed.publish({ kind: 'person', subject: `of ${subject}`, detail: null });
      at += 1_000;
    }
    const recent = async (from: number, limit: number) =>
      (await feed.recent('session', from, limit)).map(({ subject, at: when }) => [subject, when - now]);
    expect(await recent(now + 1_000, 10)).toEqual([
      ['s2', 1_000],
      ['s3', 2_000],
      ['s4', 3_000],
    ]);
    expect(await recent(now, 2)).toEqual([
      ['s3', 2_000],
      ['s4', 3_000],
    ]);
    expect(await recent(at, 10)).toEqual([]);
  });

  it('begins at the end of the sequence at its creation, so that nothing is lost while snapshots load', async () => {
    const store = await openStore(open);
    const earlier = await createFeed(store);
    await earlier.feed.publish(entry('before'));
    const { feed, subjects } = await createFeed(store);
    await earlier.feed.publish(entry('while loading'));
    expect(subjects()).toEqual([]);
    feed.start();
    await feed.poll();
    expect(subjects()).toEqual(['while loading']);
  });

  it('is heard by other nodes at once through the broadcast', async () => {
    const store = await openStore(open);
    const coordination = createMemoryCoordination({ clock: () => now });
    const here = await createFeed(store, { coordination });
    const there = await createFeed(store, { coordination });
    there.feed.start();
    await here.feed.publish(entry('s1'));
    await expect.poll(there.subjects).toEqual(['s1']);
  });

  it('is heard as its own by the node that published it, and by no other', async () => {
    const store = await openStore(open);
    const here = await createFeed(store);
    const there = await createFeed(store);
    const owned: Record<string, boolean[]> = { here: [], there: [] };
    here.feed.subscribe((_entry, own) => owned['here']?.push(own));
    there.feed.subscribe((_entry, own) => owned['there']?.push(own));
    await here.feed.publish(entry('s1'));
    await there.feed.publish(entry('s2'));
    await store.transaction((db) => here.feed.append(db, entry('s3')));
    await here.feed.poll();
    await there.feed.poll();
    expect(owned).toEqual({ here: [true, false, true], there: [false, true, false] });
  });

  it('is heard within the interval when the broadcast is lost', async () => {
    const store = await openStore(open);
    const here = await createFeed(store, { coordination: deaf() });
    const there = await createFeed(store, { coordination: deaf(), intervalMs: 10 });
    there.feed.start();
    for (const subject of ['s1', 's2', 's3']) await here.feed.publish(entry(subject));
    await expect.poll(there.subjects).toEqual(['s1', 's2', 's3']);
  });

  it('is read in pages until nothing is left', async () => {
    const store = await openStore(open);
    const { feed, subjects } = await createFeed(store);
    const expected = Array.from({ length: 1_201 }, (_, index) => `s${String(index).padStart(4, '0')}`);
    await store.db
      .insertInto('revocations')
      .values(expected.map((subject) => ({ at: now, ...entry(subject) })))
      .execute();
    await feed.poll();
    expect(subjects()).toEqual(expected);
    expect(await feed.since(0, 10)).toHaveLength(10);
  });

  it('misses nothing and repeats nothing while many publish and it looks all the time', async () => {
    const store = await openStore(open);
    const second = open.kind === 'postgres' ? await openStore(open, store.url) : store;
    const publishers = [await createFeed(store, { coordination: deaf() }), await createFeed(second, { coordination: deaf() })];
    const { feed, heard } = await createFeed(store, { coordination: deaf() });
    let publishing = true;
    const looking = (async () => {
      while (publishing) await feed.poll();
    })();
    const positions = await Promise.all(
      Array.from({ length: 120 }, (_, index) => publishers[index % 2]?.feed.publish(entry(`s${index}`))),
    );
    publishing = false;
    await looking;
    await feed.poll();
    const heardPositions = heard.map((revocation) => revocation.position);
    expect(heardPositions).toEqual([...heardPositions].sort((a, b) => a - b));
    expect(heardPositions).toEqual(positions.map(Number).sort((a, b) => a - b));
  });

  it('can be appended inside a transaction, and is lost with it', async () => {
    const store = await openStore(open);
    const { feed, subjects } = await createFeed(store);
    await store.transaction((db) => feed.append(db, entry('kept')));
    await expect(
      store.transaction(async (db) => {
        await feed.append(db, entry('lost'));
        throw new Error('mishap');
      }),
    ).rejects.toThrow('mishap');
    await feed.publish(entry('later'));
    await feed.poll();
    expect(subjects()).toEqual(['kept', 'later']);
  });

  it('goes on after a handler that throws, and reports it', async () => {
    const errors: unknown[] = [];
    const { feed, subjects } = await createFeed(await openStore(open), { onError: (error) => errors.push(error) });
    const mishap = new Error('mishap');
    feed.subscribe(() => {
      throw mishap;
    });
    const after: string[] = [];
    const end = feed.subscribe((revocation) => after.push(revocation.subject));
    await feed.publish(entry('s1'));
    await feed.poll();
    end();
    await feed.publish(entry('s2'));
    await feed.poll();
    expect(subjects()).toEqual(['s1', 's2']);
    expect(after).toEqual(['s1']);
    expect(errors).toEqual([mishap, mishap]);
  });

  it('says when it is stale, and catches up when the store is back', async () => {
    const store = await openStore(open);
    const publisher = await createFeed(store);
    let time = now;
    let broken = false;
    const db = store.db.withPlugin({
      transformQuery({ node }) {
        if (broken) throw new Error('away');
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const { feed, subjects } = await createFeed({ ...store, db }, { clock: () => time, intervalMs: 1_000 });
    broken = true;
    await publisher.feed.publish(entry('s1'));
    time += 10_000;
    await expect(feed.poll()).rejects.toThrow('away');
    expect(feed.health().stale).toBe(false);
    time += 1;
    expect(feed.health().stale).toBe(true);
    // A clock that is set back makes no feed that is broken a fresh one.
    time -= 3_600_000;
    expect(feed.health().stale).toBe(true);
    time += 3_600_000;
    broken = false;
    await feed.poll();
    expect(feed.health()).toMatchObject({ stale: false, lookedAt: time });
    expect(subjects()).toEqual(['s1']);
  });

  it('forgets what is old, and never reuses a position', async () => {
    const store = await openStore(open);
    const { feed } = await createFeed(store);
    const first = await feed.publish(entry('s1'));
    expect(await feed.removeBefore(now)).toBe(0);
    expect(await feed.removeBefore(now + 1)).toBe(1);
    expect(await feed.publish(entry('s2'))).toBeGreaterThan(first);
  });

  it('says nothing after it was stopped', async () => {
    const { feed, subjects } = await createFeed(await openStore(open));
    feed.start();
    await feed.stop();
    await feed.publish(entry('s1'));
    await feed.poll();
    expect(subjects()).toEqual([]);
  });
});

describePostgresStore((open) => {
  const createFeed = createFeeds();

  it('never passes an entry that was numbered earlier and is committed later', async () => {
    const store = await openStore(open);
    const here = await createFeed(store);
    const there = await createFeed(await openStore(open, store.url));
    const slow = await store.db.startTransaction().execute();
    const first = await here.feed.append(slow, entry('numbered first'));
    const second = there.feed.publish(entry('numbered second'));
    const waiting = sql<{ count: number }>`select count(*) as count from pg_locks where locktype = 'advisory' and not granted`;
    await expect.poll(async () => (await waiting.execute(store.db)).rows[0]?.count).toBeGreaterThan(0);
    await there.feed.poll();
    expect(there.subjects()).toEqual([]);
    await slow.commit().execute();
    expect(await second).toBeGreaterThan(first);
    await there.feed.poll();
    expect(there.subjects()).toEqual(['numbered first', 'numbered second']);
  });

  it('is not held up by a number that was given out and never used', async () => {
    const store = await openStore(open);
    const { feed, subjects } = await createFeed(store);
    const abandoned = await store.db.startTransaction().execute();
    await feed.append(abandoned, entry('abandoned'));
    await abandoned.rollback().execute();
    await feed.publish(entry('s1'));
    await feed.poll();
    expect(subjects()).toEqual(['s1']);
  });

  describeRedis((openRedis) => {
    it('joins two nodes with their own connections', async () => {
      const { coordination, anotherNode } = await openRedis();
      const store = await openStore(open);
      const here = await createFeed(store, { coordination });
      const there = await createFeed(await openStore(open, store.url), { coordination: await anotherNode() });
      there.feed.start();
      let published = 0;
      // The subscription of the other node may not stand yet when the first broadcast is sent.
      await expect
        .poll(async () => {
          published += 1;
          await here.feed.publish(entry('s'));
          return there.heard.length;
        })
        .toBeGreaterThan(0);
      await here.feed.publish(entry('last'));
      await expect.poll(() => there.subjects().at(-1)).toBe('last');
      expect(there.heard).toHaveLength(published + 1);
    });
  });
});
