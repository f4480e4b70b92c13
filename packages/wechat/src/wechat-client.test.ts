import { describe, expect, it } from 'vitest';
import { createFakePlatform, type FakePlatform, withTokens } from './testing/fake-platform.ts';
import { readFixture } from './testing/fixture.ts';
import { createMemoryTokenStore } from './token-store.ts';
import { createWechatClient, type WechatClient, type WechatClientOptions } from './wechat-client.ts';

const { session_signature: signed } = readFixture<{
  session_signature: { session_key: string; empty_message: { signature: string } };
}>('session-signature');

const sessionKey = signed.session_key;
const user = { openid: 'o1', sessionKey };
const userQuery = { openid: 'o1', signature: signed.empty_message.signature, sig_method: 'hmac_sha256' };

function clientOn(platform: FakePlatform, options: Partial<WechatClientOptions> = {}): WechatClient {
  return createWechatClient({ ...platform, appid: 'wx0', secret: 'app-secret', ...options });
}

function answering(answer: unknown): { client: WechatClient; platform: FakePlatform } {
  const platform = createFakePlatform(withTokens(() => answer));
  return { client: clientOn(platform), platform };
}

describe('login', () => {
  it('exchanges a code without an access token', async () => {
    const { client, platform } = answering({ openid: 'o1', session_key: sessionKey, unionid: 'u1' });
    expect(await client.code2Session('c1')).toEqual({ openid: 'o1', sessionKey, unionid: 'u1' });
    const query = { appid: 'wx0', secret: 'app-secret', js_code: 'c1', grant_type: 'authorization_code' };
    expect(platform.seen).toMatchObject([{ method: 'GET', path: '/sns/jscode2session', query }]);
  });

  it('leaves out an absent unionid', async () => {
    const { client } = answering({ openid: 'o1', session_key: sessionKey });
    expect(Object.keys(await client.code2Session('c1'))).toEqual(['openid', 'sessionKey']);
  });

  it.each([
    [{ session_key: sessionKey }, 'openid'],
    [{ openid: '', session_key: sessionKey }, 'openid'],
    [{ openid: 'o1' }, 'session_key'],
    [{ openid: 'o1', session_key: 'AAAA' }, 'session_key'],
    [{ openid: 'o1', session_key: `${sessionKey.slice(0, -3)}!==` }, 'session_key'],
  ])('refuses the answer %j', async (answer, field) => {
    await expect(answering(answer).client.code2Session('c')).rejects.toMatchObject({ reason: 'bad_answer', field });
  });

  it.each([[40029], [40163], [40226], [45011], [-1]])('passes on errcode %s after one attempt', async (errcode) => {
    const { client, platform } = answering({ errcode, errmsg: 'no' });
    await expect(client.code2Session('c')).rejects.toMatchObject({ errcode, api: '/sns/jscode2session' });
    expect(platform.seen.length).toBe(1);
  });

  it('checks a session', async () => {
    const { client, platform } = answering({ errcode: 0, errmsg: 'ok' });
    expect(await client.checkSession(user)).toBe(true);
    expect(platform.to('/wxa/checksession')).toMatchObject([{ method: 'GET', query: { access_token: 'token-1', ...userQuery } }]);
    for (const errcode of [87009, 87007]) expect(await answering({ errcode }).client.checkSession(user)).toBe(false);
    await expect(answering({ errcode: 40003 }).client.checkSession(user)).rejects.toMatchObject({ errcode: 40003 });
  });

  it('resets a session key', async () => {
    const { client, platform } = answering({ errcode: 0, openid: 'o1', session_key: sessionKey });
    expect(await client.resetUserSessionKey(user)).toEqual({ openid: 'o1', sessionKey });
    expect(platform.to('/wxa/resetusersessionkey')).toMatchObject([{ method: 'GET', query: userQuery }]);
  });
});

describe('phone number', () => {
  const watermark = { timestamp: 1637744274, appid: 'wx0' };
  const phone = { phoneNumber: '+8613580006666', purePhoneNumber: '13580006666', countryCode: 86, watermark };

  it('is read with a numeric country code', async () => {
    const { client, platform } = answering({ errcode: 0, phone_info: phone });
    expect(await client.getPhoneNumber({ code: 'p1', openid: 'o1' })).toEqual({ ...phone, countryCode: '86' });
    expect(platform.to('/wxa/business/getuserphonenumber')).toMatchObject([
      { method: 'POST', query: { access_token: 'token-1' }, body: { code: 'p1', openid: 'o1' } },
    ]);
  });

  it('is refused when marked for another app', async () => {
    const { client } = answering({ errcode: 0, phone_info: { ...phone, watermark: { ...watermark, appid: 'wx1' } } });
    await expect(client.getPhoneNumber({ code: 'p1' })).rejects.toMatchObject({ reason: 'bad_answer', field: 'appid' });
  });
});

