import { existsSync, readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { ConfigInput, UploadType } from '@menshen/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';
import * as files from './testing/files.ts';

/** A scanner that finds a word, or is broken. */
let scannerSays: 'verdict' | 'nothing' = 'verdict';
let scanned = 0;
function startScanner(): Promise<Server> {
  const server = createServer((socket) => {
    let received = Buffer.alloc(0) as Buffer;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (!received.subarray(-4).equals(Buffer.alloc(4))) return;
      scanned += 1;
      if (scannerSays === 'nothing') socket.destroy();
      else socket.end(received.includes('MALWARE') ? 'stream: Test.Malware FOUND\0' : 'stream: OK\0');
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const withRoutes =
  (port: number) =>
  (config: ConfigInput): ConfigInput => {
    const [portal] = config.apps ?? [];
    if (portal === undefined) throw new Error('no app');
    const upload = { action: 'upload' } as const;
    const types: UploadType[] = ['png', 'jpeg', 'pdf', 'docx', 'txt', 'mp4'];
    const rules = { types, maxFiles: 2, maxBytes: 30_000_000 };
    const body = { types: ['multipart' as const], maxBytes: 40_000_000 };
    return {
      ...config,
      uploads: { scanner: { kind: 'clamd', address: `tcp://127.0.0.1:${port}`, timeoutMs: 5_000 } },
      apps: [
        {
          ...portal,
          upstream: { url: typeof portal.upstream === 'string' ? portal.upstream : portal.upstream.url, timeoutMs: 15_000 },
          routes: [
            ...(portal.routes ?? []),
            { match: 'POST /held', ...upload, body: { ...body, maxBytes: 1_000_000 }, uploads: { ...rules, scan: true } },
            {
              match: 'POST /streamed',
              ...upload,
              body: { ...body, stream: true },
              uploads: { ...rules, scan: true, stripMetadata: true },
            },
            { match: 'PUT /raw', ...upload, body: { types: ['binary'], stream: true, maxBytes: 40_000_000 }, uploads: rules },
            { match: 'PUT /raw-held', ...upload, body: { types: ['binary'], maxBytes: 1_000_000 }, uploads: rules },
            { match: 'POST /strict', ...upload, body, uploads: { ...rules, names: 'refuse' } },
            { match: 'POST /watched', ...upload, mode: 'monitor', body, uploads: rules },
          ],
        },
      ],
    };
  };

describe('uploads through the gateway', () => {
  let behindMs = 0;
  let deployment: Deployment;
  let token: string;
  let scanner: Server;
  let received: Buffer[] = [];
  beforeAll(async () => {
    scanner = await startScanner();
    deployment = await startDeployment({
      clock: () => Date.now() - behindMs,
      change: withRoutes((scanner.address() as AddressInfo).port),
    });
    token = await deployment.token('zhang');
  });
  afterAll(async () => {
    await deployment.close();
    scanner.close();
  });
  beforeEach(() => {
    scannerSays = 'verdict';
    received = [];
    deployment.backend.seen.length = 0;
    deployment.backend.answer = (_request, response, body) => {
      received.push(Buffer.from(body));
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{}');
    };
  });
  const spool = (): string[] => {
    const folder = join(deployment.folder, 'data', 'spool');
    return existsSync(folder) ? readdirSync(folder) : [];
  };
  const post = async (path: string, parts: Parameters<typeof files.multipart>[0]) => {
    const { contentType, bytes } = files.multipart(parts);
    return await deployment.call('POST', `/portal/${path}`, { token, headers: { 'content-type': contentType }, raw: bytes });
  };
  const put = (path: string, raw: Buffer, type: string) =>
    deployment.call('PUT', `/portal/${path}`, { token, headers: { 'content-type': type }, raw });
  const file = (data: Buffer, filename = 'a.png', type = 'image/png') => ({ name: 'file', filename, type, data });

  it.each(['held', 'streamed'])('pass %s with their fields, and are scanned', async (path) => {
    const before = scanned;
    expect(
      (await post(path, [{ name: 'note', text: '体检报告' }, file(files.pdf(), '报告.pdf', 'application/pdf')])).status,
    ).toBe(200);
    expect(scanned).toBe(before + 1);
    const body = deployment.backend.seen[0]?.body ?? '';
    expect(body).toContain('体检报告');
    expect(body).toContain('filename="报告.pdf"');
    expect(body).toContain('%PDF-1.7');
    expect(deployment.backend.seen[0]?.headers['content-length']).toBe(String(Buffer.byteLength(body)));
  });

  it.each(['held', 'streamed'])('are refused by %s before the backend sees them', async (path) => {
    const cases: [Parameters<typeof post>[1], number, string][] = [
      [[file(Buffer.from('<script>alert(1)</script>'))], 422, 'upload_content_refused'],
      [[file(files.png({ after: Buffer.from('<script>') }))], 422, 'upload_content_refused'],
      [[file(files.gif(), 'a.gif', 'image/gif')], 415, 'upload_type_refused'],
      [[file(Buffer.from('MALWARE in a text'), 'a.txt', 'text/plain')], 422, 'upload_infected'],
      [[file(files.png()), { ...file(files.png()), name: 'b' }, { ...file(files.png()), name: 'c' }], 400, 'too_many_fields'],
      [[{ name: 'note', text: "x' UNION SELECT username, password FROM users -- " }, file(files.png())], 403, 'request_blocked'],
    ];
    for (const [parts, status, code] of cases) {
      const answer = await post(path, parts);
      expect([answer.status, answer.body['code']]).toEqual([status, code]);
    }
    expect(deployment.backend.seen).toEqual([]);
  });

  it('write unsafe names anew, or refuse them where the route says so', async () => {
    await post('held', [{ ...file(files.png(), 'shell.php.png'), length: true }]);
    await post('streamed', [file(files.png(), 'CON.png')]);
    expect(deployment.backend.seen[0]?.body).toContain('filename="shell_php.png"');
    expect(deployment.backend.seen[1]?.body).toContain('filename="_CON.png"');
    const disguised = [
      { ...file(files.png(), 'shell.php.png'), name: 'a; filename=b' },
      { ...file(files.png(), 'shell.php.png', 'image/png; filename="c.png"'), typeFirst: true },
    ];
    for (const [at, one] of disguised.entries()) {
      expect((await post('held', [one])).status).toBe(200);
      expect(deployment.backend.seen[at + 2]?.body).toContain(`name="${one.name}"; filename="shell_php.png"`);
    }
    expect(await post('strict', [file(files.png(), 'shell.php.png')])).toMatchObject({
      status: 422,
      body: { code: 'upload_name_refused' },
    });
  });

  it('lose where a photo was taken, and the part’s length follows', async () => {
    const photo = files.jpeg({ meta: [files.exifSegment(6)] });
    await post('streamed', [{ ...file(photo, 'a.jpg', 'image/jpeg'), length: true }]);
    const body = deployment.backend.seen[0]?.body ?? '';
    expect(body).not.toContain('GPS');
    const length = Number(/Content-Length: (\d+)/.exec(body)?.[1]);
    expect(length).toBeLessThan(photo.length);
    expect(deployment.backend.seen[0]?.headers['content-length']).toBeDefined();
  });

  it('are judged as a body of their own too', async () => {
    for (const path of ['raw', 'raw-held']) {
      expect((await put(path, files.png(), 'image/png')).status).toBe(200);
      expect(await put(path, files.png(), 'image/jpeg')).toMatchObject({ status: 422, body: { code: 'upload_content_refused' } });
      expect(await put(path, Buffer.from('<svg onload=alert(1)>'), 'image/png')).toMatchObject({ status: 422 });
    }
  });

  it('that are large go through the disk, and nothing of them stays there', async () => {
    const large = Buffer.concat([files.mp4(Buffer.alloc(0)), Buffer.alloc(0)]);
    const film = Buffer.concat([large, Buffer.from([0, 0xe4, 0xe1, 0xc8]), Buffer.from('mdat'), Buffer.alloc(15_000_000 - 8, 7)]);
    film.writeUInt32BE(15_000_000, large.length);
    expect((await put('raw', film, 'video/mp4')).status).toBe(200);
    expect(Number(deployment.backend.seen[0]?.headers['content-length'])).toBe(film.length);
    const tooLarge = await put('raw', Buffer.alloc(41_000_000), 'video/mp4').catch(() => null);
    expect(tooLarge === null || tooLarge.status === 413).toBe(true);
    await expect.poll(spool, { timeout: 5_000 }).toEqual([]);
  });

  it('are refused when they cannot be scanned, with an alarm once in a while and at once after the clock was put right', async () => {
    scannerSays = 'nothing';
    const refused = async (): Promise<number> => {
      expect(await post('held', [file(files.png())])).toMatchObject({ status: 503, body: { code: 'upload_not_scanned' } });
      await deployment.indexed();
      const { rows } = await deployment.platform.queries.list({ kind: 'security', from: 0, to: Date.now() + 1 }, 200, null);
      return rows.filter(({ action }) => action === 'alarm.upload_not_scanned').length;
    };
    expect([await refused(), await refused()]).toEqual([1, 1]);
    behindMs = 28_800_000;
    expect([await refused(), await refused()]).toEqual([2, 2]);
    behindMs = 0;
    // What was used at the earlier hour has been idle for eight of them.
    token = await deployment.token('zhang');
    expect(deployment.backend.seen).toEqual([]);
  });

  it('pass in monitor mode as they came', async () => {
    const wrong = file(files.png({ after: Buffer.from('<script>') }), 'shell.php.png');
    expect((await post('watched', [wrong])).status).toBe(200);
    expect(deployment.backend.seen[0]?.body).toContain('shell.php.png');
  });

  it('whose boundaries two parsers would read differently are refused', async () => {
    const { contentType, bytes } = files.multipart([file(files.png())]);
    const send = (raw: Buffer) =>
      deployment.call('POST', '/portal/streamed', { token, headers: { 'content-type': contentType }, raw });
    for (const raw of [
      Buffer.concat([Buffer.from('preamble\r\n'), bytes]),
      Buffer.concat([bytes, Buffer.from('epilogue')]),
      bytes.subarray(0, -4),
      Buffer.from(bytes.toString('latin1').replace('filename="a.png"', 'filename="a.png"; filename*=UTF-8\'\'b.php'), 'latin1'),
      Buffer.from(
        bytes.toString('latin1').replace('Content-Type', 'Content-Disposition: form-data; name="x"\r\nContent-Type'),
        'latin1',
      ),
    ]) {
      const answer = await send(raw);
      expect(answer.status).toBe(400);
    }
    expect(deployment.backend.seen).toEqual([]);
  });
});
