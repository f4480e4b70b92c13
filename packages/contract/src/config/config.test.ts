import { describe, expect, it } from 'vitest';
import { appSchema, configSchema, resourceSchema, routeSchema } from './config.ts';

const app = { id: 'portal', audience: ['employee'], upstream: 'http://127.0.0.1:9000' };
const accepts = (input: unknown): boolean => configSchema.safeParse(input).success;

describe('defaults', () => {
  it('an empty configuration is enforcing, for production, and listens on loopback only', () => {
    const config = configSchema.parse({});
    expect(config).toMatchObject({
      data: '.menshen',
      environment: 'production',
      gateway: { listen: '127.0.0.1:8443', mode: 'enforce', trustedProxies: [], denyAddresses: [] },
      console: { listen: '127.0.0.1:8480' },
      store: 'file:menshen.db',
      coordination: 'memory:',
      apps: [],
      audit: { publicTiles: false, checkpointIntervalMs: 1_000 },
    });
    expect(config.gateway.limits).toMatchObject({
      bodyBytes: 1_048_576,
      headerBytes: 16_384,
      uriBytes: 8_192,
      headerTimeoutMs: 10_000,
    });
    expect(config.keys).toMatchObject({ wrapping: [{ id: 1, from: 'master' }], currentWrapping: 1 });
  });
  it('a limit that is set leaves the others at their defaults', () => {
    const { limits } = configSchema.parse({ gateway: { limits: { bodyBytes: 10 } } }).gateway;
    expect(limits).toEqual({ ...configSchema.parse({}).gateway.limits, bodyBytes: 10 });
  });
  it('an app has bounded sessions, and a route asks for a session', () => {
    const parsed = appSchema.parse({ ...app, routes: [{ match: 'GET /' }] });
    expect(parsed.session).toEqual({ idleSeconds: 3_600, absoluteSeconds: 43_200, perPerson: 5 });
    expect(parsed.routes[0]).toEqual({ match: 'GET /', auth: 'session', seal: 'off' });
  });
  it('addresses of WeChat are the public ones', () => {
    const parsed = appSchema.parse({
      ...app,
      wechat: { appid: 'wx0123456789abcdef', secret: 's' },
      wecom: { corpid: 'ww01', agentid: 1, secret: 's' },
    });
    expect(parsed.wechat?.apiBase).toBe('https://api.weixin.qq.com');
    expect(parsed.wecom?.apiBase).toBe('https://qyapi.weixin.qq.com');
  });
});

describe('routes', () => {
  it.each([
    'GET /',
    'GET /*',
    'POST /api/orders/:id',
    'DELETE /a/b/',
    'PATCH /:a/:b/*',
    'HEAD /a-b_c.d~e',
    'OPTIONS /订单',
    'PUT /v1/x:approve',
  ])('takes %s', (match) => {
    expect(routeSchema.safeParse({ match }).success).toBe(true);
  });
  it.each([
    '',
    '/',
    'GET',
    'GET api',
    'get /',
    'TRACE /',
    'CONNECT /',
    'GET  /',
    'GET /a b',
    'GET /\n',
    ` GET /`,
    'GET /a?b=c',
    'GET /a#b',
    'GET /a/*/b',
    'GET /a*',
    'GET /**',
    'GET /*/',
    'GET /:',
    'GET /:a/:a',
    'GET /:a-b',
    'GET /:1',
    `GET /${'a'.repeat(512)}`,
  ])('refuses %j', (match) => {
    expect(routeSchema.safeParse({ match }).success).toBe(false);
  });
  it.each([
    { auth: 'nobody' },
    { auth: { mfa: { maxAgeSeconds: 0 } } },
    { action: 'Orders Read' },
    { timeoutMs: 0 },
    { retries: 4 },
    { mode: 'bypass' },
    { limit: { per: 'galaxy', requests: 1, windowSeconds: 1 } },
    { limit: { per: 'person', requests: 0, windowSeconds: 1 } },
    { body: { types: [] } },
    { body: { maxBytes: 0 } },
    { schema: 'file' },
    { unknown: true },
  ])('refuses a route with %j', (more) => {
    expect(routeSchema.safeParse({ match: 'GET /', ...more }).success).toBe(false);
  });
  it('refuses more routes than the bound', () => {
    const routes = Array.from({ length: 2_001 }, (_, at) => ({ match: `GET /${at}` }));
    expect(appSchema.safeParse({ ...app, routes }).success).toBe(false);
    expect(appSchema.safeParse({ ...app, routes: routes.slice(1) }).success).toBe(true);
  });
});

describe('resources', () => {
  it.each(['principal', '=all', 'path.id', 'query.page', 'body.order.amount', 'body.a.b.c.d.e.f'])(
    'takes a value from %s',
    (id) => {
      expect(resourceSchema.parse({ type: 'Portal::Order', id })).toEqual({
        type: 'Portal::Order',
        id,
        from: 'request',
        attributes: {},
        parents: [],
      });
    },
  );
  it.each(['', '=', 'path', 'path.', 'header.x', 'principal.uid', 'body.0', 'body.a.b.c.d.e.f.g', 'body..a', '=\n'])(
    'refuses a value from %j',
    (id) => {
      expect(resourceSchema.safeParse({ type: 'Portal::Order', id }).success).toBe(false);
    },
  );
});

describe('fields', () => {
  it.each([
    { apps: [{ ...app, id: 'Portal' }] },
    { apps: [{ ...app, audience: [] }] },
    { apps: [{ ...app, upstream: 'ftp://a' }] },
    { apps: [{ ...app, upstream: 'javascript:alert(1)' }] },
    { apps: [{ ...app, hosts: ['A.example'] }] },
    { apps: [{ ...app, basePath: 'api' }] },
    { gateway: { listen: '8443' } },
    { gateway: { trustedProxies: ['anywhere'] } },
    { gateway: { mode: 'off' } },
    { store: 'mysql://a' },
    { coordination: 'memory:other' },
    { environment: 'test' },
    { keys: { master: '' } },
    { audit: { origin: 'a b' } },
    { extra: 1 },
  ])('refuses %j', (input) => {
    expect(accepts(input)).toBe(false);
  });
  it('takes PostgreSQL, Redis and IPv6', () => {
    expect(
      accepts({
        store: 'postgres://u@h/d',
        coordination: 'rediss://h:6379',
        gateway: { listen: '[::1]:8443', trustedProxies: ['fd00::/8'] },
      }),
    ).toBe(true);
  });
});
