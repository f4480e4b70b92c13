import * as z from 'zod';
import { defineEndpoint, freshSeconds } from '../endpoint.ts';
import { ok, time, uid } from './common.ts';
import { onPeople, reason, roleName } from './directory-model.ts';

export const roleScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('self') }),
  z.strictObject({ kind: z.literal('department') }),
  z.strictObject({ kind: z.literal('subtree'), department: z.string().min(1).max(100) }),
  z.strictObject({ kind: z.literal('all') }),
]);

export const roleAssignment = z.object({
  id: z.string(),
  uid,
  role: z.string(),
  scope: roleScope,
  ends: time.nullable(),
  by: z.string(),
  at: time,
});
export type RoleAssignmentView = z.output<typeof roleAssignment>;

export const listRoleAssignments = defineEndpoint({
  ...onPeople,
  id: 'listRoleAssignments',
  method: 'GET',
  path: '/api/v1/directory/role-assignments',
  powers: ['security', 'audit'],
  summary: { zh: '带范围的角色', en: 'Roles with a scope in the department tree' },
  query: z.object({ uid: uid.optional() }),
  response: z.object({ assignments: z.array(roleAssignment) }),
  errors: [],
});

export const assignRole = defineEndpoint({
  ...onPeople,
  id: 'assignRole',
  method: 'POST',
  stepUpSeconds: freshSeconds,
  path: '/api/v1/directory/role-assignments',
  summary: { zh: '授予带范围的角色', en: 'Give somebody a role with a scope' },
  body: z.strictObject({ uid, role: roleName, scope: roleScope, ends: time.nullable().default(null) }),
  response: roleAssignment,
  status: 201,
  errors: ['step_up_required', 'validation_failed', 'conflict', 'audit_unwritable'],
});

export const unassignRole = defineEndpoint({
  ...onPeople,
  id: 'unassignRole',
  method: 'DELETE',
  path: '/api/v1/directory/role-assignments/{id}',
  summary: { zh: '收回带范围的角色', en: 'Take a role with a scope back' },
  params: z.object({ id: z.string().regex(/^ra_[A-Za-z0-9_-]{16}$/) }),
  response: ok,
  errors: ['not_found', 'audit_unwritable'],
});

export const delegation = z.object({
  id: z.string(),
  from: uid,
  to: uid,
  role: z.string(),
  starts: time,
  ends: time,
  reason: z.string(),
  by: z.string(),
  at: time,
});
export type DelegationView = z.output<typeof delegation>;

export const listDelegations = defineEndpoint({
  ...onPeople,
  id: 'listDelegations',
  method: 'GET',
  path: '/api/v1/directory/delegations',
  powers: ['security', 'audit'],
  summary: { zh: '生效中与将生效的角色委托', en: 'Delegations of roles, in force and to come' },
  query: z.object({ uid: uid.optional() }),
  response: z.object({ delegations: z.array(delegation) }),
  errors: [],
});

export const createDelegation = defineEndpoint({
  ...onPeople,
  id: 'createDelegation',
  method: 'POST',
  stepUpSeconds: freshSeconds,
  path: '/api/v1/directory/delegations',
  summary: { zh: '把一个人的角色委托给另一人，到期自动结束', en: 'Hand the role of one person to another until a date' },
  body: z.strictObject({ from: uid, to: uid, role: roleName, starts: time.nullable().default(null), ends: time, reason }),
  response: delegation,
  status: 201,
  errors: ['step_up_required', 'validation_failed', 'conflict', 'audit_unwritable'],
});

export const endDelegation = defineEndpoint({
  ...onPeople,
  id: 'endDelegation',
  method: 'DELETE',
  path: '/api/v1/directory/delegations/{id}',
  summary: { zh: '提前结束一项委托', en: 'End a delegation before its time' },
  params: z.object({ id: z.string().regex(/^rd_[A-Za-z0-9_-]{16}$/) }),
  response: ok,
  errors: ['not_found', 'audit_unwritable'],
});
