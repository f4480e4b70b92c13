import { describe, expect, it } from 'vitest';
import { createEmulatorFetch } from './in-process-fetch.ts';
import { appid, createBench, secret } from './testing/emulated-company.ts';

const url = `https://api.weixin.qq.com/cgi-bin/token?grant_type=client_credential&appid=${appid}&secret=${secret}`;

describe('createEmulatorFetch', () => {
  it('reaches the emulator whatever the host', async () => {
    const fetch = createEmulatorFetch(createBench().emulator);
    expect(await (await fetch(url)).json()).toMatchObject({ expires_in: 7200 });
    const response = await fetch('https://api.weixin.qq.com/cgi-bin/stable_token', {
      method: 'POST',
      body: JSON.stringify({ grant_type: 'client_credential', appid, secret }),
    });
    expect(await response.json()).toMatchObject({ expires_in: 7200 });
  });

  it('fails as fetch does for dropped connections, and waits through the function given', async () => {
    const bench = createBench();
    const waits: number[] = [];
    const fetch = createEmulatorFetch(bench.emulator, async (ms) => {
      waits.push(ms);
    });
    await bench.admin('faults', { kind: 'latency', ms: 700, count: 1 });
    await fetch(url);
    expect(waits).toEqual([700]);
    await bench.admin('faults', { kind: 'drop', count: 1 });
    await expect(fetch(url)).rejects.toThrow(TypeError);
    await bench.admin('faults', { kind: 'http', status: 503, count: 1 });
    expect((await fetch(url)).status).toBe(503);
  });

  it('gives up when the caller has', async () => {
    const bench = createBench();
    await bench.admin('faults', { kind: 'latency', ms: 700 });
    const given = new AbortController();
    const fetch = createEmulatorFetch(bench.emulator, async () => given.abort());
    await expect(fetch(url, { signal: given.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
