import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { endpoints } from '@menshen/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Metrics } from '../gateway/metrics.ts';
import { setupTokenOf } from '../testing/console.ts';
import type { Deployment } from '../testing/deployment.ts';
import { describeEachEngine } from '../testing/engines.ts';
import { createListener, listen } from './listener.ts';

const password = 'correct horse battery staple';

describeEachEngine('the control plane', (start) => {
  let deployment: Deployment;
  let url: string;
  let cookie = '';
  let csrf = '';
  beforeAll(async () => {
    deployment = await start();
    url = deployment.platform.api.url;
  });
  afterAll(() => deployment.close());

  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? null : JSON.stringify(body),
    });
  const codeOf = async (answer: Response): Promise<unknown> => ((await answer.json()) as { code?: unknown }).code;
  const example = (path: string): string => path.replace('{index}', '0').replace(/\{\w+\}/g, 'AAAAAAAAAAAAAAAAAAAAAA');

  it('shows nothing to who has not signed in', async () => {
    for (const endpoint of endpoints.filter((candidate) => candidate.access === 'admin')) {
      const answer = await send(endpoint.method, example(endpoint.path), endpoint.method === 'GET' ? undefined : {});
      expect([endpoint.id, answer.status]).toEqual([endpoint.id, 401]);
    }
    for (const path of ['/api/v1/stream', '/tlog/checkpoint', '/tlog/tile/entries/000.p/1'])
      expect((await send('GET', path)).status).toBe(401);
  });

  it("does not read a stranger's body: three of the largest once stopped the gateway beside for nine seconds", async () => {
    const port = new URL(url).port;
    const refusals = endpoints
      .filter(({ access, method }) => access === 'admin' && method !== 'GET')
      .map(async (endpoint) => {
        // All is promised and nothing sent: an answer can only come from who has not waited for it.
        const promised = { 'content-type': 'application/json', 'content-length': endpoint.bodyBytes ?? 262_144 };
        const asked = request({ port, method: endpoint.method, path: example(endpoint.path), headers: promised, agent: false });
        asked.flushHeaders();
        const [answer] = (await once(asked, 'response')) as [IncomingMessage];
        asked.on('error', () => undefined).destroy();
        return [endpoint.id, answer.statusCode];
      });
    for (const [id, status] of await Promise.all(refusals)) expect([id, status]).toEqual([id, 401]);
    // Where strangers may send something, it is little.
    const long = await send('POST', '/api/v1/admin/login', { username: 'root', password: 'x'.repeat(70_000) });
    expect([long.status, await codeOf(long)]).toEqual([413, 'body_too_large']);
  });

  it('creates the first administrator with the one-time link, once, and not with a weak password', async () => {
    const token = setupTokenOf(deployment.platform);
    expect(await codeOf(await send('POST', '/api/v1/setup', { token: 'x'.repeat(43), username: 'root', password }))).toBe(
      'setup_closed',
    );
    expect(await codeOf(await send('POST', '/api/v1/setup', { token, username: 'root', password: 'passwordpassword' }))).toBe(
      'password_weak',
    );
    const first = await send('POST', '/api/v1/setup', { token, username: 'root', password });
    expect(first.status).toBe(201);
    const set = first.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/HttpOnly/);
    expect(set).toMatch(/SameSite=Strict/);
    expect(await codeOf(await send('POST', '/api/v1/setup', { token, username: 'other', password }))).toBe('setup_closed');
  });

  it('signs in, and says the same to a wrong name and a wrong password', async () => {
    const wrong = await send('POST', '/api/v1/admin/login', { username: 'root', password: 'wrong' });
    const nobody = await send('POST', '/api/v1/admin/login', { username: 'nobody', password: 'wrong' });
    expect([wrong.status, await codeOf(wrong)]).toEqual([nobody.status, await codeOf(nobody)]);
    const answer = await send('POST', '/api/v1/admin/login', { username: 'root', password });
    expect(answer.status).toBe(200);
    cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    csrf = ((await answer.json()) as { session: { csrf: string } }).session.csrf;
  });

  it('refuses writes without the CSRF token, from another origin, or cross-site', async () => {
    const body = { mode: 'monitor', reason: 'a test of the switch' };
    expect(await codeOf(await send('PUT', '/api/v1/mode', body, { cookie }))).toBe('csrf_refused');
    expect(await codeOf(await send('PUT', '/api/v1/mode', body, { cookie, 'x-menshen-csrf': 'x'.repeat(43) }))).toBe(
      'csrf_refused',
    );
    expect(
      await codeOf(await send('PUT', '/api/v1/mode', body, { cookie, 'x-menshen-csrf': csrf, origin: 'https://evil.example' })),
    ).toBe('csrf_refused');
    expect(
      await codeOf(await send('PUT', '/api/v1/mode', body, { cookie, 'x-menshen-csrf': csrf, 'sec-fetch-site': 'cross-site' })),
    ).toBe('csrf_refused');
  });

  it('gives answers that the OpenAPI document describes', async () => {
    await deployment.indexed();
    const document = (await (await send('GET', '/api/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, Record<string, unknown>>;
    };
    expect(document.openapi).toBe('3.1.0');
    for (const endpoint of endpoints.filter((candidate) => candidate.method === 'GET')) {
      expect(document.paths[endpoint.path]).toHaveProperty('get');
      const path = endpoint.path.replace('{uid}', 'zhang').replace('{index}', '0');
      // What needs a parameter is asked with one in openapi-answers.test.ts.
      if (path.includes('{') || endpoint.query?.safeParse({}).success === false) continue;
      const answer = await send('GET', path, undefined, { cookie });
      expect([endpoint.id, answer.status]).toEqual([endpoint.id, endpoint.status ?? 200]);
      expect(endpoint.response.safeParse(await answer.json()).success, endpoint.id).toBe(true);
    }
  });

  it('switches to monitor mode with a record and an alarm, lets pass and notes what it would refuse, and back', async () => {
    const body = (mode: string) => ({ mode, reason: 'a test of the switch' });
    const put = (mode: string, headers: Record<string, string> = {}) =>
      send('PUT', '/api/v1/mode', body(mode), { cookie, 'x-menshen-csrf': csrf, ...headers });
    expect(await codeOf(await put('monitor'))).toBe('approval_required');
    const forced = await send(
      'POST',
      '/api/v1/approvals',
      { endpoint: 'setMode', body: body('monitor'), reason: 'an emergency of the test', breakGlass: true },
      { cookie, 'x-menshen-csrf': csrf },
    );
    const { id } = (await forced.json()) as { id: string };
    expect((await put('monitor', { 'x-menshen-approval': id })).status).toBe(200);
    const token = await deployment.token('zhang');
    expect((await deployment.call('GET', '/portal/staff/li', { token })).status).toBe(200);
    const today = (await (await send('GET', '/api/v1/today', undefined, { cookie })).json()) as { attention: { id: string }[] };
    expect(today.attention.map((item) => item.id)).toContain('mode');
    await deployment.indexed();
    const { rows } = await deployment.platform.queries.traffic({ route: 'GET /staff/:uid' }, 1, null);
    const seen = (await (await send('GET', `/api/v1/traffic/${rows[0]?.requestId}`, undefined, { cookie })).json()) as {
      stages: { stage: string; verdict: string }[];
    };
    expect(seen.stages.find((stage) => stage.stage === 'authorize')?.verdict).toBe('would_refuse');
    expect((await put('enforce')).status).toBe(200);
    expect((await deployment.call('GET', '/portal/staff/li', { token })).status).toBe(403);
  });

  it('lets nobody take all places of the event stream: the oldest page of an account gives way', async () => {
    const pages: (ReadableStreamDefaultReader<Uint8Array> | undefined)[] = [];
    for (let page = 0; page < 12; page += 1) {
      const answer = await send('GET', '/api/v1/stream', undefined, { cookie });
      const reader = answer.body?.getReader();
      // What it begins with.
      await reader?.read();
      pages.push(reader);
    }
    // What is told meanwhile is read before it.
    const end = async (reader: (typeof pages)[number]): Promise<'ended'> => {
      while ((await reader?.read())?.done !== true);
      return 'ended';
    };
    expect(await Promise.all(pages.slice(0, 2).map(end))).toEqual(['ended', 'ended']);
    expect(await Promise.race([end(pages[2]), new Promise((resolve) => setImmediate(resolve, 'open'))])).toBe('open');
    for (const reader of pages) await reader?.cancel();
  });

  it('takes no NUL in a name, and no body of a type that any page may post', async () => {
    for (const path of ['/api/v1/privacy/people/a%00b', '/api/v1/people/a%00b', '/api/v1/people?search=a%00b']) {
      const answer = await send('GET', path, undefined, { cookie });
      expect([path, answer.status, await codeOf(answer)]).toEqual([path, 422, 'validation_failed']);
    }
    const posted = { method: 'POST', body: '{}', headers: { cookie, 'x-menshen-csrf': csrf, 'content-type': 'text/plain' } };
    for (const path of ['/api/v1/admin/factors/recovery-codes', '/api/v1/admin/logout'])
      expect(await codeOf(await fetch(url + path, posted))).toBe('content_type_unsupported');
  });

  it("ends a person's sessions from the console", async () => {
    const token = await deployment.token('boss');
    const answer = await send(
      'POST',
      '/api/v1/people/boss/revoke-sessions',
      { reason: 'test' },
      { cookie, 'x-menshen-csrf': csrf },
    );
    expect(await answer.json()).toEqual({ ended: 1 });
    expect((await deployment.call('GET', '/portal/me', { token })).body['code']).toBe('session_revoked');
  });

  it('does not leave its folder or echo what it was sent', async () => {
    for (const path of ['/tlog/..%2f..%2fkeys%2fmaster.key', '/assets/..%2f..%2fpackage.json', '/api/v1/%3Cscript%3E']) {
      const answer = await send('GET', path, undefined, { cookie });
      expect(answer.status).toBe(404);
      expect(await answer.text()).not.toMatch(/script>|dependencies/);
    }
  });

  it('locks a name that is tried too often, also for the right password from there', async () => {
    for (let tries = 0; tries < 12; tries += 1)
      await send('POST', '/api/v1/admin/login', { username: 'root', password: `wrong ${tries}` });
    expect(await codeOf(await send('POST', '/api/v1/admin/login', { username: 'root', password }))).toBe('admin_locked');
  });

  it('signs out', async () => {
    expect((await send('POST', '/api/v1/admin/logout', {}, { cookie, 'x-menshen-csrf': csrf })).status).toBe(200);
    expect((await send('GET', '/api/v1/today', undefined, { cookie })).status).toBe(401);
  });
});

