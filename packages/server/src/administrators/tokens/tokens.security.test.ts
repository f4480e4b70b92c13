import {
  type AdministratorPower,
  createApiToken,
  getMode,
  getToday,
  listApiTokens,
  listPeople,
  revokeApiToken,
  setAdministratorStatus,
  setPersonRoles,
  type TokenScope,
} from '@menshen/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  approved,
  setUpThree,
  signInAgain,
  stepUpAgain,
  type TestAdministrator,
  TestClock,
} from '../../testing/administrators.ts';
import { ConsoleBrowser } from '../../testing/console.ts';
import type { Deployment } from '../../testing/deployment.ts';
import { describeEachEngine } from '../../testing/engines.ts';

const dayMs = 86_400_000;

describeEachEngine('API tokens', (start) => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Record<AdministratorPower, TestAdministrator>;
  beforeAll(async () => {
    deployment = await start({
      clock: clock.read,
      change: (config) => ({
        ...config,
        console: { listen: '127.0.0.1:0', trustedProxies: ['127.0.0.1/32'], allowAddresses: ['127.0.0.1/32', '10.1.0.0/16'] },
      }),
    });
    three = await setUpThree(deployment, clock);
  });
  afterAll(() => deployment.close());

  const create = async (
    scopes: readonly TokenScope[],
    changes: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) => {
    if (!('x-menshen-approval' in headers)) await stepUpAgain(three.security, clock);
    const body = { name: 'machine', scopes, expiresInDays: 30, ...changes };
    return await three.security.browser.call(createApiToken, { body, headers });
  };
  const people = (token: string, from = '10.1.2.3') =>
    new ConsoleBrowser(deployment.platform.api.url, from).call(listPeople, { headers: { authorization: `Bearer ${token}` } });

  it('is shown once and works for its scope alone', async () => {
    const { body } = await create(['people:read']);
    expect(body.token).toMatch(/^mat1\.[A-Za-z0-9_-]{64}$/);
    expect((await people(body.token)).status).toBe(200);
    const listed = await three.audit.browser.call(listApiTokens);
    expect(JSON.stringify(listed.body)).not.toContain(body.token.slice(30));
    expect(listed.body.tokens[0]).toMatchObject({ state: 'active', lastAddress: '10.1.2.3', createdBy: 'anquan' });
    const machine = new ConsoleBrowser(deployment.platform.api.url, '10.1.2.3');
    const write = await machine.call(setPersonRoles, {
      params: { uid: 'zhang' },
      body: { roles: ['admin'] },
      headers: { authorization: `Bearer ${body.token}` },
    });
    expect(write.body.code).toBe('token_scope');
    expect((await machine.call(getMode, { headers: { authorization: `Bearer ${body.token}` } })).body.code).toBe('token_scope');
  });

  it("does not lean on a browser's session: with a token, only the token counts", async () => {
    const { body } = await create(['authorize']);
    const browser = await signInAgain(three.security, clock);
    expect((await browser.call(listPeople)).status).toBe(200);
    const both = await browser.call(listPeople, { headers: { authorization: `Bearer ${body.token}` } });
    expect(both.body.code).toBe('token_scope');
    const garbled = await browser.call(listPeople, { headers: { authorization: 'Bearer mat1.x' } });
    expect(garbled.body.code).toBe('token_invalid');
  });

  it('says the same to a wrong secret, an unknown id, an old and a revoked one', async () => {
    const { body } = await create(['people:read'], { expiresInDays: 1 });
    const revoked = await create(['people:read']);
    const { id } = revoked.body.view;
    expect((await three.security.browser.call(revokeApiToken, { params: { id } })).status).toBe(200);
    expect((await three.security.browser.call(revokeApiToken, { params: { id } })).body.code).toBe('not_found');
    const changed = body.token.slice(0, -4) + (body.token.endsWith('AAAA') ? 'BBBB' : 'AAAA');
    for (const token of [changed, `mat1.${'A'.repeat(64)}`, revoked.body.token, `mst1.${'A'.repeat(64)}`]) {
      const answer = await people(token);
      expect([answer.status, answer.body.code]).toEqual([401, 'token_invalid']);
    }
    expect((await people(body.token)).status).toBe(200);
    clock.advance(dayMs);
    expect((await people(body.token)).body.code).toBe('token_invalid');
    for (const one of Object.values(three)) await signInAgain(one, clock, one.browser);
  });

  it('always ends, within a year', async () => {
    expect((await create(['people:read'], { expiresInDays: 366 })).body.code).toBe('validation_failed');
    expect((await create(['people:read'], { expiresInDays: undefined })).body.code).toBe('validation_failed');
    expect((await create([])).body.code).toBe('validation_failed');
    expect((await create(['everything' as TokenScope])).body.code).toBe('validation_failed');
  });

  it('works from its addresses alone, which need not be those of the console', async () => {
    const { body } = await create(['people:read'], { addresses: ['192.0.2.0/24'] });
    expect((await people(body.token, '192.0.2.9')).status).toBe(200);
    expect((await people(body.token, '192.0.3.9')).body.code).toBe('address_refused');
    const stranger = new ConsoleBrowser(deployment.platform.api.url, '192.0.2.9');
    for (const [name, value] of three.security.browser.cookies) stranger.cookies.set(name, value);
    expect((await stranger.call(listPeople)).body.code).toBe('address_refused');
  });

  it('that may write takes two to make', async () => {
    const parts = { body: { name: 'writer', scopes: ['seal', 'events:write'], expiresInDays: 30, addresses: [] } };
    expect((await create(['seal', 'events:write'], parts.body)).body.code).toBe('approval_required');
    const headers = await approved(createApiToken, parts, three.security, three.system, clock);
    const more = await create(
      ['seal', 'events:write', 'guard'],
      { ...parts.body, scopes: ['seal', 'events:write', 'guard'] },
      headers,
    );
    expect(more.body.code).toBe('approval_invalid');
    expect((await create(['seal', 'events:write'], parts.body, headers)).status).toBe(201);
  });

  it('is shown for a decision when whoever issued it is disabled, and works on until then', async () => {
    const { body } = await create(['people:read']);
    const attention = async () =>
      (await three.audit.browser.call(getToday)).body.attention.filter(({ id }) => id === 'tokens-issuer-gone');
    const states = async () =>
      new Set((await three.audit.browser.call(listApiTokens)).body.tokens.map(({ issuerActive }) => issuerActive));
    expect([await attention(), await states()]).toEqual([[], new Set([true])]);
    const disabled = { params: { id: three.security.id }, body: { status: 'disabled' as const, reason: 'has left' } };
    expect((await three.system.browser.call(setAdministratorStatus, disabled)).status).toBe(200);
    expect((await people(body.token)).status).toBe(200);
    expect([await attention(), await states()]).toMatchObject([[{ action: { to: '/tokens' } }], new Set([false])]);
  });
});
