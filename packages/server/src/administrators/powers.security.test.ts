import {
  type AdministratorPower,
  administratorPowers,
  createApiToken,
  endpoints,
  type TokenScope,
  tokenScopes,
} from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mayHear, type StreamEvent, streamEvents } from '../api/stream-events.ts';
import { approved, setUpThree, stepUpAgain, type TestAdministrator, TestClock } from '../testing/administrators.ts';
import { ConsoleBrowser } from '../testing/console.ts';
import { type Deployment, startDeployment } from '../testing/deployment.ts';

const refused = ['power_not_held', 'admin_session_missing', 'token_scope', 'token_invalid'];
/** Ends the session of whoever calls it. */
const walk = endpoints.filter((endpoint) => endpoint.access === 'admin' && endpoint.id !== 'adminLogout');
const example = (id: string): string =>
  ({ index: '0', uid: 'zhang', kind: 'totp', requestId: 'AAAAAAAAAAAAAAAA' })[id] ?? 'AAAAAAAAAAAAAAAAAAAAAA';

describe('every endpoint', () => {
  it.each(endpoints.map((endpoint) => [endpoint.id, endpoint] as const))('%s says who may call it', (_id, endpoint) => {
    expect(Array.isArray(endpoint.powers)).toBe(true);
    if (endpoint.access === 'public') {
      expect(endpoint.powers).toEqual([]);
      expect(endpoint.scopes).toBeUndefined();
    } else expect(endpoint.powers.length + (endpoint.scopes?.length ?? 0)).toBeGreaterThan(0);
    for (const approver of endpoint.approval?.approvers ?? []) expect(administratorPowers).toContain(approver);
  });
});

describe('powers over the control plane', () => {
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

  const call = (browser: ConsoleBrowser, endpoint: (typeof walk)[number], headers: Record<string, string> = {}) => {
    const names = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, example(name)]);
    return browser.call(endpoint, {
      params: Object.fromEntries(names),
      headers,
      ...(endpoint.method === 'GET' || endpoint.method === 'DELETE' ? {} : { body: {} }),
    });
  };

  it.each(administratorPowers)('a %s administrator calls what names that power, and nothing else', async (power) => {
    for (const endpoint of walk) {
      const { body } = await call(three[power].browser, endpoint);
      const code = body.code ?? '';
      if (endpoint.powers.includes(power)) expect(refused, `${endpoint.id} ${code}`).not.toContain(code);
      else expect([endpoint.id, code]).toEqual([endpoint.id, 'power_not_held']);
    }
  });

  it('nobody calls without a session', async () => {
    const stranger = new ConsoleBrowser(deployment.platform.api.url);
    for (const endpoint of walk) {
      const { status, body } = await call(stranger, endpoint);
      expect([endpoint.id, status, body.code]).toEqual([endpoint.id, 401, 'admin_session_missing']);
    }
  });

  it('a machine calls what names its scope, and nothing else', async () => {
    const { security } = three;
    for (const scope of ['audit:read', 'people:read', 'authorize'] as const) {
      const body = { name: `machine ${scope}`, scopes: [scope], expiresInDays: 1 };
      const headers =
        scope === 'audit:read' ? await approved(createApiToken, { body }, security, three.audit, clock) : ({} as const);
      await stepUpAgain(security, clock);
      const made = await security.browser.call(createApiToken, { body, headers });
      expect(made.status).toBe(201);
      const machine = new ConsoleBrowser(deployment.platform.api.url);
      for (const endpoint of walk) {
        const { body } = await call(machine, endpoint, { authorization: `Bearer ${made.body.token}` });
        const code = body.code ?? '';
        if (endpoint.scopes?.includes(scope) === true) expect(refused, `${endpoint.id} ${code}`).not.toContain(code);
        else expect([endpoint.id, scope, code]).toEqual([endpoint.id, scope, 'token_scope']);
      }
    }
  });

  it('nobody comes by way of a token where their power does not lead', async () => {
    const { security, system, audit } = three;
    const tokenOf = (scopes: TokenScope[]) => ({ name: 'back door', scopes, grants: [], expiresInDays: 1, addresses: [] });
    // What one administrator may make alone opens nothing that this administrator may not see.
    for (const scope of tokenScopes) {
      if (createApiToken.approval?.when?.({ params: undefined, query: undefined, body: tokenOf([scope]) }) === true) continue;
      for (const { id, powers, scopes } of endpoints)
        if (powers.length > 0 && scopes?.includes(scope) === true)
          expect([id, scope, powers]).toEqual([id, scope, expect.arrayContaining([...createApiToken.powers])]);
    }
    const parts = { body: tokenOf(['authorize', 'audit:read']) };
    await stepUpAgain(security, clock);
    expect((await security.browser.call(createApiToken, parts)).body.code).toBe('approval_required');
    await expect(approved(createApiToken, parts, security, system, clock)).rejects.toThrow('power_conflict');
    await expect(approved(createApiToken, parts, security, security, clock)).rejects.toThrow('own_account');
    const headers = await approved(createApiToken, parts, security, audit, clock);
    await stepUpAgain(security, clock);
    expect((await security.browser.call(createApiToken, { ...parts, headers })).status).toBe(201);
  });

  it('the log is read by the audit administrator alone, entry by entry too', async () => {
    const get = async (power: AdministratorPower, path: string): Promise<number> => {
      const cookie = [...three[power].browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      return (await fetch(deployment.platform.api.url + path, { headers: { cookie } })).status;
    };
    for (const path of ['/tlog/checkpoint', '/tlog/tile/entries/x000/000']) {
      expect(await get('system', path)).toBe(403);
      expect(await get('security', path)).toBe(403);
      expect([200, 404]).toContain(await get('audit', path));
    }
  });

  it('the stream tells each power its own events', () => {
    const heard = (power: AdministratorPower) =>
      (Object.keys(streamEvents) as StreamEvent[]).filter((event) => mayHear(event, [power]));
    expect(heard('system')).toEqual(['audit', 'playbook', 'notice', 'containment']);
    const work = [
      'traffic',
      'audit',
      'guard',
      'alert',
      'finding',
      'incident',
      'playbook',
      'risk',
      'compliance',
      'contest',
      'notice',
      'containment',
    ];
    expect(heard('security')).toEqual(work);
    expect((Object.keys(streamEvents) as StreamEvent[]).some((event) => mayHear(event, []))).toBe(false);
  });

  it('knows its scopes', () => {
    for (const endpoint of endpoints) for (const scope of endpoint.scopes ?? []) expect(tokenScopes).toContain(scope);
  });
});
