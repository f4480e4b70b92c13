import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AlertView, guardFactText } from '@menshen/contract';
import { expect, it } from 'vitest';
import { sigmaFiles } from '../../cli/detect/sigma-files.ts';
import { ruleTexts } from '../../detect/alert-text.ts';
import { describeSqliteStore } from '../../store/testing.ts';
import { factsOfAlert } from './cause.ts';
import { allSteps } from './model.ts';
import { fillParameters } from './plan.ts';
import { createPlaybookService } from './service.ts';
import { library, prepareShipped, type ShippedCase, shippedCases, startShipped, zhang } from './shipped-cases.ts';
import { createPlaybookStore } from './store.ts';
import { playbookMigrations } from './tables.ts';
import { settled, testAlert } from './testing.ts';

it('ships ten playbooks, and one that others run, all of them usable', () => {
  expect(library.broken).toEqual([]);
  expect([...library.entries.keys()]).toEqual([
    ...['brute-force', 'contain-account', 'coupon-tampering', 'data-loss', 'denial-of-service', 'insider', 'leaked-appsecret'],
    ...['mass-export', 'stolen-credential', 'stored-script', 'vulnerable-dependency'],
  ]);
});

it('names only rules that there are', () => {
  const files = sigmaFiles([join(import.meta.dirname, '..', '..', '..', 'detections')]);
  const sigma = files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/^name: (\S+)$/gm)].map(([, name]) => name));
  const known = new Set([...Object.keys(ruleTexts), ...sigma]);
  const named = [...library.entries.values()].flatMap(({ playbook }) =>
    playbook.triggers.flatMap((trigger) => (trigger.kind === 'alert' ? (trigger.rules ?? []) : [])),
  );
  expect(named.filter((rule) => !known.has(rule))).toEqual([]);
  expect(named.length).toBeGreaterThan(40);
});

it('takes no measure of high risk, and locks nobody, without a person', () => {
  const alone = [...library.entries.values()].flatMap(({ playbook }) =>
    allSteps(playbook.steps).flatMap(({ key, step }) =>
      step.kind === 'action' &&
      step.approval === null &&
      !/^(query|create|update|investigate|scan|cancel|copy|start) /.test(step.action)
        ? [`${playbook.id} ${key} ${step.action}`]
        : [],
    ),
  );
  // What runs by itself ends sessions of one person, demands a second factor of one, or blocks one address for hours.
  const others = alone.filter((line) => !/ (stop session|set second factor|deny address)$/.test(line));
  // And one campaign stops for an hour where the backend's answers are wrong.
  expect(others.map((line) => line.split(' ')[0])).toEqual(['coupon-tampering']);
  expect(others[0]).toMatch(/hold stop campaign$/);
});

