import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type Arrival, MemoryCorrelationState, parseSigma, SigmaEngine } from '@menshen/sigma';
import { correlationStateContract } from '@menshen/sigma/testing';
import type { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { createRedisClient } from '../../coordination/redis.ts';
import { describeRedis, testRedisUrl } from '../../coordination/testing.ts';
import { SharedWindows, type SharedWindowsOptions } from './shared-windows.ts';

describeRedis(() => {
  const open: { readonly client: Redis; readonly prefix: string }[] = [];
  afterEach(async () => {
    for (const { client, prefix } of open.splice(0)) {
      if (client.status !== 'ready') await client.connect();
      const keys = await client.keys(`${prefix}*`);
      if (keys.length > 0) await client.del(...keys);
      client.disconnect();
    }
  });
  const prefixOf = (): string => `menshen-test-${randomBytes(6).toString('hex')}:`;
  const node = async (prefix: string, name: string, more: Partial<SharedWindowsOptions> = {}) => {
    const client = createRedisClient(testRedisUrl);
    await client.connect();
    open.push({ client, prefix });
    const now = () => performance.now();
    return { client, windows: new SharedWindows(client, { prefix, node: name, now, versionOf: () => '1', ...more }) };
  };

  correlationStateContract({ describe, expect, it }, 'Redis', async (views) => {
    const prefix = prefixOf();
    return await Promise.all(Array.from({ length: views }, async (_, at) => (await node(prefix, `n${at}`)).windows));
  });

  const arrival = (id: string, time: number, more: Partial<Arrival> = {}): Arrival => ({
    ...{ correlation: 'c', group: '["a"]', entries: [{ time, rule: 0, id, value: null }] },
    ...{ span: 10_000, tolerance: 3_000, keep: 100, ...more },
  });
  const count = (windows: SharedWindows, one: Arrival): Promise<number | null> =>
    windows.ask(one, (slice) => (slice === null ? null : slice.to - slice.from));

  it('finds claims that a balancer spreads over three nodes, in many turns at once, and has one node complete each', async () => {
    const prefix = prefixOf();
    const documents = parseSigma(
      `title: claim
name: claim
detection: {s: {action: claim}, condition: s}
---
title: hammered
correlation: {type: event_count, rules: [claim], group-by: [user], timespan: 1s, condition: {gte: 20}}
`,
    ).flatMap(({ document }) => document ?? []);
    const nodes = await Promise.all(['a', 'b', 'c'].map(async (name) => (await node(prefix, name)).windows));
    const engines = nodes.map((state) => new SigmaEngine(documents, { state }));
    const claims = Array.from({ length: 60 }, (_, at) => ({ user: at % 2 === 0 ? 'hasty' : `calm${at}`, at }));
    const found = await Promise.all(
      claims.map(async ({ user, at }) => {
        const event = { action: 'claim', user };
        return await engines[at % 3]?.processAsync(event, { id: `e${at}`, time: 1_000_000 + at * 10 });
      }),
    );
    const hits = found.flat().map((hit) => [hit?.group?.['user'], hit?.value]);
    // Thirty claims of one person: from the twentieth on each completes it, on whichever node.
    expect(hits.map(([user]) => user)).toEqual(Array.from({ length: 11 }, () => 'hasty'));
    expect(hits.every(([, value]) => Number(value) >= 20)).toBe(true);
    // No node alone has seen twenty.
    expect(claims.filter(({ user, at }) => user === 'hasty' && at % 3 === 0).length).toBeLessThan(20);
  });

  it('lets one node tell of a matter, and another once that one has fallen silent', async () => {
    const prefix = prefixOf();
    let now = 0;
    const [a, b] = [await node(prefix, 'a', { now: () => now }), await node(prefix, 'b', { now: () => now })];
    expect([await a.windows.tells('m'), await b.windows.tells('m'), await b.windows.tells('other')]).toEqual([true, false, true]);
    const [key] = (await a.client.keys(`${prefix}sigma:told:*`)).filter((one) => one.includes('told'));
    expect(await a.client.pttl(key ?? '')).toBeGreaterThan(60_000);
    await a.client.del(...(await a.client.keys(`${prefix}sigma:told:*`)));
    now += 60_000;
    expect([await b.windows.tells('m'), await a.windows.tells('m')]).toEqual([true, false]);
  });

  it('goes on by itself while Redis is away, says so, and joins the others again', async () => {
    const prefix = prefixOf();
    let now = 0;
    const [a, b] = [await node(prefix, 'a', { now: () => now }), await node(prefix, 'b', { now: () => now })];
    expect([await count(a.windows, arrival('1', 1)), await count(b.windows, arrival('2', 2))]).toEqual([1, 2]);
    const gone = once(a.client, 'end');
    a.client.disconnect();
    await gone;
    expect(await count(a.windows, arrival('3', 3))).toBe(2);
    // It is left alone for a while, and then asked again.
    expect(await count(a.windows, arrival('4', 4))).toBe(3);
    expect(a.windows.takeAlone()).toBe(2);
    expect(await a.windows.tells('m')).toBe(true);
    await a.client.connect();
    now += 5_000;
    expect(await count(a.windows, arrival('5', 5))).toBe(5);
    expect(a.windows.takeAlone()).toBe(0);
    expect(await count(b.windows, arrival('6', 6))).toBe(4);
  });

  it('finds the same again after a crash, from the snapshot before it', async () => {
    const prefix = prefixOf();
    const [a, b] = [await node(prefix, 'a'), await node(prefix, 'b')];
    await count(a.windows, arrival('a1', 1));
    const saved = structuredClone(a.windows.save());
    await count(b.windows, arrival('b1', 2));
    expect(await count(a.windows, arrival('a2', 3))).toBe(3);
    await count(b.windows, arrival('b2', 4));
    const again = await node(prefix, 'a');
    again.windows.restore(saved, () => true);
    expect(await count(again.windows, arrival('a2', 3))).toBe(3);
    expect(await count(again.windows, arrival('a3', 5))).toBe(5);
  });

  it('keeps nothing for ever, reads only what is new, and keeps windows of other rules apart', async () => {
    const prefix = prefixOf();
    const [a, b] = [await node(prefix, 'a'), await node(prefix, 'b')];
    for (let at = 0; at < 300; at += 1) await count(a.windows, arrival(`e${at}`, at * 1_000));
    const [list] = await a.client.keys(`${prefix}*:w`);
    // Thirteen seconds count; a turn drops more than it adds.
    expect(await a.client.llen(list ?? '')).toBeLessThan(20);
    for (const key of await a.client.keys(`${prefix}*`)) expect(await a.client.pttl(key)).toBeGreaterThan(0);
    expect(await count(b.windows, arrival('of b', 300_000))).toBe(11);
    const other = await node(prefix, 'c', { versionOf: () => '2' });
    expect(await count(other.windows, arrival('of c', 300_000))).toBe(1);
  });

  it('answers each of many arrivals of one turn, also one that came twice, and drops what is none of ours', async () => {
    const prefix = prefixOf();
    const { client, windows } = await node(prefix, 'a');
    const alone = new MemoryCorrelationState();
    const many = Array.from({ length: 400 }, (_, at) => arrival(`e${at % 380}`, 1_000 + (at % 380) * 7));
    const expected = many.map((one) => {
      const slice = alone.add(one);
      return slice === null ? null : slice.to - slice.from;
    });
    expect(await Promise.all(many.map((one) => count(windows, one)))).toEqual(expected);
    const [list = ''] = await client.keys(`${prefix}*:w`);
    await client.rpush(list, 'nonsense', '5 {"x":1}');
    await client.incrby(list.replace(/:w$/, ':n'), 2);
    expect(await count(windows, arrival('after', 4_000))).toBeGreaterThan(1);
    // A server that was started anew knows no script.
    await client.script('FLUSH');
    await count(windows, arrival('lost script', 4_001));
  });
});
