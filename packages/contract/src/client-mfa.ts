import * as z from 'zod';

/** Bodies of the gateway's second-factor endpoints, `/_menshen/v1/mfa/...`. Times are epoch milliseconds of the server, waits are seconds. */

/** `recovery` are the single-use codes that come with the first other factor. */
export const factorKind = z.enum(['totp', 'sms', 'password', 'soter', 'recovery']);
export type FactorKind = z.output<typeof factorKind>;

export const factorState = z.enum(['active', 'locked', 'disabled']);

export const clientFactor = z.object({
  kind: factorKind,
  /** For people: a masked phone number, the name that its owner gave it, or empty. */
  label: z.string(),
  created: z.int(),
  lastUsed: z.int().nullable(),
  /** As it stands for the caller: wrong codes of a stranger do not lock a known device. `disabled` must be enrolled anew. */
  state: factorState,
  lockedUntil: z.int().nullable(),
  /** Codes left; of `recovery` only. */
  remaining: z.int().nullable(),
});

/** Answer of `GET mfa`. */
export const mfaAnswer = z.object({
  assurance: z.int(),
  secondFactorAt: z.int().nullable(),
  factors: z.array(clientFactor),
  /** What this session can prove now, the best first. */
  stepUp: z.array(factorKind),
  /** What can be enrolled or replaced; `totp` always. */
  enrol: z.array(factorKind),
  /** How the person can be sent the proof that enrolling asks for. */
  codeDelivery: z.array(z.enum(['wecom', 'phone'])),
  serverTime: z.int(),
});

/** Names a device on which this person has proved a second factor before; it opens nothing, but keeps a budget of tries of its own. */
const knownDevice = z.string().regex(/^mdv1\.[A-Za-z0-9_-]{43}$/);
const handle = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
const code = z.string().min(1).max(64);
const password = z.string().min(1).max(512);
const soterResult = { resultJson: z.string().min(2).max(8_192), signature: z.string().min(1).max(2_048) };
const device = knownDevice.optional();

/** The request that an approval is for, as it will be sent: `operationDigest` of `@menshen/wire` is taken over these. */
export const approvedOperation = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
  /** Raw path, with the app's base path. */
  path: z
    .string()
    .max(2_048)
    .regex(/^\/[\x21-\x3e\x40-\x7e]*$/),
  /** Raw query without the question mark; empty when there is none. */
  query: z
    .string()
    .max(8_192)
    .regex(/^[\x21-\x7e]*$/),
  /** SHA-256 of the body as it will be sent, lower-case hexadecimal; of nothing when there is no body. */
  bodySha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export const mfaChallengeRequest = z.discriminatedUnion('purpose', [
  z.strictObject({ purpose: z.literal('freshness'), kind: factorKind, device }),
  z.strictObject({ purpose: z.literal('approval'), kind: factorKind, operation: approvedOperation, device }),
]);

const smsDelivery = z.object({ phone: z.string(), resendAfter: z.int() });
/** The text for `wx.startSoterAuthentication`. */
const soterChallenge = z.object({ challenge: z.string() });

export const mfaChallengeAnswer = z.object({
  challenge: z.string(),
  kind: factorKind,
  expiresAt: z.int(),
  sms: smsDelivery.optional(),
  soter: soterChallenge.optional(),
  serverTime: z.int(),
});

/** `code` for totp, sms and recovery. */
export const mfaVerifyRequest = z.union([
  z.strictObject({ challenge: handle, code, device }),
  z.strictObject({ challenge: handle, password, device }),
  z.strictObject({ challenge: handle, ...soterResult, device }),
]);

/** The session with its new token; the old one is accepted for ten more seconds, at the old assurance. */
export const mfaGrant = z.object({
  purpose: z.literal('freshness'),
  token: z.string(),
  assurance: z.int(),
  secondFactorAt: z.int(),
  expiresAt: z.int(),
  idleSeconds: z.int(),
  serverTime: z.int(),
  /** To be kept and sent along from now on; absent when the caller's own is still good. */
  device: z.string().optional(),
});

export const mfaVerifyAnswer = z.discriminatedUnion('purpose', [
  mfaGrant,
  z.object({
    purpose: z.literal('approval'),
    /** For `X-Menshen-Approval`: good for one request, the one it was asked for. */
    approval: z.string(),
    expiresAt: z.int(),
    serverTime: z.int(),
    device: z.string().optional(),
  }),
]);