describe('user encryption keys', () => {
  const entry = {
    encrypt_key: 'VI6BpyrK9XH4i4AIGe86tg==',
    iv: '6003f73ec441c386',
    version: 10,
    expire_in: 3597,
    create_time: 1616572301,
  };

  it('are read, signed by the session key', async () => {
    const { client, platform } = answering({ errcode: 0, key_info_list: [entry, { ...entry, version: '9', expire_in: 0 }] });
    const key = { encryptKey: entry.encrypt_key, iv: entry.iv, version: 10, expiresIn: 3597, createdAt: 1616572301 };
    expect(await client.getUserEncryptKey(user)).toEqual([key, { ...key, version: 9, expiresIn: 0 }]);
    expect(platform.to('/wxa/business/getuserencryptkey')).toMatchObject([{ method: 'GET', query: userQuery, body: undefined }]);
  });

  it.each([
    [{ encrypt_key: 'AAAA' }, 'encrypt_key'],
    [{ iv: 'short' }, 'iv'],
    [{ version: null }, 'version'],
  ])('are refused with %j', async (change, field) => {
    const { client } = answering({ errcode: 0, key_info_list: [{ ...entry, ...change }] });
    await expect(client.getUserEncryptKey(user)).rejects.toMatchObject({ reason: 'bad_answer', field });
  });
});

describe('content and user safety', () => {
  it('checks a text', async () => {
    const answer = {
      errcode: 0,
      trace_id: 't1',
      result: { suggest: 'risky', label: '20001' },
      detail: [
        { strategy: 'content_model', errcode: 0, suggest: 'risky', label: 20001, prob: 90 },
        { strategy: 'keyword', errcode: 0 },
      ],
    };
    const { client, platform } = answering(answer);
    expect(await client.msgSecCheck({ openid: 'o1', scene: 2, content: '你好' })).toEqual({
      suggest: 'risky',
      label: 20001,
      traceId: 't1',
      detail: [
        { strategy: 'content_model', errcode: 0, suggest: 'risky', label: 20001, probability: 90 },
        { strategy: 'keyword', errcode: 0 },
      ],
    });
    expect(platform.to('/wxa/msg_sec_check')[0]?.body).toEqual({ version: 2, openid: 'o1', scene: 2, content: '你好' });
    expect(platform.to('/wxa/msg_sec_check')[0]?.init.body).toContain('你好');
  });

  it('does not take an unknown suggestion for a pass', async () => {
    const { client } = answering({ errcode: 0, trace_id: 't', result: { suggest: 'fine', label: 100 } });
    const check = client.msgSecCheck({ openid: 'o', scene: 1, content: 'x' });
    await expect(check).rejects.toMatchObject({ reason: 'bad_answer', field: 'suggest' });
  });

  it('starts a media check', async () => {
    const { client, platform } = answering({ errcode: 0, trace_id: 't2' });
    const request = { openid: 'o1', scene: 1, mediaUrl: 'https://a.example/b.png', mediaType: 'image' } as const;
    expect(await client.mediaCheckAsync(request)).toEqual({ traceId: 't2' });
    const body = { version: 2, openid: 'o1', scene: 1, media_url: 'https://a.example/b.png', media_type: 2 };
    expect(platform.to('/wxa/media_check_async')[0]?.body).toEqual(body);
  });

  it('reads the risk rank in spite of the misspelled field', async () => {
    const { client, platform } = answering({ errcode: 0, errmsg: 'getuserriskrank succ', risk_rank: 3, unoin_id: 123456 });
    expect(await client.getUserRiskRank({ openid: 'o1', scene: 1, clientIp: '10.0.0.1', mobileNo: '138' })).toEqual({
      riskRank: 3,
      queryId: '123456',
    });
    const body = { appid: 'wx0', openid: 'o1', scene: 1, client_ip: '10.0.0.1', mobile_no: '138', is_test: false };
    expect(platform.to('/wxa/getuserriskrank')[0]?.body).toEqual(body);
  });

  it.each([-1, 5, null])('refuses the risk rank %s', async (rank) => {
    const { client } = answering({ errcode: 0, risk_rank: rank });
    const request = client.getUserRiskRank({ openid: 'o', scene: 0, clientIp: '::1' });
    await expect(request).rejects.toMatchObject({ reason: 'bad_answer', field: 'risk_rank' });
  });

  it('verifies a SOTER result', async () => {
    const { client, platform } = answering({ errcode: 0, is_ok: false });
    expect(await client.verifySoter({ openid: 'o1', resultJson: '{"raw":"a"}', signature: 's' })).toBe(false);
    const body = { openid: 'o1', json_string: '{"raw":"a"}', json_signature: 's' };
    expect(platform.to('/cgi-bin/soter/verify_signature')[0]?.body).toEqual(body);
    const missing = answering({ errcode: 0 }).client.verifySoter({ openid: 'o', resultJson: '', signature: '' });
    await expect(missing).rejects.toMatchObject({ reason: 'bad_answer', field: 'is_ok' });
  });

  it('asks whether encrypted data is genuine', async () => {
    const { client, platform } = answering({ errcode: 0, vaild: true, create_time: 1629121902 });
    expect(await client.checkEncryptedMsg({ encryptedData: 'aGk=' })).toEqual({ valid: true, createdAt: 1629121902 });
    await client.checkEncryptedMsg({ encryptedData: 'aGk=', hashOf: 'bytes' });
    expect(platform.to('/wxa/business/checkencryptedmsg').map(({ body }) => body)).toEqual([
      { encrypted_msg_hash: '96e3186af2815065fbc894de1bdadda7830527fffdba6bdd709789cf0ee79a6a' },
      { encrypted_msg_hash: '8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4' },
    ]);
  });
});

