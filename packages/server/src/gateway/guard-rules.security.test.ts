import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConfigInput } from '@menshen/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Deployment } from '../testing/deployment.ts';
import { describeEachEngine } from '../testing/engines.ts';

const action = 'note.write';

const change = (config: ConfigInput): ConfigInput => ({
  ...config,
  apps: (config.apps ?? []).map((app) => ({
    ...app,
    routes: [
      ...(app.routes ?? []),
      { match: 'GET /orders', action, guards: [{ kind: 'discloses', name: 'order', items: 'answer.items', id: 'id' }] },
      {
        match: 'POST /orders/:id/state',
        action,
        guards: [
          { kind: 'owns', name: 'order', ids: 'path.id' },
          { kind: 'forward', name: 'order', object: 'path.id', state: 'body.state', order: ['created', 'paid', 'shipped'] },
        ],
      },
      {
        match: 'POST /transfers',
        action,
        guards: [
          { kind: 'range', value: 'body.cents', min: 100, max: 50_000 },
          { kind: 'total', name: 'transfer', value: 'body.cents', max: 60_000, windowSeconds: 86_400 },
        ],
      },
      {
        match: 'POST /leave/:uid',
        action,
        guards: [{ kind: 'belongs', ids: 'path.uid', to: 'self' }],
      },
      {
        match: 'POST /watched',
        action,
        mode: 'monitor',
        guards: [{ kind: 'range', value: 'body.n', max: 5 }],
      },
    ],
  })),
});

describeEachEngine('guards on any route', (start) => {
  let deployment: Deployment;
  let zhang: string;
  let li: string;
  let status = 200;
  beforeAll(async () => {
    deployment = await start({ change });
    deployment.backend.answer = (request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      // The backend lists whatever it is asked for to anybody; here everybody has orders of their own.
      const mine = JSON.stringify(request.headers['x-menshen-identity'] ?? '').length > 0;
      response.end(JSON.stringify({ items: mine ? [{ id: 'o1' }, { id: 'o2' }] : [] }));
    };
    zhang = await deployment.token('zhang');
    li = await deployment.token('li');
  });
  afterAll(() => deployment.close());

  const post = async (path: string, body: unknown, token = zhang) => {
    const answer = await deployment.call('POST', `/portal${path}`, { token, body });
    return answer.status < 400 ? answer.status : answer.body['code'];
  };

  it('lets a caller name only what the backend has shown them, and move it only forward', async () => {
    expect(await post('/orders/o1/state', { state: 'paid' })).toBe('guard_not_owned');
    const before = deployment.backend.seen.length;
    expect((await deployment.call('GET', '/portal/orders', { token: zhang })).status).toBe(200);
    expect(await post('/orders/o1/state', { state: 'paid' }, li)).toBe('guard_not_owned');
    expect(await post('/orders/o3/state', { state: 'paid' })).toBe('guard_not_owned');
    expect(await post('/orders/o1/state', { state: 'paid' })).toBe(200);
    expect(await post('/orders/o1/state', { state: 'created' })).toBe('guard_state_backwards');
    status = 500;
    await deployment.call('POST', '/portal/orders/o1/state', { token: zhang, body: { state: 'shipped' } });
    status = 200;
    // What the backend did not do has not happened.
    expect(await post('/orders/o1/state', { state: 'paid' })).toBe(200);
    expect(await post('/orders/o1/state', { state: 'shipped' })).toBe(200);
    expect(deployment.backend.seen.length).toBe(before + 5);
  });

  it('lets a caller name only what the directory says is theirs', async () => {
    const before = deployment.backend.seen.length;
    expect(await post('/leave/li', { days: 1 })).toBe('guard_not_owned');
    expect(deployment.backend.seen.length).toBe(before);
    expect(await post('/leave/zhang', { days: 1 })).toBe(200);
    expect(await post('/leave/li', { days: 1 }, li)).toBe(200);
  });

  it('bounds a number, and its sum over many parallel requests', async () => {
    expect(await post('/transfers', { cents: 50_001 })).toBe('guard_number_out_of_range');
    expect(await post('/transfers', { cents: '1e4' })).toBe('guard_value_missing');
    const answers = await Promise.all(Array.from({ length: 40 }, () => post('/transfers', { cents: 10_000 })));
    expect(answers.filter((one) => one === 200)).toHaveLength(6);
    expect(answers.filter((one) => one === 'guard_total_exceeded')).toHaveLength(34);
    expect(await post('/transfers', { cents: 10_000 }, li)).toBe(200);
  });

  it('only notes in monitor mode', async () => {
    expect(await post('/watched', { n: 6 })).toBe(200);
    await deployment.indexed();
    const [row] = (await deployment.platform.queries.traffic({ route: 'POST /watched' }, 1, null)).rows;
    const found = await deployment.platform.queries.request(row?.requestId ?? '');
    expect(JSON.stringify(found?.event)).toContain('guard|would_refuse|');
  });
});
