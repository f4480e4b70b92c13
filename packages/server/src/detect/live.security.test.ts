import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getDetections, getIncident, judgeAlert, listAlerts, listIncidents, tuneDetection } from '@menshen/contract';
import { afterEach, expect, it, vi } from 'vitest';
import { activityReportEvent } from '../audit/activity-report.ts';
import { setUpThree, TestClock } from '../testing/administrators.ts';
import { type Deployment, startDeployment } from '../testing/deployment.ts';

let deployment: Deployment | null = null;
afterEach(async () => {
  await deployment?.close();
  deployment = null;
});

/** Failed logins of one person from one strange address, one every two seconds. */
async function guess({ platform }: Deployment, clock: TestClock, user: string, ip: string): Promise<void> {
  const reporter = { app: 'portal', token: 't1', name: 'functions', address: '10.0.0.7', received: clock.now };
  for (let at = 0; at < 30; at += 1) {
    const ts = clock.now + at * 2_000;
    await platform.audit.record(
      activityReportEvent(
        { id: `${user}${at}`, ts, user, ip, action: 'login', result: 'failure', reason: 'bad_password' },
        reporter,
      ),
    );
  }
  await platform.audit.flush();
}

it.each([false, true])(
  'finds a password that is being guessed in the audit log, tells of it once, and learns what people think of it (pseudonyms: %s)',
  async (pseudonyms) => {
    const clock = new TestClock();
    deployment = await startDeployment({
      detection: true,
      clock: () => clock.now,
      change: (config) => ({ ...config, audit: { ...config.audit, pseudonyms } }),
    });
    const { security, audit } = await setUpThree(deployment, clock);
    await guess(deployment, clock, 'zhang', '203.0.113.50');
    const found = await vi.waitFor(
      async () => {
        const { body } = await security.browser.call(listAlerts, { query: { show: 'open' } });
        const alert = body.alerts.find(({ rule, uid }) => rule === 'brute_force' && uid === 'zhang');
        expect(alert?.events.length).toBeGreaterThan(10);
        return alert;
      },
      { timeout: 40_000, interval: 250 },
    );
    if (found === undefined) throw new Error('no alert');
    expect(found.address).toBe('203.0.113.50');
    expect(found.title.zh).toContain('登录失败');
    expect(found.text).toEqual({ zh: expect.stringContaining('失败次数'), en: expect.stringMatching(/^Failures/) });
    // The events are entries of the log that can be opened.
    const entry = await deployment.platform.queries.entry(found.events[0] ?? -1);
    expect(JSON.stringify(entry?.event)).toContain('"login"');
    expect(JSON.stringify(entry?.event).includes('"zhang"')).toBe(!pseudonyms);
    // The alert itself is a finding in the log.
    await deployment.indexed();
    const recorded = await deployment.platform.queries.list({ kind: 'security' }, 200, null);
    expect(recorded.rows.filter(({ action }) => action === 'alarm.brute_force')).toHaveLength(1);

    // It is an incident too, which rests on the same entries of the log and names the person whom the log may not.
    const own = await vi.waitFor(
      async () => {
        const { incidents } = (await audit.browser.call(listIncidents)).body;
        const ids = incidents.map(({ id }: { id: string }) => id);
        const rooms = await Promise.all(ids.map((id: string) => audit.browser.call(getIncident, { params: { id } })));
        const made = rooms
          .map(({ body }) => body)
          .filter(({ from }) => from.some(({ ref }: { ref: string }) => ref === found.id));
        expect(made).toHaveLength(1);
        return made;
      },
      { timeout: 40_000, interval: 250 },
    );
    expect(own).toMatchObject([{ severity: found.severity }]);
    expect(own[0]?.timeline[0]).toMatchObject({ kind: 'opened', by: 'menshen', intact: true });
    expect(own[0]?.subjects).toContainEqual({ kind: 'user', value: 'zhang' });

    const refused = await audit.browser.call(judgeAlert, { params: { id: found.id }, body: { verdict: 'true' } });
    expect(refused.status).toBe(403);
    const judged = await security.browser.call(judgeAlert, { params: { id: found.id }, body: { verdict: 'true', note: 'seen' } });
    expect(judged.body).toMatchObject({ verdict: 'true', judgedBy: expect.any(String) });
    const { rules, watching } = (await audit.browser.call(getDetections)).body;
    expect(watching).toBe(true);
    expect(rules.find(({ rule }) => rule === 'brute_force')).toMatchObject({ true: 1, false: 0, precision: 1 });
  },
  120_000,
);

