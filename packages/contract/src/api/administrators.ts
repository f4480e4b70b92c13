import * as z from 'zod';
import { type AdministratorPower, defineEndpoint, everyPower, freshSeconds } from '../endpoint.ts';
import {
  addressRange,
  administratorId,
  administratorPower,
  adminReason,
  adminUsername,
  deviation,
  issuedInvitation,
  providerId,
  signInMethod,
} from './administrator-model.ts';
import { ok, time } from './common.ts';

/** Those who look after administrators. Each acts only on accounts of another power, and nobody on their own. */
const keepers: readonly AdministratorPower[] = ['system', 'security'];
const onAccount = {
  group: 'administrators',
  access: 'admin',
  powers: keepers,
  stepUpSeconds: freshSeconds,
  params: z.object({ id: administratorId }),
} as const;
const byAnother = {
  approvers: everyPower,
  subject: ({ params }: { readonly params: { readonly id: string } }) => params.id,
} as const;
const withReason = z.strictObject({ reason: adminReason });

export const administratorView = z.object({
  id: z.string(),
  username: z.string(),
  powers: z.array(administratorPower),
  status: z.enum(['active', 'disabled']),
  created: time,
  lastLogin: time.nullable(),
  factors: z.object({ totp: z.boolean(), passkeys: z.number(), recoveryCodesLeft: z.number() }),
  identities: z.array(z.object({ provider: z.string(), subject: z.string(), boundBy: z.string(), boundAt: time })),
  /** Where this account may come from; anywhere when empty. */
  addresses: z.array(z.string()),
  sessions: z.number(),
  own: z.boolean(),
  /** Whether the caller may act on it: another account, of another power. */
  actable: z.boolean(),
});
export type AdministratorView = z.output<typeof administratorView>;

export const listAdministrators = defineEndpoint({
  id: 'listAdministrators',
  method: 'GET',
  path: '/api/v1/administrators',
  group: 'administrators',
  summary: { zh: '管理员、权限与未使用的邀请', en: 'Administrators, their powers, and open invitations' },
  access: 'admin',
  powers: everyPower,
  response: z.object({
    administrators: z.array(administratorView),
    invitations: z.array(
      z.object({
        id: z.string(),
        purpose: z.enum(['create', 'password']),
        power: administratorPower.nullable(),
        username: z.string().nullable(),
        createdBy: z.string(),
        expiresAt: time,
      }),
    ),
    /** Powers that no active account holds. */
    vacant: z.array(administratorPower),
    deviation,
  }),
  errors: [],
});

export const inviteAdministrator = defineEndpoint({
  id: 'inviteAdministrator',
  method: 'POST',
  path: '/api/v1/administrators',
  group: 'administrators',
  summary: { zh: '邀请一位管理员（须他人批准）', en: 'Invite an administrator; needs approval' },
  access: 'admin',
  powers: keepers,
  stepUpSeconds: freshSeconds,
  approval: { approvers: everyPower },
  body: z.strictObject({ username: adminUsername, power: administratorPower, reason: adminReason }),
  response: z.object({ invitation: issuedInvitation }),
  status: 201,
  errors: ['approval_required', 'approval_invalid', 'step_up_required', 'username_taken', 'power_conflict', 'audit_unwritable'],
});

export const revokeInvitation = defineEndpoint({
  id: 'revokeInvitation',
  method: 'DELETE',
  path: '/api/v1/administrators/invitations/{id}',
  group: 'administrators',
  summary: { zh: '撤回一个邀请', en: 'Take an invitation back' },
  access: 'admin',
  powers: keepers,
  params: z.object({ id: z.string().regex(/^i_[A-Za-z0-9_-]{12}$/) }),
  response: ok,
  errors: ['not_found', 'audit_unwritable'],
});

export const setAdministratorStatus = defineEndpoint({
  ...onAccount,
  id: 'setAdministratorStatus',
  method: 'PUT',
  path: '/api/v1/administrators/{id}/status',
  summary: { zh: '停用管理员；恢复须他人批准', en: 'Disable an administrator; to enable one needs approval' },
  approval: { ...byAnother, when: ({ body }) => body.status === 'active' },
  body: z.strictObject({ status: z.enum(['active', 'disabled']), reason: adminReason }),
  response: z.object({ sessionsEnded: z.number() }),
  errors: [
    'approval_required',
    'approval_invalid',
    'step_up_required',
    'own_account',
    'power_conflict',
    'not_found',
    'audit_unwritable',
  ],
});

export const setAdministratorAddresses = defineEndpoint({
  ...onAccount,
  id: 'setAdministratorAddresses',
  method: 'PUT',
  path: '/api/v1/administrators/{id}/addresses',
  summary: { zh: '限定管理员的登录地址', en: 'Say where an administrator may come from' },
  body: z.strictObject({ addresses: z.array(addressRange).max(50), reason: adminReason }),
  response: z.object({ addresses: z.array(z.string()), sessionsEnded: z.number() }),
  errors: ['step_up_required', 'own_account', 'power_conflict', 'not_found', 'validation_failed', 'audit_unwritable'],
});

