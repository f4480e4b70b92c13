import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EmulatorServer, startEmulator } from './server.ts';
import { appid, company, secret } from './testing/emulated-company.ts';

let server: EmulatorServer;
beforeEach(async () => {
  server = await startEmulator({ people: company, wechatApps: [{ appid, secret, name: 'a' }], port: 0 });
});
afterEach(() => server.close());

// biome-ignore lint/suspicious/noExplicitAny: each path has an answer of its own
const json = async (path: string, body?: unknown): Promise<any> => {
  const init =
    body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return (await fetch(server.url + path, init)).json();
};
const tokenPath = `/cgi-bin/token?grant_type=client_credential&appid=${appid}&secret=${secret}`;

describe('startEmulator', () => {
  it('listens on loopback and serves both APIs, the admin API and the page', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await json(tokenPath)).toMatchObject({ expires_in: 7200 });
    const { code } = await json('/_emulator/code', { channel: 'wechat', person: 'p-zhang' });
    const query = `appid=${appid}&secret=${secret}&js_code=${code}&grant_type=authorization_code`;
    expect(await json(`/sns/jscode2session?${query}`)).toMatchObject({ unionid: 'union-zhang' });
    expect((await fetch(server.url)).headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  it('moves its own clock', async () => {
    const { now } = await json('/_emulator/clock');
    const moved = await json('/_emulator/clock', { advanceMs: 3_600_000 });
    expect(moved.now - now).toBeGreaterThanOrEqual(3_600_000);
  });

  it('cuts the connection for a drop fault, and stays alive', async () => {
    await json('/_emulator/faults', { kind: 'drop', path: '/cgi-bin/token', count: 1 });
    await expect(fetch(server.url + tokenPath)).rejects.toThrow(TypeError);
    expect(await json(tokenPath)).toMatchObject({ expires_in: 7200 });
  });

  it('delays for a latency fault', async () => {
    await json('/_emulator/faults', { kind: 'latency', ms: 30, path: '/cgi-bin/token', count: 1 });
    const started = performance.now();
    await json(tokenPath);
    expect(performance.now() - started).toBeGreaterThanOrEqual(25);
  });

  it('answers 413 for a body over the limit, without reading it to its end', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      let text = '';
      socket.on('data', (data) => {
        text += data;
      });
      socket.on('close', () => resolve(text));
      socket.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ECONNRESET' || error.code === 'EPIPE' ? undefined : reject(error),
      );
      socket.write(`POST /wxa/msg_sec_check HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${64 * 1024 * 1024}\r\n\r\n`);
      socket.write(Buffer.alloc(5 * 1024 * 1024));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('rejects when the port is taken', async () => {
    const port = Number(new URL(server.url).port);
    await expect(startEmulator({ people: company, wechatApps: [], port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('closes with a call still waiting', async () => {
    await json('/_emulator/faults', { kind: 'latency', ms: 60_000, path: '/cgi-bin/token' });
    const waiting = fetch(server.url + tokenPath).catch((error: unknown) => error);
    while ((await json('/_emulator/log')).calls.length === 0);
    await server.close();
    expect(await waiting).toBeInstanceOf(TypeError);
  });
});
