import { beforeEach, describe, expect, it } from 'vitest';
import {
  type Bench,
  company,
  contactsSecret,
  corpid,
  createBench,
  portalSecret,
  salesSecret,
} from '../testing/emulated-company.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const agentid = String(1000002);
const login = (more: Record<string, string> = {}) => ({
  login_type: 'CorpApp',
  appid: corpid,
  agentid,
  redirect_uri: 'http://127.0.0.1:8480/login/wecom',
  state: 'a-state-of-the-test',
  ...more,
});

describe('the scan code page', () => {
  it.each(['/wwlogin/sso/login', '/wwopen/sso/qrConnect'])('lists the active members at %s, as text', async (path) => {
    bench = createBench({
      people: {
        corp: company.corp,
        departments: [{ id: 1, name: '总部', parentid: 0 }],
        users: [{ userid: 'x', name: '<script>alert(1)</script>', mobile: '13800000009', department: [1] }],
        people: [],
      },
    });
    const page = await bench.get(path, login());
    expect(page.status).toBe(200);
    expect(page.text).toContain('&lt;script&gt;');
    expect(page.text).not.toContain('<script>');
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'/);
  });

  it('leads back with a code that the app can exchange once, and no other app', async () => {
    const scan = await bench.get('/wwlogin/sso/scan', login({ userid: 'zhangsan' }));
    expect(scan.status).toBe(302);
    const target = new URL(scan.headers['location'] ?? '');
    expect([target.origin, target.pathname, target.searchParams.get('state')]).toEqual([
      'http://127.0.0.1:8480',
      '/login/wecom',
      'a-state-of-the-test',
    ]);
    const code = target.searchParams.get('code') ?? '';
    const exchange = async (secret: string) =>
      (await bench.get('/cgi-bin/auth/getuserinfo', { access_token: await bench.wecomToken(secret), code })).json;
    expect((await exchange(salesSecret))['errcode']).toBe(40029);
    expect((await exchange(contactsSecret))['errcode']).toBe(48002);
    expect(await exchange(portalSecret)).toEqual({ errcode: 0, errmsg: 'ok', userid: 'ZhangSan' });
    expect((await exchange(portalSecret))['errcode']).toBe(40029);
  });

  it('signs in on the authorization page of sites inside WeCom, which asks for a code and a scope', async () => {
    const asked = login({ response_type: 'code', scope: 'snsapi_base' });
    const page = await bench.get('/connect/oauth2/authorize', asked);
    expect([page.status, page.text.includes('userid=ZhangSan')]).toEqual([200, true]);
    for (const wrong of [{ response_type: 'token' }, { scope: 'snsapi_login' }, { redirect_uri: 'https://evil.example/' }])
      expect((await bench.get('/connect/oauth2/authorize', { ...asked, ...wrong })).status).toBe(400);
  });

  it('leads nowhere else: another host, another scheme, a member who has left, another company', async () => {
    const refused = [
      { redirect_uri: 'https://evil.example/login' },
      { redirect_uri: 'http://127.0.0.1@evil.example/' },
      { redirect_uri: 'javascript:alert(1)' },
      { userid: 'zhaoliu' },
      { userid: 'nobody' },
      { appid: 'ww-other' },
      { agentid: '9' },
    ];
    for (const more of refused) {
      const { status, headers } = await bench.get('/wwlogin/sso/scan', login({ userid: 'zhangsan', ...more }));
      expect([JSON.stringify(more), status, headers['location']]).toEqual([JSON.stringify(more), 400, undefined]);
    }
  });

  it('mints no login for another machine, or for a page of another site', async () => {
    const query = `/wwlogin/sso/scan?${new URLSearchParams(login({ userid: 'zhangsan' }))}`;
    const ask = (remoteAddress: string, headers: Record<string, string>) =>
      bench.emulator.handle({
        method: 'GET',
        url: query,
        headers: { host: '127.0.0.1:8481', ...headers },
        body: new Uint8Array(),
        remoteAddress,
      });
    expect((await ask('192.0.2.1', {})).status).toBe(403);
    expect((await ask('127.0.0.1', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await ask('127.0.0.1', { host: 'evil.example' })).status).toBe(403);
    expect((await ask('127.0.0.1', { 'sec-fetch-site': 'same-origin' })).status).toBe(302);
  });
});
