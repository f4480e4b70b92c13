import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Cluster, startCluster } from '../../../testing/cluster.ts';
import { describeShared } from '../../../testing/engines.ts';
import type { TestNode } from '../../../testing/node.ts';
import { readEntries } from '../../testing.ts';
import { directorySource } from '../source.ts';
import { verifyLog } from '../verify/verify.ts';

describeShared('nodes of one machine that share a log', () => {
  let cluster: Cluster;
  let a: TestNode;
  let b: TestNode;
  let directory: string;
  beforeAll(async () => {
    cluster = await startCluster();
    a = await cluster.start('a', { sharedLog: true });
    b = await cluster.start('b', { sharedLog: true });
    directory = cluster.folder('shared-log');
    await a.ask('directory', 'sync', 'test');
    await b.ask('directory', 'fresh');
  });
  afterAll(() => cluster.close());

  it('take over from each other, go on serving, and leave one log that holds what both did', { timeout: 120_000 }, async () => {
    expect(await a.ask('audit', 'owner')).toBe(true);
    expect(await b.ask('audit', 'owner')).toBe(false);
    const token = await cluster.token(a, 'zhang');
    const me = (node: TestNode) => node.call('GET', '/portal/me', { token });
    for (const node of [a, b]) expect((await me(node)).status).toBe(200);
    expect(await b.ask('logs', 'list')).toMatchObject([{ origin: 'test/shared', own: true, live: true }]);

    await a.kill();
    await vi.waitFor(async () => expect(await b.ask('audit', 'owner')).toBe(true), { timeout: 5_000, interval: 20 });
    expect((await me(b)).status).toBe(200);
    const again = await cluster.start('a', { sharedLog: true });
    expect(await again.ask('audit', 'owner')).toBe(false);
    await vi.waitFor(async () => expect((await me(again)).status).toBe(200), { timeout: 5_000, interval: 50 });
    // Reads are answered before their record is durable.
    await vi.waitFor(
      async () => {
        await again.ask('audit', 'flush');
        const requests = (await readEntries(directory)).filter((entry) => entry.includes('"path":"/portal/me"'));
        expect(requests).toHaveLength(4);
      },
      { timeout: 5_000, interval: 50 },
    );
    const vkey = readFileSync(join(directory, 'vkey'), 'utf8').trim();
    expect(await verifyLog(directorySource(directory), { vkey, live: true })).toMatchObject({ ok: true, problems: [] });
  });
});
