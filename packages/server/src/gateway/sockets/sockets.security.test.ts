import type { AddressInfo } from 'node:net';
import { configSchema, type Measured } from '@menshen/contract';
import { createMenshen } from '@menshen/miniprogram';
import { createFakeWx } from '@menshen/miniprogram/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';
import { type SealedSession, sealedLogin, signedHeaders } from '../../testing/sealing-client.ts';

const limits = { maxMessageBytes: 1_000, messagesPerSecond: 20, perSession: 2, origins: ['https://desk.example.com'] };
const chat = '/portal/ws/chat';
const page = 'https://servicewechat.com/';
/** An attack of which a text as it stands shows nothing. */
const escaped = [..."' UNION SELECT password FROM users -- "]
  .map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
  .join('');

interface Opened {
  readonly client: WebSocket;
  readonly heard: string[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

describe('WebSocket routes', () => {
  let deployment: Deployment;
  let session: SealedSession;
  let backend: WebSocketServer;
  const peers: { readonly socket: WebSocket; readonly headers: Record<string, unknown>; readonly url: string }[] = [];
  const got: string[] = [];
  const clients: WebSocket[] = [];
  let reachable = true;

  beforeAll(async () => {
    backend = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      handleProtocols: (offered) => [...offered].at(-1) ?? false,
      verifyClient: () => reachable,
    });
    await new Promise((resolve) => {
      backend.once('listening', resolve);
    });
    backend.on('connection', (socket, request) => {
      peers.push({ socket, headers: request.headers, url: request.url ?? '' });
      socket.on('message', (data, binary) => {
        got.push(binary ? `binary ${data}` : String(data));
        socket.send(binary ? data : `echo ${data}`, { binary });
      });
    });
    const upstream = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
    deployment = await startDeployment({
      change: (config) => ({
        ...config,
        apps: (config.apps ?? []).map((app) => ({
          ...app,
          upstream,
          routes: [
            ...(app.routes ?? []),
            { match: 'GET /ws/chat', action: 'note.write', socket: limits },
            { match: 'GET /ws/quiet', action: 'note.write', socket: { ...limits, idleSeconds: 1, binary: true } },
            { match: 'GET /ws/watched', action: 'note.write', mode: 'monitor' as const, socket: limits },
            { match: 'GET /ws/admin', action: 'admin', socket: limits },
          ],
        })),
      }),
    });
    session = await sealedLogin(deployment, 'zhang');
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.terminate();
    await until(() => backend.clients.size === 0);
    peers.length = got.length = 0;
    reachable = true;
  });
  afterAll(async () => {
    await deployment.close();
    backend.close();
  });

  const until = async (holds: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 500 && !holds(); tries += 1)
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
    expect(holds()).toBe(true);
  };

  const ticketFor = async (target: string, of = session): Promise<{ readonly ticket: string; readonly code: unknown }> => {
    const body = Buffer.from(JSON.stringify({ use: 'socket', target }));
    const path = '/_menshen/v1/ticket';
    const headers = signedHeaders(deployment, of, { method: 'POST', path, body, contentType: 'application/json' });
    const answer = await fetch(`${deployment.gatewayUrl}${path}`, { method: 'POST', headers, body });
    const { ticket = '', code } = (await answer.json()) as { ticket?: string; code?: string };
    return { ticket, code };
  };
  const headersFor = async (target: string, of = session): Promise<Record<string, string>> => ({
    authorization: `Bearer ${of.token}`,
    'x-menshen-ticket': (await ticketFor(target, of)).ticket,
  });

