import { clientEndpoints } from '@menshen/wire';
import { describe, expect, it, vi } from 'vitest';
import { createMenshen, MenshenError } from './index.ts';
import { createFakeWx } from './testing/fake-wx.ts';
import { createPhone } from './testing/phone.ts';
import { json, refuse, user } from './testing/scripted-gateway.ts';

const errorOf = (promise: Promise<unknown>): Promise<MenshenError> =>
  promise.then(
    () => Promise.reject(new Error('was expected to fail')),
    (error) => {
      expect(error).toBeInstanceOf(MenshenError);
      return error;
    },
  );

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

describe('silent renewal', () => {
  it.each(['session_missing', 'session_invalid', 'session_expired', 'session_revoked'])(
    'logs in anew on %s and repeats the request once',
    async (code) => {
      const { gateway, runtime, menshen } = createPhone();
      await runtime.settle(menshen.login());
      gateway.endSessions(code);
      const answer = await runtime.settle(menshen.request({ url: '/api/orders', method: 'POST', data: { item: 7 } }));
      expect(answer.statusCode).toBe(200);
      expect(gateway.logins).toHaveLength(2);
      expect(gateway.forwarded.map((request) => request.body)).toEqual(['{"item":7}']);
    },
  );

  it('serves all refused requests with one login', async () => {
    const { gateway, runtime, menshen } = createPhone();
    await runtime.settle(menshen.login());
    gateway.endSessions('session_expired');
    await runtime.settle(Promise.all(Array.from({ length: 30 }, () => menshen.request({ url: '/api/me' }))));
    expect(gateway.logins).toHaveLength(2);
    expect(gateway.forwarded).toHaveLength(30);
  });

  it('gives up when the new session is refused too, and logs in again for the next request', async () => {
    const onSessionEnded = vi.fn();
    const { gateway, runtime, menshen } = createPhone({ onSessionEnded });
    gateway.script.set('/api/me', [() => refuse(401, 'session_expired'), () => refuse(401, 'session_revoked')]);
    expect(await errorOf(runtime.settle(menshen.request({ url: '/api/me' })))).toMatchObject({ code: 'session_revoked' });
    await runtime.flush();
    expect(onSessionEnded).toHaveBeenCalledExactlyOnceWith({ reason: 'session_revoked', error: expect.any(MenshenError) });
    expect(gateway.logins).toHaveLength(2);
    await runtime.settle(menshen.request({ url: '/api/me' }));
    expect(gateway.logins).toHaveLength(3);
  });

  it('tells the app once when no new session can be had', async () => {
    const onSessionEnded = vi.fn();
    const heard: unknown[] = [];
    const { gateway, runtime, menshen } = createPhone({ onSessionEnded });
    const off = menshen.on('sessionEnded', (event) => heard.push(event.reason));
    await runtime.settle(menshen.login());
    gateway.endSessions('session_revoked');
    gateway.script.set(clientEndpoints.login, [() => refuse(403, 'account_disabled')]);
    const results = await runtime.settle(
      Promise.allSettled(Array.from({ length: 5 }, () => menshen.request({ url: '/api/me' }))),
    );
    expect(results.map((result) => result.status === 'rejected' && result.reason.code)).toEqual(
      Array(5).fill('account_disabled'),
    );
    await runtime.flush();
    expect(onSessionEnded).toHaveBeenCalledExactlyOnceWith({
      reason: 'session_revoked',
      error: expect.objectContaining({ code: 'account_disabled' }),
    });
    expect(heard).toEqual(['session_revoked']);
    off();
    await runtime.settle(menshen.login());
    expect(heard).toHaveLength(1);
  });
});

