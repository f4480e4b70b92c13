import { hash } from 'node:crypto';
import type { ListEntry } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { type RatesDesk, startRatesDesk } from '../../rates/testing.ts';
import type { RequestContext } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import { createAdmit } from './admit.ts';
import { createLimit } from './limit.ts';

type Change = Parameters<RatesDesk['request']>[0];

/** The three stages in their order; what the first that refuses says. */
function gate(desk: RatesDesk) {
  const admit = createAdmit(desk.services, { inFlight: 0, closing: false });
  const limit = createLimit(desk.services);
  const pass = async (change: Change = {}): Promise<{ refusal: Refusal | undefined; context: RequestContext }> => {
    const context = desk.request(change);
    return { refusal: admit(context) ?? limit.early(context) ?? (await limit.late(context)), context };
  };
  return { pass, code: async (change?: Change) => (await pass(change)).refusal?.code ?? null };
}
const entry = (change: Partial<ListEntry>): ListEntry => ({
  id: `entry ${Math.trunc(Object.values(change).join().length)} ${Object.values(change).join()}`,
  list: 'deny',
  kind: 'address',
  value: '192.0.2.1',
  app: null,
  reason: 'test',
  owner: 'test',
  created: 0,
  createdBy: 'test',
  expires: null,
  hits: 0,
  lastHit: null,
  ...change,
});
interface Puzzle {
  readonly puzzle: string;
  readonly bits: number;
}
function solve(refusal: Refusal | undefined): string {
  const { puzzle, bits } = (refusal?.extra?.['challenge'] ?? expect.fail('no puzzle')) as Puzzle;
  for (let counter = 0; ; counter += 1) {
    const solution = `${puzzle}.${counter}`;
    if (hash('sha256', solution, 'buffer').readUInt32BE(0) >>> (32 - bits) === 0) return solution;
  }
}
const easy = { rates: { challenge: { bits: 8, maxBits: 8 } } };
const answered = (solution: string, change: Change = {}): Change => ({ ...change, headers: { 'x-menshen-challenge': solution } });

describe('the bucket of an address', () => {
  const gateway = { limits: { perAddressPerSecond: 1, perAddressBurst: 3 } };

  it('is one for everybody within a /64, and says when to come again', async () => {
    const desk = startRatesDesk({}, { gateway });
    const { pass, code } = gate(desk);
    for (let at = 1; at <= 3; at += 1) expect(await code({ address: `2001:db8:1:2::${at}` })).toBeNull();
    expect((await pass({ address: '2001:db8:1:2:ffff::1' })).refusal).toMatchObject({ code: 'rate_limited', retryAfter: 1 });
    expect(await code({ address: '2001:db8:1:3::1' })).toBeNull();
    desk.wait(1_000);
    expect(await code({ address: '2001:db8:1:2::7' })).toBeNull();
    expect(desk.rates.ledger.now(desk.now(), 10)).toMatchObject([{ kind: 'address', who: '2001:db8:1:2::/64', refused: 1 }]);
  });
});

describe('limits of a route', () => {
  it('count persons, sessions and devices apart, and an address for whoever has no session', async () => {
    const desk = startRatesDesk({ limit: [{ per: 'person', requests: 2, windowSeconds: 60 }] });
    const { code } = gate(desk);
    const session = desk.session();
    expect([await code({ session }), await code({ session, address: '192.0.2.9' }), await code({ session })]).toEqual([
      null,
      null,
      'rate_limited',
    ]);
    expect(await code({ session: desk.session({ person: { uid: 'li', name: '', kind: 'employee' } }) })).toBeNull();
    expect([await code(), await code(), await code()]).toEqual([null, null, 'rate_limited']);
  });

  it('tell the client where the tightest one stands', async () => {
    const limit = [
      { per: 'address', requests: 100, windowSeconds: 60 },
      { per: 'person', requests: 3, windowSeconds: 60 },
    ];
    const desk = startRatesDesk({ limit }, { gateway: { rates: { headers: 'draft' } } });
    const { pass } = gate(desk);
    const session = desk.session();
    expect((await pass({ session })).context.rateHeaders).toEqual([
      'ratelimit-policy',
      '"person";q=3;w=60',
      'ratelimit',
      '"person";r=2;t=20',
    ]);
    await pass({ session });
    await pass({ session });
    const over = await pass({ session });
    expect(over.refusal).toMatchObject({ code: 'rate_limited', retryAfter: 20, where: 'limit per person: person 3/60 s' });
    expect(over.context.rateHeaders?.[3]).toBe('"person";r=0;t=20');
  });

  it('may count only who is risky, or looks like a bot', async () => {
    const desk = startRatesDesk({
      limit: [
        { per: 'person', requests: 1, windowSeconds: 60, riskAtLeast: 2 },
        { per: 'address', requests: 1, windowSeconds: 60, botAtLeast: 35 },
      ],
    });
    const { code } = gate(desk);
    for (let at = 0; at < 5; at += 1) expect(await code({ session: desk.session() })).toBeNull();
    const risky = desk.session({ risk: { level: 0, reasons: [], at: desk.now(), rank: 3 } });
    expect([await code({ session: risky }), await code({ session: risky })]).toEqual([null, 'rate_limited']);
    for (let at = 0; at < 25; at += 1) {
      desk.rates.bots.observe({ address: '192.0.2.7', device: null, person: null, origin: 'wechat', ending: 'undeclared' });
    }
    expect([await code({ address: '192.0.2.7' }), await code({ address: '192.0.2.7' })]).toEqual([null, 'rate_limited']);
    expect(await code()).toBeNull();
  });
});

