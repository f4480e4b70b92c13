import { beforeEach, describe, expect, it } from 'vitest';
import {
  type Bench,
  company,
  contactsSecret,
  corpid,
  createBench,
  portalSecret,
  salesSecret,
} from '../testing/emulated-company.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const get = async (path: string, query: Record<string, string> = {}, corpsecret = portalSecret) =>
  (await bench.get(`/cgi-bin/${path}`, { access_token: await bench.wecomToken(corpsecret), ...query })).json;
const post = async (path: string, body: unknown, corpsecret = contactsSecret) =>
  (await bench.post(`/cgi-bin/${path}`, body, { access_token: await bench.wecomToken(corpsecret) })).json;
const ids = (list: readonly { id: number }[]) => list.map((item) => item.id);

describe('departments', () => {
  it('lists the tree, or the part below an id', async () => {
    const { department, errcode } = await get('department/list');
    expect(errcode).toBe(0);
    expect(ids(department)).toEqual([1, 2, 3, 4]);
    expect(department[1]).toEqual({ id: 2, name: '销售部', name_en: '', department_leader: ['lisi'], parentid: 1, order: 10 });
    expect(ids((await get('department/list', { id: '2' })).department)).toEqual([2, 3]);
    expect((await get('department/simplelist', { id: '3' })).department_id).toEqual([{ id: 3, parentid: 2, order: 0 }]);
    expect((await get('department/get', { id: '4' })).department.name).toBe('研发部');
  });

  it('keeps to the visible range of the app', async () => {
    expect(ids((await get('department/list', {}, salesSecret)).department)).toEqual([2, 3]);
    expect((await get('department/list', { id: '4' }, salesSecret)).errcode).toBe(60011);
    expect((await get('department/get', { id: '99' }, salesSecret)).errcode).toBe(60003);
    expect((await get('department/get', { id: 'x' })).errcode).toBe(60123);
  });
});

describe('members', () => {
  it('shows a member without the fields that new apps do not get', async () => {
    const member = await get('user/get', { userid: 'zhangsan' });
    expect(member).toMatchObject({
      errcode: 0,
      userid: 'ZhangSan',
      name: '张三',
      department: [4],
      main_department: 4,
      status: 1,
    });
    for (const field of ['avatar', 'gender', 'mobile', 'email', 'biz_mail', 'qr_code', 'address']) {
      expect(member).not.toHaveProperty(field);
    }
  });

  it('shows them to an app from before 2022-06-20', async () => {
    expect(await get('user/get', { userid: 'ZhangSan' }, salesSecret)).toMatchObject({
      mobile: '13800000001',
      email: 'zhangsan@example.com',
    });
  });

  it('lists the direct members of a department', async () => {
    const { userlist } = await get('user/list', { department_id: '2' });
    expect(userlist.map((user: { userid: string }) => user.userid)).toEqual(['lisi']);
    expect(userlist[0]).toMatchObject({ department: [2, 3], is_leader_in_dept: [1, 0] });
    expect((await get('user/simplelist', { department_id: '3' })).userlist).toEqual([
      { userid: 'lisi', name: '李四', department: [2, 3] },
      { userid: 'wangwu', name: '王五', department: [3] },
    ]);
  });

  it('answers 60111 for nobody and 60011 for somebody out of sight', async () => {
    expect((await get('user/get', { userid: 'nobody' }, salesSecret)).errcode).toBe(60111);
    const hidden = await get('user/get', { userid: 'zhaoliu' }, salesSecret);
    expect(hidden.errcode).toBe(60011);
    expect(hidden).not.toHaveProperty('name');
    expect((await get('user/list', { department_id: '4' }, salesSecret)).errcode).toBe(60011);
    expect((await get('user/list', {})).errcode).toBe(40063);
  });
});

