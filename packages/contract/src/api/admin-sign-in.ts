import * as z from 'zod';
import { defineEndpoint, everyPower, freshSeconds } from '../endpoint.ts';
import {
  administratorPower,
  administratorSession,
  adminPassword,
  adminTicket,
  adminUsername,
  deviation,
  issuedInvitation,
  operatorMode,
  passkeyOptions,
  passkeyResponse,
  providerId,
  secondFactorProof,
  signInStep,
  totpEnrolment,
} from './administrator-model.ts';
import { bilingual, ok, time } from './common.ts';

const group = 'sign-in';
const anybody = { group, access: 'public', powers: [] } as const;
const passkeyName = z.string().trim().min(1).max(60);

/** How many recovery codes a set has; null where the account had a set already. */
const recoveryCodes = z.array(z.string()).nullable();

export const setupState = defineEndpoint({
  ...anybody,
  id: 'setupState',
  method: 'GET',
  path: '/api/v1/setup',
  summary: {
    zh: '是否还需要初始化，以及可用的登录方式',
    en: 'Whether first-run set-up is still to be done, and the ways to sign in',
  },
  response: z.object({
    needed: z.boolean(),
    minimumPasswordLength: z.number(),
    /** What the set-up page offers first. */
    suggestedMode: operatorMode,
    deviation,
    secondFactor: z.enum(['required', 'optional']),
    /** Host name under which the console must be open for passkeys to work (WebAuthn relying party id). */
    passkeyHost: z.string(),
    providers: z.array(z.object({ id: z.string(), kind: z.enum(['oidc', 'wecom']), name: bilingual })),
  }),
  errors: ['address_refused'],
});

export const setup = defineEndpoint({
  ...anybody,
  id: 'setup',
  method: 'POST',
  path: '/api/v1/setup',
  summary: {
    zh: '凭一次性链接创建第一位管理员，并得到另外两个权限的邀请链接',
    en: 'Create the first administrator with the one-time link, and get the invitation links of the other two powers',
  },
  body: z.strictObject({
    token: adminTicket,
    username: adminUsername,
    password: adminPassword,
    /** `console.operators` of the configuration when absent. */
    mode: operatorMode.optional(),
    /** The power of this first account when powers are separated; `system` when absent. */
    power: administratorPower.optional(),
  }),
  response: z.object({ step: signInStep, invitations: z.array(issuedInvitation) }),
  status: 201,
  errors: ['setup_closed', 'password_weak', 'validation_failed', 'address_refused'],
});

export const invitationState = defineEndpoint({
  ...anybody,
  id: 'invitationState',
  method: 'POST',
  path: '/api/v1/admin/invitation',
  summary: { zh: '查看一个邀请链接', en: 'What an invitation link is for' },
  body: z.strictObject({ token: adminTicket }),
  response: z.object({
    purpose: z.enum(['create', 'password']),
    power: administratorPower.nullable(),
    username: z.string().nullable(),
    minimumPasswordLength: z.number(),
    expiresAt: time,
  }),
  errors: ['invitation_invalid', 'admin_locked', 'address_refused'],
});

export const acceptInvitation = defineEndpoint({
  ...anybody,
  id: 'acceptInvitation',
  method: 'POST',
  path: '/api/v1/admin/invitation/accept',
  summary: { zh: '凭邀请链接建立账号或重设密码', en: 'Create the account, or set the password, that an invitation link is for' },
  body: z.strictObject({ token: adminTicket, username: adminUsername.optional(), password: adminPassword }),
  response: signInStep,
  status: 201,
  errors: ['invitation_invalid', 'admin_locked', 'password_weak', 'username_taken', 'validation_failed', 'address_refused'],
});

export const adminLogin = defineEndpoint({
  ...anybody,
  id: 'adminLogin',
  method: 'POST',
  path: '/api/v1/admin/login',
  summary: { zh: '管理员登录：密码', en: 'Administrator sign-in: password' },
  body: z.strictObject({ username: z.string().min(1).max(64), password: adminPassword }),
  response: signInStep,
  errors: ['admin_login_failed', 'admin_locked', 'address_refused'],
});

export const loginPasskeyOptions = defineEndpoint({
  ...anybody,
  id: 'loginPasskeyOptions',
  method: 'POST',
  path: '/api/v1/admin/login/passkey',
  summary: {
    zh: '取得通行密钥登录的质询；带票据时作为二次验证',
    en: 'Challenge for signing in with a passkey; with a ticket, as the second factor of that sign-in',
  },
  body: z.strictObject({ ticket: adminTicket.optional() }),
  response: z.object({ ticket: z.string(), options: passkeyOptions, expiresAt: time }),
  errors: ['ticket_invalid', 'admin_locked', 'address_refused'],
});

export const loginSecondFactor = defineEndpoint({
  ...anybody,
  id: 'loginSecondFactor',
  method: 'POST',
  path: '/api/v1/admin/login/second-factor',
  summary: { zh: '管理员登录：二次验证或通行密钥', en: 'Administrator sign-in: second factor, or passkey' },
  body: z.strictObject({ ticket: adminTicket, proof: secondFactorProof }),
  response: signInStep,
  errors: ['ticket_invalid', 'admin_factor_failed', 'admin_locked', 'address_refused'],
});

