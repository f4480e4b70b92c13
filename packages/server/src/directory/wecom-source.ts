import { WechatApiError, type WecomClient, type WecomUser } from '@menshen/wechat';
import type { Department, Person } from './model.ts';

/** A whole company as a source gives it. */
export interface DirectoryImage {
  readonly departments: readonly Department[];
  /** Without roles: those are given here, not at the source. */
  readonly people: readonly Omit<Person, 'roles'>[];
}

/** Not allowed to this credential: contact helpers configured since 2022-08-15 may list ids only. */
const notForThisCredential = new Set([48002, 60011, 60020]);

/** Reads the company with the first credential that may. */
export async function readDirectory(clients: readonly WecomClient[]): Promise<DirectoryImage> {
  for (const [at, client] of clients.entries()) {
    try {
      return await readWecom(client);
    } catch (error) {
      const other = at + 1 < clients.length && error instanceof WechatApiError && notForThisCredential.has(error.errcode);
      if (!other) throw error;
    }
  }
  throw new RangeError('no credential to read the directory with');
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
