import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contract from '@menshen/contract';
import type { EmulatorServer } from '@menshen/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../testing/backend.ts';
import { deploymentConfig, startCompany, writePolicies } from '../testing/company.ts';
import type { ConsoleBrowser } from '../testing/console.ts';
import { createEmulatorAdmin } from '../testing/http.ts';
import { secureAgent, sendSecurely } from '../testing/https.ts';
import { testTlsPair } from '../testing/tls-pair.ts';
import { openSetupLink } from './testing/administrator.ts';
import { type MenshenProcess, spawnMenshen } from './testing/process.ts';

const first = testTlsPair('first');
const second = testTlsPair('second');
const reloaded = /The configuration was reloaded\./g;
const refused = /The changed configuration was refused/g;

describe('menshen serve', { timeout: 90_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-serve-'));
  const file = join(folder, 'menshen.yaml');
  let backend: TestBackend;
  let emulator: EmulatorServer;
  let server: MenshenProcess;
  let gateway = '';
  let operator: ConsoleBrowser;

  const config = () => {
    const made = deploymentConfig({ folder }, emulator.url, backend.url);
    // Requests are held at the backend for as long as a change takes to be seen.
    const apps = (made.apps ?? []).map((app) => ({ ...app, upstream: { url: backend.url, timeoutMs: 30_000 } }));
    return {
      ...made,
      apps,
      detections: './规则 rules',
      gateway: { ...made.gateway, tls: { cert: 'file:tls.cert', key: 'file:tls.key' } },
    };
  };
  type Made = ReturnType<typeof config>;
  const withRoute = (made: Made, path: string): Made => ({
    ...made,
    apps: made.apps.map((app) => ({ ...app, routes: [{ match: `GET ${path}`, auth: 'none' as const }, ...(app.routes ?? [])] })),
  });
  /** As editors and deployments do it: the whole file at one stroke. JSON is YAML. */
  const put = (path: string, text: string): void => {
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  };
  const write = (made: object): void => put(file, JSON.stringify(made, null, 2));
  const count = (pattern: RegExp): number => server.err().match(pattern)?.length ?? 0;
  /** Makes a change, and waits until the process says what became of it. */
  const change = async (pattern: RegExp, make: () => void): Promise<void> => {
    const before = count(pattern);
    make();
    await server.seen(new RegExp(`(?:${pattern.source}[\\s\\S]*){${before + 1}}`), 'err');
  };
  /** On a connection of its own. */
  const send = async (method: string, path: string, headers: Record<string, string> = {}, body?: object) => {
    const agent = secureAgent(first.cert, second.cert);
    try {
      return await sendSecurely(agent, gateway + path, { method, headers, body });
    } finally {
      agent.destroy();
    }
  };
  const get = (path: string) => send('GET', path);

  beforeAll(async () => {
    writePolicies(folder);
    emulator = await startCompany();
    backend = await startBackend();
    put(join(folder, 'tls.cert'), first.cert);
    put(join(folder, 'tls.key'), first.key);
    mkdirSync(join(folder, '规则 rules'));
    write(config());
    server = spawnMenshen(['serve', '-c', file, '--json']);
    const started = JSON.parse((await server.seen(/.*\n/))[0]) as { gateway: string; setup: string };
    gateway = started.gateway;
    operator = await openSetupLink(started.setup);
  });
  afterAll(async () => {
    server.child.kill('SIGKILL');
    await server.ended;
    await backend.close();
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes over a changed file without a restart, and drops none of the requests under way', async () => {
    expect((await get('/portal/added')).status).toBe(404);
    const ordinary = backend.answer;
    const waiting: (() => void)[] = [];
    backend.answer = (_request, response) => void waiting.push(() => response.end('{"late":true}'));
    const underWay = Array.from({ length: 10 }, () => get('/portal/public'));
    while (waiting.length < 10) await new Promise((resolve) => setImmediate(resolve));
    backend.answer = ordinary;
    await change(reloaded, () => write(withRoute(config(), '/added')));
    for (const release of waiting) release();
    expect((await Promise.all(underWay)).map((answer) => [answer.status, answer.text])).toEqual(
      Array.from({ length: 10 }, () => [200, '{"late":true}']),
    );
    expect((await get('/portal/added')).status).toBe(200);
  });

  it.each([
    ['is emptied before it is written', () => put(file, '# nothing yet\n'), /is empty/],
    ['is no YAML', () => put(file, 'apps: ['), /YAML/],
    ['has a field that does not exist', () => write({ ...config(), gatway: {} }), /gatway/],
    ['puts two routes at one place', () => write(withRoute(withRoute(config(), '/twice'), '/twice')), /two routes match/],
    ['names a secret that is missing', () => write({ ...config(), keys: { master: 'file:missing' } }), /cannot be read/],
    ['would need a restart', () => write({ ...config(), gateway: { ...config().gateway, listen: '127.0.0.1:1' } }), /restart/],
    ['has a key that is not the certificate’s', () => put(join(folder, 'tls.key'), second.key), /private key/],
    ['breaks a policy', () => put(join(folder, 'policies', 'test.cedar'), 'permit ('), /policies\/test\.cedar/],
  ] as const)('changes nothing when the file %s, and says so to everybody', async (_name, make, says) => {
    await change(refused, make);
    expect(server.err().slice(server.err().lastIndexOf('The changed'))).toMatch(says);
    expect([(await get('/portal/public')).status, (await get('/portal/added')).status]).toEqual([200, 200]);
    const system = await operator.call(contract.getSystem);
    expect(system.body.configuration.error).toMatch(says);
    await change(reloaded, () => {
      writePolicies(folder);
      put(join(folder, 'tls.key'), first.key);
      write(withRoute(config(), '/added'));
    });
    expect((await operator.call(contract.getSystem)).body.configuration.error).toBeNull();
  });

  it('has each refused change on record', async () => {
    const query = { kind: 'security', q: 'configuration_refused', limit: '50' };
    const refusals = async () => (await operator.call(contract.listAudit, { query })).body.rows.length;
    // The index follows the log.
    await expect.poll(refusals, { timeout: 10_000 }).toBe(count(refused));
    expect(count(refused)).toBe(8);
  });

  it('shows a renewed certificate as soon as its files have changed', async () => {
    const fingerprint = (cert: string): string => new X509Certificate(cert).fingerprint256;
    expect((await get('/portal/public')).fingerprint).toBe(fingerprint(first.cert));
    await change(reloaded, () => {
      put(join(folder, 'tls.cert'), second.cert);
      put(join(folder, 'tls.key'), second.key);
    });
    expect((await get('/portal/public')).fingerprint).toBe(fingerprint(second.cert));
  });

  it('has read the directory at its start, and takes over changed policies', async () => {
    const { code } = await createEmulatorAdmin(emulator.url)('code', { channel: 'wecom', person: 'zhang' });
    const login = await send('POST', '/_menshen/v1/login', {}, { app: 'portal', channel: 'wecom', code });
    const { token } = JSON.parse(login.text) as { token: string };
    const own = async () => (await send('GET', '/portal/me', { authorization: `Bearer ${token}` })).status;
    expect(await own()).toBe(200);
    const policy = join(folder, 'policies', 'test.cedar');
    const before = readFileSync(policy, 'utf8');
    await change(reloaded, () => put(policy, before.replace('@id("own") permit', '@id("own") forbid')));
    expect(await own()).toBe(403);
    await change(reloaded, () => put(policy, before));
    expect(await own()).toBe(200);
  });

  it('takes over changed rules of detection, in folders below too', async () => {
    const usable = async () => (await operator.call(contract.getDetections)).body.sigma?.usable;
    await expect.poll(usable, { timeout: 20_000 }).toBe(0);
    mkdirSync(join(folder, '规则 rules', '登录'));
    const rule = (title: string) =>
      `title: ${title}\nid: 11111111-1111-4111-8111-111111111111\nlogsource: { product: menshen }\ndetection: { a: { path: /x }, condition: a }\n`;
    const file = join(folder, '规则 rules', '登录', '规则.yml');
    put(file, rule('One'));
    await expect.poll(usable, { timeout: 20_000 }).toBe(1);
    put(file, `${rule('One')}---\n${rule('Two').replaceAll('1111', '2222')}`);
    await expect.poll(usable, { timeout: 20_000 }).toBe(2);
    // Who replaces the folder takes it away first: what was read goes on. A change of the configuration is heard of later than this one.
    rmSync(join(folder, '规则 rules'), { recursive: true });
    await change(reloaded, () => write(withRoute(config(), '/later')));
    expect((await operator.call(contract.getDetections)).body).toMatchObject({ watching: true, sigma: { usable: 2 } });
    mkdirSync(join(folder, '规则 rules'));
    put(join(folder, '规则 rules', 'one.yml'), rule('One'));
    await expect.poll(usable, { timeout: 20_000 }).toBe(1);
  });

  it('refuses to share its data with a second process, and says so', async () => {
    const other = spawnMenshen(['serve', '-c', file, '--lang', 'zh']);
    expect([await other.ended, other.out()]).toEqual([2, '']);
    expect(other.err()).toMatch(/另一个门神进程/);
  });

  it('ends with 0 on SIGTERM, in a log that is whole', async () => {
    expect(await server.stop()).toBe(0);
    const verify = spawnMenshen(['audit', 'verify', '--json', '--log', join(folder, 'data', 'tlog')]);
    expect(await verify.ended).toBe(0);
    expect(JSON.parse(verify.out())).toMatchObject({ ok: true, problems: [] });
  });
});

describe('menshen serve with what it cannot use', () => {
  it('ends with 2: no file, a broken one, or what init wrote without its secret', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'menshen-first-'));
    try {
      const file = join(folder, 'menshen.yaml');
      expect(await spawnMenshen(['init', file]).ended).toBe(0);
      const bare = spawnMenshen(['serve', '-c', file]);
      expect([await bare.ended, bare.err()]).toEqual([2, expect.stringMatching(/MENSHEN_WECHAT_SECRET is not set/)]);
      // On ports of the test's own, it starts as it is.
      const text = readFileSync(file, 'utf8').replace('127.0.0.1:8443', '127.0.0.1:0').replace('127.0.0.1:8480', '127.0.0.1:0');
      writeFileSync(file, text);
      const server = spawnMenshen(['serve', '-c', file], { env: { MENSHEN_WECHAT_SECRET: 'a secret' } });
      const [, url] = await server.seen(/gateway +(http:\S+)/);
      expect((await fetch(`${url}/_menshen/readyz`)).status).toBe(200);
      // Monitor mode lets authentication pass and the backend is not there; what is not declared is refused all the same.
      expect((await fetch(`${url}/portal/api/other`)).status).toBe(404);
      expect(await server.stop()).toBe(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
