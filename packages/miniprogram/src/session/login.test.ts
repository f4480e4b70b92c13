import { clientEndpoints } from '@menshen/wire';
import { describe, expect, it, vi } from 'vitest';
import { errorOf } from '../testing/error-of.ts';
import { createFakeWx } from '../testing/fake-wx.ts';
import { createPhone } from '../testing/phone.ts';
import { refuse, user } from '../testing/scripted-gateway.ts';

describe('login', () => {
  it('exchanges the code of wx.login and sends the request with the token', async () => {
    const { gateway, runtime, menshen } = createPhone();
    const answer = await runtime.settle(menshen.request({ url: '/api/me' }));
    expect(answer).toMatchObject({ statusCode: 200, data: { method: 'GET' }, requestId: 'r0' });
    expect(gateway.logins).toEqual([
      {
        app: 'portal',
        channel: 'wechat',
        code: 'code-1',
        device: { model: 'Fake 1', system: 'Android 14', client: 'WeChat 8.0.50' },
      },
    ]);
    expect(gateway.forwarded[0]?.headers.get('authorization')).toBe(`Bearer ${[...gateway.liveTokens][0]}`);
    expect(gateway.forwarded[0]?.headers.get('accept-language')).toBe('zh-CN');
  });

  it('uses wx.qy.login in WeCom', async () => {
    const { gateway, runtime, menshen } = createPhone(
      {},
      { wecomLoginCode: () => 'qy-1', loginCode: () => Promise.reject(new Error()) },
    );
    expect(await runtime.settle(menshen.login())).toEqual({
      user,
      assurance: 1,
      expiresAt: 2_000_000_000_000,
      idleSeconds: 3600,
    });
    expect(gateway.logins[0]).toMatchObject({ channel: 'wecom', code: 'qy-1', device: { client: 'WeCom 8.0.50' } });
  });

  it('speaks English on an English phone', async () => {
    const { gateway, runtime, menshen } = createPhone({}, { language: 'en_US', loginCode: () => Promise.reject(new Error()) });
    expect(await errorOf(runtime.settle(menshen.login()))).toMatchObject({
      code: 'login_code_failed',
      message: expect.stringMatching(/^The platform/),
    });
    expect(gateway.seen).toEqual([]);
  });

  it('serves parallel requests with one login and keeps to ten at a time', async () => {
    const { gateway, wx, runtime, menshen } = createPhone();
    const answers = await runtime.settle(
      Promise.all(Array.from({ length: 50 }, (_, n) => menshen.request({ url: `/api/items/${n}` }))),
    );
    expect(answers.every((answer) => answer.statusCode === 200)).toBe(true);
    expect(gateway.logins).toHaveLength(1);
    expect(wx.peakRequests).toBe(10);
  });

  it('shares the ten places between the clients of a phone', async () => {
    const { wx, runtime, restart } = createPhone();
    const clients = [restart(), restart({ app: 'coupon' })];
    await runtime.settle(
      Promise.all(clients.flatMap((client) => Array.from({ length: 12 }, () => client.request({ url: '/api/me' })))),
    );
    expect(wx.peakRequests).toBe(10);
  });

  it('keeps the session in encrypted storage over a restart', async () => {
    const { gateway, wx, runtime, menshen, restart } = createPhone();
    await runtime.settle(menshen.login());
    await runtime.flush();
    expect(wx.stored.get('menshen:portal')?.encrypted).toBe(true);
    await runtime.settle(restart().request({ url: '/api/me' }));
    expect(gateway.logins).toHaveLength(1);
  });

  it('repeats a login whose answer was lost with a fresh code', async () => {
    const { gateway, runtime, menshen } = createPhone();
    gateway.script.set(clientEndpoints.login, [
      () => Promise.reject(new Error('connection reset')),
      () => refuse(429, 'rate_limited', { retryAfter: 2 }),
    ]);
    const began = runtime.now();
    await runtime.settle(menshen.login());
    expect(gateway.logins.map((login) => login.code)).toEqual(['code-3']);
    expect(runtime.now() - began).toBeGreaterThanOrEqual(2_000);
  });

  it('takes a fresh code once when the platform handed out a used one', async () => {
    const { gateway, runtime, menshen } = createPhone({ retry: false });
    gateway.script.set(clientEndpoints.login, [() => refuse(401, 'code_used')]);
    await runtime.settle(menshen.login());
    expect(gateway.logins.map((login) => login.code)).toEqual(['code-2']);

    const second = createPhone({ retry: false });
    second.gateway.script.set(clientEndpoints.login, [() => refuse(401, 'code_used'), () => refuse(401, 'code_used')]);
    expect(await errorOf(second.runtime.settle(second.menshen.login()))).toMatchObject({ code: 'code_used', status: 401 });
  });

  it('does not repeat a login that was refused for good', async () => {
    const { gateway, runtime, menshen } = createPhone();
    gateway.script.set(clientEndpoints.login, [() => refuse(403, 'audience_refused')]);
    const error = await errorOf(runtime.settle(menshen.request({ url: '/api/me' })));
    expect(error).toMatchObject({
      code: 'audience_refused',
      status: 403,
      message: 'text of audience_refused',
      requestId: expect.stringMatching(/^r/),
    });
    expect(gateway.seen).toHaveLength(1);
  });

  it('sees through a page that is not the gateway', async () => {
    const { gateway, runtime, menshen } = createPhone({ retry: false });
    gateway.script.set(clientEndpoints.login, [
      () => new Response('<html>Wi-Fi login', { status: 200 }),
      () => new Response('', { status: 511 }),
    ]);
    expect(await errorOf(runtime.settle(menshen.login()))).toMatchObject({ code: 'answer_invalid' });
    expect(await errorOf(runtime.settle(menshen.login()))).toMatchObject({ code: 'answer_invalid' });
  });
});

