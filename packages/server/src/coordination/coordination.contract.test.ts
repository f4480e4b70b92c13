import { describe, expect, it } from 'vitest';
import { CoordinationError } from './errors.ts';
import type { Coordination } from './model.ts';
import { describeEachCoordination } from './testing.ts';

const parallel = 200;
const times = <T>(count: number, work: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => work(index));
const count = (values: readonly boolean[]): number => values.filter(Boolean).length;

describeEachCoordination((open) => {
  it('has one name for all who share it, and none where nothing is shared', async () => {
    const { coordination, anotherNode } = await open();
    const names = await Promise.all([coordination.place(), (await anotherNode()).place()]);
    if (coordination.kind === 'memory') expect(names).toEqual([null, null]);
    else {
      expect(names[0]).toMatch(/^[0-9a-f-]{36}$/);
      expect(names[1]).toBe(names[0]);
    }
  });

  describe('nonces', () => {
    it('are accepted once among many callers on two nodes', async () => {
      const { coordination, anotherNode } = await open();
      const other = await anotherNode();
      const uses = await Promise.all(times(parallel, (index) => (index % 2 === 0 ? coordination : other).useNonce('n', 60_000)));
      expect(count(uses)).toBe(1);
      expect(await other.useNonce('m', 60_000)).toBe(true);
    });

    it('can be used again when their time is over', async () => {
      const { coordination, advance } = await open();
      expect(await coordination.useNonce('n', 80)).toBe(true);
      expect(await coordination.useNonce('n', 80)).toBe(false);
      await advance(80);
      expect(await coordination.useNonce('n', 80)).toBe(true);
    });
  });

  describe('counters', () => {
    it('count each of many callers once', async () => {
      const { coordination, anotherNode } = await open();
      const other = await anotherNode();
      const answers = await Promise.all(
        times(parallel, (index) => (index % 2 === 0 ? coordination : other).counter.increment('c', 60_000)),
      );
      expect(answers.map((answer) => answer.count).sort((a, b) => a - b)).toEqual(times(parallel, (index) => index + 1));
    });

    it('grow by more than one, and keep keys apart', async () => {
      const { coordination } = await open();
      expect((await coordination.counter.increment('a', 60_000, 5)).count).toBe(5);
      expect((await coordination.counter.increment('a', 60_000, 2)).count).toBe(7);
      expect((await coordination.counter.increment('b', 60_000)).count).toBe(1);
    });

    it('begin anew at the end of a window that starts with the first count', async () => {
      const { coordination, clock, advance } = await open();
      const before = clock();
      const first = await coordination.counter.increment('c', 100);
      expect(first.resetAt).toBeGreaterThanOrEqual(before);
      expect(first.resetAt).toBeLessThanOrEqual(clock() + 100);
      await advance(30);
      expect((await coordination.counter.increment('c', 100)).count).toBe(2);
      await advance(80);
      expect((await coordination.counter.increment('c', 100)).count).toBe(1);
    });
  });

  describe('token buckets', () => {
    it('give out no more than they hold to many callers', async () => {
      const { coordination, anotherNode } = await open();
      const other = await anotherNode();
      const rate = { capacity: 50, refillPerSecond: 0.001, cost: 1 };
      const answers = await Promise.all(
        times(parallel, (index) => (index % 2 === 0 ? coordination : other).tokenBucket.take('b', rate)),
      );
      expect(count(answers.map((answer) => answer.allowed))).toBe(50);
      const refused = answers.find((answer) => !answer.allowed);
      expect(refused?.remaining).toBe(0);
      expect(refused?.retryAfterMs).toBeGreaterThan(900_000);
    });

    it('fill with time, and say when to come again', async () => {
      const { coordination, advance } = await open();
      const rate = { capacity: 2, refillPerSecond: 10, cost: 2 };
      expect(await coordination.tokenBucket.take('b', rate)).toEqual({ allowed: true, remaining: 0, retryAfterMs: 0 });
      const early = await coordination.tokenBucket.take('b', rate);
      expect(early.allowed).toBe(false);
      expect(early.retryAfterMs).toBeGreaterThan(0);
      expect(early.retryAfterMs).toBeLessThanOrEqual(200);
      await advance(early.retryAfterMs);
      expect((await coordination.tokenBucket.take('b', rate)).allowed).toBe(true);
    });

    it('never hold more than their capacity', async () => {
      const { coordination, advance } = await open();
      const rate = { capacity: 3, refillPerSecond: 1_000, cost: 3 };
      expect((await coordination.tokenBucket.take('b', rate)).allowed).toBe(true);
      await advance(50);
      expect(await coordination.tokenBucket.take('b', rate)).toEqual({ allowed: true, remaining: 0, retryAfterMs: 0 });
    });

    it('take from several in one step, from all or from none', async () => {
      const { coordination } = await open();
      const wide = { key: 'wide', rate: { capacity: 10, refillPerSecond: 0.001, cost: 4 } };
      const narrow = { key: 'narrow', rate: { capacity: 5, refillPerSecond: 0.001, cost: 4 } };
      expect(await coordination.tokenBucket.takeAll([wide, narrow])).toEqual({
        allowed: true,
        buckets: [
          { allowed: true, remaining: 6, retryAfterMs: 0 },
          { allowed: true, remaining: 1, retryAfterMs: 0 },
        ],
      });
      const refused = await coordination.tokenBucket.takeAll([wide, narrow]);
      expect(refused.allowed).toBe(false);
      expect(refused.buckets.map(({ allowed, remaining }) => ({ allowed, remaining }))).toEqual([
        { allowed: true, remaining: 6 },
        { allowed: false, remaining: 1 },
      ]);
      expect(refused.buckets[1]?.retryAfterMs).toBeGreaterThan(2_900_000);
    });

    it('give out no more than the smallest holds to many callers who take from several', async () => {
      const { coordination, anotherNode } = await open();
      const other = await anotherNode();
      const take = (key: string, capacity: number) => ({ key, rate: { capacity, refillPerSecond: 0.001, cost: 1 } });
      const answers = await Promise.all(
        times(parallel, (index) =>
          (index % 2 === 0 ? coordination : other).tokenBucket.takeAll([take('a', 70), take('b', 30), take('c', 90)]),
        ),
      );
      expect(count(answers.map((answer) => answer.allowed))).toBe(30);
      expect((await coordination.tokenBucket.take('a', take('a', 70).rate)).remaining).toBe(39);
    });

    it('are full again when they are forgotten', async () => {
      const { coordination, anotherNode } = await open();
      const rate = { capacity: 1, refillPerSecond: 0.001, cost: 1 };
      await coordination.tokenBucket.take('b', rate);
      await coordination.tokenBucket.take('c', rate);
      await (await anotherNode()).tokenBucket.forget(['b', 'never used']);
      expect((await coordination.tokenBucket.take('b', rate)).allowed).toBe(true);
      expect((await coordination.tokenBucket.take('c', rate)).allowed).toBe(false);
    });
  });

  describe('locks', () => {
    it('have one holder among many callers', async () => {
      const { coordination, anotherNode } = await open();
      const other = await anotherNode();
      const leases = await Promise.all(
        times(parallel, (index) => (index % 2 === 0 ? coordination : other).lock.acquire('l', 60_000)),
      );
      expect(count(leases.map((lease) => lease !== null))).toBe(1);
    });

    it('can be released by their holder and then taken, with a larger token', async () => {
      const { coordination, anotherNode } = await open();
      const other = await anotherNode();
      const first = await coordination.lock.acquire('l', 60_000);
      expect(await other.lock.acquire('l', 60_000)).toBeNull();
      expect(await first?.release()).toBe(true);
      expect(await first?.release()).toBe(false);
      const second = await other.lock.acquire('l', 60_000);
      expect(second?.token).toBeGreaterThan(first?.token ?? Number.POSITIVE_INFINITY);
    });

    it('end with their time, and a late holder can neither renew nor release what another holds', async () => {
      const { coordination, anotherNode, advance } = await open();
      const other = await anotherNode();
      const late = await coordination.lock.acquire('l', 80);
      await advance(80);
      const holder = await other.lock.acquire('l', 60_000);
      expect(holder?.token).toBeGreaterThan(late?.token ?? Number.POSITIVE_INFINITY);
      expect(await late?.renew(60_000)).toBe(false);
      expect(await late?.release()).toBe(false);
      expect(await coordination.lock.acquire('l', 60_000)).toBeNull();
      expect(await holder?.release()).toBe(true);
    });

    it('last longer when they are renewed', async () => {
      const { coordination, advance } = await open();
      const lease = await coordination.lock.acquire('l', 100);
      const ends = lease?.expiresAt ?? 0;
      expect(await lease?.renew(60_000)).toBe(true);
      expect(lease?.expiresAt).toBeGreaterThan(ends);
      await advance(110);
      expect(await coordination.lock.acquire('l', 100)).toBeNull();
    });
  });

  describe('broadcasts', () => {
    it('reach every node, also the one that speaks, on their channel only', async () => {
      const { coordination, anotherNode } = await open();
      const other = await anotherNode();
      const heard: string[] = [];
      const quiet: string[] = [];
      coordination.broadcast.subscribe('news', (message) => heard.push(`here ${message}`));
      other.broadcast.subscribe('news', (message) => heard.push(`there ${message}`));
      other.broadcast.subscribe('else', (message) => quiet.push(message));
      await expect
        .poll(async () => {
          await coordination.broadcast.publish('news', 'x');
          return [...new Set(heard)].sort();
        })
        .toEqual(['here x', 'there x']);
      expect(quiet).toEqual([]);
    });

    it('end with the subscription', async () => {
      const { coordination } = await open();
      const first: string[] = [];
      const second: string[] = [];
      const end = coordination.broadcast.subscribe('news', (message) => first.push(message));
      coordination.broadcast.subscribe('news', (message) => second.push(message));
      await expect
        .poll(async () => {
          await coordination.broadcast.publish('news', 'before');
          return second.length;
        })
        .toBeGreaterThan(0);
      end();
      first.length = 0;
      await coordination.broadcast.publish('news', 'after');
      await expect.poll(() => second.includes('after')).toBe(true);
      expect(first).not.toContain('after');
    });
  });

  it('refuses keys, times and rates that make no sense', async () => {
    const { coordination } = await open();
    const codes = await Promise.all(
      [
        (c: Coordination) => c.useNonce('', 1_000),
        (c: Coordination) => c.useNonce('x'.repeat(1_025), 1_000),
        (c: Coordination) => c.useNonce('n', 0),
        (c: Coordination) => c.useNonce('n', Number.NaN),
        (c: Coordination) => c.counter.increment('c', 1.5),
        (c: Coordination) => c.counter.increment('c', 1_000, -1),
        (c: Coordination) => c.tokenBucket.take('b', { capacity: 1, refillPerSecond: 1, cost: 2 }),
        (c: Coordination) => c.tokenBucket.take('b', { capacity: 1, refillPerSecond: 0, cost: 1 }),
        (c: Coordination) => c.tokenBucket.takeAll([]),
        (c: Coordination) => {
          const twice = { key: 'b', rate: { capacity: 1, refillPerSecond: 1, cost: 1 } };
          return c.tokenBucket.takeAll([twice, twice]);
        },
        (c: Coordination) => c.lock.acquire('l', Number.POSITIVE_INFINITY),
      ].map((call) =>
        call(coordination).then(
          () => 'none',
          (error: unknown) => (error instanceof CoordinationError ? error.code : String(error)),
        ),
      ),
    );
    expect(new Set(codes)).toEqual(new Set(['coordination_invalid']));
  });

  it('keeps hostile keys apart', async () => {
    const { coordination } = await open();
    const keys = ['a', 'a:b', 'a\r\nFLUSHALL', '{a}', '{a}{b}', '*', '../a', '__proto__', 'constructor', '门'];
    expect(count(await Promise.all(keys.map((key) => coordination.useNonce(key, 60_000))))).toBe(keys.length);
    const leases = await Promise.all(keys.map((key) => coordination.lock.acquire(key, 60_000)));
    expect(count(leases.map((lease) => lease !== null))).toBe(keys.length);
  });

  it('is up until it is closed', async () => {
    const { coordination } = await open();
    expect((await coordination.health()).state).toBe('up');
    await coordination.close();
    expect((await coordination.health()).state).toBe('down');
    await expect(coordination.useNonce('n', 1_000)).rejects.toMatchObject({ code: 'coordination_unavailable' });
  });
});
