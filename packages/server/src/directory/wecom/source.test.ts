import { randomBytes } from 'node:crypto';
import { createEmulator, createEmulatorFetch, type EmulatorOptions } from '@menshen/emulator';
import { createWecomClient } from '@menshen/wechat';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SourceImage } from '../model.ts';
import { createWecomSource, readWecom, type WecomClients } from './source.ts';

const base = {
  corp: { name: '测试公司' },
  departments: [
    { id: 1, name: '总部', parentid: 0 },
    { id: 2, name: '研发', parentid: 1 },
    { id: 3, name: '研发一组', parentid: 2 },
    { id: 4, name: '财务', parentid: 1 },
  ],
  users: [
    {
      userid: 'boss',
      name: '王总',
      mobile: '19900000001',
      department: [1, 2],
      main_department: 2,
      is_leader_in_dept: [0, 1] as (0 | 1)[],
    },
    { userid: 'zhang', name: '张三', mobile: '19900000002', department: [3], position: '工程师' },
    { userid: 'li', name: '李四', mobile: '19900000003', department: [4] },
    { userid: 'off', name: '停用', department: [4], status: 2 as const },
    { userid: 'out', name: '退出', department: [4], status: 5 as const },
    { userid: 'idle', name: '未激活', department: [4], status: 4 as const },
  ],
};

interface Company {
  readonly clients: WecomClients;
  admin(path: string, body: unknown): Promise<void>;
}

