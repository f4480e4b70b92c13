import type { ConfigInput } from '@menshen/contract';
import { openAnswer } from '@menshen/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from '../testing/deployment.ts';
import { describeEachEngine } from '../testing/engines.ts';
import {
  pinnedKey,
  random,
  type SealedSession,
  seal,
  sealedLogin,
  sha256,
  signedHeaders,
  suites,
} from '../testing/sealing-client.ts';

const demanding = (config: ConfigInput): ConfigInput => ({
  ...config,
  apps: (config.apps ?? []).map((app) => ({
    ...app,
    requestSigning: { mode: 'required' as const },
    routes: [
      ...(app.routes ?? []),
      { match: 'POST /pictures', action: 'upload', body: { types: ['multipart' as const], maxBytes: 100_000 } },
    ],
  })),
});

const note = Buffer.from('{"text":"你好"}');

describeEachEngine('client protocol 1 at the gateway', (start) => {
  let deployment: Deployment;
  let zhang: SealedSession;
  let li: SealedSession;
  beforeAll(async () => {
    deployment = await start({ change: demanding });
    zhang = await sealedLogin(deployment, 'zhang');
    li = await sealedLogin(deployment, 'li', 'S');
  });
  afterAll(() => deployment.close());

  const code = async (
    method: string,
    target: string,
    headers: Record<string, string>,
    raw?: Uint8Array,
  ): Promise<string | number> => {
    const answer = await deployment.call(method, target, { headers, ...(raw === undefined ? {} : { raw }) });
    return answer.status === 200 ? 200 : String(answer.body['code']);
  };
  const get = (session: SealedSession, more: object = {}) =>
    signedHeaders(deployment, session, { method: 'GET', path: '/portal/me', ...more });
  const post = (session: SealedSession, more: object = {}) =>
    signedHeaders(deployment, session, { method: 'POST', path: '/portal/notes', body: note, ...more });

  it('passes signed requests of both suites, with and without a body, with a query, and on our own endpoints', async () => {
    for (const session of [zhang, li]) {
      expect(await code('GET', '/portal/me', get(session))).toBe(200);
      expect(await code('GET', '/portal/me?page=1&a=%E4%BD%A0', get(session, { query: 'page=1&a=%E4%BD%A0' }))).toBe(200);
      expect(await code('POST', '/portal/notes', post(session), note)).toBe(200);
      const own = signedHeaders(deployment, session, { method: 'GET', path: '/_menshen/v1/session' });
      expect(await code('GET', '/_menshen/v1/session', own)).toBe(200);
    }
    expect(deployment.backend.seen.at(-1)?.headers['x-menshen-signature']).toBeUndefined();
  });

  it('passes thirty requests at once, in whatever order they arrive', async () => {
    const all = await Promise.all(Array.from({ length: 30 }, async () => code('POST', '/portal/notes', post(zhang), note)));
    expect(all.filter((one) => one !== 200)).toEqual([]);
  });

  /** A token that leaked from a log, a proxy or a screenshot. */
  it('refuses a token without the keys of its session', async () => {
    expect(await code('GET', '/portal/me', { authorization: `Bearer ${zhang.token}` })).toBe('signature_required');
    expect(await code('GET', '/_menshen/v1/session', { authorization: `Bearer ${zhang.token}` })).toBe('signature_required');
    expect(await code('GET', '/_menshen/v1/mfa', { authorization: `Bearer ${zhang.token}` })).toBe('signature_required');
    expect(await code('POST', '/_menshen/v1/logout', { authorization: `Bearer ${zhang.token}` })).toBe('signature_required');
    const withOthersKeys = { ...li, token: zhang.token, sid: zhang.sid };
    expect(await code('GET', '/portal/me', get(withOthersKeys))).toBe('signature_invalid');
  });

  it.each([
    ['method', { method: 'PUT' }],
    ['host', { host: 'evil.example' }],
    ['app', { app: 'other' }],
    ['path', { path: '/portal/staff/li' }],
    ['query', { query: 'a=1' }],
    ['content type', { contentType: 'text/plain' }],
    ['session', { sid: new Uint8Array(16) }],
    ['time', { timestamp: 1_700_000_000_000 }],
    ['nonce', { nonce: new Uint8Array(16) }],
    ['body', { bodyHash: new Uint8Array(32) }],
  ])('refuses a signature over another %s', async (_name, claim) => {
    expect(await code('POST', '/portal/notes', post(zhang, { claim }), note)).toBe('signature_invalid');
  });

  it('refuses a body, a target or a type that was changed on the way', async () => {
    expect(await code('POST', '/portal/notes', post(zhang), Buffer.from('{"text":"你坏"}'))).toBe('signature_invalid');
    expect(await code('GET', '/portal/me?role=admin', get(zhang))).toBe('signature_invalid');
    expect(await code('GET', '/portal/staff/zhang', get(zhang))).toBe('signature_invalid');
    const retyped = { ...post(zhang), 'content-type': 'application/json; charset=utf-8' };
    expect(await code('POST', '/portal/notes', retyped, note)).toBe('signature_invalid');
  });

  it('refuses a request that was seen before, also when a hundred come at once', async () => {
    const headers = post(zhang);
    const codes = await Promise.all(Array.from({ length: 100 }, () => code('POST', '/portal/notes', headers, note)));
    expect(codes.filter((one) => one === 200)).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set([200, 'request_replayed']));
  });

  it('does not remember nonces of requests that nobody could have signed', async () => {
    const nonce = random(16);
    expect(await code('GET', '/portal/me', get(zhang, { nonce, claim: { path: '/x' } }))).toBe('signature_invalid');
    expect(await code('GET', '/portal/me', get(zhang, { nonce }))).toBe(200);
  });

  it.each([
    ['-121 s', -121_000],
    ['an hour ahead', 3_600_000],
  ])('tells the server time to a clock that is off by %s', async (_name, skew) => {
    const answer = await deployment.call('GET', '/portal/me', { headers: get(zhang, { timestamp: Date.now() + skew }) });
    expect(answer.body).toMatchObject({ code: 'clock_skew' });
    expect(Math.abs(Number(answer.body['serverTime']) - Date.now())).toBeLessThan(10_000);
  });

  it('refuses another spelling of the header', async () => {
    const headers = get(zhang);
    const text = headers['x-menshen-signature'] ?? '';
    for (const other of [
      text.replace('v=1', 'v=2'),
      ` ${text}x`,
      text.replace(',k=1', ',k=01'),
      text.replaceAll(',', ', '),
      '',
    ]) {
      expect(await code('GET', '/portal/me', { ...headers, 'x-menshen-signature': other })).toMatch(
        /^signature_(invalid|required)$/,
      );
    }
  });

  describe('logins', () => {
    it('are refused in clear', async () => {
      const body = { app: 'portal', channel: 'wecom', code: await deployment.code('wecom', 'zhang') };
      expect((await deployment.call('POST', '/_menshen/v1/login', { body })).body['code']).toBe('sealed_login_required');
    });

    it('are opened once, in time, and only by the key that they name', async () => {
      const inner = { app: 'portal', channel: 'wecom', code: await deployment.code('wecom', 'zhang') };
      const { message } = await seal(deployment, 'A', 'login', inner);
      expect((await deployment.call('POST', '/_menshen/v1/bind', { body: message })).body['code']).toBe('sealed_login_invalid');
      expect((await deployment.call('POST', '/_menshen/v1/login', { body: { ...message, app: 'other' } })).body['code']).toBe(
        'sealed_login_invalid',
      );
      expect((await deployment.call('POST', '/_menshen/v1/login', { body: { ...message, kid: 'g9a' } })).body['code']).toBe(
        'server_key_unknown',
      );
      expect((await deployment.call('POST', '/_menshen/v1/login', { body: message })).status).toBe(200);
      expect((await deployment.call('POST', '/_menshen/v1/login', { body: message })).body['code']).toBe('request_replayed');
      const late = await seal(deployment, 'A', 'login', inner, Date.now() - 200_000);
      expect((await deployment.call('POST', '/_menshen/v1/login', { body: late.message })).body['code']).toBe('clock_skew');
    });

    /** A proxy whose certificate the phone trusts: it sees and may change every byte. */
    it('give a man in the middle nothing: not the answer, not the keys, not a session', async () => {
      const inner = { app: 'portal', channel: 'wecom', code: await deployment.code('wecom', 'zhang') };
      const { message, pending, suite } = await seal(deployment, 'A', 'login', inner);
      const answer = await deployment.call('POST', '/_menshen/v1/login', { body: message });
      expect(answer.text).not.toContain('mst1.');
      expect(answer.text).not.toContain('zhang');
      for (const change of [{ ct: flipped(answer.body['ct']) }, { share: flipped(answer.body['share']) }, { kid: 'g9a' }]) {
        expect(openAnswer(suite, pending, { ...answer.body, ...change })).toBeNull();
      }
      // The proxy answers with a login of its own: it does not hold the pinned key.
      const forged = suites.A.keyPair(random);
      const own = await seal(deployment, 'A', 'login', inner);
      expect(
        openAnswer(suite, pending, { ...answer.body, share: Buffer.from(forged.publicKey).toString('base64url') }),
      ).toBeNull();
      expect(openAnswer(suite, own.pending, answer.body)).toBeNull();
      expect(openAnswer(suite, pending, answer.body)).not.toBeNull();
    });
  });

  describe('uploads', () => {
    const file = Buffer.from('picture of a receipt');
    const form = (content: Buffer): Buffer =>
      Buffer.concat([
        Buffer.from('--B\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'),
        content,
        Buffer.from('\r\n--B--\r\n'),
      ]);
    const ticketFor = async (session: SealedSession, body: object): Promise<Record<string, unknown>> => {
      const raw = Buffer.from(JSON.stringify(body));
      const headers = signedHeaders(deployment, session, { method: 'POST', path: '/_menshen/v1/ticket', body: raw });
      return (await deployment.call('POST', '/_menshen/v1/ticket', { headers, raw })).body;
    };
    const send = (session: SealedSession, ticket: unknown, content = file, target = '/portal/pictures?x=1') =>
      code(
        'POST',
        target,
        {
          authorization: `Bearer ${session.token}`,
          'x-menshen-ticket': String(ticket),
          'content-type': 'multipart/form-data; boundary=B',
        },
        form(content),
      );
    const want = { use: 'upload', target: '/portal/pictures?x=1', sha256: sha256(file) };

    it('go by a ticket: one file, one target, one session, once', async () => {
      const { ticket } = await ticketFor(zhang, want);
      expect(await send(zhang, ticket)).toBe(200);
      expect(await send(zhang, ticket)).toBe('transfer_ticket_invalid');
      expect(await send(zhang, (await ticketFor(zhang, want))['ticket'], Buffer.from('another picture'))).toBe(
        'transfer_ticket_invalid',
      );
      expect(await send(zhang, (await ticketFor(zhang, want))['ticket'], file, '/portal/pictures?x=2')).toBe(
        'transfer_ticket_invalid',
      );
      expect(await send(li, (await ticketFor(zhang, want))['ticket'])).toBe('transfer_ticket_invalid');
      expect(await send(zhang, `mtk1.${Buffer.alloc(32).toString('base64url')}`)).toBe('transfer_ticket_invalid');
    });

    it('cannot be had for what takes no upload, nor without a signature', async () => {
      for (const target of ['/portal/notes', '/portal/none', '/other']) {
        expect((await ticketFor(zhang, { ...want, target }))['code']).toBe('route_undeclared');
      }
      expect((await ticketFor(zhang, { use: 'socket', target: '/portal/pictures' }))['code']).toBe('route_undeclared');
      const unsigned = await deployment.call('POST', '/_menshen/v1/ticket', { token: zhang.token, body: want });
      expect(unsigned.body['code']).toBe('signature_required');
    });
  });

  it('publishes a key of each suite', async () => {
    expect((await pinnedKey(deployment, 'A')).kid).toBe('g1a');
    expect((await pinnedKey(deployment, 'S')).kid).toBe('g1s');
  });
});

function flipped(text: unknown): string {
  const bytes = Buffer.from(String(text), 'base64url');
  bytes[3] = (bytes[3] ?? 0) ^ 1;
  return bytes.toString('base64url');
}
