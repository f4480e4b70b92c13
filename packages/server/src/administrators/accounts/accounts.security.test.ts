import {
  type AdministratorPower,
  acceptInvitation,
  adminLogin,
  adminSession,
  bindAdministratorIdentity,
  changeOwnPassword,
  decideApproval,
  endAdministratorSession,
  getMode,
  invitationState,
  inviteAdministrator,
  listAdministratorSessions,
  listAdministrators,
  requestApproval,
  resetAdministratorFactors,
  resetAdministratorPassword,
  separatePowers,
  setAdministratorAddresses,
  setAdministratorStatus,
  setup,
  setupState,
} from '@menshen/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  approved,
  setUpThree,
  signInAgain,
  stepUpAgain,
  type TestAdministrator,
  TestClock,
} from '../../testing/administrators.ts';
import { approvalOf, ConsoleBrowser, setupTokenOf, testPassword } from '../../testing/console.ts';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';
import { describeEachEngine } from '../../testing/engines.ts';

const reason = 'a reason for the test';

describeEachEngine('separated powers', (start) => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Record<AdministratorPower, TestAdministrator>;
  let url: string;
  let last = 0;
  beforeAll(async () => {
    deployment = await start({
      clock: clock.read,
      change: (config) => ({ ...config, console: { listen: '127.0.0.1:0', trustedProxies: ['127.0.0.1/32'] } }),
    });
    ({ url } = deployment.platform.api);
    three = await setUpThree(deployment, clock);
  });
  afterAll(() => deployment.close());
  beforeEach(async () => {
    last += 1;
    for (const one of Object.values(three)) {
      one.browser.from = `198.51.100.${last}`;
      await signInAgain(one, clock, one.browser);
    }
  });
  const newBrowser = () => new ConsoleBrowser(url, `198.51.100.${last}`);

  it('gives each account one power, and says so to everybody', async () => {
    const { administrators, vacant, deviation } = (await three.audit.browser.call(listAdministrators)).body;
    expect(administrators.map(({ powers }) => powers).sort()).toEqual([['audit'], ['security'], ['system']]);
    expect([vacant, deviation]).toEqual([[], null]);
    expect((await newBrowser().call(setupState)).body).toMatchObject({ needed: false, deviation: null });
  });

  it('lets nobody act on their own account or on their own power, and auditors on nobody', async () => {
    const acts = [
      [setAdministratorStatus, { status: 'disabled', reason }],
      [setAdministratorAddresses, { addresses: [], reason }],
    ] as const;
    for (const [endpoint, body] of acts)
      for (const power of ['system', 'security'] as const) {
        const own = await three[power].browser.call(endpoint, { params: { id: three[power].id }, body });
        expect(own.body.code).toBe('own_account');
      }
    for (const endpoint of [resetAdministratorFactors, resetAdministratorPassword]) {
      const own = await three.system.browser.call(endpoint, { params: { id: three.system.id }, body: { reason } });
      expect(own.body.code).toBe('own_account');
    }
    const audit = await three.audit.browser.call(setAdministratorStatus, {
      params: { id: three.system.id },
      body: { status: 'disabled', reason },
    });
    expect(audit.body.code).toBe('power_not_held');
    const separated = await three.system.browser.call(separatePowers, { body: { keep: 'audit', reason } });
    expect(separated.body.code).toBe('power_conflict');
  });

  it('invites by four eyes; the link makes one account of the power that was approved', async () => {
    const parts = { body: { username: 'anquan2', power: 'security', reason } };
    expect((await three.system.browser.call(inviteAdministrator, parts)).body.code).toBe('approval_required');
    const headers = await approved(inviteAdministrator, parts, three.system, three.security, clock);
    const { invitation } = (await three.system.browser.call(inviteAdministrator, { ...parts, headers })).body;
    const browser = newBrowser();
    expect((await browser.call(invitationState, { body: { token: invitation.token } })).body).toMatchObject({
      purpose: 'create',
      power: 'security',
      username: 'anquan2',
    });
    const accept = (password: string) =>
      browser.call(acceptInvitation, { body: { token: invitation.token, username: 'root', password } });
    expect((await accept('anquan2anquan2anquan2')).body.code).toBe('password_weak');
    const both = await Promise.all([accept(testPassword), accept(testPassword)]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 403]);
    expect((await accept(testPassword)).body.code).toBe('invitation_invalid');
    const { administrators } = (await three.audit.browser.call(listAdministrators)).body;
    const made = administrators.find(({ username }) => username === 'anquan2');
    expect(made?.powers).toEqual(['security']);
    expect(administrators.some(({ username }) => username === 'root')).toBe(false);
    // Same power: neither may act on the other.
    const peer = await three.security.browser.call(setAdministratorStatus, {
      params: { id: made?.id ?? '' },
      body: { status: 'disabled', reason },
    });
    expect(peer.body.code).toBe('power_conflict');
    const name = { body: { username: 'XITONG', power: 'audit', reason } };
    const taken = await approved(inviteAdministrator, name, three.system, three.security, clock);
    expect((await three.system.browser.call(inviteAdministrator, { ...name, headers: taken })).body.code).toBe('username_taken');
  });

  it('disables at once: sessions and tickets end, the right password opens nothing, and to enable takes two', async () => {
    const parts = { params: { id: three.audit.id }, body: { status: 'disabled', reason } };
    expect((await three.security.browser.call(setAdministratorStatus, parts)).status).toBe(200);
    expect((await three.audit.browser.call(adminSession)).body.code).toBe('admin_session_missing');
    const login = await newBrowser().call(adminLogin, { body: { username: 'shenji', password: testPassword } });
    expect(login.body.code).toBe('admin_login_failed');
    const back = { params: { id: three.audit.id }, body: { status: 'active', reason } };
    expect((await three.security.browser.call(setAdministratorStatus, back)).body.code).toBe('approval_required');
    const headers = await approved(setAdministratorStatus, back, three.security, three.system, clock);
    expect((await three.security.browser.call(setAdministratorStatus, { ...back, headers })).status).toBe(200);
    await signInAgain(three.audit, clock, three.audit.browser);
  });

  it('leaves nothing under way of who is disabled: no link by which they would come back, no act that waits for a second', async () => {
    const { security, system, audit } = three;
    const invited = { body: { username: 'back', power: 'audit', reason } };
    const headers = await approved(inviteAdministrator, invited, system, audit, clock);
    const { invitation } = (await system.browser.call(inviteAdministrator, { ...invited, headers })).body;
    const waiting = await system.browser.call(requestApproval, { body: approvalOf(inviteAdministrator, invited) });
    expect(waiting.status).toBe(201);
    await stepUpAgain(security, clock);
    const off = { params: { id: system.id }, body: { status: 'disabled', reason } };
    expect((await security.browser.call(setAdministratorStatus, off)).status).toBe(200);
    const link = await newBrowser().call(acceptInvitation, { body: { token: invitation.token, password: testPassword } });
    expect(link.body.code).toBe('invitation_invalid');
    await stepUpAgain(audit, clock);
    const decision = { decision: 'approve' as const, digest: waiting.body.digest };
    const decided = await audit.browser.call(decideApproval, { params: { id: waiting.body.id }, body: decision });
    expect(decided.body.code).toBe('approval_invalid');
    const on = { params: { id: system.id }, body: { status: 'active', reason } };
    const again = await approved(setAdministratorStatus, on, security, audit, clock);
    expect((await security.browser.call(setAdministratorStatus, { ...on, headers: again })).status).toBe(200);
    await signInAgain(system, clock, system.browser);
  });

  it('lets nothing go ahead on the word of who is disabled', async () => {
    const { security, system, audit } = three;
    const invited = { body: { username: 'guest', power: 'audit', reason } };
    const headers = await approved(inviteAdministrator, invited, system, audit, clock);
    await stepUpAgain(security, clock);
    const off = { params: { id: audit.id }, body: { status: 'disabled', reason } };
    expect((await security.browser.call(setAdministratorStatus, off)).status).toBe(200);
    expect((await system.browser.call(inviteAdministrator, { ...invited, headers })).body.code).toBe('approval_invalid');
    const on = { params: { id: audit.id }, body: { status: 'active', reason } };
    const again = await approved(setAdministratorStatus, on, security, system, clock);
    expect((await security.browser.call(setAdministratorStatus, { ...on, headers: again })).status).toBe(200);
    await signInAgain(audit, clock, audit.browser);
  });

  it('ends sessions of oneself and of other powers only', async () => {
    const second = await signInAgain(three.system, clock, newBrowser());
    const { sessions } = (await second.call(listAdministratorSessions)).body;
    const mine = sessions.find(({ current }) => !current)?.id ?? '';
    expect((await three.audit.browser.call(endAdministratorSession, { params: { id: mine } })).body.code).toBe('power_conflict');
    expect((await three.security.browser.call(endAdministratorSession, { params: { id: mine } })).status).toBe(200);
    const own = sessions.find(({ current }) => current)?.id ?? '';
    expect((await second.call(endAdministratorSession, { params: { id: own } })).status).toBe(200);
    expect((await second.call(adminSession)).status).toBe(401);
  });

  it('keeps an account to its addresses', async () => {
    const parts = { params: { id: three.audit.id }, body: { addresses: ['192.0.2.0/24'], reason } };
    expect((await three.system.browser.call(setAdministratorAddresses, parts)).status).toBe(200);
    await expect(signInAgain(three.audit, clock, newBrowser())).rejects.toThrow('address_refused');
    const inside = await signInAgain(three.audit, clock, new ConsoleBrowser(url, '192.0.2.7'));
    const moved = newBrowser();
    for (const [name, value] of inside.cookies) moved.cookies.set(name, value);
    expect((await moved.call(getMode)).body.code).toBe('address_refused');
    const free = { params: { id: three.audit.id }, body: { addresses: [], reason } };
    expect((await three.system.browser.call(setAdministratorAddresses, free)).status).toBe(200);
    const bad = { params: { id: three.audit.id }, body: { addresses: ['192.0.2.0/99'], reason } };
    expect((await three.system.browser.call(setAdministratorAddresses, bad)).body.code).toBe('validation_failed');
    await signInAgain(three.audit, clock, three.audit.browser);
  });

  it('resets a password by four eyes and a link, after which the second factor is asked for all the same', async () => {
    const parts = { params: { id: three.audit.id }, body: { reason } };
    const headers = await approved(resetAdministratorPassword, parts, three.security, three.system, clock);
    const { invitation } = (await three.security.browser.call(resetAdministratorPassword, { ...parts, headers })).body;
    // A stolen password is of no use from the reset on, and not only once the link has been used.
    const stolen = await newBrowser().call(adminLogin, { body: { username: 'shenji', password: testPassword } });
    expect(stolen.body.code).toBe('admin_login_failed');
    const accepted = await newBrowser().call(acceptInvitation, {
      body: { token: invitation.token, password: `${testPassword} again` },
    });
    expect(accepted.body.next).toBe('second_factor');
    expect((await newBrowser().call(adminLogin, { body: { username: 'shenji', password: testPassword } })).body.code).toBe(
      'admin_login_failed',
    );
    const again = await approved(resetAdministratorPassword, parts, three.security, three.system, clock);
    const back = (await three.security.browser.call(resetAdministratorPassword, { ...parts, headers: again })).body.invitation;
    await newBrowser().call(acceptInvitation, { body: { token: back.token, password: testPassword } });
    await signInAgain(three.audit, clock, three.audit.browser);
  });

  it("changes one's own password only with the old one, and ends the other sessions", async () => {
    const other = await signInAgain(three.audit, clock, newBrowser());
    const change = (current: string, password: string) =>
      three.audit.browser.call(changeOwnPassword, { body: { current, password } });
    expect((await change('not the password', `${testPassword} 2`)).body.code).toBe('admin_login_failed');
    expect((await change(testPassword, 'shenjishenjishenji')).body.code).toBe('password_weak');
    expect((await change(testPassword, `${testPassword} 2`)).status).toBe(200);
    expect((await other.call(adminSession)).status).toBe(401);
    expect((await three.audit.browser.call(adminSession)).status).toBe(200);
    expect((await change(`${testPassword} 2`, testPassword)).status).toBe(200);
  });

  it('resets second factors by four eyes, with an alarm, so that the next sign-in enrols anew', async () => {
    const parts = { params: { id: three.audit.id }, body: { reason } };
    await stepUpAgain(three.security, clock);
    expect((await three.security.browser.call(resetAdministratorFactors, parts)).body.code).toBe('approval_required');
    const headers = await approved(resetAdministratorFactors, parts, three.security, three.system, clock);
    expect((await three.security.browser.call(resetAdministratorFactors, { ...parts, headers })).status).toBe(200);
    const login = await newBrowser().call(adminLogin, { body: { username: 'shenji', password: testPassword } });
    expect(login.body.next).toBe('enrol');
    await deployment.indexed();
    const { rows } = await deployment.platform.queries.list({ kind: 'security', from: 0, to: clock.now }, 20, null);
    expect(rows.map(({ action }) => action)).toContain('alarm.administrator_factors_reset');
    const unknown = { params: { id: three.audit.id }, body: { provider: 'nobody', subject: 'x', reason } };
    const bound = await approved(bindAdministratorIdentity, unknown, three.security, three.system, clock);
    expect((await three.security.browser.call(bindAdministratorIdentity, { ...unknown, headers: bound })).body.code).toBe(
      'not_found',
    );
  });
});

