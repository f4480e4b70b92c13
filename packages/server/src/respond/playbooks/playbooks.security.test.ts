import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contract from '@menshen/contract';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { setUpThree, stepUpAgain, type TestAdministrator, TestClock } from '../../testing/administrators.ts';
import type { Deployment } from '../../testing/deployment.ts';
import { describeEachEngine } from '../../testing/engines.ts';
import { head } from './testing.ts';

const reason = 'a reason for the test';
const waitMs = 20_000;

describeEachEngine('playbooks over the services of a deployment', (start) => {
  const clock = new TestClock();
  const folder = mkdtempSync(join(tmpdir(), 'menshen-own-playbooks-'));
  let deployment: Deployment;
  let three: Record<contract.AdministratorPower, TestAdministrator>;
  beforeAll(async () => {
    deployment = await start({
      clock: clock.read,
      change: (config) => ({ ...config, playbooks: folder, console: { ...config.console, secondFactor: 'required' } }),
    });
    three = await setUpThree(deployment, clock);
  });
  afterAll(async () => {
    await deployment.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = async (id: string) => (await three.audit.browser.call(contract.getPlaybookRun, { params: { id } })).body;
  const startRun = (playbook: string, inputs: Record<string, string>) =>
    three.security.browser.call(contract.startPlaybook, { params: { id: playbook }, body: { inputs, reason } });
  const states = async (id: string) =>
    Object.fromEntries((await run(id)).steps.map(({ step, record }) => [step.key, record?.state ?? 'none']));
  /** The request of a run that waits, once it is there. */
  const asked = async (id: string): Promise<contract.ApprovalView> =>
    await vi.waitFor(
      async () => {
        clock.now += 2_000;
        const waiting = (await run(id)).steps.find(({ record }) => record?.state === 'approval')?.record?.approval ?? null;
        if (waiting === null) throw new Error(`nothing waits: ${JSON.stringify(await states(id))}`);
        const found = (await three.audit.browser.call(contract.getApproval, { params: { id: waiting } })).body;
        if (found.state !== 'pending') throw new Error(`decided: ${found.state}`);
        return found;
      },
      { timeout: waitMs, interval: 200 },
    );
  const decide = async (by: TestAdministrator, { id, digest }: contract.ApprovalView, decision: 'approve' | 'refuse') => {
    await stepUpAgain(by, clock);
    return await by.browser.call(contract.decideApproval, { params: { id }, body: { decision, digest, note: '' } });
  };

  it('shows what ships, and lets only the power of security switch and start it', async () => {
    const { playbooks, broken } = (await three.system.browser.call(contract.listPlaybooks)).body;
    expect(broken).toEqual([]);
    expect(playbooks.find(({ id }) => id === 'insider')).toMatchObject({ origin: 'shipped', mode: 'on', asks: 2 });
    // Rules are named in words, not by what they are called inside.
    const titles = playbooks.flatMap(({ triggers }) =>
      triggers.flatMap(({ kind, rules }) => (kind === 'alert' ? (rules ?? []) : [])),
    );
    expect(titles.length).toBeGreaterThan(10);
    expect(titles.filter(({ rule, title }) => title.zh === rule || title.en === rule)).toEqual([]);
    const mode = { params: { id: 'insider' }, body: { mode: 'off', reason } };
    for (const who of ['system', 'audit'] as const) {
      expect((await three[who].browser.call(contract.setPlaybookMode, mode)).body.code).toBe('power_not_held');
      const body = { inputs: { person: 'li' }, reason };
      expect((await three[who].browser.call(contract.startPlaybook, { params: { id: 'contain-account' }, body })).body.code).toBe(
        'power_not_held',
      );
    }
    expect((await three.security.browser.call(contract.setPlaybookMode, mode)).status).toBe(200);
    expect((await three.security.browser.call(contract.getPlaybook, { params: { id: 'insider' } })).body.playbook).toMatchObject({
      mode: 'off',
    });
    const { cacao } = (await three.audit.browser.call(contract.exportPlaybook, { params: { id: 'insider' } })).body;
    expect(cacao).toMatchObject({ spec_version: 'cacao-2.0' });
  });

  it('takes over files of the company while it runs, and goes on with what a file held before it was broken', async () => {
    const step = (action: string): string => `steps: [{ id: a, name: { zh: 步, en: step }, do: ${action} }]`;
    const listed = async () => {
      const { playbooks, broken } = (await three.security.browser.call(contract.listPlaybooks)).body;
      return {
        own: playbooks.flatMap(({ id, origin }) => (origin === 'own' ? [id] : [])),
        broken: broken.map(({ file }) => file),
      };
    };
    expect(await listed()).toEqual({ own: [], broken: [] });
    writeFileSync(join(folder, 'own.yaml'), head('own') + step('query release'));
    await vi.waitFor(async () => expect(await listed()).toEqual({ own: ['own'], broken: [] }), {
      timeout: waitMs,
      interval: 200,
    });
    writeFileSync(join(folder, 'own.yaml'), head('own') + step('run shell'));
    await vi.waitFor(async () => expect(await listed()).toEqual({ own: ['own'], broken: ['own.yaml'] }), {
      timeout: waitMs,
      interval: 200,
    });
  });

  it('refuses inputs that it does not know, misses, or cannot take', async () => {
    expect((await startRun('contain-account', {})).body.code).toBe('validation_failed');
    expect((await startRun('contain-account', { person: 'li', shell: 'rm' })).body.code).toBe('validation_failed');
    expect((await startRun('nothing', {})).body.code).toBe('not_found');
    // Only an alert can start it.
    expect((await startRun('insider', {})).body.code).toBe('validation_failed');
  });

  it('ends real sessions by itself, and locks nobody before another than the starter has approved', async () => {
    const token = await deployment.token('li');
    // The clock has leapt: a node beside others serves again when it has heard of their revocations.
    await vi.waitFor(
      async () => expect((await deployment.call('GET', '/_menshen/v1/session', { token })).status).toBe(200),
      waitMs,
    );
    const { run: id } = (await startRun('contain-account', { person: 'li' })).body;
    const request = await asked(id);
    expect(await states(id)).toMatchObject({
      'end-sessions': 'done',
      'step-up': 'done',
      incident: 'done',
      tell: 'done',
      lock: 'approval',
    });
    await vi.waitFor(
      async () => expect((await deployment.call('GET', '/_menshen/v1/session', { token })).status).toBe(401),
      waitMs,
    );
    // An incident with the run in its timeline, and a notice that leads to the run.
    const steps = (await run(id)).steps;
    const incident = steps.find(({ step }) => step.key === 'incident')?.record?.outputs[0]?.value;
    const detail = (await three.security.browser.call(contract.getIncident, { params: { id: String(incident) } })).body;
    expect(
      detail.timeline.some(({ kind, path }) => kind === 'playbook' && path?.startsWith(`/playbooks/runs/${id}`) === true),
    ).toBe(true);
    const { notices } = (await three.security.browser.call(contract.listNotices)).body;
    expect(notices.filter(({ path }) => path === `/playbooks/runs/${id}`)).toHaveLength(1);

    expect(request).toMatchObject({ approvers: ['security'], requestedBy: { username: three.security.username } });
    // In words, in the language of who reads them.
    const { username } = three.security;
    expect(request.told).toEqual({
      by: { zh: username, en: username },
      act: { zh: expect.stringMatching(/锁定.*（人员 li/), en: expect.stringMatching(/^Lock.* \(Person li/) },
      why: { zh: expect.stringContaining('剧本在等待'), en: expect.stringContaining('playbook waits') },
    });
    // What is approved says whom, and the run shows values where it has come to a step.
    expect(request.body).toMatchObject({ step: 'lock', with: { person: 'li' } });
    const filled = (key: string) => steps.find(({ step }) => step.key === key)?.filled ?? null;
    expect(filled('lock')).toContainEqual({ name: 'person', value: { zh: 'li', en: 'li' } });
    expect(filled('end-sessions')).toContainEqual({ name: 'person', value: { zh: 'li', en: 'li' } });
    expect((await decide(three.security, request, 'approve')).body.code).toBe('own_account');
    expect((await decide(three.system, request, 'approve')).body.code).toBe('power_conflict');
    expect(await states(id)).toMatchObject({ lock: 'approval' });
    expect((await decide(three.audit, request, 'approve')).body.code).toBe('power_conflict');

    // Nobody else holds the power: the run is stopped, and what stands of it is lifted.
    expect(
      (await three.security.browser.call(contract.abortPlaybookRun, { params: { id }, body: { lift: true, reason } })).status,
    ).toBe(200);
    await vi.waitFor(
      async () => {
        clock.now += 2_000;
        expect((await run(id)).run.state).toBe('compensated');
      },
      { timeout: waitMs, interval: 200 },
    );
    expect(await states(id)).toMatchObject({ 'step-up': 'compensated', lock: 'skipped' });
    const { measures } = (await three.security.browser.call(contract.listMeasures)).body;
    expect(
      measures.filter(({ kind, state }) => kind === 'lock_accounts' || (kind === 'force_step_up' && state === 'active')),
    ).toEqual([]);
    expect((await three.audit.browser.call(contract.getApproval, { params: { id: request.id } })).body.state).toBe('cancelled');
  });

  it('goes on when the power that the step names approves, and takes a refusal for an answer', async () => {
    const { run: id } = (await startRun('data-loss', { app: 'portal' })).body;
    const readOnly = await asked(id);
    expect(readOnly.approvers).toEqual(['system']);
    expect((await decide(three.system, readOnly, 'approve')).status).toBe(200);
    const restored = await asked(id);
    expect(await states(id)).toMatchObject({ 'read-only': 'done', restored: 'approval' });
    const standing = async () =>
      (await three.security.browser.call(contract.listMeasures)).body.measures.filter(
        ({ kind, state }) => kind === 'read_only' && state === 'active',
      );
    expect(await standing()).toHaveLength(1);
    expect((await decide(three.system, restored, 'refuse')).status).toBe(200);
    await vi.waitFor(
      async () => {
        clock.now += 2_000;
        expect((await run(id)).run.state).toBe('done');
      },
      { timeout: waitMs, interval: 200 },
    );
    expect(await states(id)).toMatchObject({ restored: 'skipped', reopen: 'skipped' });
    // What stands can be taken back afterwards.
    expect((await run(id)).liftable).toBe(true);
    const lift = { params: { id }, body: { reason } };
    expect((await three.security.browser.call(contract.compensatePlaybookRun, lift)).status).toBe(200);
    await vi.waitFor(async () => expect(await standing()).toEqual([]), { timeout: waitMs, interval: 200 });
  });
});
