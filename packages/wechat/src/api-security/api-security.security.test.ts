import { sm2 } from 'sm-crypto-v2';
import { describe, expect, it } from 'vitest';
import { readFixture } from '../testing/fixture.ts';
import { createWechatClient } from '../wechat-client.ts';
import { type ApiSecurityOptions, createApiSecurity } from './api-security.ts';
import { associatedDataOf, openPayload, openSm4, sealPayload, sealSm4 } from './payload.ts';
import { createSigner, createVerifier, messageToSign } from './signature.ts';

interface Vectors {
  api_security: {
    urlpath: string;
    appid: string;
    sym: { sn: string; key_base64: string };
    asym: { sn: string; public_key_pem: string; private_key_pkcs1_der_base64: string };
    platform_cert: { sn: string; pem: string };
    request: Record<'iv' | 'plaintext' | 'data' | 'authtag' | 'signature' | 'aad' | 'body' | 'to_sign', string> & {
      timestamp: number;
    };
    response: Record<
      'serial' | 'signature' | 'serial_deprecated' | 'signature_deprecated' | 'aad' | 'body' | 'to_sign' | 'plaintext',
      string
    > & {
      timestamp: number;
    };
  };
  sm4_gcm: Record<'key_hex' | 'iv_hex' | 'aad_hex' | 'plaintext_hex' | 'ciphertext_hex' | 'tag_hex', string>;
  sm2_sm3: Record<'private_key_hex' | 'public_key_hex' | 'user_id' | 'message' | 'signature_base64', string>;
}

const { api_security: vector, sm4_gcm, sm2_sm3 } = readFixture<Vectors>('api-security');
const api = '/wxa/getuserriskrank';
const symmetric = { algorithm: 'AES256_GCM', sn: vector.sym.sn, key: Buffer.from(vector.sym.key_base64, 'base64') } as const;
const pem = (kind: string, base64: string): string =>
  `-----BEGIN ${kind}-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END ${kind}-----\n`;
const privateKey = pem('RSA PRIVATE KEY', vector.asym.private_key_pkcs1_der_base64);

const options: ApiSecurityOptions = {
  appid: vector.appid,
  symmetric,
  signing: { algorithm: 'RSAwithSHA256', sn: vector.asym.sn, privateKey },
  platform: [{ algorithm: 'RSAwithSHA256', sn: vector.platform_cert.sn, publicKey: vector.platform_cert.pem }],
  clock: () => vector.response.timestamp * 1000,
  random: (size) => new Uint8Array(size).fill(7),
};
const answerHeaders: Readonly<Record<string, string>> = {
  'wechatmp-appid': vector.appid,
  'wechatmp-timestamp': String(vector.response.timestamp),
  'wechatmp-serial': vector.response.serial,
  'wechatmp-signature': vector.response.signature,
  'wechatmp-serial-deprecated': vector.response.serial_deprecated,
  'wechatmp-signature-deprecated': vector.response.signature_deprecated,
};
const reader =
  (headers: Readonly<Record<string, string>>) =>
  (name: string): string | null =>
    headers[name] ?? null;

describe('the published example', () => {
  it('is encrypted to the same bytes', () => {
    const { request } = vector;
    expect(associatedDataOf(vector.urlpath, vector.appid, request.timestamp, symmetric.sn)).toBe(request.aad);
    const sealed = sealPayload(request.plaintext, request.aad, symmetric, Buffer.from(request.iv, 'base64'));
    expect(sealed).toEqual({ iv: request.iv, data: request.data, authtag: request.authtag });
    expect(openPayload(sealed, request.aad, symmetric)?.toString()).toBe(request.plaintext);
  });
  it('is signed over the same text, and both signatures verify', () => {
    const { request, response } = vector;
    expect(messageToSign(vector.urlpath, vector.appid, request.timestamp, request.body)).toBe(request.to_sign);
    const own = createVerifier('RSAwithSHA256', vector.asym.sn, vector.asym.public_key_pem);
    expect(own.verify(request.to_sign, request.signature)).toBe(true);
    expect(own.verify(request.to_sign, createSigner('RSAwithSHA256', vector.asym.sn, privateKey).sign(request.to_sign))).toBe(
      true,
    );
    const platform = createVerifier('RSAwithSHA256', vector.platform_cert.sn, vector.platform_cert.pem);
    expect(platform.verify(response.to_sign, response.signature)).toBe(true);
    expect(platform.verify(`${response.to_sign}\n`, response.signature)).toBe(false);
  });
  it("'s answer is read, without the fields of the protection", () => {
    const answer = createApiSecurity(options).read(api, reader(answerHeaders), vector.response.body);
    expect(answer).toEqual({
      value: { errcode: 0, errmsg: 'getuserriskrank succ', risk_rank: 0, unoin_id: 2258658297 },
      certificateOutdated: false,
    });
  });
});

