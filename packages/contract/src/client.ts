import * as z from 'zod';

/** Bodies of the gateway's client endpoints under `/_menshen/v1/`. */

export const channel = z.enum(['wechat', 'wecom']);
export type Channel = z.output<typeof channel>;

const deviceText = z.string().max(100);

export const loginRequest = z.strictObject({
  app: z.string().min(1).max(40),
  channel,
  code: z.string().min(1).max(256),
  device: z
    .strictObject({ model: deviceText.optional(), system: deviceText.optional(), client: deviceText.optional() })
    .optional(),
});

/** Exactly one proof of being an employee. */
export const bindRequest = z.union([
  z.strictObject({ ticket: z.string().min(1).max(256), phoneCode: z.string().min(1).max(256) }),
  z.strictObject({
    ticket: z.string().min(1).max(256),
    account: z.strictObject({ username: z.string().min(1).max(64), password: z.string().min(1).max(512) }),
  }),
  z.strictObject({ ticket: z.string().min(1).max(256), companyCode: z.string().min(1).max(64) }),
]);

export const clientUser = z.object({ uid: z.string(), name: z.string(), kind: z.enum(['employee', 'partner', 'customer']) });

export const loginAnswer = z.object({
  token: z.string(),
  expiresAt: z.int(),
  idleSeconds: z.int(),
  user: clientUser,
  assurance: z.int(),
  serverTime: z.int(),
});

export const sessionAnswer = z.object({
  user: clientUser,
  assurance: z.int(),
  expiresAt: z.int(),
  idleSeconds: z.int(),
  serverTime: z.int(),
});

export const helloAnswer = z.object({ protocol: z.literal(1), suites: z.array(z.string()), serverTime: z.int() });

export const bindingRequired = z.object({
  code: z.literal('binding_required'),
  message: z.string(),
  requestId: z.string(),
  ticket: z.string(),
  ways: z.array(z.enum(['phone', 'account', 'company_code'])),
});

export type LoginRequest = z.output<typeof loginRequest>;
export type BindRequest = z.output<typeof bindRequest>;
export type LoginAnswer = z.output<typeof loginAnswer>;
