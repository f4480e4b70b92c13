import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StagingServer {
  readonly url: string;
  /** Requests so far: `GET /api/orders`. */
  readonly asked: string[];
  readonly profiles: Record<string, Record<string, unknown>>;
  close(): Promise<void>;
}

/** Tokens of the test accounts. */
export const tokens = { alice: 'token-of-alice', bob: 'token-of-bob', boss: 'token-of-boss' } as const;

const orders = [
  { id: 1001, user: 'alice', amount: 300, phone: '13800000001' },
  { id: 1002, user: 'alice', amount: 120, phone: '13800000001' },
  { id: 2001, user: 'bob', amount: 500, phone: '13900000002' },
];

/** The interfaces of both servers. */
export const openApi = {
  openapi: '3.1.0',
  info: { title: 'staging', version: '1' },
  security: [{ bearer: [] }],
  paths: {
    '/api/orders': { get: {} },
    '/api/orders/{id}': { get: { parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }] } },
    '/api/me': {
      get: {},
      put: {
        requestBody: {
          content: { 'application/json': { schema: { type: 'object', properties: { nickname: { type: 'string' } } } } },
        },
      },
    },
    '/api/export': { get: {} },
    '/api/admin/users': { get: { tags: ['admin'] } },
    '/api/search': { get: { parameters: [{ name: 'q', in: 'query', required: true, example: 'tea' }] } },
    '/api/news': { get: { security: [] } },
    '/hello': { get: { security: [], parameters: [{ name: 'name', in: 'query', required: true, example: 'you' }] } },
  },
};

/** A backend with one fault for each rule of the probe, or with none of them. Everything is invented and in memory. */
export async function startStaging(hardened: boolean): Promise<StagingServer> {
  const asked: string[] = [];
  const profiles: StagingServer['profiles'] = {
    alice: { id: 'u-1', nickname: 'Alice', role: 'user', balance: 10 },
    bob: { id: 'u-2', nickname: 'Bob', role: 'user', balance: 20 },
    boss: { id: 'u-9', nickname: 'Boss', role: 'admin', balance: 0 },
  };
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push(`${request.method} ${request.url}`);
      answer({ request, response, body, profiles, counts, hardened });
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ asked, profiles },
    close: () => end(server),
  };
}

const end = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: string;
  readonly profiles: StagingServer['profiles'];
  readonly counts: Map<string, number>;
  readonly hardened: boolean;
}

function answer({ request, response, body, profiles, counts, hardened }: Asked): void {
  const url = new URL(request.url ?? '/', 'http://staging');
  const user = Object.entries(tokens).find(([, token]) => request.headers.authorization === `Bearer ${token}`)?.[0] ?? null;
  const { origin } = request.headers;
  const headers: Record<string, string> = hardened
    ? { 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" }
    : origin === undefined
      ? {}
      : { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' };
  const say = (status: number, value: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(value));
  };
  const page = (text: string): void => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers });
    response.end(text);
  };
  // As many Chinese backends do: 200, and a code that says no.
  const refused = (): void => say(200, { code: 401, msg: '请先登录', data: null });
  const ok = (data: unknown): void => say(200, { code: 0, msg: 'ok', data, requestId: randomBytes(4).toString('hex') });

  if (hardened && user !== null) {
    const count = (counts.get(user) ?? 0) + 1;
    counts.set(user, count);
    if (count > 150) return say(429, { code: 429, msg: '太频繁' });
  }
  if (url.pathname === '/api/news') return ok([{ id: 1, title: 'open' }]);
  if (url.pathname === '/hello') {
    const name = url.searchParams.get('name') ?? '';
    return page(`<p>hello ${hardened ? name.replaceAll(/[<>"'&]/g, '') : name}</p>`);
  }
  if (url.pathname === '/api/export') return user === null && hardened ? refused() : ok({ rows: orders });
  if (user === null) return refused();
  if (url.pathname === '/api/orders') return ok(orders.filter((order) => order.user === user));
  if (url.pathname.startsWith('/api/orders/')) {
    const id = decodeURIComponent(url.pathname.slice('/api/orders/'.length));
    if (!/^\d{1,12}$/.test(id))
      return hardened
        ? say(400, { code: 400, msg: '编号不正确' })
        : say(500, {
            error: 'TypeError: bad id\n    at getOrder (/srv/app/orders.js:12:7)\n    at handle (/srv/app/index.js:3:1)',
          });
    const order = orders.find((one) => String(one.id) === id && (!hardened || one.user === user));
    return order === undefined ? say(404, { code: 404, msg: '没有' }) : ok(order);
  }
  if (url.pathname === '/api/me' && request.method === 'PUT') {
    const given = JSON.parse(body) as Record<string, unknown>;
    const own = profiles[user] ?? {};
    Object.assign(own, hardened ? { nickname: given['nickname'] ?? own['nickname'] } : given);
    return ok(own);
  }
  if (url.pathname === '/api/me') return ok(profiles[user]);
  if (url.pathname === '/api/admin/users')
    return hardened && user !== 'boss' ? say(403, { code: 403, msg: '无权限' }) : ok(Object.values(profiles));
  if (url.pathname === '/api/search') {
    const q = url.searchParams.get('q') ?? '';
    if (!hardened && q.includes("'"))
      return say(500, { code: 500, msg: `You have an error in your SQL syntax near '${q}' at line 1` });
    return ok([{ id: 7, title: 'tea' }]);
  }
  return say(404, { code: 404, msg: '没有' });
}
