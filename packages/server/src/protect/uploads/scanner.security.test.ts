import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scannerSchema } from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bufferSource } from './byte-source.ts';
import { createScanner } from './create-scanner.ts';
import type { Scanner } from './scanner.ts';

/** The test string of EICAR (eicar.org), in two halves so that this file is not taken for it. */
const eicar = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''));
const large = Buffer.alloc(3_000_000, 'abc');

const scannerFor = (config: object): Scanner => createScanner(scannerSchema.parse({ timeoutMs: 10_000, ...config }));

/** A server on loopback that handles each connection. */
async function listening(handle: (socket: Socket) => void): Promise<{ port: number; server: Server }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, server };
}

describe('clamd, as its protocol says', () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });
  /** Patient, so that a busy machine is not taken for a scanner that is silent. */
  const answering = async (answer: (received: Buffer, socket: Socket) => void, timeoutMs = 20_000): Promise<Scanner> => {
    const { port, server } = await listening((socket) => {
      let received: Buffer = Buffer.alloc(0);
      socket.on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        answer(received, socket);
      });
    });
    servers.push(server);
    return scannerFor({ kind: 'clamd', address: `tcp://127.0.0.1:${port}`, timeoutMs });
  };
  const whole = (received: Buffer): boolean => received.subarray(-4).equals(Buffer.alloc(4));

  it('sends the file in chunks behind their lengths', async () => {
    let seen: Buffer = Buffer.alloc(0);
    const scanner = await answering((received, socket) => {
      if (!whole(received)) return;
      seen = received;
      socket.end('stream: OK\0');
    });
    expect(await scanner.scan(bufferSource(large))).toEqual({ kind: 'clean' });
    expect(seen.toString('latin1', 0, 10)).toBe('zINSTREAM\0');
    let at = 10;
    const parts: Buffer[] = [];
    for (let length = seen.readUInt32BE(at); length > 0; length = seen.readUInt32BE(at)) {
      parts.push(seen.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    expect(Buffer.concat(parts).equals(large)).toBe(true);
  });

  it.each([
    ['stream: Eicar-Signature FOUND\0', { kind: 'infected', signature: 'Eicar-Signature' }],
    ['stream: <script>alert(1)</script> FOUND\0', { kind: 'infected', signature: 'scriptalert1/script' }],
    ['INSTREAM size limit exceeded. ERROR\0', { kind: 'unscanned', why: 'larger than the scanner takes' }],
    ['stream: OK FOUND maybe\0', { kind: 'unscanned', why: 'answer not understood' }],
    ['UNKNOWN COMMAND\0', { kind: 'unscanned', why: 'answer not understood' }],
    ['stream: OK', { kind: 'unscanned', why: 'answer not understood' }],
    ['', { kind: 'unscanned', why: 'broken off' }],
    ['stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0', { kind: 'unscanned', why: 'larger than the scanner takes' }],
    ['stream: Heuristics.Encrypted.Zip FOUND\0', { kind: 'infected', signature: 'Heuristics.Encrypted.Zip' }],
  ])('takes %j for what it is', async (text, verdict) => {
    const scanner = await answering((received, socket) => {
      if (whole(received)) socket.end(text);
    });
    expect(await scanner.scan(bufferSource(Buffer.from('x')))).toEqual(verdict);
  });

  it('gives up on a scanner that is silent, floods, closes early or is not there', async () => {
    const silent = await answering(() => undefined, 200);
    expect(await silent.scan(bufferSource(large))).toEqual({ kind: 'unscanned', why: 'timeout' });
    const flooding = await answering((_received, socket) => void socket.write(Buffer.alloc(100_000, 65)));
    expect(await flooding.scan(bufferSource(large))).toMatchObject({ kind: 'unscanned' });
    const closing = await answering((_received, socket) => void socket.destroy());
    expect(await closing.scan(bufferSource(large))).toMatchObject({ kind: 'unscanned' });
    const { port, server } = await listening(() => undefined);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const away = scannerFor({ kind: 'clamd', address: `tcp://127.0.0.1:${port}` });
    expect(await away.scan(bufferSource(Buffer.from('x')))).toEqual({ kind: 'unscanned', why: 'connection' });
    expect(await away.ping()).toBe(false);
  });

  it('does not call clean what the scanner answered for before it had seen the end of it', async () => {
    const hasty = await answering((received, socket) => {
      if (!whole(received)) socket.write('stream: OK\0');
    });
    expect(await hasty.scan(bufferSource(Buffer.alloc(20_000_000, 'abc')))).toEqual({
      ...{ kind: 'unscanned', why: 'answer not understood' },
    });
    // An honest one that has seen enough: what it found counts.
    const found = await answering((_received, socket) => socket.end('stream: Eicar-Signature FOUND\0'));
    expect(await found.scan(bufferSource(Buffer.from('x')))).toEqual({ kind: 'infected', signature: 'Eicar-Signature' });
  });

  it('tells a scanner that hangs up on a file from one that is not there', async () => {
    const hangsUp = await answering((_received, socket) => socket.resetAndDestroy());
    expect(await hangsUp.scan(bufferSource(large))).toEqual({ kind: 'unscanned', why: 'broken off' });
  });

  it('does not send what is larger than the scanner takes', async () => {
    const scanner = scannerFor({ kind: 'clamd', address: 'tcp://127.0.0.1:1', maxBytes: 10 });
    expect(await scanner.scan(bufferSource(large))).toEqual({ kind: 'unscanned', why: 'larger than the scanner takes' });
  });
});

