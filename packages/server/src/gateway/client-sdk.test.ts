import { createMenshen, type Menshen, MenshenError, type MenshenOptions } from '@menshen/miniprogram';
import { createFakeWx, type FakeWx } from '@menshen/miniprogram/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../testing/deployment.ts';

const login = '/_menshen/v1/login';

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** The error that the promise fails with; it must be the SDK's own. */
const errorOf = (promise: Promise<unknown>): Promise<MenshenError> =>
  promise.then(
    () => Promise.reject(new Error('was expected to fail')),
    (error: unknown) => {
      expect(error).toBeInstanceOf(MenshenError);
      return error as MenshenError;
    },
  );

describe.each(['in clear', 'sealed'] as const)('the client SDK at the gateway, with logins %s', (kind) => {
  let deployment: Deployment;
  let serverKeys: MenshenOptions['serverKeys'];
  /** What went over the wire, in order. */
  let sent: Sent[];
  let answer: Deployment['backend']['answer'];

  beforeAll(async () => {
    deployment = await startDeployment();
    answer = deployment.backend.answer;
    const hello = (await deployment.call('GET', '/_menshen/v1/hello')).body as {
      keys?: { kid: string; suite: string; publicKey: string }[];
    };
    const keys = (hello.keys ?? []).filter(({ suite }) => suite === 'A').map(({ kid, publicKey }) => ({ kid, publicKey }));
    expect(keys.length).toBeGreaterThan(0);
    serverKeys = kind === 'sealed' ? keys : undefined;
  });
  afterAll(() => deployment.close());
  beforeEach(() => {
    sent = [];
    deployment.backend.seen.length = 0;
  });
  afterEach(async () => {
    deployment.backend.answer = answer;
    for (const uid of ['zhang', 'li', 'boss']) await deployment.platform.identity.endSessionsOf(uid, 'test', 'test');
  });

  const logins = (): number => sent.filter(({ path }) => path === login).length;

  /** A phone on which `person` is signed in to WeCom, or to WeChat. Its requests go to the gateway by real HTTP. */
  function phone(channel: 'wechat' | 'wecom', person: string, language = 'zh_CN'): FakeWx {
    const code = () => deployment.code(channel, person);
    return createFakeWx({
      fetch: (url, init) => {
        const body = typeof init.body === 'string' ? init.body : '';
        sent.push({ method: init.method ?? 'GET', path: new URL(url).pathname, headers: new Headers(init.headers), body });
        return fetch(url, init);
      },
      loginCode: code,
      language,
      ...(channel === 'wecom' ? { wecomLoginCode: code } : {}),
    });
  }
  const start = (wx: FakeWx, more: Partial<MenshenOptions> = {}): Menshen =>
    createMenshen({
      baseUrl: deployment.gatewayUrl,
      app: 'portal',
      wx,
      retry: { baseDelayMs: 1, maxDelayMs: 5 },
      ...(serverKeys === undefined ? {} : { serverKeys }),
      ...more,
    });

  it('logs a member in through WeCom, and sends requests with the session', async () => {
    const menshen = start(phone('wecom', 'zhang'));
    const answers = await Promise.all(Array.from({ length: 5 }, () => menshen.request({ url: '/portal/me' })));
    expect(answers.map(({ statusCode, data }) => [statusCode, data])).toEqual(
      Array.from({ length: 5 }, () => [200, { method: 'GET', url: '/portal/me' }]),
    );
    expect(logins()).toBe(1);
    expect(await menshen.session()).toMatchObject({ user: { uid: 'zhang', name: '张三', kind: 'employee' }, assurance: 1 });
    for (const { headers } of deployment.backend.seen) {
      expect(headers['x-menshen-identity']).toMatch(/^eyJ/);
      expect(headers.authorization).toBeUndefined();
    }
  });

  it(kind === 'sealed' ? 'shows no login code on the wire' : 'sends the login code as the contract says', async () => {
    await start(phone('wecom', 'zhang')).login();
    const [first] = sent.filter(({ path }) => path === login);
    expect(Object.keys(JSON.parse(first?.body ?? '{}')).includes('code')).toBe(kind === 'in clear');
  });

  it("asks for the person's own privacy at the origin, and for nothing else of the gateway", async () => {
    const menshen = start(phone('wecom', 'zhang'));
    const url = '/_menshen/v1/privacy/requests';
    const made = await menshen.request<{ kind: string; state: string }>({ url, method: 'POST', data: { kind: 'copy' } });
    expect(made.data).toMatchObject({ kind: 'copy', state: 'open' });
    const { data } = await menshen.request<{ requests: unknown[] }>({ url });
    expect(data.requests).toEqual([made.data]);
    await expect(menshen.request({ url: '/_menshen/v1/session' })).rejects.toThrow('reserved path');
  });

  it('binds a WeChat user, after a proof that was not accepted, and knows them at the next start', async () => {
    const wx = phone('wechat', 'li-wx');
    const asked: (string | null)[] = [];
    const proofs = async () =>
      asked.length === 1 ? { companyCode: 'WRONGWRONG12' } : { phoneCode: await deployment.phoneCode('li-wx') };
    const menshen = start(wx, {
      onBindingRequired: ({ ways, previous }) => {
        expect(ways).toContain('phone');
        asked.push(previous?.code ?? null);
        return proofs();
      },
    });
    expect(await menshen.login()).toMatchObject({ user: { uid: 'li', name: '李四' } });
    expect(asked).toEqual([null, 'binding_failed']);
    expect((await menshen.request({ url: '/portal/me' })).statusCode).toBe(200);

    const before = logins();
    const restarted = start(wx);
    expect((await restarted.request({ url: '/portal/me' })).statusCode).toBe(200);
    expect(logins()).toBe(before);
    for (const { encrypted } of wx.stored.values()) expect(encrypted).toBe(true);
    const another = start(phone('wechat', 'li-wx'));
    expect(await another.login()).toMatchObject({ user: { uid: 'li' } });
  });

  it('fails with binding_required when nobody proves anything', async () => {
    const error = await errorOf(start(phone('wechat', 'stranger-wx')).login());
    expect([error.code, error.status]).toEqual(['binding_required', 403]);
    const declined = start(phone('wechat', 'stranger-wx'), { onBindingRequired: () => null });
    expect((await errorOf(declined.request({ url: '/portal/me' }))).code).toBe('binding_required');
  });

  it('logs in again, once for all requests, when the session was ended', async () => {
    const menshen = start(phone('wecom', 'zhang'));
    const events: string[] = [];
    menshen.on('login', () => events.push('login'));
    menshen.on('sessionEnded', () => events.push('ended'));
    await menshen.request({ url: '/portal/me' });
    await deployment.platform.identity.endSessionsOf('zhang', 'test', 'test');
    const note = { method: 'POST', url: '/portal/notes', data: { text: '写一次' } } as const;
    const answers = await Promise.all([
      menshen.request(note),
      ...Array.from({ length: 4 }, () => menshen.request({ url: '/portal/me' })),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
    expect([logins(), events]).toEqual([2, ['login', 'login']]);
    // The gateway refused before it forwarded: the backend has the note once.
    expect(deployment.backend.seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('tells the app when the session ended and no login brings another', async () => {
    let offline = false;
    const code = () => (offline ? Promise.reject(new Error('offline')) : deployment.code('wecom', 'zhang'));
    const wx = createFakeWx({ fetch, loginCode: code, wecomLoginCode: code });
    const ended: string[] = [];
    const menshen = start(wx, { onSessionEnded: ({ reason, error }) => void ended.push(`${reason} ${error.code}`) });
    await menshen.login();
    await deployment.platform.identity.endSessionsOf('zhang', 'test', 'test');
    offline = true;
    expect((await errorOf(menshen.request({ url: '/portal/me' }))).code).toBe('login_code_failed');
    expect(ended).toEqual(['session_revoked login_code_failed']);
  });

  it('gives each refusal as an error with code, status, text and an id that the audit log knows', async () => {
    const menshen = start(phone('wecom', 'li'));
    const english = start(phone('wecom', 'li', 'en'));
    for (const [options, code, status] of [
      [{ url: '/portal/staff/boss' }, 'not_permitted', 403],
      [{ url: '/portal/nowhere' }, 'route_undeclared', 404],
      [{ url: '/portal/notes', method: 'POST', data: { text: 'x', amount: 501 } }, 'schema_mismatch', 422],
    ] as const) {
      const error = await errorOf(menshen.request(options));
      expect([error.code, error.status, error.message]).toEqual([code, status, expect.stringMatching(/^\p{Script=Han}/u)]);
      expect((await errorOf(english.request(options))).message).toMatch(/^[A-Z][\x20-\x7e]+$/);
      await deployment.indexed();
      const found = await deployment.platform.queries.request(error.requestId ?? '');
      expect(found?.row).toMatchObject({ code, path: options.url });
    }
    expect((await errorOf(start(phone('wecom', 'gone')).login())).code).toBe('account_disabled');
    expect((await errorOf(start(phone('wecom', 'li'), { app: 'elsewhere' }).login())).code).toBe('app_unknown');
  });

  it('hands over what the backend says, even when it looks like a refusal', async () => {
    deployment.backend.answer = (_request, response) => {
      response.writeHead(401, { 'content-type': 'application/json', 'x-menshen-refusal': 'session_expired' });
      response.end('{"code":"session_expired"}');
    };
    const menshen = start(phone('wecom', 'zhang'));
    const { statusCode, data } = await menshen.request({ url: '/portal/me' });
    expect([statusCode, data, logins()]).toEqual([401, { code: 'session_expired' }, 1]);
  });

  it('repeats what may be repeated, and nothing else', async () => {
    const menshen = start(phone('wecom', 'zhang'));
    await menshen.login();
    let failures = 0;
    const failing = (times: number): void => {
      failures = times;
      deployment.backend.seen.length = 0;
    };
    deployment.backend.answer = (request, response, body) => {
      failures -= 1;
      if (failures < 0) return answer(request, response, body);
      response.writeHead(503, { 'retry-after': '0' }).end();
    };
    failing(2);
    expect((await menshen.request({ url: '/portal/me' })).statusCode).toBe(200);
    expect(deployment.backend.seen).toHaveLength(3);
    failing(5);
    expect((await menshen.request({ url: '/portal/me' })).statusCode).toBe(503);
    expect(deployment.backend.seen).toHaveLength(3);
    const note = { method: 'POST', url: '/portal/notes', data: { text: '一次' } } as const;
    failing(1);
    expect((await menshen.request(note)).statusCode).toBe(503);
    expect(deployment.backend.seen).toHaveLength(1);
    failing(1);
    expect((await menshen.request({ ...note, header: { 'Idempotency-Key': 'note-1' } })).statusCode).toBe(200);
    expect(deployment.backend.seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['note-1', 'note-1']);
  });

  it('does not wait for a limit that ends later than its patience', async () => {
    const menshen = start(phone('wecom', 'boss'));
    for (let count = 0; count < 2; count += 1) await menshen.request({ url: '/portal/limited' });
    const began = performance.now();
    const error = await errorOf(menshen.request({ url: '/portal/limited' }));
    expect([error.code, error.status]).toEqual(['rate_limited', 429]);
    expect(error.retryAfter).toBeGreaterThan(0);
    // 60 s of the route's window, or more than the 20 s that the SDK would wait in all, unless the window is about to end.
    if ((error.retryAfter ?? 0) > 20) expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('asks for the second factor once for all requests, and sends them again when it was given', async () => {
    const asked: string[] = [];
    const { sessions } = deployment.platform.identity;
    const menshen = start(phone('wecom', 'zhang'), {
      onStepUp: ({ message, request }) => {
        asked.push(`${request.method} ${new URL(request.url).pathname}`);
        expect(message).toMatch(/\p{Script=Han}/u);
        for (const session of sessions.ofPerson('zhang')) sessions.put({ ...session, assurance: 2, secondFactorAt: Date.now() });
        return true;
      },
    });
    const answers = await Promise.all(Array.from({ length: 3 }, () => menshen.request({ url: '/portal/secret' })));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(asked).toEqual(['GET /portal/secret']);
    expect(deployment.backend.seen).toHaveLength(3);
  });

  it('fails with mfa_required when the second factor is declined, or only claimed', async () => {
    for (const [claim, tries] of [
      [false, 1],
      [true, 2],
    ] as const) {
      sent = [];
      const menshen = start(phone('wecom', 'zhang'), { onStepUp: () => claim });
      const error = await errorOf(menshen.request({ url: '/portal/secret' }));
      expect([error.code, error.status]).toEqual(['mfa_required', 403]);
      expect(sent.filter(({ path }) => path === '/portal/secret')).toHaveLength(tries);
    }
    expect(deployment.backend.seen).toEqual([]);
  });

  it('ends the session at the gateway at logout, and stays out until login', async () => {
    const wx = phone('wecom', 'zhang');
    const menshen = start(wx);
    await menshen.request({ url: '/portal/me' });
    const token = sent.map(({ headers }) => headers.get('authorization')).find((value) => value !== null) ?? '';
    await menshen.logout();
    expect(wx.stored.size).toBe(0);
    expect((await errorOf(menshen.request({ url: '/portal/me' }))).code).toBe('logged_out');
    expect(await menshen.session()).toBeNull();
    expect((await deployment.call('GET', '/portal/me', { headers: { authorization: token } })).body['code']).toBe(
      'session_revoked',
    );
    expect(logins()).toBe(1);
    await menshen.login();
    expect((await menshen.request({ url: '/portal/me' })).statusCode).toBe(200);
  });
});
