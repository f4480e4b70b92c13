import { clientEndpoints } from '@menshen/wire';
import { describe, expect, it } from 'vitest';
import { createPhone } from './testing/phone.ts';
import { json, refuse } from './testing/scripted-gateway.ts';

const tokenPattern = /mst1\.|t{20}/;

describe('the session token stays between phone and gateway', () => {
  it.each([
    'https://evil.example/api/me',
    'https://api.example.com.evil.example/api/me',
    'https://api.example.com@evil.example/',
    'https://api.example.com',
    '//evil.example/api',
    'api/me',
    '/api/me#fragment',
    '/api\\me',
    '/api me',
    '/_menshen/v1/session',
  ])('is not sent to %s', async (url) => {
    const { gateway, runtime, menshen } = createPhone();
    await expect(runtime.settle(menshen.request({ url }))).rejects.toThrow(TypeError);
    expect(gateway.seen).toEqual([]);
  });

  it('is not sent to another gateway, nor to another app, after the configuration changed', async () => {
    const { gateway, runtime, menshen, restart } = createPhone();
    await runtime.settle(menshen.login());
    await runtime.flush();
    const kept = [...gateway.liveTokens][0] ?? '';
    for (const change of [{ baseUrl: 'https://staging.example.com' }, { app: 'coupon', storageKey: 'menshen:portal' }]) {
      const before = gateway.seen.length;
      await runtime.settle(restart(change).request({ url: '/api/me' }));
      for (const request of gateway.seen.slice(before)) expect(request.headers.get('authorization') ?? '').not.toContain(kept);
    }
  });

  it('is not kept where the phone cannot encrypt it', async () => {
    const { gateway, wx, runtime, menshen, restart } = createPhone({}, { baseLibrary: '2.21.2' });
    await runtime.settle(menshen.request({ url: '/api/me' }));
    await runtime.flush();
    expect(wx.stored.size).toBe(0);
    await runtime.settle(restart().request({ url: '/api/me' }));
    expect(gateway.logins).toHaveLength(2);
  });

  it('is not overridden by a header of the caller', async () => {
    const { gateway, runtime, menshen } = createPhone();
    await expect(runtime.settle(menshen.request({ url: '/api/me', header: { AUTHORIZATION: 'Bearer other' } }))).rejects.toThrow(
      TypeError,
    );
    expect(gateway.seen).toEqual([]);
  });

  it('follows no redirect', async () => {
    const { gateway, runtime, menshen } = createPhone();
    gateway.backend = () => new Response(null, { status: 307, headers: { location: 'https://evil.example/' } });
    expect((await runtime.settle(menshen.request({ url: '/api/me', method: 'POST', data: {} }))).statusCode).toBe(307);
    expect(gateway.seen.every((request) => request.url.startsWith('https://api.example.com/'))).toBe(true);
  });

  it('is in nothing that the app gets to see', async () => {
    const visible: unknown[] = [];
    const { gateway, runtime, menshen } = createPhone({
      retry: false,
      onStepUp: (challenge) => visible.push(challenge) < 0,
      onSessionEnded: (event) => visible.push(event),
    });
    menshen.on('login', (event) => visible.push(event));
    visible.push(await runtime.settle(menshen.login()), await runtime.settle(menshen.session()));
    visible.push(await runtime.settle(menshen.request({ url: '/api/me' })));
    for (const answer of [
      () => refuse(403, 'mfa_required'),
      () => refuse(403, 'not_permitted'),
      () => Promise.reject(new Error('reset')),
      () => json(500, {}),
    ]) {
      gateway.script.set('/api/me', [answer]);
      visible.push(await runtime.settle(menshen.request({ url: '/api/me' }).catch((error: unknown) => error)));
    }
    gateway.endSessions('session_revoked');
    gateway.script.set(clientEndpoints.login, [() => refuse(403, 'account_disabled')]);
    visible.push(await runtime.settle(menshen.request({ url: '/api/me' }).catch((error: unknown) => error)));
    await runtime.flush();
    expect(visible.length).toBeGreaterThan(9);
    for (const value of visible) {
      const text = JSON.stringify(value, (_key, part) =>
        part instanceof Error ? { ...part, message: part.message, stack: part.stack } : part,
      );
      expect(text).not.toMatch(tokenPattern);
    }
    expect(JSON.stringify(menshen)).not.toMatch(tokenPattern);
  });
});

describe('a backend cannot play the gateway', () => {
  it.each(['session_expired', 'mfa_required', 'binding_required'])('with a body that says %s', async (code) => {
    let asked = 0;
    const { gateway, runtime, menshen } = createPhone({
      onStepUp: () => {
        asked += 1;
        return true;
      },
    });
    gateway.backend = () => json(403, { code, message: 'm', requestId: 'r', ticket: 't', ways: [] });
    const answer = await runtime.settle(menshen.request({ url: '/api/me', method: 'POST', data: {} }));
    expect(answer.statusCode).toBe(403);
    expect([asked, gateway.logins.length, gateway.forwarded.length]).toEqual([0, 1, 1]);
  });

  it('and a broken refusal header counts for nothing', async () => {
    const { gateway, runtime, menshen } = createPhone();
    gateway.backend = () => json(403, {}, { 'x-menshen-refusal': 'No Such;Code' });
    expect((await runtime.settle(menshen.request({ url: '/api/me' }))).statusCode).toBe(403);
    gateway.backend = () => json(200, { fine: true }, { 'x-menshen-refusal': 'not_permitted' });
    expect((await runtime.settle(menshen.request({ url: '/api/me' }))).data).toEqual({ fine: true });
  });
});

it('names only what an answer holds, whatever names it holds', async () => {
  const { gateway, runtime, menshen } = createPhone();
  gateway.backend = () =>
    new Response('{"__proto__":{"admin":true}}', {
      status: 200,
      headers: { 'content-type': 'application/json', constructor: 'x' },
    });
  const answer = await runtime.settle(menshen.request({ url: '/api/me' }));
  expect(answer.header.toString).toBeUndefined();
  expect(({} as Record<string, unknown>).admin).toBeUndefined();
});
