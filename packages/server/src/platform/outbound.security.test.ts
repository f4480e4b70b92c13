import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { type Config, type ConfigInput, configSchema } from '@menshen/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { createOutbound, OutboundRefused } from './outbound.ts';

const base: ConfigInput = {
  apps: [
    {
      ...{ id: 'shop', audience: ['customer'], basePath: '/shop', upstream: 'http://10.0.0.5:3000' },
      wechat: { appid: 'wx0000000000000001', secret: 's' },
      wecom: { corpid: 'ww0000000000000001', agentid: 1, secret: 's', apiBase: 'https://wecom.example:8443' },
    },
  ],
  sms: { provider: 'tencent', secretId: 'i', secretKey: 'k', sdkAppId: '1400', signName: 'n', templates: { zh: '1' } },
  console: {
    signIn: { oidc: [{ id: 'idp', name: { zh: 'a', en: 'a' }, issuer: 'https://idp.example/realm', clientId: 'c' }] },
  },
  outbound: { allow: ['https://token.idp.example'] },
};

function bench(input: ConfigInput = base) {
  let config: Config = configSchema.parse(input);
  let now = 1_000_000;
  const called: (readonly [string, RequestInit['redirect']])[] = [];
  const alarms: unknown[] = [];
  const outbound = createOutbound({
    config: () => config,
    fetch: async (url, init) => {
      called.push([url, init.redirect]);
      return new Response('ok');
    },
    audit: {
      record: async (event) => {
        alarms.push(JSON.parse(event).unmapped.menshen);
        return 0;
      },
    },
    metrics: { add: () => undefined },
    clock: () => now,
    ended: new AbortController().signal,
  });
  return {
    outbound,
    called,
    alarms,
    pass: (ms: number) => {
      now += ms;
    },
    reload: (next: ConfigInput) => {
      config = configSchema.parse(next);
    },
  };
}

describe('the server', () => {
  it.each([
    'https://api.weixin.qq.com/sns/jscode2session?a=1',
    'https://wecom.example:8443/cgi-bin/gettoken',
    'https://sms.tencentcloudapi.com/',
    'https://idp.example/realm/.well-known/openid-configuration',
    'https://token.idp.example/token',
  ])('calls what its configuration names: %s', async (url) => {
    const { outbound, called, alarms } = bench();
    expect(await (await outbound(url, { redirect: 'follow' })).text()).toBe('ok');
    expect(called).toEqual([[url, 'error']]);
    expect(alarms).toEqual([]);
  });

  it.each([
    ['another host', 'https://api.weixin.qq.com.evil.example/'],
    ['a name within the user part', 'https://api.weixin.qq.com@evil.example/'],
    ['another port', 'https://wecom.example/cgi-bin/gettoken'],
    ['another scheme', 'http://api.weixin.qq.com/'],
    ['what is inside', 'http://169.254.169.254/latest/meta-data/'],
    ['this machine', 'http://127.0.0.1:8480/api/v1/today'],
    ['a backend', 'http://10.0.0.5:3000/'],
    ['a file', 'file:///etc/passwd'],
    ['no address', 'not an address'],
  ])('calls nothing else: %s', async (_name, url) => {
    const { outbound, called, alarms } = bench();
    await expect(outbound(url, {})).rejects.toThrow(OutboundRefused);
    await expect(outbound(url, {})).rejects.not.toThrow(/evil|169/);
    expect(called).toEqual([]);
    expect(alarms).toHaveLength(1);
  });

  it('raises the alarm once an hour for each place', async () => {
    const { outbound, alarms, pass } = bench();
    const call = (url: string) => outbound(url, {}).catch(() => undefined);
    for (let count = 0; count < 20; count += 1) await call(`https://evil.example/${count}`);
    expect(alarms).toEqual([{ action: 'alarm.outbound_refused', detail: { place: 'https://evil.example' } }]);
    pass(3_600_001);
    await call('https://evil.example/');
    await call('https://other.example/');
    expect(alarms).toHaveLength(3);
  });

  it('follows a changed configuration', async () => {
    const { outbound, reload } = bench();
    await outbound('https://token.idp.example/token', {});
    reload({ ...base, outbound: { allow: [] } });
    await expect(outbound('https://token.idp.example/token', {})).rejects.toThrow(OutboundRefused);
  });
});

describe('with the fetch of Node', () => {
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });
  const listen = async (answer: Parameters<typeof createServer>[1]): Promise<string> => {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  it('a named place cannot send it on to another', async () => {
    let reached = false;
    const inside = await listen((_request, response) => {
      reached = true;
      response.end();
    });
    const named = await listen((_request, response) => response.writeHead(302, { location: inside }).end());
    const outbound = createOutbound({
      config: () => configSchema.parse({ outbound: { allow: [named] } }),
      fetch: (url, init) => fetch(url, init),
      ...{ audit: { record: async () => 0 }, metrics: { add: () => undefined }, clock: Date.now },
      ended: new AbortController().signal,
    });
    await expect(outbound(named, { redirect: 'follow' })).rejects.toThrow();
    expect(reached).toBe(false);
  });

  it('ends what it asks when the server ends, however long the caller would wait for an answer', async () => {
    const asked = Promise.withResolvers<void>();
    const silent = await listen(() => asked.resolve());
    const ending = new AbortController();
    const outbound = createOutbound({
      config: () => configSchema.parse({ outbound: { allow: [silent] } }),
      fetch: (url, init) => fetch(url, init),
      ...{ audit: { record: async () => 0 }, metrics: { add: () => undefined }, clock: Date.now },
      ended: ending.signal,
    });
    const waits = [{ signal: AbortSignal.timeout(600_000) }, {}].map((init) =>
      expect(outbound(silent, init)).rejects.toMatchObject({ name: 'AbortError' }),
    );
    await asked.promise;
    ending.abort();
    await Promise.all(waits);
  });
});

describe('the source of the server', () => {
  it('knows no other way out by HTTP', () => {
    const root = join(import.meta.dirname, '..');
    // Commands of a person at a terminal, and the way out itself.
    const exempt = /^(cli\/|testing\/|platform\/outbound\.ts$|audit\/log\/source\.ts$)|\.test\.ts$|\/testing[^/]*\.ts$/;
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !exempt.test(file),
    );
    expect(files.length).toBeGreaterThan(100);
    const bare =
      /(?<![.\w])fetch\(|globalThis\.fetch|from 'node:https'|from 'undici'|import \{[^}]*\b(request|get)\b[^}]*\} from 'node:http'/;
    const found = files
      .filter((file) => bare.test(readFileSync(join(root, file), 'utf8')))
      .map((file) => relative(root, join(root, file)));
    // The exports of the audit log run on their own thread and ask the places of `audit.export` alone.
    expect(found.sort()).toEqual(['audit/ship/make-sink.ts', 'platform.ts']);
    expect(readFileSync(join(root, 'platform.ts'), 'utf8').match(/(?<![.\w])fetch\(/g)).toHaveLength(1);
  });
});
