import { EntityRef, entityKey } from '@menshen/policy';
import { describe, expect, it } from 'vitest';
import type { Department, Person } from './model.ts';
import { DirectorySnapshot, departmentType, emptyDirectory, roleType, userType } from './snapshot.ts';

const department = (id: string, parent: string | null, name = `name ${id}`): Department => ({
  id,
  name,
  parent,
  order: 0,
  source: 'wecom',
});
const person = (uid: string, more: Partial<Person> = {}): Person => ({
  uid,
  name: uid,
  kind: 'employee',
  departments: [],
  leads: [],
  position: null,
  phone: null,
  email: null,
  number: null,
  roles: [],
  sourceRoles: [],
  status: 'active',
  sourceStatus: 'active',
  blocked: false,
  source: 'wecom',
  ...more,
});
const tree = [
  department('1', null, '总部'),
  department('2', '1', '财务'),
  department('3', '2', '出纳'),
  department('4', '1', '人事'),
];
const keys = (type: string, ...ids: string[]): string[] => ids.map((id) => entityKey(type, id));

describe('the department tree', () => {
  const snapshot = new DirectorySnapshot(tree, [], 1);
  it('is followed upwards, nearest first, and named downwards', () => {
    expect(snapshot.chain('3')).toEqual(['3', '2', '1']);
    expect(snapshot.path('3')).toEqual(['总部', '财务', '出纳']);
    expect(snapshot.chain('1')).toEqual(['1']);
    expect(snapshot.chain('3')).toBe(snapshot.chain('3'));
  });
  it('an unknown department has no chain, and a chain ends at an unknown parent', () => {
    expect(snapshot.chain('9')).toEqual([]);
    expect(snapshot.path('9')).toEqual([]);
    expect(new DirectorySnapshot([department('a', 'gone')], [], 1).chain('a')).toEqual(['a']);
  });
  it('a cycle ends, and so does a department above itself', () => {
    const cyclic = new DirectorySnapshot(
      [department('a', 'b'), department('b', 'c'), department('c', 'a'), department('d', 'd')],
      [],
      1,
    );
    expect(cyclic.chain('a')).toEqual(['a', 'b', 'c']);
    expect(cyclic.chain('c')).toEqual(['c', 'a', 'b']);
    expect(cyclic.chain('d')).toEqual(['d']);
    expect(cyclic.get(departmentType, 'd')?.ancestors).toEqual(new Set());
  });
  it('is followed 32 levels and no deeper', () => {
    const deep = Array.from({ length: 100 }, (_, at) => department(String(at), at === 0 ? null : String(at - 1)));
    expect(new DirectorySnapshot(deep, [], 1).chain('99')).toHaveLength(32);
  });
});

describe('entities for policies', () => {
  const snapshot = new DirectorySnapshot(
    tree,
    [
      person('u1', { departments: ['3', '4'], leads: ['4'], roles: ['approver'], position: '会计', phone: '13800138000' }),
      person('u2', { departments: ['gone'] }),
      person('off', { status: 'disabled', roles: ['approver'] }),
      person('left', { status: 'left' }),
    ],
    7,
  );
  it('a person is in their departments, in all above, and in their roles', () => {
    const entity = snapshot.get(userType, 'u1');
    expect(entity).toMatchObject({ type: userType, id: 'u1' });
    expect([...(entity?.ancestors ?? [])].sort()).toEqual(
      [...keys(departmentType, '1', '2', '3', '4'), ...keys(roleType, 'approver')].sort(),
    );
    expect(entity?.attrs).toEqual({
      uid: 'u1',
      kind: 'employee',
      position: '会计',
      departments: [new EntityRef(departmentType, '3'), new EntityRef(departmentType, '4')],
      leads: [new EntityRef(departmentType, '4')],
      scopes: {},
    });
  });
  it('hands neither telephone nor name to policies', () => {
    expect(JSON.stringify(snapshot.get(userType, 'u1'))).not.toContain('13800138000');
    expect(snapshot.get(userType, 'u1')?.attrs).not.toHaveProperty('name');
  });
  it('a missing position is a missing attribute', () => {
    expect(snapshot.get(userType, 'u2')?.attrs).not.toHaveProperty('position');
    expect(snapshot.get(userType, 'u2')?.ancestors).toEqual(new Set());
  });
  it('who is disabled, has left or is unknown does not exist', () => {
    for (const uid of ['off', 'left', 'nobody', '', '__proto__']) expect(snapshot.get(userType, uid), uid).toBeUndefined();
    expect(snapshot.person('off')?.status).toBe('disabled');
  });
  it('a department is in those above, not in itself', () => {
    expect(snapshot.get(departmentType, '3')).toEqual({
      type: departmentType,
      id: '3',
      attrs: { name: '出纳' },
      ancestors: new Set(keys(departmentType, '2', '1')),
    });
    expect(snapshot.get(departmentType, '9')).toBeUndefined();
  });
  it('a role is itself, and nothing of another type is known', () => {
    expect(snapshot.get(roleType, 'approver')).toEqual({ type: roleType, id: 'approver', attrs: {}, ancestors: new Set() });
    expect(snapshot.get('Portal::Order', '1')).toBeUndefined();
  });
  it('people and departments are made once', () => {
    expect(snapshot.get(userType, 'u1')).toBe(snapshot.get(userType, 'u1'));
    expect(snapshot.get(departmentType, '3')).toBe(snapshot.get(departmentType, '3'));
  });
  it('keeps nothing for ids that a request made up', () => {
    expect(snapshot.get(roleType, 'x')).not.toBe(snapshot.get(roleType, 'x'));
    expect(snapshot.chain('x')).not.toBe(snapshot.chain('x'));
  });
  it('has the version that it was made with', () => {
    expect([snapshot.version, emptyDirectory.version, emptyDirectory.people.size]).toEqual([7, 0, 0]);
  });
});
