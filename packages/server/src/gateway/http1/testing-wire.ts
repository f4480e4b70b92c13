import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { ClientConnection, type ConnectionHost } from './client-connection.ts';
import type { ClientRequest } from './client-request.ts';
import type { ClientResponse } from './client-response.ts';
import type { BodyFailure } from './incoming-body.ts';

/** A request as a handler got it. `body` is Latin-1 text, or why it is not there. */
export interface Heard {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: string | { readonly failed: BodyFailure };
}

export type Handler = (request: ClientRequest, response: ClientResponse) => void;

export const testLimits = { headerBytes: 4_096, headerTimeoutMs: 1_000, bodyTimeoutMs: 2_000, keepAliveMs: 5_000 };
const bodyLimit = 100_000;

/** Lets everything that is due happen; nothing waits for a clock. */
export async function settle(turns = 12): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** One connection without a network: its client's side, what the server side heard, and a clock that stands until it is moved. */
export function openWire(handler?: Handler, upgrade: ConnectionHost['upgrade'] = null) {
  const [near, far] = duplexPair({ highWaterMark: 65_536 }) as unknown as [Duplex, Duplex];
  const heard: Heard[] = [];
  const refused: string[] = [];
  const books = { busy: 0, idle: 0, released: 0, slow: 0, last: false, tooSlow: false };
  let ended = false;
  let received = '';
  const answer: Handler = (request, response) => {
    const { method, url, rawHeaders } = request;
    const done = (body: Buffer | BodyFailure): void => {
      const failed = typeof body === 'string';
      heard.push({ method, url, rawHeaders, body: failed ? { failed: body } : body.toString('latin1') });
      response.writeHead(failed ? 400 : 200).end(`${method} ${url}`);
    };
    const body = request.readBody(bodyLimit, testLimits.bodyTimeoutMs);
    if (body instanceof Promise) void body.then(done);
    else done(body);
  };
  const host: ConnectionHost = {
    limits: testLimits,
    now: 0,
    closing: false,
    pace: {
      isTooSlow: () => books.tooSlow,
      noteSlow: () => {
        books.slow += 1;
      },
    },
    tail: (goesOn) => (goesOn ? '\r\n' : 'connection: close\r\n\r\n'),
    request: handler ?? answer,
    upgrade,
    refused: ({ code }) => {
      refused.push(code);
      return `HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`;
    },
    closed: () => undefined,
  };
  const slot = {
    busy: () => {
      books.busy += 1;
      return books.last;
    },
    idle: () => {
      books.idle += 1;
    },
    release: () => {
      books.released += 1;
    },
  };
  // A duplex stream in memory has all of a socket that a connection uses.
  const connection = new ClientConnection(near as unknown as Socket, host, slot);
  far.on('data', (bytes: Buffer) => {
    received += bytes.toString('latin1');
  });
  far.on('end', () => {
    ended = true;
  });
  far.on('error', () => undefined);
  return {
    client: far,
    near,
    connection,
    host,
    heard,
    refused,
    books,
    received: () => received,
    /** Whether the server has ended its side, or the connection altogether. */
    ended: () => ended || near.destroyed,
    async send(...pieces: (string | Buffer)[]): Promise<void> {
      for (const piece of pieces) {
        if (!far.writable) break;
        far.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
        await settle(1);
      }
      await settle();
    },
    /** Moves the clock and looks at the deadlines. */
    async pass(ms: number): Promise<void> {
      host.now += ms;
      connection.check(host.now);
      await settle();
    },
  };
}

/** How our front reads these pieces. */
export async function readByUs(...pieces: (string | Buffer)[]) {
  const wire = openWire();
  await wire.send(...pieces);
  wire.client.destroy();
  return { heard: wire.heard, refused: wire.refused, ended: wire.ended(), received: wire.received() };
}

/** How node:http reads these bytes: the targets of the requests that it hands to a handler with their whole body. */
export async function readByNode(text: string): Promise<string[]> {
  const targets: string[] = [];
  const server = createServer({ keepAlive: false }, (request, response) => {
    request.resume();
    request.on('error', () => undefined);
    request.on('end', () => {
      targets.push(request.url ?? '');
      response.end('ok');
    });
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('upgrade', (_request, socket) => socket.destroy());
  const [near, far] = duplexPair() as unknown as [Duplex, Duplex];
  near.on('error', () => undefined);
  far.on('error', () => undefined).resume();
  server.emit('connection', near);
  far.write(Buffer.from(text, 'latin1'));
  await settle();
  far.destroy();
  near.destroy();
  return targets;
}
