import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { BackendAnswer } from '../backend-answer.ts';
import type { UpstreamRequest } from './request-writer.ts';
import { Upstream } from './upstream.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const big = `HTTP/1.1 200 OK\r\nContent-Length: ${8 << 20}\r\n\r\n${'x'.repeat(8 << 20)}`;
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A backend on a clock that the test moves. It answers by path: `/big` at length, `/mute` never, and when a body has come whole. */
async function backend(connections = 2) {
  let now = 1_000;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      const text = piece.toString('latin1');
      if (text.startsWith('GET /big')) socket.write(big);
      else if (text.startsWith('GET /small') || text.endsWith('0\r\n\r\n')) socket.write(ok);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = server.address();
  const url = `http://127.0.0.1:${typeof place === 'object' && place !== null ? place.port : 0}`;
  const upstream = new Upstream({ url, connections, clock: () => now, monotonic: () => now });
  open.push(async () => {
    await upstream.destroy();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  /** Lets time pass in steps that the pool looks at. */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 1_000) {
      now += Math.min(left, 1_000);
      await pause(60);
    }
  };
  return { upstream, pass };
}

const ask = (path: string, more: Partial<UpstreamRequest> = {}): UpstreamRequest => ({
  ...{ method: 'GET', path, headers: [], body: null, timeoutMs: 15_000 },
  ...more,
});
const outcome = (asked: Promise<BackendAnswer>): Promise<string> =>
  asked.then(
    ({ status }) => String(status),
    ({ code }) => code,
  );

/** A client that takes nothing, or all; resolves to how its answer ends. */
function reader(answer: BackendAnswer, takes: boolean): Promise<string> {
  let drain = (): void => undefined;
  const sent = answer.pump?.({
    begin: (stream) => {
      drain = () => stream.drain();
    },
    write: () => {
      if (takes) setImmediate(drain);
      return false;
    },
    finish: () => true,
    destroy: () => undefined,
  });
  return sent === undefined
    ? Promise.resolve('small')
    : sent.then(
        () => 'whole',
        () => 'cut off',
      );
}

describe('clients that hold the connections to a backend', () => {
  it('by taking large answers in sips, lose one to who waits, and only then', async () => {
    const { upstream, pass } = await backend();
    const held = [await upstream.exchange(ask('/big')), await upstream.exchange(ask('/big'))].map((answer) =>
      reader(answer, false),
    );
    await pass(10_000);
    expect(await Promise.race([...held, 'still there'])).toBe('still there');
    const waiting = outcome(upstream.exchange(ask('/small')));
    await pass(1_000);
    expect(await waiting).toBe('200');
    expect(await Promise.race(held)).toBe('cut off');
    expect(upstream.health).toBe('healthy');
  });

  it('are not those who keep up', async () => {
    const { upstream } = await backend();
    const held = [await upstream.exchange(ask('/big')), await upstream.exchange(ask('/big'))].map((answer) =>
      reader(answer, true),
    );
    expect(await outcome(upstream.exchange(ask('/small')))).toBe('200');
    expect(await Promise.all(held)).toEqual(['whole', 'whole']);
  });

  it('by sending a body in sips, lose one to who waits', async () => {
    const { upstream, pass } = await backend();
    const bodies = [new PassThrough(), new PassThrough()];
    const held = bodies.map((body) => outcome(upstream.exchange(ask('/up', { method: 'POST', body }))));
    for (const body of bodies) body.write('x');
    await pass(3_000);
    const waiting = outcome(upstream.exchange(ask('/small')));
    await pass(1_000);
    expect(await waiting).toBe('200');
    expect(await Promise.race(held)).toBe('backend_unreachable');
  });
});

describe('clients cannot open the circuit for others', () => {
  it.each([
    ['breaking off their bodies', (body: PassThrough) => void body.destroy(new Error('gone')), 0, 'backend_unreachable'],
    ['sending less than they declared', (body: PassThrough) => void body.end('x'), 0, 'backend_unreachable'],
    ['not sending them', () => undefined, 5_000, 'backend_timeout'],
  ])('by %s', async (_how, end, ms, code) => {
    const { upstream, pass } = await backend(8);
    const asked = Array.from({ length: 6 }, async () => {
      const body = new PassThrough();
      const headers = ['content-length', '9'];
      const answer = outcome(upstream.exchange(ask('/up', { method: 'POST', body, headers, timeoutMs: 4_000 })));
      body.write('x');
      await pause(5);
      end(body);
      return answer;
    });
    await pass(ms);
    expect(new Set(await Promise.all(asked))).toEqual(new Set([code]));
    expect(await outcome(upstream.exchange(ask('/small')))).toBe('200');
  });

  it('by asking at once for what takes too long, while others are answered', async () => {
    const { upstream, pass } = await backend(8);
    const stalled = () => Array.from({ length: 6 }, () => outcome(upstream.exchange(ask('/mute', { timeoutMs: 2_000 }))));
    const slow = stalled();
    await pass(1_000);
    expect(await outcome(upstream.exchange(ask('/small')))).toBe('200');
    await pass(2_000);
    expect(new Set(await Promise.all(slow))).toEqual(new Set(['backend_timeout']));
    expect(await outcome(upstream.exchange(ask('/small')))).toBe('200');
    // Where nobody is answered, it may as well be down.
    const alone = stalled();
    await pass(3_000);
    expect(new Set(await Promise.all(alone))).toEqual(new Set(['backend_timeout']));
    expect(await outcome(upstream.exchange(ask('/small')))).toBe('backend_circuit_open');
  });
});
