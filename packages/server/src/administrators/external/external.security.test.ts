import {
  type AdministratorPower,
  bindAdministratorIdentity,
  externalFinish,
  externalStart,
  loginSecondFactor,
  setupState,
  unbindAdministratorIdentity,
} from '@menshen/contract';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approved, freshCode, setUpThree, signInAgain, type TestAdministrator, TestClock } from '../../testing/administrators.ts';
import { testAccounts } from '../../testing/company.ts';
import { ConsoleBrowser, ticketOf } from '../../testing/console.ts';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';
import { type OidcProvider, startOidcProvider } from '../../testing/oidc-provider.ts';

const clientId = 'menshen-console';
const clientSecret = 'a secret of the test';
const reason = 'single sign-on for the test';
const name = { zh: '公司账号', en: 'Company account' };

describe('signing in through somebody else', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let company: OidcProvider;
  let other: OidcProvider;
  let three: Record<AdministratorPower, TestAdministrator>;
  let last = 0;
  beforeAll(async () => {
    company = await startOidcProvider(clock.read, clientId, clientSecret);
    other = await startOidcProvider(clock.read, clientId, clientSecret);
    deployment = await startDeployment({
      clock: clock.read,
      change: (config) => {
        const { wecom } = config.apps?.[0] ?? {};
        const apiBase = wecom?.apiBase ?? '';
        return {
          ...config,
          console: {
            listen: '127.0.0.1:0',
            trustedProxies: ['127.0.0.1/32'],
            signIn: {
              oidc: [
                { id: 'company', name, issuer: company.issuer, clientId, clientSecret, trustedAmr: ['mfa'] },
                { id: 'other', name, issuer: other.issuer, clientId, clientSecret },
              ],
              wecom: {
                corpid: testAccounts.corpid,
                agentid: testAccounts.agentid,
                secret: testAccounts.agentSecret,
                apiBase,
                scanUrl: `${apiBase}/wwlogin/sso/login`,
              },
            },
          },
        };
      },
    });
    three = await setUpThree(deployment, clock);
    for (const [provider, subject] of [
      ['company', 'sub-1'],
      ['wecom', 'ZHANG'],
    ] as const) {
      const parts = { params: { id: three.system.id }, body: { provider, subject, reason } };
      const headers = await approved(bindAdministratorIdentity, parts, three.security, three.audit, clock);
      const { status } = await three.security.browser.call(bindAdministratorIdentity, { ...parts, headers });
      expect(status).toBe(201);
    }
  });
  afterAll(async () => {
    await deployment.close();
    await company.close();
    await other.close();
  });
  beforeEach(() => {
    last += 1;
    company.claims = (claims) => claims;
    company.token = (honest) => honest;
  });

  const newBrowser = () => new ConsoleBrowser(deployment.platform.api.url, `198.51.100.${last}`);
  const begin = async (browser: ConsoleBrowser, provider = 'company') =>
    (await browser.call(externalStart, { body: { provider } })).body.url;
  const finish = (browser: ConsoleBrowser, body: Record<string, unknown>) => browser.call(externalFinish, { body });
  const attempt = async (sub = 'sub-1') => {
    const browser = newBrowser();
    return await finish(browser, { provider: 'company', ...(await company.authorize(await begin(browser), sub)) });
  };

  it('is offered by name, and takes one identity for one account', async () => {
    const { providers } = (await newBrowser().call(setupState)).body;
    expect(providers.map(({ id, kind }) => [id, kind])).toEqual([
      ['company', 'oidc'],
      ['other', 'oidc'],
      ['wecom', 'wecom'],
    ]);
    const again = { params: { id: three.audit.id }, body: { provider: 'company', subject: 'sub-1', reason } };
    const headers = await approved(bindAdministratorIdentity, again, three.security, three.system, clock);
    expect((await three.security.browser.call(bindAdministratorIdentity, { ...again, headers })).body.code).toBe('conflict');
  });

  it('asks for our second factor, unless the provider vouches for one in a trusted way', async () => {
    const browser = newBrowser();
    const first = await finish(browser, { provider: 'company', ...(await company.authorize(await begin(browser), 'sub-1')) });
    expect(first.body.next).toBe('second_factor');
    expect(browser.cookies.has('menshen_console')).toBe(false);
    const proof = { method: 'totp', code: freshCode(three.system.secret, clock) };
    const second = await browser.call(loginSecondFactor, { body: { ticket: ticketOf(first.body), proof } });
    expect(second.body).toMatchObject({ next: 'signed_in', session: { administrator: { username: 'xitong' } } });
    company.claims = (claims) => ({ ...claims, amr: ['pwd', 'mfa'] });
    expect((await attempt()).body.next).toBe('signed_in');
    company.claims = (claims) => ({ ...claims, amr: ['pwd', 'sms'] });
    expect((await attempt()).body.next).toBe('second_factor');
  });

  it('lets in nobody to whom no account was bound before', async () => {
    expect((await attempt('sub-2')).body.code).toBe('external_login_failed');
  });

  it.each([
    ['another nonce', (claims: JWTPayload) => ({ ...claims, nonce: 'replayed' })],
    ['no nonce', ({ nonce: _nonce, ...claims }: JWTPayload) => claims],
    ['another issuer', (claims: JWTPayload) => ({ ...claims, iss: 'https://evil.example' })],
    ['another audience', (claims: JWTPayload) => ({ ...claims, aud: 'somebody-else' })],
    ['an audience of several, issued to another', (claims: JWTPayload) => ({ ...claims, aud: [clientId, 'b'], azp: 'b' })],
    ['a token of the day before', (claims: JWTPayload) => ({ ...claims, iat: 1_767_139_200, exp: 1_767_139_500 })],
    ['no end', ({ exp: _exp, ...claims }: JWTPayload) => claims],
  ])('refuses an ID token with %s', async (_name, change) => {
    company.claims = change;
    expect((await attempt()).body.code).toBe('external_login_failed');
  });

  it('refuses an ID token that the provider has not signed', async () => {
    const seconds = Math.floor(clock.now / 1_000);
    const claims = { iss: company.issuer, aud: clientId, sub: 'sub-1', iat: seconds, exp: seconds + 300 };
    company.token = () => new UnsecuredJWT(claims).encode();
    expect((await attempt()).body.code).toBe('external_login_failed');
    company.token = () =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(clientSecret.padEnd(32, 'x')));
    expect((await attempt()).body.code).toBe('external_login_failed');
    company.token = (honest) => `${honest.slice(0, -4)}AAAA`;
    expect((await attempt()).body.code).toBe('external_login_failed');
  });

  it('takes an answer once, within its time, and only in the browser that asked', async () => {
    const browser = newBrowser();
    const answer = { provider: 'company', ...(await company.authorize(await begin(browser), 'sub-1')) };
    const victim = newBrowser();
    expect((await finish(victim, answer)).body.code).toBe('external_login_failed');
    // The state is used up by whoever tries it first.
    expect((await finish(browser, answer)).body.code).toBe('external_login_failed');
    const second = newBrowser();
    const late = { provider: 'company', ...(await company.authorize(await begin(second), 'sub-1')) };
    const cookie = second.cookies.get('menshen_login') ?? '';
    expect((await finish(second, late)).body.next).toBe('second_factor');
    second.cookies.set('menshen_login', cookie);
    expect((await finish(second, late)).body.code).toBe('external_login_failed');
    const third = newBrowser();
    const expired = { provider: 'company', ...(await company.authorize(await begin(third), 'sub-1')) };
    clock.advance(10 * 60_000);
    expect((await finish(third, expired)).body.code).toBe('external_login_failed');
    for (const one of Object.values(three)) await signInAgain(one, clock, one.browser);
  });

  it('takes no answer of one provider for another (mix-up), and none with a forged state', async () => {
    const browser = newBrowser();
    const asked = await begin(browser, 'company');
    const answer = await company.authorize(asked, 'sub-1');
    expect((await finish(browser, { provider: 'other', ...answer })).body.code).toBe('external_login_failed');
    const second = newBrowser();
    const honest = await company.authorize(await begin(second), 'sub-1');
    expect((await finish(second, { provider: 'company', ...honest, iss: other.issuer })).body.code).toBe('external_login_failed');
    const third = newBrowser();
    const { iss: _iss, ...silent } = await company.authorize(await begin(third), 'sub-1');
    expect((await finish(third, { provider: 'company', ...silent })).body.code).toBe('external_login_failed');
    const fourth = newBrowser();
    const forged = await company.authorize(await begin(fourth), 'sub-1');
    expect((await finish(fourth, { provider: 'company', ...forged, state: 'x'.repeat(43) })).body.code).toBe(
      'external_login_failed',
    );
    expect((await newBrowser().call(externalStart, { body: { provider: 'nobody' } })).body.code).toBe('not_found');
  });

  it('injects no code: another’s code fails at the provider for want of the verifier', async () => {
    const attacker = newBrowser();
    const stolen = await company.authorize(await begin(attacker), 'sub-1');
    const browser = newBrowser();
    const own = await company.authorize(await begin(browser), 'sub-1');
    expect((await finish(browser, { provider: 'company', ...own, code: stolen.code })).body.code).toBe('external_login_failed');
  });

  it('scans the code of WeCom, for the member who was bound, and then asks for the second factor', async () => {
    const scan = async (browser: ConsoleBrowser, userid: string) => {
      const page = new URL(await begin(browser, 'wecom'));
      expect((await fetch(page)).status).toBe(200);
      page.pathname = '/wwlogin/sso/scan';
      page.searchParams.set('userid', userid);
      const back = await fetch(page, { redirect: 'manual' });
      const target = new URL(back.headers.get('location') ?? '');
      expect(target.pathname).toBe('/login/wecom');
      return {
        provider: 'wecom',
        code: target.searchParams.get('code') ?? '',
        state: target.searchParams.get('state') ?? '',
      };
    };
    const browser = newBrowser();
    const answer = await scan(browser, 'zhang');
    expect((await finish(browser, answer)).body.next).toBe('second_factor');
    const stranger = newBrowser();
    expect((await finish(stranger, await scan(stranger, 'li'))).body.code).toBe('external_login_failed');
    const replayed = newBrowser();
    const fresh = await scan(replayed, 'zhang');
    expect((await finish(replayed, { ...fresh, code: answer.code })).body.code).toBe('external_login_failed');
  });

  it('ends with the binding', async () => {
    const parts = { params: { id: three.system.id }, body: { provider: 'company', subject: 'sub-1', reason } };
    expect((await three.security.browser.call(unbindAdministratorIdentity, parts)).body).toEqual({ removed: true });
    expect((await attempt()).body.code).toBe('external_login_failed');
  });
});
