import { createHmac } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer as createPlainServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testTlsPair } from '../../testing/tls-pair.ts';
import { type ExportedEvent, readExported } from '../export/exported-event.ts';
import { makeSink } from './make-sink.ts';
import { createSyslogSink } from './syslog-sink.ts';

const exporter = { version: '1.0.0', host: 'gate', enterprise: 32_473 };
const day = Date.UTC(2026, 10, 25);
const events = [day, day + 1, day + 86_400_000].map((time, index) =>
  readExported({ origin: 'example.com/audit', index }, JSON.stringify({ class_uid: 3002, severity_id: 1, time })),
);
const lines = events.map(({ entry }) => entry);
const closing: (() => unknown)[] = [];
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'menshen-ship-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const sink = (to: Parameters<typeof makeSink>[0]['to'], format: 'ocsf' | 'cef' = 'ocsf') => {
  const made = makeSink({ id: 'siem', severity: 1, format, to }, exporter);
  closing.push(() => made.close());
  return made;
};

/** A receiver on loopback that answers as it is told. */
async function receiver(answer: { status: number; headers?: Record<string, string> }) {
  const got: { headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      got.push({ headers: request.headers, body });
      response.writeHead(answer.status, answer.headers).end('not for the log');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`, got };
}

describe('a folder', () => {
  it('gets a file for each day of the events', async () => {
    await sink({ folder: join(folder, 'out') }).send(events);
    expect(readFileSync(join(folder, 'out', 'audit-2026-11-25.log'), 'utf8')).toBe(`${lines[0]}\n${lines[1]}\n`);
    expect(readFileSync(join(folder, 'out', 'audit-2026-11-26.log'), 'utf8')).toBe(`${lines[2]}\n`);
  });

  it('that cannot be written takes nothing', async () => {
    await expect(sink({ folder: '/dev/null/out' }).send(events)).rejects.toMatchObject({ problem: 'unwritable' });
  });
});

describe('a webhook', () => {
  it('gets lines that its secret signs, bound to a time', async () => {
    const { url, got } = await receiver({ status: 204 });
    await sink({ webhook: { url, secret: 'shared' } }).send(events);
    const [{ headers, body } = { headers: {}, body: '' }] = got;
    expect(body).toBe(`${lines.join('\n')}\n`);
    const [, seconds = '', mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-menshen-signature'])) ?? [];
    expect(Math.abs(Number(seconds) - Date.now() / 1_000)).toBeLessThan(60);
    expect(createHmac('sha256', 'shared').update(`${seconds}.${body}`).digest('hex')).toBe(mac);
    expect(JSON.stringify(headers)).not.toContain('shared');
  });

  it.each([
    [{ status: 500 }, 'refused'],
    // A receiver cannot send the events of people on to another place.
    [{ status: 307, headers: { location: 'http://127.0.0.1:1/' } }, 'unreachable'],
  ])('that answers %j has not taken them', async (answer, problem) => {
    const { url } = await receiver(answer);
    await expect(sink({ webhook: { url, secret: 's' } }).send(events)).rejects.toMatchObject({ problem });
  });

  it('that never answers is let go when we end', async () => {
    const asked = Promise.withResolvers<void>();
    const server = createServer(() => asked.resolve());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    const webhook = sink({ webhook: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`, secret: 's' } });
    const sent = expect(webhook.send(events)).rejects.toMatchObject({ problem: 'unreachable' });
    await asked.promise;
    await webhook.close();
    await sent;
  });
});

describe('an OTLP receiver', () => {
  it('gets one request of log records with the configured headers', async () => {
    const { url, got } = await receiver({ status: 200 });
    await sink({ otlp: { url, headers: { 'x-api-key': 'k' } } }).send(events);
    expect(got[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'x-api-key': 'k' });
    expect(JSON.parse(got[0]?.body ?? '').resourceLogs[0].scopeLogs[0].logRecords).toHaveLength(3);
  });
});

describe('a program', () => {
  it('gets lines on its standard input and none of our environment', async () => {
    const out = join(folder, 'lines');
    process.env['MENSHEN_TEST_SECRET'] = 'not for programs';
    closing.push(() => void delete process.env['MENSHEN_TEST_SECRET']);
    const script = `require('fs').writeFileSync(process.argv[1] + '.env', JSON.stringify(process.env)); process.stdin.pipe(require('fs').createWriteStream(process.argv[1]))`;
    const program = sink({ command: [process.execPath, '-e', script, out] });
    await program.send(events);
    await program.close();
    expect(readFileSync(out, 'utf8')).toBe(`${lines.join('\n')}\n`);
    expect(readFileSync(`${out}.env`, 'utf8')).not.toContain('not for programs');
  });

  it('that ends has not taken them, and is started again', async () => {
    const many: ExportedEvent[] = Array.from({ length: 20_000 }, () => events[0] as ExportedEvent);
    const program = sink({ command: [process.execPath, '-e', ''] });
    await expect(program.send(many)).rejects.toMatchObject({ problem: 'ended' });
    await expect(program.send(many)).rejects.toMatchObject({ problem: 'ended' });
    await expect(sink({ command: [join(folder, 'missing')] }).send(events)).rejects.toMatchObject({ problem: 'ended' });
  });
});

