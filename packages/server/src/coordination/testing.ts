import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, describe, it } from 'vitest';
import { openCoordination } from './coordination.ts';
import type { Coordination } from './model.ts';

/** Coordination of a test. */
export interface TestCoordination {
  readonly coordination: Coordination;
  /** The view of another node: another connection to Redis; the same object in process. */
  anotherNode(): Promise<Coordination>;
  readonly clock: () => number;
  /** Lets time pass: moves the clock in process; on Redis, whose clock is its own, really waits. */
  advance(milliseconds: number): Promise<void>;
}

export type OpenTestCoordination = () => Promise<TestCoordination>;

/** The server of the tests: `MENSHEN_TEST_REDIS`, by default a local one. */
export const testRedisUrl = process.env.MENSHEN_TEST_REDIS ?? 'redis://127.0.0.1:6379/';

async function onRedis<T>(work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(testRedisUrl, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    client.disconnect();
  }
}

/** Whether there is a server for tests. */
export const redisFound: boolean = await onRedis((client) => client.ping()).then(
  () => true,
  () => false,
);

function createCleanups(): (() => Promise<unknown>)[] {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  return cleanups;
}

function memoryOpener(): OpenTestCoordination {
  const cleanups = createCleanups();
  return async () => {
    let now = 1_767_225_600_000;
    const clock = (): number => now;
    const coordination = await openCoordination({ url: 'memory:', clock });
    cleanups.push(() => coordination.close());
    return {
      coordination,
      anotherNode: async () => coordination,
      clock,
      advance: async (milliseconds) => {
        now += milliseconds;
      },
    };
  };
}

async function removeKeys(prefix: string): Promise<void> {
  await onRedis(async (client) => {
    let cursor = '0';
    do {
      const [next, keys] = await client.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1_000);
      if (keys.length > 0) await client.del(...keys);
      cursor = next;
    } while (cursor !== '0');
  });
}

/** An address whose keys are a test's own, and how to remove them. */
export function redisPlace(): { readonly url: string; readonly remove: () => Promise<void> } {
  const prefix = `menshen-test:${randomBytes(8).toString('hex')}:`;
  const url = new URL(testRedisUrl);
  url.searchParams.set('prefix', prefix);
  return { url: url.href, remove: () => removeKeys(prefix) };
}

/** The address for a user of Redis who may do everything but publish and subscribe: no broadcast reaches them, nor leaves them. */
export async function redisUserWithoutChannels(address: string): Promise<{ url: string; remove: () => Promise<unknown> }> {
  const name = `menshen-test-${randomBytes(8).toString('hex')}`;
  const password = randomBytes(16).toString('hex');
  await onRedis((client) => client.call('ACL', 'SETUSER', name, 'on', `>${password}`, '~*', 'resetchannels', '+@all'));
  const url = new URL(address);
  url.username = name;
  url.password = password;
  return { url: url.href, remove: () => onRedis((client) => client.call('ACL', 'DELUSER', name)) };
}

/** A prefix for the keys of one test, removed after it; call inside `describe`. */
function redisOpener(): OpenTestCoordination {
  const cleanups = createCleanups();
  return async () => {
    const { url, remove } = redisPlace();
    cleanups.push(remove);
    const anotherNode = async (): Promise<Coordination> => {
      const node = await openCoordination({ url, clock: Date.now });
      cleanups.push(() => node.close());
      return node;
    };
    return {
      coordination: await anotherNode(),
      anotherNode,
      clock: Date.now,
      advance: async (milliseconds) => {
        await delay(milliseconds + 5);
      },
    };
  };
}

/**
 * Runs a suite on Redis alone. Without a server it is skipped by name; with `CI=true` that is a failure.
 */
export function describeRedis(suite: (open: OpenTestCoordination) => void): void {
  if (redisFound) {
    describe('Redis', () => suite(redisOpener()));
  } else if (process.env.CI === 'true') {
    it('Redis is reachable', () => {
      throw new Error('Redis not found: set MENSHEN_TEST_REDIS');
    });
  } else {
    describe.skip('Redis not found', () => suite(redisOpener()));
  }
}

/** Runs a suite on the coordination in process and on Redis. */
export function describeEachCoordination(suite: (open: OpenTestCoordination) => void): void {
  describe('in process', () => suite(memoryOpener()));
  describeRedis(suite);
}