describe('retry', () => {
  const unavailable = () => refuse(503, 'overloaded');

  it('repeats a read through passing failures', async () => {
    const { gateway, runtime, menshen } = createPhone();
    gateway.script.set('/api/me', [unavailable, () => Promise.reject(new Error('reset'))]);
    expect((await runtime.settle(menshen.request({ url: '/api/me' }))).statusCode).toBe(200);
    expect(gateway.seen.filter((request) => request.path === '/api/me')).toHaveLength(3);
  });

  it.each(['POST', 'PUT', 'DELETE'] as const)('sends %s once, unless the caller gives an idempotency key', async (method) => {
    const { gateway, runtime, menshen } = createPhone();
    gateway.script.set('/api/pay', [unavailable, unavailable]);
    expect(await errorOf(runtime.settle(menshen.request({ url: '/api/pay', method })))).toMatchObject({
      code: 'overloaded',
      status: 503,
    });
    expect(
      (await runtime.settle(menshen.request({ url: '/api/pay', method, header: { 'Idempotency-Key': 'k1' } }))).statusCode,
    ).toBe(200);
    expect(gateway.seen.filter((request) => request.path === '/api/pay')).toHaveLength(3);
    expect(gateway.forwarded[0]?.headers.get('idempotency-key')).toBe('k1');
  });

  it('waits as long as it was told, and gives up when that is too long', async () => {
    const { gateway, runtime, menshen } = createPhone();
    await runtime.settle(menshen.login());
    const began = runtime.now();
    gateway.script.set('/api/me', [
      () => refuse(429, 'rate_limited', { retryAfter: 7 }),
      () => refuse(503, 'maintenance', { retryAfter: 600 }),
    ]);
    expect(await errorOf(runtime.settle(menshen.request({ url: '/api/me' })))).toMatchObject({
      code: 'maintenance',
      retryAfter: 600,
    });
    expect(runtime.now() - began).toBeGreaterThanOrEqual(7_000);
    expect(runtime.now() - began).toBeLessThan(20_000);
  });

  it('hands over an error of the backend when the tries are used up', async () => {
    const { gateway, runtime, menshen } = createPhone({ retry: { tries: 2 } });
    gateway.backend = () => json(503, { reason: 'database' });
    expect(await runtime.settle(menshen.request({ url: '/api/me' }))).toMatchObject({
      statusCode: 503,
      data: { reason: 'database' },
    });
    expect(gateway.forwarded).toHaveLength(2);
  });

  it('leaves refusals alone that would be the same again', async () => {
    const { gateway, runtime, menshen } = createPhone();
    gateway.script.set('/api/me', [() => refuse(403, 'not_permitted')]);
    expect(await errorOf(runtime.settle(menshen.request({ url: '/api/me' })))).toMatchObject({ code: 'not_permitted' });
    expect(gateway.seen).toHaveLength(2);
  });

  it('can be switched off', async () => {
    const { gateway, runtime, menshen } = createPhone({ retry: false });
    gateway.script.set('/api/me', [unavailable]);
    expect(await errorOf(runtime.settle(menshen.request({ url: '/api/me' })))).toMatchObject({ code: 'overloaded' });
  });
});

describe('step-up', () => {
  const needed = () => refuse(403, 'mfa_required', { reasons: ['new_device', 7] });

  it('resumes the request after the second factor', async () => {
    const onStepUp = vi.fn(async () => true);
    const { gateway, runtime, menshen } = createPhone({ onStepUp });
    gateway.script.set('/api/salary', [needed]);
    const answer = await runtime.settle(menshen.request({ url: '/api/salary', method: 'POST', data: { month: 5 } }));
    expect(answer.statusCode).toBe(200);
    expect(onStepUp).toHaveBeenCalledExactlyOnceWith({
      reasons: ['new_device'],
      message: 'text of mfa_required',
      request: { method: 'POST', url: 'https://api.example.com/api/salary' },
    });
    expect(gateway.forwarded).toHaveLength(1);
  });

  it('resumes once, not for ever', async () => {
    const onStepUp = vi.fn(async () => true);
    const { gateway, runtime, menshen } = createPhone({ onStepUp });
    gateway.script.set('/api/salary', Array(9).fill(needed));
    expect(await errorOf(runtime.settle(menshen.request({ url: '/api/salary' })))).toMatchObject({ code: 'mfa_required' });
    expect(onStepUp).toHaveBeenCalledOnce();
    expect(gateway.seen).toHaveLength(3);
  });

  it.each([
    ['no hook', undefined],
    ['a person who declines', () => false],
    ['a hook that fails', () => Promise.reject(new Error('page closed'))],
    ['an answer that is not true', () => 'yes' as unknown as boolean],
  ])('fails with mfa_required for %s', async (_name, onStepUp) => {
    const { gateway, runtime, menshen } = createPhone(onStepUp === undefined ? {} : { onStepUp });
    gateway.script.set('/api/salary', [needed]);
    expect(await errorOf(runtime.settle(menshen.request({ url: '/api/salary' })))).toMatchObject({
      code: 'mfa_required',
      status: 403,
    });
    expect(gateway.forwarded).toHaveLength(0);
  });

  it('asks the person once for requests that need it together', async () => {
    const onStepUp = vi.fn(async () => true);
    const { gateway, runtime, menshen } = createPhone({ onStepUp });
    gateway.script.set('/api/salary', Array(6).fill(needed));
    const answers = await runtime.settle(Promise.all(Array.from({ length: 6 }, () => menshen.request({ url: '/api/salary' }))));
    expect(answers.map((answer) => answer.statusCode)).toEqual(Array(6).fill(200));
    expect(onStepUp).toHaveBeenCalledOnce();
  });
});

