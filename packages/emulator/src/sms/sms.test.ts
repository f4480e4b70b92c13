import { createHash, createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench, startOfTest } from '../testing/emulated-company.ts';

const sms = {
  tencent: {
    secretId: 'AKIDtest',
    secretKey: 'tencent-key',
    sdkAppId: '1400000001',
    signNames: ['鼎泰云商'],
    templates: [{ id: '100001', text: '验证码 {1}，{2} 分钟内有效。' }],
  },
  aliyun: {
    accessKeyId: 'LTAItest',
    accessKeySecret: 'aliyun-secret',
    signNames: ['鼎泰云商'],
    templates: [{ id: 'SMS_100001', text: '验证码 ${code}，${minutes} 分钟内有效。' }],
  },
};
const host = '127.0.0.1:8481';
const hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const mac = (key: string | Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();

let bench: Bench;
beforeEach(() => {
  bench = createBench({ sms });
});

/** As the documentation of "Signature v3" writes it, step by step. */
async function tencent(
  change: Record<string, unknown> = {},
  options: { key?: string; headers?: Record<string, string>; at?: number } = {},
) {
  const at = Math.floor((options.at ?? bench.clock()) / 1000);
  const date = new Date(at * 1000).toISOString().slice(0, 10);
  const body = JSON.stringify({
    PhoneNumberSet: ['+8613800000002'],
    SmsSdkAppId: '1400000001',
    SignName: '鼎泰云商',
    TemplateId: '100001',
    TemplateParamSet: ['123456', '5'],
    ...change,
  });
  const canonical = `POST\n/\n\ncontent-type:application/json\nhost:${host}\n\ncontent-type;host\n${hex(body)}`;
  const key = mac(mac(mac(`TC3${options.key ?? 'tencent-key'}`, date), 'sms'), 'tc3_request');
  const signature = mac(key, `TC3-HMAC-SHA256\n${at}\n${date}/sms/tc3_request\n${hex(canonical)}`).toString('hex');
  const answer = await bench.send({
    method: 'POST',
    url: '/',
    headers: {
      host,
      'content-type': 'application/json',
      'x-tc-action': 'SendSms',
      'x-tc-version': '2021-01-11',
      'x-tc-timestamp': String(at),
      authorization: `TC3-HMAC-SHA256 Credential=AKIDtest/${date}/sms/tc3_request, SignedHeaders=content-type;host, Signature=${signature}`,
      ...options.headers,
    },
    body: Buffer.from(body),
  });
  expect(answer.status).toBe(200);
  return answer.json.Response.Error?.Code ?? answer.json.Response.SendStatusSet[0].Code;
}

async function aliyun(change: Record<string, string> = {}, options: { key?: string; nonce?: string; at?: number } = {}) {
  const query = Object.entries({
    PhoneNumbers: '13800000002',
    SignName: '鼎泰云商',
    TemplateCode: 'SMS_100001',
    TemplateParam: '{"code":"654321","minutes":"5"}',
    ...change,
  })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const headers: Record<string, string> = {
    host,
    'x-acs-action': 'SendSms',
    'x-acs-content-sha256': hex(''),
    'x-acs-date': new Date(options.at ?? bench.clock()).toISOString().replace(/\.\d+/, ''),
    'x-acs-signature-nonce': options.nonce ?? String(Math.random()),
    'x-acs-version': '2017-05-25',
  };
  const names = Object.keys(headers);
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = `POST\n/\n${query}\n${lines}\n${names.join(';')}\n${hex('')}`;
  const signature = mac(options.key ?? 'aliyun-secret', `ACS3-HMAC-SHA256\n${hex(canonical)}`).toString('hex');
  const authorization = `ACS3-HMAC-SHA256 Credential=LTAItest,SignedHeaders=${names.join(';')},Signature=${signature}`;
  const answer = await bench.send({ method: 'POST', url: `/?${query}`, headers: { ...headers, authorization } });
  return [answer.status, answer.json.Code];
}

const inbox = async (person: string) => (await bench.get('/_emulator/messages', { person, kind: 'sms' })).json.messages;

describe('Tencent Cloud', () => {
  it('sends to the phone of the member and shows it there', async () => {
    expect(await tencent()).toBe('Ok');
    expect(await inbox('lisi')).toMatchObject([
      { kind: 'sms', from: '鼎泰云商', to: ['lisi'], text: '【鼎泰云商】验证码 123456，5 分钟内有效。' },
    ]);
    expect(await inbox('wangwu')).toEqual([]);
  });

  it('refuses what is not signed by the account, or not now', async () => {
    expect(await tencent({}, { key: 'other' })).toBe('AuthFailure.SignatureFailure');
    expect(await tencent({}, { at: startOfTest - 301_000 })).toBe('AuthFailure.SignatureExpire');
    expect(await tencent({}, { headers: { authorization: '' } })).toBe('AuthFailure.InvalidAuthorization');
    expect(await tencent({}, { headers: { 'content-type': 'text/plain' } })).toBe('AuthFailure.SignatureFailure');
    expect(await inbox('lisi')).toEqual([]);
  });

  it('refuses a foreign application, sign, template, parameter or number', async () => {
    expect(await tencent({ SmsSdkAppId: '1' })).toBe('UnauthorizedOperation.SmsSdkAppIdVerifyFail');
    expect(await tencent({ SignName: '别家' })).toBe('FailedOperation.SignatureIncorrectOrUnapproved');
    expect(await tencent({ TemplateId: '1' })).toBe('FailedOperation.TemplateIncorrectOrUnapproved');
    expect(await tencent({ TemplateParamSet: ['123456'] })).toBe('FailedOperation.TemplateParamSetNotMatchApprovedTemplate');
    expect(await tencent({ TemplateParamSet: ['1234567', '5'] })).toBe('InvalidParameterValue.TemplateParameterLengthLimit');
    expect(await tencent({ PhoneNumberSet: ['110'] })).toBe('InvalidParameterValue.IncorrectPhoneNumber');
  });

  it('limits messages to one number', async () => {
    expect(await tencent()).toBe('Ok');
    expect(await tencent()).toBe('LimitExceeded.PhoneNumberThirtySecondLimit');
    for (let count = 1; count < 5; count += 1) {
      bench.clock.advance(31_000);
      expect(await tencent()).toBe('Ok');
    }
    bench.clock.advance(31_000);
    expect(await tencent()).toBe('LimitExceeded.PhoneNumberOneHourLimit');
    for (let count = 5; count < 10; count += 1) {
      bench.clock.advance(3_600_000);
      expect(await tencent()).toBe('Ok');
    }
    bench.clock.advance(3_600_000);
    expect(await tencent()).toBe('LimitExceeded.PhoneNumberDailyLimit');
  });
});

describe('Alibaba Cloud', () => {
  it('sends to the phone of the member and shows it there', async () => {
    expect(await aliyun()).toEqual([200, 'OK']);
    expect(await inbox('lisi')).toMatchObject([{ text: '【鼎泰云商】验证码 654321，5 分钟内有效。' }]);
  });

  it('refuses what is not signed by the account, not now, or not for the first time', async () => {
    expect(await aliyun({}, { key: 'other' })).toEqual([400, 'SignatureDoesNotMatch']);
    expect(await aliyun({}, { at: startOfTest - 901_000 })).toEqual([400, 'InvalidTimeStamp.Expired']);
    expect(await aliyun({}, { nonce: 'once' })).toEqual([200, 'OK']);
    expect(await aliyun({}, { nonce: 'once' })).toEqual([400, 'SignatureNonceUsed']);
  });

  it('refuses a foreign sign, template, parameter or number, and too many', async () => {
    expect(await aliyun({ SignName: '别家' })).toEqual([200, 'isv.SMS_SIGNATURE_ILLEGAL']);
    expect(await aliyun({ TemplateCode: 'SMS_1' })).toEqual([200, 'isv.SMS_TEMPLATE_ILLEGAL']);
    expect(await aliyun({ TemplateParam: '{"code":"1"}' })).toEqual([200, 'isv.TEMPLATE_MISSING_PARAMETERS']);
    expect(await aliyun({ TemplateParam: '{' })).toEqual([200, 'isv.INVALID_JSON_PARAM']);
    expect(await aliyun({ PhoneNumbers: '110' })).toEqual([200, 'isv.MOBILE_NUMBER_ILLEGAL']);
    expect(await aliyun()).toEqual([200, 'OK']);
    expect(await aliyun()).toEqual([200, 'isv.BUSINESS_LIMIT_CONTROL']);
  });
});

describe('both', () => {
  it('know no account unless one is configured', async () => {
    bench = createBench();
    expect(await tencent()).toBe('AuthFailure.SecretIdNotFound');
    expect(await aliyun()).toEqual([404, 'InvalidAccessKeyId.NotFound']);
  });

  it('keep the codes out of the call log, and fail when they are told to', async () => {
    await tencent();
    await aliyun();
    const { calls } = (await bench.get('/_emulator/log')).json;
    expect(JSON.stringify(calls)).not.toMatch(/123456|654321/);
    await bench.admin('faults', { kind: 'http', status: 503, path: '/' });
    await expect(aliyun()).rejects.toThrow();
  });
});
