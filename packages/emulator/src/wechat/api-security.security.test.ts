import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type ApiSecurityOptions, createApiSecurity, createWechatClient } from '@menshen/wechat';
import { describe, expect, it } from 'vitest';
import { createEmulatorFetch } from '../in-process-fetch.ts';
import { type ApiSecurityKeys, EmulatorOptionsError, type WechatAppOptions } from '../options.ts';
import {
  appid,
  type Bench,
  createBench,
  otherAppid,
  otherSecret,
  secret,
  seededRandom,
  startOfTest,
} from '../testing/emulated-company.ts';

interface Vectors {
  readonly api_security: {
    readonly appid: string;
    readonly sym: { readonly sn: string; readonly key_base64: string };
    readonly asym: { readonly sn: string; readonly public_key_pem: string };
    readonly request: { readonly timestamp: number; readonly body: string; readonly signature: string };
  };
  readonly sm2_sm3: { readonly private_key_hex: string; readonly public_key_hex: string };
}
const fixture = new URL('../../../wechat/test/fixtures/api-security.json', import.meta.url);
const { api_security: published, sm2_sm3: sm2 } = JSON.parse(readFileSync(fixture, 'utf8')) as Vectors;

const rsa = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
const [own, old, current] = [rsa(), rsa(), rsa()];
const RSA = 'RSAwithSHA256' as const;
const SM2 = 'SM2withSM3' as const;
const aes = { algorithm: 'AES256_GCM', sn: 'sym', key: Buffer.alloc(32, 9) } as const;
const keys: ApiSecurityKeys = {
  symmetric: aes,
  app: { algorithm: RSA, sn: 'app', publicKey: own.publicKey },
  platform: { algorithm: RSA, sn: 'current', privateKey: current.privateKey },
};
const clientKeys: Omit<ApiSecurityOptions, 'appid' | 'clock' | 'random'> = {
  symmetric: aes,
  signing: { algorithm: RSA, sn: 'app', privateKey: own.privateKey },
  platform: [{ algorithm: RSA, sn: 'current', publicKey: current.publicKey }],
};

const benchWith = (apiSecurity?: ApiSecurityKeys, more: Partial<WechatAppOptions> = {}, now = startOfTest): Bench =>
  createBench({
    clock: () => now,
    wechatApps: [
      { appid, secret, name: '员工门户', ...(apiSecurity && { apiSecurity }), ...more },
      { appid: otherAppid, secret: otherSecret, name: '优惠券' },
    ],
  });

function clientOf(bench: Bench, security = clientKeys, clock = () => startOfTest) {
  let outdated = 0;
  const random = seededRandom('client');
  const client = createWechatClient({
    ...{ appid, secret, clock, random },
    fetch: createEmulatorFetch(bench.emulator),
    sleep: async () => undefined,
    apiSecurity: {
      api: createApiSecurity({ ...security, appid, clock, random }),
      onCertificateOutdated: () => {
        outdated += 1;
      },
    },
  });
  return { client, outdated: () => outdated };
}

const check = { scene: 2, content: '测试欺诈' } as const;

