import * as z from 'zod';
import { type AdministratorPower, defineEndpoint, freshSeconds } from '../endpoint.ts';
import { bilingual, ok, time, uid } from './common.ts';

/** Who decides over people. */
const keepers: readonly AdministratorPower[] = ['security'];
const onPeople = { group: 'directory', access: 'admin', powers: keepers } as const;
const sourceId = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/);
const roleName = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/);
const reason = z.string().trim().min(2).max(200);

const counts = z.object({
  departments: z.number(),
  people: z.number(),
  added: z.number(),
  changed: z.number(),
  left: z.number(),
  disabled: z.number(),
  conflicts: z.number(),
});
const conflict = z.object({ key: z.string(), reason: z.string() });
export const syncReport = counts.extend({ source: z.string(), sessionsEnded: z.number() });

export const directorySource = z.object({
  id: z.string(),
  kind: z.enum(['wecom', 'ldap', 'csv', 'scim', 'local']),
  /** Whether the configuration names it; files, SCIM and people entered by hand need no name there. */
  configured: z.boolean(),
  running: z.boolean(),
  /** Active people whom it owns. */
  people: z.number(),
  startedAt: time.nullable(),
  syncedAt: time.nullable(),
  error: z.string().nullable(),
  counts: counts.nullable(),
  conflicts: z.array(conflict),
});
export type DirectorySource = z.output<typeof directorySource>;

export const heldChange = z.object({
  id: z.string(),
  source: z.string(),
  /** `guard`: a run that would take away too much; `preview`: a file that was read and not yet applied. */
  kind: z.enum(['guard', 'preview']),
  by: z.string(),
  at: time,
  mode: z.enum(['full', 'partial']),
  totals: counts,
  /** At most 1,000 of each. */
  diff: z.object({
    departmentsRemoved: z.array(z.string()),
    added: z.array(z.string()),
    changed: z.array(z.string()),
    left: z.array(z.string()),
    disabled: z.array(z.string()),
    conflicts: z.array(conflict),
    activeBefore: z.number(),
  }),
});
export type HeldDirectoryChange = z.output<typeof heldChange>;

export const listDirectorySources = defineEndpoint({
  ...onPeople,
  id: 'listDirectorySources',
  method: 'GET',
  path: '/api/v1/directory/sources',
  powers: ['security', 'system', 'audit'],
  scopes: ['people:read', 'people:write'],
  summary: { zh: '通讯录来源及其状态', en: 'Directory sources and how they fare' },
  response: z.object({ sources: z.array(directorySource), held: z.number() }),
  errors: [],
});

export const syncDirectorySource = defineEndpoint({
  ...onPeople,
  id: 'syncDirectorySource',
  method: 'POST',
  path: '/api/v1/directory/sources/{source}/sync',
  powers: ['security', 'system'],
  scopes: ['people:write'],
  summary: { zh: '立即同步一个来源', en: 'Read one source now' },
  params: z.object({ source: sourceId }),
  response: syncReport,
  errors: ['not_found', 'directory_change_held', 'directory_sync_running', 'directory_source_failed', 'audit_unwritable'],
});

export const listHeldChanges = defineEndpoint({
  ...onPeople,
  id: 'listHeldChanges',
  method: 'GET',
  path: '/api/v1/directory/changes',
  powers: ['security', 'audit'],
  summary: { zh: '等待确认的通讯录变更', en: 'Directory changes that wait for confirmation' },
  response: z.object({ changes: z.array(heldChange) }),
  errors: [],
});

const changeId = z.string().regex(/^h_[A-Za-z0-9_-]{16}$/);

export const confirmHeldChange = defineEndpoint({
  ...onPeople,
  id: 'confirmHeldChange',
  method: 'POST',
  path: '/api/v1/directory/changes/{id}/confirm',
  summary: { zh: '确认并执行一项变更', en: 'Confirm a change and carry it out' },
  stepUpSeconds: freshSeconds,
  /** A machine applies its own files only, and none that takes away more than a run may. */
  scopes: ['people:write'],
  params: z.object({ id: changeId }),
  /** The number of leavers that was seen: if it would be another by now, nothing happens. */
  body: z.strictObject({ left: z.int().min(0) }),
  response: syncReport,
  errors: ['not_found', 'conflict', 'directory_change_held', 'step_up_required', 'audit_unwritable'],
});

export const discardHeldChange = defineEndpoint({
  ...onPeople,
  id: 'discardHeldChange',
  method: 'DELETE',
  path: '/api/v1/directory/changes/{id}',
  summary: { zh: '放弃一项变更', en: 'Throw a change away' },
  params: z.object({ id: changeId }),
  response: ok,
  errors: ['not_found', 'audit_unwritable'],
});

/** A file of at most 8 MB in base64. */
const file = z.base64().max(11_200_000);

export const previewCsv = defineEndpoint({
  ...onPeople,
  id: 'previewCsv',
  method: 'POST',
  path: '/api/v1/directory/csv',
  summary: {
    zh: '读取人员与部门文件并预览变更，不执行',
    en: 'Read files of people and departments and show what would change; nothing is applied',
  },
  bodyBytes: 23_000_000,
  scopes: ['people:write'],
  body: z.strictObject({
    people: file.optional(),
    departments: file.optional(),
    encoding: z.enum(['auto', 'utf-8', 'gb18030']).default('auto'),
    /** `replace`: who is not in the people file leaves. */
    mode: z.enum(['merge', 'replace']).default('merge'),
  }),
  response: z.object({
    /** To be applied with confirmHeldChange; null while the files have mistakes. */
    change: heldChange.nullable(),
    encodings: z.array(z.enum(['utf-8', 'gb18030'])),
    problemCount: z.number(),
    problems: z.array(
      z.object({
        file: z.enum(['people', 'departments']),
        line: z.number(),
        column: z.string().nullable(),
        code: z.string(),
        message: bilingual,
      }),
    ),
  }),
  errors: ['validation_failed', 'body_too_large', 'audit_unwritable'],
});

