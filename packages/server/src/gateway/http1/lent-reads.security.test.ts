import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { lendReads } from './lent-reads.ts';
import { Http1Listener, type ListenerOptions } from './listener.ts';

const limits = { headerBytes: 4_096, headerTimeoutMs: 10_000, bodyTimeoutMs: 10_000, keepAliveMs: 10_000, connections: 100 };
const slot = { busy: () => false, idle: () => undefined, release: () => undefined };

/** Tells back the path and the body that it was sent. */
const echo: ListenerOptions['request'] = (request, response) => {
  const done = (body: unknown): void => void response.writeHead(200).end(`${request.url} ${String(body)}`);
  const body = request.readBody(1_000_000, 10_000);
  if (body instanceof Promise) void body.then(done);
  else done(body);
};

let ends: (() => Promise<unknown>)[] = [];

async function listener(upgrade: ListenerOptions['upgrade'] = null): Promise<number> {
  const made = new Http1Listener({
    tls: null,
    limits,
    connections: { admit: () => slot, isTooSlow: () => false, noteSlow: () => undefined },
    clock: () => 0,
    monotonic: () => 0,
    request: echo,
    upgrade,
    refused: () => 'HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n',
  });
  ends.push(() => made.close(0));
  return await made.listen('127.0.0.1', 0);
}

interface Client {
  readonly socket: Socket;
  received(): string;
  until(text: string): Promise<void>;
}

function client(port: number): Client {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let received = '';
  let heard: () => void = () => undefined;
  socket.on('data', (bytes: Buffer) => {
    received += bytes.toString('latin1');
    heard();
  });
  socket.on('error', () => undefined);
  ends.push(async () => socket.destroy());
  return {
    socket,
    received: () => received,
    until: (text) =>
      new Promise((resolve) => {
        heard = () => (received.includes(text) ? resolve() : undefined);
        heard();
      }),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

afterEach(async () => {
  const all = ends;
  ends = [];
  for (const end of all.reverse()) await end();
});

describe('connections that read into one buffer', () => {
  it('never see bytes of each other, however their pieces alternate', async () => {
    const port = await listener();
    const clients = Array.from({ length: 12 }, () => client(port));
    const texts = clients.map((_, at) => {
      const body = String.fromCharCode(97 + at).repeat(40 + at * 997);
      return `POST /of-${at}- HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    });
    for (let piece = 0; texts.some((text) => piece * 97 < text.length); piece += 1) {
      clients.forEach(({ socket }, at) => void socket.write(texts[at]?.slice(piece * 97, piece * 97 + 97) ?? ''));
      if (piece % 3 === 0) await turn();
    }
    await Promise.all(clients.map((one, at) => one.until(`/of-${at}- `)));
    for (const [at, one] of clients.entries()) {
      await one.until((texts[at] ?? '').split('\r\n\r\n')[1] ?? '');
      expect(one.received().split('\r\n\r\n')[1]).toBe(`/of-${at}- ${(texts[at] ?? '').split('\r\n\r\n')[1]}`);
    }
  });

  it('keep what was sent ahead of an answer', async () => {
    const port = await listener();
    const [one, other] = [client(port), client(port)];
    one.socket.write('GET /first HTTP/1.1\r\nHost: a\r\n\r\nPOST /second HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab');
    other.socket.write(`POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n${'z'.repeat(90_000)}`);
    await other.until('/other z');
    one.socket.write('c');
    await one.until('/second abc');
    expect(one.received()).toContain('/first ');
  });

  it('are streams for who takes an upgrade, paused until they are read', async () => {
    let taken: ((socket: Socket, behind: string) => void) | null = null;
    const upgraded = new Promise<[Socket, string]>((resolve) => {
      taken = (socket, behind) => resolve([socket, behind]);
    });
    const port = await listener((_head, socket, behind) => taken?.(socket, behind.toString()));
    const one = client(port);
    one.socket.write('GET /s HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nfirst');
    const [socket, behind] = await upgraded;
    expect(behind).toBe('first');
    one.socket.write('second');
    const bytes = await new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (piece: Buffer) => {
        text += piece.toString();
        if (text === 'second') one.socket.end('third');
      });
      socket.on('end', () => resolve(text));
      socket.resume();
    });
    expect(bytes).toBe('secondthird');
  });
});

describe('this Node', () => {
  it('can lend the reads of a connection that it has accepted', async () => {
    const lent = new Promise<string>((resolve) => {
      const server = createServer((socket) => {
        const taken = lendReads(socket, (bytes) => {
          resolve(bytes.toString());
          return true;
        });
        if (!taken) resolve('not lent');
      });
      server.listen(0, '127.0.0.1', () => {
        const place = server.address();
        client(typeof place === 'object' && place !== null ? place.port : 0).socket.write('hello');
      });
      ends.unshift(() => new Promise((closed) => server.close(closed)));
    });
    expect(await lent).toBe('hello');
  });

  it('is left as it is where it is made otherwise, and for TLS', () => {
    const never = (): boolean => true;
    expect(lendReads({ readableLength: 0 } as Socket, never)).toBe(false);
    const _handle = { useUserBuffer: () => undefined };
    expect(lendReads({ encrypted: true, readableLength: 0, _handle } as unknown as Socket, never)).toBe(false);
    expect(lendReads({ readableLength: 1, _handle } as unknown as Socket, never)).toBe(false);
  });
});