  /** Opens a socket, or tells status and code of the refusal. */
  const open = (target: string, headers: Record<string, string>, protocols: string[] = []): Promise<Opened | string> => {
    const client = new WebSocket(deployment.gatewayUrl.replace(/^http/, 'ws') + target, protocols, { headers });
    clients.push(client);
    const heard: string[] = [];
    client.on('message', (data, binary) => heard.push(binary ? `binary ${data}` : String(data)));
    const closed = new Promise<{ readonly code: number; readonly reason: string }>((resolve) => {
      client.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
    return new Promise((resolve, reject) => {
      client.on('open', () => resolve({ client, heard, closed }));
      client.on('unexpected-response', (_request, response) => {
        let text = '';
        response.on('data', (part) => {
          text += part;
        });
        response.on('end', () => resolve(`${response.statusCode} ${JSON.parse(text).code}`));
      });
      client.on('error', reject);
    });
  };
  const opened = async (target = chat, protocols: string[] = []): Promise<Opened> => {
    const socket = await open(target, await headersFor(target), protocols);
    if (typeof socket === 'string') throw new Error(`was refused: ${socket}`);
    return socket;
  };
  /** What the log says of sockets since then, without what differs each time. */
  const recorded = async (from: number): Promise<unknown[]> => {
    await deployment.indexed();
    const found: unknown[] = [];
    const { size } = await deployment.platform.queries.status();
    for (let index = from; index < size; index += 1) {
      const { event } = (await deployment.platform.queries.entry(index)) ?? {};
      const menshen = (event as { unmapped?: { menshen?: Record<string, unknown> } } | undefined)?.unmapped?.menshen ?? {};
      if (String(menshen['action']).startsWith('socket.'))
        found.push([menshen['action'], menshen['code'], menshen['messages_in']]);
    }
    return found;
  };
  const sizeOfLog = async (): Promise<number> => {
    await deployment.indexed();
    return (await deployment.platform.queries.status()).size;
  };

  it('carry messages both ways, in order, with the signed identity and without the token', async () => {
    const { client, heard } = await opened(`${chat}?room=%E9%97%A8`, ['chat.v1', 'chat.v2']);
    expect(client.protocol).toBe('chat.v2');
    for (let at = 0; at < 10; at += 1) client.send(`{"n":${at},"text":"你好"}`);
    await until(() => heard.length === 10);
    expect(heard).toEqual(Array.from({ length: 10 }, (_all, at) => `echo {"n":${at},"text":"你好"}`));
    const [peer] = peers;
    expect(peer?.url).toBe('/portal/ws/chat?room=%E9%97%A8');
    expect(peer?.headers['x-menshen-identity']).toMatch(/^eyJ/);
    expect([peer?.headers['authorization'], peer?.headers['x-menshen-ticket']]).toEqual([undefined, undefined]);
    client.close();
    await until(() => backend.clients.size === 0);
  });

  it('take no handshake without a ticket, with a used one, or with one for another place or person', async () => {
    expect(await open(chat, { authorization: `Bearer ${session.token}` })).toBe('403 transfer_ticket_invalid');
    const headers = await headersFor(chat);
    expect(await open(chat, headers)).toBeTypeOf('object');
    expect(await open(chat, headers)).toBe('403 transfer_ticket_invalid');
    expect(await open(chat, await headersFor('/portal/ws/quiet'))).toBe('403 transfer_ticket_invalid');
    const other = await sealedLogin(deployment, 'li');
    const mixed = { ...(await headersFor(chat)), authorization: `Bearer ${other.token}` };
    expect(await open(chat, mixed)).toBe('403 transfer_ticket_invalid');
    expect(await open(chat, {})).toBe('401 session_missing');
    // A signature is for a request that can be signed.
    expect(await open(chat, signedHeaders(deployment, session, { method: 'GET', path: chat }))).toBe(
      '403 transfer_ticket_invalid',
    );
    expect(peers).toHaveLength(1);
  });

  it('alone are given tickets for sockets', async () => {
    for (const target of ['/portal/me', '/portal/nowhere', '/elsewhere/ws/chat'])
      expect(await ticketFor(target)).toMatchObject({ code: 'route_undeclared' });
  });

  it.each([
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'null' }, false],
    [{ origin: 'https://servicewechat.com.evil.example' }, false],
    [{ referer: `${page}wx0000000000000000/3/page-frame.html` }, false],
    [{ origin: 'https://desk.example.com' }, true],
    [{ origin: 'https://servicewechat.com' }, true],
  ])('take no page of somebody else, and no other mini program: %j', async (headers, taken) => {
    const socket = await open(chat, { ...(await headersFor(chat)), ...headers });
    expect(typeof socket === 'string' ? socket : 'open').toBe(taken ? 'open' : '403 socket_origin_refused');
  });

