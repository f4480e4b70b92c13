import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertView, FindingView } from '@menshen/contract';
import { expect, it } from 'vitest';
import { sigmaFiles } from '../../cli/sigma-files.ts';
import { ruleTexts } from '../../detect/alert-text.ts';
import { describeSqliteStore } from '../../store/testing.ts';
import { readLibrary } from './library.ts';
import { allSteps } from './model.ts';
import { createPlaybookService } from './service.ts';
import { createPlaybookStore } from './store.ts';
import { playbookMigrations } from './tables.ts';
import { settled, testAlert, testFinding, World } from './testing.ts';

const library = readLibrary(null);

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
  expect(alone.filter((line) => !/ (stop session|set second factor|deny address)$/.test(line))).toEqual([]);
});

interface Case {
  readonly playbook: string;
  readonly alert?: Partial<AlertView>;
  readonly finding?: Partial<FindingView>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly outputs?: World['outputs'];
  /** Actions in the order in which each began, before anybody approves. */
  readonly first: readonly string[];
  /** Steps that wait, one after the other. */
  readonly waits: readonly string[];
  /** Actions after the approvals. */
  readonly after: readonly string[];
}

const person = { uid: 'zhang', address: '203.0.113.9', device: 'phone', session: null };
const cases: readonly Case[] = [
  {
    playbook: 'stolen-credential',
    alert: { ...person, rule: 'account_takeover', severity: 'critical' },
    first: ['stop session', 'set second factor', 'create incident', 'create notice', 'investigate evidence'],
    waits: ['handle-alert/lock'],
    after: ['deny account', 'update incident'],
  },
  {
    playbook: 'coupon-tampering',
    alert: { ...person, rule: 'amount_tampering', severity: 'critical', facts: [fact('campaign', 'tea')] },
    first: ['create incident', 'deny address', 'query release', 'stop session'],
    waits: ['stop-campaign'],
    after: ['stop campaign', 'investigate evidence', 'create notice'],
  },
  {
    playbook: 'stored-script',
    alert: {
      ...person,
      rule: 'menshen_attack_by_member',
      severity: 'high',
      facts: [fact('app', 'portal'), fact('route', 'POST /posts')],
    },
    first: ['create incident', 'stop session'],
    waits: ['stop-route'],
    after: ['stop route', 'scan app', 'investigate evidence', 'create notice'],
  },
  {
    playbook: 'mass-export',
    alert: { ...person, rule: 'mass_export', severity: 'critical', facts: [fact('rows', 40_000)] },
    first: ['stop session', 'set second factor', 'create incident', 'investigate evidence', 'create notice'],
    waits: ['lock', 'confirm'],
    after: ['deny account'],
  },
  {
    playbook: 'leaked-appsecret',
    finding: { rule: 'MP-SEC-001', severity: 'critical', app: 'portal', file: 'app.js' },
    first: ['create incident', 'create notice'],
    waits: ['reset', 'secret', 'rotate', 'end-sessions'],
    after: ['stop session', 'update app secret', 'update data key', 'scan app', 'update incident'],
  },
  {
    playbook: 'brute-force',
    alert: { ...person, rule: 'brute_force', severity: 'medium' },
    first: ['deny address', 'set second factor', 'create notice'],
    waits: [],
    after: [],
  },
  {
    playbook: 'vulnerable-dependency',
    finding: { rule: 'MP-DEP-001', severity: 'high', app: 'portal' },
    first: ['query finding', 'create incident', 'create notice'],
    waits: [],
    after: [],
  },
  {
    playbook: 'data-loss',
    inputs: { app: 'portal' },
    first: ['create incident', 'query drill', 'start drill', 'create notice'],
    waits: ['read-only', 'restored'],
    after: ['set read-only mode', 'update incident', 'cancel measure'],
  },
  {
    playbook: 'denial-of-service',
    alert: { ...person, rule: 'rate_spike', severity: 'critical', facts: [fact('app', 'portal'), fact('endpoint', 'GET /list')] },
    first: ['deny address', 'create incident'],
    waits: ['stop-route'],
    after: ['stop route', 'investigate evidence', 'create notice'],
  },
  {
    playbook: 'insider',
    alert: { ...person, rule: 'ownership_probing', severity: 'medium' },
    first: ['create incident', 'investigate evidence', 'create notice'],
    waits: ['end-sessions', 'lock'],
    after: ['stop session', 'deny account'],
  },
];

