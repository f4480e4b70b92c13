import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import type { UpstreamRequest } from './request-writer.ts';
import { Upstream } from './upstream.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const open: { server: Server; upstream: Upstream; sockets: Set<Socket> }[] = [];

afterEach(async () => {
  for (const { server, upstream, sockets } of open.splice(0)) {
    await upstream.destroy();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

/** A backend that hears raw bytes. `onRequest` is called with each piece of a connection and the number of the connection. */
async function backend(onPiece: (socket: Socket, text: string, connection: number) => void, connections = 4) {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    const mine = count;
    count += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (piece) => onPiece(socket, piece.toString('latin1'), mine));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = server.address();
  const port = typeof place === 'object' && place !== null ? place.port : 0;
  const upstream = new Upstream({
    url: `http://127.0.0.1:${port}`,
    connections,
    clock: Date.now,
    monotonic: () => performance.now(),
  });
  open.push({ server, upstream, sockets });
  return { upstream, port, connections: () => count, sockets };
}

const get = (path = '/', more: Partial<UpstreamRequest> = {}): UpstreamRequest => ({
  method: 'GET',
  path,
  headers: ['accept', '*/*'],
  body: null,
  timeoutMs: 2_000,
  ...more,
});
const text = (answer: { chunks: readonly Buffer[] }): string => Buffer.concat([...answer.chunks]).toString('latin1');
const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error) => error,
  );