export const loginEnrolTotp = defineEndpoint({
  ...anybody,
  id: 'loginEnrolTotp',
  method: 'POST',
  path: '/api/v1/admin/login/enrol/totp',
  summary: { zh: '首次登录：取得动态口令密钥', en: 'First sign-in: get a TOTP secret' },
  body: z.strictObject({ ticket: adminTicket }),
  response: totpEnrolment,
  errors: ['ticket_invalid', 'address_refused'],
});

export const loginEnrolPasskey = defineEndpoint({
  ...anybody,
  id: 'loginEnrolPasskey',
  method: 'POST',
  path: '/api/v1/admin/login/enrol/passkey',
  summary: { zh: '首次登录：取得创建通行密钥的参数', en: 'First sign-in: get the parameters of a new passkey' },
  body: z.strictObject({ ticket: adminTicket }),
  response: z.object({ ticket: z.string(), options: passkeyOptions, expiresAt: time }),
  errors: ['ticket_invalid', 'address_refused'],
});

export const loginEnrol = defineEndpoint({
  ...anybody,
  id: 'loginEnrol',
  method: 'POST',
  path: '/api/v1/admin/login/enrol',
  summary: { zh: '首次登录：确认二次验证方式并进入', en: 'First sign-in: confirm the second factor and enter' },
  body: z.strictObject({
    ticket: adminTicket,
    proof: z.discriminatedUnion('method', [
      z.strictObject({ method: z.literal('totp'), code: z.string().regex(/^\d{6}$/) }),
      z.strictObject({ method: z.literal('passkey'), name: passkeyName, response: passkeyResponse }),
    ]),
  }),
  response: z.object({ session: administratorSession, recoveryCodes }),
  status: 201,
  errors: ['ticket_invalid', 'admin_factor_failed', 'admin_locked', 'address_refused'],
});

export const externalStart = defineEndpoint({
  ...anybody,
  id: 'externalStart',
  method: 'POST',
  path: '/api/v1/admin/login/external',
  summary: { zh: '用企业微信扫码或单点登录：取得跳转地址', en: 'Sign in with WeCom or OpenID Connect: where to go' },
  body: z.strictObject({ provider: providerId }),
  response: z.object({ url: z.string() }),
  errors: ['not_found', 'external_login_failed', 'admin_locked', 'address_refused'],
});

export const externalFinish = defineEndpoint({
  ...anybody,
  id: 'externalFinish',
  method: 'POST',
  path: '/api/v1/admin/login/external/finish',
  summary: { zh: '用企业微信扫码或单点登录：带回授权码', en: 'Sign in with WeCom or OpenID Connect: bring the code back' },
  body: z.strictObject({
    provider: providerId,
    code: z.string().min(1).max(2_000),
    state: z.string().min(16).max(200),
    /** RFC 9207. */
    iss: z.string().max(500).optional(),
  }),
  response: signInStep,
  errors: ['external_login_failed', 'admin_locked', 'address_refused'],
});

export const adminSession = defineEndpoint({
  id: 'adminSession',
  method: 'GET',
  path: '/api/v1/admin/session',
  group,
  summary: { zh: '当前管理员', en: 'The signed-in administrator' },
  access: 'admin',
  powers: everyPower,
  response: administratorSession,
  errors: [],
});

export const adminLogout = defineEndpoint({
  id: 'adminLogout',
  method: 'POST',
  path: '/api/v1/admin/logout',
  group,
  summary: { zh: '退出控制台', en: 'Sign out' },
  access: 'admin',
  powers: everyPower,
  response: ok,
  errors: [],
});

export const stepUpPasskey = defineEndpoint({
  id: 'stepUpPasskey',
  method: 'POST',
  path: '/api/v1/admin/step-up/passkey',
  group,
  summary: { zh: '取得再次验证所用通行密钥的质询', en: 'Challenge for stepping up with a passkey' },
  access: 'admin',
  powers: everyPower,
  response: z.object({ options: passkeyOptions, expiresAt: time }),
  errors: [],
});

export const stepUp = defineEndpoint({
  id: 'stepUp',
  method: 'POST',
  path: '/api/v1/admin/step-up',
  group,
  summary: {
    zh: `再次验证：${freshSeconds / 60} 分钟内可执行敏感操作，会话凭证随之更换`,
    en: `Show a factor again: sensitive acts are possible for ${freshSeconds / 60} minutes, and the session gets a new token`,
  },
  access: 'admin',
  powers: everyPower,
  body: z.strictObject({
    /** A password counts only while second factors are optional and none is enrolled. */
    proof: z.union([secondFactorProof, z.strictObject({ method: z.literal('password'), password: adminPassword })]),
  }),
  response: administratorSession,
  errors: ['admin_factor_failed', 'admin_locked'],
});