describe('national algorithms', () => {
  it('are SM4-GCM as in RFC 8998, appendix A.1', () => {
    const hex = (text: string): Buffer => Buffer.from(text, 'hex');
    const key = { algorithm: 'SM4_GCM', sn: 'sm', key: hex(sm4_gcm.key_hex) } as const;
    const aad = hex(sm4_gcm.aad_hex);
    expect(sealSm4(hex(sm4_gcm.plaintext_hex), aad, key.key, hex(sm4_gcm.iv_hex))).toEqual({
      data: new Uint8Array(hex(sm4_gcm.ciphertext_hex)),
      tag: new Uint8Array(hex(sm4_gcm.tag_hex)),
    });
    const sealed = sealPayload('风险等级', 'aad', key, new Uint8Array(12));
    expect(openPayload(sealed, 'aad', key)?.toString()).toBe('风险等级');
    expect(openPayload(sealed, 'aae', key)).toBeUndefined();
  });
  it('stand the attacks of Wycheproof on SM4-GCM: changed tags, counters that wrap', () => {
    const { rows } = readFixture<{ rows: readonly (readonly string[])[] }>('wycheproof-sm4-gcm');
    expect(rows).toHaveLength(65);
    const wrong = rows.filter(([, key = '', iv = '', aad = '', msg = '', ct = '', tag = '', result]) => {
      const [keyBytes, ivBytes, aadBytes, tagBytes] = [key, iv, aad, tag].map((text) => Buffer.from(text, 'hex'));
      if (!keyBytes || !ivBytes || !aadBytes || !tagBytes) return true;
      const opens = (): boolean => {
        try {
          return openSm4(Buffer.from(ct, 'hex'), aadBytes, keyBytes, ivBytes, tagBytes).toString('hex') === msg;
        } catch {
          return false;
        }
      };
      return opens() !== (result === 'valid');
    });
    expect(wrong.map(([id]) => id)).toEqual([]);
  });
  it('sign with the console id as SM2 user ID, as others do', () => {
    const { private_key_hex, public_key_hex, user_id, message, signature_base64 } = sm2_sm3;
    const verifier = createVerifier('SM2withSM3', user_id, public_key_hex);
    expect(verifier.verify(message, signature_base64)).toBe(true);
    expect(verifier.verify(`${message} `, signature_base64)).toBe(false);
    expect(createVerifier('SM2withSM3', 'another', public_key_hex).verify(message, signature_base64)).toBe(false);
    expect(verifier.verify(message, createSigner('SM2withSM3', user_id, private_key_hex).sign(message))).toBe(true);
  });
  it('protect a call and its answer', () => {
    const platform = sm2.generateKeyPairHex();
    const app = sm2.generateKeyPairHex();
    const key = { algorithm: 'SM4_GCM', sn: 'sym', key: Buffer.alloc(16, 3) } as const;
    const security = createApiSecurity({
      ...options,
      symmetric: key,
      signing: { algorithm: 'SM2withSM3', sn: 'app', privateKey: app.privateKey },
      platform: [{ algorithm: 'SM2withSM3', sn: 'plat', publicKey: platform.publicKey }],
    });
    const request = security.secure(api, { openid: 'o1' });
    const timestamp = Number(request.headers['wechatmp-timestamp']);
    const sentBy = createVerifier('SM2withSM3', 'app', app.publicKey);
    const message = messageToSign(vector.urlpath, vector.appid, timestamp, request.body);
    expect(sentBy.verify(message, request.headers['wechatmp-signature'] ?? '')).toBe(true);
    const aad = associatedDataOf(vector.urlpath, vector.appid, timestamp, 'sym');
    expect(JSON.parse(openPayload(JSON.parse(request.body), aad, key)?.toString() ?? '')).toMatchObject({
      openid: 'o1',
      _appid: vector.appid,
    });
    const body = JSON.stringify(
      sealPayload(
        JSON.stringify({ errcode: 0, _n: 'n', _appid: vector.appid, _timestamp: timestamp }),
        aad,
        key,
        Buffer.alloc(12, 1),
      ),
    );
    const signature = createSigner('SM2withSM3', 'plat', platform.privateKey).sign(
      messageToSign(vector.urlpath, vector.appid, timestamp, body),
    );
    const headers = {
      'wechatmp-appid': vector.appid,
      'wechatmp-timestamp': String(timestamp),
      'wechatmp-serial': 'plat',
      'wechatmp-signature': signature,
    };
    expect(security.read(api, reader(headers), body).value).toEqual({ errcode: 0 });
  });
});

