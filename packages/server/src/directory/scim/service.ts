import type { DirectoryConfig } from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { Also, Changes } from '../changes.ts';
import { customerForm, type SourceDepartment, type SourcePerson, scimSource, uidForm } from '../model.ts';
import { ScimError } from './errors.ts';
import { applyPatch } from './patch.ts';
import { etagOf, type Meta, readGroup, readUser, type ScimGroup, type ScimUser, showGroup, showUser } from './resource.ts';
import { type Kind, ScimRace, type ScimStore, type Stored } from './store.ts';

export interface ScimParts {
  readonly store: ScimStore;
  readonly changes: Changes;
  readonly audit: Audit;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
  readonly settings: () => DirectoryConfig['scim'];
}

/** What a call asks of the version that it changes; null without `If-Match`. */
export type IfMatch = string | null;

const attempts = 5;
const roleForm = /^[a-z][a-z0-9_-]{0,39}$/;

/** Role that a group stands for: its name in small letters with hyphens for spaces. */
export function roleOf(displayName: string): string | null {
  const role = displayName.trim().toLowerCase().replace(/\s+/g, '-');
  return roleForm.test(role) ? role : null;
}

/** Users and groups that an identity provider writes: kept as written, and handed to the directory in the same transaction. */
export function createScimService(parts: ScimParts) {
  const { store, changes, audit, clock } = parts;
  const newId = (): string => Buffer.from(parts.random(16)).toString('hex');
  const asRoles = (): boolean => parts.settings().groups === 'roles';

  /** `mine`: the groups that the person is in. */
  const personOf = ({ meta, value }: Stored<ScimUser>, mine: readonly Stored<ScimGroup>[]): SourcePerson => {
    const { name } = value;
    const composed = [name?.familyName, name?.givenName].filter((part) => part !== undefined).join('');
    return {
      key: meta.id,
      uid: value.userName,
      kind: parts.settings().kind,
      name: value.displayName ?? name?.formatted ?? (composed === '' ? value.userName : composed),
      departments: asRoles() ? null : mine.map((group) => departmentId(group.meta.id)),
      leads: asRoles() ? null : [],
      position: value.title ?? '',
      phone: best(value.phoneNumbers, 'mobile'),
      email: best(value.emails, 'work'),
      number: value.employeeNumber ?? '',
      roles: asRoles() ? mine.flatMap((group) => roleOf(group.value.displayName) ?? []) : [],
      status: value.active ? 'active' : 'disabled',
    };
  };
  const departmentOf = (group: Stored<ScimGroup>, groups: readonly Stored<ScimGroup>[]): SourceDepartment => {
    // A group inside another is below it.
    const above = groups.find((other) => other.meta.id !== group.meta.id && other.value.members.includes(group.meta.id));
    return {
      id: departmentId(group.meta.id),
      name: group.value.displayName,
      parent: above === undefined ? null : departmentId(above.meta.id),
      order: 0,
    };
  };

  const apply = async (
    image: { people: readonly SourcePerson[]; departments: readonly SourceDepartment[] },
    gone: { people?: readonly string[]; departments?: readonly string[] },
    act: { activity: 'create' | 'update' | 'delete'; kind: Kind; id: string },
    by: string,
    also: Also,
  ): Promise<void> => {
    const input = {
      kind: 'partial',
      source: scimSource,
      image,
      gone: gone.people ?? [],
      goneDepartments: gone.departments ?? [],
    } as const;
    const [conflict] = (await changes.plan(input)).conflicts;
    if (conflict !== undefined)
      throw new ScimError(conflict.reason.startsWith('uid_') && conflict.reason !== 'uid_taken' ? 'invalidValue' : 'uniqueness');
    await audit.act(by, { activity: act.activity, entity: `scim ${act.kind}`, detail: { id: act.id } }, () =>
      changes.apply(input, by, also),
    );
  };

  const checkUser = async (user: ScimUser, id: string): Promise<void> => {
    if (!uidForm.test(user.userName) || customerForm.test(user.userName)) throw new ScimError('invalidValue');
    if (await store.taken('user', user.userName, id)) throw new ScimError('uniqueness');
  };
  const checkGroup = async (group: ScimGroup, id: string): Promise<void> => {
    if (asRoles() && roleOf(group.displayName) === null) throw new ScimError('invalidValue');
    if (await store.taken('group', group.displayName, id)) throw new ScimError('uniqueness');
  };

  /** Reads, changes and writes a resource; again when another call was faster, unless the caller named the version that it means. */
  const change = async <T, R>(
    read: () => Promise<Stored<T> | null>,
    ifMatch: IfMatch,
    work: (stored: Stored<T>) => Promise<R>,
  ): Promise<R> => {
    for (let attempt = 1; ; attempt += 1) {
      const stored = await read();
      if (stored === null) throw new ScimError('notFound');
      if (ifMatch !== null && ifMatch !== '*' && !ifMatch.split(',').some((one) => one.trim() === etagOf(stored.meta.version)))
        throw new ScimError('preconditionFailed');
      try {
        return await work(stored);
      } catch (error) {
        if (!(error instanceof ScimRace)) throw error;
        if (ifMatch !== null || attempt === attempts) throw new ScimError('preconditionFailed');
      }
    }
  };
  const groupsWith = async (id: string): Promise<Stored<ScimGroup>[]> =>
    (await store.groups()).filter((group) => group.value.members.includes(id));
  const next = ({ meta }: Stored<unknown>): Meta => ({ ...meta, version: meta.version + 1, modified: clock() });

  const writeUser = async (stored: Stored<ScimUser>, value: ScimUser, by: string): Promise<Stored<ScimUser>> => {
    await checkUser(value, stored.meta.id);
    const after = { meta: next(stored), value };
    const people = [personOf(after, await groupsWith(after.meta.id))];
    await apply({ people, departments: [] }, {}, { activity: 'update', kind: 'user', id: after.meta.id }, by, (tx) =>
      store.put(tx, after.meta, value.userName, value),
    );
    return after;
  };

  /** The people whose groups change with a group, as they are then. */
  const membersAfter = async (ids: ReadonlySet<string>, groups: readonly Stored<ScimGroup>[]): Promise<SourcePerson[]> => {
    const of = new Map<string, Stored<ScimGroup>[]>([...ids].map((id) => [id, []]));
    for (const group of groups) for (const id of group.value.members) of.get(id)?.push(group);
    return (await store.usersOf([...ids])).map((user) => personOf(user, of.get(user.meta.id) ?? []));
  };
  const writeGroup = async (stored: Stored<ScimGroup>, value: ScimGroup, by: string): Promise<Stored<ScimGroup>> => {
    await checkGroup(value, stored.meta.id);
    const after = { meta: next(stored), value };
    const groups = (await store.groups()).map((group) => (group.meta.id === after.meta.id ? after : group));
    const renamed = asRoles() && value.displayName !== stored.value.displayName;
    const touched = renamed
      ? new Set([...stored.value.members, ...value.members])
      : differing(stored.value.members, value.members);
    const departments = asRoles()
      ? []
      : groups.filter((group) => group === after || touched.has(group.meta.id)).map((group) => departmentOf(group, groups));
    await apply(
      { people: await membersAfter(touched, groups), departments },
      {},
      { activity: 'update', kind: 'group', id: after.meta.id },
      by,
      (tx) => store.put(tx, after.meta, value.displayName, value),
    );
    return after;
  };
  const shownUser = async (user: Stored<ScimUser>, base: string) =>
    showUser(user.value, user.meta, await groupsOf(user.meta.id), base);
  const groupsOf = async (id: string) =>
    (await groupsWith(id)).map((group) => ({ id: group.meta.id, displayName: group.value.displayName }));

  return {
    store,
    groupsOf,
    async createUser(body: unknown, by: string): Promise<Stored<ScimUser>> {
      const value = readUser(body);
      const now = clock();
      const made = { meta: { id: newId(), version: 1, created: now, modified: now }, value };
      await checkUser(value, made.meta.id);
      await apply(
        { people: [personOf(made, [])], departments: [] },
        {},
        { activity: 'create', kind: 'user', id: made.meta.id },
        by,
        (tx) => store.add(tx, 'user', made.meta, value.userName, value),
      );
      return made;
    },
    replaceUser: (id: string, body: unknown, ifMatch: IfMatch, by: string) =>
      change(
        () => store.user(id),
        ifMatch,
        (stored) => writeUser(stored, readUser(body), by),
      ),
    patchUser: (id: string, body: unknown, ifMatch: IfMatch, by: string) =>
      change(
        () => store.user(id),
        ifMatch,
        async (stored) => writeUser(stored, readUser(applyPatch(await shownUser(stored, ''), body)), by),
      ),
    deleteUser: (id: string, ifMatch: IfMatch, by: string) =>
      change(
        () => store.user(id),
        ifMatch,
        (stored) =>
          apply({ people: [], departments: [] }, { people: [id] }, { activity: 'delete', kind: 'user', id }, by, (tx) =>
            store.remove(tx, stored.meta),
          ),
      ),
    async createGroup(body: unknown, by: string): Promise<Stored<ScimGroup>> {
      const value = readGroup(body);
      const now = clock();
      const made = { meta: { id: newId(), version: 1, created: now, modified: now }, value };
      await checkGroup(value, made.meta.id);
      const groups = [...(await store.groups()), made];
      const departments = asRoles()
        ? []
        : groups
            .filter((group) => group === made || value.members.includes(group.meta.id))
            .map((group) => departmentOf(group, groups));
      await apply(
        { people: await membersAfter(new Set(value.members), groups), departments },
        {},
        { activity: 'create', kind: 'group', id: made.meta.id },
        by,
        (tx) => store.add(tx, 'group', made.meta, value.displayName, value),
      );
      return made;
    },
    replaceGroup: (id: string, body: unknown, ifMatch: IfMatch, by: string) =>
      change(
        () => store.group(id),
        ifMatch,
        (stored) => writeGroup(stored, readGroup(body), by),
      ),
    patchGroup: (id: string, body: unknown, ifMatch: IfMatch, by: string) =>
      change(
        () => store.group(id),
        ifMatch,
        (stored) => writeGroup(stored, readGroup(applyPatch(showGroup(stored.value, stored.meta, ''), body)), by),
      ),
    deleteGroup: (id: string, ifMatch: IfMatch, by: string) =>
      change(
        () => store.group(id),
        ifMatch,
        async (stored) => {
          const groups = (await store.groups()).filter((group) => group.meta.id !== id);
          const people = await membersAfter(new Set(stored.value.members), groups);
          const departments = asRoles()
            ? []
            : groups.filter((group) => stored.value.members.includes(group.meta.id)).map((group) => departmentOf(group, groups));
          await apply(
            { people, departments },
            { departments: [departmentId(id)] },
            { activity: 'delete', kind: 'group', id },
            by,
            (tx) => store.remove(tx, stored.meta),
          );
        },
      ),
  };
}

export type ScimService = ReturnType<typeof createScimService>;

const departmentId = (id: string): string => `${scimSource}:${id}`;

/** What only one of two lists holds. */
function differing(a: readonly string[], b: readonly string[]): ReadonlySet<string> {
  const [left, right] = [new Set(a), new Set(b)];
  return new Set([...a.filter((one) => !right.has(one)), ...b.filter((one) => !left.has(one))]);
}

/** The contact of a type, else the primary one, else the first. */
function best(contacts: ScimUser['emails'], type: string): string {
  const found = contacts ?? [];
  return (
    (found.find((one) => one.type?.toLowerCase() === type) ?? found.find((one) => one.primary === true) ?? found[0])?.value ?? ''
  );
}
