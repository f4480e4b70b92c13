import { randomBytes } from 'node:crypto';
import { type LabId, type MenshenError, trainingSchema } from '@menshen/contract';
import { expect, it } from 'vitest';
import type { Coordination } from '../../coordination/model.ts';
import { createKeys } from '../../keys/master.ts';
import { metaMigrations } from '../../store/meta-tables.ts';
import { describeEachStore, type OpenTestStore } from '../../store/testing.ts';
import { trainMigrations } from '../tables.ts';
import { createLabPlaces, placeMs } from './places.ts';
import { createLabService } from './service.ts';
import { createSharedLabs, type Labs } from './shared.ts';
import { createLabStore } from './store.ts';
import { type InventedSandbox, inventedSandbox } from './testing.ts';

const minuteMs = 60_000;
const person = (uid: string) => ({ uid, name: `name of ${uid}` });
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'none',
    (error: unknown) => (error as MenshenError).code,
  );
const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

/** Several nodes beside one store; hints reach all of them, or nobody. */
async function company(open: OpenTestStore, { deaf = false, look = 20_000 } = {}) {
  const store = await open({ migrations: [...metaMigrations, ...trainMigrations] });
  const clock = { now: 1_000_000 };
  const said: string[] = [];
  const ears = new Set<(message: string) => void>();
  const broadcast: Coordination['broadcast'] = {
    async publish(_channel, message) {
      said.push(message);
      if (!deaf) for (const hear of ears) hear(message);
    },
    subscribe(_channel, hear) {
      ears.add(hear);
      return () => ears.delete(hear);
    },
  };
  const passed: string[] = [];
  const rounds: NodeJS.Timeout[] = [];
  const node = (name: string) => {
    const made: InventedSandbox[] = [];
    const local = createLabService({
      isHere: () => true,
      ...{ store: createLabStore(store), version: 'test', clock: () => clock.now },
      settings: () => trainingSchema.parse({ labs: { enabled: true, atOnce: 1, minutes: 30 } }).labs,
      start() {
        const sandbox = inventedSandbox();
        made.push(sandbox);
        sandbox.begin(null);
        return sandbox.handle;
      },
      audit: { act: async (_by: string, _act: object, perform: () => Promise<unknown>) => await perform() } as never,
      passed: async ({ uid, name: called }, lab) => void passed.push(`${name} ${uid} ${called} ${lab}`),
      count: () => undefined,
    });
    const labs = createSharedLabs({
      ...{ local, places: createLabPlaces(store), broadcast, node: name, clock: () => clock.now },
      keys: createKeys(new Uint8Array(32).fill(9), (size) => randomBytes(size)),
      random: (size) => randomBytes(size),
      waits: { look, use: look },
    });
    return { labs, made, local };
  };
  /** Has a node work as the platform does. */
  const live = (labs: Labs): void => void rounds.push(setInterval(() => void labs.work().catch(() => undefined), 100));
  const rest = (): void => rounds.splice(0).forEach(clearInterval);
  const rows = async () => ({
    calls: await store.db.selectFrom('training_lab_calls').selectAll().execute(),
    places: (await store.db.selectFrom('training_lab_places').selectAll().execute()).map(({ uid, node: at }) => `${uid} ${at}`),
  });
  return { store, clock, said, ears, passed, node, live, rest, rows };
}

const limit = { timeout: 60_000 };

