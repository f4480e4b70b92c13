import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { getUploads } from '@menshen/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ConsoleBrowser, setUpAlone } from '../../testing/console.ts';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';
import { createWechatPush, pushSettings } from '../../testing/wechat-push.ts';
import * as files from './testing/files.ts';

const customers =
  '@id("uploads of customers") permit (principal is Menshen::Guest, action == Menshen::Action::"upload", resource is Menshen::App);\n';
const address = 'https://img.shop.example.cn/a/1.png';

/** A stored picture, from the customer's phone to WeChat and back, through everything that a deployment has. */
describe('the content check of WeChat through the gateway', () => {
  let deployment: Deployment;
  let console: ConsoleBrowser;
  let told: string[];
  beforeAll(async () => {
    deployment = await startDeployment({
      audience: ['employee', 'customer'],
      change: (config) => {
        const [portal] = config.apps ?? [];
        if (portal?.wechat === undefined) throw new Error('no app');
        writeFileSync(join(dirname(config.data ?? ''), 'policies', 'customers.cedar'), customers);
        const uploads = { types: ['png' as const], mediaCheck: { url: 'data.url', notify: '/internal/media' } };
        const route = {
          match: 'POST /pictures',
          action: 'upload',
          body: { types: ['multipart' as const], maxBytes: 1_000_000 },
          uploads,
        };
        return {
          ...config,
          apps: [
            {
              ...portal,
              binding: [],
              wechat: { ...portal.wechat, push: pushSettings },
              routes: [...(portal.routes ?? []), route],
            },
          ],
        };
      },
    });
    console = await setUpAlone(deployment.platform);
    deployment.backend.answer = (request, response, body) => {
      if (request.url === '/internal/media') told.push(body);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: { url: address } }));
    };
  });
  afterAll(() => deployment.close());
  beforeEach(() => {
    told = [];
  });

  const customer = async (): Promise<string> => {
    const body = { app: 'portal', channel: 'wechat', code: await deployment.code('wechat', 'stranger-wx') };
    return String((await deployment.call('POST', '/_menshen/v1/login', { body })).body['token']);
  };
  const send = async (token: string, data = files.png()): Promise<number> => {
    const { contentType, bytes } = files.multipart([{ name: 'file', filename: 'a.png', type: 'image/png', data }]);
    const headers = { 'content-type': contentType };
    return (await deployment.call('POST', '/portal/pictures', { token, headers, raw: bytes })).status;
  };
  /** The newest check once there are so many, and not before: what is asked is asked after the answer has left. */
  const newest = (count: number, state: string) =>
    vi.waitFor(
      async () => {
        const { media } = (await console.call(getUploads)).body;
        const [first] = media;
        if (media.length !== count || first?.state !== state) throw new Error(`no check number ${count} is ${state}`);
        return first;
      },
      { timeout: 5_000, interval: 10 },
    );
  const push = (fields: Readonly<Record<string, unknown>>, sent: number, settings = pushSettings) =>
    createWechatPush(deployment.call, Date.now, settings)({ Event: 'wxa_media_check', version: 2, errcode: 0, ...fields }, sent);

  it('asks about what a customer has sent, believes WeChat alone, and tells people and the backend', async () => {
    expect(await send(await customer())).toBe(200);
    const check = await newest(1, 'waiting');
    expect(check).toMatchObject({ app: 'portal', route: 'POST /pictures', kind: 'image', label: null });
    const risky = { trace_id: check.traceId, result: { suggest: 'risky', label: '20002' } };
    const stranger = { ...pushSettings, token: 'a-token-of-somebody-else' };
    expect((await push({ trace_id: check.traceId, result: { suggest: 'pass', label: '100' } }, 1, stranger)).status).toBe(400);
    expect(await newest(1, 'waiting')).toEqual(check);
    expect((await push(risky, 2)).text).toBe('success');
    expect(await newest(1, 'risky')).toMatchObject({ label: 20_002, traceId: check.traceId });
    // Said again, and then the other way: the first word stands.
    expect((await push(risky, 2)).text).toBe('success');
    expect((await push({ ...risky, result: { suggest: 'pass', label: '100' } }, 3)).text).toBe('success');
    expect(await newest(1, 'risky')).toMatchObject({ label: 20_002 });
    await expect.poll(() => told).toHaveLength(1);
    expect(told.map((body) => JSON.parse(body))).toEqual([
      { traceId: check.traceId, requestId: check.requestId, uid: check.uid, state: 'risky', label: 20_002 },
    ]);
  });

  it('says of a file of somebody whom WeChat does not know that nobody has checked it', async () => {
    expect(await send(await deployment.token('zhang'))).toBe(200);
    expect(await newest(2, 'failed')).toMatchObject({ kind: 'image', label: null });
    await expect.poll(() => told).toHaveLength(1);
    expect(JSON.parse(told[0] ?? '')).toMatchObject({ state: 'failed', label: null });
  });

  it('says on the page of uploads whose file was refused, by name', async () => {
    expect(await send(await deployment.token('zhang'), files.png({ after: Buffer.from('<script>') }))).toBe(422);
    await deployment.indexed();
    const { refused } = (await console.call(getUploads)).body;
    expect(refused).toMatchObject([{ uid: 'zhang', name: '张三', code: 'upload_content_refused', path: '/portal/pictures' }]);
  });
});
