import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigInput } from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../testing/deployment.ts';

const policies = `@id("own-order") permit (principal is Menshen::User, action in [Menshen::Action::"order.read", Menshen::Action::"order.write"], resource is Portal::Order) when { resource.owner == principal.uid };
@id("led-orders") permit (principal is Menshen::User, action == Menshen::Action::"order.read", resource is Portal::Order) when { resource in principal.leads && resource.amount < 1000 };
@id("other") permit (principal is Menshen::User, action in [Menshen::Action::"me.read", Menshen::Action::"staff.read", Menshen::Action::"staff.update"], resource is Menshen::User) when { principal == resource };
@id("masked") @mask("order.amount, secret") permit (principal is Menshen::User, action == Menshen::Action::"order.read", resource is Portal::Order) when { resource.amount == 7 };
@id("fresh") forbid (principal, action == Menshen::Action::"order.write", resource) when { context.risk >= 3 };
`;

const order = {
  type: 'Portal::Order',
  id: 'path.id',
  from: 'lookup' as const,
  lookup: { path: '/internal/orders/{id}', cacheSeconds: 60 },
  attributes: { owner: 'lookup.owner', dept: 'lookup.dept.id as Menshen::Department', amount: 'lookup.amount as Long' },
  parents: ['dept'],
};

const change = (config: ConfigInput): ConfigInput => ({
  ...config,
  policies: 'own-policies',
  apps: (config.apps ?? []).map((app) => ({
    ...app,
    campaigns: [],
    routes: [
      { match: 'GET /me', action: 'me.read', resource: { type: 'Menshen::User', id: 'principal', from: 'directory' as const } },
      {
        match: 'GET /staff/:uid',
        action: 'staff.read',
        resource: { type: 'Menshen::User', id: 'path.uid', from: 'directory' as const },
      },
      {
        match: 'PUT /staff/:uid',
        action: 'staff.update',
        resource: { type: 'Menshen::User', id: 'path.uid', from: 'directory' as const },
      },
      { match: 'GET /orders/:id', action: 'order.read', resource: order },
      { match: 'PUT /orders/:id', action: 'order.write', resource: order },
      { match: 'POST /pick', action: 'order.read', resource: { ...order, id: 'body.id' } },
      {
        match: 'GET /answers/:id',
        action: 'order.read',
        resource: {
          ...{ type: 'Portal::Order', id: 'path.id', from: 'answer' as const, parents: ['dept'] },
          attributes: {
            owner: 'answer.order.owner',
            dept: 'answer.order.dept as Menshen::Department',
            amount: 'answer.order.amount as Long',
          },
        },
      },
    ],
  })),
});

