import { createHash, createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { appid, type Bench, createBench, otherAppid, otherSecret, secret } from '../testing/emulated-company.ts';

const minute = 60_000;
let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const exchange = async (js_code: string, more: Record<string, string> = {}) =>
  (await bench.get('/sns/jscode2session', { appid, secret, js_code, grant_type: 'authorization_code', ...more })).json;

const sign = (sessionKey: string, message = '') => createHmac('sha256', sessionKey).update(message).digest('hex');

async function signedQuery(person = 'p-zhang') {
  const { openid, session_key } = await bench.login(person);
  return { access_token: await bench.token(), openid, signature: sign(session_key), sig_method: 'hmac_sha256' };
}

describe('sns/jscode2session', () => {
  it('exchanges a code for openid, session_key of 16 bytes and unionid, without errcode', async () => {
    const session = await exchange(await bench.code());
    expect(session).toEqual({
      openid: expect.stringMatching(/^o[\w-]{27}$/),
      session_key: expect.any(String),
      unionid: 'union-zhang',
    });
    expect(Buffer.from(session.session_key, 'base64')).toHaveLength(16);
  });

  it('gives another openid in another app, and no unionid where the app is not bound', async () => {
    const here = await exchange(await bench.code());
    const code = await bench.code('p-zhang', { appid: otherAppid });
    const there = await exchange(code, { appid: otherAppid, secret: otherSecret });
    expect(there.openid).not.toBe(here.openid);
    expect(there.unionid).toBeUndefined();
    expect((await exchange(await bench.code('p-abroad'))).unionid).toBeUndefined();
  });

  it('takes a code once: 40163 on the second use', async () => {
    const code = await bench.code();
    await exchange(code);
    const again = await exchange(code);
    expect(again.errcode).toBe(40163);
    expect(again.errmsg).toMatch(/^code been used, rid: /);
  });

  it('takes a code for five minutes: 40029 after that', async () => {
    const [early, late] = [await bench.code(), await bench.code()];
    bench.clock.advance(5 * minute - 1);
    expect((await exchange(early)).openid).toBeDefined();
    bench.clock.advance(1);
    expect((await exchange(late)).errcode).toBe(40029);
    expect((await exchange(early)).errcode).toBe(40029);
  });

  it('refuses unknown codes, codes of another app and codes of another kind with 40029, and leaves them whole', async () => {
    const foreign = await bench.code('p-zhang', { appid: otherAppid });
    const phone = (await bench.admin('phone-code', { appid, person: 'p-zhang' })).code;
    const wecom = (await bench.admin('code', { channel: 'wecom', person: 'ZhangSan' })).code;
    for (const code of ['', 'nonsense', foreign, phone, wecom]) expect((await exchange(code)).errcode).toBe(40029);
    expect((await exchange(foreign, { appid: otherAppid, secret: otherSecret })).openid).toBeDefined();
  });

  it('intercepts the login of a blocked user with 40226', async () => {
    expect((await exchange(await bench.code('p-blocked'))).errcode).toBe(40226);
  });

  it('refuses a wrong secret before it looks at the code', async () => {
    const code = await bench.code();
    expect((await exchange(code, { secret: 'wrong' })).errcode).toBe(40125);
    expect((await exchange(code, { grant_type: 'client_credential' })).errcode).toBe(40002);
    expect((await exchange(code)).openid).toBeDefined();
  });

  it('lets one user in 100 times a minute, then answers 45011 without using up the code', async () => {
    for (let count = 0; count < 100; count++) await bench.login();
    const code = await bench.code();
    expect((await exchange(code)).errcode).toBe(45011);
    expect((await exchange(await bench.code('p-guest'))).openid).toBeDefined();
    bench.clock.advance(minute);
    expect((await exchange(code)).openid).toBeDefined();
  });
});

describe('session_key', () => {
  it('answers checksession for the current key, over the key as text and the empty message', async () => {
    const query = await signedQuery();
    expect((await bench.get('/wxa/checksession', query)).json).toEqual({ errcode: 0, errmsg: 'ok' });
  });

  it.each([
    [{ signature: 'f'.repeat(64) }, 87009],
    [{ signature: '' }, 87009],
    [{ sig_method: 'md5' }, 87008],
    [{ openid: 'o-nobody' }, 40003],
    [{ openid: '' }, 40003],
  ])('refuses %o with %i', async (more, errcode) => {
    expect((await bench.get('/wxa/checksession', { ...(await signedQuery()), ...more })).json.errcode).toBe(errcode);
  });

  it('dies with the next wx.login, unless the phone keeps it', async () => {
    const query = await signedQuery();
    await bench.code('p-zhang', { rotate: false });
    expect((await bench.get('/wxa/checksession', query)).json.errcode).toBe(0);
    await bench.code();
    expect((await bench.get('/wxa/checksession', query)).json.errcode).toBe(87009);
  });

  it('is missing (87007) before the first login, after its end, and when the phone dropped it', async () => {
    const query = await signedQuery();
    const check = async () => (await bench.get('/wxa/checksession', query)).json.errcode;
    await bench.admin('session', { appid, person: 'p-zhang', action: 'expire' });
    expect(await check()).toBe(87007);
    expect(await bench.admin('session', { appid, person: 'p-zhang', action: 'check' })).toEqual({ valid: false });
    const again = await signedQuery();
    bench.clock.advance(3 * 86_400_000);
    again.access_token = await bench.token();
    expect((await bench.get('/wxa/checksession', again)).json.errcode).toBe(87007);
  });

  it('can be reset: the old one dies at once, the new one keeps its end', async () => {
    bench = createBench({ sessionKeyTtlMs: 60 * minute });
    const query = await signedQuery();
    bench.clock.advance(30 * minute);
    const reset = (await bench.get('/wxa/resetusersessionkey', query)).json;
    expect(reset).toEqual({ errcode: 0, errmsg: 'ok', openid: query.openid, session_key: expect.any(String) });
    expect((await bench.get('/wxa/checksession', query)).json.errcode).toBe(87009);
    const renewed = { ...query, signature: sign(reset.session_key) };
    expect((await bench.get('/wxa/checksession', renewed)).json.errcode).toBe(0);
    bench.clock.advance(30 * minute);
    expect((await bench.get('/wxa/checksession', renewed)).json.errcode).toBe(87007);
  });

  it('cannot be reset without end: 45011', async () => {
    const query = await signedQuery();
    const codes: number[] = [];
    for (let count = 0; count < 11; count++) {
      const answer = (await bench.get('/wxa/resetusersessionkey', query)).json;
      codes.push(answer.errcode);
      if (answer.session_key) query.signature = sign(answer.session_key);
    }
    expect(codes).toEqual([...Array(10).fill(0), 45011]);
  });
});

describe('wxa/business/getuserencryptkey', () => {
  const path = '/wxa/business/getuserencryptkey';

  it('lists the last three keys, newest first, expired ones with expire_in 0', async () => {
    const query = await signedQuery();
    for (const fresh of [false, true, true, true]) await bench.admin('user-key', { appid, person: 'p-zhang', fresh });
    const { key_info_list: list, errcode } = (await bench.get(path, query)).json;
    expect(errcode).toBe(0);
    expect(list.map((key: { version: number }) => key.version)).toEqual([4, 3, 2]);
    expect(list[0]).toEqual({
      encrypt_key: expect.any(String),
      iv: expect.stringMatching(/^[\x20-\x7e]{16}$/),
      version: 4,
      expire_in: 3600,
      create_time: bench.clock() / 1000,
    });
    expect(Buffer.from(list[0].encrypt_key, 'base64')).toHaveLength(16);
    bench.clock.advance(3_600_000);
    const renewed = await bench.admin('user-key', { appid, person: 'p-zhang' });
    expect(renewed.version).toBe(5);
    const later = (await bench.get(path, query)).json.key_info_list;
    expect(later.map((key: { expire_in: number }) => key.expire_in)).toEqual([3600, 0, 0]);
    expect(later[0].encrypt_key).toBe(renewed.encryptKey);
  });

  it('takes a POST only with an empty body: any other breaks the signature', async () => {
    const query = await signedQuery();
    expect((await bench.post(path, '', query)).json.errcode).toBe(0);
    expect((await bench.post(path, '{}', query)).json.errcode).toBe(87009);
  });
});

describe('wxa/business/checkencryptedmsg', () => {
  it('knows data of this app for three days, and spells its answer as WeChat does', async () => {
    await bench.login();
    const { encryptedData } = await bench.admin('encrypted-data', { appid, person: 'p-zhang', kind: 'userInfo' });
    const hash = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
    const check = async (encrypted_msg_hash: unknown) =>
      (await bench.post('/wxa/business/checkencryptedmsg', { encrypted_msg_hash }, { access_token: await bench.token() })).json;
    const known = { errcode: 0, errmsg: 'ok', vaild: true, create_time: bench.clock() / 1000 };
    expect(await check(hash(encryptedData))).toEqual(known);
    expect(await check(hash(Buffer.from(encryptedData, 'base64')))).toEqual(known);
    expect((await check(hash('something else'))).errcode).toBe(1);
    expect((await check('xyz')).errcode).toBe(40097);
    bench.clock.advance(3 * 86_400_000 + 1);
    expect((await check(hash(encryptedData))).errmsg).toMatch(/^data not exit, rid: /);
  });
});
