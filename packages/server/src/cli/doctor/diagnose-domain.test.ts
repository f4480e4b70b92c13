import { type AddressInfo, createServer as createPlain, type Server } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { configSchema } from '@menshen/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { testTlsPair } from '../../testing/tls-pair.ts';
import { diagnoseDomains, shakeHands } from './diagnose-domain.ts';
import type { Handshake } from './diagnosis.ts';

const pair = testTlsPair('first');
const now = Date.UTC(2030, 0);
const dayMs = 86_400_000;
const good: Handshake = { kind: 'secure', protocol: 'TLSv1.3', problem: null, validTo: now + 60 * dayMs };

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});
async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function findings(
  answer: Handshake | Error,
  host = 'api.example.com',
  environment: 'production' | 'development' = 'production',
) {
  const asked: string[] = [];
  const app = { audience: ['customer'], upstream: 'http://127.0.0.1:1', hosts: [host] };
  const config = configSchema.parse({
    environment,
    apps: [
      { ...app, id: 'a' },
      { ...app, id: 'b' },
    ],
  });
  const checks = await diagnoseDomains(config, {
    clock: () => now,
    handshake: async (name, port) => {
      asked.push(`${name}:${port}`);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  for (const { text } of checks) expect(text.zh).toMatch(/\p{Script=Han}/u);
  return { asked, found: checks.filter(({ ok }) => !ok).map(({ name, text }) => `${name}: ${text.en}`) };
}

describe('a public domain', () => {
  it('is asked once at port 443, and found well', async () => {
    expect(await findings(good)).toEqual({ asked: ['api.example.com:443'], found: [] });
    expect(await findings(new Error('not to be asked'), 'api.example.com', 'development')).toEqual({ asked: [], found: [] });
  });

  it.each<[string, Handshake, RegExp]>([
    ['cannot be reached', { kind: 'unreachable' }, /port 443 cannot be reached/],
    ['speaks no TLS', { kind: 'no_tls' }, /does not speak TLS/],
    ['speaks an old version', { ...good, protocol: 'TLSv1.1' }, /TLSv1\.1; mini programs want TLS 1\.2/],
    ['lacks an intermediate', { ...good, problem: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, /chain is incomplete/],
    ['lacks an issuer', { ...good, problem: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' }, /chain is incomplete/],
    ['is self-signed', { ...good, problem: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, /self-signed/],
    ['has expired', { ...good, problem: 'CERT_HAS_EXPIRED' }, /has expired/],
    ['is of another name', { ...good, problem: 'ERR_TLS_CERT_ALTNAME_INVALID' }, /other names/],
    ['is wrong otherwise', { ...good, problem: 'CERT_REVOKED' }, /not trusted \(CERT_REVOKED\)/],
    ['expires soon', { ...good, validTo: now + 13 * dayMs }, /expires on 2030-01-14.*soon/],
  ])('is told when it %s', async (_name, answer, text) => {
    const { found } = await findings(answer);
    expect(found).toEqual([expect.stringMatching(text)]);
  });

  it('is no address and no name of this machine', async () => {
    for (const host of ['10.0.0.1', 'localhost', 'shop.localhost'])
      expect(await findings(new Error('not to be asked'), host)).toEqual({
        asked: [],
        found: [expect.stringMatching(/registered domain names only/)],
      });
  });
});

describe('a handshake', () => {
  const shake = async (options: TlsOptions, host = 'localhost', ca?: string): Promise<Handshake> => {
    const port = await listen(createServer({ ...pair, ...options }));
    return await shakeHands(host, port, 2_000, { address: '127.0.0.1', ...(ca === undefined ? {} : { ca }) });
  };

  it('tells version, trust and end of what a server shows', async () => {
    const validTo = Date.UTC(2126, 10, 1);
    const trusted = await shake({}, 'localhost', pair.cert);
    expect(trusted).toMatchObject({ kind: 'secure', protocol: 'TLSv1.3', problem: null });
    expect(Math.abs((trusted.kind === 'secure' ? trusted.validTo : 0) - validTo)).toBeLessThan(2 * dayMs);
    expect(await shake({})).toMatchObject({ problem: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(await shake({}, 'api.example.com', pair.cert)).toMatchObject({ problem: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    const old: TlsOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
    expect(await shake(old, 'localhost', pair.cert)).toMatchObject({ protocol: 'TLSv1.1' });
  });

  it('tells nothing there from something that is not TLS', async () => {
    const port = await listen(
      createPlain((socket) => {
        socket
          .on('error', () => undefined)
          .once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n', () => socket.destroy()));
      }),
    );
    expect(await shakeHands('localhost', port, 2_000, { address: '127.0.0.1' })).toEqual({ kind: 'no_tls' });
    expect(await shakeHands('localhost', 1, 2_000, { address: '127.0.0.1' })).toEqual({ kind: 'unreachable' });
  });
});
