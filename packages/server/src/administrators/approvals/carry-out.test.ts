import { createHash } from 'node:crypto';
import { type ApprovalView, applyMeasure, MenshenError, setMode } from '@menshen/contract';
import { beforeEach, expect, it } from 'vitest';
import { strandedAttention } from '../../api/handlers/approval-attention.ts';
import { Metrics } from '../../gateway/metrics.ts';
import { describeEachStore, type TestStore } from '../../store/testing.ts';
import type { AccountRef } from '../model.ts';
import { secretMaker } from '../secrets.ts';
import { type Carrier, createApprovalService } from './service.ts';
import { createApprovalStore } from './store.ts';

const asker: AccountRef = { id: 'a_asker', username: 'asker', power: 'security' };
const approver: AccountRef = { id: 'a_approver', username: 'approver', power: 'system' };
const single: AccountRef = { id: 'a_single', username: 'single', power: 'all' };
const call = {
  params: undefined,
  query: undefined,
  body: { kind: 'stop_app', target: { app: 'portal' }, until: 1, reason: 'a test of it', idempotencyKey: 'test-1234' },
};

describeEachStore((open) => {
  let store: TestStore;
  const clock = { now: 1_767_225_600_000 };
  let drawn = 0;
  beforeEach(async () => {
    store = await open();
  });

  /** A node that carries measures out; `perform` is what happens when it tries. */
  const node = (perform: () => Promise<void> = async () => undefined) => {
    const done: string[] = [];
    const service = createApprovalService({
      store: createApprovalStore(store),
      audit: { record: async () => 1 } as never,
      metrics: new Metrics(),
      delayMs: () => 60_000,
      fourEyes: () => [],
      riskClasses: () => ['high'],
      clock: () => clock.now,
      make: secretMaker((size) => {
        drawn += 1;
        return createHash('sha256').update(String(drawn)).digest().subarray(0, size);
      }),
    });
    const carrier: Carrier = {
      isDone: async (approval) => done.includes(approval),
      async perform({ id, requester, approvedBy }) {
        await perform();
        done.push(id);
        expect([requester, approvedBy]).toEqual([requester, requester === 'single' ? null : 'approver']);
      },
    };
    service.carryOut(applyMeasure, carrier);
    return { service, done };
  };
  const file = (service: ReturnType<typeof node>['service'], by = asker): Promise<ApprovalView> =>
    service.request(by, { endpoint: applyMeasure, ...call, reason: 'a test of it', breakGlass: false });
  const approve = (service: ReturnType<typeof node>['service'], { id, digest }: ApprovalView) =>
    service.decide(approver, id, 'approve', digest, '');

  it('carries out what is approved at once, and once', async () => {
    const { service, done } = node();
    const filed = await file(service);
    expect(await service.work()).toBeUndefined();
    expect(done).toEqual([]);
    expect((await approve(service, filed)).state).toBe('spent');
    await service.work();
    expect(done).toEqual([filed.id]);
  });

  it('tells of a request that nobody is left to decide, while it is open', async () => {
    const { service } = node();
    const filed = await file(service);
    const told = async (...accounts: readonly (AccountRef & { readonly status: string })[]) =>
      (await strandedAttention(service, { all: async () => accounts as never })).map(({ since }) => since);
    const [here, gone] = ['active', 'disabled'].map((status) => ({ ...approver, status }));
    if (here === undefined || gone === undefined) throw new Error('no accounts');
    const own = { ...asker, status: 'active' };
    expect(await told(own, here)).toEqual([]);
    // The asker does not decide on what they have asked for, whatever their power.
    expect(await told(own, gone)).toEqual([filed.requestedAt]);
    expect(await told({ ...own, power: 'all' }, gone)).toEqual([filed.requestedAt]);
    await approve(service, filed);
    expect(await told(own, gone)).toEqual([]);
    await file(service);
    clock.now += 100 * 86_400_000;
    expect(await told(own, gone)).toEqual([]);
  });

  it('does again what a process had spent and not done when it died', async () => {
    const dead = node(() => Promise.reject(new Error('killed')));
    const filed = await file(dead.service);
    expect((await approve(dead.service, filed)).state).toBe('spent');
    const other = node();
    await other.service.work();
    await other.service.work();
    expect(other.done).toEqual([filed.id]);
  });

  it('says why what was approved cannot be done, and no node tries it again, nor after a restart', async () => {
    let tries = 0;
    const refuse = async () => {
      tries += 1;
      throw new MenshenError('validation_failed', { field: 'until', problem: 'too_soon' });
    };
    const { service } = node(refuse);
    const heard: (string | null)[] = [];
    service.onFailed(({ problem }) => heard.push(problem));
    const filed = await file(service);
    expect(await approve(service, filed)).toMatchObject({ state: 'spent', problem: 'validation_failed until too_soon' });
    await service.work();
    const restarted = node(refuse).service;
    await restarted.work();
    expect(tries).toBe(1);
    expect(await restarted.get(asker, filed.id)).toMatchObject({ problem: 'validation_failed until too_soon' });
    expect(heard).toEqual(['validation_failed until too_soon']);
  });

  it('says nothing went wrong where a node was refused what another has just done', async () => {
    const done: string[] = [];
    const { service } = node(() => Promise.reject(new MenshenError('conflict')));
    service.carryOut(applyMeasure, {
      isDone: async (approval) => done.includes(approval),
      async perform({ id }) {
        done.push(id);
        throw new MenshenError('conflict');
      },
    });
    expect(await approve(service, await file(service))).toMatchObject({ state: 'spent', problem: null });
  });

  it('gives up after half an hour what fails each time, and says so', async () => {
    const { service } = node(() => Promise.reject(new Error('the store is away')));
    const filed = await file(service);
    expect(await approve(service, filed)).toMatchObject({ state: 'spent', problem: null });
    clock.now += 29 * 60_000;
    await expect(service.work()).rejects.toThrow('the store is away');
    expect((await service.get(asker, filed.id)).problem).toBeNull();
    clock.now += 60_000;
    await service.work();
    expect((await service.get(asker, filed.id)).problem).toBe('carry_expired');
  });

  it('reaches what stands behind any number of others, also of those that fail now', async () => {
    const broken = node(() => Promise.reject(new Error('away')));
    const filed: ApprovalView[] = [];
    // Each person may have twenty open at once.
    for (let at = 0; at < 120; at += 1) {
      filed.push(await file(broken.service, { ...asker, id: `a_asker${at % 10}` }));
      clock.now += 1;
    }
    for (const one of filed) await approve(broken.service, one);
    let tries = 0;
    const other = node(async () => {
      tries += 1;
      if (tries <= 60) throw new Error('away');
    });
    await expect(other.service.work()).rejects.toThrow('away');
    expect(other.done).toEqual(filed.slice(60).map(({ id }) => id));
    // What is done is not looked at again.
    await other.service.work();
    expect(other.done).toHaveLength(120);
  });

  it('lets a single operator take it back until the delay is over, and carries it out then', async () => {
    const { service, done } = node();
    const [kept, withdrawn] = [await file(service, single), await file(service, single)];
    await service.cancel(single, withdrawn.id);
    await service.work();
    expect(done).toEqual([]);
    clock.now += 60_001;
    await service.work();
    expect(done).toEqual([kept.id]);
  });

  it('leaves what was forced, refused, or is of other endpoints to those who asked', async () => {
    const { service, done } = node();
    await service.request(asker, { endpoint: applyMeasure, ...call, reason: 'a test of it', breakGlass: true });
    const refused = await file(service);
    await service.decide(approver, refused.id, 'refuse', refused.digest, '');
    const mode = { params: undefined, query: undefined, body: { mode: 'bypass', reason: 'a test of it' } };
    const other = await service.request(
      { ...approver, id: 'a_other' },
      { endpoint: setMode, ...mode, reason: 'a test of it', breakGlass: false },
    );
    await service.decide(asker, other.id, 'approve', other.digest, '');
    await service.work();
    expect(done).toEqual([]);
    expect((await service.get(asker, other.id)).state).toBe('approved');
  });

  it('asks for a second person by the class of what is to be done', () => {
    const { service } = node();
    expect(service.needed(applyMeasure, call)).toBe(true);
    const block = { ...call, body: { ...call.body, kind: 'block_addresses', target: { addresses: ['203.0.113.7'] } } };
    expect(service.needed(applyMeasure, block)).toBe(false);
  });
});