export const resetAdministratorFactors = defineEndpoint({
  ...onAccount,
  id: 'resetAdministratorFactors',
  method: 'POST',
  path: '/api/v1/administrators/{id}/reset-factors',
  summary: {
    zh: '清除管理员的二次验证方式，下次登录须重新绑定（须他人批准）',
    en: "Remove an administrator's second factors, to be enrolled anew at the next sign-in; needs approval",
  },
  approval: byAnother,
  body: withReason,
  response: z.object({ sessionsEnded: z.number() }),
  errors: [
    'approval_required',
    'approval_invalid',
    'step_up_required',
    'own_account',
    'power_conflict',
    'not_found',
    'audit_unwritable',
  ],
});

export const resetAdministratorPassword = defineEndpoint({
  ...onAccount,
  id: 'resetAdministratorPassword',
  method: 'POST',
  path: '/api/v1/administrators/{id}/reset-password',
  summary: {
    zh: '签发重设密码的链接，登录时仍须二次验证（须他人批准）',
    en: 'Issue a link to set a new password; the second factor is still asked for; needs approval',
  },
  approval: byAnother,
  body: withReason,
  response: z.object({ invitation: issuedInvitation, sessionsEnded: z.number() }),
  status: 201,
  errors: [
    'approval_required',
    'approval_invalid',
    'step_up_required',
    'own_account',
    'power_conflict',
    'not_found',
    'audit_unwritable',
  ],
});

export const bindAdministratorIdentity = defineEndpoint({
  ...onAccount,
  id: 'bindAdministratorIdentity',
  method: 'POST',
  path: '/api/v1/administrators/{id}/identities',
  summary: {
    zh: '为管理员绑定企业微信或单点登录身份（须他人批准）',
    en: 'Bind a WeCom or OpenID Connect identity to an administrator; needs approval',
  },
  approval: byAnother,
  body: z.strictObject({ provider: providerId, subject: z.string().min(1).max(255), reason: adminReason }),
  response: ok,
  status: 201,
  errors: [
    'approval_required',
    'approval_invalid',
    'step_up_required',
    'own_account',
    'power_conflict',
    'not_found',
    'conflict',
    'audit_unwritable',
  ],
});

export const unbindAdministratorIdentity = defineEndpoint({
  ...onAccount,
  id: 'unbindAdministratorIdentity',
  method: 'POST',
  path: '/api/v1/administrators/{id}/identities/remove',
  summary: { zh: '解除管理员绑定的外部身份', en: "Remove an administrator's bound identity" },
  body: z.strictObject({ provider: providerId, subject: z.string().min(1).max(255), reason: adminReason }),
  response: z.object({ removed: z.boolean() }),
  errors: ['step_up_required', 'own_account', 'power_conflict', 'not_found', 'audit_unwritable'],
});

export const separatePowers = defineEndpoint({
  id: 'separatePowers',
  method: 'POST',
  path: '/api/v1/administrators/separate',
  group: 'administrators',
  summary: {
    zh: '结束单人模式：保留一个权限，为另外两个签发邀请',
    en: 'End single-operator mode: keep one power and get invitations for the other two',
  },
  access: 'admin',
  powers: everyPower,
  stepUpSeconds: freshSeconds,
  body: z.strictObject({ keep: administratorPower, reason: adminReason }),
  response: z.object({ invitations: z.array(issuedInvitation) }),
  status: 201,
  errors: ['step_up_required', 'power_conflict', 'audit_unwritable'],
});

export const administratorSessionView = z.object({
  id: z.string(),
  administrator: z.object({ id: z.string(), username: z.string() }),
  created: time,
  lastSeen: time,
  absoluteExpires: time,
  address: z.string(),
  userAgent: z.string().nullable(),
  /** How it was opened, in the order in which it was shown. */
  methods: z.array(signInMethod),
  current: z.boolean(),
});
export type AdministratorSessionView = z.output<typeof administratorSessionView>;

export const listAdministratorSessions = defineEndpoint({
  id: 'listAdministratorSessions',
  method: 'GET',
  path: '/api/v1/admin/sessions',
  group: 'administrators',
  summary: { zh: '控制台会话：自己的，或一位管理员的', en: "Sessions of the console: one's own, or an administrator's" },
  access: 'admin',
  powers: everyPower,
  query: z.object({ administrator: administratorId.optional() }),
  response: z.object({ sessions: z.array(administratorSessionView) }),
  errors: ['not_found'],
});

export const endAdministratorSession = defineEndpoint({
  id: 'endAdministratorSession',
  method: 'DELETE',
  path: '/api/v1/admin/sessions/{id}',
  group: 'administrators',
  summary: {
    zh: '终止一个控制台会话：自己的，或其他权限管理员的',
    en: "End a session of the console: one's own, or of an administrator of another power",
  },
  access: 'admin',
  powers: everyPower,
  params: z.object({ id: z.string().regex(/^s_[A-Za-z0-9_-]{16}$/) }),
  response: ok,
  errors: ['not_found', 'power_conflict', 'audit_unwritable'],
});