const clamdProgram = '/usr/sbin/clamd';
const hasClamd = existsSync(clamdProgram);

describe.skipIf(!hasClamd)('Debian’s clamd with a signature of our own', () => {
  let folder: string;
  let daemon: ChildProcess;
  let scanner: Scanner;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'menshen-clamd-'));
    // The signature database is not installed with the program: one body signature is enough.
    writeFileSync(join(folder, 'test.ndb'), `Menshen.Test.EICAR:0:*:${eicar.subarray(0, 40).toString('hex')}\n`);
    const socket = join(folder, 'clamd.sock');
    const settings = [
      `DatabaseDirectory ${folder}`,
      `LocalSocket ${socket}`,
      'Foreground yes',
      'StreamMaxLength 5M',
      'MaxFileSize 4M',
      'AlertExceedsMax yes',
      `TemporaryDirectory ${folder}`,
    ];
    writeFileSync(join(folder, 'clamd.conf'), `${settings.join('\n')}\n`);
    daemon = spawn(clamdProgram, ['-c', join(folder, 'clamd.conf'), '-F'], { stdio: 'ignore' });
    scanner = scannerFor({ kind: 'clamd', address: `unix:${socket}` });
    for (let looks = 0; looks < 300 && !(await scanner.ping()); looks += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
  }, 60_000);
  afterAll(() => {
    daemon.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds the test file, also inside an archive, and lets the rest pass', async () => {
    expect(await scanner.ping()).toBe(true);
    expect(await scanner.scan(bufferSource(Buffer.from('一份普通的说明')))).toEqual({ kind: 'clean' });
    expect(await scanner.scan(bufferSource(large))).toEqual({ kind: 'clean' });
    expect(await scanner.scan(bufferSource(eicar))).toMatchObject({
      kind: 'infected',
      signature: expect.stringContaining('EICAR'),
    });
  });

  it('does not call clean what clamd has left unread because it is large: padding in front of a file is no way past', async () => {
    const padded = Buffer.concat([Buffer.alloc(4_500_000), eicar]);
    expect(await scanner.scan(bufferSource(padded))).toEqual({ kind: 'unscanned', why: 'larger than the scanner takes' });
    expect(await scanner.scan(bufferSource(Buffer.alloc(3_900_000, 'abc')))).toEqual({ kind: 'clean' });
  });

  it('says when a file is larger than it takes', async () => {
    expect(await scanner.scan(bufferSource(Buffer.alloc(6_000_000)))).toMatchObject({
      kind: 'unscanned',
      why: expect.stringMatching(/^(larger than the scanner takes|broken off)$/),
    });
  });
});

