import { beforeEach, describe, expect, it } from 'vitest';
import { appid, type Bench, createBench, otherAppid, secret } from '../testing/emulated-company.ts';

const minute = 60_000;
let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const classic = (more: Record<string, string> = {}) =>
  bench.get('/cgi-bin/token', { grant_type: 'client_credential', appid, secret, ...more });
const stable = (more: Record<string, unknown> = {}) =>
  bench.post('/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret, ...more });

/** The errcode of a call with the token; 40097 stands for "the token was accepted" (the body is not what it should be). */
const probe = async (token: string) =>
  (await bench.post('/wxa/business/checkencryptedmsg', {}, { access_token: token })).json.errcode;
const accepted = 40097;

describe('cgi-bin/token', () => {
  it('answers without errcode on success, with the headers of the platform', async () => {
    const answer = await classic();
    expect(answer.json).toEqual({ access_token: expect.stringMatching(/^[\w-]{512}$/), expires_in: 7200 });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ retkey: '11', logicret: '0', 'content-type': 'application/json; encoding=utf-8' });
  });

  it.each([
    [{ grant_type: 'password' }, 40002],
    [{ appid: '' }, 41002],
    [{ appid: 'wxunknown' }, 40013],
    [{ secret: '' }, 41004],
    [{ secret: 'wrong' }, 40125],
    [{ appid: otherAppid }, 40125],
  ])('refuses %o with %i, in a 200 reply', async (more, errcode) => {
    const answer = await classic(more);
    expect(answer.status).toBe(200);
    expect(answer.json.errcode).toBe(errcode);
    expect(answer.headers.logicret).toBe(String(errcode));
  });

  it('ends every errmsg with a request id that starts with the time', async () => {
    const { errmsg } = (await classic({ secret: 'wrong' })).json;
    expect(errmsg).toMatch(/^invalid appsecret, rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/);
    expect(Number.parseInt(/rid: ([0-9a-f]{8})/.exec(errmsg)?.[1] ?? '', 16)).toBe(bench.clock() / 1000);
  });

  it('keeps the replaced token for the overlap, then calls it not the latest', async () => {
    const first = (await classic()).json.access_token;
    const second = (await classic()).json.access_token;
    expect(second).not.toBe(first);
    bench.clock.advance(5 * minute - 1);
    expect(await probe(first)).toBe(accepted);
    bench.clock.advance(1);
    expect(await probe(first)).toBe(40001);
    expect(await probe(second)).toBe(accepted);
  });

  it('lets a token expire after 7200 seconds', async () => {
    const token = (await classic()).json.access_token;
    bench.clock.advance(7_200_000 - 1);
    expect(await probe(token)).toBe(accepted);
    bench.clock.advance(1);
    expect(await probe(token)).toBe(42001);
  });

  it('names an address that is not allowed as WeChat does', async () => {
    bench = createBench({ wechatApps: [{ appid, secret, name: 'a', ipAllowlist: ['10.0.0.1'] }] });
    const { errcode, errmsg } = (await classic()).json;
    expect(errcode).toBe(40164);
    expect(errmsg).toMatch(/^invalid ip 127\.0\.0\.1 ipv6 ::ffff:127\.0\.0\.1, not in whitelist rid: /);
  });
});

