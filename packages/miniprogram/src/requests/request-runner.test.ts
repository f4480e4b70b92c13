import { describe, expect, it } from 'vitest';
import { createMenshen } from '../index.ts';
import { errorOf } from '../testing/error-of.ts';
import { createPhone } from '../testing/phone.ts';
import { json, refuse } from '../testing/scripted-gateway.ts';

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

it('works with real time and the default runtime', async () => {
  const { gateway, wx } = createPhone();
  const menshen = createMenshen({ baseUrl: 'https://api.example.com/portal', app: 'portal', wx });
  expect((await menshen.request({ url: '/api/me?full=1' })).statusCode).toBe(200);
  expect(gateway.seen.map((request) => request.url)).toEqual([
    'https://api.example.com/_menshen/v1/login',
    'https://api.example.com/portal/api/me?full=1',
  ]);
});
