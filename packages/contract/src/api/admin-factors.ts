import * as z from 'zod';
import { defineEndpoint, everyPower, freshSeconds } from '../endpoint.ts';
import { adminPassword, adminTicket, passkeyOptions, passkeyResponse, totpEnrolment } from './administrator-model.ts';
import { ok, time } from './common.ts';

/** The caller's own factors: every administrator, with a factor shown within the last minutes. */
const own = { group: 'factors', access: 'admin', powers: everyPower, stepUpSeconds: freshSeconds } as const;

export const passkeyView = z.object({
  id: z.string(),
  name: z.string(),
  created: time,
  lastUsed: time.nullable(),
  /** Whether it is synchronised between devices. */
  backedUp: z.boolean(),
});
export type PasskeyView = z.output<typeof passkeyView>;

export const getOwnFactors = defineEndpoint({
  id: 'getOwnFactors',
  method: 'GET',
  path: '/api/v1/admin/factors',
  group: 'factors',
  summary: { zh: '自己的登录因素', en: "The caller's own factors" },
  access: 'admin',
  powers: everyPower,
  response: z.object({
    totp: z.object({ enrolledAt: time }).nullable(),
    passkeys: z.array(passkeyView),
    recoveryCodesLeft: z.number(),
    identities: z.array(z.object({ provider: z.string(), subject: z.string(), boundBy: z.string(), boundAt: time })),
  }),
  errors: [],
});

export const beginOwnTotp = defineEndpoint({
  ...own,
  id: 'beginOwnTotp',
  method: 'POST',
  path: '/api/v1/admin/factors/totp',
  summary: { zh: '绑定或更换动态口令：取得密钥', en: 'Enrol or replace TOTP: get a secret' },
  response: totpEnrolment,
  errors: ['step_up_required'],
});

export const confirmOwnTotp = defineEndpoint({
  ...own,
  id: 'confirmOwnTotp',
  method: 'POST',
  path: '/api/v1/admin/factors/totp/confirm',
  summary: { zh: '绑定或更换动态口令：以一个口令确认', en: 'Enrol or replace TOTP: confirm with a code' },
  body: z.strictObject({ ticket: adminTicket, code: z.string().regex(/^\d{6}$/) }),
  response: z.object({ recoveryCodes: z.array(z.string()).nullable() }),
  status: 201,
  errors: ['step_up_required', 'ticket_invalid', 'admin_factor_failed', 'admin_locked'],
});

export const removeOwnTotp = defineEndpoint({
  ...own,
  id: 'removeOwnTotp',
  method: 'DELETE',
  path: '/api/v1/admin/factors/totp',
  summary: { zh: '停用动态口令（须另有通行密钥）', en: 'Remove TOTP; a passkey must remain' },
  response: ok,
  errors: ['step_up_required', 'last_factor', 'not_found'],
});

export const beginOwnPasskey = defineEndpoint({
  ...own,
  id: 'beginOwnPasskey',
  method: 'POST',
  path: '/api/v1/admin/factors/passkeys/options',
  summary: { zh: '添加通行密钥：取得参数', en: 'Add a passkey: get its parameters' },
  response: z.object({ ticket: z.string(), options: passkeyOptions, expiresAt: time }),
  errors: ['step_up_required'],
});

export const addOwnPasskey = defineEndpoint({
  ...own,
  id: 'addOwnPasskey',
  method: 'POST',
  path: '/api/v1/admin/factors/passkeys',
  summary: { zh: '添加通行密钥：提交浏览器的回应', en: "Add a passkey: hand in the browser's answer" },
  body: z.strictObject({ ticket: adminTicket, name: z.string().trim().min(1).max(60), response: passkeyResponse }),
  response: z.object({ passkey: passkeyView, recoveryCodes: z.array(z.string()).nullable() }),
  status: 201,
  errors: ['step_up_required', 'ticket_invalid', 'admin_factor_failed'],
});

export const removeOwnPasskey = defineEndpoint({
  ...own,
  id: 'removeOwnPasskey',
  method: 'DELETE',
  path: '/api/v1/admin/factors/passkeys/{id}',
  summary: { zh: '删除一个通行密钥', en: 'Remove a passkey' },
  params: z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{16,1400}$/) }),
  response: ok,
  errors: ['step_up_required', 'last_factor', 'not_found'],
});

export const renewOwnRecoveryCodes = defineEndpoint({
  ...own,
  id: 'renewOwnRecoveryCodes',
  method: 'POST',
  path: '/api/v1/admin/factors/recovery-codes',
  summary: { zh: '重新生成恢复码，旧码失效', en: 'Make new recovery codes; the old ones end' },
  response: z.object({ recoveryCodes: z.array(z.string()) }),
  status: 201,
  errors: ['step_up_required'],
});

export const changeOwnPassword = defineEndpoint({
  ...own,
  id: 'changeOwnPassword',
  method: 'PUT',
  path: '/api/v1/admin/password',
  summary: { zh: '修改自己的密码，其他会话随之终止', en: "Change the caller's password; their other sessions end" },
  body: z.strictObject({ current: adminPassword, password: adminPassword }),
  response: z.object({ sessionsEnded: z.number() }),
  errors: ['step_up_required', 'admin_login_failed', 'admin_locked', 'password_weak'],
});
