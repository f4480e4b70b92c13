import { ApiFailure } from '../api-failure.ts';
import { type MemberInput, readDepartmentInput, readMemberInput } from './input.ts';
import { maxDepartmentDepth, rootDepartment } from './integrity.ts';
import type { CompanyFile } from './model.ts';

export interface Department {
  readonly id: number;
  readonly name: string;
  readonly name_en: string;
  readonly department_leader: readonly string[];
  readonly parentid: number;
  readonly order: number;
}

/** A WeCom member with every field that user/get can show. */
export interface Member {
  readonly userid: string;
  readonly name: string;
  readonly english_name: string;
  readonly alias: string;
  readonly mobile: string;
  readonly department: readonly number[];
  readonly order: readonly number[];
  readonly position: string;
  readonly gender: string;
  readonly email: string;
  readonly biz_mail: string;
  readonly is_leader_in_dept: readonly number[];
  readonly direct_leader: readonly string[];
  readonly avatar: string;
  readonly telephone: string;
  readonly address: string;
  readonly main_department: number;
  readonly status: number;
}

export interface Changed<T> {
  readonly before: T;
  readonly after: T;
}

export interface Directory {
  departments(): readonly Department[];
  department(id: number): Department | undefined;
  /** Ids of the department and all below it. */
  subtree(id: number): ReadonlySet<number>;
  members(): readonly Member[];
  /** Case does not count. */
  member(userid: string): Member | undefined;
  /** Direct members. */
  membersOf(department: number): readonly Member[];
  createMember(input: unknown): Member;
  updateMember(input: unknown): Changed<Member>;
  deleteMember(userid: unknown): Member;
  createDepartment(input: unknown): Department;
  updateDepartment(input: unknown): Changed<Department>;
  deleteDepartment(id: unknown): Department;
}

const maxDepartments = 30_000;
const maxMembers = 100_000;

/**
 * The company's directory under WeCom's rules. What changes it throws ApiFailure with WeCom's errcode: 60102 userid exists,
 * 60104 mobile exists, 60111 unknown user, 60123 unknown department, 60008 department exists, 60010 cycle, 60124 bad parent ...
 */