it('resumes a request that was refused before a step-up that another one brought about', async () => {
  const onStepUp = vi.fn(async () => true);
  const { gateway, runtime, menshen } = createPhone({ onStepUp });
  const late = Promise.withResolvers<Response>();
  gateway.script.set('/api/late', [() => late.promise]);
  gateway.script.set('/api/early', [() => refuse(403, 'mfa_required')]);
  const slow = menshen.request({ url: '/api/late' });
  expect((await runtime.settle(menshen.request({ url: '/api/early' }))).statusCode).toBe(200);
  late.resolve(refuse(403, 'mfa_required'));
  expect((await runtime.settle(slow)).statusCode).toBe(200);
  expect(onStepUp).toHaveBeenCalledOnce();
});

describe('requests', () => {
  it('resolves with any answer of the backend, also one that looks like a refusal', async () => {
    const { gateway, runtime, menshen } = createPhone();
    gateway.backend = () => json(401, { code: 'session_expired', message: 'mine', requestId: 'x' });
    expect(await runtime.settle(menshen.request({ url: '/api/me' }))).toMatchObject({
      statusCode: 401,
      data: { message: 'mine' },
    });
    expect(gateway.logins).toHaveLength(1);
  });

  it.each([{ dataType: 'text' }, { responseType: 'arraybuffer' as const }])(
    'reads a refusal also when the app asked for %o',
    async (form) => {
      const { gateway, runtime, menshen } = createPhone();
      gateway.script.set('/api/file', [() => refuse(403, 'not_permitted', { message: '没有权限' })]);
      expect(await errorOf(runtime.settle(menshen.request({ url: '/api/file', ...form })))).toMatchObject({
        code: 'not_permitted',
        message: '没有权限',
      });
    },
  );

  it('reads a refusal of a HEAD request from its header', async () => {
    const { gateway, runtime, menshen } = createPhone();
    gateway.script.set('/api/file', [
      () => new Response(null, { status: 404, headers: { 'x-menshen-refusal': 'route_undeclared' } }),
    ]);
    expect(await errorOf(runtime.settle(menshen.request({ url: '/api/file', method: 'HEAD' })))).toMatchObject({
      code: 'route_undeclared',
      status: 404,
    });
  });

  it('hands a redirect back', async () => {
    const { gateway, runtime, menshen } = createPhone();
    gateway.backend = () => new Response(null, { status: 302, headers: { location: 'https://elsewhere.example' } });
    const answer = await runtime.settle(menshen.request({ url: '/api/file' }));
    expect(answer).toMatchObject({ statusCode: 302, header: { location: 'https://elsewhere.example' } });
    expect(gateway.seen).toHaveLength(2);
  });

  it('needs no session for a public route', async () => {
    const { gateway, runtime, menshen } = createPhone();
    await runtime.settle(menshen.login());
    await runtime.settle(menshen.request({ url: '/public/shops', anonymous: true }));
    expect(gateway.seen.at(-1)?.headers.get('authorization')).toBeNull();
  });

  it('starts no login for an anonymous request that needs one', async () => {
    const { gateway, runtime, menshen } = createPhone();
    expect(await errorOf(runtime.settle(menshen.request({ url: '/api/me', anonymous: true })))).toMatchObject({
      code: 'session_missing',
    });
    expect(gateway.logins).toHaveLength(0);
  });

  it('ends a request that hangs', async () => {
    const { gateway, runtime, menshen } = createPhone({ retry: false });
    await runtime.settle(menshen.login());
    const began = runtime.now();
    gateway.backend = () => new Promise(() => undefined);
    expect(await errorOf(runtime.settle(menshen.request({ url: '/api/slow', timeout: 3_000 })))).toMatchObject({
      code: 'timeout',
      status: 0,
    });
    expect(runtime.now() - began).toBe(3_000);
  });

  it('frees the place of a request that hung', async () => {
    const { gateway, wx, runtime, menshen } = createPhone({ retry: false });
    await runtime.settle(menshen.login());
    gateway.backend = () => new Promise(() => undefined);
    const results = await runtime.settle(
      Promise.allSettled(Array.from({ length: 25 }, () => menshen.request({ url: '/api/slow' }))),
    );
    expect(results.every((result) => result.status === 'rejected' && result.reason.code === 'timeout')).toBe(true);
    expect(wx.peakRequests).toBe(10);
  });

  it('names what the platform reports', async () => {
    const { gateway, wx, runtime, menshen } = createPhone({ retry: false });
    await runtime.settle(menshen.login());
    gateway.backend = () => new Promise(() => undefined);
    const interrupted = errorOf(menshen.request({ url: '/api/slow' }));
    await runtime.flush();
    wx.enterBackground();
    expect(await interrupted).toMatchObject({ code: 'interrupted', cause: { errMsg: 'request:fail interrupted' } });

    for (const [errMsg, code] of [
      ['request:fail timeout', 'timeout'],
      ['request:fail errcode:-118 cronet_error_code:-118 error_msg:net::ERR_CONNECTION_TIMED_OUT', 'timeout'],
      ['request:fail abort', 'aborted'],
      ['request:fail errcode:-103 error_msg:net::ERR_CONNECTION_ABORTED', 'network_failed'],
      ['request:fail url not in domain list', 'domain_not_allowed'],
      ['request:fail ssl hand shake error', 'network_failed'],
      [undefined, 'network_failed'],
    ] as const) {
      const broken = {
        ...wx,
        request: ({ fail }: Parameters<typeof wx.request>[0]) => {
          fail({ errMsg: errMsg as string });
          return { abort() {} };
        },
      };
      const client = createMenshen({ baseUrl: 'https://api.example.com', app: 'portal', wx: broken, retry: false });
      expect((await errorOf(client.request({ url: '/public/x', anonymous: true }))).code).toBe(code);
    }
  });

  it('survives a platform that throws', async () => {
    const { wx, restart, runtime } = createPhone();
    const broken = {
      ...wx,
      request: () => {
        throw new Error('not available');
      },
    };
    expect(
      await errorOf(runtime.settle(restart({ wx: broken, retry: false }).request({ url: '/public/x', anonymous: true }))),
    ).toMatchObject({ code: 'network_failed' });
  });
});