/** `phone` answers with a challenge; its code from the SMS is then the proof. */
export const mfaCodeRequest = z.strictObject({ by: z.enum(['wecom', 'phone']), device });
export const mfaCodeAnswer = z.object({
  by: z.enum(['wecom', 'phone']),
  expiresAt: z.int(),
  resendAfter: z.int(),
  challenge: z.string().optional(),
  phone: z.string().optional(),
  serverTime: z.int(),
});

/** What an enrolment is allowed by; absent when the session has proved a factor in the last five minutes. */
const enrolmentProof = z
  .union([z.strictObject({ companyCode: code }), z.strictObject({ challenge: handle, code: z.string().regex(/^\d{6}$/) })])
  .optional();

export const mfaEnrolRequest = z.discriminatedUnion('kind', [
  /** `label`: a name for people, such as the phone's. */
  z.strictObject({ kind: z.literal('totp'), label: z.string().max(40).optional(), proof: enrolmentProof, device }),
  z.strictObject({ kind: z.literal('sms'), proof: enrolmentProof, device }),
  z.strictObject({ kind: z.literal('password'), proof: enrolmentProof, device }),
  z.strictObject({ kind: z.literal('soter'), label: z.string().max(40).optional(), proof: enrolmentProof, device }),
]);

export const mfaEnrolAnswer = z.object({
  enrolment: z.string(),
  kind: factorKind,
  expiresAt: z.int(),
  /** `uri` is the content of the QR code; `secret` is the same in base32, to be typed. Both are shown once. */
  totp: z.object({ uri: z.string(), secret: z.string(), digits: z.int(), periodSeconds: z.int() }).optional(),
  sms: smsDelivery.optional(),
  password: z.object({ minLength: z.int(), maxLength: z.int() }).optional(),
  soter: soterChallenge.optional(),
  serverTime: z.int(),
});

/** Ends every other session of the person when true. */
const endOtherSessions = z.boolean().optional();

export const mfaConfirmRequest = z.union([
  z.strictObject({ enrolment: handle, code, endOtherSessions, device }),
  z.strictObject({ enrolment: handle, password, endOtherSessions, device }),
  z.strictObject({ enrolment: handle, ...soterResult, endOtherSessions, device }),
]);

export const mfaConfirmAnswer = z.object({
  factor: clientFactor,
  /** Ten codes, shown once, when the person had none. */
  recoveryCodes: z.array(z.string()).nullable(),
  endedSessions: z.int(),
  grant: mfaGrant,
});

/** Needs a factor proved in the last five minutes. */
export const mfaRemoveRequest = z.strictObject({ kind: factorKind, endOtherSessions });
export const mfaRemoveAnswer = z.object({ removed: z.boolean(), endedSessions: z.int() });

/** Needs a factor proved in the last five minutes; the old codes end. */
export const mfaRecoveryRequest = z.strictObject({ endOtherSessions });
export const mfaRecoveryAnswer = z.object({ codes: z.array(z.string()), endedSessions: z.int() });

export type MfaAnswer = z.output<typeof mfaAnswer>;
export type ClientFactor = z.output<typeof clientFactor>;
export type ApprovedOperation = z.output<typeof approvedOperation>;
export type MfaChallengeRequest = z.output<typeof mfaChallengeRequest>;
export type MfaChallengeAnswer = z.output<typeof mfaChallengeAnswer>;
export type MfaVerifyRequest = z.output<typeof mfaVerifyRequest>;
export type MfaVerifyAnswer = z.output<typeof mfaVerifyAnswer>;
export type MfaGrant = z.output<typeof mfaGrant>;
export type MfaCodeRequest = z.output<typeof mfaCodeRequest>;
export type MfaCodeAnswer = z.output<typeof mfaCodeAnswer>;
export type MfaEnrolRequest = z.output<typeof mfaEnrolRequest>;
export type MfaEnrolAnswer = z.output<typeof mfaEnrolAnswer>;
export type MfaConfirmRequest = z.output<typeof mfaConfirmRequest>;
export type MfaConfirmAnswer = z.output<typeof mfaConfirmAnswer>;
export type MfaRemoveRequest = z.output<typeof mfaRemoveRequest>;
export type MfaRemoveAnswer = z.output<typeof mfaRemoveAnswer>;
export type MfaRecoveryRequest = z.output<typeof mfaRecoveryRequest>;
export type MfaRecoveryAnswer = z.output<typeof mfaRecoveryAnswer>;
