import type { Transaction } from 'kysely';
import * as z from 'zod';
import type { Schema } from '../../store/schema.ts';
import type { Store } from '../../store/store.ts';
import type { Delegation, RoleAssignment, Scope } from './model.ts';

const scopeKind = z.enum(['self', 'department', 'subtree', 'all']);

function scopeOf(kind: string, department: string | null): Scope {
  const parsed = scopeKind.parse(kind);
  return parsed === 'subtree' ? { kind: parsed, department: z.string().parse(department) } : { kind: parsed };
}

/** Assignments and delegations of roles. Everything here is written inside a change of the directory, so that all nodes hear of it. */
export function createRoleStore(store: Store) {
  const { db } = store;
  return {
    async assignments(): Promise<RoleAssignment[]> {
      const rows = await db.selectFrom('role_assignments').selectAll().orderBy('at').execute();
      return rows.map(({ id, uid, role, scope, department, ends, made_by, at }) => ({
        id,
        uid,
        role,
        scope: scopeOf(scope, department),
        ends,
        by: made_by,
        at,
      }));
    },
    async delegations(): Promise<Delegation[]> {
      const rows = await db.selectFrom('delegations').selectAll().orderBy('at').execute();
      return rows.map(({ from_uid, to_uid, made_by, ...rest }) => ({ ...rest, from: from_uid, to: to_uid, by: made_by }));
    },
    async setLocalRoles(tx: Transaction<Schema>, uid: string, roles: readonly string[]): Promise<void> {
      await tx.deleteFrom('person_roles').where('uid', '=', uid).execute();
      if (roles.length > 0)
        await tx
          .insertInto('person_roles')
          .values(roles.map((role) => ({ uid, role })))
          .execute();
    },
    async addAssignment(tx: Transaction<Schema>, { id, uid, role, scope, ends, by, at }: RoleAssignment): Promise<void> {
      const department = scope.kind === 'subtree' ? scope.department : null;
      await tx
        .insertInto('role_assignments')
        .values({ id, uid, role, scope: scope.kind, department, ends, made_by: by, at })
        .execute();
    },
    async removeAssignment(tx: Transaction<Schema>, id: string): Promise<void> {
      await tx.deleteFrom('role_assignments').where('id', '=', id).execute();
    },
    async addDelegation(tx: Transaction<Schema>, { from, to, by, ...rest }: Delegation): Promise<void> {
      await tx
        .insertInto('delegations')
        .values({ ...rest, from_uid: from, to_uid: to, made_by: by })
        .execute();
    },
    async removeDelegation(tx: Transaction<Schema>, id: string): Promise<void> {
      await tx.deleteFrom('delegations').where('id', '=', id).execute();
    },
    /** Removes what has ended and says what that was; a row is returned to exactly one of any number of callers. */
    async takeEnded(now: number): Promise<{ assignments: string[]; delegations: string[] }> {
      const assignments = await db.deleteFrom('role_assignments').where('ends', '<=', now).returning('id').execute();
      const delegations = await db.deleteFrom('delegations').where('ends', '<=', now).returning('id').execute();
      return { assignments: assignments.map(({ id }) => id), delegations: delegations.map(({ id }) => id) };
    },
  };
}

export type RoleStore = ReturnType<typeof createRoleStore>;
