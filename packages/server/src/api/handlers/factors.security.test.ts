import { createEnrolmentCode, listPersonFactors, removePersonFactor, unlockPersonFactor } from '@menshen/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { approved, setUpThree, type TestAdministrator, TestClock } from '../../testing/administrators.ts';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';

const clock = new TestClock();
let deployment: Deployment;
let administrators: Awaited<ReturnType<typeof setUpThree>>;
beforeAll(async () => {
  deployment = await startDeployment({ clock: clock.read });
  administrators = await setUpThree(deployment, clock);
});
afterAll(() => deployment.close());

const uid = 'zhang';
const enrolPassword = async (token: string, companyCode: string | null) => {
  const mfa = (path: string, body: unknown) => deployment.call('POST', `/_menshen/v1/mfa/${path}`, { token, body });
  const begun = await mfa('enrol', { kind: 'password', proof: { companyCode } });
  return mfa('enrol/confirm', { enrolment: begun.body['enrolment'], password: 'k2-fT9.wq7-Lz' });
};

it('the security administrator hands out a code, sees the factor, unlocks and removes it, and every session ends', async () => {
  const { browser } = administrators.security;
  const token = await deployment.token(uid);
  const issued = await browser.call(createEnrolmentCode, { params: { uid }, body: { deliver: 'show' } });
  expect(issued.status).toBe(201);
  expect((await enrolPassword(token, issued.body.code)).status).toBe(200);
  const listed = await browser.call(listPersonFactors, { params: { uid } });
  expect(listed.body).toMatchObject({
    factors: [
      { kind: 'password', state: 'active', failures: 0 },
      { kind: 'recovery', remaining: 10 },
    ],
    knownDevices: 1,
  });
  const act = { params: { uid, kind: 'password' }, body: { reason: 'phone lost' } };
  expect((await browser.call(unlockPersonFactor, act)).body).toEqual({ unlocked: false, ended: 1 });
  const again = await deployment.token(uid);
  expect((await browser.call(removePersonFactor, act)).body).toEqual({ removed: true, ended: 1 });
  expect((await deployment.call('GET', '/portal/me', { token: again })).body['code']).toBe('session_revoked');
  expect((await browser.call(listPersonFactors, { params: { uid } })).body).toEqual({ factors: [], knownDevices: 0 });
});

it('a code that is sent is not shown', async () => {
  const { browser } = administrators.security;
  const sent = await browser.call(createEnrolmentCode, { params: { uid }, body: { deliver: 'wecom' } });
  expect(sent.body).toMatchObject({ code: null });
});

it('the others may not, and nobody may for whom there is not', async () => {
  const others: TestAdministrator[] = [administrators.system, administrators.audit];
  for (const { browser } of others) {
    const issued = await browser.call(createEnrolmentCode, { params: { uid }, body: { deliver: 'show' } });
    expect([issued.status, issued.body.code]).toEqual([403, 'power_not_held']);
    const removed = await browser.call(removePersonFactor, { params: { uid, kind: 'totp' }, body: { reason: 'x' } });
    expect(removed.status).toBe(403);
  }
  const { browser } = administrators.security;
  const missing = { params: { uid: 'nobody', kind: 'totp' }, body: { reason: 'x' } };
  for (const endpoint of [removePersonFactor, unlockPersonFactor])
    expect((await browser.call(endpoint, missing)).body.code).toBe('not_found');
});

it('a factor that the administrator showed a while ago is not enough', async () => {
  clock.advance(6 * 60_000);
  const { browser } = administrators.security;
  const issued = await browser.call(createEnrolmentCode, { params: { uid }, body: { deliver: 'show' } });
  expect(issued.status).toBe(403);
});

it('takes a second administrator for a code where the configuration says so', async () => {
  const time = new TestClock();
  const own = await startDeployment({
    clock: time.read,
    change: (config) => ({ ...config, console: { ...config.console, fourEyes: ['enrolmentCode'] } }),
  });
  try {
    const { security, audit } = await setUpThree(own, time);
    const call = { params: { uid }, body: { deliver: 'show' as const } };
    const alone = await security.browser.call(createEnrolmentCode, call);
    expect([alone.status, alone.body.code]).toEqual([403, 'approval_required']);
    const headers = await approved(createEnrolmentCode, call, security, audit, time);
    const other = { ...call, params: { uid: 'li' }, headers };
    expect((await security.browser.call(createEnrolmentCode, other)).body.code).toBe('approval_invalid');
    const issued = await security.browser.call(createEnrolmentCode, { ...call, headers });
    expect(issued.status).toBe(201);
    expect((await security.browser.call(createEnrolmentCode, { ...call, headers })).body.code).toBe('approval_invalid');
  } finally {
    await own.close();
  }
});
