import { describe, expect, it } from 'vitest';
import { createFakePlatform, type FakePlatform, type SeenRequest, withTokens } from './testing/fake-platform.ts';
import { createWecomClient, type WecomClient, type WecomClientOptions } from './wecom-client.ts';
import type { WecomMessage } from './wecom-types.ts';

const sessionKey = Buffer.alloc(16, 1).toString('base64');

function clientOn(platform: FakePlatform, options: Partial<WecomClientOptions> = {}): WecomClient {
  return createWecomClient({ ...platform, corpid: 'ww0', secret: 'app-secret', agentid: 1000002, ...options });
}

function answering(answer: unknown): { client: WecomClient; platform: FakePlatform } {
  const platform = createFakePlatform(withTokens((request) => (typeof answer === 'function' ? answer(request) : answer)));
  return { client: clientOn(platform), platform };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('login', () => {
  it('exchanges a code with the token of the application', async () => {
    const { client, platform } = answering({ errcode: 0, corpid: 'ww0', userid: 'zhangsan', session_key: sessionKey });
    expect(await client.code2Session('c1')).toEqual({ corpid: 'ww0', userid: 'zhangsan', sessionKey });
    expect(platform.seen).toMatchObject([
      { method: 'GET', path: '/cgi-bin/gettoken', query: { corpid: 'ww0', corpsecret: 'app-secret' } },
      {
        method: 'GET',
        path: '/cgi-bin/miniprogram/jscode2session',
        query: { access_token: 'token-1', js_code: 'c1', grant_type: 'authorization_code' },
      },
    ]);
  });

  it.each([
    [{ corpid: 'ww1' }, 'corpid'],
    [{ userid: '' }, 'userid'],
    [{ session_key: 'x' }, 'session_key'],
  ])('refuses the answer %j', async (change, field) => {
    const { client } = answering({ errcode: 0, corpid: 'ww0', userid: 'zhangsan', session_key: sessionKey, ...change });
    await expect(client.code2Session('c1')).rejects.toMatchObject({ reason: 'bad_answer', field });
  });

  it('is not repeated after a failure that may pass, but once after a refused token', async () => {
    const busy = answering({ errcode: -1, errmsg: 'system busy' });
    await expect(busy.client.code2Session('c')).rejects.toMatchObject({ errcode: -1 });
    expect(busy.platform.to('/cgi-bin/miniprogram/jscode2session').length).toBe(1);

    const expired = answering((request: SeenRequest) =>
      request.query.access_token === 'token-1'
        ? { errcode: 42001 }
        : { errcode: 0, corpid: 'ww0', userid: 'zhangsan', session_key: sessionKey },
    );
    expect((await expired.client.code2Session('c')).userid).toBe('zhangsan');
    expect(expired.platform.to('/cgi-bin/miniprogram/jscode2session').length).toBe(2);
    expect(expired.platform.to('/cgi-bin/gettoken').length).toBe(2);
  });
});

describe('webLoginUser', () => {
  it('exchanges a scan code once, for a member of the company only', async () => {
    const { client, platform } = answering({ errcode: 0, userid: 'zhangsan' });
    expect(await client.webLoginUser('c1')).toEqual({ userid: 'zhangsan' });
    expect(platform.to('/cgi-bin/auth/getuserinfo')).toMatchObject([
      { method: 'GET', query: { access_token: 'token-1', code: 'c1' } },
    ]);
    const guest = answering({ errcode: 0, openid: 'o1', external_userid: 'wm1' });
    expect(await guest.client.webLoginUser('c1')).toEqual({ userid: null });
    const busy = answering({ errcode: -1, errmsg: 'system busy' });
    await expect(busy.client.webLoginUser('c1')).rejects.toMatchObject({ errcode: -1 });
    expect(busy.platform.to('/cgi-bin/auth/getuserinfo').length).toBe(1);
  });
});

describe('departments', () => {
  const wire = { id: 2, name: '研发', name_en: 'R&D', department_leader: ['lisi'], parentid: 1, order: 10 };
  const department = { id: 2, name: '研发', nameEn: 'R&D', leaders: ['lisi'], parentId: 1, order: 10 };

  it('are listed, all or below one', async () => {
    const { client, platform } = answering({ errcode: 0, department: [wire, { id: '3', name: 'b', parentid: '2' }] });
    expect(await client.departmentList()).toEqual([department, { id: 3, name: 'b', leaders: [], parentId: 2, order: 0 }]);
    await client.departmentList(2);
    expect(platform.to('/cgi-bin/department/list').map(({ query }) => query)).toEqual([
      { access_token: 'token-1' },
      { access_token: 'token-1', id: '2' },
    ]);
  });

  it('are listed by id', async () => {
    const { client, platform } = answering({ errcode: 0, department_id: [{ id: 2, parentid: 1, order: 5 }] });
    expect(await client.departmentIds(1)).toEqual([{ id: 2, parentId: 1, order: 5 }]);
    expect(platform.to('/cgi-bin/department/simplelist')[0]?.query.id).toBe('1');
  });

  it('are read one by one', async () => {
    const { client, platform } = answering({ errcode: 0, department: wire });
    expect(await client.departmentGet(2)).toEqual(department);
    expect(platform.to('/cgi-bin/department/get')[0]?.query.id).toBe('2');
  });

  it('are refused in another shape', async () => {
    await expect(answering({ errcode: 0, department: {} }).client.departmentList()).rejects.toMatchObject({
      field: 'department',
    });
    await expect(answering({ errcode: 0 }).client.departmentGet(1)).rejects.toMatchObject({ field: 'department' });
  });
});

describe('users', () => {
  const wire = {
    errcode: 0,
    userid: 'zhangsan',
    name: '张三',
    department: [2, 5],
    is_leader_in_dept: [0, 1],
    direct_leader: ['lisi'],
    main_department: 2,
    position: '工程师',
    mobile: '',
    gender: '1',
    status: 1,
  };
  const user = {
    userid: 'zhangsan',
    name: '张三',
    departments: [2, 5],
    leaderOf: [5],
    directLeaders: ['lisi'],
    mainDepartment: 2,
    position: '工程师',
    gender: 1,
    status: 'active',
  };

  it('are read', async () => {
    const { client, platform } = answering(wire);
    expect(await client.userGet('zhangsan')).toEqual(user);
    expect(platform.to('/cgi-bin/user/get')[0]?.query).toEqual({ access_token: 'token-1', userid: 'zhangsan' });
  });

  it.each([
    [2, 'disabled'],
    ['4', 'inactive'],
    [5, 'left'],
    [3, 'disabled'],
    [99, 'disabled'],
  ])('have the status %s read as %s', async (status, expected) => {
    expect((await answering({ ...wire, status }).client.userGet('zhangsan')).status).toBe(expected);
  });

  it('are listed by department', async () => {
    const { client, platform } = answering({ errcode: 0, userlist: [wire] });
    expect(await client.userList(2)).toEqual([user]);
    expect(await client.userSimpleList(2)).toEqual([{ userid: 'zhangsan', name: '张三', departments: [2, 5] }]);
    expect(platform.to('/cgi-bin/user/list')[0]?.query.department_id).toBe('2');
    expect(platform.to('/cgi-bin/user/simplelist')[0]?.query.department_id).toBe('2');
  });

  it('are refused without a status or a department', async () => {
    for (const field of ['status', 'department']) {
      const { client } = answering({ ...wire, [field]: undefined });
      await expect(client.userGet('zhangsan')).rejects.toMatchObject({ reason: 'bad_answer', field });
    }
  });
});

describe('all user ids', () => {
  const pages: Readonly<Record<string, unknown>> = {
    first: { errcode: 0, next_cursor: 'a', dept_user: [{ userid: 'u1', department: 1 }] },
    a: { errcode: 0, next_cursor: 'b', dept_user: [] },
    b: {
      errcode: 0,
      dept_user: [
        { userid: 'u1', department: 2 },
        { userid: 'u2', department: '2' },
      ],
    },
  };
  const paging = ({ body }: SeenRequest) => pages[(body as { cursor?: string }).cursor ?? 'first'];

  it('come page after page', async () => {
    const { client, platform } = answering(paging);
    expect(await collect(client.userIdList({ pageSize: 2 }))).toEqual([
      { userid: 'u1', departmentId: 1 },
      { userid: 'u1', departmentId: 2 },
      { userid: 'u2', departmentId: 2 },
    ]);
    expect(platform.to('/cgi-bin/user/list_id').map(({ body }) => body)).toEqual([
      { limit: 2 },
      { cursor: 'a', limit: 2 },
      { cursor: 'b', limit: 2 },
    ]);
  });

  it('are fetched no further than they are read', async () => {
    const { client, platform } = answering(paging);
    for await (const _entry of client.userIdList()) break;
    expect(platform.to('/cgi-bin/user/list_id').length).toBe(1);
  });

  it('end with an error when the platform leads in a circle', async () => {
    const { client } = answering({ errcode: 0, next_cursor: 'again', dept_user: [] });
    await expect(collect(client.userIdList())).rejects.toMatchObject({ reason: 'bad_answer', field: 'next_cursor' });
  });
});

describe('messages', () => {
  const sent = { errcode: 0, errmsg: 'ok', invaliduser: 'a|b', invalidparty: '', unlicenseduser: 'c', msgid: 'm1' };
  const text: WecomMessage = {
    to: { users: ['zhangsan', 'li.si@x'], departments: [2], tags: [7] },
    content: { type: 'text', content: '请看' },
  };

  it('are sent', async () => {
    const { client, platform } = answering(sent);
    expect(await client.sendMessage({ ...text, confidential: true, duplicateCheckSeconds: 60 })).toEqual({
      msgid: 'm1',
      invalidUsers: ['a', 'b'],
      invalidDepartments: [],
      invalidTags: [],
      unlicensedUsers: ['c'],
    });
    expect(platform.to('/cgi-bin/message/send')).toMatchObject([{ method: 'POST', query: { access_token: 'token-1' } }]);
    expect(platform.to('/cgi-bin/message/send')[0]?.body).toEqual({
      touser: 'zhangsan|li.si@x',
      toparty: '2',
      totag: '7',
      agentid: 1000002,
      msgtype: 'text',
      text: { content: '请看' },
      safe: 1,
      enable_duplicate_check: 1,
      duplicate_check_interval: 60,
    });
  });

  it.each<[WecomMessage['content'], unknown]>([
    [{ type: 'markdown', content: '**a**' }, { content: '**a**' }],
    [
      { type: 'textcard', title: 't', description: 'd', url: 'https://a.example', buttonText: 'b' },
      { title: 't', description: 'd', url: 'https://a.example', btntxt: 'b' },
    ],
    [
      { type: 'miniprogram_notice', appid: 'wx0', title: 't', items: [{ key: 'k', value: 'v' }] },
      { appid: 'wx0', title: 't', content_item: [{ key: 'k', value: 'v' }] },
    ],
    [{ type: 'template_card', card: { card_type: 'text_notice' } }, { card_type: 'text_notice' }],
  ])('are written in every form', async (content, payload) => {
    const { client, platform } = answering(sent);
    await client.sendMessage({ to: { everyone: true }, content });
    const body = { touser: '@all', agentid: 1000002, msgtype: content.type, [content.type]: payload, safe: 0 };
    expect(platform.to('/cgi-bin/message/send')[0]?.body).toEqual(body);
  });

  it.each([
    ['no receiver', { users: [] }],
    ['everybody in the guise of a user', { users: ['@all'] }],
    ['two users in one', { users: ['a|b'] }],
    ['an empty user', { users: [''] }],
    ['a department that is no id', { departments: [1.5] }],
    ['too many', { users: Array(1001).fill('u') }],
  ])('are refused for %s', async (_name, to) => {
    const { client, platform } = answering(sent);
    await expect(client.sendMessage({ ...text, to })).rejects.toThrow(TypeError);
    expect(platform.seen).toEqual([]);
  });

  it('are sent once', async () => {
    for (const failure of [
      () => ({ errcode: -1 }),
      () => new Response('', { status: 502 }),
      () => Promise.reject(new Error('x')),
    ]) {
      const { client, platform } = answering(failure);
      await expect(client.sendMessage(text)).rejects.toThrow('/cgi-bin/message/send');
      expect(platform.to('/cgi-bin/message/send').length).toBe(1);
    }
  });

  it('need an agentid', async () => {
    const platform = createFakePlatform(withTokens(() => sent));
    const client = createWecomClient({ ...platform, corpid: 'ww0', secret: 's' });
    await expect(client.sendMessage(text)).rejects.toThrow(TypeError);
  });
});

describe('access token', () => {
  it('is replaced exactly once per call, and not presented again when the platform has no other', async () => {
    const platform = createFakePlatform((request) =>
      request.path === '/cgi-bin/gettoken' ? { errcode: 0, access_token: 'same', expires_in: 7200 } : { errcode: 40014 },
    );
    await expect(clientOn(platform).departmentList()).rejects.toMatchObject({ errcode: 40014 });
    expect(platform.to('/cgi-bin/gettoken').length).toBe(2);
    expect(platform.to('/cgi-bin/department/list').length).toBe(1);
  });

  it('is not asked for again at once with a wrong secret', async () => {
    const { platform } = answering({});
    const refusing = { ...platform, ...createFakePlatform(() => ({ errcode: 40001, errmsg: 'invalid credential' })) };
    const client = clientOn(refusing);
    for (let count = 0; count < 5; count += 1) {
      await expect(client.departmentList()).rejects.toMatchObject({ errcode: 40001, api: '/cgi-bin/gettoken' });
    }
    expect(refusing.seen.length).toBe(1);
  });

  it('can be asked for', async () => {
    const { client } = answering({});
    expect((await client.getAccessToken()).value).toBe('token-1');
    expect((await client.getAccessToken({ forceRefresh: true })).value).toBe('token-2');
  });
});
