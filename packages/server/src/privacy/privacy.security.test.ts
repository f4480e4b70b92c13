import { createHash, createHmac, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as contract from '@menshen/contract';
import { startEmulator } from '@menshen/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, setUpThree, signInAgain, stepUpAgain, type TestAdministrator, TestClock } from '../testing/administrators.ts';
import { type Deployment, startDeployment, testAccounts } from '../testing/deployment.ts';
import { createEmulatorAdmin } from '../testing/http.ts';
import { createWechatPush, pushSettings } from '../testing/wechat-push.ts';
import { privacyEvidence } from './evidence.ts';
import { dayMs } from './model.ts';
import { readZip } from './read-zip.ts';
import { verifyProof } from './verify-copy.ts';

const text = { zh: '我们用您的手机号发送订单通知。', en: 'We send order notices to your phone.' };
const membership = {
  ...{ id: 'membership', version: 2, name: { zh: '会员', en: 'Membership' }, text, fields: ['phone'], apps: ['portal'] },
  wechatScopes: [8],
};
const portrait = { id: 'portrait', name: { zh: '画像', en: 'Profile' }, text, fields: ['orders'], sensitive: true };
const reason = 'a reason for the test';
const root = { id: 1, name: '总部', parentid: 0 };

describe('privacy duties', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Awaited<ReturnType<typeof setUpThree>>;
  let asked: { url: string; body: string; signature: string }[];
  beforeAll(async () => {
    asked = [];
    deployment = await startDeployment({
      clock: clock.read,
      audience: ['employee', 'customer'],
      change: (config) => {
        const [portal] = config.apps ?? [];
        if (portal?.wechat === undefined) throw new Error('no app');
        const upstream = portal.upstream as { url: string };
        const guests = 'permit (principal is Menshen::Guest, action == Menshen::Action::"note.write", resource is Menshen::App);';
        writeFileSync(join(dirname(config.data ?? ''), 'policies', 'guests.cedar'), `@id("guests") ${guests}\n`);
        return {
          ...config,
          console: { listen: '127.0.0.1:0', operators: 'separated', secondFactor: 'required' },
          privacy: { purposes: [membership, portrait], requests: { secondFactorApps: [] } },
          apps: [
            {
              ...portal,
              audience: ['customer', 'employee'],
              binding: [],
              wechat: { ...portal.wechat, push: pushSettings },
              subjectData: { url: `${upstream.url}/privacy/subject`, secret: 'a-secret-of-the-webhook' },
              routes: [...(portal.routes ?? []), { match: 'GET /orders', action: 'note.write', consent: ['membership'] }],
            },
          ],
        };
      },
    });
    three = await setUpThree(deployment, clock);
    deployment.backend.answer = (request, response, body) => {
      const signature = String(request.headers['x-menshen-webhook-signature'] ?? '');
      if (request.url?.startsWith('/privacy/') === true) asked.push({ url: request.url, body, signature });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"orders":[{"id":"O-1"}]}');
    };
  });
  afterAll(() => deployment.close());

  const security = () => three.security.browser;
  /** A customer who signs in by WeChat. */
  const enter = async (person = 'stranger-wx') => {
    const body = { app: 'portal', channel: 'wechat', code: await deployment.code('wechat', person) };
    const answer = await deployment.call('POST', '/_menshen/v1/login', { body });
    expect([answer.status, answer.body['code']]).toEqual([200, undefined]);
    return { token: String(answer.body['token']), uid: String((answer.body['user'] as { uid: string }).uid) };
  };
  const consent = (token: string, act: string, version = 2, purpose = 'membership') =>
    deployment.call('POST', '/_menshen/v1/privacy/consents', { token, body: { purpose, version, act } });
  /** What WeChat would send. */
  const event = (fields: Record<string, string | number>, sent = 0) =>
    createWechatPush(deployment.call, clock.read)(fields, sent);
  const openidOf = async (uid: string): Promise<string> =>
    (await deployment.platform.identity.identitiesOf(uid))[0]?.subject ?? '';

  it('refuses a route until the person has consented to the present text, names the purpose, and refuses again once it is withdrawn', async () => {
    const { token, uid } = await enter();
    const orders = () => deployment.call('GET', '/portal/orders', { token });
    const refused = await orders();
    expect([refused.status, refused.body['code'], refused.body['purposes']]).toEqual([
      403,
      'consent_required',
      [{ id: 'membership', version: 2 }],
    ]);
    const shown = (await deployment.call('GET', '/_menshen/v1/privacy/purposes', { token })).body['purposes'] as {
      state: string;
    }[];
    expect(shown.map(({ state }) => state)).toEqual(['none', 'none']);
    // What was shown in an older version is no consent to the present one.
    expect((await consent(token, 'given', 1)).body['code']).toBe('purpose_outdated');
    expect((await consent(token, 'given', 2, 'nothing')).body['code']).toBe('purpose_unknown');
    expect((await consent(token, 'given')).body).toMatchObject({ purpose: 'membership', state: 'given' });
    expect((await orders()).status).toBe(200);
    expect((await consent(token, 'withdrawn', 1)).body).toMatchObject({ state: 'withdrawn' });
    expect((await orders()).body['code']).toBe('consent_required');
    // The record is only added to.
    const { body } = await security().call(contract.getPersonPrivacy, { params: { uid } });
    expect(body.consents.map(({ act, version }) => `${act} ${version}`).sort()).toEqual(['given 2', 'withdrawn 2']);
    expect(body.consents[0]?.textSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('lets nobody consent, ask or fetch without a session, nor for another', async () => {
    for (const path of ['purposes', 'requests']) {
      expect((await deployment.call('GET', `/_menshen/v1/privacy/${path}`)).body['code']).toBe('session_missing');
    }
    const { token } = await enter();
    const own = await deployment.call('POST', '/_menshen/v1/privacy/requests', { token, body: { kind: 'copy' } });
    expect(own.body).toMatchObject({ kind: 'copy', state: 'open' });
    const request = String(own.body['id']);
    const other = await deployment.token('zhang');
    const stolen = await deployment.call('POST', '/_menshen/v1/privacy/export', { token: other, body: { request } });
    expect(stolen.body['code']).toBe('not_found');
    const seen = (await deployment.call('GET', '/_menshen/v1/privacy/requests', { token: other })).body['requests'];
    expect(seen).toEqual([]);
    for (const uid of ['', 'x'.repeat(200)]) {
      const forged = await deployment.call('POST', '/_menshen/v1/privacy/requests', { token, body: { kind: 'copy', uid } });
      expect(forged.body['code']).toBe('bad_request');
    }
    await security().call(contract.advanceSubjectRequest, { params: { id: request }, body: { step: 'cancel', note: reason } });
  });

  it('keeps a flood of requests of one person from filling the list', async () => {
    const { token, uid } = await enter();
    const codes: unknown[] = [];
    for (let at = 0; at < 6; at += 1)
      codes.push(
        (await deployment.call('POST', '/_menshen/v1/privacy/requests', { token, body: { kind: 'explain' } })).body['code'],
      );
    expect(codes).toEqual([undefined, undefined, undefined, undefined, undefined, 'privacy_requests_exhausted']);
    for (const id of (await security().call(contract.getPersonPrivacy, { params: { uid } })).body.requests)
      await security().call(contract.advanceSubjectRequest, { params: { id }, body: { step: 'cancel', note: reason } });
  });

  it('answers a request by a copy that a stranger can verify, and the person alone can fetch', async () => {
    const { token, uid } = await enter();
    await consent(token, 'given');
    const asks = { kind: 'copy', details: '全部', contact: '' };
    const opened = await deployment.call('POST', '/_menshen/v1/privacy/requests', { token, body: asks });
    const id = String(opened.body['id']);
    expect(Number(opened.body['due']) - Number(opened.body['created'])).toBe(15 * dayMs);
    await deployment.indexed();
    const made = await security().call(contract.exportForRequest, { params: { id }, body: {} });
    expect([made.status, made.body.backend]).toEqual([201, ['portal']]);
    const question = JSON.stringify({ uid, kind: 'access', request: id });
    expect(asked.at(-1)).toMatchObject({ url: '/privacy/subject', body: question });
    const [, seconds = '', mac = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(asked.at(-1)?.signature ?? '') ?? [];
    expect(mac).toBe(createHmac('sha256', 'a-secret-of-the-webhook').update(`${seconds}.${question}`).digest('hex'));
    const fetched = await deployment.call('POST', '/_menshen/v1/privacy/export', { token, body: { request: id } });
    const zip = Buffer.from(String(fetched.body['file']), 'base64');
    expect(createHash('sha256').update(zip).digest('hex')).toBe(made.body.sha256);
    const files = readZip(zip);
    const manifest = files.get('manifest.json') ?? Buffer.alloc(0);
    const key = createPublicKey((await security().call(contract.getPrivacyKey)).body.publicKey);
    expect(files.get('key.pem')?.toString('utf8')).toBe(key.export({ type: 'spki', format: 'pem' }).toString());
    expect(verify(null, manifest, key, files.get('manifest.sig') ?? Buffer.alloc(0))).toBe(true);
    const listed = (JSON.parse(manifest.toString('utf8')) as { files: { name: string; sha256: string }[] }).files;
    expect(listed.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['data/identity.json', 'data/consents.json', 'data/events.json', 'data/backend-portal.json']),
    );
    for (const { name, sha256 } of listed)
      expect(
        createHash('sha256')
          .update(files.get(name) ?? Buffer.alloc(0))
          .digest('hex'),
      ).toBe(sha256);
    expect(files.get('data/identity.json')?.toString('utf8')).toContain(await openidOf(uid));
    const { publicKey } = (await security().call(contract.getPrivacyKey)).body;
    expect(verifyProof(zip, publicKey)).toMatchObject({ kind: 'export', id, problems: [] });
    const place = zip.indexOf('"part": "identity"');
    const changed = Buffer.from(zip);
    changed.write('X', place + 9);
    expect(verifyProof(changed, publicKey).problems).toEqual(['file data/identity.json']);
    const stranger = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(verifyProof(zip, stranger).problems).toEqual(['signature']);
    for (const cut of [zip.subarray(0, 100), Buffer.from('PK'), Buffer.from('{}')])
      expect(() => verifyProof(cut, publicKey)).toThrow();
    // Tampering with one letter is seen.
    const forged = Buffer.from(manifest);
    forged[20] = (forged[20] ?? 0) ^ 1;
    expect(verify(null, forged, key, files.get('manifest.sig') ?? Buffer.alloc(0))).toBe(false);
    // Nobody opens a session by what the copy holds.
    for (const bytes of files.values()) expect(bytes.includes(token)).toBe(false);
    clock.advance(15 * dayMs);
    const late = await deployment.call('POST', '/_menshen/v1/privacy/export', {
      token: (await enter()).token,
      body: { request: id },
    });
    expect(late.body['code']).toBe('not_found');
  });

  it('answers nothing before it is known who asks, and warns before it is late', async () => {
    const anew = async (one: TestAdministrator) => ({ ...one, browser: await signInAgain(one, clock) });
    three = { system: await anew(three.system), security: await anew(three.security), audit: await anew(three.audit) };
    const entered = await security().call(contract.createSubjectRequest, { body: { uid: 'li', kind: 'copy' } });
    const { id } = entered.body;
    const exported = await security().call(contract.exportForRequest, { params: { id }, body: {} });
    expect(exported.body.code).toBe('privacy_unverified');
    const urgency = async (): Promise<unknown> =>
      (await security().call(contract.getSubjectRequest, { params: { id } })).body.urgency;
    expect(await urgency()).toBe('calm');
    const body = { step: 'extend', note: reason };
    const extended = await security().call(contract.advanceSubjectRequest, { params: { id }, body });
    expect(extended.body.due - extended.body.created).toBe(30 * dayMs);
    const again = await security().call(contract.advanceSubjectRequest, { params: { id }, body });
    expect(again.body.code).toBe('conflict');
    const refuse = { step: 'refuse', note: 'Archives Act, article 1' };
    const refused = await security().call(contract.advanceSubjectRequest, { params: { id }, body: refuse });
    expect(refused.body).toMatchObject({ state: 'refused', urgency: 'closed', answer: refuse.note });
    const after = await security().call(contract.advanceSubjectRequest, { params: { id }, body: { step: 'take' } });
    expect(after.body.code).toBe('privacy_request_closed');
  });

  it('ends consent and session when WeChat says so, and opens one deletion however often it is said', async () => {
    const { token, uid } = await enter();
    await consent(token, 'given');
    const openid = await openidOf(uid);
    const revoke = { Event: 'user_authorization_revoke', OpenID: openid, FromUserName: openid, CreateTime: 1, RevokeInfo: '7' };
    // Scope 7 is the camera: the consent concerns the phone number, but the data of the camera is to be deleted.
    expect((await event(revoke, 1)).text).toBe('success');
    expect((await deployment.call('GET', '/_menshen/v1/session', { token })).body['code']).toBe('session_revoked');
    const second = await enter();
    expect((await deployment.call('GET', '/portal/orders', { token: second.token })).status).toBe(200);
    // Said again, under another signature: nobody is thrown out a second time.
    expect((await event(revoke, 2)).text).toBe('success');
    expect((await deployment.call('GET', '/portal/orders', { token: second.token })).status).toBe(200);
    expect((await event({ ...revoke, CreateTime: 2, RevokeInfo: '8' }, 3)).text).toBe('success');
    const third = await enter();
    expect((await deployment.call('GET', '/portal/orders', { token: third.token })).body['code']).toBe('consent_required');
    await event({ ...revoke, Event: 'user_authorization_cancellation', CreateTime: 3, RevokeInfo: '' }, 4);
    const { body } = await security().call(contract.listSubjectRequests, { query: { open: 'true', uid } });
    expect(body.requests.map(({ kind, channel, verified }) => `${kind} ${channel} ${verified}`)).toEqual(
      Array.from({ length: 3 }, () => 'delete wechat session'),
    );
    // As WeChat itself says it: signed, encrypted, delivered twice.
    const wechat = await startEmulator({
      people: {
        corp: { name: '测试公司' },
        departments: [root],
        users: [],
        people: [{ id: 'stranger-wx', phone: '19900000099' }],
      },
      wechatApps: [
        {
          ...{ appid: testAccounts.appid, secret: testAccounts.secret, name: '门户' },
          push: { ...pushSettings, url: `${deployment.gatewayUrl}/_menshen/v1/callback/portal/wechat` },
        },
      ],
      clock: clock.read,
    });
    const says = createEmulatorAdmin(wechat.url);
    const { delivery, openid: named } = await says('revoke-authorization', { person: 'stranger-wx', scopes: [16], wait: true });
    await says('redeliver', { id: delivery, wait: true });
    await wechat.close();
    expect(named).toBe(openid);
    const heard = await security().call(contract.listSubjectRequests, { query: { open: 'true', uid } });
    expect(heard.body.requests).toHaveLength(4);
    // Somebody else's words open nothing.
    await event({ ...revoke, OpenID: 'o-of-nobody', FromUserName: 'o-of-nobody', CreateTime: 4 }, 5);
    await event({ ...revoke, AppID: 'wx-of-another', CreateTime: 5 }, 6);
    const after = await security().call(contract.listSubjectRequests, { query: { open: 'true', uid } });
    expect(after.body.requests).toHaveLength(4);
  });

  it('deletes by rule what is due, tries it first, and never what the law keeps', async () => {
    const rules = (await security().call(contract.getRetention)).body.rules;
    expect(rules.find(({ name }) => name === 'audit')).toMatchObject({ deletes: false, leastDays: 180 });
    expect(rules.find(({ name }) => name === 'consents')).toMatchObject({ days: 1_095, leastDays: 1_095, due: 0 });
    const due = rules.find(({ name }) => name === 'exports')?.due ?? 0;
    expect(due).toBeGreaterThan(0);
    const dry = await security().call(contract.runRetention, { body: { dry: true } });
    expect(dry.body.results.every(({ removed }) => removed === 0)).toBe(true);
    expect((await security().call(contract.getRetention)).body.rules.find(({ name }) => name === 'exports')?.due).toBe(due);
    const run = await security().call(contract.runRetention, { body: { dry: false, compact: true } });
    expect(run.body.results.find(({ name }) => name === 'exports')).toEqual({ name: 'exports', removed: due, left: 0 });
    const tooShort = { retention: { consents: 30 } };
    expect(contract.configSchema.safeParse(tooShort).success).toBe(false);
    expect(contract.configSchema.safeParse({ retention: { audit: 90 } }).success).toBe(false);
  });

  it('erases with proof, under a second pair of eyes, and keeps nothing but a pseudonym', async () => {
    const { uid } = await enter();
    const openid = await openidOf(uid);
    const [open] = (await security().call(contract.listSubjectRequests, { query: { open: 'true', uid } })).body.requests;
    const parts = { params: { uid }, body: { scope: 'person', reason, request: open?.id } };
    await stepUpAgain(three.security, clock);
    expect((await security().call(contract.erasePersonalData, parts)).body.code).toBe('approval_required');
    const headers = await approved(contract.erasePersonalData, parts, three.security, three.audit, clock);
    await stepUpAgain(three.security, clock);
    const erased = await security().call(contract.erasePersonalData, { ...parts, headers });
    expect([erased.status, erased.body.remaining, erased.body.backend]).toEqual([200, 0, ['portal']]);
    expect(JSON.parse(asked.at(-1)?.body ?? '{}')).toEqual({ uid, kind: 'delete', request: open?.id });
    const { body } = await security().call(contract.getErasureCertificate, { params: { id: erased.body.id } });
    const key = createPublicKey(body.publicKey);
    expect(verify(null, Buffer.from(body.statement), key, Buffer.from(body.signature, 'base64'))).toBe(true);
    expect(verifyProof(Buffer.from(JSON.stringify(body)), body.publicKey)).toMatchObject({ kind: 'certificate', problems: [] });
    const lied = { ...body, statement: body.statement.replace('"remaining":0', '"remaining":1') };
    expect(verifyProof(Buffer.from(JSON.stringify(lied)), body.publicKey).problems).toEqual(['signature']);
    expect(body.statement).not.toContain(uid);
    expect(body.statement).not.toContain(openid);
    expect(JSON.parse(body.statement)).toMatchObject({ remaining: 0, scope: 'person', cause: 'wechat_cancellation' });
    const left = await security().call(contract.getPersonPrivacy, { params: { uid } });
    expect(left.body.holdings.every(({ rows }) => rows === 0)).toBe(true);
    const request = await security().call(contract.getSubjectRequest, { params: { id: open?.id ?? '' } });
    expect(request.body).toMatchObject({
      state: 'done',
      uid: expect.stringMatching(/^ps_/),
      details: '',
      erasure: erased.body.id,
    });
    // Who comes again is somebody new.
    expect((await enter()).uid).not.toBe(uid);
  });

  it('does not erase whom a source of the directory still lists', async () => {
    const parts = { params: { uid: 'li' }, body: { scope: 'person', reason } };
    const headers = await approved(contract.erasePersonalData, parts, three.security, three.audit, clock);
    await stepUpAgain(three.security, clock);
    const refused = await security().call(contract.erasePersonalData, { ...parts, headers });
    expect(refused.body.code).toBe('person_still_listed');
    expect(deployment.platform.directory.snapshot().person('li')).toBeDefined();
  });

  it('names third parties that no entry names, and says which assessments are due', async () => {
    const fields = {
      ...{ name: '短信服务商', role: 'entrusted', contact: '', purpose: '验证码', fields: ['phone'], hosts: ['sms.example.com'] },
      ...{ region: '中国', crossBorder: 'none', contractFrom: '2026-01-01', contractUntil: null, note: '', ended: false },
    };
    const put = await security().call(contract.putProcessor, { params: { id: 'sms' }, body: { fields, version: 0 } });
    expect(put.body).toMatchObject({ id: 'sms', version: 1 });
    // Two who write at once: one of them sees that it has changed.
    const late = await security().call(contract.putProcessor, { params: { id: 'sms' }, body: { fields, version: 0 } });
    expect(late.body.code).toBe('conflict');
    const before = (await security().call(contract.listAssessments)).body.triggers;
    expect(before.map(({ trigger, covered }) => `${trigger} ${covered}`)).toEqual(['sensitive false', 'processors false']);
    const assessment = {
      ...{ title: '会员', triggers: ['sensitive'], purposes: ['portrait'], risks: [], conclusion: 'open' },
      answers: { lawful: '', impact: '', measures: '' },
    };
    const id = { id: 'loyalty' };
    await security().call(contract.putAssessment, { params: id, body: { fields: assessment, version: 0 } });
    // Nobody signs an empty form.
    expect((await security().call(contract.signAssessment, { params: id, body: { version: 1 } })).body.code).toBe(
      'validation_failed',
    );
    const full = { ...assessment, conclusion: 'acceptable', answers: { lawful: '是', impact: '小', measures: '够' } };
    await security().call(contract.putAssessment, { params: id, body: { fields: full, version: 1 } });
    const signed = await security().call(contract.signAssessment, { params: id, body: { version: 2 } });
    expect(signed.body).toMatchObject({ state: 'valid', signed: { by: three.security.username } });
    const covered = (await security().call(contract.listAssessments)).body.triggers;
    expect(covered[0]).toMatchObject({ trigger: 'sensitive', covered: true });
    const { versions } = (await security().call(contract.getAssessmentHistory, { params: id })).body;
    expect(versions.map(({ version }) => version)).toEqual([2, 1]);
  });

  it('says as evidence what stands', async () => {
    expect(await privacyEvidence(deployment.platform.privacy)).toMatchObject({
      ...{ purposes: 2, onConsent: 2, outdated: 0, overdueRequests: 0, rowsLeft: 0, processors: 1, rowsDue: 0 },
      ...{ erasures: 1, unassessed: ['processors'], retentionAt: expect.any(Number) },
    });
  });
});
