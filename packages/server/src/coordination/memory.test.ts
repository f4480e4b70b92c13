import { describe, expect, it } from 'vitest';
import { createExpiringMap } from './expiring-map.ts';
import { createMemoryCoordination } from './memory.ts';
import { createLocalTokenBucket } from './token-bucket.ts';

describe('coordination in process, when it is full', () => {
  it('refuses rather than forget a nonce, a count or a lock that lives', async () => {
    let now = 1_000;
    const coordination = createMemoryCoordination({ clock: () => now, maxEntries: 3 });
    for (const key of ['a', 'b', 'c']) {
      await coordination.useNonce(key, 5_000);
      await coordination.counter.increment(key, 5_000);
      await coordination.lock.acquire(key, 5_000);
    }
    await expect(coordination.useNonce('d', 5_000)).rejects.toMatchObject({ code: 'coordination_full' });
    await expect(coordination.counter.increment('d', 5_000)).rejects.toMatchObject({ code: 'coordination_full' });
    await expect(coordination.lock.acquire('d', 5_000)).rejects.toMatchObject({ code: 'coordination_full' });
    expect(await coordination.useNonce('a', 5_000)).toBe(false);
    expect((await coordination.counter.increment('a', 5_000)).count).toBe(2);
    now += 5_000;
    expect(await coordination.useNonce('d', 5_000)).toBe(true);
    expect((await coordination.counter.increment('d', 5_000)).count).toBe(1);
    expect(await coordination.lock.acquire('d', 5_000)).not.toBeNull();
  });

  it('lets tokens of a lock grow across a restart', async () => {
    const before = await createMemoryCoordination({ clock: () => 1_000 }).lock.acquire('l', 10);
    const after = await createMemoryCoordination({ clock: () => 1_001 }).lock.acquire('l', 10);
    expect(after?.token).toBeGreaterThan(before?.token ?? Number.POSITIVE_INFINITY);
  });
});

describe('expiring map', () => {
  it('drops what has ended while it is used, without a timer', () => {
    let now = 0;
    const map = createExpiringMap<number>(1_000, () => now);
    for (let index = 0; index < 500; index += 1) map.set(`old ${index}`, index, 10);
    now = 10;
    expect(map.get('old 1')).toBeUndefined();
    for (let index = 0; index < 300; index += 1) map.set(`new ${index}`, index, 100);
    expect(map.size).toBe(300);
    expect(map.get('new 1')).toBe(1);
  });

  it('sweeps a full map at most once a second', () => {
    let now = 0;
    const map = createExpiringMap<number>(2, () => now);
    map.set('a', 1, 50);
    map.set('b', 1, 5_000);
    expect(map.set('c', 1, 5_000)).toBe(false);
    now = 999;
    map.get('a');
    now = 1_000;
    expect(map.set('c', 1, 5_000)).toBe(true);
    expect(map.set('d', 1, 5_000)).toBe(false);
  });

  it('is swept again at once where the clock was set back after the last time', () => {
    let now = 3_600_000;
    const map = createExpiringMap<number>(1, () => now);
    map.set('a', 1, now + 1);
    expect(map.set('b', 1, now + 1)).toBe(false);
    now = 100;
    map.delete('a');
    map.set('c', 1, 150);
    now = 160;
    expect(map.set('d', 1, 5_000)).toBe(true);
  });
});

describe('local token bucket', () => {
  const rate = { capacity: 2, refillPerSecond: 1, cost: 1 };

  it('holds its capacity, refills, and says when', () => {
    let now = 0;
    const buckets = createLocalTokenBucket(() => now);
    expect(buckets.take('a', rate)).toEqual({ allowed: true, remaining: 1, retryAfterMs: 0 });
    expect(buckets.take('a', rate).allowed).toBe(true);
    expect(buckets.take('a', rate)).toEqual({ allowed: false, remaining: 0, retryAfterMs: 1_000 });
    now = 999;
    expect(buckets.take('a', rate)).toEqual({ allowed: false, remaining: 0, retryAfterMs: 1 });
    now = 1_000;
    expect(buckets.take('a', rate).allowed).toBe(true);
  });

  it('takes nothing away when the clock steps back', () => {
    let now = 10_000;
    const buckets = createLocalTokenBucket(() => now);
    buckets.take('a', rate);
    now = 0;
    expect(buckets.take('a', rate).allowed).toBe(true);
    expect(buckets.take('a', rate).allowed).toBe(false);
    now = 1_000;
    expect(buckets.take('a', rate).allowed).toBe(true);
  });

  it('forgets what is nearest to full beyond its bound, never what is exhausted', () => {
    let now = 0;
    const buckets = createLocalTokenBucket(() => now, 8);
    const many = { capacity: 5, refillPerSecond: 1, cost: 5 };
    expect(buckets.take('exhausted', many).allowed).toBe(true);
    now = 10;
    for (let index = 0; index < 1_000; index += 1) buckets.take(`flood ${index}`, { ...many, cost: 1 });
    expect(buckets.take('exhausted', { ...many, cost: 1 })).toMatchObject({ allowed: false, remaining: 0, retryAfterMs: 990 });
  });
});
