import { join } from 'node:path';
import type { MfaConfirmAnswer, MfaEnrolAnswer } from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEntries } from '../../audit/testing.ts';
import { type Deployment, startDeployment, testAccounts } from '../../testing/deployment.ts';
import { fromBase32 } from './testing.ts';
import { hotp, totpCounter } from './totp.ts';

/**
 * The story that second factors are for: somebody has got hold of an employee's WeChat login (a code from a log, a phone that was unlocked for a
 * minute), and tries everything that the mini program offers.
 */
describe('a stolen WeChat login', () => {
  const base = Date.now();
  let passed = 0;
  const clock = (): number => base + passed;
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment({
      clock,
      change: (config) => ({ ...config, sms: { ...testAccounts.sms, apiBase: config.apps?.[0]?.wechat?.apiBase ?? '' } }),
    });
  });
  afterAll(() => deployment.close());

  const call = (token: string, method: string, path: string, body?: unknown) =>
    deployment.call(method, path, { token, ...(body === undefined ? {} : { body }) });
  const mfa = (token: string, path: string, body: unknown) => call(token, 'POST', `/_menshen/v1/mfa/${path}`, body);
  const emulator = async (path: string, body: unknown): Promise<Record<string, string>> => {
    const answer = await fetch(`${deployment.emulator.url}/_emulator/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, string>;
  };
  const messages = async (): Promise<{ kind: string; text: string }[]> => {
    const answer = await fetch(`${deployment.emulator.url}/_emulator/messages?person=zhang`);
    return ((await answer.json()) as { messages: { kind: string; text: string }[] }).messages;
  };
  const wechatLogin = async () =>
    deployment.call('POST', '/_menshen/v1/login', {
      body: { app: 'portal', channel: 'wechat', code: await deployment.code('wechat', 'zhang-wx') },
    });
  const codeNow = (secret: string): string => hotp(fromBase32(secret), totpCounter(clock()));
  const sign = async (challenge: string, phone?: string) => {
    const signed = await emulator('soter', { person: 'zhang-wx', challenge, ...(phone === undefined ? {} : { phone }) });
    return { resultJson: signed['resultJSON'], signature: signed['resultJSONSignature'] };
  };

  let own = { token: '', secret: '', device: '' };
  let thief = '';

  it('first, the employee enrols: with a code that came to their WeCom, and the fingerprint with the factor just proved', async () => {
    const first = await wechatLogin();
    const { code: bindCode } = await deployment.platform.identity.createCompanyCode('zhang', 'root');
    const bound = await deployment.call('POST', '/_menshen/v1/bind', {
      body: { ticket: first.body['ticket'], companyCode: bindCode },
    });
    let token = String(bound.body['token']);
    expect((await call(token, 'GET', '/portal/secret')).body['code']).toBe('mfa_required');

    expect((await mfa(token, 'code', { by: 'wecom' })).status).toBe(200);
    const companyCode = /[A-Z2-9]{12}/.exec((await messages())[0]?.text ?? '')?.[0];
    const enrolled = (await mfa(token, 'enrol', { kind: 'totp', label: '我的手机', proof: { companyCode } }))
      .body as unknown as MfaEnrolAnswer;
    expect(enrolled.totp?.uri).toMatch(/^otpauth:\/\/totp\//);
    const secret = enrolled.totp?.secret ?? '';
    const confirmed = (await mfa(token, 'enrol/confirm', { enrolment: enrolled.enrolment, code: codeNow(secret) }))
      .body as unknown as MfaConfirmAnswer;
    expect([confirmed.factor.kind, confirmed.recoveryCodes?.length]).toEqual(['totp', 10]);
    token = confirmed.grant.token;
    expect((await call(token, 'GET', '/portal/secret')).status).toBe(200);

    const begun = (await mfa(token, 'enrol', { kind: 'soter' })).body as unknown as MfaEnrolAnswer;
    const proof = await sign(begun.soter?.challenge ?? '');
    const soter = (await mfa(token, 'enrol/confirm', { enrolment: begun.enrolment, ...proof }))
      .body as unknown as MfaConfirmAnswer;
    expect(soter.factor.kind).toBe('soter');
    own = { token: soter.grant.token, secret, device: confirmed.grant.device ?? '' };
    passed += 1_800_000;
  });

  it('the thief comes in, reads what a login alone may read, and no more', async () => {
    const login = await wechatLogin();
    expect(login.body).toMatchObject({ user: { uid: 'zhang' }, assurance: 1 });
    thief = String(login.body['token']);
    expect((await call(thief, 'GET', '/portal/me')).status).toBe(200);
    const refused = await call(thief, 'GET', '/portal/secret');
    expect([refused.status, refused.body['code']]).toEqual([403, 'mfa_required']);
  });

  it('cannot enrol a factor of their own, which is recorded, and told to the employee', async () => {
    for (const body of [{ kind: 'totp' }, { kind: 'sms' }, { kind: 'password' }, { kind: 'soter' }]) {
      const refused = await mfa(thief, 'enrol', body);
      expect([refused.status, refused.body['code']]).toEqual([403, 'enrolment_proof_required']);
    }
    const guessed = await mfa(thief, 'enrol', { kind: 'totp', proof: { companyCode: 'ABCDEFGHJKMN' } });
    expect(guessed.body['code']).toBe('enrolment_proof_required');
    // A code may be asked for; it goes to the employee, and what comes back does not hold it.
    const asked = await mfa(thief, 'code', { by: 'wecom' });
    const told = (await messages()).filter((message) => message.kind === 'wecom').map((message) => message.text);
    const sent = /[A-Z2-9]{12}/.exec(told[0] ?? '')?.[0] ?? '';
    expect([sent.length, asked.text.includes(sent)]).toEqual([12, false]);
    // By the phone on file only where the company chose so.
    expect((await mfa(thief, 'code', { by: 'phone' })).body['code']).toBe('factor_unavailable');
    expect(told.join()).toContain('试图添加验证方式');
    await deployment.platform.audit.flush();
    const entries = await readEntries(join(deployment.folder, 'data', 'tlog'));
    expect(entries.filter((entry) => entry.includes('"action":"factor.refused"'))).toHaveLength(5);
  });

  it('cannot take a factor away, nor make recovery codes', async () => {
    expect((await mfa(thief, 'remove', { kind: 'totp' })).body['code']).toBe('mfa_required');
    expect((await mfa(thief, 'recovery', {})).body['code']).toBe('mfa_required');
  });

  it('cannot use the fingerprint of their own phone, though WeChat confirms it for this account', async () => {
    const { body } = await mfa(thief, 'challenge', { purpose: 'freshness', kind: 'soter' });
    const { challenge } = body['soter'] as { challenge: string };
    const verified = await mfa(thief, 'verify', {
      challenge: body['challenge'],
      ...(await sign(challenge, 'phone of the thief')),
    });
    expect(verified.body['code']).toBe('factor_failed');
  });

  it('cannot guess: five tries a session, then the lock', async () => {
    const guess = async (token: string): Promise<string> => {
      const { body } = await mfa(token, 'challenge', { purpose: 'freshness', kind: 'totp' });
      const wrong = codeNow(own.secret) === '000000' ? '000001' : '000000';
      return String((await mfa(token, 'verify', { challenge: body['challenge'], code: wrong })).body['code']);
    };
    const outcomes: string[] = [];
    for (const token of [thief, String((await wechatLogin()).body['token']), String((await wechatLogin()).body['token'])]) {
      for (let tries = 0; tries < 6; tries += 1) outcomes.push(await guess(token));
    }
    expect(outcomes.filter((outcome) => outcome === 'factor_failed').length).toBeLessThanOrEqual(10);
    expect(outcomes).toContain('factor_locked');
    expect(outcomes).not.toContain('undefined');
    // A hundred at once fare no better.
    const { body } = await mfa(thief, 'challenge', { purpose: 'freshness', kind: 'totp' });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, at) =>
        mfa(thief, 'verify', { challenge: body['challenge'], code: String(at).padStart(6, '0') }),
      ),
    );
    expect(answers.filter((answer) => answer.status === 200)).toEqual([]);
    expect((await call(thief, 'GET', '/portal/secret')).body['code']).toBe('mfa_required');
  });

  it('meanwhile the employee, on their own phone, notices nothing but the warnings', async () => {
    const state = await deployment.call('GET', '/_menshen/v1/mfa', {
      token: own.token,
      headers: { 'x-menshen-device': own.device },
    });
    expect(state.body['stepUp']).toEqual(['soter', 'totp', 'recovery']);
    expect((await call(own.token, 'GET', '/portal/secret')).body['code']).toBe('mfa_required');
    const { device } = own;
    const { body } = await mfa(own.token, 'challenge', { purpose: 'freshness', kind: 'totp', device });
    const verified = await mfa(own.token, 'verify', { challenge: body['challenge'], code: codeNow(own.secret), device });
    expect(verified.body).toMatchObject({ purpose: 'freshness', assurance: 2 });
    const token = String(verified.body['token']);
    expect((await call(token, 'GET', '/portal/secret')).status).toBe(200);
    // The token of before is good for ten seconds more, at its assurance of before.
    expect((await call(own.token, 'GET', '/portal/me')).status).toBe(200);
    expect((await call(own.token, 'GET', '/portal/secret')).body['code']).toBe('mfa_required');
    passed += 10_000;
    expect((await call(own.token, 'GET', '/portal/me')).body['code']).toBe('session_invalid');
    expect((await messages()).some((message) => message.text.includes('陌生设备已被暂时锁定'))).toBe(true);
    expect((await call(thief, 'GET', '/portal/secret')).body['code']).toBe('mfa_required');
  });
});

describe('a second factor by SMS', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment({
      change: (config) => ({ ...config, sms: { ...testAccounts.sms, apiBase: config.apps?.[0]?.wechat?.apiBase ?? '' } }),
    });
  });
  afterAll(() => deployment.close());

  it('goes to the number of the directory, in the language that was asked for', async () => {
    const token = await deployment.token('li');
    const mfa = (path: string, body: unknown) =>
      deployment.call('POST', `/_menshen/v1/mfa/${path}`, { token, body, headers: { 'accept-language': 'en' } });
    const { code: companyCode } = await deployment.platform.identity.createCompanyCode('li', 'root', 'enrol');
    const enrolled = await mfa('enrol', { kind: 'sms', proof: { companyCode } });
    expect(enrolled.body['sms']).toEqual({ phone: '199******03', resendAfter: 60 });
    const answer = await fetch(`${deployment.emulator.url}/_emulator/messages?person=li&kind=sms`);
    const [text] = ((await answer.json()) as { messages: { text: string }[] }).messages;
    const code = /Your code is (\d{6}), good for 5 minutes/.exec(text?.text ?? '')?.[1];
    const confirmed = await mfa('enrol/confirm', { enrolment: enrolled.body['enrolment'], code });
    expect(confirmed.body['grant']).toMatchObject({ assurance: 2 });
    const again = await deployment.call('POST', '/_menshen/v1/mfa/challenge', {
      token: (confirmed.body['grant'] as { token: string }).token,
      body: { purpose: 'freshness', kind: 'sms' },
    });
    expect([again.status, again.body['code']]).toEqual([429, 'rate_limited']);
    expect(Number(again.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('is refused in both languages, with nothing of the request in it', async () => {
    const token = await deployment.token('li');
    for (const [language, text] of [
      ['zh-CN', '验证请求无效'],
      ['en', 'The challenge is not valid'],
    ]) {
      const refused = await deployment.call('POST', '/_menshen/v1/mfa/verify', {
        token,
        body: { challenge: 'echoechoechoechoechoec', code: '424242' },
        headers: { 'accept-language': language ?? '' },
      });
      expect(refused.body).toMatchObject({ code: 'challenge_invalid', message: expect.stringContaining(text ?? '') as string });
      expect(refused.text).not.toMatch(/echoecho|424242/);
    }
    expect((await deployment.call('GET', '/_menshen/v1/mfa')).body['code']).toBe('session_missing');
    const strange = await deployment.call('POST', '/_menshen/v1/mfa/verify', { token, body: { challenge: 'x', code: '1' } });
    expect(strange.body['code']).toBe('bad_request');
  });
});
