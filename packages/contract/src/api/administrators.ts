import * as z from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { ok, time } from './common.ts';

const username = z
  .string()
  .min(2)
  .max(64)
  .regex(/^[A-Za-z0-9_.@-]+$/);
const password = z.string().min(1).max(512);

export const administrator = z.object({
  id: z.string(),
  username: z.string(),
  created: time,
  lastLogin: time.nullable(),
});
export type Administrator = z.output<typeof administrator>;

export const administratorSession = z.object({ administrator, csrf: z.string(), idleExpires: time, absoluteExpires: time });

export const setupState = defineEndpoint({
  id: 'setupState',
  method: 'GET',
  path: '/api/v1/setup',
  group: 'administrators',
  summary: { zh: '是否还需要初始化', en: 'Whether first-run set-up is still to be done' },
  access: 'public',
  response: z.object({ needed: z.boolean(), minimumPasswordLength: z.number() }),
  errors: [],
});

export const setup = defineEndpoint({
  id: 'setup',
  method: 'POST',
  path: '/api/v1/setup',
  group: 'administrators',
  summary: { zh: '凭一次性链接创建第一位管理员', en: 'Create the first administrator with the one-time link' },
  access: 'public',
  body: z.strictObject({ token: z.string().min(16).max(200), username, password }),
  response: administratorSession,
  status: 201,
  errors: ['setup_closed', 'password_weak', 'validation_failed'],
});

export const adminLogin = defineEndpoint({
  id: 'adminLogin',
  method: 'POST',
  path: '/api/v1/admin/login',
  group: 'administrators',
  summary: { zh: '管理员登录', en: 'Administrator sign-in' },
  access: 'public',
  body: z.strictObject({ username: z.string().min(1).max(64), password }),
  response: administratorSession,
  errors: ['admin_login_failed', 'admin_locked'],
});

export const adminSession = defineEndpoint({
  id: 'adminSession',
  method: 'GET',
  path: '/api/v1/admin/session',
  group: 'administrators',
  summary: { zh: '当前管理员', en: 'The signed-in administrator' },
  access: 'admin',
  response: administratorSession,
  errors: ['admin_session_missing'],
});

export const adminLogout = defineEndpoint({
  id: 'adminLogout',
  method: 'POST',
  path: '/api/v1/admin/logout',
  group: 'administrators',
  summary: { zh: '退出控制台', en: 'Sign out' },
  access: 'admin',
  response: ok,
  errors: ['admin_session_missing'],
});
