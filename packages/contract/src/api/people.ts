import * as z from 'zod';
import { factorKind, factorState } from '../client-mfa.ts';
import { defineEndpoint, freshSeconds } from '../endpoint.ts';
import { riskReasons } from '../risk.ts';
import { page, time, uid } from './common.ts';

export const department = z.object({
  id: z.string(),
  name: z.string(),
  parent: z.string().nullable(),
  /** Members of the department itself, and of its whole subtree. */
  direct: z.number(),
  total: z.number(),
});
export type Department = z.output<typeof department>;

export const personKind = z.enum(['employee', 'partner', 'customer']);

export const person = z.object({
  uid,
  name: z.string(),
  kind: personKind,
  departments: z.array(z.object({ id: z.string(), name: z.string(), path: z.array(z.string()) })),
  position: z.string().nullable(),
  /** Masked: 138****06. */
  phone: z.string().nullable(),
  roles: z.array(z.string()),
  status: z.enum(['active', 'disabled', 'left']),
  /** Source of record; absent for customers. */
  source: z.string().optional(),
  /** Whether an administrator has blocked the person, whatever the source says. */
  blocked: z.boolean().optional(),
  leader: z.boolean(),
  sessions: z.number(),
  lastSeen: time.nullable(),
});
export type Person = z.output<typeof person>;

export const session = z.object({
  /** Public identifier; not the token. */
  sid: z.string(),
  uid,
  name: z.string(),
  app: z.string(),
  channel: z.enum(['wechat', 'wecom']),
  assurance: z.number(),
  created: time,
  lastSeen: time,
  idleExpires: time,
  absoluteExpires: time,
  address: z.string(),
  device: z.string().nullable(),
  /** Why a second factor was asked for, and when the newest reason arose; a factor that was shown later answers them. */
  risk: z.object({ reasons: z.array(z.enum(riskReasons)), at: time }),
});
export type SessionView = z.output<typeof session>;

export const identity = z.object({
  channel: z.enum(['wechat', 'wecom']),
  provider: z.string(),
  subject: z.string(),
  boundBy: z.enum(['phone', 'account', 'company_code', 'wecom', 'self', 'unionid', 'administrator']),
  boundAt: time,
});

export const listDepartments = defineEndpoint({
  id: 'listDepartments',
  method: 'GET',
  path: '/api/v1/departments',
  group: 'people',
  summary: { zh: '部门树', en: 'The department tree' },
  access: 'admin',
  powers: ['security'],
  scopes: ['people:read'],
  response: z.object({ departments: z.array(department), syncedAt: time.nullable(), syncError: z.string().nullable() }),
  errors: [],
});

export const listPeople = defineEndpoint({
  id: 'listPeople',
  method: 'GET',
  path: '/api/v1/people',
  group: 'people',
  summary: { zh: '按部门、姓名或状态查人', en: 'People by department, name or state' },
  access: 'admin',
  powers: ['security'],
  scopes: ['people:read'],
  query: z.object({
    ...page,
    department: z.string().max(64).optional(),
    /** Part of a name, or of a uid. */
    q: z.string().max(64).optional(),
    kind: personKind.optional(),
    online: z.stringbool().optional(),
  }),
  response: z.object({ people: z.array(person), total: z.number(), next: z.string().nullable() }),
  errors: [],
});

export const getPerson = defineEndpoint({
  id: 'getPerson',
  method: 'GET',
  path: '/api/v1/people/{uid}',
  group: 'people',
  summary: { zh: '一个人的身份、会话与角色', en: "A person's identities, sessions and roles" },
  access: 'admin',
  powers: ['security'],
  scopes: ['people:read'],
  params: z.object({ uid }),
  response: z.object({ person, sessions: z.array(session), identities: z.array(identity) }),
  errors: ['not_found'],
});

export const revokePersonSessions = defineEndpoint({
  id: 'revokePersonSessions',
  method: 'POST',
  path: '/api/v1/people/{uid}/revoke-sessions',
  group: 'people',
  summary: { zh: '终止一个人的全部会话', en: 'End every session of a person' },
  access: 'admin',
  powers: ['security'],
  params: z.object({ uid }),
  body: z.strictObject({ reason: z.string().min(1).max(200) }),
  response: z.object({ ended: z.number() }),
  errors: ['not_found', 'audit_unwritable'],
});

export const setPersonRoles = defineEndpoint({
  id: 'setPersonRoles',
  method: 'PUT',
  path: '/api/v1/people/{uid}/roles',
  group: 'people',
  summary: { zh: '设置一个人的角色', en: 'Set the roles of a person' },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  params: z.object({ uid }),
  body: z.strictObject({ roles: z.array(z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/)).max(32) }),
  response: z.object({ roles: z.array(z.string()) }),
  errors: ['step_up_required', 'not_found', 'audit_unwritable', 'validation_failed'],
});

export const createBindingCode = defineEndpoint({
  id: 'createBindingCode',
  method: 'POST',
  path: '/api/v1/people/{uid}/binding-code',
  group: 'people',
  summary: { zh: '签发一次性员工绑定码', en: 'Issue a one-time company code with which an employee binds a WeChat login' },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  params: z.object({ uid }),
  response: z.object({ code: z.string(), expiresAt: time }),
  status: 201,
  errors: ['step_up_required', 'not_found', 'audit_unwritable'],
});

