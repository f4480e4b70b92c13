import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configSchema } from '@menshen/contract';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../config/load.ts';
import { Metrics } from '../../gateway/metrics.ts';
import { createAudit } from '../service.ts';
import { openTestWriter, scratchLog, TEST_ORIGIN, testRoomOptions } from '../testing.ts';
import { startAuditExports } from './service.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../../../docs/guides/audit-export.md'), 'utf8');
const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
const folder = mkdtempSync(join(tmpdir(), 'menshen-exports-'));
const scratch = scratchLog();
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  scratch.remove();
});

/** A clock that is minutes ahead of the thread's: what fails for a moment fails for long. */
const late = () => Date.now() + 3_600_000;

describe('sending the audit log on', () => {
  it('takes the configuration of the guide, secrets from the environment', () => {
    const read = parseConfig(yaml, '/etc/menshen.yaml', { env: { SOC_SECRET: 's', OTEL_KEY: 'k' }, readFile: () => '' });
    expect(read.ok ? read.config.audit.export.map(({ id }) => id) : read.problems).toEqual([
      'siem',
      'soc',
      'collector',
      'archive',
      'own',
    ]);
  });

  it.each([
    [{ syslog: { host: 'siem.example.com', tls: false } }],
    [{ webhook: { url: 'http://soc.example.com/in', secret: 's' } }],
    [{ otlp: { url: 'http://10.0.0.8/v1/logs' } }],
    [{ syslog: { host: 'localhost', cert: 'a.pem' } }],
    [{ command: [] }],
  ])('refuses a place that events would travel to in clear, or half of one: %j', (to) => {
    expect(configSchema.safeParse({ audit: { export: [{ id: 'a', to }] } }).success).toBe(false);
  });

  it('refuses two places under one id', () => {
    const place = { id: 'a', to: { folder: '/x' } };
    expect(configSchema.safeParse({ ...parse(yaml), audit: { export: [place, place] } }).success).toBe(false);
  });

  it('runs on a thread, tells how far each place is, and makes an alarm of one that takes nothing', async () => {
    const { writer } = openTestWriter(testRoomOptions(scratch.directory));
    const audit = createAudit({ writer, clock: () => 0 });
    await audit.record(JSON.stringify({ severity_id: 1, time: 0 }));
    await audit.flush();
    const alarms: string[] = [];
    const places = configSchema.parse({
      audit: {
        export: [
          { id: 'good', to: { folder: join(folder, 'good') } },
          { id: 'bad', to: { folder: '/dev/null/bad' } },
        ],
      },
    }).audit.export;
    const start = () =>
      startAuditExports({
        ...{ data: folder, directory: scratch.directory, origin: TEST_ORIGIN, places, metrics: new Metrics(), clock: late },
        ...{ exporter: { version: '1', host: 'h', enterprise: 1 }, lookMs: 20 },
        audit: { record: async (event) => alarms.push(event) },
      });
    const until = async (seen: () => boolean): Promise<void> => {
      const end = Date.now() + 20_000;
      while (!seen() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const exports = start();
    await until(() => exports.status()[0]?.next === 1 && alarms.length > 0);
    expect(exports.status()).toMatchObject([
      { id: 'good', kind: 'folder', next: 1, problem: null },
      { id: 'bad', next: 0, problem: 'unwritable' },
    ]);
    expect(alarms.map((alarm) => JSON.parse(alarm).unmapped.menshen.detail)).toEqual([
      { next: 0, place: 'bad', problem: 'unwritable' },
    ]);
    await exports.close();
    await audit.record(JSON.stringify({ severity_id: 1, time: 1 }));
    await audit.flush();
    const again = start();
    await until(() => again.status()[0]?.next === 2);
    await again.close();
    expect(
      readFileSync(join(folder, 'good', 'audit-1970-01-01.log'), 'utf8')
        .trimEnd()
        .split('\n'),
    ).toHaveLength(2);
    await writer.close();
  });

  it('ends in seconds beside a receiver that never reads, and begins anew with what that one may not have read', async () => {
    const held: Socket[] = [];
    const dead = createServer({ pauseOnConnect: true }, (socket) => held.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => dead.listen(0, '127.0.0.1', resolve));
    const { port } = dead.address() as AddressInfo;
    const own = scratchLog();
    const { writer } = openTestWriter(testRoomOptions(own.directory));
    const audit = createAudit({ writer, clock: () => 0 });
    for (const time of [0, 1, 2]) await audit.record(JSON.stringify({ severity_id: 1, time }));
    await audit.flush();
    const data = mkdtempSync(join(folder, 'dead-'));
    const places = configSchema.parse({
      audit: {
        export: [
          { id: 'dead', to: { syslog: { host: '127.0.0.1', port, tls: false } } },
          { id: 'healthy', to: { folder: join(data, 'out') } },
        ],
      },
    }).audit.export;
    const exports = startAuditExports({
      ...{ data, directory: own.directory, origin: TEST_ORIGIN, places, metrics: new Metrics(), clock: Date.now },
      ...{ exporter: { version: '1', host: 'h', enterprise: 1 }, audit: { record: async () => 0 } },
    });
    await vi.waitFor(() => expect(exports.status().map(({ next }) => next)).toEqual([3, 3]), 20_000);
    const began = performance.now();
    await exports.close();
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(['dead', 'healthy'].map((id) => readFileSync(join(data, 'exports', `${id}.next`), 'utf8').trim())).toEqual(['0', '3']);
    for (const socket of held) socket.destroy();
    await new Promise((resolve) => dead.close(resolve));
    await writer.close();
    own.remove();
  });
});