describe('ICAP', () => {
  interface Asked {
    head: string;
    body: string;
  }
  let server: Server;
  let port: number;
  const asked: Asked[] = [];
  let preview = 30;
  let verdict: (body: string) => string = () => 'ICAP/1.0 204 No Content\r\nISTag: "t"\r\nEncapsulated: null-body=0\r\n\r\n';

  /** A responder as small as RFC 3507 allows: OPTIONS, preview with 100 Continue, then a verdict on the whole body. */
  beforeAll(async () => {
    ({ port, server } = await listening((socket) => {
      let received = '';
      let continued = false;
      socket.on('data', (data: Buffer) => {
        received += data.toString('latin1');
        const head = received.slice(0, received.indexOf('\r\n\r\n') + 4);
        if (head === '\r\n\r\n' || head.length < 4) return;
        if (received.startsWith('OPTIONS')) {
          socket.end(
            `ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\n${preview < 0 ? '' : `Preview: ${preview}\r\n`}Allow: 204\r\nEncapsulated: null-body=0\r\n\r\n`,
          );
          return;
        }
        const offset = Number(/(?:req|res)-body=(\d+)/.exec(head)?.[1]);
        const chunks = received.slice(head.length + offset);
        if (!continued && `\r\n${chunks}`.includes('\r\n0\r\n\r\n') && !chunks.includes('ieof') && head.includes('Preview:')) {
          continued = true;
          socket.write('ICAP/1.0 100 Continue\r\n\r\n');
          return;
        }
        const ends = chunks.split('0\r\n\r\n').length - 1;
        if (!chunks.includes('0; ieof\r\n\r\n') && ends < (head.includes('Preview:') ? 2 : 1)) return;
        const body = [...chunks.matchAll(/([0-9a-f]+)\r\n/g)].length > 0 ? readChunks(chunks) : '';
        asked.push({ head: received.slice(0, head.length + offset), body });
        socket.end(verdict(body));
      });
    }));
  });
  afterAll(() => server.close());
  const readChunks = (text: string): string => {
    let at = 0;
    let body = '';
    while (at < text.length) {
      const line = text.indexOf('\r\n', at);
      const size = Number.parseInt(text.slice(at, line), 16);
      if (size === 0) {
        at = text.indexOf('\r\n\r\n', at) + 4;
        continue;
      }
      body += text.slice(line + 2, line + 2 + size);
      at = line + 2 + size + 2;
    }
    return body;
  };
  const scannerOf = (method: 'reqmod' | 'respmod'): Scanner =>
    scannerFor({ kind: 'icap', address: `icap://127.0.0.1:${port}/avscan`, method });

  it.each(['respmod', 'reqmod'] as const)('asks by %s with a preview, and sends the rest when asked', async (method) => {
    const scanner = scannerOf(method);
    const text = 'a file that is longer than the preview of thirty bytes';
    expect(await scanner.scan(bufferSource(Buffer.from(text)))).toEqual({ kind: 'clean' });
    expect(asked.at(-1)?.body).toBe(text);
    expect(asked.at(-1)?.head).toMatch(
      new RegExp(`^${method.toUpperCase()} icap://127\\.0\\.0\\.1:${port}/avscan ICAP/1\\.0\r\n`),
    );
    expect(asked.at(-1)?.head).toContain('Preview: 30');
    expect(await scanner.scan(bufferSource(Buffer.from('short')))).toEqual({ kind: 'clean' });
    expect(asked.at(-1)?.body).toBe('short');
    expect(await scanner.ping()).toBe(true);
  });

  it.each([
    [
      'ICAP/1.0 200 OK\r\nX-Infection-Found: Type=0; Resolution=2; Threat=Eicar;\r\nEncapsulated: res-hdr=0, null-body=19\r\n\r\nHTTP/1.1 403 No\r\n\r\n',
      { kind: 'infected', signature: 'Eicar' },
    ],
    [
      'ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, null-body=19\r\n\r\nHTTP/1.1 403 No\r\n\r\n',
      { kind: 'infected', signature: 'replaced by the scanner' },
    ],
    [
      'ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=76\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 1\r\n\r\n1\r\nx\r\n0\r\n\r\n',
      { kind: 'clean' },
    ],
    // A page of the scanner's own under the status of success, and a file that it has cut.
    [
      'ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=44\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n5\r\nvirus\r\n0\r\n\r\n',
      { kind: 'infected', signature: 'replaced by the scanner' },
    ],
    [
      'ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=76\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 0\r\n\r\n0\r\n\r\n',
      { kind: 'infected', signature: 'replaced by the scanner' },
    ],
    ['ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=19\r\n\r\nHTTP/1.1 200 OK', { kind: 'unscanned', why: 'broken off' }],
    ['ICAP/1.0 404 Service not found\r\n\r\n', { kind: 'unscanned', why: 'answer not understood' }],
    ['HTTP/1.1 200 OK\r\n\r\n', { kind: 'unscanned', why: 'answer not understood' }],
    ['', { kind: 'unscanned', why: 'broken off' }],
  ])('takes %j for what it is', async (text, expected) => {
    verdict = () => text;
    expect(await scannerOf('respmod').scan(bufferSource(Buffer.from('x')))).toEqual(expected);
  });

  it.each([0, -1])('sends everything to a server whose preview is %i', async (size) => {
    preview = size;
    verdict = () => 'ICAP/1.0 204 No Content\r\n\r\n';
    expect(await scannerOf('respmod').scan(bufferSource(Buffer.from('whole')))).toEqual({ kind: 'clean' });
    expect(asked.at(-1)?.body).toBe('whole');
  });
});
