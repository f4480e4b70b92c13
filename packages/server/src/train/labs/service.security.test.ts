import { type LabId, type MenshenError, trainingSchema } from '@menshen/contract';
import { beforeEach, expect, it } from 'vitest';
import { metaMigrations } from '../../store/meta-tables.ts';
import { describeEachStore } from '../../store/testing.ts';
import { trainMigrations } from '../tables.ts';
import type { LogFact } from './model.ts';
import { createLabService, type LabEvent, type LabService } from './service.ts';
import { createLabStore, type LabStore } from './store.ts';
import { type InventedSandbox, inventedSandbox } from './testing.ts';

const minuteMs = 60_000;
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'none',
    (error: unknown) => (error as MenshenError).code,
  );
const person = (uid: string) => ({ uid, name: uid });
const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

describeEachStore((open) => {
  let store: LabStore;
  let service: LabService;
  let now: number;
  let made: { readonly lab: LabId; readonly of: InventedSandbox }[];
  let counted: LabEvent[];
  let passed: string[];
  let acts: string[];
  let enabled: boolean;
  let left: Set<string>;
  beforeEach(async () => {
    store = createLabStore(await open({ migrations: [...metaMigrations, ...trainMigrations] }));
    [now, made, counted, passed, acts, enabled] = [1_000_000, [], [], [], [], true];
    left = new Set();
    service = createLabService({
      ...{ store, version: 'test', clock: () => now },
      settings: () => trainingSchema.parse({ labs: { enabled, atOnce: 2, minutes: 30 } }).labs,
      start: ({ lab }) => {
        const of = inventedSandbox();
        made.push({ lab, of });
        return of.handle;
      },
      audit: {
        act: async (by: string, act: { entity: string; activity: string }, perform: () => Promise<unknown>) => {
          acts.push(`${by} ${act.entity}.${act.activity}`);
          return await perform();
        },
      } as never,
      passed: async ({ uid }, lab) => void passed.push(`${uid} ${lab}`),
      count: (event) => counted.push(event),
      isHere: (uid) => !left.has(uid),
    });
  });
  const running = async (uid: string, lab: LabId = 'stolen-login') => {
    await service.start(person(uid), lab);
    const sandbox = made.at(-1)?.of;
    if (sandbox === undefined) throw new Error('none was started');
    sandbox.begin(null);
    await settled();
    return sandbox;
  };

  it('gives each person one sandbox, this node so many, and says so', async () => {
    await running('a');
    await running('b');
    expect(await codeOf(service.start(person('c'), 'stolen-login'))).toBe('labs_full');
    // Again is the same; another lab takes the place of the first.
    await service.start(person('a'), 'stolen-login');
    expect(made).toHaveLength(2);
    await running('a', 'stored-script');
    expect([made.length, service.running()]).toEqual([3, 2]);
    await Promise.all([service.start(person('b'), 'tampered-coupon'), service.start(person('b'), 'tampered-coupon')]);
    expect([made.length, service.running()]).toEqual([4, 2]);
    await service.end('a', 'stored-script');
    await running('c');
    expect(counted.filter((event) => event === 'refused')).toHaveLength(1);
  });

  it('ends with its person, and keeps no place for one who has left or was erased', async () => {
    await running('a');
    await running('b');
    left.add('a');
    expect(await codeOf(service.send(person('a'), 'stolen-login', 'any', {}))).toBe('lab_over');
    expect(service.holders().map(({ uid }) => uid)).toEqual(['b']);
    await service.maintain();
    expect(service.running()).toBe(1);
    // Whose place is free for somebody else.
    await running('c');
    expect(service.running()).toBe(2);
  });

  it('starts no more than ten for a person in an hour', async () => {
    for (let nth = 0; nth < 10; nth += 1) {
      await running('a');
      await service.end('a', 'stolen-login');
    }
    expect(await codeOf(service.start(person('a'), 'stolen-login'))).toBe('rate_limited');
    await running('b');
    now += 61 * minuteMs;
    await running('a');
    expect(made).toHaveLength(12);
  });

  it('ends by its time, and when nobody uses it, and gives its place back', async () => {
    await running('a');
    await running('b');
    now += 9 * minuteMs;
    await service.send(person('a'), 'stolen-login', 'read', {});
    now += 2 * minuteMs;
    expect(service.runOf('b')).toBeNull();
    expect(await codeOf(service.send(person('b'), 'stolen-login', 'read', {}))).toBe('lab_over');
    await running('c');
    for (let minutes = 0; minutes < 3; minutes += 1) {
      now += 6 * minuteMs;
      await service.send(person('a'), 'stolen-login', 'read', {}).catch(() => undefined);
    }
    now += 2 * minuteMs;
    expect(await codeOf(service.send(person('a'), 'stolen-login', 'read', {}))).toBe('lab_over');
    await service.maintain();
    expect(service.running()).toBe(0);
  });

  it('lets nobody into a sandbox but the one who started it, nor with another lab', async () => {
    const sandbox = await running('a');
    for (const work of [
      service.send(person('b'), 'stolen-login', 'read', {}),
      service.protect(person('b'), 'stolen-login'),
      service.send(person('a'), 'stored-script', 'publish', {}),
    ])
      expect(await codeOf(work)).toBe('lab_over');
    await service.end('b', 'stolen-login');
    expect([service.runOf('b'), service.runOf('a')?.state, sandbox.sent]).toEqual([null, 'running', []]);
  });

  it('sends what the lab lists and nothing else', async () => {
    const sandbox = await running('a');
    expect(await codeOf(service.send(person('a'), 'stolen-login', '../admin', {}))).toBe('not_found');
    expect(await codeOf(service.send(person('a'), 'stolen-login', 'publish', {}))).toBe('not_found');
    for (const values of [
      { url: 'http://169.254.169.254/' },
      { path: '/_menshen/v1/login' },
      { phone: 1 },
      { phone: '1'.repeat(21) },
    ])
      expect(await codeOf(service.send(person('a'), 'stolen-login', 'change', values as never))).toBe('validation_failed');
    expect(sandbox.sent).toEqual([]);
    await service.send(person('a'), 'stolen-login', 'change', { phone: '13800000000' });
    expect(sandbox.sent).toEqual([{ request: 'change', values: { phone: '13800000000', bio: '这个账号现在归我' } }]);
  });

  it('has an end to its requests, and does one at a time', async () => {
    await running('a');
    const two = await Promise.all([1, 2].map(() => codeOf(service.send(person('a'), 'stolen-login', 'read', {}))));
    expect(two.sort()).toEqual(['none', 'rate_limited']);
    for (let nth = 1; nth < 60; nth += 1) await service.send(person('a'), 'stolen-login', 'read', {});
    expect(service.runOf('a')?.left).toBe(0);
    expect(await codeOf(service.send(person('a'), 'stolen-login', 'read', {}))).toBe('rate_limited');
  });

  it('passes once, when the log says so, and only then', async () => {
    const sandbox = await running('a');
    const send = async (request: string, harmed: boolean, fact: Partial<LogFact> = {}) => {
      sandbox.answers.push({ harmed, fact });
      await service.send(person('a'), 'stolen-login', request, {});
    };
    const stopped = { outcome: 'refused', code: 'mfa_required', status: 403 } as const;
    await send('read', true);
    await send('change', true);
    await service.protect(person('a'), 'stolen-login');
    await send('read', false, stopped);
    await send('own-read', false);
    await send('own-change', false);
    // Refused, but not by the protection: not yet.
    await send('change', false, { ...stopped, code: 'schema_mismatch' });
    expect([passed, (await store.results('a'))[0]?.passed]).toEqual([[], null]);
    await send('change', false, stopped);
    expect(passed).toEqual(['a stolen-login']);
    await send('change', false, stopped);
    expect([passed, counted.filter((event) => event === 'passed')]).toEqual([['a stolen-login'], ['passed']]);
    expect(acts).toEqual(['a training lab.create', 'a training lab.update']);
    expect(await store.results()).toEqual([{ uid: 'a', lab: 'stolen-login', started: 1_000_000, tries: 1, passed: now }]);
  });

  it('says why a sandbox did not start, and takes no place for it', async () => {
    await service.start(person('a'), 'stolen-login');
    made[0]?.of.begin('demo_missing');
    made[0]?.of.leave();
    await settled();
    expect(service.runOf('a')).toMatchObject({ state: 'failed', failure: 'demo_missing' });
    expect([service.running(), await codeOf(service.send(person('a'), 'stolen-login', 'read', {}))]).toEqual([0, 'lab_over']);
    await running('a');
    expect(service.runOf('a')?.state).toBe('running');
  });

  it('notices a sandbox that died, and starts none while labs are off', async () => {
    const sandbox = await running('a');
    sandbox.leave();
    await settled();
    expect(service.runOf('a')).toBeNull();
    enabled = false;
    expect(await codeOf(service.start(person('a'), 'stolen-login'))).toBe('labs_off');
    expect(await codeOf(service.send(person('a'), 'stolen-login', 'read', {}))).toBe('labs_off');
  });
});