describeEachStore((open) => {
  it.each([false, true])('is used from every node, and its person passes it there (hints lost: %s)', limit, async (deaf) => {
    const world = await company(open, { deaf });
    const [a, b] = [world.node('a'), world.node('b')];
    for (const { labs } of [a, b]) world.live(labs);
    const lab: LabId = 'stolen-login';
    await a.labs.start(person('zhang'), lab);
    await settled();
    // Starting it at the other node starts no second one.
    await b.labs.start(person('zhang'), lab);
    expect([a.made.length, b.made.length, (await world.rows()).places]).toEqual([1, 0, ['zhang a']]);
    expect(await b.labs.runOf('zhang')).toMatchObject({ lab, state: 'running', left: 60, protected: false });
    expect([await b.labs.labOf('zhang'), await b.labs.labOf('li')]).toEqual([lab, null]);
    const sandbox = a.made[0];
    if (sandbox === undefined) throw new Error('none was started');
    const send = async (labs: Labs, request: string, harmed: boolean, refused: boolean) => {
      sandbox.answers.push({ harmed, fact: refused ? { outcome: 'refused', code: 'mfa_required', status: 403 } : {} });
      return await labs.send(person('zhang'), lab, request, request === 'change' ? { phone: '13800000000' } : {});
    };
    expect(await send(b.labs, 'read', true, false)).toMatchObject({ status: 200, harmed: true });
    await send(a.labs, 'change', true, false);
    await b.labs.protect(person('zhang'), lab);
    await send(b.labs, 'read', false, true);
    await send(a.labs, 'own-read', false, false);
    await send(b.labs, 'own-change', false, false);
    await send(b.labs, 'change', false, true);
    expect(world.passed).toEqual(['a zhang name of zhang stolen-login']);
    expect((await a.labs.runOf('zhang'))?.log).toEqual((await b.labs.runOf('zhang'))?.log);
    await b.labs.end('zhang', lab);
    expect([await a.labs.runOf('zhang'), await b.labs.runOf('zhang')]).toEqual([null, null]);
    await expect.poll(async () => (await world.rows()).places, { timeout: 20_000 }).toEqual([]);
    // Nothing that was typed lies anywhere, nor went to everybody.
    expect((await world.rows()).calls).toEqual([]);
    expect(world.said.join('\n')).not.toContain('13800000000');
    world.rest();
  });

  it('keeps what it is asked sealed, and refuses what another person, lab or request would be', limit, async () => {
    // No hint: what is asked lies there until the node looks.
    const world = await company(open, { deaf: true });
    const [a, b] = [world.node('a'), world.node('b')];
    await a.labs.start(person('zhang'), 'stored-script');
    await settled();
    const sending = b.labs.send(person('zhang'), 'stored-script', 'publish', { html: '<img src=x onerror=alert(1)>' });
    await expect.poll(async () => (await world.rows()).calls.length, { timeout: 20_000 }).toBe(1);
    for (const { call } of (await world.rows()).calls) expect(Buffer.from(call).toString('latin1')).not.toContain('onerror');
    world.live(a.labs);
    await sending;
    for (const [work, code] of [
      [() => b.labs.send(person('zhang'), 'stored-script', 'no-such-request', {}), 'not_found'],
      [() => b.labs.send(person('zhang'), 'stored-script', 'publish', { url: 'http://169.254.169.254/' }), 'validation_failed'],
      [() => b.labs.send(person('zhang'), 'stolen-login', 'read', {}), 'lab_over'],
      [() => b.labs.send(person('li'), 'stored-script', 'publish', {}), 'lab_over'],
      [() => b.labs.protect(person('li'), 'stored-script'), 'lab_over'],
    ] as const)
      expect(await codeOf(work())).toBe(code);
    const sent = a.made[0]?.sent.length;
    // Whoever can write to the store but has no key makes no node do anything.
    await world.store.db
      .insertInto('training_lab_calls')
      .values({
        id: 'x',
        node: 'a',
        call: Buffer.from('{"op":"end","uid":"zhang","lab":"stored-script"}'),
        created: 1,
        answer: null,
      })
      .execute();
    await expect
      .poll(async () => (await world.rows()).calls.every(({ answer }) => answer !== null), { timeout: 20_000 })
      .toBe(true);
    expect([a.made[0]?.sent.length, (await a.labs.runOf('zhang'))?.state]).toEqual([sent, 'running']);
    for (const noise of ['', '{', '{"ask":1}', '{"done":"__proto__"}', '[]', 'null']) for (const hear of world.ears) hear(noise);
    world.rest();
  });

  it('starts one sandbox where a person asks two nodes at once', limit, async () => {
    const world = await company(open);
    const nodes = [world.node('a'), world.node('b')];
    for (const { labs } of nodes) world.live(labs);
    await Promise.all(nodes.map(({ labs }) => labs.start(person('zhang'), 'stolen-login')));
    expect(nodes.reduce((sum, { made }) => sum + made.length, 0)).toBe(1);
    for (const { labs } of nodes) expect(await labs.labOf('zhang')).toBe('stolen-login');
    world.rest();
  });

  it('says so where its node does not answer, and lets a new one start once that node is gone', async () => {
    const world = await company(open, { deaf: true, look: 300 });
    const [a, b] = [world.node('a'), world.node('b')];
    await a.labs.start(person('zhang'), 'stolen-login');
    await settled();
    expect(await codeOf(b.labs.runOf('zhang'))).toBe('lab_unreachable');
    expect(await codeOf(b.labs.start(person('zhang'), 'stolen-login'))).toBe('lab_unreachable');
    expect((await world.rows()).calls).toEqual([]);
    world.clock.now += placeMs;
    expect(await b.labs.runOf('zhang')).toBeNull();
    await b.labs.start(person('zhang'), 'stolen-login');
    await settled();
    expect([b.made.length, (await world.rows()).places]).toEqual([1, ['zhang b']]);
    // The first comes back: it takes nobody's place, and the person goes on where the new one is.
    await a.labs.work();
    expect([(await world.rows()).places, a.local.runOf('zhang')]).toEqual([['zhang b'], null]);
    expect(b.local.runOf('zhang')).toMatchObject({ state: 'running' });
  });

  it('gives places back that ended, failed to start, or whose node stops in order', async () => {
    const world = await company(open);
    const [a, b] = [world.node('a'), world.node('b')];
    await a.labs.start(person('zhang'), 'stolen-login');
    // One at a time on each node.
    expect(await codeOf(a.labs.start(person('li'), 'stolen-login'))).toBe('labs_full');
    expect((await world.rows()).places).toEqual(['zhang a']);
    await b.labs.start(person('li'), 'stolen-login');
    a.made[0]?.leave();
    await settled();
    await a.labs.work();
    expect((await world.rows()).places).toEqual(['li b']);
    await b.labs.close();
    expect((await world.rows()).places).toEqual([]);
    await world.store.db
      .insertInto('training_lab_calls')
      .values({ id: 'old', node: 'gone', call: Buffer.from('x'), created: world.clock.now, answer: null })
      .execute();
    world.clock.now += 2 * minuteMs;
    await a.labs.maintain();
    expect((await world.rows()).calls).toEqual([]);
  });
});
