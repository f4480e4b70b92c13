import { randomBytes } from 'node:crypto';
import { smsSchema } from '@menshen/contract';
import { type EmulatorServer, startEmulator } from '@menshen/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSmsProvider } from './create-provider.ts';
import { SmsError, type SmsMessage } from './sms-provider.ts';

const tencent = {
  provider: 'tencent',
  ...{ secretId: 'AKIDtest', secretKey: 'tencent-key', sdkAppId: '1400000001', signName: '鼎泰云商' },
  templates: { zh: '100001', en: '100002' },
};
const aliyun = {
  provider: 'aliyun',
  ...{ accessKeyId: 'LTAItest', accessKeySecret: 'aliyun-secret', signName: '鼎泰云商' },
  templates: { zh: 'SMS_100001' },
};
const message: SmsMessage = { phone: '+86 138 0000 0001', language: 'zh', code: '012345', minutes: 5 };

let emulator: EmulatorServer;
beforeAll(async () => {
  emulator = await startEmulator({
    people: {
      corp: { name: '鼎泰' },
      departments: [{ id: 1, name: '总部', parentid: 0 }],
      users: ['zhang', 'li', 'wang', 'zhao'].map((userid, at) => ({
        userid,
        name: userid,
        mobile: `1380000000${at + 1}`,
        department: [1],
      })),
    },
    wechatApps: [],
    sms: {
      tencent: {
        ...{ secretId: tencent.secretId, secretKey: tencent.secretKey, sdkAppId: tencent.sdkAppId },
        signNames: [tencent.signName],
        templates: [
          { id: '100001', text: '验证码 {1}，{2} 分钟内有效。' },
          { id: '100002', text: 'Code {1}, {2} minutes.' },
        ],
      },
      aliyun: {
        ...{ accessKeyId: aliyun.accessKeyId, accessKeySecret: aliyun.accessKeySecret },
        signNames: [aliyun.signName],
        templates: [{ id: 'SMS_100001', text: '验证码 ${code}，${minutes} 分钟内有效。' }],
      },
    },
  });
});
afterAll(() => emulator.close());

const provider = (config: object, more: { fetch?: typeof fetch } = {}) =>
  createSmsProvider(smsSchema.parse({ ...config, apiBase: emulator.url }), {
    fetch: (url, init) => (more.fetch ?? fetch)(url, init),
    clock: Date.now,
    random: randomBytes,
  });
const received = async (person: string): Promise<string[]> => {
  const answer = await fetch(`${emulator.url}/_emulator/messages?person=${person}&kind=sms`);
  return ((await answer.json()) as { messages: { text: string }[] }).messages.map((sms) => sms.text);
};
const reasonOf = (work: Promise<void>): Promise<unknown> =>
  work.then(
    () => 'sent',
    (error: unknown) => (error instanceof SmsError ? [error.reason, error.providerCode] : error),
  );

describe('against the emulated clouds, whose signatures are checked by other code', () => {
  it('Tencent Cloud takes the message, in both languages', async () => {
    await provider(tencent).send(message);
    await provider(tencent).send({ ...message, phone: '13800000002', language: 'en' });
    expect(await received('zhang')).toEqual(['【鼎泰云商】验证码 012345，5 分钟内有效。']);
    expect(await received('li')).toEqual(['【鼎泰云商】Code 012345, 5 minutes.']);
  });

  it('Alibaba Cloud takes the message, in Chinese where there is no English template', async () => {
    await provider(aliyun).send({ ...message, phone: '13800000003', language: 'en' });
    expect(await received('wang')).toEqual(['【鼎泰云商】验证码 012345，5 分钟内有效。']);
  });

  it.each([
    ['a wrong key', { ...tencent, secretKey: 'other' }, message, ['refused', 'AuthFailure.SignatureFailure']],
    ['a wrong sign', { ...tencent, signName: '别家' }, message, ['refused', 'FailedOperation.SignatureIncorrectOrUnapproved']],
    ['a bad number', tencent, { ...message, phone: '110' }, ['phone', 'InvalidParameterValue.IncorrectPhoneNumber']],
    ['too many', tencent, message, ['limited', 'LimitExceeded.PhoneNumberThirtySecondLimit']],
    ['a wrong key', { ...aliyun, accessKeySecret: 'other' }, message, ['refused', 'SignatureDoesNotMatch']],
    ['a wrong template', { ...aliyun, templates: { zh: 'SMS_9' } }, message, ['refused', 'isv.SMS_TEMPLATE_ILLEGAL']],
    ['a bad number', aliyun, { ...message, phone: '110' }, ['phone', 'isv.MOBILE_NUMBER_ILLEGAL']],
    ['too many', aliyun, { ...message, phone: '13800000003' }, ['limited', 'isv.BUSINESS_LIMIT_CONTROL']],
  ] as const)('says what is wrong: %s', async (_name, config, sms, expected) => {
    expect(await reasonOf(provider(config).send(sms))).toEqual(expected);
  });
});

describe('a provider that does not answer as one', () => {
  it.each([
    ['cuts the line', () => Promise.reject(new TypeError('fetch failed'))],
    ['answers a page', () => Promise.resolve(new Response('<html>', { status: 502 }))],
    ['answers another form', () => Promise.resolve(Response.json({ ok: true }))],
    ['answers without end', () => Promise.resolve(new Response('x'.repeat(100_000)))],
  ])('%s, and is unreachable', async (_name, answer) => {
    for (const config of [tencent, aliyun]) {
      expect(await reasonOf(provider(config, { fetch: answer }).send(message))).toEqual(['unreachable', null]);
    }
  });

  it('is never asked twice, and its error holds neither number nor code', async () => {
    let asked = 0;
    const away = (): Promise<Response> => {
      asked += 1;
      return Promise.reject(new TypeError('fetch failed'));
    };
    const error = await provider(tencent, { fetch: away })
      .send(message)
      .catch((thrown: unknown) => thrown);
    expect(asked).toBe(1);
    expect(String(error)).not.toMatch(/138|012345/);
  });
});
