import { describe, expect, it } from 'vitest';
import { IncomingBody } from './incoming-body.ts';
import { openWire, settle, testLimits } from './testing-wire.ts';

const head = (line: string, ...lines: string[]): string => `${[line, 'Host: a', ...lines].join('\r\n')}\r\n\r\n`;
const get = head('GET /a HTTP/1.1');

describe('a client that is slow on purpose', () => {
  it('has as long for a head as it may take, however it drips', async () => {
    const wire = openWire();
    for (const byte of get.slice(0, 9)) {
      await wire.send(byte);
      await wire.pass(testLimits.headerTimeoutMs / 10);
    }
    expect(wire.refused).toEqual([]);
    await wire.send('/');
    await wire.pass(testLimits.headerTimeoutMs / 10);
    expect(wire.refused).toEqual(['request_timeout']);
    expect([wire.ended(), wire.received().startsWith('HTTP/1.1 400')]).toEqual([true, true]);
  });

  it('is closed without a word when it says nothing', async () => {
    const wire = openWire();
    await wire.pass(testLimits.headerTimeoutMs);
    expect([wire.ended(), wire.refused, wire.received()]).toEqual([true, [], '']);
  });

  it('is closed after its answer when the next request does not come', async () => {
    const wire = openWire();
    await wire.send(get);
    await wire.pass(testLimits.keepAliveMs - 1);
    expect(wire.ended()).toBe(false);
    await wire.pass(1);
    expect([wire.ended(), wire.refused]).toEqual([true, []]);
  });

  it('is refused when its body does not come', async () => {
    const wire = openWire();
    await wire.send(head('POST /a HTTP/1.1', 'Content-Length: 10'), 'abc');
    await wire.pass(testLimits.bodyTimeoutMs / 2);
    await wire.send('d');
    await wire.pass(testLimits.bodyTimeoutMs / 2);
    expect(wire.heard).toMatchObject([{ body: { failed: 'timeout' } }]);
    expect(wire.ended()).toBe(true);
  });

  it('is refused when it is below the least pace, in its head and in its body', async () => {
    for (const bytes of ['GET /a', head('POST /a HTTP/1.1', 'Content-Length: 10')]) {
      const wire = openWire();
      await wire.send(bytes);
      wire.books.tooSlow = true;
      await wire.pass(1);
      expect(wire.books.slow).toBe(1);
      expect(wire.ended()).toBe(true);
    }
  });

  it('is cut off when what is thrown away after a refusal comes below the least pace', async () => {
    const wire = openWire((_request, response) => response.writeHead(403).end('no'));
    await wire.send(head('POST /a HTTP/1.1', 'Content-Length: 10'), 'abc');
    wire.books.tooSlow = true;
    await wire.pass(1);
    expect([wire.near.destroyed, wire.books.slow]).toEqual([true, 1]);
  });

  it('is not held against it that a backend is slow', async () => {
    const wire = openWire(() => undefined);
    await wire.send(head('POST /a HTTP/1.1', 'Content-Length: 3'), 'abc');
    wire.books.tooSlow = true;
    await wire.pass(1_000_000);
    expect([wire.ended(), wire.books.slow]).toEqual([false, 0]);
  });

  it('does not hold an answer for ever', async () => {
    const big = Buffer.alloc(1_000_000, 'x');
    const wire = openWire((_request, response) => response.end(big));
    wire.client.pause();
    await wire.send(get);
    await wire.pass(testLimits.bodyTimeoutMs - 1);
    expect(wire.near.destroyed).toBe(false);
    await wire.pass(1);
    expect(wire.near.destroyed).toBe(true);
  });

  it('may take an answer slowly, as long as it takes some', async () => {
    const big = Buffer.alloc(300_000, 'x');
    const wire = openWire((_request, response) => response.end(big));
    wire.client.removeAllListeners('data');
    wire.client.pause();
    await wire.send(get);
    let length = 0;
    for (let turn = 0; turn < 40 && length < big.length; turn += 1) {
      const piece: Buffer | null = wire.client.read() as Buffer | null;
      length += piece?.length ?? 0;
      await settle();
      await wire.pass(testLimits.bodyTimeoutMs - 1);
    }
    expect(length).toBeGreaterThan(big.length);
    expect(wire.near.destroyed).toBe(false);
  });
});