describe('an answer is not believed', () => {
  const security = createApiSecurity(options);
  const read =
    (headers: Readonly<Record<string, string>>, body = vector.response.body) =>
    () =>
      security.read(api, reader(headers), body);
  const unverified = expect.objectContaining({ reason: 'unverified' });

  it('without a signature, but for a pure refusal', () => {
    expect(read({}, '{"errcode":0,"risk_rank":0}')).toThrow(unverified);
    expect(read({}, '{"errcode":40001,"risk_rank":0}')).toThrow(unverified);
    expect(read({}, '{"risk_rank":0}')).toThrow(unverified);
    expect(read({}, 'no json')).toThrow(unverified);
    expect(read({}, '{"errcode":40234,"errmsg":"Invalid_Signature","rid":"r"}')().value).toMatchObject({ errcode: 40234 });
  });
  it.each([
    ['with a changed body', answerHeaders, vector.response.body.replace('HExs', 'HExt')],
    ['of another app', { ...answerHeaders, 'wechatmp-appid': 'wx0000000000000000' }, undefined],
    ['of another time', { ...answerHeaders, 'wechatmp-timestamp': String(vector.response.timestamp + 1) }, undefined],
    ['by a certificate that is not held', { ...answerHeaders, 'wechatmp-serial': 'feed' }, undefined],
    ['with the signature of something else', { ...answerHeaders, 'wechatmp-signature': vector.request.signature }, undefined],
    ['with an empty signature', { ...answerHeaders, 'wechatmp-signature': '' }, undefined],
  ])('%s', (_name, headers, body) => expect(read(headers, body)).toThrow(unverified));
  it('for another call', () => {
    expect(() => security.read('/wxa/msg_sec_check', reader(answerHeaders), vector.response.body)).toThrow(unverified);
  });
  it('after the window', () => {
    const later = createApiSecurity({ ...options, clock: () => (vector.response.timestamp + 301) * 1000 });
    expect(() => later.read(api, reader(answerHeaders), vector.response.body)).toThrow(unverified);
  });
  it('when signed but sealed for another time or app', () => {
    // The example's own signature is good for its own text only, so this answer is signed by a key of the test.
    const platform = sm2.generateKeyPairHex();
    const own = createApiSecurity({
      ...options,
      platform: [{ algorithm: 'SM2withSM3', sn: 'plat', publicKey: platform.publicKey }],
    });
    const answer = (inner: Readonly<Record<string, unknown>>) => {
      const { timestamp } = vector.response;
      const aad = associatedDataOf(vector.urlpath, vector.appid, timestamp, symmetric.sn);
      const body = JSON.stringify(sealPayload(JSON.stringify(inner), aad, symmetric, Buffer.alloc(12, 1)));
      const signature = createSigner('SM2withSM3', 'plat', platform.privateKey).sign(
        messageToSign(vector.urlpath, vector.appid, timestamp, body),
      );
      const headers = { ...answerHeaders, 'wechatmp-serial': 'plat', 'wechatmp-signature': signature };
      return () => own.read(api, reader(headers), body).value;
    };
    expect(answer({ errcode: 0, _appid: vector.appid, _timestamp: vector.response.timestamp })()).toEqual({ errcode: 0 });
    expect(answer({ errcode: 0, _appid: 'wx1', _timestamp: vector.response.timestamp })).toThrow(unverified);
    expect(answer({ errcode: 0, _appid: vector.appid, _timestamp: 1 })).toThrow(unverified);
    expect(answer({ errcode: 0 })).toThrow(unverified);
  });
});

