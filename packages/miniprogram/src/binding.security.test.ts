import { clientEndpoints, signatureHeader } from '@menshen/wire';
import { describe, expect, it, vi } from 'vitest';
import { createBoundPhone } from './testing/bound-phone.ts';
import { errorOf } from './testing/error-of.ts';
import { createPhone } from './testing/phone.ts';
import { json, refuse } from './testing/scripted-gateway.ts';

describe('a sealed login', () => {
  it('opens a session, and shows the network neither code nor token', async () => {
    const { gateway, bound, runtime, menshen } = createBoundPhone();
    const answers: string[] = [];
    bound.onAnswer = async (answer, url) => {
      if (url.endsWith(clientEndpoints.login)) answers.push(await answer.clone().text());
      return answer;
    };
    const { user } = await runtime.settle(menshen.login());
    expect(user.uid).toBe('u1001');
    expect(gateway.logins).toEqual([expect.objectContaining({ app: 'portal', channel: 'wechat', code: 'code-1' })]);
    expect(bound.sealedBodies.join()).not.toContain('code-1');
    expect(answers.join()).not.toMatch(/mst1\.|u1001"/);
  });

  it('fails when the server has not the pinned key, though it has the kid', async () => {
    const stranger = createBoundPhone();
    const { runtime, menshen } = createBoundPhone({}, { fetch: (url, init) => stranger.bound.fetch(url, init) });
    expect(await errorOf(runtime.settle(menshen.login()))).toMatchObject({ code: 'sealed_login_invalid' });
    expect(stranger.gateway.logins).toEqual([]);
    expect(stranger.bound.sealedBodies).toHaveLength(1);
  });

  it.each([
    ['an answer in clear', () => json(200, { token: `mst1.${'A'.repeat(64)}`, user: { uid: 'x' }, assurance: 1, expiresAt: 1 })],
    ['an empty answer', () => json(200, {})],
  ])('takes no %s for a login', async (_name, forged) => {
    const onSessionEnded = vi.fn();
    const { bound, runtime, menshen, wx } = createBoundPhone({ onSessionEnded });
    bound.onAnswer = (answer, url) => (url.endsWith(clientEndpoints.login) ? forged() : answer);
    expect(await errorOf(runtime.settle(menshen.login()))).toMatchObject({ code: 'server_not_authentic', status: 0 });
    expect(wx.stored.size).toBe(0);
  });

  it.each(['share', 'ct', 'kid'])('fails when the %s of the answer was changed', async (member) => {
    const { bound, runtime, menshen } = createBoundPhone();
    bound.onAnswer = async (answer, url) => {
      if (!url.endsWith(clientEndpoints.login)) return answer;
      const body = (await answer.json()) as Record<string, string>;
      const text = body[member] ?? '';
      return json(200, { ...body, [member]: text.slice(0, 3) + (text[3] === 'A' ? 'B' : 'A') + text.slice(4) });
    };
    expect(await errorOf(runtime.settle(menshen.login()))).toMatchObject({ code: 'server_not_authentic' });
  });

  it('fails with the answer of another login', async () => {
    const { bound, runtime, menshen, restart } = createBoundPhone();
    let first: unknown;
    bound.onAnswer = async (answer, url) => {
      if (!url.endsWith(clientEndpoints.login)) return answer;
      first ??= await answer.clone().json();
      return json(200, first);
    };
    await runtime.settle(menshen.login());
    await runtime.flush();
    await runtime.settle(menshen.logout());
    expect(await errorOf(runtime.settle(restart().login()))).toMatchObject({ code: 'server_not_authentic' });
  });

  it('is of no use to whoever repeats it', async () => {
    const { bound, runtime, menshen } = createBoundPhone();
    await runtime.settle(menshen.login());
    const [body = ''] = bound.sealedBodies;
    const answer = await bound.fetch(`https://api.example.com${clientEndpoints.login}`, { method: 'POST', body });
    expect(await codeOf(answer)).toBe('request_replayed');
    const bind = await bound.fetch(`https://api.example.com${clientEndpoints.bind}`, { method: 'POST', body });
    expect(await codeOf(bind)).toBe('sealed_login_invalid');
  });

  it('goes on with the second pinned key when the first is no longer known, and fails when none is', async () => {
    const { gateway, bound, runtime, menshen, restart } = createBoundPhone();
    bound.kids.delete('k1');
    await runtime.settle(menshen.request({ url: '/api/me' }));
    expect(bound.refusals).toEqual(['server_key_unknown']);
    expect(gateway.logins).toHaveLength(1);
    bound.kids.clear();
    gateway.endSessions('session_expired');
    expect(
      await errorOf(
        runtime.settle(
          restart()
            .login()
            .then(() => restart().request({ url: '/api/me' })),
        ),
      ),
    ).toMatchObject({
      code: 'server_key_unknown',
    });
  });

  it('binds in the sealed form too', async () => {
    const { gateway, bound, runtime, menshen } = createBoundPhone({ onBindingRequired: () => ({ companyCode: 'C 77' }) });
    gateway.script.set(clientEndpoints.login, [
      () => refuse(403, 'binding_required', { ticket: 'ticket 1', ways: ['company_code'] }),
    ]);
    await runtime.settle(menshen.request({ url: '/api/me' }));
    expect(bound.sealedBodies).toHaveLength(2);
    expect(bound.sealedBodies.join()).not.toMatch(/C 77|ticket 1/);
    expect(bound.sessions.size).toBe(1);
  });

  it('needs the platform’s randomness and takes nothing in its place', async () => {
    const spy = vi.spyOn(Math, 'random');
    const { gateway, runtime, menshen } = createBoundPhone({}, { randomness: false });
    expect(await errorOf(runtime.settle(menshen.login()))).toMatchObject({ code: 'crypto_unavailable' });
    expect(gateway.seen).toEqual([]);
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  });

  it.each([
    ['too few bytes', () => new ArrayBuffer(16)],
    ['text', () => 'x'.repeat(512)],
    ['one byte over and over', () => new ArrayBuffer(512)],
  ])('refuses randomness that is %s', async (_name, values) => {
    const { wx, runtime, restart } = createBoundPhone();
    const platform = {
      ...wx,
      getRandomValues: ({ success }: { success(result: object): void }) => success({ randomValues: values() }),
    };
    expect(await errorOf(runtime.settle(restart({ wx: platform as typeof wx }).login()))).toMatchObject({
      code: 'crypto_unavailable',
    });
  });
});

describe('a signed request', () => {
  it('is signed whatever its method, with a nonce of its own', async () => {
    const { gateway, bound, runtime, menshen } = createBoundPhone();
    const answers = await runtime.settle(
      Promise.all([
        menshen.request({ url: '/api/items', data: { q: "门 神's", page: 2 } }),
        menshen.request({ url: '/api/items?tags[]=a|b', method: 'DELETE' }),
        menshen.request({ url: '/api/items', method: 'POST', data: { name: '😀' } }),
        menshen.request({
          url: '/api/form',
          method: 'PUT',
          data: { a: '1&2' },
          header: { 'content-type': 'application/x-www-form-urlencoded' },
        }),
        menshen.request({ url: '/api/文件', method: 'POST', data: new Uint8Array([0, 255, 1]).buffer }),
        menshen.request({ url: '/api/empty', method: 'POST' }),
      ]),
    );
    await runtime.settle(menshen.session());
    expect(answers.every(({ statusCode }) => statusCode === 200)).toBe(true);
    expect(bound.refusals).toEqual([]);
    expect(bound.nonces.size).toBe(7);
    expect(gateway.logins).toHaveLength(1);
  });

  it.each<readonly [string, (url: string, init: RequestInit) => readonly [string, RequestInit]]>([
    ['method', (url, init) => [url, { ...init, method: 'PUT' }]],
    ['path', (url, init) => [url.replace('/api/pay', '/api/pay2'), init]],
    ['query', (url, init) => [`${url}&amount=2`, init]],
    ['host', (url, init) => [url.replace('api.example', 'api2.example'), init]],
    ['body', (url, init) => [url, { ...init, body: '{"amount":9}' }]],
    ['content type', (url, init) => [url, withHeader(init, 'content-type', 'text/plain')]],
    ['time', (url, init) => [url, withSignature(init, (text) => text.replace(/ts=(\d+)/, (_all, ts) => `ts=${Number(ts) + 1}`))]],
    ['nonce', (url, init) => [url, withSignature(init, (text) => text.replace(/n=.{21}/, `n=${'A'.repeat(21)}`))]],
    ['key version', (url, init) => [url, withSignature(init, (text) => text.replace('k=1', 'k=2'))]],
  ])('does not pass with another %s', async (_element, change) => {
    const { gateway, bound, runtime, menshen } = createBoundPhone();
    await runtime.settle(menshen.login());
    bound.onRequest = (url, init) => (url.includes('/api/') ? change(url, init) : [url, init]);
    const error = await errorOf(runtime.settle(menshen.request({ url: '/api/pay?x=1', method: 'POST', data: { amount: 1 } })));
    expect(error).toMatchObject({ code: 'signature_invalid', status: 401 });
    expect(gateway.forwarded).toEqual([]);
    // No storm of logins behind a proxy that rewrites requests.
    expect(gateway.logins).toHaveLength(1);
  });

  it('cannot be repeated, and its token alone opens nothing', async () => {
    const { gateway, bound, runtime, menshen } = createBoundPhone();
    const sent: (readonly [string, RequestInit])[] = [];
    bound.onRequest = (url, init) => {
      if (url.endsWith('/api/pay')) sent.push([url, init]);
      return [url, init];
    };
    await runtime.settle(menshen.request({ url: '/api/pay', method: 'POST', data: { amount: 1 } }));
    const [[url, init] = ['', {}]] = [sent[0]];
    expect(await codeOf(await bound.fetch(url, init))).toBe('request_replayed');
    const { authorization } = init.headers as Record<string, string>;
    const stolen = await bound.fetch(url, { method: 'POST', headers: { authorization: authorization ?? '' }, body: '{}' });
    expect(await codeOf(stolen)).toBe('signature_required');
    expect(gateway.forwarded).toHaveLength(1);
  });

  it('is not made of headers that the caller gives', async () => {
    const { runtime, menshen } = createBoundPhone();
    for (const name of ['X-Menshen-Signature', 'x-menshen-ticket', 'Authorization'])
      await expect(runtime.settle(menshen.request({ url: '/api/me', header: { [name]: 'v=1' } }))).rejects.toThrow(TypeError);
  });

  it('signs a retried request anew', async () => {
    const { gateway, bound, runtime, menshen } = createBoundPhone();
    gateway.script.set('/api/me', [() => json(503, {}), 'ordinary']);
    await runtime.settle(menshen.request({ url: '/api/me' }));
    expect(bound.refusals).toEqual([]);
    expect(bound.nonces.size).toBe(2);
  });

  it.each(['https://api.example.com/portal/../admin', '/api/%2e%2e/admin', '/..', '/api/./me', '/api/\ud800'])(
    'is not made for %j, which is sent as something else than is signed',
    async (url) => {
      const { bound, runtime, menshen } = createBoundPhone();
      await expect(runtime.settle(menshen.request({ url }))).rejects.toThrow(TypeError);
      expect(bound.nonces.size).toBe(0);
    },
  );
});

it('an app that pins no key works in clear, and learns when the gateway no longer takes that', async () => {
  const { gateway, runtime, menshen } = createPhone();
  await runtime.settle(menshen.request({ url: '/api/me' }));
  expect(gateway.logins[0]).toMatchObject({ code: 'code-1' });
  expect(gateway.seen.every(({ headers }) => !headers.has(signatureHeader))).toBe(true);
  const strict = createBoundPhone();
  // The option is left out, not emptied: an empty list is a mistake.
  expect(() => strict.restart({ serverKeys: [] })).toThrow(TypeError);
  const { wx } = createBoundPhone();
  const plain = createPhone({ wx, retry: false });
  expect(await errorOf(plain.runtime.settle(plain.menshen.login()))).toMatchObject({
    code: 'sealed_login_required',
    status: 403,
  });
});

function withHeader(init: RequestInit, name: string, value: string): RequestInit {
  return { ...init, headers: { ...(init.headers as Record<string, string>), [name]: value } };
}

function withSignature(init: RequestInit, change: (text: string) => string): RequestInit {
  const name = signatureHeader.toLowerCase();
  const text = (init.headers as Record<string, string>)[name] ?? '';
  return withHeader(init, name, change(text));
}

async function codeOf(answer: Response): Promise<unknown> {
  return ((await answer.json()) as { readonly code?: unknown }).code;
}
