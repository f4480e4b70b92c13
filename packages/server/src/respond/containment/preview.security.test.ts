import type { ConfigInput, Measured } from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClock } from '../../testing/administrators.ts';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';

const hourMs = 3_600_000;
const [office, home, shop] = ['198.51.100.10', '198.51.100.77', '203.0.113.5'] as const;
const version = 'https://servicewechat.com/wxtestportal000001/41/page-frame.html';

/** Two apps in front of one backend, behind a proxy that names its clients, with sessions that outlast the hours of this test. */
const change = (config: ConfigInput): ConfigInput => ({
  ...config,
  console: { listen: '127.0.0.1:0' },
  gateway: { ...config.gateway, trustedProxies: ['127.0.0.1/32', '::1/128'] },
  apps: (config.apps ?? []).flatMap((app) => [
    {
      ...app,
      session: { idleSeconds: 86_400 },
      campaigns: (app.campaigns ?? []).map(({ codes: _, ...campaign }) => ({
        ...campaign,
        claim: {
          route: 'POST /claims',
          amount: 'body.amountCents',
          answer: { coupon: 'answer.id', amount: 'answer.amountCents' },
        },
      })),
    },
    { ...app, id: 'desk', basePath: '/desk', campaigns: [], routes: [{ match: 'GET /public', auth: 'none' as const }] },
  ]),
});

interface Ask {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly from: string;
  readonly who?: 'zhang' | 'li' | 'boss';
  readonly body?: unknown;
  readonly referer?: string;
}

const hour: readonly Ask[] = [
  { method: 'GET', path: '/portal/public', from: office },
  { method: 'GET', path: '/portal/public', from: shop },
  { method: 'GET', path: '/portal/public', from: shop, referer: version },
  { method: 'GET', path: '/desk/public', from: shop },
  { method: 'GET', path: '/portal/me', from: office, who: 'zhang', referer: version },
  { method: 'GET', path: '/portal/me', from: home, who: 'zhang' },
  { method: 'GET', path: '/portal/me', from: office, who: 'li' },
  { method: 'POST', path: '/portal/notes', from: office, who: 'li', body: { text: 'tea at four' } },
  { method: 'GET', path: '/portal/me', from: home, who: 'boss' },
  { method: 'POST', path: '/portal/claims', from: home, who: 'boss', body: { amountCents: 500 } },
];

describe('the dry run of a measure', { timeout: 60_000 }, () => {
  const clock = new TestClock();
  let deployment: Deployment;
  const tokens = new Map<string, string>();
  let used = 0;
  let coupons = 0;
  beforeAll(async () => {
    deployment = await startDeployment({ clock: clock.read, change });
    deployment.backend.answer = (_, response) => {
      coupons += 1;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ id: `coupon-${coupons}`, amountCents: 500 }));
    };
  });
  afterAll(() => deployment.close());

  /** One round of what people do in an hour; resolves to how many of them were let in. */
  const play = async (): Promise<number> => {
    let answered = 0;
    for (const { method, path, from, who, body, referer } of hour) {
      const { status } = await deployment.call(method, path, {
        ...(who === undefined ? {} : { token: tokens.get(who) ?? '' }),
        ...(body === undefined ? {} : { body }),
        headers: { 'x-forwarded-for': from, ...(referer === undefined ? {} : { referer }) },
      });
      if (status < 300) answered += 1;
    }
    return answered;
  };

  it.each<readonly [string, Measured]>([
    ['an address', { kind: 'block_addresses', target: { addresses: [shop] } }],
    ['a network, of one app', { kind: 'block_addresses', target: { addresses: ['203.0.113.0/24'], app: 'portal' } }],
    ['a route', { kind: 'stop_route', target: { app: 'portal', route: 'GET /me' } }],
    ['a campaign', { kind: 'stop_campaign', target: { app: 'portal', campaign: 'tea' } }],
    ['a version', { kind: 'stop_version', target: { app: 'portal', versions: ['41'] } }],
    ['an app', { kind: 'stop_app', target: { app: 'portal' } }],
    ['whatever writes', { kind: 'read_only', target: { app: 'portal' } }],
    ['a backend but for some', { kind: 'isolate_backend', target: { app: 'desk', persons: ['zhang'], addresses: [home] } }],
    ['an account', { kind: 'lock_accounts', target: { persons: ['zhang'] } }],
    ['the sessions of a person', { kind: 'end_sessions', target: { scope: 'person', person: 'zhang' } }],
    ['the sessions of a department', { kind: 'end_sessions', target: { scope: 'department', department: '2' } }],
    ['the sessions of an app', { kind: 'end_sessions', target: { scope: 'app', app: 'portal' } }],
    ['the sessions of everybody', { kind: 'end_sessions', target: { scope: 'everyone' } }],
    ['data keys, which stops nothing', { kind: 'revoke_tokens', target: {} }],
  ])('counts, of the last hour, exactly what it then stops: %s', async (_what, measured) => {
    for (const who of ['zhang', 'li', 'boss']) tokens.set(who, await deployment.token(who));
    // What was before belongs to another hour, signing in too.
    clock.advance(hourMs + 60_000);
    expect(await play()).toBe(hour.length);
    await deployment.indexed();
    const { containment } = deployment.platform;
    const preview = await containment.preview(measured);
    used += 1;
    const request = { ...measured, until: clock.now + hourMs, reason: 'a test of it', idempotencyKey: `preview-${used}` };
    const measure = await containment.carryOut(request, 'test', { approval: null, approvedBy: null, forced: false });
    const stopped = hour.length - (await play());
    expect({ kind: measured.kind, requests: preview.requests }).toEqual({ kind: measured.kind, requests: stopped });
    if (measured.kind !== 'revoke_tokens') expect(stopped).toBeGreaterThan(0);
    expect(preview.honest.requests + preview.attacked.requests).toBe(preview.requests);
    if (measure.state === 'active') await containment.lift(measure.id, 'end of the test', 'test');
  });
});
