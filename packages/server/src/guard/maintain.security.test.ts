import { expect, it } from 'vitest';
import type { BackendAnswer } from '../gateway/backend-answer.ts';
import { Metrics } from '../gateway/metrics.ts';
import type { CompiledApp, Runtime } from '../gateway/runtime.ts';
import { createKeys } from '../keys/master.ts';
import { describeEachStore } from '../store/testing.ts';
import { compileGuards } from './compile.ts';
import { createGuardMaintenance } from './maintain.ts';
import { createGuardService } from './service.ts';
import { campaignApp, campaignInput, expectBalanced } from './testing.ts';

const actor = { person: 'zhang', device: null, address: '192.0.2.1', request: 'r20260101aaaa' };

describeEachStore((open) => {
  const opened = async (reconcile: string | undefined, answers: readonly (BackendAnswer | null)[]) => {
    const store = await open();
    let now = 1_000_000;
    const events: string[] = [];
    const asked: string[] = [];
    const audit = { record: async (event: string) => events.push(event) };
    const keys = createKeys(Buffer.alloc(32, 1), (size) => Buffer.alloc(size, 2));
    const { claim } = campaignInput();
    const config = campaignApp([campaignInput({ claim: { ...claim, ...(reconcile === undefined ? {} : { reconcile }) } })]);
    const guards = compileGuards(config, 15_000);
    const upstream = {
      exchange: async ({ path }: { path: string }) => {
        asked.push(path);
        const answer = answers[asked.length - 1] ?? null;
        if (answer === null) throw new Error('away');
        return answer;
      },
    };
    // As much of a runtime as the guards look at.
    const app = { id: 'portal', guards, upstream } as unknown as CompiledApp;
    const runtime = { apps: new Map([['portal', app]]) } as unknown as Runtime;
    let serial = 0;
    const guard = createGuardService({
      ...{ store, keys, metrics: new Metrics(), clock: () => now },
      audit: { ...audit, act: async (_by: string, _act: unknown, perform: () => Promise<unknown>) => await perform() } as never,
      revocations: { publish: async () => 1, subscribe: () => () => undefined },
      random: (size) => {
        serial += 1;
        return Buffer.alloc(size, serial);
      },
    });
    const maintain = createGuardMaintenance({ store, guard, keys, audit, runtime: () => runtime, clock: () => now });
    const campaign = guards.campaigns.get('tea');
    if (campaign === undefined) throw new Error('no campaign');
    const demand = { cents: 800, place: null, code: null, day: '2026-01-01', key: null };
    const made = await guard.claim(campaign, demand, actor);
    if (made.kind !== 'reserved') throw new Error(made.kind);
    const row = () => guard.transactions.run((db) => guard.ledger.find(db, made.id));
    return {
      ...{ store, guard, campaign, maintain, events, asked, row, id: made.id },
      later: (ms: number) => {
        now += ms;
      },
    };
  };
  const answer = (status: number, body: string): BackendAnswer => ({
    ...{ status, headers: { 'content-type': 'application/json' }, chunks: [Buffer.from(body)], length: Buffer.byteLength(body) },
    pump: null,
  });

  it('releases a reservation that a crash left behind when its time is over, not before, and says so', async () => {
    const { maintain, later, row, events, store, asked } = await opened(undefined, []);
    later(59_999);
    await maintain();
    expect(await row()).toMatchObject({ state: 'reserved' });
    later(1);
    await maintain();
    expect(await row()).toMatchObject({ state: 'released', counted: 0 });
    expect(events.filter((event) => event.includes('guard_outcome_unknown'))).toHaveLength(1);
    expect(asked).toEqual([]);
    await expectBalanced(store);
  });

  it('asks the backend first where the campaign says so, and grants what it confirms', async () => {
    const { maintain, later, row, asked, store } = await opened('/internal/claims/{request}', [
      null,
      answer(200, '{"id":"C1","amountCents":800}'),
    ]);
    later(60_000);
    // The backend is away: the reservation is kept for the next question.
    await maintain();
    expect(await row()).toMatchObject({ state: 'reserved' });
    await maintain();
    expect(await row()).toMatchObject({ state: 'granted', coupon: 'C1', cents: 800 });
    expect(asked).toEqual(['/internal/claims/r20260101aaaa', '/internal/claims/r20260101aaaa']);
    await expectBalanced(store);
  });

  it('grants nothing that a tampered backend makes of it afterwards', async () => {
    const { maintain, later, row, store, guard } = await opened('/internal/claims/{request}', [
      answer(200, '{"id":"C1","amountCents":80000}'),
    ]);
    later(60_000);
    await maintain();
    expect(await row()).toMatchObject({ state: 'released', coupon: null });
    const noted = await guard.transactions.run((db) => db.selectFrom('guard_violations').selectAll().execute());
    expect(noted).toMatchObject([{ side: 'answer', expected: 'asked:800', seen: 'cents:80000' }]);
    await expectBalanced(store);
  });

  it('releases what the backend does not know, and what it never answers for', async () => {
    const unknown = await opened('/internal/claims/{request}', [answer(404, '{}')]);
    unknown.later(60_000);
    await unknown.maintain();
    expect(await unknown.row()).toMatchObject({ state: 'released' });
    const away = await opened('/internal/claims/{request}', []);
    away.later(60_000);
    await away.maintain();
    expect(await away.row()).toMatchObject({ state: 'reserved' });
    away.later(600_000);
    await away.maintain();
    expect(await away.row()).toMatchObject({ state: 'released' });
  });

  it('keeps a coupon consumed whose redemption a crash interrupted, with an alarm', async () => {
    const { guard, campaign, id, maintain, later, row, events } = await opened(undefined, []);
    await guard.grant(campaign, id, { coupon: 'C1', cents: 800, key: null }, actor);
    const demand = { act: 'redeem' as const, coupon: 'C1', cents: 800, key: null, anybody: false, withinMs: null };
    expect((await guard.turn([campaign], demand, actor)).kind).toBe('held');
    later(60_000);
    await maintain();
    expect(await row()).toMatchObject({ state: 'redeemed', uncertain: 1, pending: null });
    expect(events.some((event) => event.includes('the coupon stays consumed'))).toBe(true);
    expect(await guard.turn([campaign], demand, actor)).toMatchObject({ kind: 'refused', code: 'guard_already_redeemed' });
  });

  it('asks a backend that is away once a round, however many wait, and all once it is back', async () => {
    const known = answer(404, '{}');
    const { guard, campaign, maintain, later, asked, store } = await opened('/internal/{request}', [null, known, known, known]);
    for (const person of ['li', 'wang'])
      await guard.claim(campaign, { cents: 800, place: null, code: null, day: '2026-01-01', key: null }, { ...actor, person });
    later(60_000);
    await maintain();
    expect(asked).toHaveLength(1);
    await maintain();
    expect(asked).toHaveLength(4);
    expect(await store.db.selectFrom('guard_grants').select('state').distinct().execute()).toEqual([{ state: 'released' }]);
  });

  it('asks for the other claims also where what is said of one cannot be taken', async () => {
    const done = (id: string) => answer(200, `{"id":"${id}","amountCents":800}`);
    const { guard, campaign, maintain, later, store } = await opened('/internal/{request}', [done('C1'), done('C2')]);
    await guard.claim(
      campaign,
      { cents: 800, place: null, code: null, day: '2026-01-01', key: null },
      { ...actor, person: 'li', request: 'r20260101bbbb' },
    );
    const { grant } = guard;
    Object.assign(guard, {
      grant: (...given: Parameters<typeof grant>) =>
        given[2].coupon === 'C1' ? Promise.reject(new Error('the store is busy')) : grant(...given),
    });
    later(60_000);
    await maintain();
    const rows = await store.db.selectFrom('guard_grants').select('state').orderBy('state').execute();
    expect(rows).toEqual([{ state: 'granted' }, { state: 'reserved' }]);
  });

  it('takes no step of the ledger for campaigns in which nothing is overdue', async () => {
    const { guard, maintain, later } = await opened(undefined, []);
    const { clearOverdue } = guard.ledger;
    const cleared: (string | undefined)[] = [];
    Object.assign(guard.ledger, {
      clearOverdue: (...given: Parameters<typeof clearOverdue>) => {
        cleared.push(given[2]?.campaign);
        return clearOverdue(...given);
      },
    });
    later(30_000);
    await maintain();
    expect(cleared).toEqual([undefined]);
    later(30_000);
    await maintain();
    expect(cleared).toEqual([undefined, 'tea', undefined]);
  });
});
