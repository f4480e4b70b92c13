import { MenshenError } from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { LiveDirectory } from '../live.ts';
import type { Delegation, RoleAssignment, Scope } from './model.ts';
import type { RoleStore } from './store.ts';

export interface RoleService {
  assignments(): readonly RoleAssignment[];
  delegations(): readonly Delegation[];
  assign(given: { uid: string; role: string; scope: Scope; ends: number | null }, by: string): Promise<RoleAssignment>;
  /** @throws MenshenError `not_found` */
  unassign(id: string, by: string): Promise<void>;
  delegate(
    given: { from: string; to: string; role: string; starts: number | null; ends: number; reason: string },
    by: string,
  ): Promise<Delegation>;
  /** Ends a delegation before its time. @throws MenshenError `not_found` */
  undelegate(id: string, by: string): Promise<void>;
}

export interface RoleParts {
  readonly live: LiveDirectory;
  readonly store: RoleStore;
  readonly audit: Audit;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** A delegation is a stand-in, not a second office. */
const longestDelegationMs = 366 * 86_400_000;
const mostPerDeployment = 20_000;
const unchanged = { departments: null, people: [], records: [] } as const;

/** Roles with a scope in the department tree, and roles handed on for a time. */
export function createRoleService({ live, store, audit, clock, random }: RoleParts): RoleService {
  const newId = (prefix: string): string => `${prefix}_${Buffer.from(random(12)).toString('base64url')}`;
  const mustBeActive = (uid: string, field: string): void => {
    if (live.snapshot().person(uid)?.status !== 'active') throw new MenshenError('validation_failed', { fields: [field] });
  };
  const future = (ends: number): void => {
    if (ends <= clock()) throw new MenshenError('validation_failed', { fields: ['ends'] });
  };

  return {
    assignments: () => live.assignments().filter((one) => one.ends === null || one.ends > clock()),
    delegations: () => live.delegations().filter((one) => one.ends > clock()),
    async assign({ uid, role, scope, ends }, by) {
      await live.fresh();
      mustBeActive(uid, 'uid');
      if (ends !== null) future(ends);
      if (scope.kind === 'subtree' && !live.snapshot().departments.has(scope.department))
        throw new MenshenError('validation_failed', { fields: ['scope.department'] });
      if (live.assignments().length >= mostPerDeployment) throw new MenshenError('conflict');
      const made: RoleAssignment = { id: newId('ra'), uid, role, scope, ends, by, at: clock() };
      const where = scope.kind === 'subtree' ? `${scope.kind}:${scope.department}` : scope.kind;
      const detail = { id: made.id, uid, role, scope: where, ...(ends === null ? {} : { ends }) };
      await audit.act(by, { activity: 'create', entity: 'role assignment', detail }, () =>
        live.write(
          () => unchanged,
          (tx) => store.addAssignment(tx, made),
        ),
      );
      return made;
    },
    async unassign(id, by) {
      await live.fresh();
      const found = live.assignments().find((one) => one.id === id);
      if (found === undefined) throw new MenshenError('not_found');
      await audit.act(
        by,
        { activity: 'delete', entity: 'role assignment', detail: { id, uid: found.uid, role: found.role } },
        () =>
          live.write(
            () => unchanged,
            (tx) => store.removeAssignment(tx, id),
          ),
      );
    },
    async delegate({ from, to, role, starts, ends, reason }, by) {
      await live.fresh();
      mustBeActive(from, 'from');
      mustBeActive(to, 'to');
      future(ends);
      const begin = Math.max(starts ?? clock(), clock());
      if (from === to) throw new MenshenError('validation_failed', { fields: ['to'] });
      if (begin >= ends || ends - begin > longestDelegationMs) throw new MenshenError('validation_failed', { fields: ['ends'] });
      // What was delegated to somebody is not theirs to pass on.
      const person = live.snapshot().person(from);
      const held =
        person?.roles.includes(role) === true ||
        live
          .assignments()
          .some((one) => one.uid === from && one.role === role && one.scope.kind !== 'self' && (one.ends ?? ends) > begin);
      if (!held) throw new MenshenError('validation_failed', { fields: ['role'] });
      if (live.delegations().length >= mostPerDeployment) throw new MenshenError('conflict');
      const made: Delegation = { id: newId('rd'), from, to, role, starts: begin, ends, reason, by, at: clock() };
      const detail = { id: made.id, from, to, role, starts: begin, ends, reason };
      await audit.act(by, { activity: 'create', entity: 'delegation', detail }, () =>
        live.write(
          () => unchanged,
          (tx) => store.addDelegation(tx, made),
        ),
      );
      return made;
    },
    async undelegate(id, by) {
      await live.fresh();
      const found = live.delegations().find((one) => one.id === id);
      if (found === undefined) throw new MenshenError('not_found');
      await audit.act(
        by,
        { activity: 'delete', entity: 'delegation', detail: { id, from: found.from, to: found.to, role: found.role } },
        () =>
          live.write(
            () => unchanged,
            (tx) => store.removeDelegation(tx, id),
          ),
      );
    },
  };
}