export function createDirectory(file: CompanyFile): Directory {
  const departments = new Map<number, Department>();
  const members = new Map<string, Member>();
  const mobiles = new Map<string, string>();

  function storeMember(member: Member): Member {
    members.set(member.userid.toLowerCase(), member);
    if (member.mobile !== '') mobiles.set(member.mobile, member.userid.toLowerCase());
    return member;
  }

  function removeMember(member: Member): void {
    members.delete(member.userid.toLowerCase());
    mobiles.delete(member.mobile);
  }

  for (const { leader, ...department } of file.departments) {
    const department_leader = typeof leader === 'string' ? [leader] : (leader ?? []);
    departments.set(department.id, { name_en: '', order: 0, ...department, department_leader });
  }
  for (const user of file.users) storeMember(completeMember(user));

  function memberOf(userid: unknown): Member {
    const member = typeof userid === 'string' ? members.get(userid.toLowerCase()) : undefined;
    if (!member) throw new ApiFailure(60111);
    return member;
  }

  function checkReferences(member: Member, self: string | undefined): void {
    if (member.department.some((id) => !departments.has(id))) throw new ApiFailure(60123);
    if (member.direct_leader.some((leader) => !members.has(leader.toLowerCase()))) throw new ApiFailure(60111);
    const holder = mobiles.get(member.mobile);
    if (holder !== undefined && holder !== self) throw new ApiFailure(60104);
  }

  function depthOf(id: number): number {
    let depth = 1;
    for (let current = id; current !== rootDepartment; depth++) current = departments.get(current)?.parentid ?? rootDepartment;
    return depth;
  }

  function heightOf(id: number): number {
    let height = 1;
    for (const below of subtree(id)) height = Math.max(height, depthOf(below) - depthOf(id) + 1);
    return height;
  }

  function subtree(id: number): ReadonlySet<number> {
    const children = Map.groupBy(departments.values(), (department) => department.parentid);
    const found = new Set<number>(departments.has(id) ? [id] : []);
    for (const current of found) for (const child of children.get(current) ?? []) found.add(child.id);
    return found;
  }

  function checkDepartment(department: Department, height: number): void {
    const parent = departments.get(department.parentid);
    if (!parent) throw new ApiFailure(60124);
    if (depthOf(parent.id) + height > maxDepartmentDepth) throw new ApiFailure(81001);
    const isSibling = (other: Department) => other.parentid === parent.id && other.id !== department.id;
    if ([...departments.values()].some((other) => isSibling(other) && other.name === department.name))
      throw new ApiFailure(60008);
    if (department.department_leader.some((leader) => !members.has(leader.toLowerCase()))) throw new ApiFailure(60111);
  }

  return {
    departments: () => [...departments.values()],
    department: (id) => departments.get(id),
    subtree,
    members: () => [...members.values()],
    member: (userid) => members.get(userid.toLowerCase()),
    membersOf: (id) => [...members.values()].filter((member) => member.department.includes(id)),

    createMember(input) {
      const { new_userid: _, ...fields } = readMemberInput(input);
      if (fields.name === undefined) throw new ApiFailure(40063);
      if (fields.department === undefined) throw new ApiFailure(60127);
      if (!fields.mobile && !fields.email) throw new ApiFailure(60129);
      if (members.has(fields.userid.toLowerCase())) throw new ApiFailure(60102);
      if (members.size >= maxMembers) throw new ApiFailure(45009);
      const member = completeMember({ status: 4, ...fields, name: fields.name, department: fields.department });
      checkReferences(member, undefined);
      return storeMember(member);
    },

    updateMember(input) {
      const fields = readMemberInput(input);
      const before = memberOf(fields.userid);
      const after = mergeMember(before, fields);
      checkReferences(after, before.userid.toLowerCase());
      const renamed = after.userid.toLowerCase() !== before.userid.toLowerCase();
      if (renamed && members.has(after.userid.toLowerCase())) throw new ApiFailure(60102);
      removeMember(before);
      return { before, after: storeMember(after) };
    },

    deleteMember(userid) {
      const member = memberOf(userid);
      removeMember(member);
      return member;
    },

    createDepartment(input) {
      const { id, name, parentid, ...rest } = readDepartmentInput(input);
      if (name === undefined) throw new ApiFailure(60001);
      if (parentid === undefined) throw new ApiFailure(60124);
      if (departments.size >= maxDepartments) throw new ApiFailure(81001);
      if (id !== undefined && departments.has(id)) throw new ApiFailure(60008);
      const next = id ?? Math.max(...departments.keys()) + 1;
      const department: Department = { name_en: '', order: 0, department_leader: [], ...rest, id: next, name, parentid };
      checkDepartment(department, 1);
      departments.set(next, department);
      return department;
    },

    updateDepartment(input) {
      const fields = readDepartmentInput(input);
      const before = fields.id === undefined ? undefined : departments.get(fields.id);
      if (!before) throw new ApiFailure(60003);
      const after: Department = { ...before, ...fields, id: before.id };
      if (before.id === rootDepartment) {
        if (after.parentid !== before.parentid) throw new ApiFailure(60124);
      } else {
        if (subtree(before.id).has(after.parentid)) throw new ApiFailure(60010);
        checkDepartment(after, heightOf(before.id));
      }
      departments.set(after.id, after);
      return { before, after };
    },

    deleteDepartment(id) {
      const department = typeof id === 'number' ? departments.get(id) : undefined;
      if (!department) throw new ApiFailure(60003);
      if (department.id === rootDepartment) throw new ApiFailure(60007);
      if ([...members.values()].some((member) => member.department.includes(department.id))) throw new ApiFailure(60005);
      if ([...departments.values()].some((other) => other.parentid === department.id)) throw new ApiFailure(60006);
      departments.delete(department.id);
      return department;
    },
  };
}

/** A member's fields with those that every member has. */
type CompleteInput = Omit<MemberInput, 'new_userid' | 'name' | 'department'> & {
  readonly name: string;
  readonly department: readonly number[];
};

function completeMember(user: CompleteInput): Member {
  return {
    english_name: '',
    alias: '',
    mobile: '',
    order: user.department.map(() => 0),
    position: '',
    gender: '0',
    email: '',
    biz_mail: '',
    is_leader_in_dept: user.department.map(() => 0),
    direct_leader: [],
    avatar: '',
    telephone: '',
    address: '',
    main_department: user.department[0] ?? rootDepartment,
    status: 1,
    ...user,
  };
}

/** Fields given replace, fields absent stay; a new list of departments resets what is ranked by department. */
function mergeMember(before: Member, fields: MemberInput): Member {
  const { new_userid, userid: _, ...given } = fields;
  const department = fields.department ?? before.department;
  const moved = fields.department !== undefined;
  const defaults = {
    order: department.map(() => 0),
    is_leader_in_dept: department.map(() => 0),
    main_department: department.includes(before.main_department) ? before.main_department : (department[0] ?? rootDepartment),
  };
  const after: Member = { ...before, ...(moved ? defaults : {}), ...given, department, userid: new_userid ?? before.userid };
  const lists = [after.order, after.is_leader_in_dept];
  if (lists.some((list) => list.length !== department.length)) throw new ApiFailure(40058);
  if (!department.includes(after.main_department)) throw new ApiFailure(60123);
  return after;
}
