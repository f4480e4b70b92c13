import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contract from '@menshen/contract';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { approved, setUpThree, stepUpAgain, type TestAdministrator, TestClock } from '../testing/administrators.ts';
import { ConsoleBrowser } from '../testing/console.ts';
import type { Deployment } from '../testing/deployment.ts';
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
  options: { app?: string; key?: string; scan?: ScanSummary | null } = {},
): Promise<string> {
  writeFileSync(join(folder, 'app.js'), content);
  const { app = 'portal', key = own.privatePem, scan: found = scan(0) } = options;
  const facts = { app, kind: 'miniprogram' as const, version: '2.4.0', created: new Date(0), ignore: [], scan: found };
  return JSON.stringify((await signRelease(folder, facts, [readSigner(key)])).envelope);
}

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
        apps: config.apps?.map((app) => (app.id === 'portal' ? { ...app, release: { keys: [own.publicPem] } } : app)) ?? [],
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

  it('revokes a release for good', async () => {
    const [first] = (await list()).releases;
    if (first === undefined) throw new Error('nothing is registered');
    await stepUpAgain(three.security, clock);
    const parts = { params: { id: first.id }, body: { reason } };
    expect((await three.security.browser.call(contract.revokeRelease, parts)).status).toBe(200);
    await stepUpAgain(three.security, clock);
    expect((await three.security.browser.call(contract.revokeRelease, parts)).body.code).toBe('not_found');
  });
});
