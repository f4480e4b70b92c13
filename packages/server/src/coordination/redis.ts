import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import * as z from 'zod';
import { checkCount, checkKey, checkKeys, checkTakes, checkTime } from './checks.ts';
import { CoordinationError } from './errors.ts';
import type { BucketTake, Coordination, Lease, TakeAllAnswer } from './model.ts';
import { createRedisBroadcast } from './redis-broadcast.ts';
import { acquireScript, incrementScript, type RedisScript, releaseScript, renewScript, takeScript } from './redis-scripts.ts';
import { createLocalTokenBucket, tokenTolerance } from './token-bucket.ts';

const connectTimeoutMs = 1_000;
const commandTimeoutMs = 1_000;
const silenceMs = 5_000;
const longestPauseMs = 2_000;

export interface RedisCoordinationOptions {
  /** `redis://` or `rediss://`, with credentials and database number as usual. */
  readonly url: string;
  /** Epoch milliseconds; only turns durations of the server into times of this node. */
  readonly clock: () => number;
  /** Set before every key and channel, so that installations can share a server; `menshen:` by default. */
  readonly prefix?: string;
}

/** Set before every key where the address says nothing else. */
export const usualPrefix = 'menshen:';

const pair = z.tuple([z.number(), z.number()]);
const takenAll = z.tuple([z.union([z.literal(0), z.literal(1)])]).rest(z.number());
const flag = z.union([z.literal(0), z.literal(1)]);
const token = z.union([
  z.null(),
  z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number),
]);

/** Opens a connection that fails fast while Redis is away, and reconnects by itself for ever. */
export function createRedisClient(url: string): Redis {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    socketTimeout: silenceMs,
    enableOfflineQueue: false,
    // A command that was under way when the connection broke may have been done; repeating it could use a nonce twice.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    retryStrategy: (times) => Math.min(25 * 2 ** Math.min(times, 10), longestPauseMs),
  });
  // Failures reach the callers of commands; without a listener the event would be printed.
  client.on('error', () => {});
  return client;
}

/** Coordination through Redis 6.2 or later. Resolves also when Redis is away: methods then reject until it is back. */
export async function createRedisCoordination(options: RedisCoordinationOptions): Promise<Coordination> {
  const { url, clock } = options;
  const prefix = options.prefix ?? usualPrefix;
  const client = createRedisClient(url);
  await client.connect().catch(() => {});
  const broadcast = createRedisBroadcast(client, () => createRedisClient(url), prefix);

  const reconnect = (): void => {
    if (client.status === 'ready') client.disconnect(true);
  };
  const ask = async <T>(schema: z.ZodType<T>, command: () => Promise<unknown>): Promise<T> => {
    try {
      return schema.parse(await command());
    } catch (error) {
      // An answer that comes late, or never, must not be taken for the answer to a later question.
      if (error instanceof Error && error.message === 'Command timed out') reconnect();
      throw new CoordinationError('coordination_unavailable', 'Redis does not answer');
    }
  };
  const run = <T>(
    schema: z.ZodType<T>,
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<T> =>
    ask(schema, async () => {
      try {
        return await client.evalsha(script.sha1, keys.length, ...keys, ...args);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return await client.eval(script.source, keys.length, ...keys, ...args);
      }
    });

  const createLease = (name: string, held: number, ends: number): Lease => {
    const key = `${prefix}lock:{${name}}`;
    let expiresAt = ends;
    return {
      name,
      token: held,
      get expiresAt() {
        return expiresAt;
      },
      async renew(ttlMs) {
        checkTime(ttlMs);
        const asked = clock();
        const kept = await run(flag, renewScript, [key], [String(held), ttlMs]);
        if (kept === 1) expiresAt = asked + ttlMs;
        return kept === 1;
      },
      release: async () => (await run(flag, releaseScript, [key], [String(held)])) === 1,
    };
  };

  const bucketKey = (key: string): string => `${prefix}bucket:${key}`;
  const takeAll = async (takes: readonly BucketTake[]): Promise<TakeAllAnswer> => {
    checkTakes(takes);
    const args = takes.flatMap(({ rate }) => [rate.capacity, rate.refillPerSecond / 1_000, rate.cost]);
    const keys = takes.map(({ key }) => bucketKey(key));
    const [allowed, ...rest] = await run(takenAll, takeScript, keys, [tokenTolerance, ...args]);
    const buckets = takes.map((_, at) => {
      const retryAfterMs = rest[at * 2 + 1] ?? 0;
      return { allowed: retryAfterMs === 0, remaining: rest[at * 2] ?? 0, retryAfterMs };
    });
    return { allowed: allowed === 1, buckets };
  };

  return {
    kind: 'redis',
    async useNonce(key, ttlMs) {
      checkKey(key);
      checkTime(ttlMs);
      const answer = await ask(z.union([z.literal('OK'), z.null()]), () =>
        client.set(`${prefix}nonce:${key}`, '1', 'PX', ttlMs, 'NX'),
      );
      return answer === 'OK';
    },
    counter: {
      async increment(key, windowMs, by = 1) {
        checkKey(key);
        checkTime(windowMs);
        checkCount(by);
        const [count, left] = await run(pair, incrementScript, [`${prefix}counter:${key}`], [by, windowMs]);
        return { count, resetAt: clock() + left };
      },
    },
    tokenBucket: {
      async take(key, rate) {
        const [bucket] = (await takeAll([{ key, rate }])).buckets;
        if (bucket === undefined) throw new CoordinationError('coordination_unavailable', 'Redis does not answer');
        return bucket;
      },
      takeAll,
      async forget(keys) {
        checkKeys(keys);
        if (keys.length > 0) await ask(z.number(), () => client.del(...keys.map(bucketKey)));
      },
    },
    localTokenBucket: (local) => createLocalTokenBucket(clock, local?.maxKeys),
    lock: {
      async acquire(name, ttlMs) {
        checkKey(name);
        checkTime(ttlMs);
        const asked = clock();
        const held = await run(token, acquireScript, [`${prefix}lock:{${name}}`, `${prefix}fence:{${name}}`], [ttlMs]);
        return held === null ? null : createLease(name, held, asked + ttlMs);
      },
    },
    broadcast: {
      publish: async (channel, message) => {
        await ask(z.number(), () => broadcast.publish(channel, message));
      },
      subscribe: broadcast.subscribe,
    },
    async place() {
      const key = `${prefix}place`;
      await ask(z.union([z.literal('OK'), z.null()]), () => client.set(key, randomUUID(), 'NX'));
      return await ask(z.uuid(), () => client.get(key));
    },
    async health() {
      const answer = await ask(z.literal('PONG'), () => client.ping()).catch(() => null);
      return { kind: 'redis', state: answer === null ? 'down' : 'up' };
    },
    async close() {
      broadcast.close();
      client.disconnect();
    },
  };
}