it.each([false, true])(
  'is silent about whom an administrator excepted, and about nobody else (pseudonyms: %s)',
  async (pseudonyms) => {
    const clock = new TestClock();
    deployment = await startDeployment({
      detection: true,
      clock: () => clock.now,
      change: (config) => ({ ...config, audit: { ...config.audit, pseudonyms } }),
    });
    const { security } = await setUpThree(deployment, clock);
    const reason = 'load test of the login page';
    const made = await security.browser.call(tuneDetection, {
      body: { rule: 'brute_force', subject: { kind: 'user', value: 'li' }, reason, expiresAt: clock.now + 86_400_000 },
    });
    expect(made.status).toBe(201);
    const loosened = await security.browser.call(tuneDetection, {
      body: { rule: 'brute_force', factor: 5, reason, expiresAt: clock.now + 86_400_000 },
    });
    expect(loosened.body).toMatchObject({ code: 'approval_required' });
    await guess(deployment, clock, 'li', '203.0.113.51');
    await guess(deployment, clock, 'wang', '203.0.113.52');
    await vi.waitFor(
      async () => {
        const { body } = await security.browser.call(listAlerts, { query: {} });
        const guessed = body.alerts.filter(({ rule }) => rule === 'brute_force').map(({ uid }) => uid);
        expect(guessed).toContain('wang');
        expect(guessed).not.toContain('li');
      },
      { timeout: 40_000, interval: 250 },
    );
  },
  120_000,
);

it('keeps what it learned over a restart, and tells nothing twice', async () => {
  const clock = new TestClock();
  deployment = await startDeployment({ detection: true, clock: () => clock.now });
  const { place, config } = deployment;
  const alarms = async (): Promise<number> => {
    await deployment?.indexed();
    const listed = await deployment?.platform.queries.list({ kind: 'security' }, 200, null);
    return listed?.rows.filter(({ action }) => action === 'alarm.brute_force').length ?? 0;
  };
  await guess(deployment, clock, 'zhang', '203.0.113.50');
  await vi.waitFor(async () => expect(await alarms()).toBe(1), { timeout: 40_000, interval: 250 });
  await deployment.close({ keep: true });
  expect(existsSync(join(String(config.data), 'detect', 'state.bin'))).toBe(true);

  deployment = await startDeployment({ detection: true, clock: () => clock.now, place });
  clock.now += 300_000;
  // The same incident goes on; somebody else's is new.
  await guess(deployment, clock, 'zhang', '203.0.113.50');
  await guess(deployment, clock, 'wang', '203.0.113.52');
  await vi.waitFor(async () => expect(await alarms()).toBe(2), { timeout: 40_000, interval: 250 });
}, 120_000);

it.each([false, true])(
  'watches a person whom a rule of the company names by uid (pseudonyms: %s)',
  async (pseudonyms) => {
    const clock = new TestClock();
    deployment = await startDeployment({
      detection: true,
      clock: () => clock.now,
      change: (config) => {
        const folder = join(String(config.data), '..', 'rules');
        mkdirSync(folder);
        writeFileSync(
          join(folder, 'leaver.yml'),
          'title: A leaver exports\nname: leaver_exports\nlogsource: {product: menshen, category: application}\ndetection:\n  s: {user: Zhang, action: customer.export}\n  condition: s\nlevel: high\n',
        );
        return { ...config, detections: 'rules', audit: { ...config.audit, pseudonyms } };
      },
    });
    const { security } = await setUpThree(deployment, clock);
    const reporter = { app: 'portal', token: 't1', name: 'functions', address: '10.0.0.7', received: clock.now };
    let exported = 0;
    const found = await vi.waitFor(
      async () => {
        // The log must know the person before a rule can: who acts for the first time has no pseudonym yet.
        const { platform } = deployment as Deployment;
        for (const user of ['zhang', 'wang'])
          await platform.audit.record(
            activityReportEvent(
              { id: `x${exported++}`, ts: clock.now, user, action: 'customer.export', result: 'success' },
              reporter,
            ),
          );
        await platform.audit.flush();
        const { body } = await security.browser.call(listAlerts, { query: { show: 'open' } });
        const alerts = body.alerts.filter(({ rule }) => rule === 'leaver_exports');
        expect(alerts.length).toBeGreaterThan(0);
        return alerts;
      },
      { timeout: 60_000, interval: 500 },
    );
    expect(new Set(found.map(({ uid }) => uid))).toEqual(new Set(['zhang']));
    const { sigma } = (await security.browser.call(getDetections)).body;
    expect(sigma).toEqual({ usable: 1, refused: 0, blind: [] });
  },
  90_000,
);