describe('cgi-bin/stable_token', () => {
  it('repeats the same token, and lives beside the classic one', async () => {
    const first = (await stable()).json;
    const other = (await classic()).json.access_token;
    bench.clock.advance(10 * minute);
    const again = (await stable()).json;
    expect(again).toEqual({ access_token: first.access_token, expires_in: 6600 });
    expect(await probe(first.access_token)).toBe(accepted);
    expect(await probe(other)).toBe(accepted);
  });

  it('renews in the last five minutes, with both tokens valid for the rest', async () => {
    const first = (await stable()).json.access_token;
    bench.clock.advance(115 * minute);
    expect((await stable()).json).toEqual({ access_token: first, expires_in: 300 });
    bench.clock.advance(1);
    const second = (await stable()).json;
    expect(second.access_token).not.toBe(first);
    expect(second.expires_in).toBe(7200);
    bench.clock.advance(5 * minute - 2);
    expect(await probe(first)).toBe(accepted);
    expect(await probe(second.access_token)).toBe(accepted);
    bench.clock.advance(1);
    expect(await probe(first)).toBe(42001);
  });

  it('ends the previous token at once on a forced refresh', async () => {
    const first = (await stable()).json.access_token;
    const forced = (await stable({ force_refresh: true })).json.access_token;
    expect(forced).not.toBe(first);
    expect(await probe(first)).toBe(40001);
  });

  it('does not refresh by force within 30 seconds, nor more than 20 times a day', async () => {
    const tokens = new Set<string>();
    const force = async () => (await stable({ force_refresh: true })).json.access_token;
    tokens.add(await force());
    bench.clock.advance(29_999);
    tokens.add(await force());
    expect(tokens.size).toBe(1);
    for (let count = 0; count < 25; count++) {
      bench.clock.advance(30_000);
      tokens.add(await force());
    }
    expect(tokens.size).toBe(20);
    bench.clock.advance(86_400_000);
    tokens.add(await force());
    expect(tokens.size).toBe(21);
  });

  it.each([
    [{ appid: undefined }, 41002],
    [{ secret: undefined }, 41004],
    [{ appid: 'wxunknown' }, 40013],
    [{ secret: 'wrong' }, 40125],
    [{ grant_type: undefined }, 40002],
  ])('refuses %o with %i', async (more, errcode) => {
    expect((await stable(more)).json.errcode).toBe(errcode);
  });

  it('wants a POST with JSON', async () => {
    const query = { grant_type: 'client_credential', appid, secret };
    expect((await bench.get('/cgi-bin/stable_token', query)).json.errcode).toBe(43002);
    expect((await bench.post('/cgi-bin/stable_token', '', query)).json.errcode).toBe(44002);
    expect((await bench.post('/cgi-bin/stable_token', 'appid=1')).json.errcode).toBe(47001);
    expect((await bench.post('/cgi-bin/stable_token', '[]')).json.errcode).toBe(47001);
  });

  it('counts its quotas: the minute answers 45011, the day 45009', async () => {
    bench = createBench({ quotas: { '/cgi-bin/stable_token': { perMinute: 2, perDay: 3 } } });
    await stable();
    await stable();
    const refused = (await stable()).json;
    expect(refused.errcode).toBe(45011);
    expect(refused.errmsg).toContain('api minute-quota reach limit  mustslower  retry next minute');
    bench.clock.advance(minute);
    expect((await stable()).json.errcode).toBeUndefined();
    bench.clock.advance(minute);
    expect((await stable()).json.errcode).toBe(45009);
    bench.clock.advance(86_400_000);
    expect((await stable()).json.errcode).toBeUndefined();
  });
});

describe('where the access token goes', () => {
  it('tells missing, malformed, unknown and misplaced ones apart', async () => {
    const call = async (query: Record<string, string>, body: unknown = {}) =>
      (await bench.post('/wxa/getuserriskrank', body, query)).json.errcode;
    expect(await call({})).toBe(41001);
    expect(await call({}, { access_token: await bench.token() })).toBe(47001);
    expect(await call({ access_token: 'short' })).toBe(40014);
    expect(await call({ access_token: 'A'.repeat(512) })).toBe(40001);
  });
});

describe('quota tools', () => {
  it('shows and clears what an app has used, ten times a month', async () => {
    bench = createBench({ quotas: { '/cgi-bin/stable_token': { perDay: 2 } } });
    const access_token = (await stable()).json.access_token;
    const quota = async () =>
      (await bench.post('/cgi-bin/openapi/quota/get', { cgi_path: '/cgi-bin/stable_token' }, { access_token })).json;
    const clear = async (id = appid) => (await bench.post('/cgi-bin/clear_quota', { appid: id }, { access_token })).json.errcode;
    expect(await quota()).toMatchObject({ errcode: 0, quota: { daily_limit: 2, used: 1, remain: 1 } });
    await stable();
    expect((await stable()).json.errcode).toBe(45009);
    expect(await clear(otherAppid)).toBe(40013);
    expect(await clear()).toBe(0);
    expect((await stable()).json.access_token).toBe(access_token);
    for (let count = 1; count < 10; count++) await clear();
    expect(await clear()).toBe(48006);
  });
});