describe('subscribe message', () => {
  it('is sent with its defaults', async () => {
    const { client, platform } = answering({ errcode: 0, errmsg: 'ok' });
    await client.sendSubscribeMessage({ openid: 'o1', templateId: 'tpl', data: { thing1: '门神', number2: 7 } });
    expect(platform.to('/cgi-bin/message/subscribe/send')[0]?.body).toEqual({
      touser: 'o1',
      template_id: 'tpl',
      data: { thing1: { value: '门神' }, number2: { value: '7' } },
      miniprogram_state: 'formal',
      lang: 'zh_CN',
    });
  });
});

describe('access token', () => {
  it('comes from the stable endpoint', async () => {
    const { client, platform } = answering({});
    expect(await client.getAccessToken()).toMatchObject({ value: 'token-1', expiresAt: platform.now + 7_200_000 });
    const body = { grant_type: 'client_credential', appid: 'wx0', secret: 'app-secret', force_refresh: false };
    expect(platform.seen).toMatchObject([{ method: 'POST', path: '/cgi-bin/stable_token', query: {}, body }]);
    expect((await client.getAccessToken({ forceRefresh: true })).value).toBe('token-2');
    expect(platform.seen[1]?.body).toEqual({ ...body, force_refresh: true });
  });

  it('comes from the classic endpoint on request', async () => {
    const platform = createFakePlatform(withTokens(() => ({})));
    const client = clientOn(platform, { tokenEndpoint: 'classic' });
    expect((await client.getAccessToken()).value).toBe('token-1');
    const query = { grant_type: 'client_credential', appid: 'wx0', secret: 'app-secret' };
    expect(platform.seen).toMatchObject([{ method: 'GET', path: '/cgi-bin/token', query }]);
  });

  it('is fetched once for 50 calls at a time', async () => {
    const { client, platform } = answering({ errcode: 0 });
    await Promise.all(Array.from({ length: 50 }, () => client.checkSession(user)));
    expect(platform.to('/cgi-bin/stable_token').length).toBe(1);
    expect(platform.to('/wxa/checksession').length).toBe(50);
  });

  it.each([40001, 40014, 42001])('is replaced exactly once per call on %s', async (errcode) => {
    const platform = createFakePlatform(
      withTokens((request) => (request.query.access_token === 'token-1' ? { errcode } : { errcode: 0, is_ok: true })),
    );
    const client = clientOn(platform);
    const results = await Promise.all(
      Array.from({ length: 50 }, () => client.verifySoter({ openid: 'o', resultJson: '{}', signature: '' })),
    );
    expect(results.every(Boolean)).toBe(true);
    expect(platform.to('/cgi-bin/stable_token').length).toBe(2);
    expect(platform.to('/cgi-bin/soter/verify_signature').length).toBe(100);
  });

  it('is not replaced a second time when the new one is refused too', async () => {
    const { client, platform } = answering({ errcode: 42001, errmsg: 'access_token expired' });
    await expect(client.checkSession(user)).rejects.toMatchObject({ errcode: 42001 });
    expect(platform.to('/cgi-bin/stable_token').length).toBe(2);
    expect(platform.to('/wxa/checksession').length).toBe(2);
  });

  it('is not asked for again when the code exchange itself is refused with 40001', async () => {
    const { client, platform } = answering({ errcode: 40001 });
    await expect(client.code2Session('c')).rejects.toMatchObject({ errcode: 40001 });
    expect(platform.seen.length).toBe(1);
  });

  it('is adopted from a peer that renewed it', async () => {
    const tokenStore = createMemoryTokenStore();
    const platform = createFakePlatform(
      withTokens((request) => ({ errcode: request.query.access_token === 'token-1' ? 40001 : 0 })),
    );
    const [ours, peer] = [clientOn(platform, { tokenStore }), clientOn(platform, { tokenStore })];
    await ours.getAccessToken();
    await peer.checkSession(user);
    expect(await ours.checkSession(user)).toBe(true);
    expect(platform.to('/cgi-bin/stable_token').length).toBe(2);
  });

  it.each([
    [{ expires_in: 7200 }, 'access_token'],
    [{ access_token: 'x'.repeat(4097), expires_in: 7200 }, 'access_token'],
    [{ access_token: 'x', expires_in: 0 }, 'expires_in'],
    [{ access_token: 'x', expires_in: 1e9 }, 'expires_in'],
  ])('is refused in the form %#', async (answer, field) => {
    const client = clientOn(createFakePlatform(() => answer));
    await expect(client.getAccessToken()).rejects.toMatchObject({ reason: 'bad_answer', field });
  });
});

