import { scansSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { createTransport } from '../../cli/probe/transport.ts';
import { guardSend } from './guarded-send.ts';
import type { ProbeRequest } from './model.ts';
import { addressesAllowed, stagingOf } from './target.ts';

const { staging } = scansSchema.parse({
  staging: [{ url: 'https://staging.example.com' }, { url: 'http://10.0.0.9:3000', addresses: ['10.0.0.0/24'] }],
});
const request = (change: Partial<ProbeRequest> = {}): ProbeRequest => ({
  method: 'GET',
  path: '/',
  headers: {},
  body: null,
  ...change,
});

describe('the target', () => {
  it.each([
    ['another host', 'https://www.example.com'],
    ['a name that ends like it', 'https://evil-staging.example.com'],
    ['a name that begins like it', 'https://staging.example.com.evil.example'],
    ['its name as a user', 'https://staging.example.com@evil.example'],
    ['a user before it', 'https://a:b@staging.example.com'],
    ['another scheme', 'http://staging.example.com'],
    ['another port', 'https://staging.example.com:8443'],
    ['no address', 'staging.example.com'],
  ])('is none that is not named: %s', (_name, address) => {
    expect(stagingOf(staging, address)).toBeNull();
  });

  it('is what is named, with any path', () => {
    expect(stagingOf(staging, 'https://STAGING.example.com/api?x=1')?.url).toBe('https://staging.example.com');
  });

  it.each([
    ['a public address', ['93.184.216.34']],
    ['one public among private ones', ['10.0.0.5', '93.184.216.34']],
    ['cloud metadata', ['169.254.169.254']],
    ['cloud metadata as a mapped address', ['::ffff:169.254.169.254']],
    ['cloud metadata by IPv6', ['fd00:ec2::254']],
    ['metadata of Alibaba Cloud', ['100.100.100.200']],
    ['link-local', ['fe80::1']],
    ['any address', ['0.0.0.0']],
    ['nothing', []],
  ])('leads nowhere else by its address: %s', (_name, found) => {
    expect(addressesAllowed({}, found)).toBe(false);
    // Not by a range that the configuration names, either.
    if (/metadata|link|any/.test(_name)) expect(addressesAllowed({ addresses: ['0.0.0.0/0', '::/0'] }, found)).toBe(false);
  });

  it('may lead where the configuration says', () => {
    expect(addressesAllowed({}, ['10.1.2.3', '127.0.0.1', 'fd12::1'])).toBe(true);
    expect(addressesAllowed({ addresses: ['93.184.216.0/24'] }, ['93.184.216.34'])).toBe(true);
    expect(addressesAllowed({ addresses: ['93.184.216.0/24'] }, ['10.0.0.1'])).toBe(false);
  });

  it('is resolved anew for each request, and refused when its name leads elsewhere by then', async () => {
    const answers = [['10.255.255.1', '93.184.216.34'], ['93.184.216.34'], []];
    const resolve = async () => answers.shift() ?? [];
    const { send } = createTransport(
      { url: 'https://staging.invalid', perSecond: 5 },
      { insecure: false, now: () => 0, resolve },
    );
    for (let count = 0; count < 3; count += 1)
      await expect(send(request())).rejects.toThrow(expect.objectContaining({ reason: 'address' }));
    expect(answers).toEqual([]);
  });
});

describe('the guard', () => {
  const bench = (allowWrites: boolean, budget = 100) => {
    const sent: string[] = [];
    const slept: number[] = [];
    let now = 0;
    const guarded = guardSend({
      send: async ({ method }) => {
        sent.push(method);
        return { status: 200, headers: {}, body: '' };
      },
      ...{ allowWrites, perSecond: 10, budget, now: () => now },
      sleep: async (milliseconds) => {
        slept.push(milliseconds);
        now += milliseconds;
      },
    });
    return { ...guarded, requests: sent, slept };
  };

  it('lets nothing write unless it is allowed, and never removes', async () => {
    const reading = bench(false);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'get', 'TRACE', 'CONNECT'])
      await expect(reading.send(request({ method }))).rejects.toThrow(expect.objectContaining({ reason: 'method' }));
    const writing = bench(true);
    await writing.send(request({ method: 'PUT' }));
    await expect(writing.send(request({ method: 'DELETE' }))).rejects.toThrow(expect.objectContaining({ reason: 'method' }));
    expect([reading.requests, writing.requests]).toEqual([[], ['PUT']]);
  });

  it('takes paths only, so that no check can name another host', async () => {
    const { send, requests } = bench(true);
    for (const path of ['https://evil.example/', '//evil.example/', '', 'api'])
      await expect(send(request({ path }))).rejects.toThrow(expect.objectContaining({ reason: 'host' }));
    expect(requests).toEqual([]);
  });

  it('keeps the pace, also of requests at once, and the budget', async () => {
    const { send, slept, sent } = bench(false, 4);
    await Promise.all([send(request()), send(request()), send(request())]);
    await send(request());
    expect(slept.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(300);
    await expect(send(request())).rejects.toThrow(expect.objectContaining({ reason: 'budget' }));
    expect(sent()).toBe(4);
  });
});
