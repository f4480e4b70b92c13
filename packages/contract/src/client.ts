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
    .strictObject({
      model: deviceText.optional(),
      system: deviceText.optional(),
      client: deviceText.optional(),
      /** The release of the mini program, as its manifest names it. */
      build: deviceText.optional(),
    })
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

const suite = z.enum(['A', 'S']);
const kid = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/);
const base64url = z.string().regex(/^[A-Za-z0-9_-]*$/);

/** `kid` and `keys` are absent when the gateway has no client key; `kid` is the first of `keys`. */
export const helloAnswer = z.object({
  protocol: z.literal(1),
  suites: z.array(z.string()),
  kid: kid.optional(),
  keys: z
    .array(z.object({ kid, suite, publicKey: base64url.max(128) }))
    .max(4)
    .optional(),
  serverTime: z.int(),
});

/** A sealed `POST login` or `POST bind` (docs/reference/client-protocol.md); what it holds in `ct` is checked after it is opened. */
export const sealedRequest = z.strictObject({
  v: z.literal(1),
  suite,
  kid,
  app: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/),
  enc: base64url.min(43).max(172),
  ct: base64url.min(22).max(16_384),
});

/** Answer to a {@link sealedRequest}: a {@link loginAnswer} under the session's first keys. */
export const sealedAnswer = z.strictObject({
  v: z.literal(1),
  suite,
  kid,
  share: base64url.min(43).max(172),
  ct: base64url.min(22).max(16_384),
});

const target = z
  .string()
  .min(1)
  .max(4_096)
  .regex(/^\/[\x21-\x22\x24-\x7e]*$/);

/** Body of the signed `POST ticket`: for one upload of one file, or one socket. */
export const ticketRequest = z.discriminatedUnion('use', [
  z.strictObject({ use: z.literal('upload'), target, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  z.strictObject({ use: z.literal('socket'), target }),
]);

export const ticketAnswer = z.object({
  ticket: z.string().regex(/^mtk1\.[A-Za-z0-9_-]{43}$/),
  expiresAt: z.int(),
  serverTime: z.int(),
});

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
export type SealedRequest = z.output<typeof sealedRequest>;
export type TicketRequest = z.output<typeof ticketRequest>;
