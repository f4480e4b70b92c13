import { expect, it } from 'vitest';
import { describeEachStore } from '../../store/testing.ts';
import { playbookAttention } from './attention.ts';
import { readLibrary } from './library.ts';
import { createPlaybookHolding } from './personal-data.ts';
import { createPlaybookStore } from './store.ts';
import { playbookMigrations } from './tables.ts';
import { head, made, settled, started, World } from './testing.ts';

const step = '{ id: a, name: { zh: 步, en: step }, do: create incident, with: { title: { zh: 甲, en: a } }';

describeEachStore((open) => {
  it('takes a person out of the runs that were about them, and keeps what was done', async () => {
    const store = await open({ migrations: playbookMigrations });
    const runs = createPlaybookStore(store);
    const holding = createPlaybookHolding(store);
    const facts = { alert: { person: 'zhang', address: '203.0.113.9' }, input: { person: 'zhang' } };
    const id = await started(runs, made(`${head('about')}steps: [${step} }]`), { uid: 'zhang', facts, onceKey: 'zhang' });
    await started(runs, made(`${head('other')}steps: [${step} }]`), { uid: 'li', cause: 'two' });
    expect([...(await holding.uids())].sort()).toEqual(['li', 'zhang']);
    expect(await holding.read('zhang', 10)).toMatchObject([{ playbook: 'about', state: 'running' }]);
    expect(await holding.count('zhang', 'person')).toBe(1);
    expect(await holding.erase('zhang', 'person', 'p_1')).toBe(1);
    expect(await holding.count('zhang', 'person')).toBe(0);
    expect(JSON.stringify(await runs.find(id))).not.toMatch(/zhang|203\.0\.113\.9/);
    expect(await holding.count('li', 'person')).toBe(1);
  });

  it('puts on Today what waits, what failed within a day, and files that are broken', async () => {
    const runs = createPlaybookStore(await open({ migrations: playbookMigrations }));
    const world = new World();
    const library = readLibrary(null);
    const told = async (broken = library.broken) =>
      (await playbookAttention(runs, { ...library, broken }, world.now)).map(
        ({ id, severity }) => `${severity} ${id.slice(0, 16)}`,
      );
    expect(await told()).toEqual([]);
    const id = await started(runs, made(`${head('asks')}steps: [${step}, approval: { power: audit, within: 10m } }]`));
    await settled(world, runs, world.runner(runs), id);
    expect(await told()).toEqual(['high playbooks-waitin']);
    world.now += 601_000;
    expect((await settled(world, runs, world.runner(runs), id)).state).toBe('failed');
    expect(await told([{ file: 'x.yaml', problems: [] }])).toEqual(['medium playbooks-failed', 'medium playbooks-broken']);
    world.now += 86_400_000;
    expect(await told()).toEqual([]);
  });
});
