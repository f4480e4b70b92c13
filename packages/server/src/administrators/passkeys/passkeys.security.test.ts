import {
  type AdministratorPower,
  addOwnPasskey,
  adminLogin,
  beginOwnPasskey,
  getOwnFactors,
  loginPasskeyOptions,
  loginSecondFactor,
  removeOwnPasskey,
  removeOwnTotp,
  stepUp,
  stepUpPasskey,
} from '@menshen/contract';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { setUpThree, stepUpAgain, type TestAdministrator, TestClock } from '../../testing/administrators.ts';
import { type CeremonyChanges, SoftwareAuthenticator } from '../../testing/authenticator.ts';
import { ConsoleBrowser, testPassword, ticketOf } from '../../testing/console.ts';
import type { Deployment } from '../../testing/deployment.ts';
import { describeEachEngine } from '../../testing/engines.ts';

const origin = 'http://console.example';

describeEachEngine('passkeys of administrators', (start) => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Record<AdministratorPower, TestAdministrator>;
  const key = new SoftwareAuthenticator(origin);
  let last = 0;
  beforeAll(async () => {
    deployment = await start({
      clock: clock.read,
      change: (config) => ({
        ...config,
        console: { listen: '127.0.0.1:0', publicUrl: origin, trustedProxies: ['127.0.0.1/32'] },
      }),
    });
    three = await setUpThree(deployment, clock);
  });
  afterAll(() => deployment.close());
  beforeEach(async () => {
    last += 1;
    for (const one of Object.values(three)) await stepUpAgain(one, clock);
  });

  const newBrowser = () => new ConsoleBrowser(deployment.platform.api.url, `198.51.100.${last}`);
  const challenge = async (browser: ConsoleBrowser, ticket?: string) =>
    (await browser.call(loginPasskeyOptions, { body: ticket === undefined ? {} : { ticket } })).body;
  const enter = (browser: ConsoleBrowser, ticket: string, response: unknown) =>
    browser.call(loginSecondFactor, { body: { ticket, proof: { method: 'passkey', response } } });
  const register = async (by: TestAdministrator, authenticator: SoftwareAuthenticator, changes: CeremonyChanges = {}) => {
    const begun = (await by.browser.call(beginOwnPasskey, { body: {} })).body;
    return await by.browser.call(addOwnPasskey, {
      body: { ticket: begun.ticket, name: 'laptop', response: authenticator.create(begun.options, changes) },
    });
  };

  it('registers one only under our origin and host, with a user who was verified, and for one account', async () => {
    const wrong: readonly CeremonyChanges[] = [
      { origin: 'http://console.example.evil.test' },
      { host: 'example' },
      { userVerified: false },
      { challenge: Buffer.alloc(32).toString('base64url') },
      { type: 'webauthn.get' },
    ];
    for (const changes of wrong) expect((await register(three.system, key, changes)).body.code).toBe('admin_factor_failed');
    expect((await register(three.system, key)).status).toBe(201);
    expect((await register(three.security, key)).body.code).toBe('admin_factor_failed');
    const { passkeys } = (await three.system.browser.call(getOwnFactors)).body;
    expect(passkeys).toMatchObject([{ name: 'laptop', lastUsed: null }]);
  });

  it('opens a session alone, for the account of the key', async () => {
    const browser = newBrowser();
    const { ticket, options } = await challenge(browser);
    key.counter += 1;
    const done = await enter(browser, ticket, key.get(options));
    expect(done.body).toMatchObject({ next: 'signed_in', session: { administrator: { username: 'xitong' } } });
  });

  it('takes an assertion once: neither on its ticket nor on another', async () => {
    const browser = newBrowser();
    const { ticket, options } = await challenge(browser);
    key.counter += 1;
    const assertion = key.get(options);
    expect((await enter(browser, ticket, assertion)).status).toBe(200);
    expect((await enter(newBrowser(), ticket, assertion)).body.code).toBe('ticket_invalid');
    const other = await challenge(browser);
    expect((await enter(newBrowser(), other.ticket, assertion)).body.code).toBe('admin_factor_failed');
    const race = await challenge(browser);
    key.counter += 1;
    const one = key.get(race.options);
    const answers = await Promise.all([1, 2, 3, 4].map(() => enter(newBrowser(), race.ticket, one)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it.each([
    ['another origin', { origin: 'https://console.example' }],
    ['another host', { host: 'evil.example' }],
    ['no verified user', { userVerified: false }],
    ['another challenge', { challenge: Buffer.alloc(32).toString('base64url') }],
    ['a registration', { type: 'webauthn.create' }],
  ] as const)('refuses %s, and a try burns the challenge', async (_name, changes) => {
    const browser = newBrowser();
    const { ticket, options } = await challenge(browser);
    key.counter += 1;
    expect((await enter(browser, ticket, key.get(options, changes))).body.code).toBe('admin_factor_failed');
    expect((await enter(browser, ticket, key.get(options))).body.code).toBe('admin_factor_failed');
  });

  it('refuses a counter that went back or stands still, with an alarm: the key may have been copied', async () => {
    const right = await challenge(newBrowser());
    key.counter += 1;
    expect((await enter(newBrowser(), right.ticket, key.get(right.options))).status).toBe(200);
    const { counter } = key;
    for (const rolled of [0, counter - 1, counter]) {
      const browser = newBrowser();
      const { ticket, options } = await challenge(browser);
      key.counter = rolled;
      expect((await enter(browser, ticket, key.get(options))).body.code).toBe('admin_factor_failed');
    }
    key.counter = counter + 1;
    await deployment.indexed();
    const { rows } = await deployment.platform.queries.list({ kind: 'security', from: 0, to: clock.now }, 100, null);
    expect(rows.filter(({ action }) => action === 'alarm.passkey_counter')).toHaveLength(3);
  });

  it("is no second factor for another's password", async () => {
    const browser = newBrowser();
    expect((await register(three.audit, new SoftwareAuthenticator(origin))).status).toBe(201);
    const first = await browser.call(adminLogin, { body: { username: 'shenji', password: testPassword } });
    const ticket = ticketOf(first.body);
    const { options } = await challenge(browser, ticket);
    key.counter += 1;
    expect((await enter(browser, ticket, key.get(options))).body.code).toBe('admin_factor_failed');
  });

  it('steps a session up, with a challenge of that session', async () => {
    const asked = (await three.system.browser.call(stepUpPasskey, { body: {} })).body;
    const foreign = (await three.security.browser.call(stepUpPasskey, { body: {} })).body;
    key.counter += 1;
    const proof = (options: Record<string, unknown>) => ({ proof: { method: 'passkey', response: key.get(options) } });
    expect((await three.system.browser.call(stepUp, { body: proof(foreign.options) })).body.code).toBe('admin_factor_failed');
    const again = (await three.system.browser.call(stepUpPasskey, { body: {} })).body;
    expect(again.options['challenge']).not.toBe(asked.options['challenge']);
    key.counter += 1;
    expect((await three.system.browser.call(stepUp, { body: proof(again.options) })).status).toBe(200);
  });

  it('cannot be removed as the last factor', async () => {
    const { browser } = three.system;
    const { passkeys } = (await browser.call(getOwnFactors)).body;
    const id = passkeys[0]?.id ?? '';
    expect((await browser.call(removeOwnTotp)).status).toBe(200);
    expect((await browser.call(removeOwnPasskey, { params: { id } })).body.code).toBe('last_factor');
    expect((await three.security.browser.call(removeOwnTotp)).body.code).toBe('last_factor');
    expect((await three.security.browser.call(removeOwnPasskey, { params: { id } })).body.code).toBe('not_found');
  });
});
