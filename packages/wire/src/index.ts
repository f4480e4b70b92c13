export { decodeBase64url, encodeBase64url } from './base64url.ts';
export { concatBytes, equalBytes, noBytes, type RandomBytes } from './bytes.ts';
export { challengeHeader, hasZeroBits, type PhoneChallenge, type PuzzleChallenge } from './challenge.ts';
export { clientEndpoints, identityKeysPath, reservedPathPrefix } from './endpoints.ts';
export {
  type Direction,
  type EnvelopeContext,
  type EnvelopeHead,
  envelopeAad,
  envelopeContentType,
  openEnvelope,
  readEnvelopeHead,
  sealEnvelope,
} from './envelope.ts';
export { bearer, identityHeader, refusalHeader, requestIdHeader, riskHeader, sessionTokenPrefix } from './headers.ts';
export { decodeHex, encodeHex } from './hex.ts';
export { packSessionKeys, type SessionKeys, unpackSessionKeys } from './key-schedule.ts';
export type {
  BindingProof,
  BindingRequiredBody,
  BindingWay,
  ClockSkewBody,
  DeviceHint,
  Hello,
  LoginBody,
  LoginChannel,
  LoginGrant,
  RefusalBody,
  SessionState,
  SessionUser,
} from './messages.ts';
export { approvalHeader, deviceHeader, operationDigest, operationDigestOf, type Sha256 } from './operation.ts';
export { aes256GcmUnrolled } from './primitives/aes256-gcm-unrolled.ts';
export { createSha256, type IncrementalHash } from './primitives/sha256.ts';
export { suiteAPrimitives } from './primitives/suite-a-primitives.ts';
export { type RefusalCode, refusalCodes } from './refusal-codes.ts';
export { maxClockSkewMs, nonceLifetimeMs, signRequest, verifyRequest } from './request-signature.ts';
export {
  type ConfirmedLogin,
  type OpenedLogin,
  openAnswer,
  openLogin,
  type PendingLogin,
  type PinnedKey,
  sealAnswer,
  sealLogin,
} from './sealed-login.ts';
export { isKid, maxSealedText, type SealedAnswer, type SealedRequest } from './sealed-message.ts';
export { isSessionRefusal, sessionRefusals } from './session-refusals.ts';
export { formatSessionToken, parseSessionToken, type SessionTokenParts } from './session-token.ts';
export { formatSignature, parseSignature, type RequestSignature, signatureHeader } from './signature-header.ts';
export { contentTypeToSign, normaliseHost, type SignedElements, stringToSign } from './string-to-sign.ts';
export type { Aead, ClientSuite, KeyPair, ServerSuite, Suite, SuiteBase, SuiteName } from './suite.ts';
export { createClientSuiteA, createSuiteA, type SuiteAPrimitives } from './suite-a.ts';
export { createSuiteS, type Sm2Encryption, type SuiteSPrimitives } from './suite-s.ts';
export {
  formatTicket,
  parseTicket,
  type TicketBody,
  type TicketGrant,
  type TicketUse,
  ticketHeader,
  ticketLifetimeMs,
} from './ticket.ts';
export type { SealedPurpose } from './transcript.ts';
export { decodeUtf8, encodeUtf8 } from './utf8.ts';
