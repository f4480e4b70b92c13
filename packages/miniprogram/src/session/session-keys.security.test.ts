import { describe, expect, it } from 'vitest';
import { createBoundPhone } from '../testing/bound-phone.ts';
import { errorOf } from '../testing/error-of.ts';
import { refuse } from '../testing/scripted-gateway.ts';

describe('the clock', () => {
  it.each([3 * 3_600_000, -86_400_000 * 365])(
    'may be wrong by %d ms: login and requests go on after one correction',
    async (skew) => {
      const phone = createBoundPhone();
      phone.skewMs = skew;
      await phone.runtime.settle(phone.menshen.request({ url: '/api/me' }));
      expect(phone.bound.refusals).toEqual(['clock_skew']);
      // The user sets the clock while the app runs.
      phone.skewMs = 0;
      const answers = await phone.runtime.settle(
        Promise.all(Array.from({ length: 4 }, (_, n) => phone.menshen.request({ url: `/api/${n}`, method: 'POST', data: {} }))),
      );
      expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
      expect(phone.gateway.forwarded).toHaveLength(5);
      expect(phone.gateway.logins).toHaveLength(1);
    },
  );

  it('is corrected once for a request, not for ever', async () => {
    const { bound, gateway, runtime, menshen } = createBoundPhone({ retry: false });
    await runtime.settle(menshen.login());
    gateway.script.set(
      '/api/me',
      Array(5).fill(() => refuse(401, 'clock_skew', { serverTime: 5 })),
    );
    expect(await errorOf(runtime.settle(menshen.request({ url: '/api/me' })))).toMatchObject({ code: 'clock_skew' });
    expect(gateway.seen.filter(({ path }) => path === '/api/me').length + bound.refusals.length).toBeLessThanOrEqual(2);
  });

  it('takes no nonsense for a time', async () => {
    const { gateway, bound, runtime, menshen } = createBoundPhone({ retry: false });
    await runtime.settle(menshen.login());
    for (const serverTime of ['soon', null, -1, Number.MAX_VALUE])
      gateway.script.set('/api/me', [() => refuse(401, 'clock_skew', { serverTime }), 'ordinary']);
    expect((await runtime.settle(menshen.request({ url: '/api/me' }))).statusCode).toBe(200);
    expect(bound.refusals).toEqual([]);
  });
});

describe('keys', () => {
  it('lie in encrypted storage with the token and sign after a restart', async () => {
    const { gateway, bound, wx, runtime, menshen, restart } = createBoundPhone();
    await runtime.settle(menshen.login());
    await runtime.flush();
    expect(wx.stored.get('menshen:portal')).toMatchObject({ encrypted: true, data: expect.stringContaining('"packed"') });
    await runtime.settle(restart().request({ url: '/api/me' }));
    expect(gateway.logins).toHaveLength(1);
    expect(bound.refusals).toEqual([]);
  });

  it('that came back damaged from storage cost one login', async () => {
    const { gateway, wx, runtime, menshen, restart } = createBoundPhone();
    await runtime.settle(menshen.login());
    await runtime.flush();
    const kept = wx.stored.get('menshen:portal')?.data ?? '';
    const damaged = kept.replace(/"packed":"..../, '"packed":"AAAA');
    expect(damaged).not.toBe(kept);
    wx.setStorage({ key: 'menshen:portal', encrypt: true, data: damaged, success: () => undefined, fail: () => undefined });
    await runtime.settle(restart().request({ url: '/api/me' }));
    expect(gateway.logins).toHaveLength(2);
  });

  it('are wanted of a session from before the app pinned a key', async () => {
    const { gateway, bound, runtime, wx, restart } = createBoundPhone();
    const session = { token: `mst1.${'A'.repeat(64)}`, user: { uid: 'u' }, assurance: 1, expiresAt: 1, idleSeconds: 1 };
    const data = JSON.stringify({ owner: 'https://api.example.com portal', session });
    wx.setStorage({ key: 'menshen:portal', encrypt: true, data, success: () => undefined, fail: () => undefined });
    await runtime.settle(restart().request({ url: '/api/me' }));
    expect(gateway.logins).toHaveLength(1);
    expect(bound.refusals).toEqual([]);
  });

  it('are in nothing that the app gets to see', async () => {
    const visible: unknown[] = [];
    const { wx, runtime, menshen } = createBoundPhone();
    menshen.on('login', (event) => visible.push(event));
    visible.push(await runtime.settle(menshen.login()), await runtime.settle(menshen.session()));
    await runtime.flush();
    const packed = /"packed":"([^"]+)"/.exec(wx.stored.get('menshen:portal')?.data ?? '')?.[1] ?? '';
    expect(packed).toHaveLength(171);
    expect(JSON.stringify([visible, menshen])).not.toContain(packed.slice(0, 20));
    expect(JSON.stringify(visible)).not.toMatch(/keys|packed/);
  });

  it('hold WeChat’s key of the user where the gateway demands it', async () => {
    const { bound, wx, runtime, restart } = createBoundPhone();
    bound.userKey = { version: 3, key: new Uint8Array(16).fill(7) };
    const crypto = (version: number) => ({
      ...wx,
      base64ToArrayBuffer: (text: string) => Uint8Array.from(Buffer.from(text, 'base64')).buffer,
      getUserCryptoManager: () => ({
        getLatestUserKey: ({ success }: { success(result: { encryptKey: string; version: number }): void }) =>
          success({ encryptKey: Buffer.alloc(16, 7).toString('base64'), version }),
      }),
    });
    expect((await runtime.settle(restart({ wx: crypto(3) }).request({ url: '/api/me' }))).statusCode).toBe(200);
    for (const platform of [wx, crypto(2)])
      expect(await errorOf(runtime.settle(restart({ wx: platform, storageKey: 'other' }).login()))).toMatchObject({
        code: 'crypto_unavailable',
      });
  });
});