describe('a body that nobody reads', () => {
  const refuse = () => openWire((_request, response) => response.writeHead(403).end('no'));

  it('is thrown away when it is small, and the connection goes on', async () => {
    const wire = refuse();
    await wire.send(head('POST /a HTTP/1.1', 'Content-Length: 10'), 'abc');
    expect(wire.received()).toContain('no');
    await wire.send('defghij', get);
    expect([wire.books.busy, wire.ended()]).toEqual([2, false]);
  });

  it('ends the connection when it is large, after the answer, and what comes is thrown away for a bounded while', async () => {
    for (const framing of ['Content-Length: 1000000', 'Transfer-Encoding: chunked']) {
      const wire = refuse();
      await wire.send(head('POST /a HTTP/1.1', framing), 'x'.repeat(1_000));
      expect(wire.received()).toMatch(/^HTTP\/1\.1 403 [\s\S]*connection: close\r\n\r\nno$/);
      expect([wire.ended(), wire.near.destroyed]).toEqual([true, false]);
      await wire.send('x'.repeat(60_000));
      expect(wire.near.destroyed).toBe(false);
      await wire.pass(2_000);
      expect(wire.near.destroyed).toBe(true);
      expect(wire.books).toMatchObject({ busy: 1, released: 1 });
    }
  });

  it('is cut off when it never ends', async () => {
    const wire = refuse();
    await wire.send(head('POST /a HTTP/1.1', 'Content-Length: 100000000'));
    const piece = Buffer.alloc(65_536);
    let sent = 0;
    while (!wire.near.destroyed && sent < 64 << 20) {
      wire.client.write(piece);
      sent += piece.length;
      await settle(1);
    }
    expect(wire.near.destroyed).toBe(true);
    expect(sent).toBeLessThan(20 << 20);
  });

  it('is not asked for when its client waits for leave to send it', async () => {
    const wire = refuse();
    await wire.send(head('POST /a HTTP/1.1', 'Content-Length: 10', 'Expect: 100-continue'));
    expect(wire.received()).not.toContain('100 Continue');
    expect(wire.received()).toMatch(/^HTTP\/1\.1 403 [\s\S]*connection: close/);
    // Whether the body comes now is not known: nothing behind it is a request.
    await wire.send(get);
    expect([wire.books.busy, wire.ended()]).toEqual([1, true]);
  });
});