describe('a puzzle instead of a refusal', () => {
  const limited = { limit: { per: 'person', requests: 1, windowSeconds: 3_600, answer: 'challenge' } };

  it('lets whoever solved it past, once, and not beyond as much again', async () => {
    const desk = startRatesDesk(limited, { gateway: easy });
    const { pass, code } = gate(desk);
    const session = desk.session();
    expect(await code({ session })).toBeNull();
    const first = await pass({ session });
    expect(first.refusal?.code).toBe('challenge_required');
    const solution = solve(first.refusal);
    expect(await code(answered(solution, { session }))).toBeNull();
    // Replayed, it is worth nothing, however often.
    expect(await code(answered(solution, { session }))).toBe('challenge_required');
    const again = solve((await pass({ session })).refusal);
    expect((await pass(answered(again, { session }))).refusal).toMatchObject({ code: 'rate_limited', retryAfter: 3_600 });
  });

  it('serves nobody else: no other session, address or route', async () => {
    const desk = startRatesDesk(limited, { gateway: easy });
    const { pass, code } = gate(desk);
    const session = desk.session();
    await pass({ session });
    const solution = solve((await pass({ session })).refusal);
    const other = desk.session({ sid: 'session-b' });
    expect(await code(answered(solution, { session: other }))).toBe('challenge_required');
    expect(await code(answered(solution, { session, address: '198.51.100.1' }))).toBe('challenge_required');
    expect(await code(answered(solution, { session }))).toBeNull();
  });

  it('is asked for again after its time', async () => {
    const desk = startRatesDesk({ bot: { atLeast: 35, answer: 'challenge' } }, { gateway: easy });
    const { pass, code } = gate(desk);
    for (let at = 0; at < 25; at += 1) {
      desk.rates.bots.observe({ address: '192.0.2.1', device: null, person: null, origin: 'wechat', ending: 'undeclared' });
    }
    const { refusal } = await pass();
    expect(refusal).toMatchObject({ code: 'challenge_required', where: 'bot 35: route_sweep' });
    desk.wait(121_000);
    expect(await code(answered(solve(refusal)))).toBe('challenge_required');
  });

  it('is not accepted while it cannot be known whether it was used', async () => {
    const desk = startRatesDesk(limited, {
      gateway: easy,
      coordinate: (memory) => ({
        ...memory,
        useNonce: async () => {
          throw new Error('away');
        },
      }),
    });
    const { pass, code } = gate(desk);
    await pass();
    const { refusal } = await pass();
    expect(await code(answered(solve(refusal)))).toBe('coordination_unavailable');
  });
});

describe('a second factor instead of a refusal', () => {
  it('lets whoever has just proved one past, and asks the others for it', async () => {
    const desk = startRatesDesk({ limit: { per: 'session', requests: 1, windowSeconds: 3_600, answer: 'mfa' } });
    const { pass, code } = gate(desk);
    const session = desk.session();
    expect(await code({ session })).toBeNull();
    expect((await pass({ session })).refusal).toMatchObject({
      code: 'mfa_required',
      extra: { form: 'freshness', maxAgeSeconds: 300 },
    });
    const proved = desk.session({ assurance: 2, secondFactorAt: desk.now() });
    expect(await code({ session: proved })).toBeNull();
    expect(await code({ session: proved })).toBe('rate_limited');
    desk.wait(300_001);
    expect(await code({ session: proved })).toBe('mfa_required');
    // Nobody is there who could prove anything.
    expect([await code(), await code()]).toEqual([null, 'rate_limited']);
  });
});

describe('rules about risk', () => {
  it('take the highest level that is reached, from Menshen or from WeChat', async () => {
    const desk = startRatesDesk({
      risk: [
        { atLeast: 1, answer: 'monitor' },
        { atLeast: 3, answer: 'mfa' },
        { atLeast: 4, answer: 'refuse' },
      ],
    });
    const { pass, code } = gate(desk);
    const ranked = (rank: 0 | 1 | 2 | 3 | 4, change = {}) =>
      desk.session({ risk: { level: 0, reasons: [], at: desk.now(), rank }, ...change });
    expect(await code({ session: ranked(0) })).toBeNull();
    expect((await pass({ session: ranked(2) })).refusal).toMatchObject({
      code: 'risk_refused',
      soft: true,
      where: 'risk 2: wechat_rank',
    });
    expect(await code({ session: ranked(3) })).toBe('mfa_required');
    expect((await pass({ session: ranked(3, { assurance: 2, secondFactorAt: desk.now() }) })).refusal).toMatchObject({
      soft: true,
    });
    expect((await pass({ session: ranked(4) })).refusal).toEqual({ code: 'risk_refused', where: 'risk 4: wechat_rank' });
  });
});

