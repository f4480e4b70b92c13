import { type AdministratorPower, revokeAllSessions } from '@menshen/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { approved, setUpThree, type TestAdministrator, TestClock } from '../../testing/administrators.ts';
import type { Deployment } from '../../testing/deployment.ts';
import { describeEachEngine } from '../../testing/engines.ts';

describeEachEngine('ending the sessions of everybody', (start) => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Record<AdministratorPower, TestAdministrator>;
  beforeAll(async () => {
    deployment = await start({
      clock: clock.read,
      change: (config) => ({ ...config, console: { listen: '127.0.0.1:0' } }),
    });
    three = await setUpThree(deployment, clock);
  });
  afterAll(() => deployment.close());

  it('takes two, and leaves nobody signed in', async () => {
    const tokens = [await deployment.token('boss'), await deployment.token('zhang'), await deployment.token('zhang')];
    const parts = { body: { reason: 'tokens may have leaked' } };
    const { browser } = three.security;
    expect((await browser.call(revokeAllSessions, parts)).body.code).toBe('approval_required');
    const headers = await approved(revokeAllSessions, parts, three.security, three.system, clock);
    expect((await browser.call(revokeAllSessions, { ...parts, headers })).body).toEqual({ people: 2, ended: 3 });
    for (const token of tokens)
      expect((await deployment.call('GET', '/portal/me', { token })).body['code']).toBe('session_revoked');
  });
});