describe('while certificates are exchanged', () => {
  it('the outgoing one still counts, and says that it goes', () => {
    const headers = {
      ...answerHeaders,
      'wechatmp-serial': 'new',
      'wechatmp-signature': vector.response.signature_deprecated,
      'wechatmp-serial-deprecated': vector.response.serial,
      'wechatmp-signature-deprecated': vector.response.signature,
    };
    expect(createApiSecurity(options).read(api, reader(headers), vector.response.body).certificateOutdated).toBe(true);
  });
});

describe('keys', () => {
  it.each([
    { symmetric: { ...symmetric, key: Buffer.alloc(16) } },
    { platform: [] },
    { signing: { ...options.signing, privateKey: 'no key' } },
    { signing: { algorithm: 'SM2withSM3' as const, sn: 's', privateKey: 'ab' } },
    { platform: [{ algorithm: 'RSAwithSHA256' as const, sn: 's', publicKey: 'no key' }] },
    { platform: [{ algorithm: 'SM2withSM3' as const, sn: 's', publicKey: `04${'00'.repeat(64)}` }] },
  ])('of the wrong form are refused: %#', (change) => {
    expect(() => createApiSecurity({ ...options, ...change })).toThrow(expect.objectContaining({ code: 'api_key_invalid' }));
  });
});

describe('the client', () => {
  it('sends no plain body and takes no plain answer where a call is covered', async () => {
    const sent: { url: string; body: string; headers: Headers }[] = [];
    let outdated = 0;
    const answers = new Map<string, () => Response>([
      ['/cgi-bin/stable_token', () => Response.json({ access_token: 'token', expires_in: 7200 })],
      [api, () => new Response(vector.response.body, { headers: answerHeaders })],
      ['/wxa/msg_sec_check', () => Response.json({ errcode: 0, result: { suggest: 'pass', label: 100 }, trace_id: 't' })],
    ]);
    const client = createWechatClient({
      appid: vector.appid,
      secret: 'the secret of the app',
      clock: options.clock,
      random: options.random,
      sleep: async () => undefined,
      apiSecurity: {
        api: createApiSecurity(options),
        onCertificateOutdated: () => {
          outdated += 1;
        },
      },
      fetch: async (url, init) => {
        const { pathname } = new URL(url);
        sent.push({ url, body: String(init.body), headers: new Headers(init.headers) });
        return answers.get(pathname)?.() ?? new Response(null, { status: 404 });
      },
    });
    await expect(
      client.getUserRiskRank({ openid: 'oEWzBfmdLqhFS2mTXCo2E4Y9gJAM', scene: 0, clientIp: '127.0.0.1' }),
    ).resolves.toEqual({
      riskRank: 0,
      queryId: '2258658297',
    });
    const call = sent.find(({ url }) => url.includes(api));
    expect(call?.body).not.toContain('oEWzBfmdLqhFS2mTXCo2E4Y9gJAM');
    expect(call?.url).toContain('access_token=token');
    expect(call?.headers.get('wechatmp-appid')).toBe(vector.appid);
    await expect(client.msgSecCheck({ openid: 'o', scene: 1, content: '你好' })).rejects.toMatchObject({ reason: 'unverified' });
    expect(outdated).toBe(0);
  });
});
