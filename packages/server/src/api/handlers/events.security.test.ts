import * as contract from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { approved, setUpThree, stepUpAgain, type TestAdministrator, TestClock } from '../../testing/administrators.ts';
import { ConsoleBrowser } from '../../testing/console.ts';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';

describe('reporting events to the control plane', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Record<contract.AdministratorPower, TestAdministrator>;
  beforeAll(async () => {
    deployment = await startDeployment({ clock: clock.read });
    three = await setUpThree(deployment, clock);
  });
  afterAll(() => deployment.close());

  const tokenFor = async (grants: string[], scopes: contract.TokenScope[]): Promise<Record<string, string>> => {
    const parts = { body: { name: 'functions', scopes, grants, expiresInDays: 1 } };
    const approval = await approved(contract.createApiToken, parts, three.security, three.system, clock);
    await stepUpAgain(three.security, clock);
    const made = await three.security.browser.call(contract.createApiToken, { ...parts, headers: approval });
    return { authorization: `Bearer ${made.body.token}` };
  };
  const event = () => ({ id: 'e1', ts: clock.now, action: 'order.export', user: 'zhang', rows: 900 });
  const report = (headers: Record<string, string>, body: Record<string, unknown> = {}) =>
    new ConsoleBrowser(deployment.platform.api.url).call(contract.reportEvents, {
      body: { app: 'portal', events: [event()], ...body },
      headers,
    });

  it('records them where each can be read and proved', async () => {
    const headers = await tokenFor(['events:portal'], ['events:write']);
    const { body, status } = await report(headers);
    expect(status).toBe(200);
    const { audit } = three;
    // The search index follows the log.
    await vi.waitFor(async () => {
      const entry = await audit.browser.call(contract.getAuditEntry, { params: { index: String(body.indexes[0]) } });
      expect(entry.body.event).toMatchObject({
        actor: { user: { uid: 'zhang' } },
        unmapped: { menshen: { rows: 900, source: 'backend' } },
      });
    }, 10_000);
    expect((await report(headers)).body.indexes).toEqual(body.indexes);
  });

  it('takes them only from a token for the app, and says nothing of other apps', async () => {
    const other = await tokenFor(['events:coupon', 'guard:portal/tea'], ['events:write']);
    expect((await report(other)).body.code).toBe('token_scope');
    expect((await report(other, { app: 'nothing' })).body.code).toBe('token_scope');
    const without = await tokenFor(['events:portal'], ['guard']);
    expect((await report(without)).status).toBe(403);
    expect((await report({})).status).toBe(401);
  });

  it('takes no more than a call may hold', async () => {
    const headers = await tokenFor(['events:portal'], ['events:write']);
    const many = Array.from({ length: 201 }, (_, at) => ({ ...event(), id: `m${at}` }));
    expect((await report(headers, { events: many })).body.code).toBe('validation_failed');
    expect((await report(headers, { events: [] })).body.code).toBe('validation_failed');
  });
});