describe('a program that does not listen', () => {
  it('is ended all the same', async () => {
    const started = join(folder, 'started');
    const script = `process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000); require('fs').writeFileSync(process.argv[1], String(process.pid))`;
    const program = sink({ command: [process.execPath, '-e', script, started] });
    await program.send(events);
    await vi.waitFor(() => expect(readFileSync(started, 'utf8')).not.toBe(''), 10_000);
    await program.close();
    expect(() => process.kill(Number(readFileSync(started, 'utf8')), 0)).toThrow('ESRCH');
  });
});

describe('a syslog receiver over TLS', () => {
  const certificate = testTlsPair('first');

  async function tlsReceiver() {
    const got: Buffer[] = [];
    const server = createTlsServer(certificate, (socket) =>
      socket.on('data', (part) => got.push(part)).on('error', () => undefined),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    return { port: (server.address() as AddressInfo).port, got };
  }
  const place = (port: number, ca: 'first' | 'second') => ({
    syslog: {
      ...{ host: 'localhost', port, tls: true, enterprise: 32_473 },
      ca: new URL(`../../testing/tls/${ca}.cert.pem`, import.meta.url).pathname,
    },
  });

  it('gets messages with their length before them, over one connection', async () => {
    const { port, got } = await tlsReceiver();
    const syslog = sink(place(port, 'first'));
    await syslog.send(events.slice(0, 1));
    await syslog.send(events.slice(1));
    await syslog.close();
    const text = Buffer.concat(got);
    let at = 0;
    const messages: string[] = [];
    while (at < text.length) {
      const space = text.indexOf(0x20, at);
      const length = Number(text.subarray(at, space).toString());
      messages.push(text.subarray(space + 1, space + 1 + length).toString());
      at = space + 1 + length;
    }
    expect(messages.map((message) => message.slice(message.indexOf('\ufeff') + 1))).toEqual(lines);
    expect(messages[0]).toMatch(/^<110>1 2026-11-25T00:00:00\.000Z gate menshen - Authentication \[menshen@32473 /);
  });

  it('gets nothing when its certificate is not signed by whom we trust', async () => {
    const { port, got } = await tlsReceiver();
    await expect(sink(place(port, 'second')).send(events)).rejects.toMatchObject({ problem: 'unreachable' });
    expect(got).toEqual([]);
  });

  it('that is not there is unreachable', async () => {
    await expect(sink(place(1, 'first')).send(events)).rejects.toMatchObject({ problem: 'unreachable' });
  });
});

describe('a syslog receiver that is broken', () => {
  /** Sockets that the sink has opened, the oldest first. */
  let opened: Socket[] = [];
  const open = (message: unknown): void => void opened.push((message as { readonly socket: Socket }).socket);
  beforeEach(() => {
    opened = [];
    subscribe('net.client.socket', open);
    closing.push(() => unsubscribe('net.client.socket', open));
  });
  /** Until the sink has heard that its connection is gone. */
  const noticed = async (): Promise<void> => {
    const last = opened.at(-1);
    if (last?.closed === false) await new Promise<void>((resolve) => void last.once('close', () => resolve()));
  };

  /** Counts messages that came whole and were read. */
  async function plainReceiver(connected: (socket: Socket, got: string[]) => void) {
    const got: string[] = [];
    const sockets = new Set<Socket>();
    const server = createPlainServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
      connected(socket, got);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    });
    return { port: (server.address() as AddressInfo).port, got };
  }
  const plain = (port: number) => sink({ syslog: { host: '127.0.0.1', port, tls: false, enterprise: 32_473 } });
  const one = (index: number): readonly ExportedEvent[] => [
    readExported(
      { origin: 'example.com/audit', index },
      JSON.stringify({ class_uid: 3002, severity_id: 1, time: day, at: `number ${index}` }),
    ),
  ];
  const reset = (socket: Socket): void => void socket.once('data', () => socket.resetAndDestroy());

  it('and closes at every message is told of, and what it may not have read is sent again', async () => {
    let broken = true;
    const { port, got } = await plainReceiver((socket, heard) => {
      if (broken) reset(socket);
      else socket.on('data', (part: Buffer) => heard.push(part.toString()));
    });
    const syslog = plain(port);
    await syslog.send(one(0));
    await noticed();
    for (let tries = 0; tries < 3; tries += 1)
      await expect(syslog.send(one(1))).rejects.toMatchObject({ problem: 'unreachable' });
    broken = false;
    await syslog.send(one(1));
    await vi.waitFor(() => {
      for (const text of ['number 0', 'number 1']) expect(got.join('')).toContain(text);
    });
    // A connection that has stood is not on trial again: no time has to pass.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    closing.push(() => vi.useRealTimers());
    await syslog.send(one(2));
  });

  it('and ended for once, as at a restart, costs nothing but what is sent twice', async () => {
    let connections = 0;
    const { port, got } = await plainReceiver((socket, heard) => {
      connections += 1;
      if (connections === 1) reset(socket);
      else socket.on('data', (part: Buffer) => heard.push(part.toString()));
    });
    const syslog = plain(port);
    await syslog.send(one(0));
    await noticed();
    await syslog.send(one(1));
    await vi.waitFor(() => {
      for (const text of ['number 0', 'number 1']) expect(got.join('')).toContain(text);
    });
  });

  it('and answers with garbage is not listened to', async () => {
    const { port, got } = await plainReceiver((socket, heard) => {
      socket.on('data', (part: Buffer) => heard.push(part.toString()));
      const talk = (): void => {
        while (!socket.destroyed && socket.write(Buffer.alloc(65_536, 0x0a)));
      };
      socket.on('drain', talk);
      talk();
    });
    const syslog = plain(port);
    const before = process.memoryUsage().rss;
    for (let index = 0; index < 20; index += 1) await syslog.send(one(index));
    await vi.waitFor(() => expect(got.join('')).toContain('number 19'));
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });

  const big = (index: number): readonly ExportedEvent[] =>
    Array.from({ length: 500 }, (_, at) =>
      readExported(
        { origin: 'example.com/audit', index: index + at },
        JSON.stringify({ class_uid: 3002, severity_id: 1, time: day, at: `number ${index + at};`, text: 'x'.repeat(1_900) }),
      ),
    );
  /** Sends batches of 1 MB until one is not taken; how many were. */
  const untilStuck = async (syslog: ReturnType<typeof createSyslogSink>): Promise<number> => {
    for (let batches = 0; batches < 40; batches += 1)
      try {
        await syslog.send(big(batches * 500));
      } catch (error) {
        expect(error).toMatchObject({ problem: 'timeout' });
        return batches;
      }
    return Number.NaN;
  };

  it.each([false, true])('and never reads is told of, and what it took is sure of nothing (TLS: %s)', async (tls) => {
    const server = tls
      ? createTlsServer(testTlsPair('first'), (socket) => void socket.on('error', () => undefined).pause())
      : createPlainServer({ pauseOnConnect: true }, (socket) => void socket.on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const ca = new URL('../../testing/tls/first.cert.pem', import.meta.url).pathname;
    const place = { host: 'localhost', port, tls, enterprise: 1, ...(tls ? { ca } : {}) };
    const syslog = createSyslogSink(place, exporter, 500);
    const before = process.memoryUsage().rss;
    const batches = await untilStuck(syslog);
    expect(batches).toBeGreaterThan(0);
    // However often it is tried, no more than that counts as taken.
    for (let tries = 0; tries < 3; tries += 1)
      await expect(syslog.send(big(batches * 500))).rejects.toMatchObject({ problem: 'timeout' });
    expect(syslog.unsure?.()).toBe(0);
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
    const began = performance.now();
    await syslog.close();
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(syslog.unsure?.()).toBe(0);
  });

  it('and ended in order has read everything', async () => {
    const { port } = await plainReceiver((socket) => void socket.resume());
    const syslog = plain(port);
    await syslog.send(one(7));
    expect(syslog.unsure?.()).toBe(7);
    await syslog.close();
    expect(syslog.unsure?.()).toBeNull();
  });

  it('and reads slowly gets everything again after a break, however long that takes', async () => {
    let read = 0;
    let connections = 0;
    const seen: Buffer[] = [];
    const { port } = await plainReceiver((socket) => {
      connections += 1;
      if (connections === 1) {
        socket.on('data', (part: Buffer) => {
          read += part.length;
          if (read > 8e6) socket.resetAndDestroy();
        });
        return;
      }
      socket.pause();
      const timer = setInterval(() => {
        const part: Buffer | null = socket.read(200_000) ?? socket.read();
        if (part !== null) seen.push(part);
      }, 50);
      socket.on('close', () => clearInterval(timer));
    });
    // All of it takes more than twice the time that a piece may take.
    const syslog = createSyslogSink({ host: '127.0.0.1', port, tls: false, enterprise: 1 }, exporter, 500);
    closing.push(() => syslog.close());
    let next = 0;
    while (connections < 2 && next < 20_000)
      await syslog.send(big(next)).then(
        () => {
          next += 500;
        },
        () => undefined,
      );
    await vi.waitFor(() => expect(Buffer.concat(seen).includes(`number ${next - 1};`)).toBe(true), 20_000);
    expect(connections).toBe(2);
  });

  it('and shakes hands byte by byte is given up', async () => {
    const { port } = await plainReceiver((socket) => {
      socket.write(Buffer.from([0x16, 0x03, 0x03, 0x40, 0x00]));
      const timer = setInterval(() => socket.write(Buffer.alloc(1)), 20);
      socket.on('close', () => clearInterval(timer));
    });
    const syslog = createSyslogSink({ host: '127.0.0.1', port, tls: true, enterprise: 1 }, exporter, 300);
    await expect(syslog.send(one(0))).rejects.toMatchObject({ problem: 'timeout' });
    const other = createSyslogSink({ host: '127.0.0.1', port, tls: true, enterprise: 1 }, exporter);
    const sent = expect(other.send(one(0))).rejects.toMatchObject({ problem: 'unreachable' });
    await other.close();
    await sent;
  });
});