const text = (limit: number) =>
  z
    .string()
    .trim()
    .max(limit)
    .regex(/^(?![=+\-@])[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u);

export const putLocalPerson = defineEndpoint({
  ...onPeople,
  id: 'putLocalPerson',
  method: 'PUT',
  path: '/api/v1/directory/people/{uid}',
  summary: { zh: '手工添加或修改一个人', en: 'Add or change a person by hand' },
  params: z.object({ uid }),
  body: z.strictObject({
    name: text(64).min(1),
    kind: z.enum(['employee', 'partner']).default('employee'),
    departments: z.array(z.string().max(100)).max(100).default([]),
    leads: z.array(z.string().max(100)).max(100).default([]),
    position: text(128).default(''),
    phone: z
      .string()
      .regex(/^$|^(\+|00)?[0-9][0-9 ()-]{4,24}$/)
      .default(''),
    email: z.union([z.literal(''), z.email().max(254)]).default(''),
    number: z
      .string()
      .regex(/^$|^[A-Za-z0-9][A-Za-z0-9_./-]{0,63}$/)
      .default(''),
  }),
  response: ok,
  errors: ['validation_failed', 'conflict', 'audit_unwritable'],
});

export const removeLocalPerson = defineEndpoint({
  ...onPeople,
  id: 'removeLocalPerson',
  method: 'DELETE',
  path: '/api/v1/directory/people/{uid}',
  summary: { zh: '移除一个手工添加的人', en: 'Remove a person who was added by hand' },
  params: z.object({ uid }),
  response: ok,
  errors: ['not_found', 'audit_unwritable'],
});

export const blockPerson = defineEndpoint({
  ...onPeople,
  id: 'blockPerson',
  method: 'PUT',
  path: '/api/v1/people/{uid}/blocked',
  summary: {
    zh: '停用或恢复一个人；停用立即终止其全部会话',
    en: 'Block a person, which ends every session at once, or readmit them',
  },
  params: z.object({ uid }),
  body: z.strictObject({ blocked: z.boolean(), reason }),
  response: z.object({ status: z.enum(['active', 'disabled', 'left']) }),
  errors: ['not_found', 'audit_unwritable'],
});

export const releasePerson = defineEndpoint({
  ...onPeople,
  id: 'releasePerson',
  method: 'POST',
  path: '/api/v1/people/{uid}/release',
  summary: { zh: '让其他来源接管一个已被原来源移除的人', en: 'Let another source own a person whom theirs no longer lists' },
  stepUpSeconds: freshSeconds,
  params: z.object({ uid }),
  body: z.strictObject({ source: sourceId }),
  response: ok,
  errors: ['not_found', 'conflict', 'step_up_required', 'audit_unwritable'],
});

export const mergePeople = defineEndpoint({
  ...onPeople,
  id: 'mergePeople',
  method: 'POST',
  path: '/api/v1/people/{uid}/merge',
  summary: {
    zh: '把另一个账号（重复人员或顾客）并入此人',
    en: 'Merge another account, a double or a customer, into this person',
  },
  stepUpSeconds: freshSeconds,
  params: z.object({ uid }),
  body: z.strictObject({ from: uid, reason }),
  response: ok,
  errors: ['not_found', 'conflict', 'step_up_required', 'audit_unwritable'],
});

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
  path: '/api/v1/directory/role-assignments',
  summary: { zh: '授予带范围的角色', en: 'Give somebody a role with a scope' },
  body: z.strictObject({ uid, role: roleName, scope: roleScope, ends: time.nullable().default(null) }),
  response: roleAssignment,
  status: 201,
  errors: ['validation_failed', 'conflict', 'audit_unwritable'],
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
  path: '/api/v1/directory/delegations',
  summary: { zh: '把一个人的角色委托给另一人，到期自动结束', en: 'Hand the role of one person to another until a date' },
  body: z.strictObject({ from: uid, to: uid, role: roleName, starts: time.nullable().default(null), ends: time, reason }),
  response: delegation,
  status: 201,
  errors: ['validation_failed', 'conflict', 'audit_unwritable'],
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

const quietPerson = z.object({
  uid,
  name: z.string(),
  kind: z.enum(['employee', 'partner', 'customer']),
  source: z.string(),
  status: z.enum(['active', 'disabled', 'left']),
  roles: z.array(z.string()),
  identities: z.number(),
  /** Null for no login since logins are kept. */
  lastLogin: time.nullable(),
});

export const listDormantPeople = defineEndpoint({
  ...onPeople,
  id: 'listDormantPeople',
  method: 'GET',
  path: '/api/v1/directory/dormant',
  powers: ['security', 'audit'],
  summary: {
    zh: '长期未登录的账号，以及已离开但仍有绑定的账号',
    en: 'Accounts without a login for long, and bound accounts of people who may no longer come in',
  },
  query: z.object({
    /** The configured number when absent. */
    days: z.coerce.number().int().min(1).max(3_650).optional(),
    /** Also people who have never bound an identity. */
    never: z.stringbool().default(false),
  }),
  response: z.object({
    days: z.number(),
    dormant: z.array(quietPerson),
    boundButBlocked: z.array(quietPerson),
    /** Whole numbers; the lists hold at most 1,000 each. */
    totals: z.object({ dormant: z.number(), boundButBlocked: z.number() }),
  }),
  errors: [],
});
