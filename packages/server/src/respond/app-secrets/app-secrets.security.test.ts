import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as contract from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshCode, setUpThree, TestClock } from '../../testing/administrators.ts';
import { type Deployment, startDeployment, testAccounts } from '../../testing/deployment.ts';
import { createEmulatorAdmin } from '../../testing/http.ts';

const minuteMs = 60_000;
const reason = 'the secret lay in a public repository';
const before = { wechat: testAccounts.secret, wecom: testAccounts.agentSecret } as const;

// One installation after a leak, from the reset on the platform to the end of the overlap.
describe('an AppSecret that has leaked', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Awaited<ReturnType<typeof setUpThree>>;
  let taken = 0;
  beforeAll(async () => {
    deployment = await startDeployment({ clock: clock.read });
    three = await setUpThree(deployment, clock);
  });
  afterAll(async () => await deployment.close());

  const stepUpNow = async (): Promise<void> => {
    const { browser, secret } = three.security;
    const proof = { method: 'totp' as const, code: freshCode(secret, clock) };
    expect((await browser.call(contract.stepUp, { body: { proof } })).status).toBe(200);
  };
  const security = () => three.security.browser;
  const reset = async (which: object): Promise<string> =>
    String((await createEmulatorAdmin(deployment.emulator.url)('secret/reset', which))['secret']);
  const stage = async (secret: contract.AppSecretKind, value: string) => {
    await stepUpNow();
    return await security().call(contract.stageAppSecret, { body: { app: 'portal', secret, value, reason } });
  };
  const use = async (secret: contract.AppSecretKind, staged: string, minutes = 60) => {
    taken += 1;
    const target = { app: 'portal', secret, staged };
    const until = clock.now + minutes * minuteMs;
    return await security().call(contract.applyMeasure, {
      body: { kind: 'rotate_secret', target, until, reason, idempotencyKey: `secret-${taken}` },
    });
  };
  const view = async (secret: contract.AppSecretKind) =>
    (await security().call(contract.listAppSecrets)).body.secrets.find((one) => one.secret === secret);
  const signIn = async (channel: 'wechat' | 'wecom', person = 'zhang') =>
    await deployment.call('POST', '/_menshen/v1/login', {
      body: { app: 'portal', channel, code: await deployment.code(channel, person) },
    });
  const attention = async (): Promise<readonly string[]> =>
    (await security().call(contract.getToday)).body.attention.map(({ id }) => id);

  it('is refused when the platform does not take it, when it is the one in use, and for an app that has none', async () => {
    expect((await stage('wecom', 'f'.repeat(32))).body).toMatchObject({ code: 'secret_refused' });
    expect((await stage('wechat', before.wechat.padEnd(16, '!'))).body).toMatchObject({ code: 'secret_refused' });
    await stepUpNow();
    const unknown = { body: { app: 'nobody', secret: 'wechat' as const, value: 'f'.repeat(32), reason } };
    expect((await security().call(contract.stageAppSecret, unknown)).body).toMatchObject({ code: 'validation_failed' });
    const auditor = three.audit.browser;
    expect((await auditor.call(contract.stageAppSecret, { body: { ...unknown.body, app: 'portal' } })).status).toBe(403);
  });

  it('is replaced without a sign-in that fails, whichever side is first', async () => {
    expect((await signIn('wecom')).status).toBe(200);
    // Reset on the platform; the gateway does not know yet, and nobody can sign in.
    const fresh = await reset({ agentid: testAccounts.agentid });
    expect((await signIn('wecom')).body).toMatchObject({ code: 'login_unavailable' });
    const staged = await stage('wecom', fresh);
    expect(staged.body).toMatchObject({ accepted: true, by: three.security.username });
    // Until somebody takes it into use nothing changes.
    expect((await view('wecom'))?.state).toBe('configured');
    const preview = await security().call(contract.previewMeasure, {
      body: { kind: 'rotate_secret', target: { app: 'portal', secret: 'wecom', staged: staged.body.id } },
    });
    expect(preview.body).toMatchObject({ requests: 0, riskClass: 'medium' });
    expect(preview.body.notes[0]?.en).toMatch(/platform took/);
    expect((await use('wecom', staged.body.id)).body).toMatchObject({ state: 'done', done: 1 });
    expect((await signIn('wecom')).status).toBe(200);
    expect(await view('wecom')).toMatchObject({ state: 'overlap', staged: null, replaced: { by: three.security.username } });
    await expect.poll(async () => (await view('wecom'))?.replaced?.taken).toBe(clock.now);
  });

  it('is tried where the platform refuses the new one, until the overlap ends, and people are told', async () => {
    const admin = createEmulatorAdmin(deployment.emulator.url);
    // WeChat knows who it is; that the account is not bound to an employee yet comes after.
    const known = { ticket: expect.any(String) };
    // Nobody can check it while the platform is away: it was typed wrong.
    await admin('faults', { kind: 'http', status: 503, path: '/cgi-bin/stable_token' });
    const wrong = await stage('wechat', 'f'.repeat(32));
    await admin('faults/clear', {});
    expect(wrong.body).toMatchObject({ accepted: false });
    expect((await use('wechat', wrong.body.id, 10)).body).toMatchObject({ state: 'done', done: 1 });
    expect((await signIn('wechat', 'li-wx')).body).toMatchObject(known);
    await expect.poll(async () => (await view('wechat'))?.replaced?.fellBack ?? null).not.toBeNull();
    expect(await attention()).toContain('app-secret-refused-portal-wechat');

    clock.advance(11 * minuteMs);
    expect((await view('wechat'))?.state).toBe('replaced');
    expect((await signIn('wechat', 'li-wx')).body).toMatchObject({ code: 'login_unavailable' });
    const right = await stage('wechat', await reset({ appid: testAccounts.appid }));
    expect((await use('wechat', right.body.id, 10)).body).toMatchObject({ done: 1 });
    expect((await signIn('wechat', 'li-wx')).body).toMatchObject(known);
    clock.advance(11 * minuteMs);
    expect(await attention()).toContain('app-secret-configuration-portal-wechat');
  });

  it('is taken into use once, by the measure that names it, and not after it was thrown away', async () => {
    const staged = await stage('wecomContacts', await reset({ contacts: true }));
    expect((await use('wechat', staged.body.id)).body).toMatchObject({ code: 'validation_failed' });
    expect((await security().call(contract.discardAppSecret, { params: { id: staged.body.id } })).status).toBe(200);
    expect((await use('wecomContacts', staged.body.id)).body).toMatchObject({ code: 'validation_failed' });
    expect((await security().call(contract.discardAppSecret, { params: { id: staged.body.id } })).status).toBe(404);
  });

  it('never stands in an answer, the log or the clear columns of the store', async () => {
    const fresh = await reset({ agentid: testAccounts.agentid });
    const staged = await stage('wecom', fresh);
    const listed = JSON.stringify((await security().call(contract.listAppSecrets)).body);
    await use('wecom', staged.body.id);
    await deployment.indexed();
    const events = JSON.stringify(await deployment.platform.queries.list({ kind: 'security' }, 500, null));
    expect(events).toContain('app secret');
    await deployment.platform.audit.flush();
    const stored = ['menshen.db', 'menshen.db-wal'].map((name) => readFileSync(join(deployment.folder, 'data', name), 'latin1'));
    for (const text of [JSON.stringify(staged.body), listed, events, ...stored]) expect(text).not.toContain(fresh);
  });
});
