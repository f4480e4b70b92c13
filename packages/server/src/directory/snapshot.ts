import { type CedarRecord, type CedarValue, type Entity, EntityRef, type EntitySource, entityKey } from '@menshen/policy';
import type { Department, Person } from './model.ts';
import type { Grants, Reach } from './roles/model.ts';

export const userType = 'Menshen::User';
export const departmentType = 'Menshen::Department';
export const roleType = 'Menshen::Role';

/** Deepest department tree that is followed; WeCom allows 15 levels. */
const maxDepth = 32;

const noGrants: Grants = new Map();
const noRoles: ReadonlyMap<string, Reach> = new Map();

/**
 * The department tree and everybody in it, in memory, immutable: a change makes a new snapshot.
 * Serves the policy engine: a person is in their departments, in all departments above these, and in their company-wide roles; where a role
 * holds is in `scopes`.
 */
export class DirectorySnapshot implements EntitySource {
  readonly departments: ReadonlyMap<string, Department>;
  readonly people: ReadonlyMap<string, Person>;
  /** Moves with every new snapshot, so that what was derived from an older one is made anew. */
  readonly version: number;
  readonly #grants: Grants;
  readonly #above = new Map<string, readonly string[]>();
  readonly #entities = new Map<string, Entity>();

  /** `grants` are those of the moment; without them a person has their company-wide roles. */
  constructor(departments: Iterable<Department>, people: Iterable<Person>, version: number, grants: Grants = noGrants) {
    this.version = version;
    this.#grants = grants;
    this.departments = new Map([...departments].map((department) => [department.id, department]));
    this.people = new Map([...people].map((person) => [person.uid, person]));
  }

  /** The department and all above it, nearest first. Bounded, and safe against a cycle in the source. */
  chain(id: string): readonly string[] {
    const known = this.#above.get(id);
    if (known !== undefined) return known;
    const chain: string[] = [];
    for (let at: string | null = id; at !== null && chain.length < maxDepth && !chain.includes(at); ) {
      const department = this.departments.get(at);
      if (department === undefined) break;
      chain.push(at);
      at = department.parent;
    }
    // Ids may come from a request: only those of the directory are kept, so that the index stays bounded.
    if (chain.length > 0) this.#above.set(id, chain);
    return chain;
  }

  /** Names from the root down to the department. */
  path(id: string): readonly string[] {
    return this.chain(id)
      .map((at) => this.departments.get(at)?.name ?? at)
      .reverse();
  }

  person(uid: string): Person | undefined {
    return this.people.get(uid);
  }

  /** Company-wide roles that a person acts in now, those delegated to them among them. */
  rolesOf(uid: string): readonly string[] {
    const person = this.people.get(uid);
    if (person === undefined || person.status !== 'active') return [];
    const roles = new Set(person.roles);
    for (const [role, reach] of this.reachOf(uid)) if (reach.all) roles.add(role);
    return [...roles].sort();
  }

  /** Where each role of a person holds now, by role. */
  reachOf(uid: string): ReadonlyMap<string, Reach> {
    return this.#grants.get(uid) ?? noRoles;
  }

  get(type: string, id: string): Entity | undefined {
    const key = entityKey(type, id);
    const known = this.#entities.get(key);
    if (known !== undefined) return known;
    const made = this.#make(type, id);
    if (made !== undefined && type !== roleType) this.#entities.set(key, made);
    return made;
  }

  #make(type: string, id: string): Entity | undefined {
    if (type === userType) {
      const person = this.people.get(id);
      if (person === undefined || person.status !== 'active') return undefined;
      const ancestors = new Set<string>();
      for (const department of person.departments) {
        for (const above of this.chain(department)) ancestors.add(entityKey(departmentType, above));
      }
      for (const role of this.rolesOf(id)) ancestors.add(entityKey(roleType, role));
      const attrs: Record<string, CedarValue> = {
        uid: person.uid,
        kind: person.kind,
        departments: this.#refs(person.departments),
        leads: this.#refs(person.leads),
        scopes: this.#scopes(id),
      };
      if (person.position !== null) attrs['position'] = person.position;
      return { type, id, attrs, ancestors };
    }
    if (type === departmentType) {
      const department = this.departments.get(id);
      if (department === undefined) return undefined;
      const ancestors = new Set(
        this.chain(id)
          .slice(1)
          .map((above) => entityKey(departmentType, above)),
      );
      return { type, id, attrs: { name: department.name }, ancestors };
    }
    if (type === roleType) return { type, id, attrs: {}, ancestors: new Set() };
    return undefined;
  }

  /** `{approver: {all, self, departments, subtrees}, ...}`: a policy says `resource in principal.scopes.approver.subtrees`. */
  #scopes(uid: string): CedarRecord {
    const scopes: Record<string, CedarValue> = {};
    for (const [role, reach] of this.reachOf(uid)) {
      scopes[role] = {
        all: reach.all,
        self: reach.self,
        departments: this.#refs(reach.departments),
        subtrees: this.#refs(reach.subtrees),
      };
    }
    return scopes;
  }

  #refs(ids: readonly string[]): CedarValue {
    return ids.map((id) => new EntityRef(departmentType, id));
  }
}

export const emptyDirectory = new DirectorySnapshot([], [], 0);
