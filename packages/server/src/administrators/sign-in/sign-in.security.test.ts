import {
  type AdministratorPower,
  adminLogin,
  adminLogout,
  adminSession,
  beginOwnTotp,
  getMode,
  loginEnrol,
  loginEnrolTotp,
  loginSecondFactor,
  renewOwnRecoveryCodes,
  stepUp,
} from '@menshen/contract';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { hotp, totpCounter } from '../../identity/factors/totp.ts';
import { freshCode, setUpThree, signInAgain, type TestAdministrator, TestClock } from '../../testing/administrators.ts';
import { ConsoleBrowser, testPassword, ticketOf } from '../../testing/console.ts';
import type { Deployment } from '../../testing/deployment.ts';
import { describeEachEngine } from '../../testing/engines.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

describeEachEngine('signing in to the console', (start) => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Record<AdministratorPower, TestAdministrator>;
  let url: string;
  beforeAll(async () => {
    deployment = await start({
      clock: clock.read,
      change: (config) => ({ ...config, console: { listen: '127.0.0.1:0', trustedProxies: ['127.0.0.1/32'] } }),
    });
    ({ url } = deployment.platform.api);
    three = await setUpThree(deployment, clock);
  });
  afterAll(() => deployment.close());
  // Each test comes from an address of its own, with a budget of tries of its own.
  let last = 0;
  let here = '';
  beforeEach(() => {
    last += 1;
    here = `198.51.100.${last}`;
    clock.advance(16 * minuteMs);
  });
  const newBrowser = (from = here): ConsoleBrowser => new ConsoleBrowser(url, from);

  const password = (browser: ConsoleBrowser, username: string, text = testPassword) =>
    browser.call(adminLogin, { body: { username, password: text } });
  const second = (browser: ConsoleBrowser, ticket: string, proof: unknown) =>
    browser.call(loginSecondFactor, { body: { ticket, proof } });
  const totp = (code: string) => ({ method: 'totp', code });

  it('opens no session for a password alone, and names no factor to who has no password', async () => {
    const browser = newBrowser();
    const first = await password(browser, 'xitong');
    expect(first.body).toMatchObject({ next: 'second_factor', methods: ['totp', 'recovery_code'] });
    expect(browser.cookies.size).toBe(0);
    expect((await browser.call(adminSession)).status).toBe(401);
    const wrong = await password(browser, 'xitong', 'wrong horse battery staple');
    const nobody = await password(browser, 'nobody', 'wrong horse battery staple');
    expect(Object.keys(wrong.body).sort()).toEqual(Object.keys(nobody.body).sort());
    expect([wrong.status, wrong.body.code]).toEqual([nobody.status, nobody.body.code]);
  });

  it('takes a TOTP code once, also for a right code of an earlier step, and from one ticket one session', async () => {
    const browser = newBrowser();
    const { secret } = three.system;
    const ticket = ticketOf((await password(browser, 'xitong')).body);
    const code = freshCode(secret, clock);
    expect((await second(browser, ticket, totp(code))).body.next).toBe('signed_in');
    expect((await second(browser, ticket, totp(code))).body.code).toBe('ticket_invalid');
    const another = ticketOf((await password(browser, 'xitong')).body);
    expect((await second(browser, another, totp(code))).body.code).toBe('admin_factor_failed');
    const earlier = hotp(secret, totpCounter(clock.now) - 1);
    expect((await second(browser, another, totp(earlier))).body.code).toBe('admin_factor_failed');
    const both = ticketOf((await password(browser, 'xitong')).body);
    const right = freshCode(secret, clock);
    const answers = await Promise.all([1, 2, 3].map(() => second(newBrowser(), both, totp(right))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('takes a recovery code once', async () => {
    const [code = ''] = three.audit.recoveryCodes;
    const browser = newBrowser();
    const ticket = ticketOf((await password(browser, 'shenji')).body);
    expect((await second(browser, ticket, { method: 'recovery_code', code: code.toLowerCase() })).status).toBe(200);
    const again = ticketOf((await password(browser, 'shenji')).body);
    expect((await second(browser, again, { method: 'recovery_code', code })).body.code).toBe('admin_factor_failed');
  });

  it("takes no ticket of another's, no enrolment for an account that has factors, and no old ticket", async () => {
    const browser = newBrowser();
    const ticket = ticketOf((await password(browser, 'xitong')).body);
    expect((await browser.call(loginEnrolTotp, { body: { ticket } })).body.code).toBe('ticket_invalid');
    expect((await browser.call(loginEnrol, { body: { ticket, proof: totp('123456') } })).body.code).toBe('ticket_invalid');
    const foreign = freshCode(three.security.secret, clock);
    expect((await second(browser, ticket, totp(foreign))).body.code).toBe('admin_factor_failed');
    const code = hotp(three.system.secret, totpCounter(clock.now));
    clock.advance(10 * minuteMs);
    expect((await second(browser, ticket, totp(code))).body.code).toBe('ticket_invalid');
  });

  it('evaluates at most five of a hundred wrong passwords at once, and lets nobody else pay for it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_value, at) => password(newBrowser(), 'anquan', `wrong password number ${at}`)),
    );
    const codes = answers.map(({ body }) => body.code);
    expect(codes.filter((code) => code === 'admin_login_failed').length).toBeLessThanOrEqual(5);
    expect(codes.filter((code) => code === 'admin_locked').length).toBeGreaterThanOrEqual(55);
    expect((await password(newBrowser(), 'anquan')).body.code).toBe('admin_locked');
    // Where the account came from before, it has tries of its own.
    expect((await password(newBrowser('127.0.0.1'), 'anquan')).body.next).toBe('second_factor');
    expect((await password(newBrowser('203.0.113.9'), 'anquan')).body.code).toBe('admin_locked');
    clock.advance(16 * minuteMs);
    expect((await password(newBrowser('203.0.113.9'), 'anquan')).body.next).toBe('second_factor');
  });

  it('slows an address down that tries many names', async () => {
    const answers = [];
    for (let at = 0; at < 66; at += 1) answers.push(await password(newBrowser(), `name${at}`, 'a wrong password'));
    expect(answers.slice(0, 60).every(({ body }) => body.code === 'admin_login_failed')).toBe(true);
    expect(answers.slice(60).every(({ body }) => body.code === 'admin_locked')).toBe(true);
    expect((await password(newBrowser('203.0.113.10'), 'xitong')).body.next).toBe('second_factor');
  });

  it('evaluates at most five wrong codes, then waits longer and longer, also for the right one', async () => {
    const browser = newBrowser();
    const ticket = ticketOf((await password(browser, 'anquan')).body);
    const wrong = await Promise.all(Array.from({ length: 50 }, () => second(newBrowser(), ticket, totp('000000'))));
    expect(wrong.filter(({ body }) => body.code === 'admin_factor_failed').length).toBeLessThanOrEqual(5);
    clock.advance(29_000);
    const early = hotp(three.security.secret, totpCounter(clock.now));
    expect((await second(browser, ticket, totp(early))).body.code).toBe('admin_locked');
    clock.advance(1_001);
    expect((await second(browser, ticket, totp('000000'))).body.code).toBe('admin_factor_failed');
    clock.advance(31_000);
    expect((await second(browser, ticket, totp('000000'))).body.code).toBe('admin_locked');
    clock.advance(30_000);
    const code = hotp(three.security.secret, totpCounter(clock.now));
    expect((await second(browser, ticket, totp(code))).body.next).toBe('signed_in');
  });

  it('gives every sign-in and step-up a token of its own: nothing planted before goes on', async () => {
    const browser = newBrowser();
    browser.cookies.set('menshen_console', 'planted-by-somebody-else');
    await signInAgain(three.system, clock, browser);
    const first = browser.cookies.get('menshen_console') ?? '';
    expect(first).not.toBe('planted-by-somebody-else');
    const oldCsrf = browser.csrf;
    const raised = await browser.call(stepUp, { body: { proof: totp(freshCode(three.system.secret, clock)) } });
    expect(raised.status).toBe(200);
    expect(browser.cookies.get('menshen_console')).not.toBe(first);
    expect(browser.csrf).not.toBe(oldCsrf);
    const thief = newBrowser();
    thief.cookies.set('menshen_console', first);
    expect((await thief.call(adminSession)).body.code).toBe('admin_session_missing');
    const before = browser.cookies.get('menshen_console') ?? '';
    await signInAgain(three.system, clock, browser);
    thief.cookies.set('menshen_console', before);
    expect((await thief.call(adminSession)).body.code).toBe('admin_session_missing');
  });

  it('asks for a fresh factor before factors are changed', async () => {
    const browser = await signInAgain(three.system, clock, newBrowser());
    expect((await browser.call(renewOwnRecoveryCodes, { body: {} })).status).toBe(201);
    clock.advance(5 * minuteMs + 1);
    expect((await browser.call(beginOwnTotp, { body: {} })).body.code).toBe('step_up_required');
    const plain = await browser.call(stepUp, { body: { proof: { method: 'password', password: testPassword } } });
    expect(plain.body.code).toBe('admin_factor_failed');
  });

  it('ends a session after 15 minutes without use, after 12 hours in any case, and when its owner leaves', async () => {
    const idle = await signInAgain(three.system, clock, newBrowser());
    clock.advance(15 * minuteMs);
    expect((await idle.call(getMode)).body.code).toBe('admin_session_missing');
    const busy = await signInAgain(three.system, clock, newBrowser());
    for (let at = 0; at < 12 * 6; at += 1) {
      clock.advance(10 * minuteMs - 1);
      const { status } = await busy.call(getMode);
      if (at < 70) expect(status).toBe(200);
    }
    clock.advance(hourMs / 6);
    expect((await busy.call(getMode)).body.code).toBe('admin_session_missing');
    const left = await signInAgain(three.system, clock, newBrowser());
    const token = left.cookies.get('menshen_console') ?? '';
    await left.call(adminLogout, { body: {} });
    left.cookies.set('menshen_console', token);
    expect((await left.call(adminSession)).body.code).toBe('admin_session_missing');
  });

  it('sets its cookie out of reach of scripts and of other sites', async () => {
    const browser = newBrowser();
    const ticket = ticketOf((await password(browser, 'xitong')).body);
    const done = await second(browser, ticket, totp(freshCode(three.system.secret, clock)));
    const [cookie = ''] = done.headers.getSetCookie();
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Strict/);
  });
});