describe('the contact-sync helper', () => {
  it('pages through ids, one row for each membership', async () => {
    const rows: unknown[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await post('user/list_id', { limit: 2, ...(cursor ? { cursor } : {}) });
      rows.push(...page.dept_user);
      cursor = page.next_cursor;
      pages += 1;
    } while (cursor);
    expect(pages).toBe(3);
    expect(rows).toEqual([
      { userid: 'ZhangSan', department: 4 },
      { userid: 'lisi', department: 2 },
      { userid: 'lisi', department: 3 },
      { userid: 'wangwu', department: 3 },
      { userid: 'zhaoliu', department: 4 },
    ]);
    expect((await post('user/list_id', '')).dept_user).toHaveLength(5);
  });

  it('alone may page, with a whole limit and a cursor that was given out', async () => {
    expect((await post('user/list_id', {}, portalSecret)).errcode).toBe(48002);
    for (const body of [{ limit: 0 }, { limit: 10_001 }, { limit: 1.5 }, { cursor: 'x' }, { cursor: 7 }]) {
      expect((await post('user/list_id', body)).errcode).toBe(40058);
    }
  });

  it('reads ids only, unless it was configured before 2022-08-15', async () => {
    expect((await get('department/simplelist', {}, contactsSecret)).department_id).toHaveLength(4);
    const calls = { 'department/list': {}, 'user/get': { userid: 'lisi' }, 'user/list': { department_id: '2' } };
    for (const [path, query] of Object.entries(calls)) expect((await get(path, query, contactsSecret)).errcode).toBe(48002);
    bench = createBench({ wecom: { corpid, contactsSecret, agents: [], contactsAccess: 'full' } });
    expect((await get('user/get', { userid: 'lisi' }, contactsSecret)).mobile).toBe('13800000002');
  });

  it('changes departments under the rules of the tree', async () => {
    expect(await post('department/create', { name: '法务部', parentid: 1 })).toEqual({ errcode: 0, errmsg: 'created', id: 5 });
    const refused = async (body: unknown) => (await post('department/create', body)).errcode;
    expect(await refused({ name: '法务部', parentid: 1 })).toBe(60008);
    expect(await refused({ id: 2, name: '甲', parentid: 1 })).toBe(60008);
    expect(await refused({ name: '甲', parentid: 99 })).toBe(60124);
    expect(await refused({ name: '', parentid: 1 })).toBe(60001);
    expect(await refused({ name: '甲'.repeat(33), parentid: 1 })).toBe(60001);
    expect(await refused({ name: 'a:b', parentid: 1 })).toBe(60009);
    expect(await post('department/update', { id: 3, parentid: 4 })).toEqual({ errcode: 0, errmsg: 'updated' });
    expect((await post('department/update', { id: 4, parentid: 3 })).errcode).toBe(60010);
    expect((await post('department/update', { id: 99, name: '甲' })).errcode).toBe(60003);
    expect((await get('department/delete', { id: '3' }, contactsSecret)).errcode).toBe(60005);
    expect((await get('department/delete', { id: '1' }, contactsSecret)).errcode).toBe(60007);
    expect(await get('department/delete', { id: '5' }, contactsSecret)).toEqual({ errcode: 0, errmsg: 'deleted' });
  });

  it('ends the tree at fifteen levels', async () => {
    let parentid = 1;
    for (let level = 2; level <= 15; level++) {
      parentid = (await post('department/create', { name: `L${level}`, parentid })).id;
    }
    expect((await post('department/create', { name: 'L16', parentid })).errcode).toBe(81001);
    expect((await post('department/update', { id: 2, parentid })).errcode).toBe(81001);
  });

  it('changes members under the rules of the directory', async () => {
    const created = { userid: 'sunqi', name: '孙七', department: [3], mobile: '13800000007' };
    expect(await post('user/create', created)).toEqual({ errcode: 0, errmsg: 'created' });
    const refused = async (body: unknown) => (await post('user/create', body)).errcode;
    expect(await refused({ ...created, userid: 'SUNQI', mobile: '13800000008' })).toBe(60102);
    expect(await refused({ ...created, userid: 'zhouba' })).toBe(60104);
    expect(await refused({ ...created, userid: 'zhouba', mobile: 'x' })).toBe(60103);
    expect(await refused({ ...created, userid: 'zhouba', department: [99], mobile: '13800000008' })).toBe(60123);
    expect(await refused({ ...created, userid: 'zhouba', department: [], mobile: '13800000008' })).toBe(60127);
    expect(await refused({ userid: 'zhouba', name: '周八', department: [3] })).toBe(60129);
    expect(await refused({ ...created, userid: 'zhou ba' })).toBe(40003);
    expect(await post('user/update', { userid: 'sunqi', name: '孙琦', enable: 0 })).toEqual({ errcode: 0, errmsg: 'updated' });
    expect(await get('user/get', { userid: 'sunqi' })).toMatchObject({ name: '孙琦', status: 2, enable: 0, department: [3] });
    expect((await post('user/update', { userid: 'nobody' })).errcode).toBe(60111);
    expect(await get('user/delete', { userid: 'sunqi' }, contactsSecret)).toEqual({ errcode: 0, errmsg: 'deleted' });
    expect((await get('user/get', { userid: 'sunqi' })).errcode).toBe(60111);
  });

  it('alone may change anything', async () => {
    expect((await post('user/create', {}, portalSecret)).errcode).toBe(48002);
    expect((await get('user/delete', { userid: 'lisi' }, portalSecret)).errcode).toBe(48002);
  });

  it('leaves the file that it was loaded from as it was', async () => {
    await get('user/delete', { userid: 'wangwu' }, contactsSecret);
    await bench.admin('reset');
    expect((await get('user/get', { userid: 'wangwu' })).errcode).toBe(0);
    expect(company.users).toHaveLength(4);
  });
});
