import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Deployment, type DeploymentOptions, startDeployment } from '../testing/deployment.ts';

let deployment: Deployment | null = null;
afterEach(async () => {
  await deployment?.close();
  deployment = null;
});
const start = async (options: DeploymentOptions): Promise<Deployment> => {
  deployment = await startDeployment(options);
  return deployment;
};
const via = (address: string): { headers: Record<string, string> } => ({ headers: { 'x-forwarded-for': address } });
const gatewayOf = (gateway: object, routes: readonly object[] = []): DeploymentOptions => ({
  change: (config) => ({
    ...config,
    gateway: { ...config.gateway, ...gateway },
    apps: (config.apps ?? []).map((app) => ({ ...app, routes: [...(app.routes ?? []), ...(routes as [])] })),
  }),
});

describe('the address that counts', () => {
  it('is not what a client says of itself, unless a trusted proxy says it', async () => {
    const limits = { perAddressPerSecond: 1, perAddressBurst: 3 };
    const { call } = await start(gatewayOf({ limits }));
    const statuses: number[] = [];
    for (let at = 0; at < 8; at += 1) statuses.push((await call('GET', '/portal/public', via(`198.51.100.${at}`))).status);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(3);
  });

  it('behind a trusted proxy is the rightmost one that is not trusted, and one for a whole /64', async () => {
    const limits = { perAddressPerSecond: 1, perAddressBurst: 2 };
    const { call } = await start(gatewayOf({ limits, trustedProxies: ['127.0.0.1', '10.0.0.0/8'] }));
    const status = async (address: string): Promise<number> => (await call('GET', '/portal/public', via(address))).status;
    expect([await status('198.51.100.1'), await status('198.51.100.2')]).toEqual([200, 200]);
    const rotated: number[] = [];
    for (let at = 0; at < 6; at += 1)
      rotated.push(await status(`${at}.${at}.${at}.${at}, 2001:db8:1:2:${randomBytes(2).toString('hex')}::1, 10.0.0.1`));
    expect(rotated.slice(0, 2)).toEqual([200, 200]);
    expect(rotated.filter((one) => one === 429).length).toBeGreaterThanOrEqual(2);
  });
});

describe('the lists', () => {
  it('keep a denied address from logins as well, but not from the probes of whoever runs the node', async () => {
    const { call } = await start(gatewayOf({ denyAddresses: ['198.51.100.0/24'], trustedProxies: ['127.0.0.1'] }));
    const login = await call('POST', '/_menshen/v1/login', {
      ...via('198.51.100.7'),
      body: { app: 'portal', channel: 'wecom', code: 'x' },
    });
    expect([login.status, login.body['code']]).toEqual([403, 'address_refused']);
    expect((await call('GET', '/_menshen/healthz', via('198.51.100.7'))).status).toBe(200);
    expect((await call('GET', '/portal/public', via('198.51.100.7'))).status).toBe(403);
  });

  it('never let anybody in without a session', async () => {
    const { call, platform } = await start({});
    platform.lists.snapshot.put({
      id: 'allow',
      list: 'allow',
      kind: 'address',
      value: '127.0.0.1',
      app: null,
      reason: 'test',
      owner: 'test',
      created: 0,
      createdBy: 'test',
      expires: null,
      hits: 0,
      lastHit: null,
    });
    expect((await call('GET', '/portal/me')).status).toBe(401);
    expect((await call('GET', '/portal/public')).status).toBe(200);
  });
});

describe('answers', () => {
  it('tell where the limit stands, also when they refuse, and the record names the limit', async () => {
    const routes = [{ match: 'GET /counted', auth: 'none', limit: { per: 'address', requests: 2, windowSeconds: 60 } }];
    const { call, platform, indexed } = await start(gatewayOf({ rates: { headers: 'draft' } }, routes));
    const first = await call('GET', '/portal/counted');
    expect(first.headers.get('ratelimit-policy')).toBe('"address";q=2;w=60');
    expect(first.headers.get('ratelimit')).toBe('"address";r=1;t=30');
    await call('GET', '/portal/counted');
    const refused = await call('GET', '/portal/counted');
    expect([refused.status, refused.headers.get('ratelimit')?.slice(0, 13)]).toEqual([429, '"address";r=0']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await indexed();
    const { rows } = await platform.queries.traffic({ code: 'rate_limited' }, 10, null);
    const found = await platform.queries.request(rows[0]?.requestId ?? '');
    expect(JSON.stringify(found?.event)).toContain('limit|refuse|');
    expect(JSON.stringify(found?.event)).toContain('limit per address: address 2/60 s');
  });
});

describe('connections', () => {
  it('of one address end where they are too many, without a word', async () => {
    const { platform } = await start(gatewayOf({ rates: { connections: { perAddress: 3 } } }));
    const { port } = platform.gateway;
    const open = Array.from({ length: 3 }, () => connect(port, '127.0.0.1'));
    await Promise.all(open.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    const more = connect(port, '127.0.0.1');
    const said: Buffer[] = [];
    more.on('data', (bytes) => said.push(bytes));
    more.on('error', () => {});
    await new Promise((resolve) => more.once('close', resolve));
    expect(said).toEqual([]);
    open[0]?.destroy();
    await expect.poll(() => platform.rates.connections.state().open).toBe(2);
    for (const socket of open) socket.destroy();
  });

  it('that trickle a head, or a body, are cut off long before the time of a request is over', async () => {
    const connections = { bytesPerSecond: 1_000, graceMs: 200 };
    const { platform } = await start(gatewayOf({ rates: { connections } }));
    const trickle = (head: string): Promise<unknown> =>
      new Promise((resolve) => {
        const socket = connect(platform.gateway.port, '127.0.0.1');
        socket.write(head);
        const drip = setInterval(() => socket.write('a'), 50);
        socket.on('error', () => {});
        socket.once('close', () => {
          clearInterval(drip);
          resolve(null);
        });
      });
    await Promise.all([
      trickle('GET /portal/public HTTP/1.1\r\nhost: x\r\nx: '),
      trickle('POST /portal/notes HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{'),
    ]);
    expect(platform.rates.connections.state().slow).toBe(2);
  });
});
