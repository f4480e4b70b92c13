import { createHash } from 'node:crypto';
import { clientEndpoints, ticketHeader } from '@menshen/wire';
import { describe, expect, it } from 'vitest';
import { createBoundPhone } from '../testing/bound-phone.ts';
import { errorOf } from '../testing/error-of.ts';
import { createPhone } from '../testing/phone.ts';
import { refuse } from '../testing/scripted-gateway.ts';

const photo = Uint8Array.from({ length: 2_500_123 }, (_, at) => at * 7);
const files = () => new Map([['wxfile://photo', photo]]);
const upload = { url: '/api/files?album=1', filePath: 'wxfile://photo', name: 'photo', formData: { title: '门' } };
const ticketsOf = (seen: readonly { readonly path: string }[]) => seen.filter(({ path }) => path === clientEndpoints.ticket);

describe('an upload', () => {
  it.each([undefined, true] as const)(
    'goes by a ticket for its path and its file (digest by the platform: %s)',
    async (digestsFiles) => {
      const platform = { files: files(), ...(digestsFiles === undefined ? {} : { digestsFiles }) };
      const { gateway, bound, runtime, menshen } = createBoundPhone({}, platform);
      const bodies: string[] = [];
      bound.onRequest = (url, init) => {
        if (url.endsWith(clientEndpoints.ticket)) bodies.push(String(init.body));
        return [url, init];
      };
      const answer = await runtime.settle(menshen.uploadFile(upload));
      expect(answer).toMatchObject({ statusCode: 200, data: { method: 'POST' } });
      expect(JSON.parse(bodies.join())).toEqual({
        use: 'upload',
        target: '/api/files?album=1',
        sha256: createHash('sha256').update(photo).digest('hex'),
      });
      expect(gateway.forwarded.map(({ path }) => path)).toEqual(['/api/files']);
      expect(bound.refusals).toEqual([]);
    },
  );

  it('does not pass with another file, to another path, or twice', async () => {
    for (const change of ['file', 'path', 'replay'] as const) {
      const { bound, runtime, menshen } = createBoundPhone({}, { files: files() });
      bound.onRequest = (url, init) => {
        if (!url.includes('/api/files')) return [url, init];
        const form = new FormData();
        form.append('photo', new Blob(['another']), 'file');
        return change === 'file'
          ? [url, { ...init, body: form }]
          : change === 'path'
            ? [url.replace('album=1', 'album=2'), init]
            : [url, init];
      };
      let headers: NonNullable<RequestInit['headers']> = {};
      if (change === 'replay') {
        bound.onRequest = (url, init) => {
          if (url.includes('/api/files')) headers = init.headers ?? {};
          return [url, init];
        };
        await runtime.settle(menshen.uploadFile(upload));
        await bound.fetch('https://api.example.com/api/files?album=1', { method: 'POST', headers, body: new FormData() });
        expect(bound.refusals).toEqual(['transfer_ticket_invalid']);
      } else {
        expect(await errorOf(runtime.settle(menshen.uploadFile(upload)))).toMatchObject({
          code: 'transfer_ticket_invalid',
          status: 403,
        });
      }
    }
  });

  it('logs in anew, once, when the session is gone', async () => {
    const { gateway, runtime, menshen } = createBoundPhone({}, { files: files() });
    await runtime.settle(menshen.login());
    gateway.endSessions('session_expired');
    expect((await runtime.settle(menshen.uploadFile(upload))).statusCode).toBe(200);
    expect(gateway.logins).toHaveLength(2);
    gateway.endSessions('session_expired');
    gateway.script.set(clientEndpoints.login, [() => refuse(403, 'account_disabled')]);
    expect(await errorOf(runtime.settle(menshen.uploadFile(upload)))).toMatchObject({ code: 'account_disabled' });
  });

  it('fails for a file that is not there, and with nothing sent', async () => {
    const { gateway, bound, runtime, menshen } = createBoundPhone({}, { files: new Map() });
    expect(await errorOf(runtime.settle(menshen.uploadFile(upload)))).toMatchObject({ code: 'file_unreadable' });
    expect(bound.nonces.size).toBe(0);
    expect(gateway.forwarded).toEqual([]);
  });

  it('is refused as the gateway refuses requests, and can be aborted', async () => {
    const { gateway, runtime, menshen } = createBoundPhone({}, { files: files() });
    gateway.script.set('/api/files', [() => refuse(422, 'schema_mismatch')]);
    expect(await errorOf(runtime.settle(menshen.uploadFile(upload)))).toMatchObject({ code: 'schema_mismatch', status: 422 });
    gateway.script.set('/api/files', [() => new Promise<Response>(() => undefined)]);
    const running = menshen.uploadFile(upload);
    await runtime.flush();
    running.abort();
    expect(await errorOf(runtime.settle(running))).toMatchObject({ code: 'aborted' });
  });

  it('ends in time although the platform says nothing', async () => {
    const { gateway, runtime, menshen } = createBoundPhone({}, { files: files() });
    await runtime.settle(menshen.login());
    gateway.script.set('/api/files', [() => new Promise<Response>(() => undefined)]);
    const began = runtime.now();
    expect(await errorOf(runtime.settle(menshen.uploadFile({ ...upload, timeout: 5_000 })))).toMatchObject({ code: 'timeout' });
    expect(runtime.now() - began).toBe(5_000);
  });

  it('goes by the token alone where no key is pinned', async () => {
    const { gateway, runtime, menshen } = createPhone({}, { files: files() });
    expect((await runtime.settle(menshen.uploadFile(upload))).statusCode).toBe(200);
    expect(ticketsOf(gateway.seen)).toEqual([]);
    expect(gateway.forwarded[0]?.headers.get(ticketHeader)).toBeNull();
  });
});