describe('attributes of resources from the backend', () => {
  let deployment: Deployment;
  let zhang: string;
  let boss: string;
  let asked: string[] = [];
  const objects: Record<string, unknown> = {
    '1': { owner: 'zhang', dept: { id: 3 }, amount: 10 },
    '2': { owner: 'li', dept: { id: 4 }, amount: 10 },
    '3': { owner: 'li', dept: { id: 3 }, amount: 10 },
    '4': { owner: 'li', dept: { id: 3 }, amount: 5_000 },
    '5': { owner: 'zhang', dept: { id: 3 } },
    '6': { owner: 'zhang', dept: { id: 3 }, amount: '10' },
    '7': [1],
    '8': { owner: 'li', dept: { id: 4 }, amount: 7, blob: 'x'.repeat(200_000) },
    'a/../../1': { owner: 'nobody', dept: { id: 3 }, amount: 1 },
  };

  beforeAll(async () => {
    deployment = await startDeployment({
      change: (config) => {
        const folder = join(String(config.data), '..', 'own-policies');
        // Without a schema of its own: the routes give it, and the engine validates against it.
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'a.cedar'), policies);
        return change(config);
      },
    });
    zhang = await deployment.token('zhang');
    boss = await deployment.token('boss');
    deployment.backend.answer = (request, response) => {
      const path = decodeURIComponent(request.url ?? '');
      if (path.startsWith('/internal/orders/')) {
        asked.push(path);
        const found = objects[path.slice('/internal/orders/'.length)];
        if (path.endsWith('/hang')) return;
        if (found === undefined) response.writeHead(404).end();
        else response.end(JSON.stringify(found));
        return;
      }
      const id = path.split('/').at(-1) ?? '';
      const found = objects[id] as { owner: string; dept: { id: number }; amount: number } | undefined;
      if (path.startsWith('/portal/answers/') && found === undefined) return void response.writeHead(404).end();
      const answer =
        path.startsWith('/portal/answers/') && found !== undefined
          ? { order: { ...found, dept: found.dept.id }, secret: 'of the order' }
          : { ok: true };
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(answer));
    };
  });
  afterAll(() => deployment.close());

  const code = async (method: string, path: string, token: string) => {
    const answer = await deployment.call(method, path, { token, ...(method === 'PUT' ? { body: {} } : {}) });
    return answer.status === 200 ? 200 : String(answer.body['code'] ?? answer.status);
  };

  it.each([
    ['the owner', '1', 'zhang', 200],
    ['somebody else', '2', 'zhang', 'not_permitted'],
    ['the head of the department above', '3', 'boss', 200],
    ['the head of another department', '2', 'boss', 'not_permitted'],
    ['the head, above the amount', '4', 'boss', 'not_permitted'],
    ['an order that does not exist', '99', 'zhang', 'not_permitted'],
    ['an attribute that is missing', '5', 'zhang', 'not_permitted'],
    ['an attribute of another type', '6', 'zhang', 'not_permitted'],
    ['an answer that is no object', '7', 'zhang', 'backend_answer_invalid'],
  ])('lookup: %s', async (_name, id, who, expected) => {
    expect(await code('GET', `/portal/orders/${id}`, who === 'zhang' ? zhang : boss)).toBe(expected);
  });

  it('asks once for many, without the caller’s identity, and anew after a change', async () => {
    asked = [];
    await Promise.all(Array.from({ length: 10 }, () => code('GET', '/portal/orders/1', zhang)));
    expect(asked.length).toBeLessThanOrEqual(1);
    const seen = deployment.backend.seen.filter(({ headers }) => headers['x-menshen-lookup'] === '1').at(-1);
    expect(seen?.headers['x-menshen-identity']).toBeUndefined();
    expect(seen?.headers['authorization']).toBeUndefined();
    expect(await code('PUT', '/portal/orders/1', zhang)).toBe(200);
    const before = asked.length;
    expect(await code('GET', '/portal/orders/1', zhang)).toBe(200);
    expect(asked.length).toBe(before + 1);
  });

  /** The id in the path must not become another path of the backend. */
  it('writes the id into one segment of the lookup', async () => {
    asked = [];
    await code('GET', '/portal/orders/a%252F..%252F..%252F1', zhang);
    expect(asked.every((path) => path.startsWith('/internal/orders/'))).toBe(true);
    expect(deployment.backend.seen.at(-1)?.url ?? '').not.toMatch(/\/internal\/orders\/a\/\.\./);
  });

  /** A backend that resolves `..`, or a list where an object was meant, would name another owner than the object's. */
  it.each([
    '..',
    '.',
    '',
    '../orders/1',
    '1/../1',
    '..\\\\1',
    '1;x=1',
    '%2e%2e',
    '1%2f..',
    '1\\u0000',
    '．．',
    '\\ud800',
    '1'.repeat(300),
  ])('does not ask for the object %j of a body', async (id) => {
    asked = [];
    const answer = await deployment.call('POST', '/portal/pick', {
      token: zhang,
      raw: Buffer.from(`{"id":"${id}"}`),
      headers: { 'content-type': 'application/json' },
    });
    expect([403, 400]).toContain(answer.status);
    expect(asked).toEqual([]);
  });

  it('refuses with 504 when the backend does not say, and keeps no failure', async () => {
    expect(await code('GET', '/portal/orders/hang', zhang)).toBe('backend_timeout');
    objects['hang'] = objects['1'];
    expect(await code('GET', '/portal/orders/1', zhang)).toBe(200);
  });

  it.each([
    ['the owner', '1', 200],
    ['somebody else', '2', 'not_permitted'],
    ['an attribute that is missing', '5', 'not_permitted'],
    ['nothing there', '99', '404'],
  ])('answer: %s', async (_name, id, expected) => {
    const answer = await deployment.call('GET', `/portal/answers/${id}`, { token: zhang });
    expect(answer.status === 200 ? 200 : String(answer.body['code'] ?? answer.status)).toBe(expected);
    if (expected !== 200) expect(answer.text).not.toContain('secret');
  });

  it('hides the fields that the deciding policy masks, in a large answer too, and asks the backend for plain text', async () => {
    const answer = await deployment.call('GET', '/portal/answers/8', { token: zhang, headers: { 'accept-encoding': 'gzip' } });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ secret: 'of ****er', order: { owner: 'li', amount: null } });
    expect(answer.text).not.toContain('of the order');
    expect(Number(answer.headers.get('content-length'))).toBe(Buffer.byteLength(answer.text));
    expect(deployment.backend.seen.at(-1)?.headers['accept-encoding']).toBeUndefined();
    const full = await deployment.call('GET', '/portal/answers/1', { token: zhang });
    expect(full.body).toMatchObject({ secret: 'of the order', order: { amount: 10 } });
  });

  it('does not disclose an answer in which masked fields cannot be found', async () => {
    const before = deployment.backend.answer;
    deployment.backend.answer = (request, response) =>
      (request.url ?? '').startsWith('/internal/')
        ? void response.end('{"owner":"li","dept":{"id":4},"amount":7}')
        : void response.writeHead(200, { 'content-type': 'text/html' }).end('<b>of the order</b>');
    const answer = await deployment.call('GET', '/portal/orders/88', { token: zhang });
    deployment.backend.answer = before;
    expect([answer.status, answer.body['code']]).toEqual([502, 'backend_answer_invalid']);
  });

  it('refuses a configuration whose parts do not fit, and says where', async () => {
    const wrong = (resource: object, match = 'GET /x') =>
      startDeployment({
        change: (config) => ({
          ...config,
          apps: (config.apps ?? []).map((app) => ({
            ...app,
            campaigns: [],
            routes: [{ match, action: 'me.read', resource } as never],
          })),
        }),
      });
    await expect(wrong({ type: 'A::B', id: 'path.id', from: 'lookup' })).rejects.toThrow('lookup');
    await expect(wrong({ type: 'A::B', id: 'principal', from: 'answer' }, 'POST /x')).rejects.toThrow('answer');
    await expect(wrong({ type: 'A::B', id: 'principal', from: 'request', attributes: { a: 'lookup.a' } })).rejects.toThrow(
      'does not look',
    );
    await expect(wrong({ type: 'A::B', id: 'principal', from: 'request', parents: ['a'] })).rejects.toThrow('no attribute');
  });
});
