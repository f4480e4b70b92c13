import { X509Certificate } from 'node:crypto';
import { request } from 'node:http';
import { connect, type SecureVersion } from 'node:tls';
import { configSchema } from '@menshen/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../config/config-error.ts';
import { type Deployment, startDeployment } from '../testing/deployment.ts';
import { getSecurely, secureAgent } from '../testing/https.ts';
import { testTlsPair } from '../testing/tls-pair.ts';
import { type TlsPair, tlsProblems } from './tls.ts';

const first = testTlsPair('first');
const second = testTlsPair('second');
const fingerprintOf = ({ cert }: TlsPair): string => new X509Certificate(cert).fingerprint256;
const hsts = 'max-age=31536000; includeSubDomains';

describe('a gateway with a certificate', () => {
  let deployment: Deployment;
  let agents: ReturnType<typeof secureAgent>[] = [];
  const agent = () => {
    const made = secureAgent(first.cert, second.cert);
    agents.push(made);
    return made;
  };
  const withTls = (tls: TlsPair) => configSchema.parse({ ...deployment.config, gateway: { ...deployment.config.gateway, tls } });
  const reload = (tls: TlsPair) => deployment.platform.reload(withTls(tls), deployment.folder);

  beforeAll(async () => {
    deployment = await startDeployment({ change: (config) => ({ ...config, gateway: { ...config.gateway, tls: first } }) });
  });
  afterEach(() => {
    for (const one of agents) one.destroy();
    agents = [];
  });
  afterAll(() => deployment.close());

  /** The version that a handshake agrees on, or the code of the failure. */
  const handshake = (version: SecureVersion): Promise<string> =>
    new Promise((resolve) => {
      // OpenSSL itself would not speak the old versions at its usual level of security: the refusal must be the server's.
      const socket = connect({
        host: '127.0.0.1',
        port: deployment.platform.gateway.port,
        ca: first.cert,
        minVersion: version,
        maxVersion: version,
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      socket.once('secureConnect', () => {
        resolve(socket.getProtocol() ?? '');
        socket.destroy();
      });
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });

  it('answers by HTTPS, and says with every answer that there is no other way', async () => {
    expect(deployment.gatewayUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const answer = await getSecurely(agent(), `${deployment.gatewayUrl}/portal/public`);
    expect([answer.status, answer.fingerprint]).toEqual([200, fingerprintOf(first)]);
    for (const path of [
      '/portal/public',
      '/portal/me',
      '/portal/nowhere',
      '/_menshen/v1/hello',
      '/_menshen/jwks.json',
      '/_menshen/x',
    ])
      expect([path, (await getSecurely(agent(), deployment.gatewayUrl + path)).headers['strict-transport-security']]).toEqual([
        path,
        hsts,
      ]);
  });

  it('tells the backend that the request came by HTTPS', async () => {
    await getSecurely(agent(), `${deployment.gatewayUrl}/portal/public`);
    expect(deployment.backend.seen.at(-1)?.headers['x-forwarded-proto']).toBe('https');
  });

  it('speaks TLS 1.2 and 1.3, and refuses what is older', async () => {
    expect(await handshake('TLSv1.3')).toBe('TLSv1.3');
    expect(await handshake('TLSv1.2')).toBe('TLSv1.2');
    expect(await handshake('TLSv1.1')).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    expect(await handshake('TLSv1')).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  });

  it('agrees on no suite of TLS 1.2 without forward secrecy or with unauthenticated padding', async () => {
    const withSuites = (ciphers: string): Promise<string> =>
      new Promise((resolve) => {
        const { port } = deployment.platform.gateway;
        const socket = connect({ host: '127.0.0.1', port, ca: first.cert, maxVersion: 'TLSv1.2', ciphers }, () => {
          resolve(socket.getCipher().standardName);
          socket.destroy();
        });
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
      });
    const refused = 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE';
    for (const suites of [
      'AES128-GCM-SHA256:AES256-GCM-SHA384',
      'ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA',
      'DHE-RSA-AES128-GCM-SHA256',
    ])
      expect([suites, await withSuites(`${suites}:@SECLEVEL=0`)]).toEqual([suites, refused]);
    expect(await withSuites('ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256')).toMatch(/^TLS_ECDHE_\w+_GCM_SHA256$/);
  });

  it('gives nothing to who speaks plain HTTP to it', async () => {
    const plain = new Promise((resolve, reject) => {
      request({ port: deployment.platform.gateway.port, path: '/portal/public' }, resolve).on('error', reject).end();
    });
    await expect(plain).rejects.toThrow();
  });

  it('shows a new certificate to new connections and keeps the old ones, with what is under way on them', async () => {
    const old = agent();
    const before = deployment.backend.answer;
    const release = new Promise<() => void>((resolve) => {
      deployment.backend.answer = (_request, response) => resolve(() => response.end('{"late":true}'));
    });
    const underWay = getSecurely(old, `${deployment.gatewayUrl}/portal/public`);
    const end = await release;
    await reload(second);
    deployment.backend.answer = before;
    const fresh = await getSecurely(agent(), `${deployment.gatewayUrl}/portal/public`);
    expect([fresh.status, fresh.fingerprint]).toEqual([200, fingerprintOf(second)]);
    end();
    const late = await underWay;
    expect([late.status, late.text, late.fingerprint]).toEqual([200, '{"late":true}', fingerprintOf(first)]);
    const next = await getSecurely(old, `${deployment.gatewayUrl}/portal/public`);
    expect([next.status, next.localPort, next.fingerprint]).toEqual([200, late.localPort, fingerprintOf(first)]);
    await reload(first);
  });

  it('keeps its certificate when the new one cannot be used', async () => {
    for (const broken of [
      { cert: first.cert, key: second.key },
      { cert: 'no certificate', key: first.key },
      { cert: second.cert, key: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----' },
    ])
      await expect(reload(broken)).rejects.toThrow(ConfigError);
    expect((await getSecurely(agent(), `${deployment.gatewayUrl}/portal/public`)).fingerprint).toBe(fingerprintOf(first));
  });

  it('neither drops TLS nor takes it up while it runs: that needs a restart', async () => {
    const { tls: _tls, ...gateway } = deployment.config.gateway ?? {};
    const plain = configSchema.parse({ ...deployment.config, gateway });
    await expect(deployment.platform.reload(plain, deployment.folder)).rejects.toThrow(/gateway\.tls: .*restart/);
    expect((await getSecurely(agent(), `${deployment.gatewayUrl}/portal/public`)).status).toBe(200);
  });
});

describe('a pair of certificate and key', () => {
  it('is named with what is wrong, in both languages, and nothing of the key', () => {
    expect(tlsProblems(first)).toEqual([]);
    const fields = (pair: TlsPair) => tlsProblems(pair).map((problem) => problem.field);
    expect(fields({ cert: '', key: first.key })).toEqual(['gateway.tls.cert']);
    expect(fields({ cert: first.cert, key: '' })).toEqual(['gateway.tls.key']);
    const [mixed] = tlsProblems({ cert: first.cert, key: second.key });
    expect(mixed).toMatchObject({
      field: 'gateway.tls.key',
      en: expect.stringMatching(/private key/),
      zh: expect.stringMatching(/私钥/),
    });
    expect(JSON.stringify(mixed)).not.toContain(second.key.split('\n')[1]);
  });
});
