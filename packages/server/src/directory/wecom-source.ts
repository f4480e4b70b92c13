import type { WecomClient, WecomUser } from '@menshen/wechat';
import type { Department, Person } from './model.ts';

/** A whole company as a source gives it. */
export interface DirectoryImage {
  readonly departments: readonly Department[];
  /** Without roles: those are given here, not at the source. */
  readonly people: readonly Omit<Person, 'roles'>[];
}

/** Reads a company from WeCom: the department tree, then the members of each department. Calls go one after the other, within WeCom's limits. */
export async function readWecom(client: WecomClient): Promise<DirectoryImage> {
  const departments = (await client.departmentList()).map((department) => ({
    id: String(department.id),
    name: department.name === '' ? String(department.id) : department.name,
    parent: department.parentId === 0 ? null : String(department.parentId),
    order: department.order,
  }));
  const people = new Map<string, Omit<Person, 'roles'>>();
  for (const department of departments) {
    for (const user of await client.userList(Number(department.id))) {
      // A person in two departments comes twice, each time with all of their departments.
      people.set(user.userid, toPerson(user));
    }
  }
  return { departments, people: [...people.values()] };
}

function toPerson(user: WecomUser): Omit<Person, 'roles'> {
  const main = user.mainDepartment;
  const departments = [...user.departments].sort((a, b) => Number(b === main) - Number(a === main)).map(String);
  return {
    uid: user.userid,
    name: user.name,
    kind: 'employee',
    departments,
    leads: user.leaderOf.map(String),
    position: user.position === undefined || user.position === '' ? null : user.position,
    phone: user.mobile === undefined || user.mobile === '' ? null : user.mobile,
    // Somebody who has not yet opened WeCom is a member all the same.
    status: user.status === 'disabled' ? 'disabled' : user.status === 'left' ? 'left' : 'active',
  };
}
