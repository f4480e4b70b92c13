import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Deployment } from '../testing/deployment.ts';
import { describeEachEngine } from '../testing/engines.ts';

describeEachEngine('a request through the gateway', (start) => {
  let deployment: Deployment;
  let zhang: string;
  let boss: string;
  beforeAll(async () => {
    deployment = await start();
    zhang = await deployment.token('zhang');
    boss = await deployment.token('boss');
  });
  afterAll(() => deployment.close());

  const recorded = async (filter: Parameters<Deployment['platform']['queries']['traffic']>[0]) => {
    await deployment.indexed();
    return await deployment.platform.queries.traffic(filter, 200, null);
  };
  const lastSeen = () => deployment.backend.seen.at(-1);

  it("reaches the backend with a signed identity and none of the client's own", async () => {
    for (const name of ['X-Menshen-Identity', 'x_menshen_identity', 'X-Menshen_Identity', 'x-menshen--identity']) {
      const answer = await deployment.call('GET', '/portal/me', { token: zhang, headers: { [name]: 'forged' } });
      expect(answer.status).toBe(200);
      expect(JSON.stringify(lastSeen()?.headers)).not.toContain('forged');
    }
    const token = String(lastSeen()?.headers['x-menshen-identity']);
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
    expect(claims).toMatchObject({
      sub: 'zhang',
      aud: 'portal',
      iss: 'menshen',
      departments: [{ id: '3', path: ['总部', '研发', '研发一组'] }],
    });
    expect(lastSeen()?.headers.authorization).toBeUndefined();
  });

  it('refuses a Connection header that would have the identity dropped', async () => {
    const before = deployment.backend.seen.length;
    const answer = await raw(
      deployment,
      `GET /portal/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${zhang}\r\nConnection: close, X-Menshen-Identity\r\n\r\n`,
    );
    expect(answer).toContain('header_malformed');
    expect(deployment.backend.seen.length).toBe(before);
  });

  it("hides the backend's make and sets security headers", async () => {
    const { headers } = await deployment.call('GET', '/portal/me', { token: zhang });
    expect(headers.get('server')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    ['GET', '/portal/undeclared', 404, 'route_undeclared'],
    ['DELETE', '/portal/me', 405, 'method_not_allowed'],
    ['GET', '/elsewhere', 404, 'app_unknown'],
    ['GET', '/portal/me/..%2f..%2fsecret', 400, 'path_malformed'],
    ['GET', '/portal/%00', 400, 'path_malformed'],
    ['GET', '/portal/me?a=1&a=2', 400, 'query_ambiguous'],
    ['GET', '/_menshen/v1/nothing', 404, 'route_undeclared'],
  ])('%s %s is %d %s', async (method, path, status, code) => {
    const answer = await deployment.call(method, path, { token: zhang });
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
  });

  it('lets a person see themselves, a leader their people, and nobody beside', async () => {
    expect((await deployment.call('GET', '/portal/staff/zhang', { token: zhang })).status).toBe(200);
    expect((await deployment.call('GET', '/portal/staff/li', { token: zhang })).body['code']).toBe('not_permitted');
    expect((await deployment.call('GET', '/portal/staff/zhang', { token: boss })).status).toBe(200);
    expect((await deployment.call('GET', '/portal/staff/li', { token: boss })).body['code']).toBe('not_permitted');
    expect((await deployment.call('GET', '/portal/staff/nobody', { token: boss })).body['code']).toBe('not_permitted');
    expect((await deployment.call('GET', '/portal/admin', { token: boss })).body['code']).toBe('not_permitted');
  });

  it('applies a role as soon as it is given and no longer than it is held', async () => {
    await deployment.platform.directory.setRoles('boss', ['admin'], 'test');
    expect((await deployment.call('GET', '/portal/admin', { token: boss })).status).toBe(200);
    await deployment.platform.directory.setRoles('boss', [], 'test');
    expect((await deployment.call('GET', '/portal/admin', { token: boss })).status).toBe(403);
  });

  it('keeps the connection of a client whose request it refused', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (let sent = 0; sent < 3; sent += 1) {
      await new Promise<void>((resolve, reject) => {
        const sending = request(`${deployment.gatewayUrl}/portal/me`, { agent }, (answer) => {
          ports.add(answer.socket.localPort);
          expect(answer.statusCode).toBe(401);
          answer.resume().once('end', resolve);
        });
        sending.on('error', reject).end();
      });
    }
    agent.destroy();
    expect(ports.size).toBe(1);
  });

  it('asks for a session, and for a second factor where the route does', async () => {
    expect((await deployment.call('GET', '/portal/me')).body['code']).toBe('session_missing');
    expect((await deployment.call('GET', '/portal/me', { token: `mst1.${'A'.repeat(64)}` })).body['code']).toBe(
      'session_invalid',
    );
    expect(
      (await deployment.call('GET', '/portal/me', { token: `${zhang.slice(0, -1)}${zhang.endsWith('A') ? 'B' : 'A'}` })).body[
        'code'
      ],
    ).toBe('session_invalid');
    expect((await deployment.call('GET', '/portal/secret', { token: zhang })).body['code']).toBe('mfa_required');
    expect((await deployment.call('GET', '/portal/public')).status).toBe(200);
  });

  it.each([
    ['a field that is not declared', { text: 'a', admin: true }, 'schema_mismatch'],
    ['an amount out of bounds', { text: 'a', amount: 99_999 }, 'schema_mismatch'],
  ])('refuses %s', async (_what, body, code) => {
    const before = deployment.backend.seen.length;
    expect((await deployment.call('POST', '/portal/notes', { token: zhang, body })).body['code']).toBe(code);
    expect(deployment.backend.seen.length).toBe(before);
  });

  it.each([
    ['duplicate keys', Buffer.from('{"text":"a","text":"b"}'), 'application/json', 'body_ambiguous'],
    ['duplicate keys in disguise', Buffer.from('{"text":"a","t\\u0065xt":"b"}'), 'application/json', 'body_ambiguous'],
    [
      'broken UTF-8',
      Buffer.concat([Buffer.from('{"text":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]),
      'application/json',
      'body_not_utf8',
    ],
    ['UTF-16', Buffer.from('{"text":"a"}', 'utf16le'), 'application/json; charset=utf-16', 'charset_unsupported'],
    ['deep nesting', Buffer.from(`${'['.repeat(5_000)}${']'.repeat(5_000)}`), 'application/json', 'body_too_deep'],
    ['another content type', Buffer.from('<a/>'), 'text/xml', 'content_type_unsupported'],
    ['no JSON', Buffer.from('{"text":'), 'application/json', 'body_malformed'],
  ])('refuses a body with %s', async (_what, raw, type, code) => {
    const before = deployment.backend.seen.length;
    expect(
      (await deployment.call('POST', '/portal/notes', { token: zhang, raw, headers: { 'content-type': type } })).body['code'],
    ).toBe(code);
    expect(deployment.backend.seen.length).toBe(before);
  });

  it('refuses 10 MB without reading it', async () => {
    const answer = await deployment
      .call('POST', '/portal/notes', {
        token: zhang,
        raw: Buffer.alloc(10_000_000, 0x20),
        headers: { 'content-type': 'application/json' },
      })
      .catch((error: unknown) => error);
    // The refusal may overtake the body; a client that still writes then sees the connection end.
    if (!(answer instanceof Error)) expect(answer).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
    const { rows } = await recorded({ code: 'body_too_large' });
    expect(rows.length).toBeGreaterThan(0);
  });

  it('passes an honest Chinese body on as it is', async () => {
    const body = { text: '今天的周报：完成了 80%，"引号" 与 <尖括号> 都没问题 🎉', amount: 5 };
    expect((await deployment.call('POST', '/portal/notes', { token: zhang, body })).status).toBe(200);
    expect(JSON.parse(lastSeen()?.body ?? '')).toEqual(body);
  });

  it('streams an upload within its limit', async () => {
    const raw = Buffer.alloc(2_000_000, 7);
    const answer = await deployment.call('POST', '/portal/files', {
      token: zhang,
      raw,
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(answer.status).toBe(200);
    expect(lastSeen()?.body.length).toBe(raw.length);
  });

  it('sends an answer larger than its buffer whole', async () => {
    const big = 'x'.repeat(1_000_000);
    const before = deployment.backend.answer;
    deployment.backend.answer = (_request, response) => response.end(big);
    expect((await deployment.call('GET', '/portal/me', { token: zhang })).text).toBe(big);
    deployment.backend.answer = before;
  });

  it('limits a person on a route', async () => {
    const codes = [];
    for (let tries = 0; tries < 3; tries += 1)
      codes.push((await deployment.call('GET', '/portal/limited', { token: zhang })).status);
    expect(codes).toEqual([200, 200, 429]);
  });

  it('says 504 for a backend that hangs and 502 for one that hangs up, without repeating a change', async () => {
    const before = deployment.backend.answer;
    deployment.backend.answer = () => undefined;
    expect((await deployment.call('GET', '/portal/me', { token: zhang })).body['code']).toBe('backend_timeout');
    deployment.backend.answer = (request) => request.socket.destroy();
    const seen = deployment.backend.seen.length;
    expect((await deployment.call('POST', '/portal/notes', { token: zhang, body: { text: 'a' } })).body['code']).toBe(
      'backend_unreachable',
    );
    expect(deployment.backend.seen.length).toBe(seen + 1);
    deployment.backend.answer = before;
    expect((await deployment.call('GET', '/portal/me', { token: zhang })).status).toBe(200);
  });

  it('answers a broken request line, an oversized head and an upgrade with a code', async () => {
    expect(await raw(deployment, 'GARBAGE\r\n\r\n')).toContain('bad_request');
    expect(await raw(deployment, `GET /portal/me HTTP/1.1\r\nHost: x\r\nX-Big: ${'a'.repeat(20_000)}\r\n\r\n`)).toContain(
      'headers_too_large',
    );
    expect(
      await raw(deployment, 'GET /portal/me HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
    ).toContain('route_undeclared');
    expect(
      await raw(
        deployment,
        'POST /portal/notes HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ),
    ).toMatch(/400/);
  });

  it('records every one of them, with the stage that refused', async () => {
    const { rows } = await recorded({ outcome: 'refused' });
    const codes = new Set(rows.map((row) => row.code));
    for (const code of [
      'route_undeclared',
      'method_not_allowed',
      'not_permitted',
      'schema_mismatch',
      'body_ambiguous',
      'body_not_utf8',
      'session_invalid',
      'mfa_required',
      'header_malformed',
      'rate_limited',
      'bad_request',
    ]) {
      expect(codes, code).toContain(code);
    }
    const failed = await recorded({ outcome: 'failed' });
    expect(new Set(failed.rows.map((row) => row.code))).toEqual(new Set(['backend_timeout', 'backend_unreachable']));
  });
});

/** Sends bytes as they are and gives what comes back until the connection ends or half a second is quiet. */
function raw(deployment: Deployment, text: string): Promise<string> {
  const { hostname, port } = new URL(deployment.gatewayUrl);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = '';
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on('data', (chunk) => {
      answer += chunk.toString();
      if (answer.includes('"requestId"')) socket.destroy();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
