import { randomBytes } from 'node:crypto';
import { correlationStateContract } from '@menshen/sigma/testing';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { describeRedis, testRedisUrl } from '../../coordination/testing.ts';
import { createRedisCorrelationState } from './redis.ts';

describeRedis(() => {
  const open: { readonly client: Redis; readonly prefix: string }[] = [];

  afterEach(async () => {
    for (const { client, prefix } of open.splice(0)) {
      const keys = await client.keys(`${prefix}*`);
      if (keys.length > 0) await client.del(...keys);
      client.disconnect();
    }
  });

  correlationStateContract({ describe, expect, it }, 'Redis', async (views) => {
    const prefix = `menshen-test-${randomBytes(6).toString('hex')}:`;
    return Array.from({ length: views }, () => {
      const client = new Redis(testRedisUrl);
      open.push({ client, prefix });
      return createRedisCorrelationState(client, prefix);
    });
  });
});