describe('set-up', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment();
  });
  afterAll(() => deployment.close());

  it('is for one, once, by the link', async () => {
    const { url } = deployment.platform.api;
    const token = setupTokenOf(deployment.platform);
    const make = (username: string) => new ConsoleBrowser(url).call(setup, { body: { token, username, password: testPassword } });
    const answers = await Promise.all([make('one'), make('two'), make('three')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 403, 403]);
    expect((await make('four')).body.code).toBe('setup_closed');
  });

  it('as a single operator is marked, lets nobody else in, and ends by giving two powers away', async () => {
    const { url } = deployment.platform.api;
    const browser = new ConsoleBrowser(url);
    const name = ['one', 'two', 'three'];
    for (const username of name) {
      const { body } = await browser.call(adminLogin, { body: { username, password: testPassword } });
      if (body.next === 'signed_in') break;
    }
    expect((await browser.call(adminSession)).body).toMatchObject({ deviation: 'single_operator' });
    expect((await new ConsoleBrowser(url).call(setupState)).body.deviation).toBe('single_operator');
    const { invitations } = (await browser.call(separatePowers, { body: { keep: 'security', reason } })).body;
    expect(invitations.map(({ power }) => power).sort()).toEqual(['audit', 'system']);
    const session = (await browser.call(adminSession)).body;
    expect([session.deviation, session.administrator.powers]).toEqual([null, ['security']]);
    const audit = new ConsoleBrowser(url);
    const link = invitations.find(({ power }) => power === 'audit')?.token ?? '';
    await audit.call(acceptInvitation, { body: { token: link, username: 'auditor', password: testPassword } });
    expect((await audit.call(adminSession)).body.administrator.powers).toEqual(['audit']);
    expect((await browser.call(listAdministrators)).body.vacant).toEqual(['system']);
  });
});