describeSqliteStore((open) => {
  const prepared = async (given: Pick<ShippedCase, 'outputs' | 'finding'>) =>
    prepareShipped(createPlaybookStore(await open({ migrations: playbookMigrations })), given);

  it.each(shippedCases)('$playbook does what it says when its trigger comes', async (one) => {
    const { world, store, service } = await prepared(one);
    await startShipped(service, one);
    const [run] = await store.list({ playbook: one.playbook }, 5);
    if (run === undefined) throw new Error('no run began');
    const runner = world.runner(store);
    const done = (): string[] => world.performed.flatMap(({ action, context }) => (context.run === run.id ? [action] : []));
    let state = await settled(world, store, runner, run.id);
    expect(sorted(done(), one.first)).toEqual(one.first);
    const waited: string[] = [];
    for (let round = 0; state.state === 'waiting' && round < 10; round += 1) {
      for (const { step, state: of } of await store.steps(run.id)) if (of === 'approval') waited.push(step);
      for (const key of world.approvals.keys()) world.approvals.set(key, 'approved');
      world.now += 2_000;
      state = await settled(world, store, runner, run.id);
    }
    expect([...waited].sort()).toEqual([...one.waits].sort());
    expect(state.state).toBe('done');
    expect(sorted(done().slice(one.first.length), one.after)).toEqual(one.after);
  });

  it('starts one run for one alert, however often it is told, and one for one person within the time', async () => {
    const { store, service } = await prepared({});
    const alert = { ...zhang, rule: 'account_takeover', severity: 'high' as const };
    await service.hear(testAlert(alert));
    await service.hear(testAlert({ ...alert, repeats: 3 }));
    await service.hear(testAlert({ ...alert, id: `a_${'b'.repeat(22)}` }));
    expect(await store.list({ playbook: 'stolen-credential' }, 5)).toHaveLength(1);
    await service.hear(testAlert({ ...alert, id: `a_${'c'.repeat(22)}`, uid: 'li' }));
    expect(await store.list({ playbook: 'stolen-credential' }, 5)).toHaveLength(2);
  });

  it('starts nothing that is off, too light, of nobody, or past', async () => {
    const { world, store, service } = await prepared({});
    await service.hear(testAlert({ ...zhang, rule: 'account_takeover', severity: 'medium' }));
    await service.hear(testAlert({ ...zhang, uid: null, rule: 'account_takeover', severity: 'high' }));
    await service.setMode('stolen-credential', 'off', 'a test', 'wang');
    await service.hear(testAlert({ ...zhang, rule: 'account_takeover', severity: 'high' }));
    world.now += 1_000;
    await service.setMode('stolen-credential', 'on', 'a test', 'wang');
    await service.hear(testAlert({ ...zhang, rule: 'account_takeover', severity: 'high', last: world.now - 500 }));
    expect(await store.list({}, 5)).toEqual([]);
    await service.hear(testAlert({ ...zhang, rule: 'account_takeover', severity: 'high', last: world.now }));
    expect(await store.list({}, 5)).toHaveLength(1);
  });

  it('asks before every measure where it is told to', async () => {
    const { world, store, service } = await prepared({});
    await service.setMode('brute-force', 'ask', 'a test', 'wang');
    await service.hear(testAlert({ ...zhang, rule: 'brute_force', severity: 'medium' }));
    const [run] = await store.list({ playbook: 'brute-force' }, 5);
    expect((await settled(world, store, world.runner(store), run?.id ?? '')).state).toBe('waiting');
    expect(world.performed).toEqual([]);
  });

  it('runs by the clock once for each slot, and not at once in a new installation', async () => {
    const { world, store, service } = await prepared({});
    await service.tick();
    expect(await store.list({}, 5)).toEqual([]);
    world.now += 86_400_000;
    await service.tick();
    await service.tick();
    expect(await store.list({ playbook: 'vulnerable-dependency' }, 5)).toMatchObject([{ trigger: 'schedule' }]);
  });

  it('looks for alerts that it has missed at once after its clock was put right', async () => {
    const { world, store } = await prepared({});
    let looks = 0;
    const watching = createPlaybookService({
      ...{ store, actions: world.actions, clock: world.clock, random: world.random, changed: () => undefined },
      library: () => ({ entries: new Map(), broken: [] }),
      company: { person: () => null, appOfCampaign: () => null },
      alerts: {
        alert: async () => testAlert({}),
        since: async () => {
          looks += 1;
          return [];
        },
      },
      findings: async () => [],
      audit: { record: async () => 0, act: async (_by, _act, perform) => await perform() },
      metrics: { add: () => undefined },
    });
    await watching.tick();
    await watching.tick();
    expect(looks).toBe(1);
    world.now -= 28_800_000;
    await watching.tick();
    expect(looks).toBe(2);
  });

  it('says what it would have done on recorded alerts, and does nothing', async () => {
    const { world, store } = await prepared({});
    const day = 86_400_000;
    const alerts = [0, 1, 2, 3].map((at) =>
      testAlert({
        ...{
          ...zhang,
          id: `a_${String(at).repeat(22)}`,
          rule: at === 3 ? 'scanner' : 'mass_export',
          severity: at === 0 ? 'critical' : 'high',
        },
        ...{ uid: at === 2 ? null : 'zhang', found: world.now - day * at, last: world.now - day * at },
      }),
    );
    const testing = createPlaybookService({
      ...{ store, actions: world.actions, clock: world.clock, random: world.random, changed: () => undefined },
      library: () => library,
      company: { person: () => null, appOfCampaign: () => null },
      alerts: { alert: async () => testAlert({}), since: async () => alerts },
      findings: async () => [],
      audit: { record: async () => 0, act: async (_by, _act, perform) => await perform() },
      metrics: { add: () => undefined },
    });
    const result = await testing.test('mass-export', 30);
    expect(result).toMatchObject({ alerts: 4, matched: 3, unmet: 1, folded: 0, runs: 2, truncated: false });
    const of = (key: string) => result.steps.find((step) => step.key === key);
    expect(of('end-sessions')).toMatchObject({ done: 2, asked: 0, failed: 0, stops: null });
    expect(of('lock')).toMatchObject({ done: 2, asked: 2, stops: { requests: 3, persons: 2, honest: 1 } });
    expect(of('confirm')).toMatchObject({ done: 1, skipped: 1, asked: 1 });
    expect(result.examples[0]).toMatchObject({ uid: 'zhang', asked: ['lock', 'confirm'] });
    expect(world.performed).toEqual([]);
    expect(await store.list({}, 5)).toEqual([]);
  });
});

/** Branches begin in any order: what stands beside each other is compared by name. */
function sorted(done: readonly string[], expected: readonly string[]): readonly string[] {
  return [...done].sort().join() === [...expected].sort().join() ? expected : done;
}

it('tells of a lying backend what was expected and what came, and of other alerts of campaigns nothing that is not known', () => {
  const playbook = library.entries.get('coupon-tampering')?.playbook;
  const told = allSteps(playbook?.steps ?? []).flatMap(({ step }) =>
    step.kind === 'action' && step.action === 'create notice' ? [step.parameters] : [],
  );
  const worded = (name: string, value: string) => ({
    ...{ name, label: { zh: name, en: name }, value },
    words: guardFactText(value),
  });
  const company = { person: () => null, appOfCampaign: () => null };
  const said = (facts: AlertView['facts']): string =>
    JSON.stringify(
      told.map((parameters) => fillParameters(parameters, { ...factsOfAlert(testAlert({ facts }), company), steps: {} })),
    );
  const both = [worded('guard_expected', 'range:500|2000|100'), worded('guard_seen', 'cents:9900')];
  expect(said(both)).toContain('应为：5.00 至 20.00 元，每档 1.00 元；实为：99.00 元。');
  expect(said(both)).toContain('Expected: 5.00 to 20.00 yuan, in steps of 1.00; seen: 99.00 yuan.');
  expect(said([])).not.toMatch(/应为|Expected/);
});
