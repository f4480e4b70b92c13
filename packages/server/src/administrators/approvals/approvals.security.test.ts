import {
  type AdministratorPower,
  createApiToken,
  decideApproval,
  getMode,
  getToday,
  requestApproval,
  reviewApproval,
  setAdministratorStatus,
  setMode,
} from '@menshen/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approved, setUpThree, stepUpAgain, type TestAdministrator, TestClock } from '../../testing/administrators.ts';
import { approvalOf, type ConsoleBrowser, setUpAlone } from '../../testing/console.ts';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';

const monitor = { body: { mode: 'monitor', reason: 'look at a rule that blocks too much' } };
const minuteMs = 60_000;

describe('four eyes', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Record<AdministratorPower, TestAdministrator>;
  beforeAll(async () => {
    deployment = await startDeployment({
      clock: clock.read,
      change: (config) => ({ ...config, console: { listen: '127.0.0.1:0' } }),
    });
    three = await setUpThree(deployment, clock);
  });
  afterAll(() => deployment.close());
  /** The clock moves with every code; nobody is to be idle for that. */
  beforeEach(async () => {
    for (const one of Object.values(three)) await one.browser.call(getMode);
  });

  const ask = async (by: TestAdministrator, body: unknown) => {
    await stepUpAgain(by, clock);
    return await by.browser.call(requestApproval, { body });
  };
  const decide = async (by: TestAdministrator, id: string, digest: string, decision = 'approve') => {
    await stepUpAgain(by, clock);
    return await by.browser.call(decideApproval, { params: { id }, body: { decision, digest } });
  };
  const make = (headers: Record<string, string> = {}, parts = monitor) =>
    three.system.browser.call(setMode, { ...parts, headers });

  it('stops the act until another approves it, does it once, and leaves the way back open', async () => {
    expect((await make()).body.code).toBe('approval_required');
    const headers = await approved(setMode, monitor, three.system, three.security, clock);
    expect((await make(headers)).status).toBe(200);
    expect((await make(headers)).body.code).toBe('approval_invalid');
    expect((await three.audit.browser.call(getMode)).body.mode).toBe('monitor');
    expect((await three.system.browser.call(setMode, { body: { mode: 'enforce', reason: 'done' + ' looking' } })).status).toBe(
      200,
    );
  });

  it('lets nobody approve their own request, nor who has not the power for it', async () => {
    const { body } = await ask(three.system, approvalOf(setMode, monitor));
    expect(body.mayDecide).toBe(false);
    expect((await decide(three.system, body.id, body.digest)).body.code).toBe('own_account');
    expect((await decide(three.audit, body.id, body.digest)).body.code).toBe('power_conflict');
    expect((await make({ 'x-menshen-approval': body.id })).body.code).toBe('approval_invalid');
    expect((await decide(three.security, body.id, 'f'.repeat(64))).body.code).toBe('approval_invalid');
    expect((await decide(three.security, body.id, body.digest, 'refuse')).body.state).toBe('refused');
    expect((await make({ 'x-menshen-approval': body.id })).body.code).toBe('approval_invalid');
    expect((await decide(three.security, body.id, body.digest)).body.code).toBe('approval_invalid');
  });

  it('approves this very call: not another body, not another endpoint, not for another person', async () => {
    const headers = await approved(setMode, monitor, three.system, three.security, clock);
    const other = { body: { mode: 'bypass', reason: monitor.body.reason } };
    expect((await make(headers, other)).body.code).toBe('approval_invalid');
    expect((await make(headers, { body: { ...monitor.body, reason: 'another reason' } })).body.code).toBe('approval_invalid');
    await stepUpAgain(three.security, clock);
    const stolen = await three.security.browser.call(createApiToken, {
      body: { name: 'seal', scopes: ['seal'], expiresInDays: 1 },
      headers,
    });
    expect(stolen.body.code).toBe('approval_invalid');
    expect((await make(headers)).status).toBe(200);
  });

  it('is executed once when it is called many times at once', async () => {
    const headers = await approved(setMode, monitor, three.system, three.security, clock);
    const answers = await Promise.all(Array.from({ length: 20 }, () => make(headers)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, body } of answers) if (status !== 200) expect(body.code).toBe('approval_invalid');
  });

  it('ends after thirty minutes', async () => {
    const asked = await ask(three.system, approvalOf(setMode, monitor));
    const headers = await approved(setMode, monitor, three.system, three.security, clock);
    // Looked at in between, so that the sessions do not end first.
    for (let step = 0; step < 3; step += 1) {
      clock.advance(10 * minuteMs + 1);
      for (const one of Object.values(three)) await one.browser.call(getMode);
    }
    expect((await decide(three.security, asked.body.id, asked.body.digest)).body.code).toBe('approval_invalid');
    expect((await make(headers)).body.code).toBe('approval_invalid');
  });

  it('takes no request for what the asker may not do, needs no approval, or does not exist', async () => {
    expect((await ask(three.security, approvalOf(setMode, monitor))).body.code).toBe('power_not_held');
    const back = { body: { mode: 'enforce', reason: 'back again' } };
    expect((await ask(three.system, approvalOf(setMode, back))).body.code).toBe('approval_not_needed');
    expect((await ask(three.system, { endpoint: 'nothing', reason: 'a reason' })).body.code).toBe('not_found');
    expect((await ask(three.system, approvalOf(setMode, { body: { mode: 'off' } }))).body.code).toBe('validation_failed');
    const own = { params: { id: three.system.id }, body: { status: 'active', reason: 'myself again' } };
    expect((await ask(three.system, approvalOf(setAdministratorStatus, own))).body.code).toBe('own_account');
  });

  it('lets the one who is acted on neither ask nor approve', async () => {
    const parts = { params: { id: three.audit.id }, body: { status: 'active', reason: 'back from leave' } };
    const { body } = await ask(three.security, approvalOf(setAdministratorStatus, parts));
    expect((await decide(three.audit, body.id, body.digest)).body.code).toBe('own_account');
    expect((await decide(three.system, body.id, body.digest)).status).toBe(200);
  });

  it('may be forced in an emergency, once, with an alarm that another has to review', async () => {
    const forced = await ask(three.system, { ...approvalOf(setMode, monitor, 'the shop is down'), breakGlass: true });
    expect(forced.body).toMatchObject({ state: 'approved', breakGlass: true, review: { state: 'open' } });
    expect((await make({ 'x-menshen-approval': forced.body.id })).status).toBe(200);
    const today = await three.audit.browser.call(getToday);
    expect(today.body.attention[0]).toMatchObject({ id: `break-glass-${forced.body.id}`, severity: 'critical' });
    const review = async (by: TestAdministrator) => {
      await stepUpAgain(by, clock);
      return await by.browser.call(reviewApproval, {
        params: { id: forced.body.id },
        body: { verdict: 'justified', note: 'orders could not be taken' },
      });
    };
    expect((await review(three.system)).body.code).toBe('own_account');
    expect((await review(three.audit)).body.review).toMatchObject({ state: 'justified', by: { username: 'shenji' } });
    expect((await review(three.security)).body.code).toBe('approval_invalid');
    const other = {
      ...approvalOf(setAdministratorStatus, { params: { id: three.audit.id }, body: { status: 'active', reason: 'why not' } }),
      breakGlass: true,
    };
    expect((await ask(three.security, other)).body.code).toBe('break_glass_refused');
    await deployment.indexed();
    const { rows } = await deployment.platform.queries.list({ kind: 'security', from: 0, to: clock.now }, 200, null);
    expect(rows.map(({ action }) => action)).toContain('alarm.break_glass');
    expect(rows.filter(({ action }) => action === 'console.refused').map(({ code }) => code)).toContain('own_account');
  });
});

describe('a single operator', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    deployment = await startDeployment({ clock: clock.read });
    browser = await setUpAlone(deployment.platform);
  });
  afterAll(() => deployment.close());

  it('waits and gives a reason instead, and every answer says so', async () => {
    const asked = await browser.call(requestApproval, { body: approvalOf(setMode, monitor) });
    expect(asked.body).toMatchObject({ state: 'waiting', deviation: 'single_operator', mayDecide: false });
    const headers = { 'x-menshen-approval': asked.body.id };
    const make = () => browser.call(setMode, { ...monitor, headers });
    expect((await make()).body.code).toBe('approval_invalid');
    expect(
      (
        await browser.call(decideApproval, {
          params: { id: asked.body.id },
          body: { decision: 'approve', digest: asked.body.digest },
        })
      ).body.code,
    ).toBe('own_account');
    clock.advance(5_000);
    const done = await make();
    expect(done.status).toBe(200);
    expect(done.headers.get('x-menshen-deviation')).toBe('single_operator');
    expect((await make()).body.code).toBe('approval_invalid');
    expect((await browser.call(getMode)).body.deviation).toBe('single_operator');
  });
});