describe('a socket', () => {
  it('opens with a ticket of its own', async () => {
    const { bound, wx, runtime, menshen } = createBoundPhone();
    const bodies: string[] = [];
    bound.onRequest = (url, init) => {
      if (url.endsWith(clientEndpoints.ticket)) bodies.push(String(init.body));
      return [url, init];
    };
    const tasks = await runtime.settle(
      Promise.all(['/ws?room=1', '/ws?room=2'].map((url) => menshen.connectSocket({ url, protocols: ['chat'] }))),
    );
    expect(tasks.every((task) => typeof task.send === 'function')).toBe(true);
    expect(bodies.map((body) => JSON.parse(body))).toEqual([
      { use: 'socket', target: '/ws?room=1' },
      { use: 'socket', target: '/ws?room=2' },
    ]);
    expect(wx.sockets.map(({ url }) => url)).toEqual(['wss://api.example.com/ws?room=1', 'wss://api.example.com/ws?room=2']);
    const tickets = wx.sockets.map(({ header }) => header[ticketHeader]);
    expect(new Set(tickets).size).toBe(2);
    for (const ticket of tickets) expect(ticket).toMatch(/^mtk1\./);
    expect(wx.sockets[0]).toMatchObject({ protocols: ['chat'], timeout: 120_000 });
  });

  it('is opened to no other host, and with no header of the session’s', async () => {
    const { wx, runtime, menshen } = createBoundPhone();
    for (const options of [
      { url: 'wss://evil.example/ws' },
      { url: '//evil.example/ws' },
      { url: '/ws', header: { 'X-Menshen-Ticket': 'x' } },
    ])
      await expect(runtime.settle(menshen.connectSocket(options))).rejects.toThrow(TypeError);
    await expect(runtime.settle(menshen.uploadFile({ ...upload, url: 'https://evil.example/' }))).rejects.toThrow(TypeError);
    expect(wx.sockets).toEqual([]);
  });

  it('does not open when the gateway gives no ticket', async () => {
    const { bound, wx, runtime, menshen } = createBoundPhone({ retry: false });
    bound.onAnswer = (answer, url) => (url.endsWith(clientEndpoints.ticket) ? refuse(429, 'rate_limited') : answer);
    expect(await errorOf(runtime.settle(menshen.connectSocket({ url: '/ws' })))).toMatchObject({ code: 'rate_limited' });
    expect(wx.sockets).toEqual([]);
  });
});
