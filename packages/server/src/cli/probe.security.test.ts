import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi, type StagingServer, startStaging, tokens } from '../scans/probe/testing-server.ts';
import { probe } from './probe.ts';
import { run } from './testing/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'menshen-probe-'));
const file = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const document = file('api.json', openApi);
const accounts = file('accounts.json', {
  a: tokens.alice,
  b: tokens.bob,
  admin: { headers: { authorization: `Bearer ${tokens.boss}` } },
});

let weak: StagingServer;
let hard: StagingServer;
let config = '';
beforeAll(async () => {
  weak = await startStaging(false);
  hard = await startStaging(true);
  const staging = [weak, hard].map(({ url }) => `    - { url: "${url}", perSecond: 50 }`).join('\n');
  config = file('menshen.yaml', `scans:\n  staging:\n${staging}\n`);
});
afterAll(async () => {
  await Promise.all([weak.close(), hard.close()]);
  rmSync(folder, { recursive: true, force: true });
});

interface Said {
  readonly findings: readonly { readonly rule: string; readonly route: string; readonly exchange: readonly string[] }[];
  readonly untried: readonly string[];
}
const probing = async (server: StagingServer, ...args: string[]) =>
  await run(probe, [server.url, '-c', config, '--openapi', document, '--accounts', accounts, ...args]);
const found = (out: string): string[] => (JSON.parse(out) as Said).findings.map(({ rule, route }) => `${rule} ${route}`).sort();

describe('menshen probe, against a staging server with faults', () => {
  it('finds each of them where it is, and reads only', async () => {
    weak.asked.length = 0;
    const { code, out } = await probing(weak, '--json', '--burst', '20');
    expect(code).toBe(1);
    expect(found(out)).toEqual(
      [
        'MP-PRB-001 GET /api/export',
        'MP-PRB-002 GET /api/orders/{id}',
        'MP-PRB-003 GET /api/admin/users',
        'MP-PRB-005 GET /api/export',
        'MP-PRB-005 GET /api/orders',
        'MP-PRB-005 GET /api/search',
        'MP-PRB-006 GET /hello',
        'MP-PRB-007 GET /api/search',
        'MP-PRB-008 GET /api/orders/{id}',
        'MP-PRB-008 GET /api/search',
        `MP-PRB-009 ${weak.url}`,
        `MP-PRB-011 ${weak.url}`,
      ].sort(),
    );
    expect(new Set(weak.asked.map((one) => one.split(' ')[0]))).toEqual(new Set(['GET']));
    expect((JSON.parse(out) as Said).untried).toEqual(['MP-PRB-004', 'MP-PRB-010']);
  });

  it('tests what writes only when that is allowed, and puts back what it changed', async () => {
    const before = structuredClone(weak.profiles);
    const { out } = await probing(weak, '--json', '--burst', '0', '--allow-writes');
    const assigned = (JSON.parse(out) as Said).findings.filter(({ rule }) => rule === 'MP-PRB-004');
    expect(assigned.map(({ route }) => route)).toEqual(['PUT /api/me', 'PUT /api/me']);
    expect(weak.profiles).toEqual(before);
    expect(weak.asked.some((one) => one.startsWith('DELETE'))).toBe(false);
  });

  it('tells people, programs and other tools, and never a token', async () => {
    const table = await probing(weak, '--burst', '0', '--fail-on', 'none');
    expect(table.code).toBe(0);
    expect(table.out).toContain('[b] GET /api/orders/1001 → 200 application/json');
    expect(table.out).toContain('MP-PRB-004');
    const sarif = await probing(weak, '--burst', '0', '--format', 'sarif');
    expect(JSON.parse(sarif.out)).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { name: 'Menshen-Probe' } } }] });
    for (const text of [table.out, sarif.out, table.err])
      for (const token of Object.values(tokens)) expect(text).not.toContain(token);
  });

  it('knows interfaces from source, the gateway and traffic, too', async () => {
    const events = file(
      'events.jsonl',
      '{"method":"GET","path":"/api/orders"}\n{"method":"GET","path":"/api/orders/1001?x=1"}\nnonsense\n',
    );
    const seen = await run(probe, [
      weak.url,
      '-c',
      config,
      '--traffic',
      events,
      '--accounts',
      accounts,
      '--json',
      '--burst',
      '0',
    ]);
    expect(found(seen.out)).toContain('MP-PRB-002 GET /api/orders/{id}');
    const source = mkdtempSync(join(folder, 'source-'));
    writeFileSync(
      join(source, 'app.js'),
      "const app = require('express')()\napp.get('/api/orders', f)\napp.get('/api/orders/:id', f)\nfunction f(req, res) { res.json({}) }\napp.listen(1)\n",
    );
    const known = await run(probe, [
      weak.url,
      '-c',
      config,
      '--source',
      source,
      '--accounts',
      accounts,
      '--json',
      '--burst',
      '0',
    ]);
    expect(found(known.out)).toContain('MP-PRB-002 GET /api/orders/{id}');
  });
});

describe('menshen probe, against a hardened staging server', () => {
  it('finds nothing', async () => {
    const { code, out } = await probing(hard, '--json', '--burst', '200', '--allow-writes');
    expect([code, found(out)]).toEqual([0, []]);
  });
});

describe('menshen probe touches nothing but staging', () => {
  it('refuses a host that the configuration does not name, whatever it looks like', async () => {
    const { port } = new URL(weak.url);
    weak.asked.length = 0;
    for (const address of [
      'https://www.example.com',
      `http://localhost:${port}`,
      `http://127.0.0.1:${Number(port) === 65_535 ? 1_024 : Number(port) + 1}`,
      `https://127.0.0.1:${port}`,
      `http://127.0.0.1:${port}@evil.example`,
      `http://user:secret@127.0.0.1:${port}`,
      'file:///etc/passwd',
      'nothing',
    ]) {
      const { code, err } = await run(probe, [address, '-c', config, '--openapi', document]);
      expect([address, code, err]).toEqual([address, 2, expect.stringContaining('scans.staging')]);
    }
    expect(weak.asked).toEqual([]);
  });

  it('refuses without a list of interfaces, a target, or with accounts of no form', async () => {
    expect((await run(probe, [weak.url, '-c', config])).code).toBe(2);
    expect((await run(probe, ['-c', config])).code).toBe(2);
    const broken = file('broken.json', { a: 7 });
    expect((await run(probe, [weak.url, '-c', config, '--openapi', document, '--accounts', broken])).code).toBe(2);
    expect((await run(probe, [weak.url, '-c', config, '--openapi', accounts])).code).toBe(2);
    expect((await probing(weak, '--budget', '0')).code).toBe(2);
  });

  it('stops at its budget, and takes nothing for looked at that was not', async () => {
    weak.asked.length = 0;
    const { out } = await probing(weak, '--json', '--budget', '5', '--burst', '0');
    expect(weak.asked).toHaveLength(5);
    expect(JSON.parse(out)).toMatchObject({
      partial: true,
      untried: expect.arrayContaining(['MP-PRB-001', 'MP-PRB-002', 'MP-PRB-007']),
    });
  });
});