describe('our own client with API security', () => {
  it.each([{ looseTypes: false }, { looseTypes: true }])('makes every protected call, $looseTypes', async ({ looseTypes }) => {
    const bench = createBench({ looseTypes, wechatApps: [{ appid, secret, name: '员工门户', apiSecurity: keys }] });
    const { client, outdated } = clientOf(bench);
    const { openid, sessionKey } = await client.code2Session(await bench.code('p-guest'));
    const phone = (await bench.admin('phone-code', { appid, person: 'p-guest' })).code;
    expect(await client.getPhoneNumber({ code: phone, openid })).toMatchObject({ purePhoneNumber: '13900000009' });
    expect(await client.msgSecCheck({ openid, ...check })).toMatchObject({ suggest: 'risky', label: 20008 });
    expect(await client.getUserRiskRank({ openid, scene: 1, clientIp: '203.0.113.7' })).toMatchObject({ riskRank: 3 });
    expect(await client.getUserEncryptKey({ openid, sessionKey })).toHaveLength(1);
    // What the app did wrong is told under the same protection.
    await expect(client.getPhoneNumber({ code: phone, openid })).rejects.toMatchObject({ errcode: expect.any(Number) });
    await expect(client.msgSecCheck({ openid: 'nobody', ...check })).rejects.toMatchObject({ errcode: 40003 });
    const message = { openid, templateId: 'T1', data: { thing1: '咖啡' } };
    await expect(client.sendSubscribeMessage(message)).rejects.toMatchObject({ errcode: 43101 });
    expect(outdated()).toBe(0);
    const { calls } = (await bench.get('/_emulator/log')).json;
    expect(calls.find(({ path }: { path: string }) => path === '/wxa/msg_sec_check').body).toMatchObject({ content: '测试欺诈' });
  });

  it('by the national algorithms', async () => {
    const symmetric = { algorithm: 'SM4_GCM', sn: 'sym', key: Buffer.alloc(16, 9) } as const;
    const bench = benchWith({
      symmetric,
      app: { algorithm: SM2, sn: 'app', publicKey: sm2.public_key_hex },
      platform: { algorithm: SM2, sn: 'plat', privateKey: sm2.private_key_hex },
    });
    const { client } = clientOf(bench, {
      symmetric,
      signing: { algorithm: SM2, sn: 'app', privateKey: sm2.private_key_hex },
      platform: [{ algorithm: SM2, sn: 'plat', publicKey: sm2.public_key_hex }],
    });
    const { openid } = await client.code2Session(await bench.code());
    expect(await client.msgSecCheck({ openid, ...check })).toMatchObject({ suggest: 'risky' });
  });

  it('goes on while certificates are exchanged, and no longer when the old one has gone', async () => {
    const outgoing = { algorithm: RSA, sn: 'old', privateKey: old.privateKey };
    const onlyOld = { ...clientKeys, platform: [{ algorithm: RSA, sn: 'old', publicKey: old.publicKey }] };
    const during = benchWith({ ...keys, outgoing });
    const behind = clientOf(during, onlyOld);
    const { openid } = await behind.client.code2Session(await during.code());
    await behind.client.msgSecCheck({ openid, ...check });
    expect(behind.outdated()).toBe(1);
    const ahead = clientOf(during);
    await ahead.client.msgSecCheck({ openid, ...check });
    expect(ahead.outdated()).toBe(0);
    const after = benchWith(keys);
    const late = clientOf(after, onlyOld);
    await late.client.code2Session(await after.code());
    await expect(late.client.msgSecCheck({ openid, ...check })).rejects.toMatchObject({ reason: 'unverified' });
  });
});

describe('a protected call', () => {
  /** A call as our client would send it, with one thing changed. */
  async function send(
    bench: Bench,
    change: {
      headers?: Readonly<Record<string, string | undefined>>;
      body?: string;
      path?: string;
      security?: Partial<ApiSecurityOptions>;
    } = {},
  ) {
    const path = change.path ?? '/wxa/msg_sec_check';
    const options = { ...clientKeys, appid, clock: () => startOfTest, random: seededRandom('caller'), ...change.security };
    const { headers, body } = createApiSecurity(options).secure('/wxa/msg_sec_check', { openid: 'o', version: 2, ...check });
    const all = Object.entries({ ...headers, ...change.headers }).filter((one): one is [string, string] => one[1] !== undefined);
    const answer = await bench.send({
      method: 'POST',
      url: `${path}?access_token=${await bench.token()}`,
      headers: Object.fromEntries(all),
      body: Buffer.from(change.body ?? body),
    });
    return { errcode: answer.json.errcode as number | undefined, sealed: 'wechatmp-signature' in answer.headers };
  }

  it('is opened, judged and answered under protection', async () =>
    expect(await send(benchWith(keys))).toEqual({ errcode: undefined, sealed: true }));

  it.each([
    [
      'in clear',
      40233,
      { headers: { 'wechatmp-appid': undefined, 'wechatmp-timestamp': undefined, 'wechatmp-signature': undefined } },
    ],
    ['without time', 40231, { headers: { 'wechatmp-timestamp': undefined } }],
    ['without signature', 40232, { headers: { 'wechatmp-signature': undefined } }],
    ['without appid', 40233, { headers: { 'wechatmp-appid': undefined } }],
    ['with a changed body', 40234, { body: '{"iv":"","data":"","authtag":""}' }],
    ['moved to another call', 40234, { path: '/wxa/getuserriskrank' }],
    ['moved to another second', 40234, { headers: { 'wechatmp-timestamp': String(startOfTest / 1000 + 1) } }],
    ['signed by another key', 40234, { security: { signing: { algorithm: RSA, sn: 'app', privateKey: old.privateKey } } }],
    ['sealed by another key', 40235, { security: { symmetric: { ...aes, key: Buffer.alloc(32, 8) } } }],
    ['sealed under another id', 40235, { security: { symmetric: { ...aes, sn: 'other' } } }],
    ['of an app that is none', 40236, { headers: { 'wechatmp-appid': 'wx9999999999999999' } }],
    ['in the name of another app', 40237, { headers: { 'wechatmp-appid': otherAppid } }],
    ['from the past', 40240, { security: { clock: () => startOfTest - 301_000 } }],
    ['from the future', 40240, { security: { clock: () => startOfTest + 301_000 } }],
    ['at no time', 40240, { headers: { 'wechatmp-timestamp': 'now' } }],
  ])('is refused %s', async (_name, errcode, change) =>
    expect(await send(benchWith(keys), change)).toEqual({ errcode, sealed: false }),
  );

  it('is refused while a key is missing on the console', async () => {
    const { symmetric: _symmetric, ...noSymmetric } = keys;
    const { app: _app, ...noPublicKey } = keys;
    expect((await send(benchWith(noSymmetric))).errcode).toBe(40238);
    expect((await send(benchWith(noPublicKey))).errcode).toBe(40239);
    expect((await send(benchWith())).errcode).toBe(40239);
  });

  it('is not asked of calls that do not support it, nor of apps without keys', async () => {
    const bench = benchWith(keys);
    expect(await bench.login()).toHaveProperty('openid');
    const access_token = await benchWith().token();
    expect((await benchWith().post('/wxa/msg_sec_check', { openid: 'o', version: 2, ...check }, { access_token })).status).toBe(
      200,
    );
  });
});

