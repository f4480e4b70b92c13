import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
