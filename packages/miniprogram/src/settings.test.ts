import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';
import { createFakeWx } from './testing/fake-wx.ts';
import type { MenshenOptions } from './types.ts';

const wx = createFakeWx({ fetch: () => Promise.reject(new Error('not used')), loginCode: () => 'x' });
const read = (options: Partial<MenshenOptions>) =>
  readSettings({ baseUrl: 'https://api.example.com', app: 'portal', wx, ...options });

describe('readSettings', () => {
  it.each([
    ['https://api.example.com', 'https://api.example.com', 'https://api.example.com'],
    ['https://api.example.com/', 'https://api.example.com', 'https://api.example.com'],
    ['https://api.example.com:8443/portal/v2/', 'https://api.example.com:8443', 'https://api.example.com:8443/portal/v2'],
    ['http://127.0.0.1:8443', 'http://127.0.0.1:8443', 'http://127.0.0.1:8443'],
    ['http://localhost:8443/portal', 'http://localhost:8443', 'http://localhost:8443/portal'],
    ['http://192.168.1.20', 'http://192.168.1.20', 'http://192.168.1.20'],
    ['http://172.31.0.1', 'http://172.31.0.1', 'http://172.31.0.1'],
    ['http://[::1]:80', 'http://[::1]:80', 'http://[::1]:80'],
  ])('takes %s apart', (baseUrl, origin, base) => {
    expect(read({ baseUrl })).toMatchObject({ origin, base });
  });

  it.each([
    'http://api.example.com',
    'http://172.32.0.1',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'ftp://api.example.com',
    'https://',
    'api.example.com',
    'https://user@api.example.com',
    'https://api.example.com?x=1',
    'https://api.example.com#x',
    'https://api.example.com//portal',
    'https://api.example.com/a b',
    'https://api.example.com\n',
  ])('refuses %j', (baseUrl) => {
    expect(() => read({ baseUrl })).toThrow(TypeError);
  });

  it('completes what is not said', () => {
    expect(read({})).toMatchObject({
      storageKey: 'menshen:portal',
      locale: 'zh-CN',
      timeoutMs: 15_000,
      retry: { tries: 3, baseDelayMs: 400, maxDelayMs: 5_000, totalMs: 20_000 },
    });
    expect(read({ retry: false }).retry.tries).toBe(1);
    expect(read({ retry: { tries: 5 }, language: 'en', storageKey: 'k', timeoutMs: 2_000 })).toMatchObject({
      retry: { tries: 5, baseDelayMs: 400 },
      locale: 'en',
      storageKey: 'k',
      timeoutMs: 2_000,
    });
  });

  it.each([
    { app: '' },
    { app: 'a b' },
    { timeoutMs: 0 },
    { timeoutMs: Number.NaN },
    { retry: { tries: 0 } },
    { retry: { tries: 11 } },
    { retry: { totalMs: Number.POSITIVE_INFINITY } },
    { baseURL: 'https://api.example.com' },
  ])('refuses %o', (options) => {
    expect(() => read(options)).toThrow(TypeError);
  });

  it('pins one or two server keys', () => {
    const publicKey = Buffer.alloc(32, 9).toString('base64url');
    expect(read({}).serverKeys).toEqual([]);
    expect(read({ serverKeys: [{ kid: 'a', publicKey }] }).serverKeys).toEqual([
      { kid: 'a', publicKey: new Uint8Array(32).fill(9) },
    ]);
    const two = read({ serverKeys: ['a', 'b'].map((kid) => ({ kid, publicKey })) }).serverKeys;
    expect(two.map(({ kid }) => kid)).toEqual(['a', 'b']);
    for (const keys of [
      [],
      ['a', 'b', 'c'].map((kid) => ({ kid, publicKey })),
      ['a', 'a'].map((kid) => ({ kid, publicKey })),
      [{ kid: '', publicKey }],
      [{ kid: 'a b', publicKey }],
      [{ kid: 'a', publicKey: publicKey.slice(1) }],
      [{ kid: 'a', publicKey: `${publicKey}=` }],
      [{ kid: 'a', publicKey: 'A'.repeat(43) }],
      {} as [],
    ])
      expect(() => read({ serverKeys: keys })).toThrow(TypeError);
  });

  it('needs a wx', () => {
    expect(() => readSettings({ baseUrl: 'https://api.example.com', app: 'portal' })).toThrow(/no wx here/);
  });
});
