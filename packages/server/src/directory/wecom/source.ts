import { WechatApiError, type WecomClient, type WecomDepartmentId, type WecomUser } from '@menshen/wechat';
import { type SourceDepartment, type SourceImage, type SourcePerson, wecomSource } from '../model.ts';
import type { OneAnswer, Source } from '../sources.ts';

/** Not allowed to this credential: contact helpers configured since 2022-08-15 may list ids only. */
const notForThisCredential = new Set([48002, 60011, 60020]);
/** The department or member is gone. */
const departmentGone = 60003;
const memberGone = new Set([60111, 46004]);
/** Outside the visible range of the app. */
const notVisible = new Set([60011, 48002, 50002]);

export interface WecomClients {
  /** With the contact secret, which sees the whole company; new ones may list ids only. Null where none is configured. */
  readonly contacts: WecomClient | null;
  /** With the app's own secret, which shows names and details within the app's visible range. */
  readonly app: WecomClient;
}

const codeOf = (error: unknown): number | null => (error instanceof WechatApiError ? error.errcode : null);

/**
 * WeCom as a source. The truth about who and what exists is the id lists of the contact secret; names and details are filled in from what the
 * app may see. Departments and people outside its range are known by id alone and get their names when these become visible.
 */
export function createWecomSource(clients: WecomClients): Source {
  return {
    id: wecomSource,
    kind: 'wecom',
    read: () => readWecom(clients),
    readOne: (userid) => readMember(clients, userid),
  };
}

/** Reads the whole company. Calls go one after the other, within WeCom's limits; any that fails ends the reading. */
export async function readWecom({ contacts, app }: WecomClients): Promise<SourceImage> {
  if (contacts === null) return await readDetails(app, await departmentsOf(app));
  try {
    return await readDetails(contacts, await departmentsOf(contacts));
  } catch (error) {
    if (!notForThisCredential.has(codeOf(error) ?? 0)) throw error;
  }
  let ids: readonly WecomDepartmentId[];
  const memberships = new Map<string, string[]>();
  try {
    ids = await contacts.departmentIds();
    for await (const { userid, departmentId } of contacts.userIdList())
      memberships.set(userid, [...(memberships.get(userid) ?? []), String(departmentId)]);
  } catch (error) {
    // An older helper, or one that this address may not use: the app's range is then all that is known of the company.
    if (!notForThisCredential.has(codeOf(error) ?? 0)) throw error;
    return await readDetails(app, await departmentsOf(app));
  }
  const visible = await readDetails(app, await departmentsOf(app));
  return combine(ids, memberships, visible);
}

/** The ids say what exists; the details say what it is called. */
function combine(
  ids: readonly WecomDepartmentId[],
  memberships: ReadonlyMap<string, readonly string[]>,
  visible: SourceImage,
): SourceImage {
  const names = new Map(visible.departments.map((department) => [department.id, department.name]));
  // The two lists may spell a userid differently: WeCom compares without regard to case.
  const details = new Map(visible.people.map((person) => [person.key.toLowerCase(), person]));
  return {
    departments: ids.map((department) => ({ ...placeOf(department), name: names.get(String(department.id)) ?? null })),
    people: [...memberships].map(([userid, departments]) => {
      const detail = details.get(userid.toLowerCase());
      // The main department first, where it is known; the list of ids is the newer word on membership.
      const main = detail?.departments?.[0];
      const ordered = [...departments].sort((a, b) => Number(b === main) - Number(a === main));
      return detail === undefined ? bareMember(userid, ordered) : { ...detail, departments: ordered };
    }),
  };
}

async function departmentsOf(client: WecomClient): Promise<readonly SourceDepartment[]> {
  return (await client.departmentList()).map((department) => ({
    ...placeOf(department),
    name: department.name === '' ? null : department.name,
  }));
}

function placeOf({ id, parentId, order }: WecomDepartmentId): Omit<SourceDepartment, 'name'> {
  return { id: String(id), parent: parentId === 0 ? null : String(parentId), order };
}

/** Members of each department that the client may see. One that was deleted since it was listed is left out, with nobody in it. */
async function readDetails(client: WecomClient, departments: readonly SourceDepartment[]): Promise<SourceImage> {
  const people = new Map<string, SourcePerson>();
  const standing: SourceDepartment[] = [];
  for (const department of departments) {
    let users: readonly WecomUser[];
    try {
      users = await client.userList(Number(department.id));
    } catch (error) {
      if (codeOf(error) !== departmentGone) throw error;
      continue;
    }
    standing.push(department);
    // A person in two departments comes twice, each time with all of their departments.
    for (const user of users) people.set(user.userid, toPerson(user));
  }
  return { departments: standing, people: [...people.values()] };
}

/** Reads one member after a callback. What the callback says is a hint: whether somebody is gone is asked for. */
async function readMember({ contacts, app }: WecomClients, userid: string): Promise<OneAnswer> {
  for (const client of [app, contacts]) {
    if (client === null) continue;
    try {
      return { person: toPerson(await client.userGet(userid)) };
    } catch (error) {
      const code = codeOf(error) ?? 0;
      if (memberGone.has(code)) return 'gone';
      if (!notVisible.has(code)) throw error;
    }
  }
  return 'unknown';
}

function bareMember(userid: string, departments: readonly string[]): SourcePerson {
  const unknown = { name: null, leads: null, position: null, phone: null, email: null, number: null };
  return { key: userid, uid: userid, kind: 'employee', ...unknown, departments, roles: [], status: null };
}

/** Absent contact details say that this app may not see them, not that there are none. */
function toPerson(user: WecomUser): SourcePerson {
  const main = user.mainDepartment;
  const departments = [...user.departments].sort((a, b) => Number(b === main) - Number(a === main)).map(String);
  return {
    key: user.userid,
    uid: user.userid,
    kind: 'employee',
    name: user.name === '' ? null : user.name,
    departments,
    leads: user.leaderOf.map(String),
    position: user.position ?? null,
    phone: user.mobile === undefined || user.mobile === '' ? null : user.mobile,
    email: [user.bizMail, user.email].find((address) => address !== undefined && address !== '') ?? null,
    number: null,
    roles: [],
    // Somebody who has not yet opened WeCom is a member all the same.
    status: user.status === 'disabled' ? 'disabled' : user.status === 'left' ? 'left' : 'active',
  };
}