it('connections to the control plane are bounded: the gateway shares its files', async () => {
  const options = { host: '127.0.0.1', port: 0, secure: false, trustedProxies: [], metrics: new Metrics(), random: randomBytes };
  const app = await createListener(options, { maxBody: 1, contentSecurity: "default-src 'none'", maxConnections: 2 });
  const { port } = await listen(app, options);
  const sockets = Array.from({ length: 3 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  await once(sockets[2] as Socket, 'close');
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([false, false, true]);
  for (const socket of sockets) socket.destroy();
  await app.close();
});

it('a body of very many values is refused before it is parsed: it would hold up the gateway beside', async () => {
  const options = { host: '127.0.0.1', port: 0, secure: false, trustedProxies: [], metrics: new Metrics(), random: randomBytes };
  const app = await createListener(options, { maxBody: 16_000_000, contentSecurity: "default-src 'none'" });
  app.post('/', async ({ body }) => ({ kind: typeof body }));
  const send = async (payload: string) =>
    (await app.inject({ method: 'POST', url: '/', headers: { 'content-type': 'application/json' }, payload })).json();
  expect(await send(`[${'[0],'.repeat(1_000_001)}0]`)).toMatchObject({ code: 'body_too_large' });
  // What stands within a text are no values.
  expect(await send(JSON.stringify({ text: '\\"[0],'.repeat(1_200_000) }))).toEqual({ kind: 'object' });
  expect(await send('{"__proto__":{}}')).toMatchObject({ code: 'body_malformed' });
  expect(await send('{')).toMatchObject({ code: 'body_malformed' });
  await app.close();
});
