import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import * as contract from '@menshen/contract';
import type { FakeHandler } from './bind.ts';
import { csrf, fakeHandlers } from './handlers.ts';
import type { World } from './world.ts';

/** The policy under which the console is served: the page must live with it. */
const contentSecurity =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export interface FakeServer {
  readonly url: string;
  /** Sets the scene; what tests change of it is what the server answers with. */
  world: World;
  /** What becomes of an answer before it is sent; null lets it be. */
  spoil: ((endpoint: contract.Endpoint, answer: unknown) => unknown) | null;
  /** Writes that arrived, newest last. */
  readonly writes: { readonly id: string; readonly body: unknown }[];
  /** Says something to every open page. */
  send(event: string, data: unknown): void;
  readonly listeners: number;
  close(): Promise<void>;
}

/** The control plane as the console sees it, over an invented world, on a free port of this machine. */
export async function startFakeServer(folder: string, world: World): Promise<FakeServer> {
  const open = new Set<ServerResponse>();
  const writes: { id: string; body: unknown }[] = [];
  const state: { world: World; spoil: FakeServer['spoil'] } = { world, spoil: null };
  const handlers = fakeHandlers(() => state.world);
  let count = 0;

  const answer = (response: ServerResponse, status: number, body: unknown): void => {
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
      .end(JSON.stringify(body));
  };

  const callApi = async (
    handler: FakeHandler,
    match: RegExpExecArray,
    url: URL,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const { endpoint } = handler;
    count += 1;
    try {
      if (endpoint.access === 'admin' && !state.world.signedIn) throw new contract.MenshenError('admin_session_missing');
      if (endpoint.access === 'admin' && endpoint.method !== 'GET' && request.headers['x-menshen-csrf'] !== csrf)
        throw new contract.MenshenError('csrf_refused');
      const text = await readText(request);
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      const params = Object.fromEntries(
        Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
      );
      const call = {
        params: endpoint.params?.parse(params),
        query: endpoint.query?.parse(Object.fromEntries(url.searchParams)),
        body: endpoint.body?.parse(body),
        approval: request.headers[contract.approvalHeader],
      };
      if (endpoint.method !== 'GET') writes.push({ id: endpoint.id, body });
      const result = handler.handle(call as Parameters<typeof handler.handle>[0]);
      const told = endpoint.response.parse(result);
      answer(response, endpoint.status ?? 200, state.spoil === null ? told : state.spoil(endpoint, told));
    } catch (error) {
      const code = error instanceof contract.MenshenError ? error.code : 'internal_error';
      answer(response, contract.errorStatus(code), {
        code,
        message: contract.errorText(code, 'en'),
        requestId: `fake_${String(count).padStart(6, '0')}`,
      });
    }
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('content-security-policy', contentSecurity);
    if (url.pathname === '/api/v1/stream') {
      if (!state.world.signedIn)
        return answer(response, 401, { code: 'admin_session_missing', message: '', requestId: 'fake_stream' });
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      response.write('retry: 3000\n\n');
      open.add(response);
      response.once('close', () => open.delete(response));
      return;
    }
    for (const handler of handlers) {
      const match = handler.endpoint.method === request.method ? patternOf(handler.endpoint.path).exec(url.pathname) : null;
      if (match !== null) return void callApi(handler, match, url, request, response);
    }
    if (url.pathname.startsWith('/api/'))
      return answer(response, 404, { code: 'not_found', message: '', requestId: 'fake_none' });
    if (url.pathname.startsWith('/tlog/')) {
      const bytes = state.world.signedIn ? state.world.log.file(url.pathname.slice('/tlog/'.length)) : null;
      response.writeHead(bytes === null ? 404 : 200, { 'content-type': 'application/octet-stream' }).end(bytes ?? undefined);
      return;
    }
    const file = url.pathname.startsWith('/assets/') ? url.pathname : '/index.html';
    void readFile(join(folder, file)).then(
      (bytes) =>
        response
          .writeHead(200, {
            'content-type': types[extname(file)] ?? 'application/octet-stream',
            // As the control plane does: an asset's name holds its hash.
            'cache-control': file === '/index.html' ? 'no-store' : 'public, max-age=31536000, immutable',
          })
          .end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get world() {
      return state.world;
    },
    set world(next) {
      state.world = next;
    },
    get spoil() {
      return state.spoil;
    },
    set spoil(next) {
      state.spoil = next;
    },
    writes,
    send(event, data) {
      for (const response of open) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    get listeners() {
      return open.size;
    },
    async close() {
      for (const response of open) response.end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}
