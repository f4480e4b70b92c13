import * as z from 'zod';
import { administratorPowers } from '../endpoint.ts';
import { time } from './common.ts';

export const administratorPower = z.enum(administratorPowers);
/** Separated: no account holds two powers. Single operator: one account holds all, a deviation that is shown everywhere. */
export const operatorMode = z.enum(['separated', 'single_operator']);
export type OperatorMode = z.output<typeof operatorMode>;
/** How the installation departs from separated powers; null when it does not. */
export const deviation = z.literal('single_operator').nullable();

export const adminUsername = z
  .string()
  .min(2)
  .max(64)
  .regex(/^[A-Za-z0-9_.@-]+$/);
export const adminPassword = z.string().min(1).max(512);
export const administratorId = z.string().regex(/^a_[A-Za-z0-9_-]{12}$/);
/** A secret of our own making: a link, a ticket or a token. */
export const adminTicket = z.string().min(16).max(200);
export const adminReason = z.string().trim().min(4).max(300);
export const addressRange = z.string().regex(/^[0-9a-fA-F.:]{2,45}(\/\d{1,3})?$/);
export const providerId = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);

export const administrator = z.object({
  id: z.string(),
  username: z.string(),
  /** One; all three in single-operator mode. */
  powers: z.array(administratorPower),
  created: time,
  lastLogin: time.nullable(),
});
export type Administrator = z.output<typeof administrator>;

export const administratorSession = z.object({
  /** Public identifier; not the token. */
  id: z.string(),
  administrator,
  csrf: z.string(),
  idleExpires: time,
  absoluteExpires: time,
  deviation,
  secondFactor: z.object({
    /** `optional` is for demonstrations and refused in production. */
    policy: z.enum(['required', 'optional']),
    enrolled: z.boolean(),
    /** When it was last shown in this session. */
    at: time.nullable(),
  }),
});
export type AdministratorSession = z.output<typeof administratorSession>;

export const passkeyOptions = z.record(z.string(), z.unknown());
/** `PublicKeyCredential.toJSON()` of the browser, for creation or for request (WebAuthn Level 3). */
export const passkeyResponse = z.record(z.string().max(64), z.unknown());

/** One proof of a second factor. */
export const secondFactorProof = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('totp'), code: z.string().regex(/^\d{6}$/) }),
  z.strictObject({ method: z.literal('recovery_code'), code: z.string().min(10).max(64) }),
  z.strictObject({ method: z.literal('passkey'), response: passkeyResponse }),
]);
export type SecondFactorProof = z.output<typeof secondFactorProof>;
export const secondFactorMethod = z.enum(['totp', 'recovery_code', 'passkey']);

/** What can be shown to sign in. */
export const signInMethod = z.enum(['set_up_link', 'invitation', 'password', ...secondFactorMethod.options, 'wecom', 'oidc']);
export type SignInMethod = z.output<typeof signInMethod>;

/** What a step of signing in leads to. A ticket lives ten minutes and stands for what was shown so far. */
export const signInStep = z.discriminatedUnion('next', [
  z.object({ next: z.literal('signed_in'), session: administratorSession }),
  z.object({
    next: z.literal('second_factor'),
    ticket: z.string(),
    methods: z.array(secondFactorMethod),
    expiresAt: time,
  }),
  /** The account has no second factor yet: TOTP or a passkey must be enrolled before the session begins. */
  z.object({ next: z.literal('enrol'), ticket: z.string(), methods: z.array(z.enum(['totp', 'passkey'])), expiresAt: time }),
]);
export type SignInStep = z.output<typeof signInStep>;

/** A link that is shown once: whoever opens it becomes, or sets the password of, the administrator that it is for. */
export const issuedInvitation = z.object({
  id: z.string(),
  purpose: z.enum(['create', 'password']),
  power: administratorPower.nullable(),
  /** Null when who opens it chooses the name. */
  username: z.string().nullable(),
  token: z.string(),
  /** Path and fragment of the console's page. */
  path: z.string(),
  expiresAt: time,
});
export type IssuedInvitation = z.output<typeof issuedInvitation>;

/** Shown once, while the authenticator app is set up. */
export const totpEnrolment = z.object({
  ticket: z.string(),
  /** Base32, for typing. */
  secret: z.string(),
  /** `otpauth://totp/...`, for a QR code. */
  uri: z.string(),
  expiresAt: time,
});
