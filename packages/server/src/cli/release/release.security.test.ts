import { createHash, createPublicKey, verify } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { preAuthentication } from '../../release/dsse.ts';
import { run } from '../testing/terminal.ts';
import { releaseKey, releaseSign, releaseVerify, releaseWatch } from './release.ts';

let root = '';
let folder = '';
let key = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'menshen-release-'));
  folder = join(root, 'build');
  key = join(root, 'release.key');
  mkdirSync(join(folder, 'pages', 'pay'), { recursive: true });
  writeFileSync(join(folder, 'app.json'), '{"pages":["pages/pay/pay"]}');
  writeFileSync(join(folder, 'pages', 'pay', 'pay.js'), 'Page({ amount: 2000 })');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const makeKey = (algorithm = 'ed25519', out = key) => run(releaseKey, ['--out', out, '--algorithm', algorithm]);
const sign = (...more: string[]) => run(releaseSign, [folder, '--app', 'portal', '--version', '2.4.0', '--key', key, ...more]);
const check = (...more: string[]) => run(releaseVerify, [folder, '--pub', `${key}.pub`, '--json', ...more]);
const manifest = () => join(folder, 'menshen-release.json');

describe.each(['ed25519', 'sm2'])('a release signed with %s', (algorithm) => {
  it('is accepted as it was built, and shows every kind of change', async () => {
    await makeKey(algorithm);
    expect((await sign()).code).toBe(0);
    expect(JSON.parse((await check()).out)).toMatchObject({ ok: true, app: 'portal', version: '2.4.0' });
    appendFileSync(join(folder, 'pages', 'pay', 'pay.js'), '// amount: 88800');
    writeFileSync(join(folder, 'pages', 'extra.js'), '');
    renameSync(join(folder, 'app.json'), join(root, 'app.json'));
    const { out, code } = await check();
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      changed: ['pages/pay/pay.js'],
      missing: ['app.json'],
      added: ['pages/extra.js'],
    });
  });

  it('is not accepted with a manifest that somebody changed, or signed with a key of their own', async () => {
    await makeKey(algorithm);
    await sign();
    const envelope = JSON.parse(readFileSync(manifest(), 'utf8'));
    const payload = Buffer.from(envelope.payload, 'base64').toString().replace('2.4.0', '2.4.1');
    writeFileSync(manifest(), JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') }));
    expect(JSON.parse((await check()).out)).toEqual({ ok: false, problem: 'unsigned' });
    await makeKey(algorithm, join(root, 'thief.key'));
    await sign('--key', join(root, 'thief.key'));
    // Both have signed: the trusted one among them is enough.
    expect((await check()).code).toBe(0);
    await run(releaseSign, [folder, '--app', 'portal', '--version', '2.4.0', '--key', join(root, 'thief.key')]);
    expect(JSON.parse((await check()).out)).toEqual({ ok: false, problem: 'unsigned' });
  });
});