  it('ask the policy, and are no way around other routes', async () => {
    expect(await open('/portal/ws/admin', await headersFor('/portal/ws/admin'))).toBe('403 not_permitted');
    const bearer = { authorization: `Bearer ${session.token}` };
    expect(await open('/portal/me', bearer)).toBe('404 route_undeclared');
    expect(await open('/_menshen/v1/session', bearer)).toMatch(/^404 /);
    const plain = await fetch(deployment.gatewayUrl + chat, {
      headers: signedHeaders(deployment, session, { method: 'GET', path: chat }),
    });
    expect([plain.status, ((await plain.json()) as { code: string }).code]).toEqual([404, 'route_undeclared']);
    expect(peers).toEqual([]);
  });

  it('close what is too long, too fast, or binary where that is off', async () => {
    const long = await opened();
    long.client.send('x'.repeat(1_001));
    expect((await long.closed).code).toBe(1009);
    const flood = await opened();
    for (let at = 0; at < 60; at += 1) flood.client.send(`m${at}`);
    expect(await flood.closed).toEqual({ code: 1008, reason: 'too_many' });
    expect(got.length).toBeLessThanOrEqual(30);
    const pings = await opened();
    for (let at = 0; at < 60; at += 1) pings.client.ping();
    expect((await pings.closed).reason).toBe('too_many');
    const binary = await opened();
    binary.client.send(Buffer.from([1, 2, 3]));
    expect((await binary.closed).code).toBe(1003);
    expect(got.filter((message) => message.startsWith('binary'))).toEqual([]);
    const allowed = await opened('/portal/ws/quiet');
    for (const bytes of ['abc', '{\x01\xfe', '\x00\x01[']) allowed.client.send(Buffer.from(bytes, 'latin1'));
    await until(() => allowed.heard.length === 3);
    // A backend reads JSON alike from both kinds of frames.
    for (const text of [`{"text":"${escaped}"}`, `{"text":"${escaped}\xff"}`]) {
      const { client, closed } = await opened('/portal/ws/quiet');
      client.send(Buffer.from(text, 'latin1'));
      expect(await closed).toEqual({ code: 1008, reason: 'refused' });
    }
    expect(got.filter((message) => message.includes('text'))).toEqual([]);
  });

  it.each([
    ['an attack in JSON', JSON.stringify({ text: "' UNION SELECT password FROM users -- " }), 'request_blocked'],
    ['an attack in text', "' UNION SELECT password FROM users -- ", 'request_blocked'],
    ['JSON of two readings', '{"a":1,"a":2}', 'body_ambiguous'],
    ['escaped JSON behind the number of an event', `42["say","${escaped}"]`, 'request_blocked'],
  ])('hold back %s, close with 1008 and record it', async (_name, message, code) => {
    const from = await sizeOfLog();
    const { client, closed } = await opened();
    client.send('{"before":true}');
    client.send(message);
    client.send('{"after":true}');
    expect(await closed).toEqual({ code: 1008, reason: 'refused' });
    await until(() => backend.clients.size === 0);
    expect(got).toEqual(['{"before":true}']);
    expect(await recorded(from)).toEqual([
      ['socket.refuse', code, 3],
      ['socket.close', 'refused', 3],
    ]);
  });

  it('only note an attack where the route watches', async () => {
    const from = await sizeOfLog();
    const { client, heard } = await opened('/portal/ws/watched');
    client.send("' UNION SELECT password FROM users -- ");
    await until(() => heard.length === 1);
    expect(await recorded(from)).toEqual([['socket.refuse', 'request_blocked', 1]]);
  });

  it('close within a second when the session is ended', async () => {
    const mine = await sealedLogin(deployment, 'boss');
    const socket = await open(chat, await headersFor(chat, mine));
    if (typeof socket === 'string') throw new Error(socket);
    socket.client.send('one');
    await until(() => socket.heard.length === 1);
    const began = performance.now();
    await deployment.platform.identity.endSessionsOf('boss', 'test', 'test');
    expect(await socket.closed).toEqual({ code: 1008, reason: 'session_ended' });
    process.stdout.write(`an ended session closed its socket after ${(performance.now() - began).toFixed(0)} ms\n`);
    await until(() => backend.clients.size === 0);
  });

