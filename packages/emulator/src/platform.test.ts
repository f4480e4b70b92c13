import { beforeEach, describe, expect, it } from 'vitest';
import { appid, type Bench, contactsSecret, corpid, createBench, portalSecret, secret } from './testing/emulated-company.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const token = () => bench.get('/cgi-bin/token', { grant_type: 'client_credential', appid, secret });
const fault = (body: Record<string, unknown>) => bench.admin('faults', body);

describe('faults', () => {
  it('answers an errcode as the platform of the path would, as often as asked', async () => {
    await fault({ kind: 'errcode', errcode: -1, path: '/cgi-bin/token', count: 2 });
    expect((await token()).json).toEqual({ errcode: -1, errmsg: expect.stringMatching(/^system error, rid: /) });
    expect((await token()).json.errcode).toBe(-1);
    expect((await token()).json.access_token).toBeDefined();
    await fault({ kind: 'errcode', errcode: 45009, path: '/cgi-bin/gettoken', count: 1 });
    const query = { corpid, corpsecret: portalSecret };
    expect((await bench.get('/cgi-bin/gettoken', query)).json.errmsg).toMatch(/^api freq out of limit, hint: /);
  });

  it('answers HTTP errors without JSON, and cuts connections', async () => {
    await fault({ kind: 'http', status: 502, path: '/cgi-bin/*', count: 1 });
    const broken = await token();
    expect([broken.status, broken.json]).toEqual([502, undefined]);
    await fault({ kind: 'drop', count: 1 });
    expect((await token()).drop).toBe(true);
    expect((await token()).status).toBe(200);
  });

  it('adds latency to a call, also together with another fault', async () => {
    await fault({ kind: 'latency', ms: 1500 });
    await fault({ kind: 'http', status: 500, count: 1 });
    expect(await token()).toMatchObject({ status: 500, delayMs: 1500 });
    expect(await token()).toMatchObject({ status: 200, delayMs: 1500 });
  });

  it('strikes with the probability given', async () => {
    await fault({ kind: 'drop', probability: 0.3 });
    let struck = 0;
    for (let count = 0; count < 1000; count++) if ((await token()).drop) struck += 1;
    expect(struck).toBeGreaterThan(240);
    expect(struck).toBeLessThan(360);
    await bench.admin('faults/clear');
    await fault({ kind: 'drop', probability: 0 });
    expect((await token()).drop).toBe(false);
  });

  it('can be listed and removed, and never strike the admin API', async () => {
    const { fault: added } = await fault({ kind: 'drop' });
    expect((await bench.get('/_emulator/faults')).json.faults).toMatchObject([
      { id: added.id, effect: { kind: 'drop' }, struck: 0 },
    ]);
    expect(await bench.admin('faults/clear', { id: added.id })).toEqual({ removed: 1 });
    expect((await token()).status).toBe(200);
  });

  it('ends at a hundred active ones', async () => {
    for (let count = 0; count < 100; count++) await fault({ kind: 'drop', path: '/none' });
    expect((await bench.post('/_emulator/faults', { kind: 'drop' })).json).toEqual({ code: 'faults_full' });
  });

  it('expires tokens for real: the old one answers 42001, a new one works', async () => {
    const stable = async () =>
      (await bench.post('/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret })).json.access_token;
    const probe = async (access_token: string) =>
      (await bench.post('/wxa/business/checkencryptedmsg', {}, { access_token })).json.errcode;
    const old = await stable();
    const contacts = await bench.wecomToken(contactsSecret);
    expect(await bench.admin('tokens/expire', { appid })).toEqual({ expired: 1 });
    expect(await probe(old)).toBe(42001);
    expect(await probe(await stable())).toBe(40097);
    expect(await bench.admin('tokens/expire', { contacts: true })).toEqual({ expired: 1 });
    expect((await bench.post('/cgi-bin/user/list_id', {}, { access_token: contacts })).json.errcode).toBe(42001);
    expect(await bench.wecomToken(contactsSecret)).not.toBe(contacts);
  });
});

describe('what is not spoken', () => {
  it('answers an unknown path with 404', async () => {
    const answer = await bench.get('/cgi-bin/unknown');
    expect([answer.status, answer.json.errcode]).toEqual([404, 40066]);
  });

  it('refuses the other method', async () => {
    expect((await bench.post('/sns/jscode2session', {})).json.errcode).toBe(43001);
    expect((await bench.get('/cgi-bin/webhook/send')).json.errcode).toBe(43002);
  });

  it('refuses a body over 4 MiB and a target that is no path', async () => {
    expect((await bench.send({ method: 'POST', body: new Uint8Array(4 * 1024 * 1024 + 1) })).status).toBe(413);
    for (const url of ['//evil.example/', 'http://evil.example/', '*', '']) expect((await bench.send({ url })).status).toBe(400);
  });
});

describe('the log of calls', () => {
  it('masks every secret of queries and bodies', async () => {
    const { openid, session_key } = await bench.login();
    const access_token = await bench.token();
    await bench.post('/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret });
    const { code } = await bench.admin('phone-code', { appid, person: 'p-zhang' });
    await bench.post('/wxa/business/getuserphonenumber', { code, openid }, { access_token });
    await bench.get('/cgi-bin/gettoken', { corpid, corpsecret: portalSecret });
    await bench.post('/cgi-bin/webhook/send', { msgtype: 'text', text: { content: 'x' } }, { key: 'webhook-key-value' });
    const log = (await bench.get('/_emulator/log', { limit: '1000' })).text;
    for (const value of [secret, session_key, access_token, code, portalSecret, 'webhook-key-value'])
      expect(log).not.toContain(value);
    expect(log).toContain(openid);
    const [last] = JSON.parse(log).calls;
    expect(last).toMatchObject({
      method: 'POST',
      path: '/cgi-bin/webhook/send',
      status: 200,
      errcode: 93000,
      query: { key: '***' },
    });
  });

  it('holds the last thousand calls', async () => {
    for (let count = 0; count < 1001; count++) await bench.get('/cgi-bin/unknown', { n: String(count) });
    const { calls } = (await bench.get('/_emulator/log', { limit: '1000' })).json;
    expect(calls).toHaveLength(1000);
    expect(calls.at(-1).query).toEqual({ n: '1' });
  });
});
