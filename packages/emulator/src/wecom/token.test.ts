import { beforeEach, describe, expect, it } from 'vitest';
import { type Bench, contactsSecret, corpid, createBench, portalSecret, salesSecret } from '../testing/emulated-company.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const gettoken = async (more: Record<string, string> = {}) =>
  (await bench.get('/cgi-bin/gettoken', { corpid, corpsecret: portalSecret, ...more })).json;

describe('cgi-bin/gettoken', () => {
  it('repeats the token of an app until its end; each app has its own', async () => {
    const first = await gettoken();
    expect(first).toEqual({ errcode: 0, errmsg: 'ok', access_token: expect.stringMatching(/^[\w-]{512}$/), expires_in: 7200 });
    bench.clock.advance(60_000);
    expect(await gettoken()).toEqual({ ...first, expires_in: 7140 });
    expect((await gettoken({ corpsecret: salesSecret })).access_token).not.toBe(first.access_token);
    bench.clock.advance(7_140_000);
    expect((await gettoken()).access_token).not.toBe(first.access_token);
    const old = await bench.get('/cgi-bin/user/get', { access_token: first.access_token, userid: 'lisi' });
    expect(old.json.errcode).toBe(42001);
  });

  it.each([
    [{ corpid: '' }, 41002],
    [{ corpid: 'ww-other' }, 40013],
    [{ corpsecret: '' }, 41004],
    [{ corpsecret: 'wrong' }, 40001],
  ])('refuses %o with %i', async (more, errcode) => {
    expect((await gettoken(more)).errcode).toBe(errcode);
  });

  it('writes errmsg with hint, address and a link for the code', async () => {
    expect((await gettoken({ corpid: 'ww-other' })).errmsg).toMatch(
      /^invalid corpid, hint: \[\d+\], from ip: 127\.0\.0\.1, more info at https:\/\/open\.work\.weixin\.qq\.com\/devtool\/query\?e=40013$/,
    );
  });

  it('blocks an address for an hour after two thousand failures', async () => {
    for (let count = 0; count < 2000; count++) await gettoken({ corpsecret: 'wrong' });
    expect((await gettoken()).errcode).toBe(45009);
    bench.clock.advance(3_600_000);
    expect((await gettoken()).errcode).toBe(0);
  });

  it('knows disabled apps and addresses that are not trusted', async () => {
    const wecom = { corpid, contactsSecret, agents: [{ agentid: 1, secret: portalSecret, disabled: true }] };
    bench = createBench({ wecom });
    expect((await gettoken()).errcode).toBe(50003);
    bench = createBench({ wecom: { ...wecom, ipAllowlist: ['10.1.1.1'] } });
    expect((await gettoken({ corpsecret: contactsSecret })).errcode).toBe(60020);
  });
});

describe('cgi-bin/miniprogram/jscode2session', () => {
  const exchange = async (js_code: string, corpsecret = portalSecret) => {
    const access_token = await bench.wecomToken(corpsecret);
    const query = { access_token, js_code, grant_type: 'authorization_code' };
    return (await bench.get('/cgi-bin/miniprogram/jscode2session', query)).json;
  };
  const code = async (person = 'zhangsan'): Promise<string> =>
    (await bench.admin('code', { channel: 'wecom', corpid, person })).code;

  it('answers corpid, userid and session_key, and no openid', async () => {
    const session = await exchange(await code());
    expect(session).toEqual({ errcode: 0, errmsg: 'ok', corpid, userid: 'ZhangSan', session_key: expect.any(String) });
    expect(Buffer.from(session.session_key, 'base64')).toHaveLength(16);
  });

  it('takes a person by userid in any case, or by WeChat id', async () => {
    for (const name of ['ZHANGSAN', 'p-zhang']) expect((await exchange(await code(name))).userid).toBe('ZhangSan');
    const answer = await bench.post('/_emulator/code', { channel: 'wecom', person: 'p-guest' });
    expect([answer.status, answer.json.code]).toEqual([404, 'person_unknown']);
  });

  it('takes a code once, for five minutes, and only one of its own kind', async () => {
    const [used, late] = [await code(), await code()];
    await exchange(used);
    expect((await exchange(used)).errcode).toBe(40029);
    expect((await exchange(await bench.code())).errcode).toBe(40029);
    bench.clock.advance(300_000);
    expect((await exchange(late)).errcode).toBe(40029);
  });

  it('wants the token of an app that the member may see', async () => {
    expect((await exchange(await code('wangwu'), contactsSecret)).errcode).toBe(48002);
    expect((await exchange(await code('zhaoliu'), salesSecret)).errcode).toBe(50002);
    expect((await exchange(await code('wangwu'), salesSecret)).userid).toBe('wangwu');
  });

  it('refuses missing and unknown tokens', async () => {
    expect((await bench.get('/cgi-bin/miniprogram/jscode2session', {})).json.errcode).toBe(41001);
    const query = { access_token: await bench.token() };
    expect((await bench.get('/cgi-bin/miniprogram/jscode2session', query)).json.errcode).toBe(40014);
  });
});
