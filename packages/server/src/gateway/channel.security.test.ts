import { configSchema } from '@menshen/contract';
import { type EnvelopeContext, envelopeContentType, openEnvelope, sealEnvelope } from '@menshen/wire';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../testing/deployment.ts';
import {
  pinnedKey,
  random,
  type SealedSession,
  type SignOptions,
  sealedLogin,
  signedHeaders,
} from '../testing/sealing-client.ts';

const note = '{"text":"工资单里的数字","amount":5}';

describe.each(['A', 'S'] as const)('the encrypted channel, suite %s', (suite) => {
  let deployment: Deployment;
  let session: SealedSession;
  beforeAll(async () => {
    deployment = await startDeployment({
      change: (config) => ({
        ...config,
        apps: (config.apps ?? []).map((app) => ({
          ...app,
          routes: (app.routes ?? []).map((route) => {
            if (route.match === 'POST /notes') return { ...route, seal: 'required' as const };
            return route.match === 'GET /me' || route.match === 'PUT /staff/:uid'
              ? { ...route, seal: 'optional' as const }
              : route;
          }),
        })),
      }),
    });
    session = await sealedLogin(deployment, 'zhang', suite);
  });
  const echo: Deployment['backend']['answer'] = (request, response, body) => {
    response.writeHead(200, { 'content-type': 'application/json', etag: '"of the plain text"' });
    response.end(JSON.stringify({ method: request.method, got: body, type: request.headers['content-type'] ?? null }));
  };
  afterEach(() => {
    deployment.backend.answer = echo;
  });
  afterAll(() => deployment.close());

  const contextOf = (method: string, path: string, query = ''): EnvelopeContext => ({
    method,
    host: new URL(deployment.gatewayUrl).host,
    path,
    query,
    sid: session.sid,
    timestamp: Date.now(),
    nonce: random(16),
  });
  const head = { direction: 'c2s', keyVersion: 1 } as const;
  const sealed = (context: EnvelopeContext, text: string, key = session.keys.c2sEnc): Uint8Array =>
    sealEnvelope(session.suite, key, head, context, random(session.suite.aead.ivBytes), Buffer.from(text));
  /** Sends a body whose signature is right, whatever is in it. */
  const send = async (context: EnvelopeContext, body: Uint8Array, change: Partial<SignOptions> = {}) => {
    const { method, path, query, timestamp, nonce } = context;
    const contentType = change.contentType ?? envelopeContentType;
    const headers = signedHeaders(deployment, session, { method, path, query, timestamp, nonce, body, contentType, ...change });
    const answer = await fetch(`${deployment.gatewayUrl}${path}${query === '' ? '' : `?${query}`}`, {
      method,
      headers: body.length === 0 ? { ...headers, accept: envelopeContentType } : headers,
      ...(body.length === 0 ? {} : { body: Buffer.from(body) }),
    });
    return { status: answer.status, headers: answer.headers, bytes: new Uint8Array(await answer.arrayBuffer()) };
  };
  const opened = (context: EnvelopeContext, bytes: Uint8Array): unknown => {
    const plain = openEnvelope(session.suite, session.keys.s2cEnc, { direction: 's2c', keyVersion: 1 }, context, bytes);
    return plain === null ? null : JSON.parse(Buffer.from(plain).toString());
  };
  const refusal = (bytes: Uint8Array): unknown => (JSON.parse(Buffer.from(bytes).toString()) as { code: string }).code;

  it('is not taken for an attack because of the random digits of its signature', async () => {
    deployment.backend.answer = echo;
    const nonce = Buffer.from('xp_cmdshell0123456789A', 'base64url');
    const context = { ...contextOf('POST', '/portal/notes'), nonce };
    expect((await send(context, sealed(context, note))).status).toBe(200);
  });

  it('hides request and answer from whoever is between, and the backend sees plain JSON', async () => {
    deployment.backend.answer = echo;
    const context = contextOf('POST', '/portal/notes');
    const body = sealed(context, note);
    expect(Buffer.from(body).includes('text')).toBe(false);
    const answer = await send(context, body);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(envelopeContentType);
    expect(answer.headers.get('etag')).toBeNull();
    expect(Buffer.from(answer.bytes).includes('got')).toBe(false);
    expect(opened(context, answer.bytes)).toEqual({ method: 'POST', got: note, type: 'application/json' });
    expect(deployment.backend.seen.at(-1)?.headers['content-length']).toBe(String(Buffer.byteLength(note)));
  });

  it('never looks the same twice, and no answer opens for another request', async () => {
    deployment.backend.answer = echo;
    const [one, other] = [contextOf('POST', '/portal/notes'), contextOf('POST', '/portal/notes')];
    const answers = [await send(one, sealed(one, note)), await send(other, sealed(other, note))];
    expect(Buffer.from(answers[0]?.bytes ?? []).equals(Buffer.from(answers[1]?.bytes ?? []))).toBe(false);
    expect(opened(one, answers[1]?.bytes ?? new Uint8Array())).toBeNull();
  });

  it('of an envelope that does not open does not let a request through, in any mode', async () => {
    const seen = deployment.backend.seen.length;
    const context = contextOf('POST', '/portal/notes');
    const flipped = sealed(context, note);
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
    const other = contextOf('POST', '/portal/notes');
    for (const body of [
      flipped,
      sealed(context, note, session.keys.s2cEnc),
      sealed(other, note),
      sealed({ ...context, path: '/portal/other' }, note),
      Buffer.from('MS'),
      Buffer.from(note),
    ]) {
      const answer = await send({ ...context, nonce: random(16) }, body);
      expect([answer.status, refusal(answer.bytes)]).toEqual([400, 'envelope_invalid']);
    }
    expect(deployment.backend.seen.length).toBe(seen);
  });

  it('is demanded where the route says so, of bodies, of sessions without keys, and of strangers', async () => {
    const context = contextOf('POST', '/portal/notes');
    const clear = await send(context, Buffer.from(note), { contentType: 'application/json' });
    expect([clear.status, refusal(clear.bytes)]).toEqual([400, 'envelope_required']);
    const unbound = await deployment.token('li');
    const answer = await deployment.call('POST', '/portal/notes', { token: unbound, body: JSON.parse(note) });
    expect([answer.status, answer.body.code]).toEqual([400, 'envelope_required']);
  });

  it('holds what is inside to the schema and to inspection', async () => {
    const context = contextOf('POST', '/portal/notes');
    const wrong = await send(context, sealed(context, '{"text":5}'));
    expect([wrong.status, refusal(wrong.bytes)]).toEqual([422, 'schema_mismatch']);
    const attack = contextOf('POST', '/portal/notes');
    const text = JSON.stringify({ text: "' UNION SELECT password FROM users -- " });
    const blocked = await send(attack, sealed(attack, text));
    expect([blocked.status, refusal(blocked.bytes)]).toEqual([403, 'request_blocked']);
  });

  it('is offered where it is optional: a read in an envelope, or in clear', async () => {
    deployment.backend.answer = echo;
    const context = contextOf('GET', '/portal/me');
    const answer = await send(context, new Uint8Array(0));
    expect(opened(context, answer.bytes)).toEqual({ method: 'GET', got: '', type: null });
    const plain = contextOf('PUT', '/portal/staff/zhang');
    const clear = await send(plain, Buffer.from('{"a":1}'), { contentType: 'application/json' });
    expect([clear.status, clear.headers.get('content-type')]).toEqual([200, 'application/json']);
  });

  it('says refusals in clear, which hold nothing of the request', async () => {
    const context = contextOf('GET', '/portal/admin');
    const answer = await send(context, new Uint8Array(0));
    expect([answer.status, refusal(answer.bytes)]).toEqual([403, 'not_permitted']);
  });

  it('loses no request while the keys of logins are rotated, and knows clients of the key before until it is switched off', async () => {
    deployment.backend.answer = echo;
    const old = await pinnedKey(deployment, suite);
    const begin = configSchema.parse(deployment.config);
    const rotated = (generation: number, previous: boolean) =>
      deployment.platform.reload(
        { ...begin, gateway: { ...begin.gateway, clientKeys: { ...begin.gateway.clientKeys, generation, previous } } },
        deployment.folder,
      );
    const answers: unknown[] = [];
    let running = true;
    const traffic = async (): Promise<void> => {
      while (running) {
        const context = contextOf('POST', '/portal/notes');
        const answer = await send(context, sealed(context, note));
        answers.push(answer.status === 200 ? opened(context, answer.bytes) : [answer.status, refusal(answer.bytes)]);
      }
    };
    const all = [traffic(), traffic()];
    await sealedLogin(deployment, 'li', suite, old);
    await rotated(2, true);
    expect((await pinnedKey(deployment, suite)).kid).not.toBe(old.kid);
    await sealedLogin(deployment, 'li', suite, old);
    await sealedLogin(deployment, 'li', suite);
    await rotated(2, false);
    await expect(sealedLogin(deployment, 'li', suite, old)).rejects.toThrow();
    const before = answers.length;
    // The session of before goes on under its own keys.
    await expect.poll(() => answers.length, { timeout: 60_000 }).toBeGreaterThan(before + 5);
    running = false;
    await Promise.all(all);
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify({ method: 'POST', got: note, type: 'application/json' })]),
    );
    await deployment.platform.reload(begin, deployment.folder);
  });
});

describe('a route with an encrypted channel', () => {
  it.each([
    [
      { requestSigning: { mode: 'off' as const } },
      { match: 'POST /x', action: 'note.write', seal: 'optional' as const },
      'requestSigning',
    ],
    [{}, { match: 'POST /x', action: 'note.write', seal: 'required' as const, body: { stream: true } }, 'streams'],
  ])('that cannot work is refused at start: %#', async (settings, route, word) => {
    await expect(
      startDeployment({
        change: (config) => ({
          ...config,
          apps: (config.apps ?? []).map((app) => ({ ...app, ...settings, routes: [...(app.routes ?? []), route] })),
        }),
      }),
    ).rejects.toThrow(word);
  });
});
