import { randomBytes } from 'node:crypto';
import { type DirectoryConfig, MenshenError } from '@menshen/contract';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createKeys } from '../../keys/master.ts';
import { describeEachStore } from '../../store/testing.ts';
import { startNode, type TestNode } from '../testing.ts';
import { enterpriseSchema, groupSchema, userSchema } from './resource.ts';
import { registerScim } from './routes.ts';
import { createScimService } from './service.ts';
import { createScimStore } from './store.ts';

/** The members of SCIM answers that are looked at here. */
interface Body {
  readonly id: string;
  readonly name: unknown;
  readonly active: boolean;
  readonly totalResults: number;
  readonly itemsPerPage: number;
  readonly Resources: readonly Body[];
  readonly groups: unknown;
  readonly members: readonly unknown[];
  readonly [other: string]: unknown;
}

interface Answer {
  readonly status: number;
  readonly body: Body;
  readonly headers: Record<string, unknown>;
}

/** What Entra ID sends for a new user (its documented sample, with our names). */
const entraUser = {
  schemas: [userSchema, enterpriseSchema],
  externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
  userName: 'zhang@example.com',
  active: true,
  emails: [{ primary: true, type: 'work', value: 'zhang@example.com' }],
  meta: { resourceType: 'User' },
  name: { formatted: '张三', familyName: '张', givenName: '三' },
  roles: [],
  [enterpriseSchema]: { employeeNumber: 'E7', department: '研发', manager: { value: 'x' } },
};
/** What Okta sends for a new user. */
const oktaUser = {
  schemas: [userSchema],
  userName: 'li@example.com',
  name: { givenName: '四', familyName: '李' },
  emails: [{ primary: true, value: 'li@example.com', type: 'work' }],
  displayName: '李四',
  locale: 'zh-CN',
  externalId: '00ujl29u0le5T6Aj10h7',
  groups: [],
  password: '1mz050nq',
  active: true,
};

