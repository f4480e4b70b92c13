import { expect, it } from 'vitest';
import { describeSqliteStore } from '../../store/testing.ts';
import { Dying, finish, livesToTheEnd } from './dying.ts';
import { createPlaybookStore } from './store.ts';
import { playbookMigrations } from './tables.ts';
import { head, made, settled, started, World } from './testing.ts';

const n = 'name: { zh: 步, en: step }';
const deny = (id: string, more = ''): string => `{ id: ${id}, ${n}, do: deny address, with: { address: 203.0.113.9 }${more} }`;
const incident = (id: string, more = ''): string =>
  `{ id: ${id}, ${n}, do: create incident, with: { title: { zh: 甲, en: a } }${more} }`;

const inner = `${head('inner')}steps: [${deny('inside')}]`;
const whole = (id: string, last: string): string => `${head(id)}steps:
  - ${incident('open')}
  - { id: both, ${n}, parallel: [[${deny('a1')}, ${deny('a2', ', approval: { power: security }')}], [${deny('b1')}]] }
  - { id: choose, ${n}, if: present(steps.a1.measure), onTrue: [{ id: sub, ${n}, playbook: inner }], onFalse: [${incident('never')}] }
  - ${last}`;

describeSqliteStore((open) => {
  it.each([
    ['comes to a good end', incident('last'), 'done'],
    ['lifts what it applied', `{ id: last, ${n}, do: deny account, with: { person: '\${alert.person}' } }`, 'compensated'],
  ])(
    'a run that %s is brought there from wherever its runner died, and nothing that was done is done again',
    async (_how, last, end) => {
      const store = createPlaybookStore(await open({ migrations: playbookMigrations }));
      const facts = { alert: { person: null } };
      const expected = new World();
      const calm = await started(store, made(whole('calm', last), inner), { facts });
      await finish(expected, store, calm);
      const goal = await store.steps(calm);
      expect((await store.find(calm))?.state).toBe(end);

      let crashes = 0;
      for (const after of [false, true])
        for (let at = 1; ; at += 1) {
          const world = new World();
          const id = `pr_${after ? 'after' : 'before'}-${at}-`.padEnd(25, '0');
          await started(store, made(whole(`${after ? 'after' : 'before'}-${at}`, last), inner), { id, facts, due: world.now });
          const dying = new Dying(at, after);
          const doomed = world.runner(dying.wrap(store), (parts) => {
            parts.actions = dying.wrap(world.actions);
            parts.approvals = dying.wrap(world.approvalPort);
          });
          const lived = await livesToTheEnd({ world, store, id }, doomed, dying);
          const stood = new Set((await store.steps(id)).filter(({ state }) => state === 'done').map(({ step }) => step));
          const before = world.performed.length;
          world.now += 31_000;
          await finish(world, store, id);
          expect((await store.find(id))?.state).toBe(end);
          const again = world.performed.slice(before).map(({ context }) => context.key.slice(id.length + 1).replaceAll('.', '/'));
          expect(again.filter((step) => stood.has(step))).toEqual([]);
          expect((await store.steps(id)).map(({ step, state, output }) => ({ step, state, output })).sort(byStep)).toEqual(
            goal.map(({ step, state, output }) => ({ step, state, output })).sort(byStep),
          );
          expect([...world.effects.keys()].map((key) => key.slice(id.length)).sort()).toEqual(
            [...expected.effects.keys()].map((key) => key.slice(calm.length)).sort(),
          );
          if (lived) break;
          crashes += 1;
        }
      // Each call to the store, to an action and for an approval is a place to die at, once before and once after it.
      expect(crashes).toBeGreaterThan(120);
    },
    120_000,
  );

  it('lets a node that slept write nothing over the one that took its run', async () => {
    const store = createPlaybookStore(await open({ migrations: playbookMigrations }));
    const world = new World();
    const id = await started(store, made(`${head('slow')}steps: [${incident('open')}]`), { due: world.now });
    const asleep = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    world.before = async () => {
      begun.resolve();
      await asleep.promise;
    };
    const slow = world.runner(store).work();
    await begun.promise;
    // Nobody takes the run over while the lease holds.
    world.now += 29_000;
    await world.runner(store).work();
    expect(world.performed).toHaveLength(1);
    world.now += 2_000;
    world.before = () => undefined;
    world.outputs = { 'create incident': { incident: 'of the second node' } };
    await settled(world, store, world.runner(store), id);
    world.outputs = {};
    asleep.resolve();
    await slow;
    expect(await store.steps(id)).toMatchObject([{ state: 'done', attempts: 2, output: { incident: 'of the second node' } }]);
    expect((await store.find(id))?.state).toBe('done');
  });
});

const byStep = (one: { readonly step: string }, other: { readonly step: string }): number => (one.step < other.step ? -1 : 1);