describe('repeats', () => {
  const once: readonly (readonly [string, string, (client: WechatClient) => Promise<unknown>])[] = [
    ['code exchange', '/sns/jscode2session', (c) => c.code2Session('c')],
    ['phone code', '/wxa/business/getuserphonenumber', (c) => c.getPhoneNumber({ code: 'c' })],
    ['key reset', '/wxa/resetusersessionkey', (c) => c.resetUserSessionKey(user)],
    [
      'subscribe message',
      '/cgi-bin/message/subscribe/send',
      (c) => c.sendSubscribeMessage({ openid: 'o', templateId: 't', data: {} }),
    ],
    [
      'media check',
      '/wxa/media_check_async',
      (c) => c.mediaCheckAsync({ openid: 'o', scene: 1, mediaUrl: 'https://a.example', mediaType: 'audio' }),
    ],
    ['forced renewal', '/cgi-bin/stable_token', (c) => c.getAccessToken({ forceRefresh: true })],
  ];
  const repeated: typeof once = [
    ['session check', '/wxa/checksession', (c) => c.checkSession(user)],
    ['user keys', '/wxa/business/getuserencryptkey', (c) => c.getUserEncryptKey(user)],
    ['text check', '/wxa/msg_sec_check', (c) => c.msgSecCheck({ openid: 'o', scene: 1, content: 'x' })],
    ['risk rank', '/wxa/getuserriskrank', (c) => c.getUserRiskRank({ openid: 'o', scene: 0, clientIp: '::1' })],
    ['token', '/cgi-bin/stable_token', (c) => c.getAccessToken()],
  ];
  const failures: readonly (readonly [string, () => unknown])[] = [
    ['errcode -1', () => ({ errcode: -1, errmsg: 'system error' })],
    ['status 503', () => new Response('', { status: 503 })],
    ['a lost connection', () => Promise.reject(new TypeError('fetch failed'))],
  ];

  function failing(path: string, failure: () => unknown): FakePlatform {
    return createFakePlatform((request, count) => {
      return request.path === path ? failure() : withTokens(() => ({ errcode: 0 }))(request, count);
    });
  }

  it.each(failures.flatMap(([failure, act]) => once.map(([name, path, call]) => ({ name, failure, act, path, call }))))(
    'are not made for $name after $failure',
    async ({ act, path, call }) => {
      const platform = failing(path, act);
      await expect(call(clientOn(platform))).rejects.toThrow(path);
      expect(platform.to(path).length).toBe(1);
      expect(platform.sleeps).toEqual([]);
    },
  );

  it.each(failures.flatMap(([failure, act]) => repeated.map(([name, path, call]) => ({ name, failure, act, path, call }))))(
    'are bounded for $name after $failure',
    async ({ act, path, call }) => {
      const platform = failing(path, act);
      await expect(call(clientOn(platform))).rejects.toThrow(path);
      expect(platform.to(path).length).toBe(3);
      expect(platform.sleeps).toEqual([99, 199]);
    },
  );
});

describe('client options', () => {
  it('refuse an address that would carry the secret in clear', () => {
    const platform = createFakePlatform(() => ({}));
    expect(() => clientOn(platform, { apiBase: 'http://api.weixin.qq.com' })).toThrow(TypeError);
  });

  it('move all calls to another address', async () => {
    const { platform } = answering({});
    const client = clientOn(platform, { apiBase: 'http://127.0.0.1:8481/wechat/' });
    await client.getAccessToken();
    expect(platform.seen[0]?.path).toBe('/wechat/cgi-bin/stable_token');
  });
});