describe('a body that is read', () => {
  it('is asked for with 100 Continue only then', async () => {
    let read: (() => void) | null = null;
    const wire = openWire((request, response) => {
      read = () => void Promise.resolve(request.readBody(100, 1_000)).then((body) => response.end(String(body)));
    });
    await wire.send(head('POST /a HTTP/1.1', 'Content-Length: 2', 'Expect: 100-continue'));
    expect(wire.received()).toBe('');
    (read as (() => void) | null)?.();
    await settle();
    expect(wire.received()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    await wire.send('ok');
    expect(wire.received()).toMatch(/100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n[\s\S]*ok$/);
    expect(wire.ended()).toBe(false);
  });

  it('is not read beyond its limit, by its length or in chunks of one byte', async () => {
    for (const [framing, piece] of [
      ['Content-Length: 1000', 'x'],
      ['Transfer-Encoding: chunked', '1\r\nx\r\n'],
    ] as const) {
      const bodies: unknown[] = [];
      const wire = openWire((request, response) => {
        void Promise.resolve(request.readBody(100, 1_000)).then((body) => {
          bodies.push(body);
          response.writeHead(413).end();
        });
      });
      await wire.send(head('POST /a HTTP/1.1', framing), ...Array.from({ length: 101 }, () => piece));
      expect(bodies).toEqual(['too_large']);
      expect(wire.ended()).toBe(true);
    }
  });

  it('is cut off with its connection, and when the client ends its side', async () => {
    for (const leave of ['destroy', 'end'] as const) {
      const wire = openWire();
      await wire.send(head('POST /a HTTP/1.1', 'Content-Length: 10'), 'abc');
      wire.client[leave]();
      await settle();
      expect(wire.heard).toMatchObject([{ body: { failed: 'gone' } }]);
    }
  });

  it('streams at the pace of who takes it', async () => {
    let taken = 0;
    const wire = openWire((request, response) => {
      const body = request.streamBody(1_000, () => null);
      body.on('readable', () => undefined);
      body.once('end', () => response.end('done'));
      body.pause();
      (wire as unknown as { body: typeof body }).body = body;
    });
    const total = 1_000_000;
    await wire.send(head('POST /a HTTP/1.1', `Content-Length: ${total}`));
    const piece = Buffer.alloc(10_000, 'x');
    let written = 0;
    while (written < total && wire.client.write(piece)) {
      written += piece.length;
      await settle(1);
    }
    written += piece.length;
    // Nobody takes anything: neither side may hold it all.
    expect(written).toBeLessThan(total / 2);
    const { body } = wire as unknown as { body: NodeJS.ReadableStream };
    wire.client.on('drain', () => {
      while (written < total) {
        written += piece.length;
        if (!wire.client.write(piece)) break;
      }
    });
    for await (const chunk of body) taken += (chunk as Buffer).length;
    await settle();
    expect(taken).toBe(total);
    expect(wire.received()).toContain('done');
    expect(wire.ended()).toBe(false);
  });

  it('in chunks of one byte goes on in the pieces that it came in: each cost three writes, and 1.8 MB of them six seconds', () => {
    const body = new IncomingBody(-1, { wanted: () => undefined, pause: () => undefined, resume: () => undefined });
    const pieces: number[] = [];
    const stream = body.stream(1_000, (bytes) => {
      pieces.push(bytes);
      return null;
    });
    const drops = Buffer.from('1\r\nx\r\n'.repeat(5_000));
    body.push(drops);
    body.push(drops.subarray(0, 6_001));
    body.push(Buffer.concat([drops.subarray(6_001, 9_000), Buffer.from('0\r\n\r\n')]));
    expect([pieces, body.done]).toEqual([[5_000, 1_000, 500], true]);
    stream.destroy();
  });

  it('streams no further than its reader allows', async () => {
    let seen = 0;
    let broken: Error | null = null;
    const wire = openWire((request, response) => {
      const body = request.streamBody(1_000, (bytes) => {
        seen += bytes;
        return seen > 1_500 ? new RangeError('too much') : null;
      });
      body.resume().on('error', (error) => {
        broken = error;
        response.writeHead(413).end();
      });
    });
    await wire.send(head('POST /a HTTP/1.1', 'Content-Length: 1000000'), ...Array.from({ length: 5 }, () => 'x'.repeat(1_000)));
    expect(broken).toBeInstanceOf(RangeError);
    expect(wire.ended()).toBe(true);
    expect(wire.received()).toContain('413');
  });
});

describe('an answer', () => {
  it('never splits', () => {
    const wire = openWire((_request, response) => {
      response.writeHead(200, ['x-a', 'b\r\nx-b: c']);
      expect(() => response.end()).toThrow(TypeError);
      response.destroy();
    });
    return wire.send(get);
  });

  it('that is longer or shorter than it says ends with its connection', async () => {
    for (const body of ['a', 'abc']) {
      const wire = openWire((_request, response) => void response.writeHead(200, ['content-length', '2']).end(body));
      await wire.send(get + get);
      expect([wire.near.destroyed, wire.books.busy, wire.received()]).toEqual([true, 1, '']);
    }
    for (const pieces of [['a'], ['ab', 'c']]) {
      const wire = openWire((_request, response) => {
        response.writeHead(200, ['content-length', '2']);
        response.begin({ drain: () => undefined, broken: () => undefined });
        for (const piece of pieces) response.write(Buffer.from(piece));
        response.finish();
      });
      await wire.send(get + get);
      expect([wire.near.destroyed, wire.books.busy]).toEqual([true, 1]);
    }
  });

  it('has no body where none may be', async () => {
    const wire = openWire(
      (request, response) =>
        void response
          .writeHead(request.url === '/204' ? 204 : 200, ['content-length', '2'])
          .end(request.url === '/204' ? '' : 'ok'),
    );
    await wire.send(head('HEAD /a HTTP/1.1') + head('GET /204 HTTP/1.1') + get);
    expect(wire.received()).toBe(
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
    );
  });

  it('of unknown length is marked by chunks, for HTTP/1.0 by the closing', async () => {
    const stream = () =>
      openWire((_request, response) => {
        response.begin({ drain: () => undefined, broken: () => undefined });
        response.write(Buffer.from('hello'));
        response.finish();
      });
    const modern = stream();
    await modern.send(get);
    expect(modern.received()).toMatch(/transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/);
    expect(modern.ended()).toBe(false);
    const old = stream();
    await old.send('GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    expect(old.received()).toMatch(/connection: close\r\n\r\nhello$/);
    expect(old.ended()).toBe(true);
  });

  it('is given up when its client leaves, and still written when the client has only ended its side', async () => {
    let abandoned = 0;
    let closed = 0;
    let end: (() => void) | null = null;
    const open = () =>
      openWire((_request, response) => {
        response.onAbandon = () => {
          abandoned += 1;
        };
        response.onClose = () => {
          closed += 1;
        };
        end = () => response.end('late');
      });
    const left = open();
    await left.send(get);
    left.near.destroy();
    await settle();
    expect([abandoned, closed]).toEqual([1, 1]);
    (end as (() => void) | null)?.();

    const halfClosed = open();
    await halfClosed.send(get);
    halfClosed.client.end();
    await settle();
    expect([abandoned, closed]).toEqual([2, 1]);
    (end as (() => void) | null)?.();
    await settle();
    expect([abandoned, closed]).toEqual([2, 2]);
    expect(halfClosed.received()).toMatch(/connection: close\r\n\r\nlate$/);
    expect(halfClosed.books.released).toBe(1);
  });
});

describe('a connection', () => {
  it('ends when its books say so, when it is retired, and after the answer under way', async () => {
    const full = openWire();
    full.books.last = true;
    await full.send(get + get);
    expect([full.books.busy, full.ended()]).toEqual([1, true]);

    const idle = openWire();
    await idle.send(get);
    idle.connection.retire();
    await settle();
    expect(idle.ended()).toBe(true);

    let end: (() => void) | null = null;
    const busy = openWire((_request, response) => {
      end = () => response.end('whole');
    });
    await busy.send(get);
    busy.connection.retire();
    busy.host.closing = true;
    expect(busy.ended()).toBe(false);
    (end as (() => void) | null)?.();
    await settle();
    expect(busy.received()).toMatch(/connection: close\r\n\r\nwhole$/);
    expect(busy.ended()).toBe(true);
  });

  it('is handed over with what came behind an upgrade, where somebody takes upgrades', async () => {
    const taken: unknown[] = [];
    const wire = openWire(undefined, (request, socket, behind) => {
      taken.push([request.target, behind.toString('latin1')]);
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      socket.on('data', (bytes: Buffer) => socket.write(bytes));
      socket.resume();
    });
    await wire.send(`${head('GET /ws HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket')}first`, 'GET / HTTP/1.1\r\n\r\n');
    expect(taken).toEqual([['/ws', 'first']]);
    expect(wire.received()).toBe('HTTP/1.1 101 Switching Protocols\r\n\r\nGET / HTTP/1.1\r\n\r\n');
    expect([wire.heard, wire.refused]).toEqual([[], []]);
    wire.near.destroy();
    await settle();
    expect(wire.books.released).toBe(1);
  });

  it('holds a bounded part of what is sent ahead of an answer', async () => {
    const wire = openWire(() => undefined);
    await wire.send(get);
    let written = 0;
    while (written < 10_000_000 && wire.client.write(get.repeat(100))) {
      written += get.length * 100;
      await settle(1);
    }
    expect(written).toBeLessThan(1_000_000);
  });
});
