import { appSchema, type LimitConfig } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { createMemoryCoordination } from '../coordination/memory.ts';
import type { Coordination } from '../coordination/model.ts';
import { Metrics } from '../gateway/metrics.ts';
import { createLimiter } from './limiter.ts';
import { type CompiledLimit, compileRates } from './model.ts';

function limitsOf(
  limit: readonly Partial<LimitConfig>[],
  change: { limit?: unknown; cost?: number } = {},
): readonly CompiledLimit[] {
  const app = appSchema.parse({
    id: 'portal',
    basePath: '/portal',
    audience: ['employee'],
    upstream: 'http://127.0.0.1:1',
    ...(change.limit === undefined ? {} : { limit: change.limit }),
    routes: [
      {
        match: 'POST /export',
        auth: 'none',
        ...(limit.length === 0
          ? {}
          : { limit: limit.map((one) => ({ per: 'person', requests: 10, windowSeconds: 10, ...one })) }),
        ...(change.cost === undefined ? {} : { cost: change.cost }),
      },
    ],
  });
  const [route] = app.routes;
  if (route === undefined) return expect.fail();
  const { early, late } = compileRates(app, route);
  return [...early, ...late];
}

function setUp(coordinate: (memory: Coordination) => Coordination = (memory) => memory, nodes = 4) {
  let now = 1_767_225_600_000;
  const clock = (): number => now;
  const events: string[] = [];
  const limiter = createLimiter({
    coordination: coordinate(createMemoryCoordination({ clock })),
    buckets: 1_024,
    nodes: () => nodes,
    audit: { record: async (event) => events.push(event) },
    metrics: new Metrics(),
    clock,
  });
  return { limiter, events, wait: (ms: number) => (now += ms) };
}

describe('several limits', () => {
  it('are taken from all together or not at all', async () => {
    const { limiter } = setUp();
    const [wide, narrow] = limitsOf([{ requests: 10 }, { requests: 2, windowSeconds: 100 }]);
    if (wide === undefined || narrow === undefined) return expect.fail();
    const both = [wide, narrow].map((limit) => ({ limit, who: 'zhang' }));
    expect(limiter.take(both)).toBeNull();
    expect(limiter.take(both)).toBeNull();
    for (let tries = 0; tries < 20; tries += 1) expect(limiter.take(both)).toMatchObject({ limit: narrow, retryAfterMs: 50_000 });
    expect(limiter.standing({ limit: wide, who: 'zhang' })).toEqual({ remaining: 8, fullInMs: 2_000 });
    expect(limiter.take(both.map(({ limit }) => ({ limit, who: 'li' })))).toBeNull();
  });

  it('of an app take what the route costs', () => {
    const { limiter } = setUp();
    const [limit] = limitsOf([], { limit: { per: 'person', requests: 100, windowSeconds: 100 }, cost: 20 });
    if (limit === undefined) return expect.fail();
    const taken = Array.from({ length: 6 }, () => limiter.take([{ limit, who: 'zhang' }]));
    expect(taken.slice(0, 5)).toEqual([null, null, null, null, null]);
    expect(taken[5]).toMatchObject({ retryAfterMs: 20_000 });
  });

  it('refuse a configuration in which a request could never pass', () => {
    expect(() => limitsOf([], { limit: { per: 'app', requests: 10, windowSeconds: 1 }, cost: 11 })).toThrow('could never pass');
  });

  it('forget nobody who is limited while new keys flood in', () => {
    const { limiter } = setUp();
    const [limit] = limitsOf([{ requests: 5, windowSeconds: 3_600 }]);
    if (limit === undefined) return expect.fail();
    for (let at = 0; at < 5; at += 1) limiter.take([{ limit, who: 'victim' }]);
    for (let at = 0; at < 100_000; at += 1) limiter.take([{ limit, who: `rotating ${at}` }]);
    expect(limiter.take([{ limit, who: 'victim' }])).not.toBeNull();
    expect(limiter.state().forgotten).toBeGreaterThan(50_000);
  });
});

describe('shared limits while the coordination service is away', () => {
  const away = (): { down: boolean; asked: number; coordinate: (memory: Coordination) => Coordination } => {
    const state = {
      down: false,
      asked: 0,
      coordinate: (memory: Coordination): Coordination => ({
        ...memory,
        tokenBucket: {
          ...memory.tokenBucket,
          takeAll: async (takes) => {
            state.asked += 1;
            if (state.down) throw new Error('away');
            return memory.tokenBucket.takeAll(takes);
          },
        },
      }),
    };
    return state;
  };

  it('go on with the share of this node, ask at most once a second, and say so at both ends', async () => {
    const service = away();
    const { limiter, events, wait } = setUp(service.coordinate);
    const [limit] = limitsOf([{ requests: 40, windowSeconds: 40, shared: true }]);
    if (limit === undefined) return expect.fail();
    const take = async () => (await limiter.take([{ limit, who: 'zhang' }])) === null;
    expect(await take()).toBe(true);
    service.down = true;
    let passed = 0;
    for (let at = 0; at < 100; at += 1) if (await take()) passed += 1;
    expect(passed).toBe(10);
    expect(service.asked).toBe(2);
    expect(limiter.state().alone).toBe(true);
    wait(1_000);
    await take();
    expect(service.asked).toBe(3);
    wait(4_000);
    expect([await take(), await take()]).toEqual([true, false]);
    service.down = false;
    wait(1_000);
    expect(await take()).toBe(true);
    expect(limiter.state()).toMatchObject({ alone: false, since: null });
    expect(events.map((event) => /alarm\.(\w+)/.exec(event)?.[1])).toEqual(['shared_limits_alone', 'shared_limits_restored']);
  });

  it('let a request that costs more than the share pass at times, not never', async () => {
    const service = away();
    service.down = true;
    const { limiter, wait } = setUp(service.coordinate, 50);
    const [limit] = limitsOf([], { limit: { per: 'person', requests: 20, windowSeconds: 20, shared: true }, cost: 20 });
    if (limit === undefined) return expect.fail();
    expect(await limiter.take([{ limit, who: 'zhang' }])).toBeNull();
    expect(await limiter.take([{ limit, who: 'zhang' }])).not.toBeNull();
    wait(20_000 * 50);
    expect(await limiter.take([{ limit, who: 'zhang' }])).toBeNull();
  });
});
