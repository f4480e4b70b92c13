import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { openCoordination } from './coordination.ts';
import type { Coordination } from './model.ts';
import { describeRedis, testRedisUrl } from './testing.ts';

type Line = 'open' | 'silent' | 'cut';

/** A wire to Redis that a test can cut, or make swallow everything. */
async function startWire(): Promise<{ url: string; set(line: Line): void; close(): Promise<void> }> {
  const target = new URL(testRedisUrl);
  const sockets = new Set<Socket>();
  let line: Line = 'open';
  const server: Server = createServer((client) => {
    if (line === 'cut') {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port || 6379), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => void (line === 'open' && upstream.write(chunk)));
    upstream.on('data', (chunk: Buffer) => void (line === 'open' && client.write(chunk)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    set(state) {
      line = state;
      if (state === 'cut') for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const unavailable = { code: 'coordination_unavailable' };

describeRedis(() => {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function openWired(
    first: Line = 'open',
  ): Promise<{ wire: Awaited<ReturnType<typeof startWire>>; coordination: Coordination }> {
    const wire = await startWire();
    cleanups.push(() => wire.close());
    wire.set(first);
    const coordination = await openCoordination({ url: wire.url, clock: Date.now, prefix: `menshen-test:${process.pid}:` });
    cleanups.push(() => coordination.close());
    return { wire, coordination };
  }
  const isUp = (coordination: Coordination) => async () => (await coordination.health()).state === 'up';
  const rejectsFast = async (work: Promise<unknown>): Promise<void> => {
    const began = performance.now();
    await expect(work).rejects.toMatchObject(unavailable);
    expect(performance.now() - began).toBeLessThan(2_500);
  };

  it('rejects at once when the connection is cut, and recovers by itself', async () => {
    const { wire, coordination } = await openWired();
    expect(await isUp(coordination)()).toBe(true);
    wire.set('cut');
    await rejectsFast(coordination.useNonce('away', 1_000));
    await rejectsFast(coordination.counter.increment('away', 1_000));
    await rejectsFast(coordination.tokenBucket.take('away', { capacity: 1, refillPerSecond: 1, cost: 1 }));
    await rejectsFast(coordination.lock.acquire('away', 1_000));
    await rejectsFast(coordination.broadcast.publish('away', ''));
    expect(await isUp(coordination)()).toBe(false);
    wire.set('open');
    await expect.poll(isUp(coordination), { timeout: 10_000 }).toBe(true);
    expect((await coordination.counter.increment('back', 1_000)).count).toBe(1);
  });

  it('gives up on a server that does not answer, and recovers by itself', async () => {
    const { wire, coordination } = await openWired();
    wire.set('silent');
    await rejectsFast(coordination.useNonce('silent', 1_000));
    expect(await isUp(coordination)()).toBe(false);
    wire.set('open');
    await expect.poll(isUp(coordination), { timeout: 10_000 }).toBe(true);
  });

  it('does not use a nonce later that it refused while Redis was away', async () => {
    const { wire, coordination } = await openWired();
    const key = `late ${Date.now()}`;
    wire.set('cut');
    await rejectsFast(coordination.useNonce(key, 5_000));
    wire.set('open');
    await expect.poll(isUp(coordination), { timeout: 10_000 }).toBe(true);
    expect(await coordination.useNonce(key, 1_000)).toBe(true);
  });

  it('starts while Redis is away', async () => {
    const { wire, coordination } = await openWired('cut');
    await rejectsFast(coordination.useNonce('start', 1_000));
    wire.set('open');
    await expect.poll(isUp(coordination), { timeout: 10_000 }).toBe(true);
  });

  it('hears broadcasts again after a lost connection, also on channels subscribed while it was lost', async () => {
    const { wire, coordination } = await openWired();
    const heard = new Set<string>();
    coordination.broadcast.subscribe('early', () => heard.add('early'));
    wire.set('cut');
    coordination.broadcast.subscribe('meanwhile', () => heard.add('meanwhile'));
    wire.set('open');
    await expect
      .poll(
        async () => {
          await coordination.broadcast.publish('early', '').catch(() => {});
          await coordination.broadcast.publish('meanwhile', '').catch(() => {});
          return [...heard].sort();
        },
        { timeout: 10_000 },
      )
      .toEqual(['early', 'meanwhile']);
  });

  it('keeps installations with prefixes of their own apart on one server', async () => {
    const open = async (prefix: string): Promise<Coordination> => {
      const url = new URL(testRedisUrl);
      url.searchParams.set('prefix', `menshen-test:${process.pid}:${prefix}:`);
      const coordination = await openCoordination({ url: url.href, clock: Date.now });
      cleanups.push(() => coordination.close());
      return coordination;
    };
    const [one, same, other] = [await open('one'), await open('one'), await open('other')];
    const key = `shared ${Date.now()}`;
    expect(await one.useNonce(key, 1_000)).toBe(true);
    expect(await same.useNonce(key, 1_000)).toBe(false);
    expect(await other.useNonce(key, 1_000)).toBe(true);
  });

  it.each(['prefix=', 'prefix=a%20b', 'prefix=*', `prefix=${'a'.repeat(65)}`, 'prefix=a&enableOfflineQueue=true', 'family=6'])(
    'refuses the address with ?%s',
    async (query) => {
      const url = new URL(testRedisUrl);
      url.search = query;
      await expect(openCoordination({ url: url.href, clock: Date.now })).rejects.toMatchObject({ code: 'coordination_invalid' });
    },
  );

  it('names neither the address nor a key in its errors', async () => {
    const { wire, coordination } = await openWired();
    wire.set('cut');
    const failure: unknown = await coordination.useNonce('a secret key', 1_000).catch((error: unknown) => error);
    expect(failure instanceof Error ? `${failure.message}${JSON.stringify(failure)}` : '').not.toMatch(
      /secret|127\.0\.0\.1|:\d{4,5}/,
    );
    await expect(openCoordination({ url: 'http://user:pass@host', clock: Date.now })).rejects.not.toThrow(/pass/);
  });
});
