import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contract from '@menshen/contract';
import { createMenshen, type Menshen } from '@menshen/miniprogram';
import { createFakeWx } from '@menshen/miniprogram/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { approved, setUpThree, stepUpAgain, type TestAdministrator, TestClock } from '../testing/administrators.ts';
import { ConsoleBrowser } from '../testing/console.ts';
import { type Deployment, testAccounts } from '../testing/deployment.ts';
import { describeEachEngine } from '../testing/engines.ts';
import { signRelease } from './release.ts';
import { makeReleaseKey, readSigner } from './release-key.ts';
import type { ScanSummary } from './statement.ts';

const own = makeReleaseKey('ed25519');
const thief = makeReleaseKey('ed25519');
const reason = 'a reason for the test';
const folder = mkdtempSync(join(tmpdir(), 'menshen-releases-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const scan = (high: number): ScanSummary => ({ tool: 'menshen 1', sha256: 'a'.repeat(64), critical: 0, high, medium: 3, low: 0 });

/** The manifest of a build whose only file holds `content`. */
async function manifest(
  content: string,
  options: { app?: string; key?: string; scan?: ScanSummary | null; version?: string; kind?: 'miniprogram' | 'backend' } = {},
): Promise<string> {
  writeFileSync(join(folder, 'app.js'), content);
  const { app = 'portal', key = own.privatePem, scan: found = scan(0), version = '2.4.0', kind = 'miniprogram' } = options;
  const facts = { app, kind, version, created: new Date(0), ignore: [], scan: found };
  return JSON.stringify((await signRelease(folder, facts, [readSigner(key)])).envelope);
}

type AppInput = NonNullable<contract.ConfigInput['apps']>[number];

/** The portal with keys for releases: its public page wants a registered version, `/me` a signed one. */
const withVersions = (app: AppInput): AppInput => ({
  ...app,
  release: { keys: [own.publicPem] },
  versions: { mode: 'enforce' },
  routes: (app.routes ?? []).map((route) => {
    if (route.match === 'GET /public') return { ...route, versions: 'registered' as const };
    return route.match === 'GET /me' ? { ...route, versions: 'signed' as const } : route;
  }),
});

describeEachEngine('releases at the control plane', (start) => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Record<contract.AdministratorPower, TestAdministrator>;
  beforeAll(async () => {
    deployment = await start({
      clock: clock.read,
      change: (config) => ({
        ...config,
        console: { ...config.console, secondFactor: 'required' },
        apps: config.apps?.map((app) => (app.id === 'portal' ? withVersions(app) : app)) ?? [],
      }),
    });
    three = await setUpThree(deployment, clock);
  });
  afterAll(() => deployment.close());

  const register = (body: Record<string, unknown>, headers: Record<string, string> = {}) =>
    three.security.browser.call(contract.registerRelease, { body, headers });
  const tokenFor = async (grants: string[]): Promise<Record<string, string>> => {
    const parts = { body: { name: 'pipeline', scopes: ['release'], grants, expiresInDays: 1 } };
    const approval = await approved(contract.createApiToken, parts, three.security, three.system, clock);
    await stepUpAgain(three.security, clock);
    const made = await three.security.browser.call(contract.createApiToken, { ...parts, headers: approval });
    return { authorization: `Bearer ${made.body.token}` };
  };
  const machine = <E extends contract.Endpoint>(endpoint: E, body: Record<string, unknown>, headers: Record<string, string>) =>
    new ConsoleBrowser(deployment.platform.api.url).call(endpoint, { body, headers });
  const list = async () => (await three.audit.browser.call(contract.listReleases)).body;

  it('takes what a key of the app has signed, once, and nothing else', async () => {
    const good = await manifest('one');
    const made = await register({ manifest: good });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ app: 'portal', version: '2.4.0', state: 'registered', scan: { medium: 3 } });
    expect((await register({ manifest: good })).body.code).toBe('release_known');
    expect((await register({ manifest: await manifest('two', { key: thief.privatePem }) })).body.code).toBe('release_unsigned');
    // An app that trusts nobody, and one that is not there.
    for (const app of ['coupon', 'nothing'])
      expect((await register({ manifest: await manifest('three', { app }) })).body.code).toBe('release_unsigned');
    for (const text of ['{}', 'null', '[]', '{"payload":"e30="}'])
      expect((await register({ manifest: text })).body.code).toBe('release_unsigned');
  });

  it('holds back what the scan found, until two people take it all the same', async () => {
    const risky = await manifest('risky', { scan: scan(1) });
    expect((await register({ manifest: risky })).body.code).toBe('release_gate');
    expect((await register({ manifest: await manifest('unscanned', { scan: null }) })).body.code).toBe('release_gate');
    const parts = { body: { manifest: risky, inSpiteOf: reason } };
    expect((await register(parts.body)).body.code).toBe('approval_required');
    const approval = await approved(contract.registerRelease, parts, three.security, three.system, clock);
    expect((await register(parts.body, approval)).body).toMatchObject({ state: 'registered', reason });
  });

  it('lets a pipeline register for its app alone, and never past the gate', async () => {
    const token = await tokenFor(['release:portal']);
    expect((await machine(contract.registerRelease, { manifest: await manifest('by machine') }, token)).status).toBe(201);
    const other = await tokenFor(['release:coupon']);
    expect((await machine(contract.registerRelease, { manifest: await manifest('other') }, other)).body.code).toBe('token_scope');
    const risky = { manifest: await manifest('machine risky', { scan: scan(2) }), inSpiteOf: reason };
    expect((await machine(contract.registerRelease, risky, token)).status).not.toBe(201);
  });

  it('makes an alarm of changed code, once for each change, and says when it is over', async () => {
    const token = await tokenFor(['release:portal']);
    const drift = (changed: string[]) => ({
      ...{ app: 'portal', version: '2.4.0', buildId: 'b'.repeat(64), ok: changed.length === 0, changed, missing: [], added: [] },
      total: changed.length,
    });
    const hear = (changed: string[]) => machine(contract.reportDrift, drift(changed), token);
    expect((await hear([])).status).toBe(200);
    await hear(['coupon.js']);
    await hear(['coupon.js']);
    expect((await list()).deployments).toMatchObject([{ app: 'portal', ok: false, changed: ['coupon.js'], total: 1 }]);
    await hear([]);
    expect((await list()).deployments).toMatchObject([{ ok: true, total: 0 }]);
    // The search index follows the log.
    await vi.waitFor(async () => {
      const alarms = await three.audit.browser.call(contract.listAudit, { query: { kind: 'security', q: 'release_drift' } });
      expect(alarms.body.rows.map(({ action }) => action)).toEqual(['alarm.release_drift_ended', 'alarm.release_drift']);
    }, 10_000);
    const { notices } = (await three.security.browser.call(contract.listNotices)).body;
    expect(notices.filter(({ path }: { path: string }) => path === '/releases')).toMatchObject([
      { severity: 'critical', count: 1 },
    ]);
    expect((await machine(contract.reportDrift, { ...drift([]), app: 'coupon' }, token)).body.code).toBe('token_scope');
  });

  it('lets only registered versions ask, by the Referer or by the signed login, and none once it is revoked', async () => {
    await register({ manifest: await manifest('gate', { version: '3.0.0' }) });
    const name = (version: string | null) =>
      three.security.browser.call(contract.nameAppVersion, { params: { app: 'portal', number: '41' }, body: { version } });
    const asks = async (version: string) => {
      const referer = `https://servicewechat.com/${testAccounts.appid}/${version}/page-frame.html`;
      const answer = await deployment.call('GET', '/portal/public', { headers: { referer } });
      return answer.status === 200 ? 'in' : answer.body['code'];
    };
    expect(await asks('41')).toBe('app_version_refused');
    expect((await name('9.9.9')).body.code).toBe('not_found');
    expect((await name('3.0.0')).status).toBe(200);
    expect([await asks('41'), await asks('40'), await asks('0')]).toEqual(['in', 'app_version_refused', 'app_version_refused']);

    const hello = (await deployment.call('GET', '/_menshen/v1/hello')).body as {
      keys: { kid: string; suite: string; publicKey: string }[];
    };
    const serverKeys = hello.keys.filter(({ suite }) => suite === 'A').map(({ kid, publicKey }) => ({ kid, publicKey }));
    const phone = (release: string, sealed: boolean) => {
      const code = () => deployment.code('wecom', 'zhang');
      const wx = createFakeWx({ fetch, loginCode: code, wecomLoginCode: code, release });
      return createMenshen({ baseUrl: deployment.gatewayUrl, app: 'portal', wx, ...(sealed ? { serverKeys } : {}) });
    };
    const me = (menshen: Menshen) =>
      menshen.request({ url: '/portal/me' }).then(
        ({ statusCode }) => statusCode,
        (error: { code: string }) => error.code,
      );
    const good = phone('3.0.0', true);
    expect(await me(good)).toBe(200);
    expect(await me(phone('2.9.9', true))).toBe('app_version_refused');
    // What is said in clear can be said by anybody.
    expect(await me(phone('3.0.0', false))).toBe('app_version_refused');
    const { apps } = (await three.audit.browser.call(contract.listAppVersions)).body;
    expect(apps[0]?.numbers).toMatchObject([{ number: 41, version: '3.0.0', state: 'registered' }]);
    expect(apps[0]?.seen[0]).toMatchObject({ version: '41', release: '3.0.0', state: 'registered' });

    const { id } = (await list()).releases.find(({ version }) => version === '3.0.0') ?? { id: '' };
    await stepUpAgain(three.security, clock);
    await three.security.browser.call(contract.revokeRelease, { params: { id }, body: { reason } });
    expect([await asks('41'), await me(good)]).toEqual(['app_version_refused', 'app_version_refused']);
    // Another build under its number would let the revoked one in again: phones say the version, not the build.
    const again = await register({ manifest: await manifest('another gate', { version: '3.0.0' }) });
    expect([again.status, again.body.code]).toEqual([409, 'release_version_revoked']);
    expect(await asks('41')).toBe('app_version_refused');
  });

  it('tells of a host that goes back to an older release, or runs one that was revoked or never registered', async () => {
    const token = await tokenFor(['release:portal']);
    const builds: string[] = [];
    for (const version of ['7.0.0', '7.1.0', '7.2.0']) {
      const made = await register({ manifest: await manifest(version, { version, kind: 'backend' }) });
      builds.push(made.body.buildId);
      clock.advance(1_000);
    }
    const [old = '', middle = '', newest = ''] = builds;
    const hear = (buildId: string) =>
      machine(
        contract.reportDrift,
        { ...{ app: 'portal', version: '7', buildId, ok: true }, changed: [], missing: [], added: [], total: 0 },
        token,
      );
    const standing = async () => (await list()).deployments[0]?.standing;
    const alarms = async (rule: string) =>
      (await three.audit.browser.call(contract.listAudit, { query: { kind: 'security', q: rule } })).body.rows.length;
    const heard: unknown[] = [];
    for (const build of [old, old, newest, old, old, newest, 'c'.repeat(64), 'c'.repeat(64)]) {
      expect((await hear(build)).status).toBe(200);
      heard.push(await standing());
    }
    expect(heard).toEqual([...['older', 'older', 'current', 'older', 'older', 'current'], ...['unregistered', 'unregistered']]);
    await hear(newest);
    const revoke = async (buildId: string) => {
      const { id } = (await list()).releases.find((release) => release.buildId === buildId) ?? { id: '' };
      await stepUpAgain(three.security, clock);
      return await three.security.browser.call(contract.revokeRelease, { params: { id }, body: { reason } });
    };
    // Going back after the newest was revoked is what revoking asks for; what runs on is told once.
    await revoke(newest);
    await hear(newest);
    await hear(newest);
    expect(await standing()).toBe('revoked');
    await hear(middle);
    expect(await standing()).toBe('current');
    await vi.waitFor(async () => {
      const counts = await Promise.all(['release_rolled_back', 'release_unregistered', 'release_revoked_runs'].map(alarms));
      expect(counts).toEqual([1, 1, 1]);
    }, 10_000);
    const { notices } = (await three.security.browser.call(contract.listNotices)).body;
    const told = JSON.stringify(notices);
    for (const words of ['went back to an older release', 'nobody registered', 'a revoked release runs'])
      expect(told).toContain(words);
  });

  it('revokes a release for good', async () => {
    const first = (await list()).releases.find(({ state }) => state === 'registered');
    if (first === undefined) throw new Error('nothing is registered');
    await stepUpAgain(three.security, clock);
    const parts = { params: { id: first.id }, body: { reason } };
    expect((await three.security.browser.call(contract.revokeRelease, parts)).status).toBe(200);
    await stepUpAgain(three.security, clock);
    expect((await three.security.browser.call(contract.revokeRelease, parts)).body.code).toBe('not_found');
  });
});
