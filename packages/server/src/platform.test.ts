import { configSchema } from '@menshen/contract';
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