describeEachStore((open) => {
  let app: FastifyInstance;
  let node: TestNode;
  let settings: DirectoryConfig['scim'];
  beforeEach(async () => {
    const store = await open();
    node = await startNode({ store });
    settings = { enabled: true, groups: 'departments', kind: 'employee' };
    const service = createScimService({
      store: createScimStore(store, createKeys(new Uint8Array(32).fill(3), randomBytes)),
      changes: node.directory.changes,
      audit: { act: async (_by: string, _act: unknown, perform: () => Promise<unknown>) => perform() } as never,
      clock: Date.now,
      random: randomBytes,
      settings: () => settings,
    });
    app = Fastify({ bodyLimit: 1_000 });
    await registerScim(app, {
      service,
      enabled: () => settings.enabled,
      authorize: async (authorization) => {
        if (authorization === 'Bearer other') throw new MenshenError('token_scope');
        if (authorization !== 'Bearer right') throw new MenshenError('token_invalid');
        return { name: 'idp' };
      },
      publicUrl: () => 'https://console.example.com',
    });
  });
  afterEach(async () => {
    await app.close();
    await node.revocations.stop();
  });

  const call = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const answer = await app.inject({
      method,
      url: `/scim/v2${path}`,
      headers: {
        authorization: 'Bearer right',
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.statusCode, body: JSON.parse(answer.body || '{}') as Body, headers: answer.headers };
  };
  const person = (uid: string) => node.directory.snapshot().person(uid);
  const patch = (path: string, ...Operations: unknown[]) =>
    call('PATCH', path, { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations });

  it('shows nothing without a token of the scope, and nothing at all while it is off', async () => {
    for (const [method, path] of [
      ['GET', '/Users'],
      ['POST', '/Users'],
      ['GET', '/ServiceProviderConfig'],
      ['POST', '/Bulk'],
      ['DELETE', '/Users/x'],
    ] as const) {
      for (const [authorization, status] of [
        ['', 401],
        ['Bearer wrong', 401],
        ['Bearer other', 403],
      ] as const)
        expect([
          path,
          authorization,
          (await call(method, path, method === 'POST' ? {} : undefined, { authorization })).status,
        ]).toEqual([path, authorization, status]);
      settings = { ...settings, enabled: false };
      expect((await call(method, path, method === 'POST' ? {} : undefined)).status).toBe(404);
      settings = { ...settings, enabled: true };
    }
  });

  it('says what it can do', async () => {
    expect((await call('GET', '/ServiceProviderConfig')).body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      etag: { supported: true },
    });
    expect((await call('GET', '/ResourceTypes')).body.Resources.map((one) => one.id)).toEqual(['User', 'Group']);
    expect((await call('GET', '/Schemas')).body.totalResults).toBe(3);
    expect((await call('GET', `/Schemas/${userSchema}`)).body.name).toBe('User');
    expect((await call('POST', '/Bulk', {})).status).toBe(501);
  });

  it('lives through what Entra ID does with a user', async () => {
    expect((await call('GET', '/Users?filter=userName+eq+%22zhang%40example.com%22')).body).toMatchObject({
      totalResults: 0,
      Resources: [],
    });
    const made = await call('POST', '/Users', entraUser);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      userName: 'zhang@example.com',
      active: true,
      [enterpriseSchema]: { employeeNumber: 'E7' },
    });
    expect(made.headers['location']).toBe(`https://console.example.com/scim/v2/Users/${made.body.id}`);
    expect(made.headers['etag']).toBe('W/"1"');
    expect(person('zhang@example.com')).toMatchObject({
      name: '张三',
      number: 'E7',
      email: 'zhang@example.com',
      status: 'active',
      source: 'scim',
    });
    const id: string = made.body.id;
    expect(
      (await call('GET', '/Users?filter=externalId%20eq%20%220a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef%22')).body.totalResults,
    ).toBe(1);
    const changed = await patch(
      `/Users/${id}`,
      { op: 'Replace', path: 'name.givenName', value: '三丰' },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '13800000001' },
      { op: 'Replace', path: `${enterpriseSchema}:employeeNumber`, value: 'E8' },
      { op: 'Replace', path: 'displayName', value: '张三丰' },
    );
    expect(changed.status).toBe(200);
    expect(person('zhang@example.com')).toMatchObject({ name: '张三丰', phone: '13800000001', number: 'E8' });
    const off = await patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'False' });
    expect(off.body.active).toBe(false);
    expect(person('zhang@example.com')?.status).toBe('disabled');
    expect(node.ended).toEqual(['zhang@example.com']);
    expect((await patch(`/Users/${id}`, { op: 'Add', value: { active: 'True' } })).body.active).toBe(true);
    expect(person('zhang@example.com')?.status).toBe('active');
    expect((await call('DELETE', `/Users/${id}`)).status).toBe(204);
    expect((await call('GET', `/Users/${id}`)).status).toBe(404);
    expect(person('zhang@example.com')?.status).toBe('left');
    // Hired again.
    expect((await call('POST', '/Users', entraUser)).status).toBe(201);
    expect(person('zhang@example.com')?.status).toBe('active');
  });

  it('lives through what Okta does with a user', async () => {
    const made = await call('POST', '/Users', oktaUser);
    expect(made.status).toBe(201);
    expect(JSON.stringify(made.body)).not.toContain('1mz050nq');
    const id: string = made.body.id;
    const put = await call('PUT', `/Users/${id}`, { ...oktaUser, id, displayName: '李思', meta: { created: 'x' } });
    expect([put.status, person('li@example.com')?.name]).toEqual([200, '李思']);
    expect((await patch(`/Users/${id}`, { op: 'replace', value: { active: false } })).body.active).toBe(false);
    expect(person('li@example.com')?.status).toBe('disabled');
    const list = await call('GET', '/Users?startIndex=1&count=100');
    expect(list.body).toMatchObject({ totalResults: 1, startIndex: 1, itemsPerPage: 1 });
  });

  it('groups are departments: made, filled, nested, renamed and removed', async () => {
    const zhang: string = (await call('POST', '/Users', entraUser)).body.id;
    const li: string = (await call('POST', '/Users', oktaUser)).body.id;
    const rd = await call('POST', '/Groups', {
      schemas: [groupSchema],
      displayName: '研发',
      externalId: 'g1',
      members: [{ value: zhang }],
    });
    expect(rd.status).toBe(201);
    const id: string = rd.body.id;
    expect(node.directory.snapshot().departments.get(`scim:${id}`)?.name).toBe('研发');
    expect(person('zhang@example.com')?.departments).toEqual([`scim:${id}`]);
    await patch(`/Groups/${id}`, { op: 'Add', path: 'members', value: [{ value: li }] });
    await patch(`/Groups/${id}`, { op: 'Remove', path: 'members', value: [{ value: zhang }] });
    expect(person('zhang@example.com')?.departments).toEqual([]);
    expect(person('li@example.com')?.departments).toEqual([`scim:${id}`]);
    const top: string = (await call('POST', '/Groups', { displayName: '总部', members: [{ value: id }] })).body.id;
    expect(node.directory.snapshot().path(`scim:${id}`)).toEqual(['总部', '研发']);
    // Okta renames with its id in the value.
    await patch(`/Groups/${id}`, { op: 'replace', value: { id, displayName: '研发中心' } });
    expect(node.directory.snapshot().path(`scim:${id}`)).toEqual(['总部', '研发中心']);
    expect((await call('GET', `/Groups/${id}?excludedAttributes=members`)).body).not.toHaveProperty('members');
    expect((await call('GET', '/Groups?filter=displayName%20eq%20%22%E6%80%BB%E9%83%A8%22')).body.totalResults).toBe(1);
    expect((await call('GET', `/Users/${li}`)).body.groups).toMatchObject([{ value: id, display: '研发中心' }]);
    expect((await call('DELETE', `/Groups/${id}`)).status).toBe(204);
    expect(node.directory.snapshot().departments.has(`scim:${id}`)).toBe(false);
    expect(node.directory.snapshot().departments.has(`scim:${top}`)).toBe(true);
    expect(person('li@example.com')?.departments).toEqual([]);
  });

  it('groups can be roles instead, and give no role that is none', async () => {
    settings = { ...settings, groups: 'roles' };
    const li: string = (await call('POST', '/Users', oktaUser)).body.id;
    await node.directory.setRoles('li@example.com', ['hr'], 'root');
    const id: string = (await call('POST', '/Groups', { displayName: 'Store Manager', members: [{ value: li }] })).body.id;
    expect(person('li@example.com')?.roles).toEqual(['hr', 'store-manager']);
    expect((await call('POST', '/Groups', { displayName: '财务', members: [] })).body).toMatchObject({
      status: '400',
      scimType: 'invalidValue',
    });
    await node.directory.setRoles('li@example.com', ['hr', 'store-manager'], 'root');
    await call('DELETE', `/Groups/${id}`);
    expect(person('li@example.com')?.roles).toEqual(['hr']);
  });

  it('two users of one name, a customer, and somebody with an impossible name are refused', async () => {
    await call('POST', '/Users', oktaUser);
    expect((await call('POST', '/Users', { ...oktaUser, userName: 'LI@example.com' })).body).toMatchObject({
      status: '409',
      scimType: 'uniqueness',
    });
    for (const userName of ['c_AAAAAAAAAAAAAAAA', 'a b', '../x', '', '__proto__', 'x'.repeat(65)])
      expect((await call('POST', '/Users', { ...oktaUser, userName })).body).toMatchObject({
        status: '400',
        scimType: 'invalidValue',
      });
    expect((await call('GET', '/Users')).body.totalResults).toBe(1);
  });

  it('an unclear state opens no door', async () => {
    const id: string = (await call('POST', '/Users', oktaUser)).body.id;
    for (const active of ['no', 0, 1, 'falsy', {}, []])
      expect((await patch(`/Users/${id}`, { op: 'replace', path: 'active', value: active })).body).toMatchObject({
        scimType: 'invalidValue',
      });
    expect((await call('POST', '/Users', { ...entraUser, active: 'maybe' })).status).toBe(400);
  });

  it('holds versions: what has changed since is not overwritten', async () => {
    const { body } = await call('POST', '/Users', oktaUser);
    const ifMatch = { 'if-match': 'W/"1"' };
    expect((await call('GET', `/Users/${body.id}`, undefined, { 'if-none-match': 'W/"1"' })).status).toBe(304);
    expect((await call('PUT', `/Users/${body.id}`, oktaUser, ifMatch)).headers['etag']).toBe('W/"2"');
    expect((await call('PUT', `/Users/${body.id}`, oktaUser, ifMatch)).status).toBe(412);
    expect((await call('DELETE', `/Users/${body.id}`, undefined, ifMatch)).status).toBe(412);
    expect((await call('DELETE', `/Users/${body.id}`, undefined, { 'if-match': '*' })).status).toBe(204);
  });

  it('members that come at once are all there in the end', async () => {
    const id: string = (await call('POST', '/Groups', { displayName: '研发', members: [] })).body.id;
    const answers = await Promise.all(
      Array.from({ length: 4 }, async (_, at) =>
        patch(`/Groups/${id}`, { op: 'Add', path: 'members', value: [{ value: `m${at}` }] }),
      ),
    );
    expect(answers.map((one) => one.status)).toEqual([200, 200, 200, 200]);
    expect((await call('GET', `/Groups/${id}`)).body.members).toHaveLength(4);
  });

  it('pages from one, with a limit', async () => {
    for (let at = 0; at < 5; at += 1) await call('POST', '/Users', { userName: `u${at}`, active: true });
    const page = await call('GET', '/Users?startIndex=2&count=2&attributes=userName');
    expect(page.body).toMatchObject({ totalResults: 5, startIndex: 2, itemsPerPage: 2 });
    expect(Object.keys(page.body.Resources[0] ?? {}).sort()).toEqual(['id', 'meta', 'schemas', 'userName']);
    expect((await call('GET', '/Users?count=0')).body).toMatchObject({ totalResults: 5, Resources: [] });
    expect((await call('GET', '/Users?startIndex=-1&count=-3')).body.itemsPerPage).toBe(0);
    expect((await call('GET', '/Users?count=x')).status).toBe(400);
    expect((await call('GET', '/Users?filter=active%20eq')).body).toMatchObject({ scimType: 'invalidFilter' });
  });

  it('refuses what is no SCIM, and says nothing of it', async () => {
    for (const body of ['{', '[]', '"x"', '{"__proto__":{"userName":"a"}}'])
      expect((await call('POST', '/Users', body)).status, body).toBe(400);
    const answer = await call('POST', '/Users', { userName: 'secret-value b' });
    expect(JSON.stringify(answer.body)).not.toContain('secret-value');
    expect((await call('POST', '/Users', 'x'.repeat(3_000_000))).status).toBe(413);
    expect((await call('POST', '/Users', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
  });

  it('a body of very many values is refused before it is parsed, a group of twenty thousand is not', async () => {
    const many = `{"displayName":"研发","members":[${'[0],'.repeat(160_000)}0]}`;
    for (const type of ['application/scim+json', 'application/json'])
      expect((await call('POST', '/Groups', many, { 'content-type': type })).status, type).toBe(413);
    const members = Array.from({ length: 20_000 }, (_, at) => ({
      value: `member-${at}`,
      display: '张',
      type: 'User',
      $ref: '../x',
    }));
    expect((await call('POST', '/Groups', { displayName: '研发', members })).status).toBe(201);
  });

  it('a person whom a stronger source owns is found, and not taken over', async () => {
    await node.directory.changes.apply(
      {
        kind: 'full',
        source: 'wecom',
        image: {
          departments: [{ id: '1', name: '总部', parent: null, order: 0 }],
          people: [
            {
              key: 'li',
              uid: 'li',
              kind: 'employee',
              name: '李四',
              departments: ['1'],
              leads: [],
              position: null,
              phone: null,
              email: null,
              number: 'E9',
              roles: [],
              status: 'active',
            },
          ],
        },
      },
      'test',
    );
    const made = await call('POST', '/Users', {
      ...oktaUser,
      [enterpriseSchema]: { employeeNumber: 'E9' },
      displayName: 'Mallory',
    });
    expect(made.status).toBe(201);
    expect(person('li')).toMatchObject({ name: '李四', source: 'wecom', departments: ['1'], email: 'li@example.com' });
    expect(person('li@example.com')).toBeUndefined();
    await call('DELETE', `/Users/${made.body.id}`);
    expect(person('li')?.status).toBe('active');
  });
});
