import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface StandInGateway {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Answers every request with 503 while true. */
  unavailable: boolean;
  /** Ends every session that was given so far. */
  endSessions(): void;
  close(): Promise<void>;
}

const maxBody = 1_000_000;

/**
 * As much of a gateway as the actor's manners depend on: login codes work once, WeChat users of the portal must bind first, large bodies are
 * cut off. It decides nothing else.
 */
export async function startStandInGateway(): Promise<StandInGateway> {
  const seen: Seen[] = [];
  const codes = new Set<string>();
  const bound = new Set<string>();
  const ended = new Set<string>();
  let serial = 0;

  const tokenOf = (number: number): string => `mst1.${String(number).padStart(64, 'A')}`;
  const grant = () => {
    serial += 1;
    return { status: 200, body: { token: tokenOf(serial) } };
  };

  function answer(one: Seen): { status: number; body: unknown } {
    if (standIn.unavailable) return { status: 503, body: { code: 'maintenance' } };
    if (one.body.length > maxBody) return { status: 413, body: { code: 'body_too_large' } };
    if (one.path === '/_menshen/v1/login') {
      const { app, channel, code } = JSON.parse(one.body.toString('utf8')) as { app: string; channel: string; code: string };
      if (codes.has(code)) return { status: 401, body: { code: 'code_used' } };
      codes.add(code);
      const phone = String(one.headers['x-forwarded-for']);
      if (app === 'portal' && channel === 'wechat' && !bound.has(phone)) {
        return { status: 403, body: { code: 'binding_required', ticket: `ticket-${phone}`, ways: ['phone'] } };
      }
      return grant();
    }
    if (one.path === '/_menshen/v1/bind') {
      bound.add(String(one.headers['x-forwarded-for']));
      return grant();
    }
    if (ended.has(one.headers.authorization ?? '')) return { status: 401, body: { code: 'session_expired' } };
    if (one.path.endsWith('/leave') && one.method === 'GET')
      return { status: 200, body: { items: [{ id: 'L7', state: 'pending' }] } };
    return { status: 200, body: {} };
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBody) break;
    }
    const { pathname: path } = new URL(request.url ?? '/', 'http://gateway.invalid');
    const one: Seen = {
      method: request.method ?? '',
      path,
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      body: Buffer.concat(chunks),
    };
    seen.push(one);
    const { status, body } = answer(one);
    response
      .writeHead(status, { 'content-type': 'application/json', ...(length > maxBody ? { connection: 'close' } : {}) })
      .end(JSON.stringify(body));
    request.resume();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const standIn: StandInGateway = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    unavailable: false,
    endSessions() {
      for (let number = 1; number <= serial; number += 1) ended.add(`Bearer ${tokenOf(number)}`);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return standIn;
}