  it.each<[string, Measured]>([
    ['an account is locked', { kind: 'lock_accounts', target: { persons: ['boss'] } }],
    ['their route is stopped', { kind: 'stop_route', target: { app: 'portal', route: 'GET /ws/chat' } }],
    ['only looking is allowed: what goes through a socket may change anything', { kind: 'read_only', target: { app: 'portal' } }],
  ])('close within a second, and do not open, when %s', async (_why, measured) => {
    const { containment } = deployment.platform;
    const mine = await sealedLogin(deployment, 'boss');
    const socket = await open(chat, await headersFor(chat, mine));
    if (typeof socket === 'string') throw new Error(socket);
    const { id } = await containment.carryOut(
      { ...measured, until: Date.now() + 3_600_000, reason: 'a test of it', idempotencyKey: `sockets ${measured.kind}` },
      'test',
      { approval: null, approvedBy: null, forced: false },
    );
    expect((await socket.closed).code).toBe(1008);
    if (measured.kind !== 'lock_accounts') expect(typeof (await open(chat, await headersFor(chat)))).toBe('string');
    await containment.lift(id, 'a test of it', 'test');
    expect(typeof (await open(chat, await headersFor(chat)))).not.toBe('string');
  });

  it('close when the configuration takes their route away, or the policy no longer permits it, and stay open otherwise', async () => {
    const { platform, config, folder } = deployment;
    const changed = configSchema.parse({
      ...config,
      apps: (config.apps ?? []).map((app) => ({
        ...app,
        routes: (app.routes ?? [])
          .filter(({ match }) => match !== 'GET /ws/watched')
          .map((route) => (route.match === 'GET /ws/quiet' ? { ...route, action: 'admin' } : route)),
      })),
    });
    const [kept, withdrawn, forbidden] = [await opened(), await opened('/portal/ws/watched'), await opened('/portal/ws/quiet')];
    await platform.reload(changed, folder);
    expect((await withdrawn.closed).reason).toBe('not_permitted');
    expect((await forbidden.closed).reason).toBe('not_permitted');
    kept.client.send('still here');
    await until(() => kept.heard.length === 1);
    await platform.reload(configSchema.parse(config), folder);
  });

  it('are opened by the client SDK', async () => {
    const hello = (await deployment.call('GET', '/_menshen/v1/hello')).body as {
      keys: { kid: string; suite: string; publicKey: string }[];
    };
    const code = () => deployment.code('wecom', 'zhang');
    const wx = createFakeWx({ fetch, loginCode: code, wecomLoginCode: code });
    const serverKeys = hello.keys.filter(({ suite }) => suite === 'A').map(({ kid, publicKey }) => ({ kid, publicKey }));
    const menshen = createMenshen({ baseUrl: deployment.gatewayUrl, app: 'portal', wx, serverKeys });
    await menshen.connectSocket({ url: `${chat}?room=7`, protocols: ['chat.v1'] });
    const [asked] = wx.sockets;
    const base = deployment.gatewayUrl.replace(/^http/, 'ws');
    expect(asked?.url).toBe(`${base}${chat}?room=7`);
    const socket = await open(`${chat}?room=7`, { ...asked?.header }, ['chat.v1']);
    expect(socket).toBeTypeOf('object');
    expect(peers[0]?.url).toBe(`${chat}?room=7`);
  });

  it('close what is idle, and open no more than two of a session', async () => {
    const quiet = await opened('/portal/ws/quiet');
    expect(await quiet.closed).toEqual({ code: 1001, reason: 'idle' });
    await opened();
    await opened();
    expect(await open(chat, await headersFor(chat))).toBe('429 rate_limited');
  });

  it('end with the backend, and are refused when it takes none', async () => {
    const { closed } = await opened();
    peers[0]?.socket.close();
    expect((await closed).code).toBe(1000);
    reachable = false;
    expect(await open(chat, await headersFor(chat))).toBe('502 backend_unreachable');
  });

  it.each([
    [{ match: 'POST /ws/x', action: 'note.write', socket: {} }, 'GET'],
    [{ match: 'GET /ws/x', action: 'note.write', socket: {}, retries: 1 }, 'retries'],
    [{ match: 'GET /ws/x', action: 'note.write', socket: {}, seal: 'optional' as const }, 'seal'],
  ])('that cannot work are refused at start: %#', async (route, word) => {
    const change = (config: Deployment['config']): Deployment['config'] => ({
      ...config,
      apps: (config.apps ?? []).map((app) => ({ ...app, routes: [...(app.routes ?? []), route] })),
    });
    await expect(startDeployment({ change })).rejects.toThrow(word);
  });
});