export const factor = z.object({
  kind: factorKind,
  label: z.string(),
  created: time,
  lastUsed: time.nullable(),
  /** `locked` and `disabled` for devices that are not known; the person's known devices have budgets of their own. */
  state: factorState,
  lockedUntil: time.nullable(),
  /** Wrong tries since the last right one, of all devices. */
  failures: z.number(),
  /** Codes left; of `recovery` only. */
  remaining: z.number().nullable(),
});
export type FactorView = z.output<typeof factor>;

export const listPersonFactors = defineEndpoint({
  id: 'listPersonFactors',
  method: 'GET',
  path: '/api/v1/people/{uid}/factors',
  group: 'people',
  summary: { zh: '一个人的二次验证方式', en: 'The second factors of a person' },
  access: 'admin',
  powers: ['security', 'audit'],
  params: z.object({ uid }),
  response: z.object({ factors: z.array(factor), knownDevices: z.number() }),
  errors: ['not_found'],
});

export const removePersonFactor = defineEndpoint({
  id: 'removePersonFactor',
  method: 'POST',
  path: '/api/v1/people/{uid}/factors/{kind}/remove',
  group: 'people',
  summary: {
    zh: '移除一个人的验证方式并终止其会话',
    en: 'Remove a second factor of a person and end their sessions',
  },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: 300,
  params: z.object({ uid, kind: factorKind }),
  body: z.strictObject({ reason: z.string().min(1).max(200) }),
  response: z.object({ removed: z.boolean(), ended: z.number() }),
  errors: ['not_found', 'audit_unwritable'],
});

export const unlockPersonFactor = defineEndpoint({
  id: 'unlockPersonFactor',
  method: 'POST',
  path: '/api/v1/people/{uid}/factors/{kind}/unlock',
  group: 'people',
  summary: {
    zh: '解除一个人验证方式的锁定并终止其会话',
    en: 'Unlock a second factor of a person and end their sessions',
  },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: 300,
  params: z.object({ uid, kind: factorKind }),
  body: z.strictObject({ reason: z.string().min(1).max(200) }),
  response: z.object({ unlocked: z.boolean(), ended: z.number() }),
  errors: ['not_found', 'audit_unwritable'],
});

export const createEnrolmentCode = defineEndpoint({
  id: 'createEnrolmentCode',
  method: 'POST',
  path: '/api/v1/people/{uid}/enrolment-code',
  group: 'people',
  summary: {
    zh: '签发一次性验证方式注册码',
    en: 'Issue a one-time code with which an employee enrols or replaces a second factor',
  },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: 300,
  approval: { approvers: ['system', 'audit'], setting: 'enrolmentCode' },
  params: z.object({ uid }),
  /** `show` gives the code to the administrator, `wecom` sends it to the employee and shows nothing. */
  body: z.strictObject({ deliver: z.enum(['show', 'wecom']) }),
  response: z.object({ code: z.string().nullable(), expiresAt: time }),
  status: 201,
  errors: ['approval_required', 'approval_invalid', 'not_found', 'factor_unavailable', 'login_unavailable', 'audit_unwritable'],
});

export const removeIdentity = defineEndpoint({
  id: 'removeIdentity',
  method: 'POST',
  path: '/api/v1/people/{uid}/unbind',
  group: 'people',
  summary: { zh: '解除一个微信绑定并终止其会话', en: 'Remove a bound WeChat identity and end its sessions' },
  access: 'admin',
  powers: ['security'],
  params: z.object({ uid }),
  body: z.strictObject({ channel: z.enum(['wechat', 'wecom']), provider: z.string().max(64), subject: z.string().max(128) }),
  response: z.object({ removed: z.boolean() }),
  errors: ['not_found', 'audit_unwritable'],
});

export const listSessions = defineEndpoint({
  id: 'listSessions',
  method: 'GET',
  path: '/api/v1/sessions',
  group: 'people',
  summary: { zh: '当前会话', en: 'Live sessions' },
  access: 'admin',
  powers: ['security'],
  query: z.object({ ...page, app: z.string().max(40).optional(), uid: uid.optional() }),
  response: z.object({ sessions: z.array(session), total: z.number(), next: z.string().nullable() }),
  errors: [],
});

export const revokeSession = defineEndpoint({
  id: 'revokeSession',
  method: 'DELETE',
  path: '/api/v1/sessions/{sid}',
  group: 'people',
  summary: { zh: '终止一个会话', en: 'End one session' },
  access: 'admin',
  powers: ['security'],
  params: z.object({ sid: z.string().regex(/^[A-Za-z0-9_-]{22}$/) }),
  response: z.object({ ended: z.number() }),
  errors: ['not_found', 'audit_unwritable'],
});

export const syncDirectory = defineEndpoint({
  id: 'syncDirectory',
  method: 'POST',
  path: '/api/v1/directory/sync',
  group: 'people',
  summary: { zh: '立即从企业微信同步通讯录', en: 'Synchronise people and departments from WeCom now' },
  access: 'admin',
  powers: ['system'],
  response: z.object({
    departments: z.number(),
    people: z.number(),
    added: z.number(),
    changed: z.number(),
    left: z.number(),
    sessionsEnded: z.number(),
  }),
  errors: ['not_found', 'directory_change_held', 'directory_sync_running', 'directory_source_failed', 'audit_unwritable'],
});