describe('abort', () => {
  it('takes back a request that is under way', async () => {
    const { gateway, runtime, menshen } = createPhone();
    await runtime.settle(menshen.login());
    let aborted = false;
    gateway.backend = () => new Promise(() => undefined);
    const handle = menshen.request({ url: '/api/slow' });
    await runtime.flush();
    expect(gateway.forwarded).toHaveLength(1);
    handle.abort();
    handle.abort();
    handle.catch(() => {
      aborted = true;
    });
    expect(await errorOf(handle)).toMatchObject({ code: 'aborted' });
    expect(aborted).toBe(true);
  });

  it('takes back a request that waits for a login, which goes on for the others', async () => {
    const { gateway, runtime, menshen } = createPhone();
    const handle = menshen.request({ url: '/api/never' });
    const other = menshen.request({ url: '/api/me' });
    handle.abort();
    expect(await errorOf(handle)).toMatchObject({ code: 'aborted' });
    expect((await runtime.settle(other)).statusCode).toBe(200);
    expect(gateway.forwarded.map((request) => request.path)).toEqual(['/api/me']);
  });

  it('takes back a request that waits for its place', async () => {
    const { gateway, runtime, menshen } = createPhone();
    await runtime.settle(menshen.login());
    gateway.backend = () => new Promise(() => undefined);
    const running = Array.from({ length: 10 }, () => menshen.request({ url: '/api/slow' }));
    const failures = Promise.all(running.map(errorOf));
    const queued = menshen.request({ url: '/api/never' });
    await runtime.flush();
    queued.abort();
    expect(await errorOf(queued)).toMatchObject({ code: 'aborted' });
    for (const handle of running) handle.abort();
    expect((await failures).map((error) => error.code)).toEqual(Array(10).fill('aborted'));
    await runtime.flush();
    expect(gateway.forwarded).toHaveLength(10);
  });

  it('takes back a request that waits for its retry', async () => {
    const { gateway, runtime, menshen } = createPhone();
    await runtime.settle(menshen.login());
    gateway.backend = () => refuse(503, 'overloaded', { retryAfter: 5 });
    const handle = menshen.request({ url: '/api/busy' });
    await runtime.flush();
    handle.abort();
    expect(await errorOf(handle)).toMatchObject({ code: 'aborted' });
    expect(gateway.forwarded).toHaveLength(1);
  });
});