function fact(name: string, value: string | number): AlertView['facts'][number] {
  return { name, label: { zh: name, en: name }, value };
}

describeSqliteStore((open) => {
  const prepared = async (given: Pick<Case, 'outputs' | 'finding'>) => {
    const world = new World();
    world.outputs = given.outputs ?? {};
    const store = createPlaybookStore(await open({ migrations: playbookMigrations }));
    const service = createPlaybookService({
      ...{ store, actions: world.actions, clock: world.clock, random: world.random, changed: () => undefined },
      library: () => library,
      company: { person: () => ({ roles: ['clerk'] }), appOfCampaign: (campaign) => (campaign === 'tea' ? 'coupon' : null) },
      alerts: { alert: async () => testAlert({}), since: async () => [] },
      findings: async () => (given.finding === undefined ? [] : [testFinding(given.finding)]),
      audit: { record: async () => 0, act: async (_by, _act, perform) => await perform() },
      metrics: { add: () => undefined },
    });
    return { world, store, service };
  };
  const caller = { id: 'a_1', username: 'wang', power: 'security' as const };

  it.each(cases)('$playbook does what it says when its trigger comes', async (one) => {
    const { world, store, service } = await prepared(one);
    if (one.alert !== undefined) await service.hear(testAlert(one.alert));
    else if (one.finding !== undefined) await service.tick();
    else await service.start(one.playbook, { inputs: one.inputs ?? {}, reason: 'a test' }, caller);
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
    const alert = { ...person, rule: 'account_takeover', severity: 'high' as const };
    await service.hear(testAlert(alert));
    await service.hear(testAlert({ ...alert, repeats: 3 }));
    await service.hear(testAlert({ ...alert, id: `a_${'b'.repeat(22)}` }));
    expect(await store.list({ playbook: 'stolen-credential' }, 5)).toHaveLength(1);
    await service.hear(testAlert({ ...alert, id: `a_${'c'.repeat(22)}`, uid: 'li' }));
    expect(await store.list({ playbook: 'stolen-credential' }, 5)).toHaveLength(2);
  });

  it('starts nothing that is off, too light, of nobody, or past', async () => {
    const { world, store, service } = await prepared({});
    await service.hear(testAlert({ ...person, rule: 'account_takeover', severity: 'medium' }));
    await service.hear(testAlert({ ...person, uid: null, rule: 'account_takeover', severity: 'high' }));
    await service.setMode('stolen-credential', 'off', 'a test', 'wang');
    await service.hear(testAlert({ ...person, rule: 'account_takeover', severity: 'high' }));
    world.now += 1_000;
    await service.setMode('stolen-credential', 'on', 'a test', 'wang');
    await service.hear(testAlert({ ...person, rule: 'account_takeover', severity: 'high', last: world.now - 500 }));
    expect(await store.list({}, 5)).toEqual([]);
    await service.hear(testAlert({ ...person, rule: 'account_takeover', severity: 'high', last: world.now }));
    expect(await store.list({}, 5)).toHaveLength(1);
  });

  it('asks before every measure where it is told to', async () => {
    const { world, store, service } = await prepared({});
    await service.setMode('brute-force', 'ask', 'a test', 'wang');
    await service.hear(testAlert({ ...person, rule: 'brute_force', severity: 'medium' }));
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

  it('says what it would have done on recorded alerts, and does nothing', async () => {
    const { world, store } = await prepared({});
    const day = 86_400_000;
    const alerts = [0, 1, 2, 3].map((at) =>
      testAlert({
        ...{
          ...person,
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
