import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppConfig, appSchema, type ConfigInput, type RouteConfig, routeSchema } from '@menshen/contract';
import { createEmulator, type Emulator } from '@menshen/emulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../testing/deployment.ts';
import { embeddedPlace } from '../testing/place.ts';
import { compilePayment } from './payment-rule.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const apiV3Key = 'an APIv3 key of WeChat Pay.'.replaceAll(' ', '_').padEnd(32, '0');
const pay = { apiV3Key, platformKeys: [{ serial: 'SERIAL1', publicKey }] };
const resource = { out_trade_no: 'A1', trade_state: 'SUCCESS', amount: { total: 100 } };
const routes: RouteConfig[] = [
  { match: 'POST /pay', auth: 'none' as const, payment: 'decrypt' as const },
  { match: 'POST /pay-as-it-is', auth: 'none' as const, payment: 'verify' as const },
  { match: 'POST /pay-watched', auth: 'none' as const, payment: 'decrypt' as const, mode: 'monitor' as const },
  {
    match: 'POST /pay-typed',
    auth: 'none' as const,
    payment: 'decrypt' as const,
    schema: { type: 'object', properties: { eventType: { const: 'TRANSACTION.SUCCESS' } } },
  },
].map((route) => routeSchema.parse(route));
const withPayments = (config: ConfigInput): ConfigInput => ({
  ...config,
  apps: (config.apps ?? []).map((app) => ({ ...app, pay, routes: [...(app.routes ?? []), ...routes] })),
});

/** WeChat Pay, which notifies one address. */
function wechatPay(notifyUrl: string): { readonly emulator: Emulator; notify(more?: Record<string, unknown>): Promise<Told> } {
  const emulator = createEmulator({
    people: { corp: { name: 'a' }, departments: [{ id: 1, name: 'a', parentid: 0 }], users: [] },
    wechatApps: [],
    pay: { apiV3Key, serial: 'SERIAL1', privateKey, notifyUrl },
    clock: Date.now,
    random: (size) => crypto.getRandomValues(new Uint8Array(size)),
    fetch: globalThis.fetch,
  });
  const send = async (method: string, path: string, body: unknown) => {
    const headers = { host: 'localhost', 'content-type': 'application/json' };
    const request = { method, url: `/_emulator/${path}`, headers, remoteAddress: '127.0.0.1' };
    return JSON.parse((await emulator.handle({ ...request, body: Buffer.from(JSON.stringify(body)) })).body);
  };
  return {
    emulator,
    async notify(more = {}) {
      const { id, delivery } = await send('POST', 'pay-notification', { resource, wait: true, ...more });
      const { deliveries } = await send('GET', 'deliveries', {});
      const found = deliveries.find((one: { id: number }) => one.id === delivery);
      return { id, outcomes: found.attempts.map(({ outcome }: { outcome: unknown }) => outcome) };
    },
  };
}

interface Told {
  readonly id: string;
  readonly outcomes: readonly unknown[];
}

