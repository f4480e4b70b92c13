import { clientEndpoints } from '@menshen/wire';
import { describe, expect, it, vi } from 'vitest';
import { MenshenError } from '../index.ts';
import { errorOf } from '../testing/error-of.ts';
import { createPhone } from '../testing/phone.ts';
import { refuse, user } from '../testing/scripted-gateway.ts';

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
