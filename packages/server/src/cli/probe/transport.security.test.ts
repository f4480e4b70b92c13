import { createServer, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { scansSchema } from '@menshen/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { transport } from '../../scans/probe/checks/host.ts';
import type { ProbeContext } from '../../scans/probe/context.ts';
import { testTlsPair } from '../../testing/tls-pair.ts';
import { createTransport } from './transport.ts';

const servers: { close(): unknown; closeAllConnections(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});
const listen = async (server: Server | ReturnType<typeof createHttps>): Promise<number> => {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
};
const target = (url: string) => {
  const [one] = scansSchema.parse({ staging: [{ url }] }).staging;
  if (one === undefined) throw new Error('no target');
  return one;
};
const request = { method: 'GET', path: '/api?x=1', headers: { authorization: 'Bearer t' }, body: null };
const options = { insecure: false, now: () => Date.now() };

describe('the way to staging', () => {
  it('goes to the address that was checked, with the name as it was given', async () => {
    const seen: string[] = [];
    const port = await listen(
      createServer(({ headers, url }, response) => {
        seen.push(`${headers.host} ${url} ${headers['user-agent']}`);
        response.setHeader('set-cookie', ['a=1', 'b=2']).end('ok');
      }),
    );
    const asked: string[] = [];
    const { send } = createTransport(target(`http://staging.invalid:${port}`), {
      ...options,
      resolve: async (name) => {
        asked.push(name);
        return ['127.0.0.1'];
      },
    });
    expect(await send(request)).toMatchObject({ status: 200, body: 'ok', headers: { 'set-cookie': 'a=1, b=2' } });
    await send(request);
    expect(asked).toEqual(['staging.invalid', 'staging.invalid']);
    expect(seen[0]).toBe(`staging.invalid:${port} /api?x=1 menshen-probe`);
  });

  it('follows no redirect, and so carries no credential elsewhere', async () => {
    let reached = 0;
    const elsewhere = await listen(
      createServer((_request, response) => {
        reached += 1;
        response.end();
      }),
    );
    const port = await listen(
      createServer((_request, response) => response.writeHead(302, { location: `http://127.0.0.1:${elsewhere}/` }).end()),
    );
    const { send } = createTransport(target(`http://127.0.0.1:${port}`), options);
    expect((await send(request)).status).toBe(302);
    expect(reached).toBe(0);
  });

  it('reads a bounded part of an answer that has no end', async () => {
    const port = await listen(
      createServer((_request, response) => {
        const write = (): void => {
          if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(write));
        };
        response.on('error', () => undefined);
        write();
      }),
    );
    const { send } = createTransport(target(`http://127.0.0.1:${port}`), options);
    expect((await send(request)).body).toHaveLength(262_144);
  });

  it('believes no certificate that does not hold, unless it is told to, and tells of it then', async () => {
    const pair = testTlsPair('first');
    const port = await listen(createHttps(pair, (_request, response) => response.end('ok')));
    const url = `https://127.0.0.1:${port}`;
    await expect(createTransport(target(url), options).send(request)).rejects.toThrow();
    const loose = createTransport(target(url), { ...options, insecure: true });
    expect((await loose.send(request)).status).toBe(200);
    const facts = await loose.inspectTls();
    expect(facts).toMatchObject({ kind: 'tls', problem: expect.stringMatching(/^[A-Z0-9_]+$/), old: null });
    const found = await transport(facts)({ origin: url } as ProbeContext);
    expect(found.map(({ rule, detail }) => `${rule} ${detail}`)).toEqual(['MP-PRB-010 certificate']);
  });

  it('takes clear HTTP for a fault only where others can listen', async () => {
    expect(await createTransport(target('http://127.0.0.1:1'), options).inspectTls()).toBeNull();
    const far = createTransport(target('http://staging.invalid'), { ...options, resolve: async () => ['10.0.0.5'] });
    expect(await far.inspectTls()).toEqual({ kind: 'clear' });
  });
});
