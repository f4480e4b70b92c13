import { generateKeyPairSync } from 'node:crypto';
import { type AppConfig, appSchema } from '@menshen/contract';
import { createEmulator, createEmulatorFetch, type WechatAppOptions } from '@menshen/emulator';
import { describe, expect, it } from 'vitest';
import { certificateAttention } from '../api/handlers/certificate-attention.ts';
import type { Runtime } from '../gateway/runtime.ts';
import { createProviders } from './providers.ts';

const rsa = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
const [own, old, current] = [rsa(), rsa(), rsa()];
const algorithm = 'RSAwithSHA256' as const;
const appid = 'wx0000000000000001';
const key = Buffer.alloc(32, 5);

/** WeChat that signs by both certificates, and a configuration that holds some of them. */
async function bench(serials: readonly ('old' | 'current')[], change: Partial<WechatAppOptions['apiSecurity']> = {}) {
  const clock = () => 1_716_170_400_000;
  const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));
  const emulator = createEmulator({
    people: { corp: { name: 'a' }, departments: [{ id: 1, name: 'a', parentid: 0 }], users: [], people: [{ id: 'p' }] },
    wechatApps: [
      {
        ...{ appid, secret: 'secret', name: 'a' },
        apiSecurity: {
          symmetric: { algorithm: 'AES256_GCM', sn: 's1', key },
          app: { algorithm, sn: 'a1', publicKey: own.publicKey },
          platform: { algorithm, sn: 'current', privateKey: current.privateKey },
          outgoing: { algorithm, sn: 'old', privateKey: old.privateKey },
          ...change,
        },
      },
    ],
    ...{ clock, random },
    fetch: async () => Promise.reject(new TypeError('no network')),
  });
  const app: AppConfig = appSchema.parse({
    id: 'shop',
    audience: ['customer'],
    upstream: 'http://127.0.0.1:1',
    wechat: {
      ...{ appid, secret: 'secret' },
      apiSecurity: {
        symmetric: { algorithm: 'AES256_GCM', sn: 's1', key: key.toString('base64') },
        signing: { algorithm, sn: 'a1', privateKey: own.privateKey },
        platform: serials.map((sn) => ({ algorithm, sn, publicKey: (sn === 'old' ? old : current).publicKey })),
      },
    },
  });
  const told: string[] = [];
  const sent: string[] = [];
  const reach = createEmulatorFetch(emulator);
  const providers = createProviders(
    {
      ...{ clock, random },
      fetch: (url, init) => {
        sent.push(String(init.body));
        return reach(url, init);
      },
      sleep: async () => undefined,
    },
    { outdated: (id) => void told.push(id) },
  );
  const request = { method: 'POST', url: '/_emulator/code', headers: { 'content-type': 'application/json', host: 'localhost' } };
  const body = Buffer.from(JSON.stringify({ channel: 'wechat', person: 'p' }));
  const { code } = JSON.parse((await emulator.handle({ ...request, body, remoteAddress: '127.0.0.1' })).body);
  const { subject } = await providers.exchange(app, 'wechat', code);
  return { app, providers, told, sent, openid: subject };
}

describe('a server with the keys of API security', () => {
  it('asks WeChat under their protection, and in clear nowhere', async () => {
    const { app, providers, told, sent, openid } = await bench(['current']);
    expect(await providers.riskRank(app, openid, '203.0.113.7')).toBe(0);
    expect(sent.at(-1)).not.toContain('203.0.113.7');
    expect(sent.at(-1)).toMatch(/^\{"iv":"[^"]+","data":"[^"]+","authtag":"[^"]+"\}$/);
    expect(told).toEqual([]);
  });

  it('tells when only the outgoing certificate is known', async () => {
    const { app, providers, told, openid } = await bench(['old']);
    await providers.riskRank(app, openid, '203.0.113.7');
    expect(told).toEqual([appid]);
  });

  it('believes nobody whose certificate it does not hold', async () => {
    const stranger = rsa();
    const { app, providers, openid } = await bench(['current'], {
      platform: { algorithm, sn: 'current', privateKey: stranger.privateKey },
    });
    await expect(providers.riskRank(app, openid, '203.0.113.7')).rejects.toMatchObject({ reason: 'unverified' });
  });

  it('takes up other keys without a restart', async () => {
    const { app, providers, told, openid } = await bench(['old']);
    await providers.riskRank(app, openid, '203.0.113.7');
    const renewed = (await bench(['old', 'current'])).app;
    await providers.riskRank(renewed, openid, '203.0.113.7');
    expect(told).toEqual([appid]);
    expect(providers.wechat(app)).not.toBe(providers.wechat(renewed));
  });
});

describe('what needs a person today', () => {
  it('names the app whose certificate goes, and no other', async () => {
    const { app } = await bench(['old']);
    const { wechat: _wechat, ...plain } = app;
    const apps = new Map([app, { ...plain, id: 'plain' }].map((config) => [config.id, { id: config.id, config }]));
    const runtime = { apps } as unknown as Runtime;
    expect(certificateAttention(runtime, { since: () => null })).toEqual([]);
    expect(certificateAttention(runtime, { since: () => 7 })).toMatchObject([
      { id: 'wechat-certificate-shop', severity: 'high', since: 7 },
    ]);
  });
});