describe('a route for notifications of WeChat Pay', () => {
  let deployment: Deployment;
  const at = (path: string) => wechatPay(`${deployment.gatewayUrl}/portal${path}`);
  const seen = () => deployment.backend.seen;
  const lastCode = async () => {
    await deployment.indexed();
    return (await deployment.platform.queries.traffic({ from: 0, to: Date.now() + 1, outcome: 'refused' }, 1, null)).rows[0];
  };

  beforeAll(async () => {
    deployment = await startDeployment({ change: withPayments });
  });
  beforeEach(() => {
    seen().length = 0;
    deployment.backend.answer = (_request, response) => response.writeHead(204).end();
  });
  afterAll(() => deployment.close());

  it('gives the backend what the notification says, and no signature that is not of it', async () => {
    const { id, outcomes } = await at('/pay').notify();
    expect(outcomes).toEqual([204]);
    expect(seen()).toHaveLength(1);
    const { body, headers } = seen()[0] ?? { body: '', headers: {} };
    expect(JSON.parse(body)).toEqual({ id, eventType: 'TRANSACTION.SUCCESS', originalType: 'transaction', resource });
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
    expect(Object.keys(headers).filter((name) => name.startsWith('wechatpay-'))).toEqual([]);
  });

  it('gives it as it is where the backend opens it itself', async () => {
    await at('/pay-as-it-is').notify({ id: 'EV-as-it-is' });
    expect(JSON.parse(seen()[0]?.body ?? '')).toMatchObject({ id: 'EV-as-it-is', resource: { algorithm: 'AEAD_AES_256_GCM' } });
    expect(seen()[0]?.headers['wechatpay-serial']).toBe('SERIAL1');
  });

  it.each([
    ['probe', 'payment_signature_invalid'],
    ['signature', 'payment_signature_invalid'],
    ['body', 'payment_signature_invalid'],
    ['expired', 'payment_expired'],
    ['serial', 'payment_serial_unknown'],
  ])('refuses one with a wrong %s by 401, and records it', async (forgery, code) => {
    for (const path of ['/pay', '/pay-as-it-is', '/pay-watched'])
      expect((await at(path).notify({ forgery })).outcomes).toEqual([401, 401, 401]);
    expect(await lastCode()).toMatchObject({ code, status: 401 });
    expect(seen()).toEqual([]);
  });

  it('refuses what is not signed at all, or packed so that the signature is of something else', async () => {
    const call = deployment.call;
    const bare = await call('POST', '/portal/pay', { body: { id: 'EV-1' } });
    expect([bare.status, bare.body['code']]).toEqual([401, 'payment_unsigned']);
    const packed = await call('POST', '/portal/pay', { body: { id: 'EV-1' }, headers: { 'content-encoding': 'gzip' } });
    expect([packed.status, packed.body['code']]).toEqual([415, 'body_encoding_unsupported']);
    expect(seen()).toEqual([]);
  });

  it('does not forward again what the backend has taken', async () => {
    const platform = at('/pay');
    const { id } = await platform.notify();
    expect((await platform.notify({ id })).outcomes).toEqual([200]);
    expect(seen()).toHaveLength(1);
    // The same event at another route is another matter.
    await at('/pay-as-it-is').notify({ id });
    expect(seen()).toHaveLength(2);
  });

  it('forwards again what the backend has not taken', async () => {
    let tries = 0;
    deployment.backend.answer = (_request, response) => {
      tries += 1;
      response.writeHead(tries < 3 ? 500 : 204).end();
    };
    expect((await at('/pay').notify()).outcomes).toEqual([500, 500, 204]);
    expect(seen()).toHaveLength(3);
  });

  it('forwards one of two that come at once', async () => {
    let end = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      deployment.backend.answer = (_request, response) => {
        end = () => void response.writeHead(204).end();
        resolve();
      };
    });
    const first = at('/pay').notify({ id: 'EV-twice' });
    await arrived;
    expect((await at('/pay').notify({ id: 'EV-twice' })).outcomes).toEqual([409, 409, 409]);
    end();
    expect((await first).outcomes).toEqual([204]);
    expect((await at('/pay').notify({ id: 'EV-twice' })).outcomes).toEqual([200]);
    expect(seen()).toHaveLength(1);
  });

  it('holds what the notification says to the schema of the route, and lets a refused one come again', async () => {
    const platform = at('/pay-typed');
    expect((await platform.notify({ id: 'EV-t', eventType: 'OTHER' })).outcomes).toEqual([422, 422, 422]);
    expect((await platform.notify({ id: 'EV-t' })).outcomes).toEqual([204]);
  });

  it('takes any number of different ones', async () => {
    const platform = at('/pay');
    for (let count = 0; count < 105; count += 1) expect((await platform.notify()).outcomes).toEqual([204]);
    expect(seen()).toHaveLength(105);
  });
});

describe('after a restart', () => {
  it('what the backend has taken is still known', async () => {
    const place = embeddedPlace(mkdtempSync(join(tmpdir(), 'menshen-pay-')));
    const before = await startDeployment({ place, change: withPayments });
    const { id } = await wechatPay(`${before.gatewayUrl}/portal/pay`).notify();
    await before.close({ keep: true });
    const after = await startDeployment({ place, change: withPayments });
    expect((await wechatPay(`${after.gatewayUrl}/portal/pay`).notify({ id })).outcomes).toEqual([200]);
    expect(after.backend.seen).toEqual([]);
    await after.close();
  });
});

describe('the configuration of such a route', () => {
  const app: AppConfig = appSchema.parse({ id: 'shop', audience: ['customer'], upstream: 'http://127.0.0.1:1', pay });
  const compile = (change: Record<string, unknown>, of = app) =>
    compilePayment(of, routeSchema.parse({ match: 'POST /pay', auth: 'none', payment: 'decrypt', ...change }));

  it('is refused where it could not be kept', () => {
    expect(compile({})?.decrypt).toBe(true);
    expect(compile({ payment: 'verify' })?.decrypt).toBe(false);
    expect(compile({ payment: undefined })).toBeNull();
    const { pay: _pay, ...without } = app;
    expect(() => compile({}, without)).toThrow(/`pay`/);
    for (const change of [
      { match: 'PUT /pay' },
      { auth: 'session', action: 'pay' },
      { seal: 'optional' },
      { body: { stream: true } },
      { body: { optional: true } },
      { body: { types: ['json', 'form'] } },
    ])
      expect(() => compile(change), JSON.stringify(change)).toThrow(/payment notifications/);
  });
});
