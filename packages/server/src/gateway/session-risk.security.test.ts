import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigInput } from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../testing/deployment.ts';

const office = '198.51.100.10';
const elsewhere = '203.0.113.20';
const places = ['198.51.100.0/24,CN,深圳,22.54,114.06', '203.0.113.0/24,CN,乌鲁木齐,43.83,87.62'].join('\n');

// The embedded engine alone: a clock that jumps would have shared engines distrust what they hear.
describe('the risk of a session', () => {
  let deployment: Deployment;
  /** 14:00 in Shanghai: the test is not to depend on the hour it runs at. */
  let now = Date.UTC(2026, 10, 25, 6);
  const phone = { model: 'iPhone 17', system: 'iOS 20', client: 'WeChat 8.1' };

  beforeAll(async () => {
    deployment = await startDeployment({
      clock: () => now,
      change: (config): ConfigInput => {
        writeFileSync(join(String(config.data), '..', 'places.csv'), places);
        return {
          ...config,
          addressPlaces: 'places.csv',
          gateway: { ...config.gateway, trustedProxies: ['127.0.0.1/32', '::1/128'] },
        };
      },
    });
  });
  afterAll(() => deployment.close());

  const login = async (userid: string, address: string, device: object | undefined = phone): Promise<string> => {
    const body = {
      app: 'portal',
      channel: 'wecom',
      code: await deployment.code('wecom', userid),
      ...(device === undefined ? {} : { device }),
    };
    const answer = await deployment.call('POST', '/_menshen/v1/login', { body, headers: { 'x-forwarded-for': address } });
    return String(answer.body['token']);
  };
  const me = (token: string, address: string, language = 'zh') =>
    deployment.call('GET', '/portal/me', { token, headers: { 'x-forwarded-for': address, 'accept-language': language } });

  it('is nothing for somebody at their usual place, and backends are told', async () => {
    const token = await login('zhang', office);
    now += 60_000;
    expect((await me(token, office)).status).toBe(200);
    const again = await login('zhang', office);
    expect((await me(again, office)).status).toBe(200);
    expect(deployment.backend.seen.at(-1)?.headers['x-menshen-risk']).toBe('0');
  });

  /** The stolen login: right code, wrong phone, 3,400 km away a few minutes later. */
  it('asks for the second factor on every route, says why in plain words, and records it', async () => {
    const token = await login('zhang', elsewhere, { model: 'Unknown' });
    const refused = await me(token, elsewhere);
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ code: 'mfa_required', form: 'freshness', reasons: ['new_device', 'impossible_travel'] });
    expect(refused.body['explanations']).toEqual(['您在一台新设备上登录。', '两次使用地点相距太远，短时间内无法到达。']);
    expect((await me(token, elsewhere, 'en')).body['explanations']).toEqual([
      'You signed in on a new device.',
      'You were in two places too far apart for the time between.',
    ]);
    expect((await deployment.call('GET', '/portal/public', { token, headers: { 'x-forwarded-for': elsewhere } })).status).toBe(
      200,
    );
    await deployment.indexed();
    const traffic = await deployment.platform.queries.traffic({ code: 'mfa_required' }, 10, null);
    expect(traffic.rows.length).toBeGreaterThanOrEqual(2);
  });

  it("gives nothing of the person's at the gateway's own endpoints either, but leaves open what the person needs then", async () => {
    const token = await login('zhang', elsewhere, { model: 'Unknown' });
    const ask = async (method: string, path: string, body?: unknown) => {
      const headers = { 'x-forwarded-for': elsewhere };
      const answer = await deployment.call(method, `/_menshen/v1/${path}`, {
        token,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      return [answer.body['code'] ?? answer.status, answer.body['form'] ?? null];
    };
    const owed = ['mfa_required', 'freshness'];
    expect(await ask('POST', 'privacy/requests', { kind: 'copy', details: '全部', contact: '' })).toEqual(owed);
    expect(await ask('GET', 'privacy/requests')).toEqual(owed);
    expect(await ask('POST', 'privacy/export', { request: 'pr_AAAAAAAAAAAAAAAA' })).toEqual(owed);
    expect(await ask('POST', 'learn', {})).toEqual(owed);
    expect(await ask('POST', 'ticket', { use: 'socket', target: '/portal/live' })).toEqual(owed);
    for (const [method, path] of [
      ['GET', 'session'],
      ['GET', 'mfa'],
      ['GET', 'privacy/purposes'],
    ] as const)
      expect([path, await ask(method, path)]).toEqual([path, [200, null]]);
    expect(await ask('POST', 'logout')).toEqual([204, null]);
  });

  it('does not make the thief usual: a second try finds the same', async () => {
    now += 60_000;
    const token = await login('zhang', elsewhere, { model: 'Unknown' });
    expect((await me(token, elsewhere)).body['reasons']).toEqual(['new_device', 'impossible_travel']);
    const own = await login('zhang', office);
    expect((await me(own, office)).status).toBe(200);
  });

  it('does not let repeated logins of a thief push the person out', async () => {
    const own = await login('zhang', office);
    for (let round = 0; round < 8; round += 1) await login('zhang', elsewhere, { model: 'Unknown' });
    expect((await me(own, office)).status).toBe(200);
  });

  it('notices a running session that goes on 3,400 km away', async () => {
    const token = await login('li', office);
    expect((await me(token, office)).status).toBe(200);
    now += 600_000;
    expect((await me(token, elsewhere)).body).toMatchObject({
      code: 'mfa_required',
      reasons: ['new_device', 'impossible_travel'],
    });
    // Back at the desk it is still owed: the token is known to somebody else.
    now += 1_000;
    expect((await me(token, office)).body['code']).toBe('mfa_required');
  });

  it('keeps what stands against a session across nodes and restarts', async () => {
    const stored = await deployment.platform.identity.loadSession(
      [...deployment.platform.identity.sessions.all()].find((session) => session.person.uid === 'li')?.sid ?? '',
    );
    expect(stored?.risk).toMatchObject({ level: 4, reasons: ['new_device', 'impossible_travel'] });
  });
});
