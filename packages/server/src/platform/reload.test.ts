import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { configSchema } from '@menshen/contract';
import { expect, it } from 'vitest';
import type { Audit } from '../audit/service.ts';
import { Metrics } from '../gateway/metrics.ts';
import type { Gateway } from '../gateway/server.ts';
import { buildRuntime } from './build-runtime.ts';
import type { Current } from './current.ts';
import { createReloading } from './reload.ts';

it('keeps a changed file in force, where policies are loaded anew while it is being taken over', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-reload-'));
  try {
    const current: Current = { runtime: buildRuntime(configSchema.parse({}), folder, Date.now, null), folder };
    const waiting: (() => void)[] = [];
    const audit = { record: () => new Promise<void>((resolve) => waiting.push(resolve)) } as unknown as Audit;
    const gateway = { reconfigure: () => undefined } as unknown as Gateway;
    const { reload, again } = createReloading({ current, gateway, audit, metrics: new Metrics(), clock: Date.now });
    const next = configSchema.parse({ gateway: { mode: 'monitor' } });
    const both = [reload(next, folder), again()];
    for (let at = 0; at < both.length; at += 1) {
      await expect.poll(() => waiting.length).toBeGreaterThan(0);
      waiting.shift()?.();
    }
    await Promise.all(both);
    expect(current.runtime.config.gateway.mode).toBe('monitor');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('lets go of every configuration before, while its backends live on', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const folder = mkdtempSync(join(tmpdir(), 'menshen-reload-'));
  try {
    const route = { match: 'GET /a', auth: 'none' as const };
    const config = (zh: string) =>
      configSchema.parse({
        apps: [
          {
            id: 'a',
            name: { zh, en: zh },
            basePath: '/a',
            audience: ['customer'],
            upstream: 'http://127.0.0.1:1',
            routes: [route],
          },
        ],
      });
    let runtime = buildRuntime(config('0'), folder, Date.now, null);
    const before: WeakRef<object>[] = [];
    for (let at = 1; at <= 5; at += 1) {
      before.push(new WeakRef(runtime));
      runtime = buildRuntime(config(`${at}`), folder, Date.now, runtime);
    }
    const held = (): number => {
      collect();
      return before.filter((one) => one.deref() !== undefined).length;
    };
    // The collector gives back what it will, and on a busy machine late.
    await expect.poll(held, { timeout: 20_000 }).toBe(0);
    await runtime.apps.get('a')?.upstream.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
