import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configSchema } from '@menshen/contract';
import { startEmulator } from '@menshen/emulator';
import { startPlatform } from '@menshen/server';

/*
 * The whole gateway with durable audit: authenticate, inspect with a schema, look for attacks, authorize by policy, forward, record. With `main-job` as its
 * second argument it does not look for attacks.
 */
const folder = mkdtempSync(join(tmpdir(), 'menshen-bench-'));
mkdirSync(join(folder, 'policies'));
writeFileSync(
  join(folder, 'policies', 'bench.cedar'),
  '@id("staff") permit (principal is Menshen::User, action in [Menshen::Action::"order.read", Menshen::Action::"order.write"], resource is Menshen::App) when { context.app == "bench" };\n',
);
// One person reads as fast as eight offices would, and the shipped playbooks rightly end such a session: here they wait for a click.
mkdirSync(join(folder, 'detections'));
mkdirSync(join(folder, 'playbooks'));
for (const file of readdirSync(new URL('../../../packages/server/playbooks/', import.meta.url))) {
  writeFileSync(
    join(folder, 'playbooks', file),
    `id: ${file.replace('.yaml', '')}
version: 1
name: { zh: 由人启动, en: Started by hand }
description: { zh: 测量时不自动处置, en: Nothing is done by itself while measuring }
triggers:
  - manual: true
steps:
  - id: incident
    name: { zh: 立为事件, en: Open an incident }
    do: create incident
    with: { title: { zh: 由人启动, en: Started by hand }, severity: high }
`,
  );
}
const emulator = await startEmulator({
  people: {
    corp: { name: 'bench' },
    departments: [{ id: 1, name: 'all', parentid: 0 }],
    users: [{ userid: 'u1', name: 'u1', department: [1] }],
  },
  wechatApps: [],
  wecom: { corpid: 'wwbench', agents: [{ agentid: 1, secret: 'bench-secret' }], contactsSecret: 'bench-contacts' },
});
const order = {
  type: 'object',
  required: ['orderNo', 'buyer', 'items'],
  properties: {
    orderNo: { type: 'string', maxLength: 64 },
    buyer: { type: 'object' },
    items: { type: 'array', maxItems: 50, items: { type: 'object' } },
  },
};
const platform = await startPlatform({
  config: configSchema.parse({
    data: join(folder, 'data'),
    environment: 'development',
    gateway: { listen: '127.0.0.1:0', limits: { perAddressPerSecond: 1_000_000, perAddressBurst: 1_000_000 } },
    console: { listen: '127.0.0.1:0' },
    policies: 'policies',
    playbooks: 'playbooks',
    // The gateway is measured, with the baselines beside it; the bench `sigma` measures rules.
    detections: 'detections',
    apps: [
      {
        id: 'bench',
        basePath: '/api',
        audience: ['employee'],
        wecom: { corpid: 'wwbench', agentid: 1, secret: 'bench-secret', apiBase: emulator.url },
        upstream: process.argv[2],
        ...(process.argv[3] === 'main-job' ? { inspect: { mode: 'off' } } : {}),
        routes: [
          { match: 'GET /orders', action: 'order.read' },
          { match: 'POST /orders', action: 'order.write', schema: order },
        ],
      },
    ],
  }),
  folder,
  file: null,
  version: '0.0.0',
  demo: false,
  consoleFolder: null,
});
await platform.directory.sync('bench');
const post = async (url: string, body: unknown): Promise<Record<string, unknown>> =>
  (await (
    await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  ).json()) as Record<string, unknown>;
const { code } = await post(`${emulator.url}/_emulator/code`, { channel: 'wecom', person: 'u1' });
const { token } = await post(`${platform.gateway.url}/_menshen/v1/login`, { app: 'bench', channel: 'wecom', code });
process.send?.({ port: platform.gateway.port, token });
process.on('disconnect', () => {
  void platform.close().then(async () => {
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  });
});
