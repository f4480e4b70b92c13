import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeInStages } from './close-in-stages.ts';

/** How a client fares that sends `megabytes` and only then looks at what came back. */
function sendAll(port: number, megabytes: number): Promise<{ text: string; sent: number; end: string; millis: number }> {
  return new Promise((resolve) => {
    const began = performance.now();
    // Its own side stays open when the server's ends: it looks at the answer last.
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const chunk = Buffer.alloc(65_536, 0x20);
    let text = '';
    let sent = 0;
    let end = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    socket.on('end', () => {
      end ||= 'end';
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      end ||= error.code ?? 'error';
    });
    socket.on('close', () => resolve({ text, sent, end, millis: performance.now() - began }));
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${megabytes * 1_048_576}\r\n\r\n`);
    const fill = (): void => {
      while (sent < megabytes * 1_048_576 && socket.writable) {
        sent += chunk.length;
        if (!socket.write(chunk)) return void socket.once('drain', fill);
      }
      socket.end();
    };
    fill();
  });
}

describe('a request that is refused while its body arrives', () => {
  let closed: Promise<void>;
  const server = createServer((request, response) => {
    closed = new Promise((resolve) => request.socket.once('close', () => resolve()));
    response.once('finish', () => closeInStages(request));
    response.writeHead(413, { 'content-length': 2 }).end('no');
  });
  beforeEach(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
  afterEach(() => new Promise((resolve) => server.close(resolve)));
  const port = (): number => (server.address() as AddressInfo).port;

  it('gets its answer whole, and a clean end instead of a reset', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { text, sent, end } = await sendAll(port(), 10);
      expect(text).toMatch(/^HTTP\/1\.1 413 [\s\S]*\r\n\r\nno$/);
      expect([sent, end]).toEqual([10 * 1_048_576, 'end']);
      await closed;
    }
  });

  it('is cut off when it never stops sending', async () => {
    const { text, sent, millis } = await sendAll(port(), 4_096);
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(sent).toBeLessThan(4_096 * 1_048_576);
    expect(millis).toBeLessThan(4_000);
  });

  it('is cut off when it stalls', async () => {
    const socket = connect({ port: port(), host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined).resume();
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n');
    const began = performance.now();
    await new Promise((resolve) => socket.once('data', resolve));
    // A client that holds its side open must not hold ours.
    await closed;
    expect(performance.now() - began).toBeLessThan(4_000);
    socket.destroy();
  });
});