describe('a backend connection', () => {
  it('never hands bytes behind an answer to the next caller', async () => {
    const smuggled = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled';
    for (const first of [ok, 'HTTP/1.1 204 No Content\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n']) {
      const { upstream, connections } = await backend(
        (socket, _, connection) => socket.write(connection === 0 ? first + smuggled : ok),
        1,
      );
      // The second waits for the only connection when the first answer comes.
      const [answer, next] = await Promise.allSettled([upstream.exchange(get('/a')), upstream.exchange(get('/b'))]);
      if (answer.status === 'fulfilled') expect(text(answer.value)).toBe('');
      else expect(answer.reason).toMatchObject({ code: 'backend_answer_invalid' });
      expect(next.status === 'fulfilled' && text(next.value)).toBe('ok');
      expect(connections()).toBe(2);
    }
  });

  it('writes one exact request and carries the next one on the same connection', async () => {
    const seen: string[] = [];
    const { upstream, port, connections } = await backend((socket, piece) => {
      seen.push(piece);
      socket.write(ok);
    });
    expect(text(await upstream.exchange(get('/a?b=1')))).toBe('ok');
    expect(text(await upstream.exchange(get('/b', { method: 'POST', body: Buffer.from('{"x":"é"}', 'latin1') })))).toBe('ok');
    expect(text(await upstream.exchange(get('/c', { method: 'DELETE' })))).toBe('ok');
    expect(text(await upstream.exchange(get('/d', { method: 'PUT' })))).toBe('ok');
    expect(seen).toEqual([
      `GET /a?b=1 HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: */*\r\n\r\n`,
      `POST /b HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: */*\r\ncontent-length: 9\r\n\r\n{"x":"é"}`,
      `DELETE /c HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: */*\r\n\r\n`,
      `PUT /d HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: */*\r\ncontent-length: 0\r\n\r\n`,
    ]);
    expect(connections()).toBe(1);
    expect(upstream.health).toBe('healthy');
  });

  it('sends a stream in chunks, or under the length that its head declares', async () => {
    let seen = '';
    const { upstream } = await backend((socket, piece) => {
      seen += piece;
      if (seen.endsWith('0\r\n\r\n') || seen.endsWith('world')) socket.write(ok);
    });
    const stream = (): PassThrough => {
      const body = new PassThrough();
      body.write('hello ');
      setImmediate(() => body.end('world'));
      return body;
    };
    await upstream.exchange(get('/', { method: 'POST', body: stream() }));
    expect(seen).toContain('transfer-encoding: chunked\r\n\r\n6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n');
    seen = '';
    await upstream.exchange(get('/', { method: 'POST', body: stream(), headers: ['content-length', '11'] }));
    expect(seen.endsWith('content-length: 11\r\n\r\nhello world')).toBe(true);
  });

  it('holds a large answer back at the pace of the client', async () => {
    const big = 'x'.repeat(4 << 20);
    const { upstream } = await backend(
      (socket) => void socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${big.length}\r\n\r\n${big}`),
    );
    const answer = await upstream.exchange(get());
    expect(answer.pump).not.toBeNull();
    const client = new PassThrough({ highWaterMark: 1_024 });
    const sent = answer.pump?.({
      begin: (stream) => void client.on('drain', () => stream.drain()),
      write: (piece) => client.write(piece),
      finish: () => {
        client.end();
        return true;
      },
      destroy: () => void client.destroy(),
    });
    let length = 0;
    for await (const piece of client) length += (piece as Buffer).length;
    expect(length).toBe(big.length);
    expect(await sent).toBe(big.length);
  });

  it('queues what is above the limit of connections, in order', async () => {
    const order: string[] = [];
    const { upstream, connections } = await backend((socket, piece) => {
      order.push(piece.split(' ')[1] ?? '');
      setImmediate(() => socket.write(ok));
    }, 2);
    await Promise.all(Array.from({ length: 20 }, (_, at) => upstream.exchange(get(`/${at}`))));
    expect(connections()).toBe(2);
    expect(order).toEqual(Array.from({ length: 20 }, (_, at) => `/${at}`));
  });

  it('asks on a new connection when the backend has closed, and when it says close', async () => {
    const { upstream, connections, sockets } = await backend((socket, piece) => {
      socket.write(piece.includes('/close') ? 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok' : ok);
    });
    await upstream.exchange(get('/close'));
    await upstream.exchange(get());
    expect(connections()).toBe(2);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(text(await upstream.exchange(get()))).toBe('ok');
  });
});

describe('a backend that fails', () => {
  it('keeps silent: an end after the time limit, also for what waits in the queue', async () => {
    const { upstream } = await backend(() => undefined, 1);
    const first = code(upstream.exchange(get('/', { timeoutMs: 100 })));
    const second = code(upstream.exchange(get('/', { timeoutMs: 100 })));
    expect(await first).toMatchObject({ code: 'backend_timeout', sent: true });
    expect(await second).toMatchObject({ code: 'backend_timeout' });
  });

  it('hangs up before, in the middle of, or instead of an answer', async () => {
    const { upstream } = await backend((socket, piece) => {
      if (piece.includes('/middle')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel');
      else if (piece.includes('/head')) socket.end('HTTP/1.1 200 OK\r\nConte');
      else socket.destroy();
    });
    expect(await code(upstream.exchange(get('/none')))).toMatchObject({ code: 'backend_unreachable', sent: true });
    expect(await code(upstream.exchange(get('/middle')))).toMatchObject({ code: 'backend_answer_invalid' });
    expect(await code(upstream.exchange(get('/head')))).toMatchObject({ code: 'backend_unreachable' });
  });

  it('never gives bytes that came unasked to the next caller', async () => {
    const { upstream, connections } = await backend((socket) => {
      socket.write(ok);
      setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged'), 20);
    });
    expect(text(await upstream.exchange(get()))).toBe('ok');
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(text(await upstream.exchange(get()))).toBe('ok');
    expect(connections()).toBe(2);
  });

  it('opens the circuit after five failures in a row; a caller who leaves is no failure', async () => {
    const { upstream } = await backend((socket, piece) => void (piece.includes('/wait') || socket.destroy()));
    for (let at = 0; at < 8; at += 1) {
      let leave: () => void = () => undefined;
      const left = code(upstream.exchange(get('/wait', { onStart: (abandon) => (leave = abandon) })));
      leave();
      expect(await left).toMatchObject({ code: 'backend_unreachable' });
    }
    for (let at = 0; at < 5; at += 1) expect(await code(upstream.exchange(get()))).toMatchObject({ code: 'backend_unreachable' });
    expect(await code(upstream.exchange(get()))).toMatchObject({ code: 'backend_circuit_open', sent: false });
    expect(upstream.health).toBe('open');
  });

  it('refuses to write a request that would split into two', async () => {
    const { upstream, connections } = await backend((socket) => void socket.write(ok));
    expect(await code(upstream.exchange(get('/', { headers: ['x', 'a\r\nGET /b HTTP/1.1'] })))).toMatchObject({
      code: 'backend_unreachable',
      sent: false,
    });
    expect(await code(upstream.exchange(get('/a b')))).toMatchObject({ sent: false });
    expect(connections()).toBeLessThanOrEqual(1);
    expect(text(await upstream.exchange(get()))).toBe('ok');
  });

  it('closes when those under way have ended, and takes no more', async () => {
    const { upstream } = await backend((socket) => void setTimeout(() => socket.write(ok), 50));
    const under = upstream.exchange(get());
    const closed = upstream.close();
    expect(await code(upstream.exchange(get()))).toMatchObject({ code: 'backend_unreachable' });
    expect(text(await under)).toBe('ok');
    await closed;
  });
});
