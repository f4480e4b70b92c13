import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Deployment } from '../../testing/deployment.ts';
import { describeShared } from '../../testing/engines.ts';
import { type LearnBrowser, learnBrowser, withTraining } from '../testing.ts';

type Json = Record<string, unknown>;
const startMs = 300_000;
const lab = 'stored-script';

describeShared('a lab behind a balancer that sends each request to another node', (start, newPlace) => {
  const nodes: Deployment[] = [];
  let folder: string;
  let zhang: LearnBrowser;
  let turn = 0;
  beforeAll(async () => {
    const place = await newPlace();
    folder = mkdtempSync(join(tmpdir(), 'menshen-'));
    const master = randomBytes(32).toString('base64');
    for (const [name, where] of [
      ['a', place],
      ['b', { ...place, folder, remove: async () => rmSync(folder, { recursive: true, force: true }) }],
    ] as const)
      nodes.push(
        await start({
          place: where,
          change: (config) =>
            withTraining(
              { ...config, keys: { master }, audit: { ...config.audit, origin: `test/${name}` } },
              { labs: { enabled: true, atOnce: 1, minutes: 30 } },
            ),
        }),
      );
    const [a, b] = nodes.map((node) => learnBrowser(node));
    if (a === undefined || b === undefined) throw new Error('two nodes were to start');
    await a.signIn('zhang');
    // One session, known to both: the next request goes to the other node.
    for (const [cookie, value] of a.cookies) b.cookies.set(cookie, value);
    b.csrf = a.csrf;
    zhang = {
      ...a,
      async call(...request) {
        turn += 1;
        return await (turn % 2 === 1 ? a : b).call(...request);
      },
    };
  }, startMs);
  afterAll(async () => {
    // The second first: it shares the store that goes with the first.
    for (const node of nodes.toReversed()) await node.close();
  });
  const call = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const answer = await zhang.call(method, path, body);
    expect([path, answer.status, answer.body['code']]).toEqual([path, 200, undefined]);
    return answer.body;
  };
  const send = async (request: string, values: Json = {}): Promise<Json> =>
    await call('POST', `labs/${lab}/requests`, { request, values });
  const running = (): number[] => nodes.map(({ platform }) => platform.train.labs.running());

  it(
    'is one sandbox, is passed there, and ends from either',
    async () => {
      await call('POST', `labs/${lab}/start`, {});
      await call('POST', `labs/${lab}/start`, {});
      expect(running()).toEqual([1, 0]);
      const state = async () => ((await call('GET', `labs/${lab}`))['run'] as Json)['state'];
      await expect.poll(state, { timeout: startMs, interval: 300 }).toBe('running');
      expect(await call('GET', 'labs')).toMatchObject({ running: lab });
      expect(await call('GET', 'labs')).toMatchObject({ running: lab });
      const both = async (request: string, values?: Json) => [await send(request, values), await send(request, values)];
      const html = '<p>年终奖</p><img src=x onerror=alert(1)>';
      expect((await both('publish', { html })).map(({ harmed }) => harmed)).toEqual([true, true]);
      expect((await both('old')).map(({ harmed }) => harmed)).toEqual([true, true]);
      await call('POST', `labs/${lab}/protection`, {});
      expect((await both('publish', { html })).map(({ harmed }) => harmed)).toEqual([false, false]);
      for (const request of ['old', 'honest-publish']) await both(request);
      const [found] = ((await call('GET', 'labs'))['labs'] as Json[]).filter(({ id }) => id === lab);
      expect(found).toMatchObject({ passed: expect.any(Number) });
      await call('POST', `labs/${lab}/end`, {});
      await expect.poll(running, { timeout: 20_000 }).toEqual([0, 0]);
      for (const node of nodes) {
        const sandboxes = join(String(node.config.data), 'labs');
        expect(existsSync(sandboxes) ? readdirSync(sandboxes) : []).toEqual([]);
      }
    },
    2 * startMs,
  );
});
