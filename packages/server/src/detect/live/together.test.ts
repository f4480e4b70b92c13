import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import { gatewayEvent } from '../../audit/gateway-event.ts';
import { encodeRecord, RECORD } from '../../audit/log/record.ts';
import { openTestWriter, scratchLog, testRoomOptions } from '../../audit/testing.ts';
import { createRedisClient } from '../../coordination/redis.ts';
import { describeRedis, testRedisUrl } from '../../coordination/testing.ts';
import { emptyDirectory } from '../model.ts';
import type { NamedAlert } from './protocol.ts';
import { watchRules, watchRulesTogether } from './sigma.ts';
import { createWatch } from './watch.ts';

const shipped = resolve(import.meta.dirname, '../../../detections');
const scratch = scratchLog();
const clients: Redis[] = [];
afterEach(async () => {
  scratch.remove();
  for (const client of clients.splice(0)) client.disconnect();
});
const start = Date.UTC(2026, 10, 9, 1);

const claim = (at: number): string =>
  gatewayEvent({
    ...{ time: start + at * 30, requestId: `r${at}`, method: 'POST', path: '/api/claims', address: '198.51.100.40' },
    ...{ userAgent: 'MicroMessenger/8.0.49', app: 'coupon', route: 'POST /api/claims', action: 'coupon.claim' },
    ...{ uid: 'hasty', kind: 'customer', session: 's1', device: 'd1', channel: 'wechat', assurance: 1, mode: 'enforce' },
    ...{ outcome: 'refused', code: 'guard_budget_exhausted', status: null, stages: [], policies: [], latencyMicros: 1 },
    ...{ backendMicros: null, bytesIn: 0, bytesOut: 0 },
  });

describeRedis(() => {
  /** Thirty claims of one person within a second, which a balancer gives to three nodes in turn; each node has a log of its own. */
  const spread = async (rulesOf: (node: string) => Promise<Parameters<typeof createWatch>[0]['rules']>) => {
    const told: NamedAlert[] = [];
    const watches = [];
    for (const [nth, node] of ['a', 'b', 'c'].entries()) {
      const directory = join(scratch.directory, node);
      mkdirSync(directory, { recursive: true });
      const { room } = openTestWriter(testRoomOptions(directory));
      const own = Array.from({ length: 30 }, (_, at) => at).filter((at) => at % 3 === nth);
      const bytes = Buffer.concat(own.map((at) => encodeRecord(RECORD.entry, 0, Buffer.from(claim(at)))));
      await room.handle('append', { bytes });
      await room.handle('flush', null);
      await room.close();
      const watch = createWatch({
        ...{ directory, snapshot: join(scratch.directory, `${node}.bin`), locate: () => null, rules: await rulesOf(node) },
        tell: ({ alerts }) => void told.push(...alerts),
      });
      watches.push(watch);
    }
    // All at once, as they would.
    for (const watch of watches) {
      watch.context(emptyDirectory, [], new Map());
      watch.step(10);
    }
    for (const watch of watches) {
      if (watch.answered() !== null) expect(watch.save()).toBe(false);
      await watch.answered();
      watch.flush();
    }
    return new Map(told.filter(({ rule }) => rule === 'menshen_claims_hammered').map((alert) => [alert.id, alert]));
  };

  it('claims that are spread over three nodes make one alert, of one of them, and none where each node is by itself', async () => {
    const prefix = `menshen-test-${randomBytes(6).toString('hex')}:`;
    const together = await spread(async (node) => {
      const client = createRedisClient(testRedisUrl);
      clients.push(client);
      await client.connect();
      return watchRulesTogether(shipped, client, { prefix, node });
    });
    const [first] = clients;
    if (first === undefined) throw new Error('no client');
    expect([...together.values()]).toMatchObject([{ user: 'hasty', facts: { app: 'coupon' } }]);
    const [alert] = together.values();
    // Its events are those of the node's own log: an index means nothing in another.
    expect(alert?.events.every((id) => Number(id) < 10)).toBe(true);
    expect(Number(alert?.facts['events_elsewhere'])).toBeGreaterThan(8);
    for (const key of await first.keys(`${prefix}*`)) {
      expect(await first.pttl(key)).toBeGreaterThan(0);
      await first.del(key);
    }
    scratch.remove();
    expect((await spread(async () => watchRules(shipped))).size).toBe(0);
  });
});
