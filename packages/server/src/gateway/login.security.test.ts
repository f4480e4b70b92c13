import { afterAll, beforeAll, expect, it } from 'vitest';
import { testAccounts } from '../testing/company.ts';
import type { Deployment } from '../testing/deployment.ts';
import { describeEachEngine } from '../testing/engines.ts';

describeEachEngine('login', (start) => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await start({
      change: (config) => ({ ...config, gateway: { ...config.gateway, trustedProxies: ['127.0.0.1/32'] } }),
    });
  });
  afterAll(() => deployment.close());

  const login = (body: unknown) => deployment.call('POST', '/_menshen/v1/login', { body });

  it('opens a session for a member through WeCom, and the session works', async () => {
    const answer = await login({ app: 'portal', channel: 'wecom', code: await deployment.code('wecom', 'zhang') });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ user: { uid: 'zhang', name: '张三', kind: 'employee' }, assurance: 1 });
    expect(answer.text).not.toContain('session_key');
    const me = await deployment.call('GET', '/portal/me', { token: String(answer.body['token']) });
    expect(me.status).toBe(200);
  });

  it('refuses a code that was used', async () => {
    const code = await deployment.code('wecom', 'zhang');
    expect((await login({ app: 'portal', channel: 'wecom', code })).status).toBe(200);
    const again = await login({ app: 'portal', channel: 'wecom', code });
    expect([again.status, again.body['code']]).toEqual([401, 'code_invalid']);
    const wechat = await deployment.code('wechat', 'zhang-wx');
    expect((await login({ app: 'portal', channel: 'wechat', code: wechat })).body['code']).toBe('binding_required');
    expect((await login({ app: 'portal', channel: 'wechat', code: wechat })).body['code']).toBe('code_used');
  });

  it('refuses an unknown code and a code of another mini program', async () => {
    expect((await login({ app: 'portal', channel: 'wechat', code: 'made-up' })).body['code']).toBe('code_invalid');
    const foreign = await deployment.code('wechat', 'zhang-wx', testAccounts.otherAppid);
    expect((await login({ app: 'portal', channel: 'wechat', code: foreign })).body['code']).toBe('code_invalid');
  });

  it('refuses whom WeChat blocks, a disabled member, and an unknown app', async () => {
    expect(
      (await login({ app: 'portal', channel: 'wechat', code: await deployment.code('wechat', 'blocked-wx') })).body['code'],
    ).toBe('account_blocked');
    expect((await login({ app: 'portal', channel: 'wecom', code: await deployment.code('wecom', 'gone') })).body['code']).toBe(
      'account_disabled',
    );
    expect((await login({ app: 'nowhere', channel: 'wecom', code: 'x' })).body['code']).toBe('app_unknown');
  });

  it('binds a WeChat user by the verified phone, and knows them the next time', async () => {
    const first = await login({ app: 'portal', channel: 'wechat', code: await deployment.code('wechat', 'li-wx') });
    expect([first.status, first.body['code']]).toEqual([403, 'binding_required']);
    expect(first.body['ways']).toEqual(['phone', 'account', 'company_code']);
    const bound = await deployment.call('POST', '/_menshen/v1/bind', {
      body: { ticket: first.body['ticket'], phoneCode: await deployment.phoneCode('li-wx') },
    });
    expect(bound.body).toMatchObject({ user: { uid: 'li' } });
    const second = await login({ app: 'portal', channel: 'wechat', code: await deployment.code('wechat', 'li-wx') });
    expect(second.body).toMatchObject({ user: { uid: 'li' } });
  });

  it("binds nobody by a phone that no employee has, by another person's phone code, or with a used ticket", async () => {
    const first = await login({ app: 'portal', channel: 'wechat', code: await deployment.code('wechat', 'stranger-wx') });
    const { ticket } = first.body;
    const bind = (body: unknown) => deployment.call('POST', '/_menshen/v1/bind', { body });
    expect((await bind({ ticket, phoneCode: await deployment.phoneCode('stranger-wx') })).body['code']).toBe('binding_failed');
    expect((await bind({ ticket, phoneCode: await deployment.phoneCode('zhang-wx') })).body['code']).toBe('binding_failed');
    for (let tries = 0; tries < 3; tries += 1) await bind({ ticket, companyCode: 'WRONGWRONG12' });
    const { code } = await deployment.platform.identity.createCompanyCode('zhang', 'test');
    // The ticket's five tries are used up: even a right code no longer helps.
    expect((await bind({ ticket, companyCode: code })).body['code']).toBe('ticket_invalid');
  });

  it('binds by a company code once', async () => {
    const { code } = await deployment.platform.identity.createCompanyCode('zhang', 'test');
    const ticketOf = async (person: string) =>
      (await login({ app: 'portal', channel: 'wechat', code: await deployment.code('wechat', person) })).body['ticket'];
    const bound = await deployment.call('POST', '/_menshen/v1/bind', {
      body: { ticket: await ticketOf('zhang-wx'), companyCode: code },
    });
    expect(bound.body).toMatchObject({ user: { uid: 'zhang' } });
    const again = await deployment.call('POST', '/_menshen/v1/bind', {
      body: { ticket: await ticketOf('stranger-wx'), companyCode: code },
    });
    expect(again.body['code']).toBe('binding_failed');
  });

  it('ends a session at logout, and every session of a person at once', async () => {
    const token = await deployment.token('boss');
    expect((await deployment.call('GET', '/_menshen/v1/session', { token })).body).toMatchObject({ user: { uid: 'boss' } });
    expect((await deployment.call('POST', '/_menshen/v1/logout', { token })).status).toBe(204);
    expect((await deployment.call('GET', '/portal/me', { token })).body['code']).toBe('session_revoked');
    const tokens = [await deployment.token('boss'), await deployment.token('boss')];
    expect(await deployment.platform.identity.endSessionsOf('boss', 'test', 'test')).toBe(2);
    for (const ended of tokens)
      expect((await deployment.call('GET', '/portal/me', { token: ended })).body['code']).toBe('session_revoked');
  });

  it('cannot be made to stop the gateway by sealed logins of suite S from many addresses', async () => {
    const body = { v: 1, suite: 'S', kid: 'g1s', app: 'portal', enc: 'A'.repeat(172), ct: 'A'.repeat(64) };
    const from = (address: string) =>
      deployment.call('POST', '/_menshen/v1/login', { body, headers: { 'x-forwarded-for': address } });
    const answers = await Promise.all(Array.from({ length: 150 }, (_, at) => from(`203.0.113.${at}`)));
    const codes = answers.map(({ body: said }) => said['code']);
    expect(new Set(codes)).toEqual(new Set(['sealed_login_invalid', 'rate_limited']));
    expect(codes.filter((code) => code === 'sealed_login_invalid').length).toBeLessThan(100);
    expect(answers.find(({ body: said }) => said['code'] === 'rate_limited')?.headers.get('retry-after')).toBe('1');
    // Nobody else is kept out.
    const plain = { app: 'portal', channel: 'wecom', code: await deployment.code('wecom', 'zhang') };
    const other = await deployment.call('POST', '/_menshen/v1/login', {
      body: plain,
      headers: { 'x-forwarded-for': '198.51.100.8' },
    });
    expect(other.status).toBe(200);
    const suiteA = { ...body, suite: 'A', kid: 'g1a', enc: 'A'.repeat(43) };
    const answer = await deployment.call('POST', '/_menshen/v1/login', {
      body: suiteA,
      headers: { 'x-forwarded-for': '198.51.100.7' },
    });
    expect(answer.body['code']).toBe('sealed_login_invalid');
  });

  it('lets an office of two hundred in through one address, and whoever guesses there keeps none of them out', async () => {
    const headers = { 'x-forwarded-for': '192.0.2.77' };
    const codes = await Promise.all(Array.from({ length: 200 }, () => deployment.code('wecom', 'li')));
    const enter = (code: string) =>
      deployment.call('POST', '/_menshen/v1/login', { body: { app: 'portal', channel: 'wecom', code }, headers });
    const binds = await Promise.all(
      Array.from({ length: 60 }, () =>
        deployment.call('POST', '/_menshen/v1/bind', { body: { ticket: 'made-up', companyCode: 'AAAABBBBCCCC' }, headers }),
      ),
    );
    expect(binds.filter(({ body }) => body['code'] === 'rate_limited').length).toBeGreaterThan(20);
    const answers = await Promise.all(codes.map(enter));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const sealed = { v: 1, suite: 'S', kid: 'g1s', app: 'portal', enc: 'A'.repeat(172), ct: 'A'.repeat(64) };
    const costly = await Promise.all(
      Array.from({ length: 60 }, () => deployment.call('POST', '/_menshen/v1/login', { body: sealed, headers })),
    );
    expect(costly.filter(({ body }) => body['code'] === 'sealed_login_invalid').length).toBeLessThan(50);
  });

  it('knows after a restart which sessions were ended before it, and which were not', async () => {
    const ended = await deployment.token('zhang');
    const alive = await deployment.token('zhang');
    expect((await deployment.call('POST', '/_menshen/v1/logout', { token: ended })).status).toBe(204);
    const { place } = deployment;
    await deployment.close({ keep: true });
    deployment = await start({ place });
    expect((await deployment.call('GET', '/portal/me', { token: ended })).body['code']).toBe('session_revoked');
    expect((await deployment.call('GET', '/portal/me', { token: alive })).status).toBe(200);
  });

  it('takes only JSON of the declared form', async () => {
    expect((await login({ app: 'portal', channel: 'wecom' })).body['code']).toBe('bad_request');
    expect(
      (
        await deployment.call('POST', '/_menshen/v1/login', {
          raw: Buffer.from('{'),
          headers: { 'content-type': 'application/json' },
        })
      ).body['code'],
    ).toBe('body_malformed');
    expect(
      (
        await deployment.call('POST', '/_menshen/v1/login', {
          raw: Buffer.from('a=1'),
          headers: { 'content-type': 'text/plain' },
        })
      ).body['code'],
    ).toBe('content_type_unsupported');
    expect((await deployment.call('GET', '/_menshen/v1/login')).body['code']).toBe('method_not_allowed');
  });
});

describeEachEngine('login of customers', (start) => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await start({ audience: ['customer'] });
  });
  afterAll(() => deployment.close());

  it('makes a guest of a stranger, the same one the next time, and refuses a member where only customers are served', async () => {
    const login = async (channel: 'wechat' | 'wecom', person: string) =>
      deployment.call('POST', '/_menshen/v1/login', {
        body: { app: 'portal', channel, code: await deployment.code(channel, person) },
      });
    const first = await login('wechat', 'stranger-wx');
    expect(first.body).toMatchObject({ user: { kind: 'customer' } });
    expect((await login('wechat', 'stranger-wx')).body['user']).toEqual(first.body['user']);
    expect((await login('wecom', 'zhang')).body['code']).toBe('audience_refused');
  });
});