function company(wecom: Partial<NonNullable<EmulatorOptions['wecom']>> = {}, withContacts = true): Company {
  const emulator = createEmulator({
    people: base,
    wechatApps: [],
    wecom: {
      corpid: 'wwtest',
      agents: [{ agentid: 1000002, secret: 'agent-secret' }],
      contactsSecret: 'contacts-secret',
      ...wecom,
    },
    clock: () => 1_767_225_600_000,
    random: randomBytes,
    fetch: () => Promise.reject(new Error('no callbacks here')),
  });
  const reach = createEmulatorFetch(emulator);
  const client = (secret: string) =>
    createWecomClient({
      fetch: (url, init) => reach(url, init),
      clock: () => 1_767_225_600_000,
      random: (size) => new Uint8Array(size),
      sleep: async () => undefined,
      corpid: 'wwtest',
      secret,
      agentid: 1000002,
    });
  return {
    clients: { contacts: withContacts ? client('contacts-secret') : null, app: client('agent-secret') },
    async admin(path, body) {
      const answer = await reach(`http://localhost/_emulator/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
  };
}

const person = (image: SourceImage, key: string) => image.people.find((one) => one.key === key);
const department = (image: SourceImage, id: string) => image.departments.find((one) => one.id === id);

describe.each([
  ['a contact secret that may list ids only', { contactsAccess: 'ids' as const }, true],
  ['a contact secret of before 2022-08-15', { contactsAccess: 'full' as const }, true],
  ['no contact secret', {}, false],
])('with %s', (_name, wecom, withContacts) => {
  it('reads the whole company, main department first, with names and states', async () => {
    const image = await readWecom(company(wecom, withContacts).clients);
    expect(image.departments.map(({ id, name, parent }) => [id, name, parent])).toEqual([
      ['1', '总部', null],
      ['2', '研发', '1'],
      ['3', '研发一组', '2'],
      ['4', '财务', '1'],
    ]);
    expect(image.people).toHaveLength(6);
    expect(person(image, 'boss')).toMatchObject({ name: '王总', departments: ['2', '1'], leads: ['2'], status: 'active' });
    expect(person(image, 'zhang')).toMatchObject({ position: '工程师' });
    expect(['off', 'out', 'idle'].map((key) => person(image, key)?.status)).toEqual(['disabled', 'left', 'active']);
  });
});

describe('what an app may see', () => {
  it('a new app sees no phone number: that says nothing of the number', async () => {
    const image = await readWecom(company().clients);
    expect(person(image, 'zhang')?.phone).toBeNull();
    const old = company({ agents: [{ agentid: 1000002, secret: 'agent-secret', sensitiveFields: true }] });
    expect(person(await readWecom(old.clients), 'zhang')?.phone).toBe('19900000002');
  });
  it('departments and people outside its range are known by id, without name, and stay in their place', async () => {
    const scoped = company({ agents: [{ agentid: 1000002, secret: 'agent-secret', scope: { departments: [2] } }] });
    const image = await readWecom(scoped.clients);
    expect(image.departments.map(({ id, name, parent }) => [id, name, parent])).toEqual([
      ['1', null, null],
      ['2', '研发', '1'],
      ['3', '研发一组', '2'],
      ['4', null, '1'],
    ]);
    expect(person(image, 'li')).toMatchObject({ name: null, departments: ['4'], status: null, phone: null });
    expect(person(image, 'zhang')).toMatchObject({ name: '张三' });
    expect(image.people).toHaveLength(6);
  });
  it('without a contact secret its range is all there is', async () => {
    const scoped = company({ agents: [{ agentid: 1000002, secret: 'agent-secret', scope: { departments: [3] } }] }, false);
    const image = await readWecom(scoped.clients);
    expect(image.people.map((one) => one.key)).toEqual(['zhang']);
    expect(department(image, '3')?.parent).toBe('2');
  });
});

describe('changes of the company', () => {
  let corp: Company;
  beforeEach(() => {
    corp = company();
  });
  it('a department moves, and another is renamed: found by id', async () => {
    await corp.admin('contacts', { change: 'update_party', department: { id: 3, parentid: 4 } });
    await corp.admin('contacts', { change: 'update_party', department: { id: 2, name: '技术中心' } });
    const image = await readWecom(corp.clients);
    expect(department(image, '3')?.parent).toBe('4');
    expect(department(image, '2')?.name).toBe('技术中心');
  });
  it('a department that is deleted while it is being read is left out, and its people with it', async () => {
    await corp.admin('faults', { kind: 'errcode', errcode: 60003, path: '/cgi-bin/user/list', count: 1 });
    const image = await readWecom({ contacts: null, app: corp.clients.app });
    expect(image.departments.map((one) => one.id)).toEqual(['2', '3', '4']);
  });
});

describe('a failure on the way', () => {
  it.each([
    '/cgi-bin/department/list',
    '/cgi-bin/user/list',
    '/cgi-bin/department/simplelist',
    '/cgi-bin/user/list_id',
    '/cgi-bin/gettoken',
  ])('in %s ends the reading: there is no part of an answer', async (path) => {
    const corp = company();
    await corp.admin('faults', { kind: 'errcode', errcode: 45009, path });
    await expect(readWecom(corp.clients)).rejects.toMatchObject({ errcode: 45009 });
  });
  it('half-way through the departments, too', async () => {
    const corp = company();
    let calls = 0;
    const app: WecomClients['app'] = {
      ...corp.clients.app,
      userList: (id) => {
        calls += 1;
        return calls < 3 ? corp.clients.app.userList(id) : Promise.reject(new TypeError('cut off'));
      },
    };
    await expect(readWecom({ contacts: corp.clients.contacts, app })).rejects.toThrow('cut off');
  });
});

describe('one person after a callback', () => {
  it('is read by id, gone when WeCom says so, and left to the whole run outside the range', async () => {
    const corp = company({ agents: [{ agentid: 1000002, secret: 'agent-secret', scope: { departments: [2] } }] });
    const source = createWecomSource(corp.clients);
    expect(await source.readOne?.('zhang')).toMatchObject({ person: { key: 'zhang', status: 'active' } });
    expect(await source.readOne?.('nobody')).toBe('gone');
    expect(await source.readOne?.('li')).toBe('unknown');
    await corp.admin('contacts', { change: 'delete_user', userid: 'zhang' });
    expect(await source.readOne?.('zhang')).toBe('gone');
    await corp.admin('faults', { kind: 'errcode', errcode: -1, path: '/cgi-bin/user/get' });
    await expect(source.readOne?.('boss')).rejects.toMatchObject({ errcode: -1 });
  });
});
