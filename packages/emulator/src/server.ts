import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createAdjustableClock } from './clock.ts';
import { createEmulator, type Emulator } from './emulator.ts';
import { type EmulatorRequest, type EmulatorResponse, maxBodyBytes } from './http/exchange.ts';
import type { EmulatorOptions } from './options.ts';

type Handed = 'clock' | 'random' | 'fetch';

/** The options of the emulator; clock, random and fetch default to the real ones, the clock with forward moves. */
export interface EmulatorServerOptions extends Omit<EmulatorOptions, Handed>, Partial<Pick<EmulatorOptions, Handed>> {
  /** `127.0.0.1` when absent. On another address, the platform APIs are open to who can reach it; admin API and phone page are not. */
  readonly host?: string;
  /** 0, or absent: a free port. */
  readonly port?: number;
}

export interface EmulatorServer {
  readonly emulator: Emulator;
  /** `http://host:port`, the base address for both platforms. */
  readonly url: string;
  /** Ends callbacks and connections; resolves when the port is free. */
  readonly close: () => Promise<void>;
}

const limits = {
  /** Bytes; an access token of 512 characters in the address fits many times. */
  maxHeaderSize: 16 * 1024,
  requestTimeout: 30_000,
  headersTimeout: 10_000,
};

/** Starts the emulator on a port. Rejects with Node's error when the port is taken. */
export async function startEmulator(options: EmulatorServerOptions): Promise<EmulatorServer> {
  const { host = '127.0.0.1', port = 0, ...rest } = options;
  const emulator = createEmulator({
    clock: createAdjustableClock(Date.now),
    random: randomBytes,
    fetch: globalThis.fetch,
    ...rest,
  });
  const closing = new AbortController();
  const server = createServer(limits, (request, response) => {
    serve(emulator, request, response, closing.signal).catch(() => {
      if (response.headersSent || request.destroyed || closing.signal.aborted) response.destroy();
      else response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    emulator,
    url: `http://${name}:${address.port}`,
    async close() {
      closing.abort();
      await emulator.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  emulator: Emulator,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const body = await readBody(incoming);
  if (!body) {
    outgoing.writeHead(413, { 'content-type': 'text/plain', connection: 'close' }).end('body too large');
    return;
  }
  const response = await emulator.handle(toRequest(incoming, body));
  if (response.delayMs > 0) await delay(response.delayMs, undefined, { signal: closing });
  send(outgoing, response);
}

function send(outgoing: ServerResponse, response: EmulatorResponse): void {
  if (response.drop) {
    outgoing.destroy();
    return;
  }
  const bytes = Buffer.from(response.body, 'utf8');
  outgoing.writeHead(response.status, { ...response.headers, 'content-length': bytes.length }).end(bytes);
}

/** Undefined when the body is over the limit: it is not read to its end. */
async function readBody(incoming: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function toRequest(incoming: IncomingMessage, body: Uint8Array): EmulatorRequest {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: incoming.method ?? 'GET',
    url: incoming.url ?? '/',
    headers,
    body,
    remoteAddress: incoming.socket.remoteAddress ?? '',
  };
}
