import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { appSchema } from '@menshen/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { testTlsPair } from '../../testing/tls-pair.ts';
import { type BackendTls, backendTlsProblems } from '../tls.ts';
import { Upstream } from './upstream.ts';

const backendPair = testTlsPair('first');
const ownPair = testTlsPair('second');
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A backend with a certificate of its own issue that tells whose certificate it was shown. */
async function backend(options: TlsOptions = {}): Promise<string> {
  const server: Server = createServer({ ...backendPair, ...options }, (request, response) => {
    const shown = (request.socket as TLSSocket).getPeerCertificate().fingerprint256 ?? null;
    response.end(JSON.stringify({ shown, authorized: (request.socket as TLSSocket).authorized }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const mutual = { requestCert: true, rejectUnauthorized: true, ca: ownPair.cert };

async function ask(url: string, tls?: BackendTls): Promise<unknown> {
  const upstream = new Upstream({ url, connections: 1, tls, clock: Date.now, monotonic: () => performance.now() });
  closing.push(() => upstream.destroy());
  const answer = await upstream.exchange({ method: 'GET', path: '/', headers: [], body: null, timeoutMs: 2_000 });
  return JSON.parse(Buffer.concat(answer.chunks).toString());
}

describe('an https backend', () => {
  it('is shown the certificate of the gateway, and refuses who has none', async () => {
    const url = await backend(mutual);
    expect(await ask(url, { ca: backendPair.cert, ...ownPair })).toMatchObject({ authorized: true, shown: expect.any(String) });
    await expect(ask(url, { ca: backendPair.cert })).rejects.toMatchObject({ name: 'UpstreamError' });
    await expect(ask(url, { ca: backendPair.cert, ...backendPair })).rejects.toMatchObject({ name: 'UpstreamError' });
  });

  it('is not believed with a certificate that nobody vouches for', async () => {
    const url = await backend();
    expect(await ask(url, { ca: backendPair.cert })).toMatchObject({ shown: null });
    await expect(ask(url)).rejects.toMatchObject({ code: 'backend_unreachable' });
    await expect(ask(url, { ca: ownPair.cert })).rejects.toMatchObject({ code: 'backend_unreachable' });
  });

  it('is not believed under another name than its certificate has', async () => {
    const url = (await backend()).replace('127.0.0.1', '127.0.0.2');
    await expect(ask(url, { ca: backendPair.cert })).rejects.toMatchObject({ code: 'backend_unreachable' });
  });

  it('must speak TLS 1.2 or newer', async () => {
    const url = await backend({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    await expect(ask(url, { ca: backendPair.cert })).rejects.toMatchObject({ code: 'backend_unreachable' });
  });
});

describe('the tls of a backend', () => {
  const problems = (tls: BackendTls, url = 'https://backend.example') => {
    const app = { id: 'a', audience: ['customer'], upstream: { url, tls } };
    const found = backendTlsProblems([appSchema.parse({ ...app, upstream: { url } }), appSchema.parse(app)]);
    expect(JSON.stringify(found)).not.toContain(ownPair.key.split('\n')[1]);
    return found.map(({ field }) => field.replace('apps[1].upstream.tls', ''));
  };
  it('is named with what is wrong', () => {
    expect(problems({ ca: backendPair.cert, ...ownPair })).toEqual([]);
    expect(problems({ ca: 'none' })).toEqual(['.ca']);
    expect(problems({ ca: `${backendPair.cert}${backendPair.cert.replace('MII', 'AAA')}` })).toEqual(['.ca']);
    expect(problems({ cert: backendPair.cert, key: ownPair.key })).toEqual(['.key']);
    expect(problems({ cert: 'none', key: ownPair.key })).toEqual(['.cert']);
    expect(problems({ ca: backendPair.cert }, 'http://backend.example')).toEqual(['']);
    expect(() => problems({ cert: backendPair.cert })).toThrow(/go together/);
  });
});