describe('binding', () => {
  const ask =
    (ticket = 'ticket-1') =>
    () =>
      refuse(403, 'binding_required', { ticket, ways: ['phone', 'company_code'] });

  it.each([{ phoneCode: 'phone-1' }, { account: { username: 'li', password: 'secret' } }, { companyCode: 'C-1' }])(
    'sends the proof %o and goes on with the request',
    async (proof) => {
      const onBindingRequired = vi.fn(async () => proof);
      const { gateway, runtime, menshen } = createPhone({ onBindingRequired });
      gateway.script.set(clientEndpoints.login, [ask()]);
      const answer = await runtime.settle(menshen.request({ url: '/api/me' }));
      expect(answer.statusCode).toBe(200);
      expect(onBindingRequired).toHaveBeenCalledExactlyOnceWith({
        ticket: 'ticket-1',
        ways: ['phone', 'company_code'],
        previous: null,
      });
      const bind = gateway.seen.find((request) => request.path === clientEndpoints.bind);
      expect(JSON.parse(bind?.body ?? '')).toEqual({ ticket: 'ticket-1', ...proof });
    },
  );

  it('asks again after a wrong proof, tells why, and stops after five', async () => {
    const previous: unknown[] = [];
    const { gateway, runtime, menshen } = createPhone({
      onBindingRequired: (challenge) => {
        previous.push(challenge.previous?.code);
        return { companyCode: 'wrong' };
      },
    });
    gateway.script.set(clientEndpoints.login, [ask()]);
    gateway.script.set(
      clientEndpoints.bind,
      Array(9).fill(() => refuse(403, 'binding_failed')),
    );
    expect(await errorOf(runtime.settle(menshen.login()))).toMatchObject({ code: 'binding_failed' });
    expect(previous).toEqual([undefined, 'binding_failed', 'binding_failed', 'binding_failed', 'binding_failed']);
    expect(gateway.seen).toHaveLength(6);
  });

  it('uses a new ticket when the gateway gives one, and ends when the ticket is void', async () => {
    const { gateway, runtime, menshen } = createPhone({ onBindingRequired: () => ({ companyCode: 'x' }) });
    gateway.script.set(clientEndpoints.login, [ask()]);
    gateway.script.set(clientEndpoints.bind, [ask('ticket-2'), () => refuse(403, 'ticket_invalid')]);
    expect(await errorOf(runtime.settle(menshen.login()))).toMatchObject({ code: 'ticket_invalid' });
    expect(gateway.seen.map((request) => JSON.parse(request.body).ticket)).toEqual([undefined, 'ticket-1', 'ticket-2']);
  });

  it.each([
    ['no hook', undefined],
    ['a person who gives up', () => null],
    ['a hook that fails', () => Promise.reject(new Error('page closed'))],
  ])('fails with binding_required for %s', async (_name, onBindingRequired) => {
    const { gateway, runtime, menshen } = createPhone(onBindingRequired === undefined ? {} : { onBindingRequired });
    gateway.script.set(clientEndpoints.login, [ask()]);
    expect(await errorOf(runtime.settle(menshen.login()))).toMatchObject({ code: 'binding_required', status: 403 });
    expect(gateway.seen).toHaveLength(1);
  });
});

it('waits in vain neither for a login code nor for storage', async () => {
  const { wx, runtime, restart, gateway } = createPhone();
  const silent = { ...createFakeWx({ fetch: gateway.fetch, loginCode: () => 'x' }), login: () => undefined };
  expect(await errorOf(runtime.settle(restart({ wx: silent }).login()))).toMatchObject({ code: 'login_code_failed' });
  const mute = { ...wx, getStorage: () => undefined, setStorage: () => undefined };
  expect((await runtime.settle(restart({ wx: mute }).request({ url: '/api/me' }))).statusCode).toBe(200);
});
