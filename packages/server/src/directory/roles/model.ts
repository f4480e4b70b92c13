import type { Person } from '../model.ts';

/** Where a role holds: for one's own record, for the members of one's own departments, for a department and all below it, or everywhere. */
export type Scope =
  | { readonly kind: 'self' }
  | { readonly kind: 'department' }
  | { readonly kind: 'subtree'; readonly department: string }
  | { readonly kind: 'all' };

/** A role with a scope, for a time. */
export interface RoleAssignment {
  readonly id: string;
  readonly uid: string;
  readonly role: string;
  readonly scope: Scope;
  /** Epoch ms; null: without end. */
  readonly ends: number | null;
  readonly by: string;
  readonly at: number;
}

/** A hands one of their roles to B for a time; A keeps it. */
export interface Delegation {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly role: string;
  /** Epoch ms, start inclusive, end exclusive. */
  readonly starts: number;
  readonly ends: number;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
}

/** Where one role of one person holds now. */
export interface Reach {
  readonly all: boolean;
  readonly self: boolean;
  /** Departments whose direct members are meant. */
  readonly departments: readonly string[];
  /** Departments that are meant with all below them. */
  readonly subtrees: readonly string[];
}

export type Grants = ReadonlyMap<string, ReadonlyMap<string, Reach>>;

export interface GrantsNow {
  /** By uid, then by role. People without any are absent. */
  readonly grants: Grants;
  /** When these grants stop being right, epoch ms: the next start or end. */
  readonly until: number;
}

/**
 * Who may act in which role where, at one moment. A delegation carries what its giver holds at that moment, never what was delegated to them,
 * and ends with the giver: of somebody who has left or lost the role there is nothing to pass on.
 */
export function grantsAt(
  now: number,
  people: ReadonlyMap<string, Person>,
  assignments: readonly RoleAssignment[],
  delegations: readonly Delegation[],
): GrantsNow {
  let until = Number.POSITIVE_INFINITY;
  const own = new Map<string, Map<string, Reach>>();
  for (const person of people.values()) {
    if (person.status !== 'active') continue;
    for (const role of person.roles) add(own, person.uid, role, { all: true, self: false, departments: [], subtrees: [] });
  }
  for (const { uid, role, scope, ends } of assignments) {
    if (ends !== null && ends <= now) continue;
    if (ends !== null) until = Math.min(until, ends);
    const person = people.get(uid);
    if (person?.status === 'active') add(own, uid, role, reachOf(scope, person));
  }
  const grants = new Map([...own].map(([uid, roles]) => [uid, new Map(roles)]));
  for (const { from, to, role, starts, ends } of delegations) {
    if (ends <= now) continue;
    until = Math.min(until, now < starts ? starts : ends);
    if (now < starts || from === to || people.get(to)?.status !== 'active') continue;
    const held = own.get(from)?.get(role);
    // One's own record is nobody else's.
    if (held !== undefined && (held.all || held.departments.length > 0 || held.subtrees.length > 0))
      add(grants, to, role, { ...held, self: false });
  }
  return { grants, until };
}

function reachOf(scope: Scope, person: Person): Reach {
  return {
    all: scope.kind === 'all',
    self: scope.kind === 'self',
    departments: scope.kind === 'department' ? person.departments : [],
    subtrees: scope.kind === 'subtree' ? [scope.department] : [],
  };
}

function add(into: Map<string, Map<string, Reach>>, uid: string, role: string, reach: Reach): void {
  const roles = into.get(uid) ?? new Map<string, Reach>();
  into.set(uid, roles);
  const before = roles.get(role);
  roles.set(
    role,
    before === undefined
      ? reach
      : {
          all: before.all || reach.all,
          self: before.self || reach.self,
          departments: [...new Set([...before.departments, ...reach.departments])],
          subtrees: [...new Set([...before.subtrees, ...reach.subtrees])],
        },
  );
}
