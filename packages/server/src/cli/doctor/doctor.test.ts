import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigInput, configSchema } from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploymentConfig, writePolicies } from '../../testing/company.ts';
import { testTlsPair } from '../../testing/tls-pair.ts';
import { run } from '../testing/terminal.ts';
import { diagnose, systemSources } from './diagnose.ts';
import type { DiagnosisSources } from './diagnosis.ts';
import { doctor } from './doctor.ts';

const folder = mkdtempSync(join(tmpdir(), 'menshen-doctor-'));
const backend: Server = createServer((socket) => socket.destroy());
let up = '';
const down = 'http://127.0.0.1:1';
const file = join(folder, 'menshen.yaml');

beforeAll(async () => {
  writePolicies(folder);
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  up = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => backend.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const healthy = (): ConfigInput => deploymentConfig({ folder }, up, up);
const sources: DiagnosisSources = {
  clock: () => Date.UTC(2030, 0),
  freeBytes: () => 5e10,
  reachable: systemSources.reachable,
  nodes: async () => null,
  handshake: async () => ({ kind: 'unreachable' }),
};
/** Names of what the doctor finds, with its advice. */
async function findings(change: (config: ConfigInput) => ConfigInput = (config) => config, at: Partial<DiagnosisSources> = {}) {
  const checks = await diagnose(configSchema.parse(change(healthy())), folder, { ...sources, ...at });
  for (const { text } of checks) {
    expect(text.zh).toMatch(/\p{Script=Han}/u);
    expect(text.en).not.toMatch(/\p{Script=Han}/u);
  }
  return checks.filter((check) => !check.ok).map((check) => `${check.name}: ${check.text.en}`);
}
const gateway = (more: ConfigInput['gateway']) => (config: ConfigInput) => ({
  ...config,
  gateway: { ...config.gateway, ...more },
});

describe('the doctor', () => {
  it('finds nothing in a deployment that is well', async () => {
    expect(await findings()).toEqual([]);
  });

  it('finds nodes that share a database and no coordination', async () => {
    const shared = (config: ConfigInput): ConfigInput => ({ ...config, store: up.replace('http:', 'postgres:') });
    const with2 = (coordination: 'memory' | 'redis') => ({
      nodes: async () => [{ name: 'other/log', coordination, place: null, configuration: null }],
    });
    expect(await findings(shared)).toEqual([]);
    expect(await findings(shared, with2('redis'))).toEqual([expect.stringMatching(/^nodes: .*redis:\/\//)]);
    const redis = (config: ConfigInput): ConfigInput => ({ ...shared(config), coordination: up.replace('http:', 'redis:') });
    expect(await findings(redis, with2('redis'))).toEqual([]);
    expect(await findings(redis, with2('memory'))).toEqual([expect.stringMatching(/^nodes: /)]);
    const node = (name: string, place: string, apps: string) =>
      ({ name, coordination: 'redis', place, configuration: { version: '1', apps } }) as const;
    const with3 = (place: string, apps: string) => ({ nodes: async () => [node('a', 'one', 'x'), node('b', place, apps)] });
    expect(await findings(redis, with3('one', 'x'))).toEqual([]);
    expect(await findings(redis, with3('two', 'x'))).toEqual([expect.stringMatching(/^nodes: .*different servers of Redis/)]);
    expect(await findings(redis, with3('one', 'y'))).toEqual([expect.stringMatching(/^nodes: .*\(a, b\).*: apps\./)]);
  });

  it('finds policies that are missing or broken', async () => {
    expect(await findings(({ policies: _policies, ...config }) => config)).toEqual([
      expect.stringMatching(/^policies: .*Set policies/),
    ]);
    expect(await findings((config) => ({ ...config, policies: 'nowhere' }))).toEqual([
      expect.stringMatching(/^policies: .*cannot be read/s),
    ]);
    mkdirSync(join(folder, 'broken'), { recursive: true });
    writeFileSync(join(folder, 'broken', 'a.cedar'), 'permit (principal, action, resource) when { 1 + };');
    expect(await findings((config) => ({ ...config, policies: 'broken' }))).toEqual([
      expect.stringMatching(/^policies: policies\/a\.cedar:1:\d+\n/),
    ]);
  });

  it('finds two apps at one place', async () => {
    expect(
      await findings((config) => ({
        ...config,
        apps: [...(config.apps ?? []), ...(config.apps ?? []).map((app) => ({ ...app, id: 'other' }))],
      })),
    ).toContainEqual(expect.stringMatching(/^policies: .*overlaps/s));
  });

  it('finds a disk that is nearly full, and a data folder that cannot be', async () => {
    expect(await findings(undefined, { freeBytes: () => 4e8 })).toEqual([expect.stringMatching(/^disk: 0\.4 GB .*make room/)]);
    writeFileSync(join(folder, 'a-file'), '');
    const under = (config: ConfigInput) => ({ ...config, data: join(folder, 'a-file', 'data') });
    expect(await findings(under, { freeBytes: systemSources.freeBytes })).toEqual([
      expect.stringMatching(/^disk: .*cannot be written/),
    ]);
  });

  it('takes a data folder that is yet to be made', async () => {
    const deep = (config: ConfigInput) => ({ ...config, data: join(folder, 'to', 'be', 'made') });
    expect(await findings(deep, { freeBytes: (place) => (place === folder ? 5e10 : 0) })).toEqual([]);
  });

  it('finds a gateway open to the network without TLS', async () => {
    expect(await findings(gateway({ listen: '0.0.0.0:8443' }))).toEqual([expect.stringMatching(/^tls: .*set gateway\.tls/)]);
    expect(await findings(gateway({ listen: '0.0.0.0:8443', trustedProxies: ['10.0.0.1/32'] }))).toEqual([]);
    expect(await findings(gateway({ listen: '0.0.0.0:8443', tls: testTlsPair('first') }))).toEqual([]);
  });

  it('finds certificates that are not the key’s, not yet valid, about to expire or expired', async () => {
    const tls = testTlsPair('first');
    const at = (clock: () => number) => findings(gateway({ tls }), { clock });
    expect(await findings(gateway({ tls: { cert: tls.cert, key: testTlsPair('second').key } }))).toEqual([
      expect.stringMatching(/^certificate: The private key/),
    ]);
    expect(await at(() => Date.UTC(2000, 0))).toEqual([expect.stringMatching(/^certificate: .*not valid yet/)]);
    expect(await at(() => Date.UTC(2126, 9, 30))).toEqual([expect.stringMatching(/^certificate: .*expires on 2126-11-01.*soon/)]);
    expect(await at(() => Date.UTC(2200, 0))).toEqual([expect.stringMatching(/^certificate: .*expired on 2126-11-01/)]);
  });

  it('finds a gateway that stops nothing', async () => {
    expect(await findings(gateway({ mode: 'monitor' }))).toEqual([expect.stringMatching(/^mode: .*monitor/)]);
    expect(await findings(gateway({ mode: 'bypass' }))).toEqual([expect.stringMatching(/^mode: .*bypass/)]);
  });

  it('finds a backend, a platform, a store or a coordination service that does not answer', async () => {
    const app = (more: object) => (config: ConfigInput) => ({
      ...config,
      apps: (config.apps ?? []).map((one) => ({ ...one, ...more })),
    });
    expect(await findings(app({ upstream: down }))).toEqual([expect.stringMatching(/^backend portal: .*Check upstream/)]);
    const { wechat, wecom } = healthy().apps?.[0] ?? {};
    expect(await findings(app({ wechat: { ...wechat, apiBase: down } }))).toEqual([expect.stringMatching(/^wechat portal: /)]);
    expect(await findings(app({ wecom: { ...wecom, apiBase: down } }))).toEqual([expect.stringMatching(/^wecom portal: /)]);
    expect(await findings((config) => ({ ...config, store: 'postgres://127.0.0.1:1/menshen' }))).toEqual([
      expect.stringMatching(/^store: /),
    ]);
    expect(await findings((config) => ({ ...config, coordination: 'redis://127.0.0.1:1' }))).toEqual([
      expect.stringMatching(/^coordination: /),
    ]);
  });
});

describe('menshen doctor', () => {
  const write = (text: string): void => writeFileSync(file, text);
  const yaml = (more = ''): string => `environment: development
data: ${JSON.stringify(join(folder, 'data'))}
policies: policies
apps:
  - id: portal
    basePath: /portal
    audience: [employee]
    upstream: ${up}
    routes: [{ match: GET /public, auth: none }]
${more}`;

  it('ends with 0 when all is well, with 1 and advice when something is to be mended, with 2 when the file cannot be used', async () => {
    write(yaml());
    expect(await run(doctor, ['-c', file])).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(/^✓ configuration: .*valid/),
    });
    write(yaml('gateway: { mode: monitor }\n'));
    const ill = await run(doctor, ['-c', file], { language: 'zh' });
    expect([ill.code, ill.out]).toEqual([1, expect.stringMatching(/✗ mode: 网关处于 monitor 模式/)]);
    write(yaml('gateway: { mode: watchful }\n'));
    expect(await run(doctor, ['-c', file])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/menshen\.yaml:10:\d+ {2}gateway\.mode/),
    });
    expect((await run(doctor, ['-c', join(folder, 'missing.yaml')])).code).toBe(2);
    expect((await run(doctor, [])).code).toBe(2);
  });

  it('prints the same as JSON', async () => {
    write(yaml('gateway: { mode: monitor }\n'));
    const ill = await run(doctor, ['-c', file, '--json']);
    const checks = JSON.parse(ill.out) as { name: string; ok: boolean; zh: string; en: string }[];
    expect(ill.code).toBe(1);
    expect(checks.filter((check) => !check.ok).map((check) => check.name)).toEqual(['mode']);
    write('gateway: [');
    const unreadable = await run(doctor, ['-c', file, '--json']);
    expect([unreadable.code, unreadable.err]).toEqual([2, '']);
    expect(JSON.parse(unreadable.out)).toEqual([
      { name: 'configuration', ok: false, zh: expect.stringMatching(/YAML/), en: expect.stringMatching(/YAML/) },
    ]);
  });
});
