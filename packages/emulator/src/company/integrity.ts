import type { CompanyFile } from './model.ts';

export const rootDepartment = 1;
export const maxDepartmentDepth = 15;

export interface IntegrityIssue {
  readonly path: readonly PropertyKey[];
  readonly problem: string;
}

/** The first thing in a well-formed company file that contradicts another part of it. */
export function findIntegrityIssue(file: CompanyFile): IntegrityIssue | undefined {
  return departmentIssue(file) ?? userIssue(file) ?? peopleIssue(file);
}

function departmentIssue(file: CompanyFile): IntegrityIssue | undefined {
  const parents = new Map<number, number>();
  const names = new Set<string>();
  for (const [index, department] of file.departments.entries()) {
    const path = ['departments', index];
    if (parents.has(department.id)) return { path: [...path, 'id'], problem: 'department id given twice' };
    const isRoot = department.id === rootDepartment;
    if (isRoot !== (department.parentid === 0)) {
      return { path: [...path, 'parentid'], problem: 'the root is department 1, and it alone has parentid 0' };
    }
    const name = JSON.stringify([department.parentid, department.name]);
    if (names.has(name)) return { path: [...path, 'name'], problem: 'two departments of one parent share a name' };
    names.add(name);
    parents.set(department.id, department.parentid);
  }
  if (!parents.has(rootDepartment)) return { path: ['departments'], problem: 'there is no root department (id 1)' };
  for (const [index, department] of file.departments.entries()) {
    if (!reachesRoot(department.id, parents)) {
      const problem = `its parents do not lead to the root within ${maxDepartmentDepth} levels`;
      return { path: ['departments', index, 'parentid'], problem };
    }
  }
  return undefined;
}

function reachesRoot(id: number, parents: ReadonlyMap<number, number>): boolean {
  let current = id;
  for (let level = 1; level <= maxDepartmentDepth; level++) {
    if (current === rootDepartment) return true;
    const parent = parents.get(current);
    if (parent === undefined) return false;
    current = parent;
  }
  return false;
}

function userIssue(file: CompanyFile): IntegrityIssue | undefined {
  const departments = new Set(file.departments.map((department) => department.id));
  const userids = new Set<string>();
  const mobiles = new Set<string>();
  for (const [index, user] of file.users.entries()) {
    const path = ['users', index];
    const id = user.userid.toLowerCase();
    if (userids.has(id)) return { path: [...path, 'userid'], problem: 'userid given twice (case does not count)' };
    userids.add(id);
    if (user.mobile !== undefined) {
      if (mobiles.has(user.mobile)) return { path: [...path, 'mobile'], problem: 'mobile given twice' };
      mobiles.add(user.mobile);
    }
    const unknown = user.department.findIndex((department) => !departments.has(department));
    if (unknown >= 0) return { path: [...path, 'department', unknown], problem: 'unknown department' };
    if (new Set(user.department).size !== user.department.length) {
      return { path: [...path, 'department'], problem: 'department given twice' };
    }
    for (const name of ['order', 'is_leader_in_dept'] as const) {
      if (user[name] && user[name].length !== user.department.length) {
        return { path: [...path, name], problem: 'needs one entry for each department' };
      }
    }
    if (user.main_department !== undefined && !user.department.includes(user.main_department)) {
      return { path: [...path, 'main_department'], problem: 'not one of the departments of the user' };
    }
  }
  for (const [index, user] of file.users.entries()) {
    const leader = user.direct_leader?.findIndex((other) => !userids.has(other.toLowerCase())) ?? -1;
    if (leader >= 0) return { path: ['users', index, 'direct_leader', leader], problem: 'unknown user' };
  }
  for (const [index, department] of file.departments.entries()) {
    const leaders = typeof department.leader === 'string' ? [department.leader] : (department.leader ?? []);
    if (leaders.some((leader) => !userids.has(leader.toLowerCase()))) {
      return { path: ['departments', index, 'leader'], problem: 'unknown user' };
    }
  }
  return undefined;
}

function peopleIssue(file: CompanyFile): IntegrityIssue | undefined {
  const userids = new Set(file.users.map((user) => user.userid.toLowerCase()));
  const seen = new Set<string>();
  const linked = new Set<string>();
  for (const [index, person] of (file.people ?? []).entries()) {
    const path = ['people', index];
    if (seen.has(person.id)) return { path: [...path, 'id'], problem: 'id given twice' };
    seen.add(person.id);
    const userid = person.userid?.toLowerCase();
    if (userid === undefined) continue;
    if (!userids.has(userid)) return { path: [...path, 'userid'], problem: 'unknown user' };
    if (linked.has(userid)) return { path: [...path, 'userid'], problem: 'two people are the same user' };
    linked.add(userid);
  }
  return undefined;
}
