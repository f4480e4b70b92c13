import { MenshenError } from '@menshen/contract';
import { describe, expect, it, vi } from 'vitest';
import { describeEachStore } from '../../store/testing.ts';
import { createPlaybookStore } from './store.ts';
import { playbookMigrations } from './tables.ts';
import { head, made, settled, started, World } from './testing.ts';

const n = 'name: { zh: 步, en: step }';
const text = '{ zh: 甲, en: a }';
const deny = (id: string, more = ''): string => `{ id: ${id}, ${n}, do: deny address, with: { address: 203.0.113.9 }${more} }`;
const incident = (id: string, more = ''): string => `{ id: ${id}, ${n}, do: create incident, with: { title: ${text} }${more} }`;

describeEachStore((open) => {
  const prepared = async (...playbooks: [string, ...string[]]) => {
    const store = createPlaybookStore(await open({ migrations: playbookMigrations }));
    const world = new World();
    const built = made(...playbooks);
    return { store, world, built, runner: world.runner(store) };
  };
  const statesOf = async (store: ReturnType<typeof createPlaybookStore>, id: string) =>
    Object.fromEntries((await store.steps(id)).map(({ step, state }) => [step, state]));

  describe('the runner', () => {
    it('runs steps one after the other and hands outputs on', async () => {
      const { store, world, built, runner } = await prepared(`${head('one')}steps:
  - ${incident('open')}
  - { id: say, ${n}, do: update incident, with: { incident: '\${steps.open.incident}', note: { zh: '运行 \${run.id}', en: 'run \${run.id}' } } }`);
      const id = await started(store, built);
      expect((await settled(world, store, runner, id)).state).toBe('done');
      expect(world.performed.map(({ action }) => action)).toEqual(['create incident', 'update incident']);
      expect(world.performed[1]?.filled).toEqual({
        incident: 'incident of create incident',
        note: { zh: `运行 ${id}`, en: `run ${id}` },
      });
      expect(await statesOf(store, id)).toEqual({ open: 'done', say: 'done' });
    });

    it('leaves out what does not apply, and takes one branch', async () => {
      const { store, world, built, runner } = await prepared(`${head('two')}steps:
  - ${deny('never', ', when: alert.severity == "critical"')}
  - { id: choose, ${n}, if: alert.facts.rows > 100, onTrue: [${incident('many')}], onFalse: [${incident('few')}] }
  - ${deny('after', ", when: 'present(steps.many.incident) and not present(steps.few.incident)'")}`);
      const id = await started(store, built, { facts: { alert: { severity: 'high', facts: { rows: 101 } } } });
      await settled(world, store, runner, id);
      expect(await statesOf(store, id)).toEqual({ never: 'skipped', choose: 'done', many: 'done', after: 'done' });
    });

    it('runs branches beside each other and joins them', async () => {
      const { store, world, built, runner } = await prepared(`${head('three')}steps:
  - { id: both, ${n}, parallel: [[${deny('a1')}, ${deny('a2')}], [${deny('b1')}]] }
  - ${incident('last')}`);
      const gate = Promise.withResolvers<void>();
      let arrived = 0;
      // Each of the two first steps ends only when the other has begun.
      world.before = async (_action, { key }) => {
        if (!/:(a1|b1)$/.test(key)) return;
        arrived += 1;
        if (arrived === 2) gate.resolve();
        await gate.promise;
      };
      const id = await started(store, built);
      expect((await settled(world, store, runner, id)).state).toBe('done');
      const order = world.performed.map(({ context }) => context.key.split(':')[1]);
      expect([order.slice(0, 2).sort(), ...order.slice(2)]).toEqual([['a1', 'b1'], 'a2', 'last']);
    });

    it('runs another playbook with what it is handed, under a name of its own', async () => {
      const inner = `${head('inner', 'inputs: [{ name: where, type: address, label: { zh: 地址, en: address }, required: true }]\n')}steps:
  - { id: block, ${n}, do: deny address, with: { address: '\${input.where}' } }
  - ${incident('log', ", when: 'present(steps.block.measure) and not present(alert.person)'")}`;
      const { store, world, built, runner } = await prepared(
        `${head('outer')}steps:
  - { id: sub, ${n}, playbook: inner, with: { where: '\${alert.address}' } }
  - { id: block, ${n}, do: deny address, with: { address: 198.51.100.1 } }`,
        inner,
      );
      const id = await started(store, built, { facts: { alert: { address: '203.0.113.7', person: null } } });
      expect((await settled(world, store, runner, id)).state).toBe('done');
      expect(world.performed.map(({ filled }) => filled['address'])).toEqual(['203.0.113.7', undefined, '198.51.100.1']);
      expect(await statesOf(store, id)).toEqual({ sub: 'done', 'sub/block': 'done', 'sub/log': 'done', block: 'done' });
    });

    it('tries again with growing waits, and no further than it is told', async () => {
      const { store, world, built, runner } = await prepared(
        `${head('four')}steps: [${incident('flaky', ', retry: { times: 2, wait: 10s }')}]`,
      );
      const times: number[] = [];
      world.before = () => {
        times.push(world.now);
        if (times.length < 3) throw new Error('not now');
      };
      const id = await started(store, built);
      expect((await settled(world, store, runner, id)).state).toBe('done');
      expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 10_000, 30_000]);
      expect((await store.steps(id))[0]).toMatchObject({ attempts: 3, state: 'done' });
    });

    it('fails without another try where none can help, and may go on all the same', async () => {
      const { store, world, built, runner } = await prepared(`${head('five')}steps:
  - ${deny('first', ', onFailure: continue')}
  - ${incident('second')}`);
      world.before = (action) => {
        if (action === 'deny address') throw new MenshenError('validation_failed');
      };
      const id = await started(store, built);
      expect((await settled(world, store, runner, id)).state).toBe('done');
      expect(await store.steps(id)).toMatchObject([
        { step: 'first', state: 'failed', problem: 'validation_failed', attempts: 1 },
        { step: 'second', state: 'done' },
      ]);
    });

    it('fails a step whose parameters have no value, before it acts', async () => {
      const { store, world, built, runner } = await prepared(
        `${head('six')}steps: [{ id: a, ${n}, do: deny account, with: { person: '\${alert.person}' } }]`,
      );
      const id = await started(store, built, { facts: { alert: { person: null } } });
      expect(await settled(world, store, runner, id)).toMatchObject({ state: 'failed', problem: 'a parameter_missing person' });
      expect(world.performed).toEqual([]);
      expect(world.ended).toEqual([{ run: id, problem: 'a parameter_missing person' }]);
    });

    it('lifts what it applied when it fails, last first, and leaves what it told', async () => {
      const { store, world, built, runner } = await prepared(`${head('seven')}steps:
  - ${deny('a')}
  - { id: b, ${n}, do: stop campaign, with: { app: coupon, campaign: tea } }
  - ${deny('kept', ', compensate: false')}
  - ${incident('told')}
  - ${incident('broken', ', retry: { times: 0 }')}`);
      world.before = (_action, { key }) => {
        world.now += 1_000;
        if (key.endsWith(':broken')) throw new Error('broken');
      };
      const id = await started(store, built);
      expect(await settled(world, store, runner, id)).toMatchObject({ state: 'compensated', problem: 'broken failed' });
      expect(world.lifted.map((key) => key.split(':')[1])).toEqual(['b', 'a']);
      expect(await statesOf(store, id)).toEqual({
        a: 'compensated',
        b: 'compensated',
        kept: 'done',
        told: 'done',
        broken: 'failed',
      });
    });

    it('keeps trying to lift, and says what it could not', async () => {
      const { store, world, built } = await prepared(
        `${head('eight')}steps: [${deny('a')}, ${incident('broken', ', retry: { times: 0 }')}]`,
      );
      world.before = (action) => {
        if (action === 'create incident') throw new Error('broken');
      };
      let tries = 0;
      const runner = world.runner(store, (parts) => {
        parts.actions = {
          ...world.actions,
          'deny address': {
            ...world.actions['deny address'],
            lift: async () => {
              tries += 1;
              throw new Error('no');
            },
          },
        };
      });
      const id = await started(store, built);
      expect(await settled(world, store, runner, id)).toMatchObject({ state: 'failed', problem: 'a not_lifted' });
      expect(tries).toBe(5);
    });

    it('waits for a person before a step, and goes on when they approve', async () => {
      const { store, world, built, runner } = await prepared(`${head('nine')}steps:
  - ${deny('a', ', approval: { power: security, within: 30m }')}
  - { id: ok, ${n}, approval: { power: audit } }
  - ${incident('b', ", when: 'steps.ok.approved'")}`);
      const id = await started(store, built);
      expect((await settled(world, store, runner, id)).state).toBe('waiting');
      expect(world.performed).toEqual([]);
      world.approvals.set(`${id}:a`, 'approved');
      world.now += 2_000;
      expect((await settled(world, store, runner, id)).state).toBe('waiting');
      expect(await statesOf(store, id)).toEqual({ a: 'done', ok: 'approval' });
      world.approvals.set(`${id}:ok`, 'approved');
      world.now += 2_000;
      expect((await settled(world, store, runner, id)).state).toBe('done');
      expect(await statesOf(store, id)).toEqual({ a: 'done', ok: 'done', b: 'done' });
    });

    it('does what was approved and nothing else: what has become another act meanwhile is asked for anew', async () => {
      const { store, world, built, runner } = await prepared(
        `${head('exact')}steps: [${deny('a', ', approval: { power: security }')}]`,
      );
      const id = await started(store, built);
      await settled(world, store, runner, id);
      const key = `${id}:a`;
      const exact = world.asked.get(key);
      expect(exact).toMatchObject({ address: expect.any(String) });
      world.asked.set(key, { ...exact, address: '198.51.100.99' });
      world.approvals.set(key, 'approved');
      world.now += 2_000;
      expect((await settled(world, store, runner, id)).state).toBe('waiting');
      expect(world.performed).toEqual([]);
      expect(world.asked.get(`${key}:anew`)).toEqual(exact);
      world.approvals.set(`${key}:anew`, 'approved');
      world.now += 2_000;
      expect((await settled(world, store, runner, id)).state).toBe('done');
    });

    it.each([
      ['refused', 'fail', 'compensated'],
      ['refused', 'skip', 'done'],
      ['expired', 'fail', 'compensated'],
      ['expired', 'skip', 'done'],
    ] as const)('takes %s for %s', async (how, otherwise, end) => {
      const { store, world, built, runner } = await prepared(`${head('ten')}steps:
  - ${deny('before')}
  - ${deny('asked', `, approval: { power: security, within: 10m, otherwise: ${otherwise} }`)}`);
      const id = await started(store, built);
      await settled(world, store, runner, id);
      if (how === 'refused') world.approvals.set(`${id}:asked`, 'refused');
      world.now += 599_000;
      if (how === 'expired') {
        expect((await settled(world, store, runner, id)).state).toBe('waiting');
        world.now += 2_000;
      }
      expect((await settled(world, store, runner, id)).state).toBe(end);
      expect(world.performed.map(({ context }) => context.key)).toEqual([`${id}:before`]);
      expect(world.cancelled).toContain(`${id}:asked`);
    });

    it('asks once for what asks for a second person by itself', async () => {
      const { store, world, built, runner } = await prepared(
        `${head('eleven')}steps: [${deny('a', ', approval: { power: security }')}]`,
      );
      world.asking.add('deny address');
      const id = await started(store, built);
      expect((await settled(world, store, runner, id)).state).toBe('waiting');
      expect(world.performed).toHaveLength(1);
      world.approvals.set(`${id}:a`, 'approved');
      world.now += 2_000;
      expect((await settled(world, store, runner, id)).state).toBe('done');
      expect(world.performed).toHaveLength(1);
    });

    it.each([
      ['', 'compensated'],
      // Approved is not refused: what the step says of a refusal does not count.
      [', approval: { power: security, otherwise: skip }', 'compensated'],
      [', onFailure: continue', 'done'],
    ] as const)('ends a step as failed that was approved and could not be done%s', async (more, end) => {
      const { store, world, built, runner } = await prepared(`${head('twenty')}steps:
  - { id: before, ${n}, do: stop campaign, with: { app: coupon, campaign: tea } }
  - ${deny('asked', more)}
  - ${incident('after')}`);
      world.asking.add('deny address');
      const id = await started(store, built);
      expect((await settled(world, store, runner, id)).state).toBe('waiting');
      world.approvals.set(`${id}:asked`, 'undone');
      world.now += 2_000;
      expect((await settled(world, store, runner, id)).state).toBe(end);
      const problem = 'validation_failed until too_soon';
      expect((await store.steps(id)).find(({ step }) => step === 'asked')).toMatchObject({ state: 'failed', problem });
      expect(world.ended).toEqual(end === 'done' ? [] : [{ run: id, problem: `asked ${problem}` }]);
    });

    it('stops when it is told to, and takes its requests back', async () => {
      const { store, world, built, runner } = await prepared(
        `${head('twelve')}steps: [${deny('a')}, ${deny('b', ', approval: { power: security }')}]`,
      );
      const id = await started(store, built);
      await settled(world, store, runner, id);
      expect(await store.abort(id, 'wang', true, world.now)).toBe(true);
      expect(await store.abort(id, 'wang', true, world.now)).toBe(false);
      expect((await settled(world, store, runner, id)).state).toBe('compensated');
      expect(world.cancelled).toEqual([`${id}:b`]);
      expect(world.lifted).toEqual([`${id}:a`]);
      expect(await statesOf(store, id)).toEqual({ a: 'compensated', b: 'skipped' });
      expect(world.ended).toEqual([]);
    });

    it('says of what a dead node left under way that nobody knows, when it is stopped there', async () => {
      const { store, world, built } = await prepared(
        `${head('unclear')}steps: [{ id: p, ${n}, parallel: [[${deny('a')}], [${deny('b')}]] }]`,
      );
      const begun = Promise.withResolvers<void>();
      // Of two branches one is done, and the node dies in the other.
      world.before = (_action, { key }) => {
        if (!key.endsWith(':b')) return;
        begun.resolve();
        return new Promise<void>(() => undefined);
      };
      const id = await started(store, built, { due: world.now });
      // The step's own time runs out long after this test, when its store is gone.
      void world
        .runner(store)
        .work()
        .catch(() => undefined);
      await begun.promise;
      await vi.waitFor(async () => expect((await statesOf(store, id))['a']).toBe('done'));
      await store.abort(id, 'wang', true, world.now);
      world.now += 31_000;
      expect(await settled(world, store, world.runner(store), id)).toMatchObject({
        ...{ state: 'compensated', problem: 'b outcome_unknown' },
      });
      expect(await statesOf(store, id)).toEqual({ p: 'skipped', a: 'compensated', b: 'failed' });
      expect(world.ended).toEqual([{ run: id, problem: 'b outcome_unknown' }]);
    });

    it('lifts afterwards what a run that is over has applied', async () => {
      const { store, world, built, runner } = await prepared(`${head('thirteen')}steps: [${deny('a')}]`);
      const id = await started(store, built);
      await settled(world, store, runner, id);
      expect(await store.compensate(id, 'wang', world.now)).toBe(true);
      expect((await settled(world, store, runner, id)).state).toBe('compensated');
      expect(world.lifted).toEqual([`${id}:a`]);
      expect(await store.compensate(id, 'wang', world.now)).toBe(false);
    });

    it('goes by the playbook as it was at the start', async () => {
      const { store, world, runner } = await prepared(`${head('kept')}steps: [${deny('a')}]`);
      const before = made(`${head('kept')}steps: [${deny('a')}, ${incident('b', ', approval: { power: security }')}]`);
      const id = await started(store, before);
      await settled(world, store, runner, id);
      // Another version of the same playbook starts meanwhile.
      await started(store, made(`${head('kept')}steps: [${deny('other')}]`), { cause: 'two' });
      world.approvals.set(`${id}:b`, 'approved');
      world.now += 2_000;
      await settled(world, store, runner, id);
      expect(await statesOf(store, id)).toEqual({ a: 'done', b: 'done' });
    });
  });
});