describe('lists', () => {
  it('stop an address, a person, a device and a user agent, each at its app', async () => {
    const desk = startRatesDesk({});
    const { code } = gate(desk);
    desk.lists.put(entry({ value: '198.51.100.0/24' }));
    desk.lists.put(entry({ value: '203.0.113.1', app: 'portal' }));
    desk.lists.put(entry({ value: '203.0.113.2', app: 'coupon' }));
    desk.lists.put(entry({ kind: 'person', value: 'li' }));
    desk.lists.put(entry({ kind: 'device', value: 'emulator' }));
    desk.lists.put(entry({ kind: 'agent', value: 'sqlmap' }));
    expect(await code({ address: '198.51.100.77' })).toBe('address_refused');
    expect(await code({ address: '203.0.113.1' })).toBe('address_refused');
    expect(await code({ address: '203.0.113.2' })).toBeNull();
    expect(await code({ session: desk.session({ person: { uid: 'li', name: '', kind: 'employee' } }) })).toBe('client_refused');
    expect(await code({ session: desk.session({ device: 'emulator' }) })).toBe('client_refused');
    expect(await code({ headers: { 'user-agent': 'SQLMap/1' } })).toBe('client_refused');
    expect(await code({ session: desk.session() })).toBeNull();
    expect([...desk.lists.all()].map(({ value, hits }) => [value, hits])).toEqual([
      ['198.51.100.0/24', 1],
      ['203.0.113.1', 1],
      ['203.0.113.2', 0],
      ['li', 1],
      ['emulator', 1],
      ['sqlmap', 1],
    ]);
  });

  it('stop nobody after their end', async () => {
    const desk = startRatesDesk({});
    const { code } = gate(desk);
    desk.lists.put(entry({ expires: desk.now() + 1_000 }));
    expect(await code()).toBe('address_refused');
    desk.wait(1_000);
    expect(await code()).toBeNull();
  });

  it('let an allowed address past limits and bot rules, never past risk, denied persons or the configuration', async () => {
    const desk = startRatesDesk(
      {
        limit: { per: 'address', requests: 1, windowSeconds: 60 },
        bot: { atLeast: 1, answer: 'refuse' },
        risk: { atLeast: 3, answer: 'refuse' },
      },
      { gateway: { denyAddresses: ['192.0.2.66'], limits: { perAddressPerSecond: 1, perAddressBurst: 1 } } },
    );
    const { code } = gate(desk);
    desk.lists.put(entry({ list: 'allow', value: '192.0.2.0/24' }));
    desk.lists.put(entry({ kind: 'person', value: 'li' }));
    for (let at = 0; at < 5; at += 1) expect(await code()).toBeNull();
    expect(await code({ address: '192.0.2.66' })).toBe('address_refused');
    expect(await code({ session: desk.session({ person: { uid: 'li', name: '', kind: 'employee' } }) })).toBe('client_refused');
    expect(await code({ session: desk.session({ risk: { level: 3, reasons: ['many_failures'], at: 0 } }) })).toBe('risk_refused');
  });
});

it('lifts by an allowed address what counts the address, by an allowed person what counts the person', async () => {
  const desk = startRatesDesk({
    limit: [
      { per: 'address', requests: 1, windowSeconds: 60 },
      { per: 'person', requests: 3, windowSeconds: 60 },
    ],
  });
  const { code } = gate(desk);
  desk.lists.put(entry({ list: 'allow', value: '192.0.2.1' }));
  desk.lists.put(entry({ list: 'allow', kind: 'person', value: 'li' }));
  const session = desk.session();
  expect([await code({ session }), await code({ session }), await code({ session }), await code({ session })]).toEqual([
    null,
    null,
    null,
    'rate_limited',
  ]);
  const li = desk.session({ person: { uid: 'li', name: '', kind: 'employee' } });
  const address = '198.51.100.1';
  expect([await code({ session: li, address }), await code({ session: li, address })]).toEqual([null, 'rate_limited']);
  for (let at = 0; at < 5; at += 1) expect(await code({ session: li })).toBeNull();
});

it('lifts what limits somebody for now', async () => {
  const desk = startRatesDesk({ limit: { per: 'person', requests: 1, windowSeconds: 3_600 } });
  const { code } = gate(desk);
  const session = desk.session();
  expect([await code({ session }), await code({ session })]).toEqual([null, 'rate_limited']);
  expect(desk.rates.ledger.now(desk.now(), 10)).toMatchObject([{ kind: 'person', who: 'zhang', limit: 'person 1/3600 s' }]);
  await desk.rates.lift('person', 'zhang', 'a mistake', 'boss');
  expect(desk.rates.ledger.now(desk.now(), 10)).toEqual([]);
  expect([await code({ session }), await code({ session })]).toEqual([null, 'rate_limited']);
});