describe('a manifest', () => {
  it('is a DSSE envelope that OpenSSL verifies, over an in-toto statement whose hashes sha256sum gives', async () => {
    await makeKey();
    await sign();
    const { payloadType, payload, signatures } = JSON.parse(readFileSync(manifest(), 'utf8'));
    expect(payloadType).toBe('application/vnd.in-toto+json');
    const bytes = Buffer.from(payload, 'base64');
    const message = preAuthentication(payloadType, bytes);
    expect(message.toString()).toBe(`DSSEv1 ${payloadType.length} ${payloadType} ${bytes.length} ${bytes}`);
    const publicKey = createPublicKey(readFileSync(`${key}.pub`));
    expect(verify(null, message, publicKey, Buffer.from(signatures[0].sig, 'base64'))).toBe(true);
    const statement = JSON.parse(bytes.toString());
    expect(statement).toMatchObject({ _type: 'https://in-toto.io/Statement/v1', predicateType: 'urn:menshen:release:v1' });
    for (const { name, digest } of statement.subject)
      expect(digest.sha256).toBe(
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      );
  });

  it('carries what the scan said', async () => {
    await makeKey();
    const scan = join(root, 'scan.sarif');
    const results = [{ level: 'error' }, { level: 'error', properties: { severity: 'critical' } }, { level: 'note' }];
    writeFileSync(
      scan,
      JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'menshen', version: '1' } }, results }] }),
    );
    expect(JSON.parse((await sign('--scan', scan, '--json')).out).scan).toMatchObject({
      tool: 'menshen 1',
      critical: 1,
      high: 1,
      medium: 0,
      low: 1,
    });
    writeFileSync(scan, '{}');
    expect((await sign('--scan', scan)).code).toBe(2);
  });

  it('names links by where they lead and does not follow them', async () => {
    await makeKey();
    symlinkSync('pages/pay/pay.js', join(folder, 'main.js'));
    await sign();
    rmSync(join(folder, 'main.js'));
    symlinkSync('/etc/passwd', join(folder, 'main.js'));
    expect(JSON.parse((await check()).out)).toMatchObject({ ok: false, changed: ['main.js'] });
  });

  it('leaves out what it was told to, and says so under the signature', async () => {
    await makeKey();
    mkdirSync(join(folder, 'logs'));
    await sign('--ignore', 'logs');
    writeFileSync(join(folder, 'logs', 'today.log'), 'x');
    expect((await check()).code).toBe(0);
  });

  it('leaves out what tools write, and nothing that hides under such a name', async () => {
    await makeKey();
    mkdirSync(join(folder, '.git'));
    await sign();
    for (const name of ['.git/HEAD', '.DS_Store', 'project.private.config.json']) writeFileSync(join(folder, name), 'x');
    expect((await check()).code).toBe(0);
    mkdirSync(join(folder, 'pages', '.DS_Store'));
    const hidden = ['.git/x.php', 'pages/.DS_Store/x.js'];
    for (const name of hidden) writeFileSync(join(folder, name), '<?php run();');
    symlinkSync('/etc', join(folder, '.git', 'objects'));
    expect(JSON.parse((await check()).out)).toMatchObject({ ok: false, added: ['.git/objects', ...hidden] });
  });

  it.each(['', '{}', 'null', '{"payloadType":"application/vnd.in-toto+json","payload":"!","signatures":[{"sig":""}]}'])(
    'that is none is refused: %s',
    async (text) => {
      await makeKey();
      writeFileSync(manifest(), text);
      expect(JSON.parse((await check()).out)).toEqual({ ok: false, problem: 'not_a_manifest' });
    },
  );
});

describe('keys', () => {
  it('are never written over, and a private one is not taken as public', async () => {
    await makeKey();
    const before = readFileSync(key, 'utf8');
    expect((await makeKey()).code).toBe(2);
    expect(readFileSync(key, 'utf8')).toBe(before);
    await sign();
    expect((await run(releaseVerify, [folder, '--pub', key])).code).toBe(2);
  });
});

describe('watching a deployment', () => {
  it('tells of a change within seconds and ends at it when it is asked to', async () => {
    await makeKey();
    await sign();
    const watching = run(releaseWatch, [folder, '--pub', `${key}.pub`, '--every', '1', '--once', '--json']);
    await new Promise((resolve) => setTimeout(resolve, 500));
    appendFileSync(join(folder, 'app.json'), ' ');
    const { out, code } = await watching;
    expect(code).toBe(1);
    const told = out.split('\n').map((line) => JSON.parse(line));
    expect(told.map(({ ok }) => ok)).toEqual([true, false]);
    expect(told[1].changed).toEqual(['app.json']);
  });

  it('says at every look how it is, so that what the server once did not hear is not lost', async () => {
    await makeKey();
    await sign();
    const heard: { ok: boolean }[] = [];
    let refused = 0;
    let refuse = true;
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => {
        body += part.toString();
      });
      request.on('end', () => {
        if (refuse) {
          refused += 1;
          return void response.writeHead(503).end('{"code":"audit_unwritable"}');
        }
        heard.push(JSON.parse(body));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const token = join(root, 'token');
    writeFileSync(token, 'mt_test');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    appendFileSync(join(folder, 'app.json'), ' ');
    const watching = run(releaseWatch, [
      ...[folder, '--pub', `${key}.pub`, '--every', '1', '--report', '--url', url, '--token-file', token, '--json'],
    ]);
    await vi.waitFor(() => expect(refused).toBeGreaterThan(0), 10_000);
    refuse = false;
    await vi.waitFor(() => expect(heard.filter(({ ok }) => !ok).length).toBeGreaterThan(1), 10_000);
    process.emit('SIGTERM');
    const { out } = await watching;
    server.close().closeAllConnections();
    // Said here once: nothing has changed since.
    expect(out.split('\n')).toHaveLength(1);
  });
});
