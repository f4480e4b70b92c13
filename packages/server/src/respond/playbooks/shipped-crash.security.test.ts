import { expect, it } from 'vitest';
import { describeSqliteStore } from '../../store/testing.ts';
import { Dying, finish, livesToTheEnd } from './dying.ts';
import { prepareShipped, shippedCases, startShipped } from './shipped-cases.ts';
import { createPlaybookStore } from './store.ts';
import { playbookMigrations } from './tables.ts';

const tables = ['playbook_steps', 'playbook_runs', 'playbook_sources', 'playbook_modes'] as const;

describeSqliteStore((open) => {
  it.each(shippedCases)(
    '$playbook comes to its end from whichever step its runner died at, before and after it, and repeats none',
    async (one) => {
      const opened = await open({ migrations: playbookMigrations });
      /** The same run as if it were the first one of the installation. */
      const begun = async () => {
        await opened.batch(tables.map((table) => opened.db.deleteFrom(table)));
        const prepared = prepareShipped(createPlaybookStore(opened), one);
        await startShipped(prepared.service, one);
        const [run] = await prepared.store.list({ playbook: one.playbook }, 1);
        if (run === undefined) throw new Error('no run began');
        return { ...prepared, id: run.id };
      };
      const calm = await begun();
      await finish(calm.world, calm.store, calm.id);
      const steps = async ({ store, id }: typeof calm) =>
        (await store.steps(id)).map(({ step, state }) => `${step} ${state}`).sort();
      const effects = ({ world, id }: typeof calm) => [...world.effects.keys()].map((key) => key.replace(id, '')).sort();
      const goal = { steps: await steps(calm), effects: effects(calm) };

      let deaths = 0;
      for (const after of [false, true])
        for (let at = 1; ; at += 1) {
          const run = await begun();
          const { world, store, id } = run;
          const dying = new Dying(at, after);
          const doomed = world.runner(store, (parts) => {
            parts.actions = dying.wrap(world.actions);
          });
          const lived = await livesToTheEnd(run, doomed, dying);
          const stood = new Set((await store.steps(id)).filter(({ state }) => state === 'done').map(({ step }) => step));
          const before = world.performed.length;
          world.now += 31_000;
          await finish(world, store, id);
          const again = world.performed.slice(before).map(({ context }) => context.key.slice(id.length + 1).replaceAll('.', '/'));
          expect(again.filter((step) => stood.has(step))).toEqual([]);
          expect({ steps: await steps(run), effects: effects(run) }).toEqual(goal);
          if (lived) break;
          deaths += 1;
        }
      // Before and after every action of the playbook.
      expect(deaths).toBeGreaterThanOrEqual(2 * (one.first.length + one.after.length));
    },
    120_000,
  );
});
