import { beforeEach, describe, expect, it } from 'vitest';
import { appid, type Bench, createBench } from '../testing/emulated-company.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const host = '127.0.0.1:8481';
const ask = async (headers: Record<string, string>, remoteAddress = '127.0.0.1', url = '/_emulator/people') =>
  (await bench.send({ url, headers: { host, ...headers }, remoteAddress })).status;

describe('who may use the admin API and the phone page', () => {
  it('is this machine, by any of its loopback names', async () => {
    for (const name of ['localhost', 'localhost:8481', '127.0.0.1', '[::1]:8481']) expect(await ask({ host: name })).toBe(200);
    for (const address of ['::1', '::ffff:127.0.0.1', '127.8.8.8']) expect(await ask({}, address)).toBe(200);
  });

  it('is nobody else on the network, who still may call the platform API', async () => {
    for (const address of ['192.168.1.9', '::ffff:10.0.0.1', '2001:db8::1', '', '127.0.0.1.evil.example']) {
      for (const url of ['/', '/phone.js', '/_emulator/people']) expect(await ask({}, address, url)).toBe(403);
    }
    expect(await ask({}, '192.168.1.9', '/cgi-bin/token')).toBe(200);
  });

  it('is no name that was pointed here, and no page of another site', async () => {
    for (const name of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:8481', '', '192.168.1.9:8481']) {
      expect(await ask({ host: name }), name).toBe(403);
    }
    for (const origin of ['http://evil.example', 'null', 'https://127.0.0.1:8481', 'http://127.0.0.1:9999']) {
      expect(await ask({ origin }), origin).toBe(403);
    }
    for (const site of ['cross-site', 'same-site']) expect(await ask({ 'sec-fetch-site': site })).toBe(403);
    expect(await ask({ origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).toBe(200);
  });

  it('cannot be reached by a form', async () => {
    const body = Buffer.from(JSON.stringify({ appid, person: 'p-zhang' }));
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'text/plain; application/json', undefined]) {
      const headers = { host, ...(type === undefined ? {} : { 'content-type': type }) };
      expect((await bench.send({ method: 'POST', url: '/_emulator/phone-code', headers, body })).status).toBe(415);
    }
  });
});

describe('input of the admin API', () => {
  it.each([
    ['code', {}, 'channel'],
    ['code', { channel: 'wechat', person: 7 }, 'person'],
    ['code', { channel: 'wechat', person: 'p-zhang', appid, extra: 1 }, ''],
    ['faults', { kind: 'http', status: 200 }, 'status'],
    ['faults', { kind: 'latency', ms: 10 ** 9 }, 'ms'],
    ['faults', { kind: 'drop', probability: 2 }, 'probability'],
    ['clock', { advanceMs: -1 }, 'advanceMs'],
    ['subscribe', { appid, person: 'p-zhang', templateIds: ['1', '2', '3', '4'], accept: true }, 'templateIds'],
    ['people', { person: { id: 'x', riskRank: 9 } }, 'person'],
  ])('%s refuses %o and names the field', async (path, body, field) => {
    const answer = await bench.post(`/_emulator/${path}`, body);
    expect([answer.status, answer.json]).toEqual([400, { code: 'input_invalid', field }]);
  });

  it('says which of app and person is unknown, and needs an app where there are several', async () => {
    const code = async (body: Record<string, unknown>) =>
      (await bench.post('/_emulator/code', { channel: 'wechat', ...body })).json.code;
    expect(await code({ person: 'p-zhang' })).toBe('app_unknown');
    expect(await code({ appid: 'wx-unknown', person: 'p-zhang' })).toBe('app_unknown');
    expect(await code({ appid, person: 'nobody' })).toBe('person_unknown');
    expect((await bench.post('/_emulator/code', { channel: 'wecom', corpid: 'ww-x', person: 'lisi' })).json.code).toBe(
      'app_unknown',
    );
  });

  it('refuses broken JSON, unknown paths and the other method', async () => {
    expect((await bench.post('/_emulator/code', '{')).json.code).toBe('input_invalid');
    expect((await bench.get('/_emulator/unknown')).status).toBe(404);
    expect((await bench.get('/_emulator/code')).status).toBe(405);
  });
});