describe('logout and session', () => {
  it('forgets the session here and there, and stays logged out until login', async () => {
    const { gateway, wx, runtime, menshen } = createPhone();
    const events: string[] = [];
    menshen.on('login', () => events.push('login'));
    menshen.on('logout', () => events.push('logout'));
    await runtime.settle(menshen.login());
    await runtime.settle(menshen.logout());
    expect(gateway.liveTokens.size).toBe(0);
    expect(wx.stored.size).toBe(0);
    expect(await errorOf(runtime.settle(menshen.request({ url: '/api/me' })))).toMatchObject({ code: 'logged_out' });
    await runtime.settle(menshen.login());
    expect((await runtime.settle(menshen.request({ url: '/api/me' }))).statusCode).toBe(200);
    expect(events).toEqual(['login', 'logout', 'login']);
  });

  it('ends the session kept from before a restart', async () => {
    const { gateway, runtime, menshen, restart } = createPhone();
    await runtime.settle(menshen.login());
    await runtime.flush();
    await runtime.settle(restart().logout());
    expect(gateway.liveTokens.size).toBe(0);
  });

  it('says when the gateway could not be told, having forgotten the session all the same', async () => {
    const { gateway, wx, runtime, menshen } = createPhone();
    await runtime.settle(menshen.login());
    gateway.script.set(clientEndpoints.logout, [() => Promise.reject(new Error('offline'))]);
    expect(await errorOf(runtime.settle(menshen.logout()))).toMatchObject({ code: 'network_failed' });
    expect(wx.stored.size).toBe(0);
    expect(await runtime.settle(menshen.session())).toBeNull();
  });

  it('takes an ended session for a done logout, and has nothing to do without one', async () => {
    const { gateway, runtime, menshen } = createPhone();
    await runtime.settle(menshen.logout());
    expect(gateway.seen).toHaveLength(0);
    await runtime.settle(menshen.login());
    gateway.endSessions('session_expired');
    await runtime.settle(menshen.logout());
    expect(gateway.seen.at(-1)?.path).toBe(clientEndpoints.logout);
  });

  it('begins no login for a request that waited while the person logged out', async () => {
    const { gateway, runtime, menshen } = createPhone();
    const waiting = errorOf(menshen.request({ url: '/api/me' }));
    await runtime.settle(menshen.logout());
    expect(await waiting).toMatchObject({ code: 'logged_out' });
    expect(gateway.seen).toHaveLength(0);
  });

  it('throws away what a login brings after the logout, here and at the gateway', async () => {
    const { gateway, wx, runtime, menshen } = createPhone();
    const slow = Promise.withResolvers<void>();
    gateway.script.set(clientEndpoints.login, [
      (request) => slow.promise.then(() => gateway.fetch(request.url, { method: 'POST', body: request.body })),
    ]);
    const waiting = errorOf(menshen.request({ url: '/api/me' }));
    await runtime.flush();
    await runtime.settle(menshen.logout());
    slow.resolve();
    expect(await runtime.settle(waiting)).toMatchObject({ code: 'logged_out' });
    await runtime.flush();
    expect(gateway.logins).toHaveLength(1);
    expect(gateway.liveTokens.size).toBe(0);
    expect(wx.stored.size).toBe(0);
    expect(gateway.forwarded).toHaveLength(0);
  });

  it('asks the gateway about the session without logging in', async () => {
    const { gateway, runtime, menshen } = createPhone();
    expect(await runtime.settle(menshen.session())).toBeNull();
    expect(gateway.seen).toHaveLength(0);
    await runtime.settle(menshen.login());
    expect(await runtime.settle(menshen.session())).toEqual({
      user,
      assurance: 2,
      expiresAt: 2_000_000_500_000,
      idleSeconds: 3600,
    });
    gateway.endSessions('session_revoked');
    expect(await runtime.settle(menshen.session())).toBeNull();
    gateway.script.set(clientEndpoints.session, [() => refuse(503, 'overloaded')]);
    await runtime.settle(menshen.login());
    expect(await errorOf(runtime.settle(menshen.session()))).toMatchObject({ code: 'overloaded' });
  });
});

it('works with real time and the default runtime', async () => {
  const { gateway, wx } = createPhone();
  const menshen = createMenshen({ baseUrl: 'https://api.example.com/portal', app: 'portal', wx });
  expect((await menshen.request({ url: '/api/me?full=1' })).statusCode).toBe(200);
  expect(gateway.seen.map((request) => request.url)).toEqual([
    'https://api.example.com/_menshen/v1/login',
    'https://api.example.com/portal/api/me?full=1',
  ]);
});

it('waits in vain neither for a login code nor for storage', async () => {
  const { wx, runtime, restart, gateway } = createPhone();
  const silent = { ...createFakeWx({ fetch: gateway.fetch, loginCode: () => 'x' }), login: () => undefined };
  expect(await errorOf(runtime.settle(restart({ wx: silent }).login()))).toMatchObject({ code: 'login_code_failed' });
  const mute = { ...wx, getStorage: () => undefined, setStorage: () => undefined };
  expect((await runtime.settle(restart({ wx: mute }).request({ url: '/api/me' }))).statusCode).toBe(200);
});