describe('the published request', () => {
  it('is taken byte for byte', async () => {
    const { sym, asym, request } = published;
    const bench = createBench({
      clock: () => request.timestamp * 1000,
      wechatApps: [
        {
          ...{ appid: published.appid, secret, name: 'published' },
          apiSecurity: {
            symmetric: { algorithm: 'AES256_GCM', sn: sym.sn, key: Buffer.from(sym.key_base64, 'base64') },
            app: { algorithm: RSA, sn: asym.sn, publicKey: asym.public_key_pem },
            platform: keys.platform,
          },
        },
      ],
    });
    const query = { grant_type: 'client_credential', appid: published.appid, secret };
    const { access_token } = (await bench.get('/cgi-bin/token', query)).json;
    const send = (body: string) =>
      bench.send({
        method: 'POST',
        url: `/wxa/getuserriskrank?access_token=${access_token}`,
        headers: {
          'wechatmp-appid': published.appid,
          'wechatmp-timestamp': String(request.timestamp),
          'wechatmp-signature': request.signature,
        },
        body: Buffer.from(body),
      });
    const answer = await send(request.body);
    expect(answer.headers['wechatmp-serial']).toBe('current');
    const { value } = createApiSecurity({
      ...clientKeys,
      symmetric: { algorithm: 'AES256_GCM', sn: sym.sn, key: Buffer.from(sym.key_base64, 'base64') },
      ...{ appid: published.appid, clock: () => request.timestamp * 1000, random: seededRandom() },
    }).read('/wxa/getuserriskrank', (name) => answer.headers[name] ?? null, answer.text);
    // Opened, and asked about somebody whom this emulator does not know.
    expect(value).toMatchObject({ errcode: expect.any(Number) });
    expect([40003, 43104]).toContain(value['errcode']);
    expect((await send(request.body.replace('"data":"', '"data":"A'))).json.errcode).toBe(40234);
  });
});

describe('keys of the emulator', () => {
  it.each([
    ['a symmetric key of the wrong length', { ...keys, symmetric: { ...aes, key: Buffer.alloc(16) } }],
    ['a public key that is none', { ...keys, app: { algorithm: RSA, sn: 'app', publicKey: 'none' } }],
    ['a private key that is none', { ...keys, platform: { algorithm: SM2, sn: 'p', privateKey: 'ab' } }],
    ['two certificates of one id', { ...keys, outgoing: keys.platform }],
  ])('refuse %s', (_name, broken) => expect(() => benchWith(broken)).toThrow(EmulatorOptionsError));
});
