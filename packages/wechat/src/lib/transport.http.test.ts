import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createTransport } from './transport.ts';

const servers: Server[] = [];

async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map(stop));
});

function transportTo(base: string, limits: { timeoutMs?: number; maxResponseBytes?: number } = {}) {
  return createTransport(base, { fetch, ...limits });
}

const request = { api: '/cgi-bin/token', method: 'GET', query: { secret: 'app-secret' } } as const;

describe('transport over HTTP', () => {
  it('reads an answer', async () => {
    const base = await listen((_request, response) => response.end('{"access_token":"t","expires_in":7200}'));
    expect(await transportTo(base)(request)).toEqual({ access_token: 't', expires_in: 7200 });
  });

  it('does not carry the secret along a redirect', async () => {
    const reached: (string | undefined)[] = [];
    const elsewhere = await listen((incoming, response) => {
      reached.push(incoming.url);
      response.end('{}');
    });
    const base = await listen((incoming, response) => response.writeHead(307, { location: `${elsewhere}${incoming.url}` }).end());
    await expect(transportTo(base)(request)).rejects.toMatchObject({ reason: 'network' });
    expect(reached).toEqual([]);
  });

  it('gives up on a server that accepts and says nothing, or stops in the middle', async () => {
    const silent = await listen(() => {});
    await expect(transportTo(silent, { timeoutMs: 50 })(request)).rejects.toMatchObject({ reason: 'timeout' });
    const half = await listen((_request, response) => response.write('{"access_token":'));
    await expect(transportTo(half, { timeoutMs: 50 })(request)).rejects.toMatchObject({ reason: 'timeout' });
  });

  it('names a lost and a refused connection', async () => {
    const dropping = await listen((incoming) => incoming.socket.destroy());
    await expect(transportTo(dropping)(request)).rejects.toMatchObject({ reason: 'network' });
    const server = servers.pop();
    if (server) await stop(server);
    await expect(transportTo(dropping)(request)).rejects.toMatchObject({ reason: 'network', networkCode: 'ECONNREFUSED' });
  });

  it('stops reading an endless answer', async () => {
    const base = await listen((_request, response) => {
      const chunk = Buffer.alloc(65_536, 0x20);
      const pour = () => {
        while (response.write(chunk));
      };
      response.on('drain', pour);
      pour();
    });
    await expect(transportTo(base, { maxResponseBytes: 1024 * 1024 })(request)).rejects.toMatchObject({ reason: 'too_large' });
  });
});
